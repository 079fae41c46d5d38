"""What Binance tells a USD-M futures account by its stream.

https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from tradebook.kernel.money import ZERO
from tradebook.trading.model.state import ContractPosition
from tradebook.trading.orders import MarginMode, PositionSide
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.binance.futures.accounts import FuturesAccount
from tradebook.venues.simulators.binance.futures.orders import FuturesOrder
from tradebook.venues.simulators.binance.numbers import digits, milliseconds
from tradebook.venues.simulators.contracts.accounts import OpenPosition
from tradebook.venues.simulators.spot.orders import SpotFill

POSITION_SIDES = {PositionSide.NET: "BOTH", PositionSide.LONG: "LONG", PositionSide.SHORT: "SHORT"}
_FORCED = {Cause.LIQUIDATION: None, Cause.DELEVERAGING: "NEW_ADL", Cause.SETTLEMENT: None}
"""The status that tells why the venue has made an order, where one does."""


def order_trade_update(
    order: FuturesOrder, execution: str, at: datetime, fill: SpotFill | None = None
) -> dict[str, Any]:
    """An order, and what has become of it; ``execution`` is the type of the execution."""
    request, settled = order.request, None if fill is None else order.settled[fill.trade_id]
    body: dict[str, Any] = {
        "s": order.symbol,
        "c": order.client_order_id,
        "S": request.side,
        "o": order.plain_type,
        "f": request.time_in_force,
        "q": digits(order.quantity),
        "p": digits(order.price or ZERO),
        "ap": digits(order.average_price),
        "sp": digits(ZERO),
        "x": execution,
        "X": _FORCED.get(order.cause) or order.status,
        "i": order.order_id,
        "l": digits(fill.quantity if fill else ZERO),
        "z": digits(order.filled),
        "L": digits(fill.price if fill else ZERO),
    }
    if fill is not None:
        body |= {"n": digits(fill.fee), "N": fill.fee_asset}
    body |= {
        "T": milliseconds(at),
        "t": fill.trade_id if fill else 0,
        "b": "0",
        "a": "0",
        "m": fill is not None and fill.is_maker,
        "R": order.request.reduce_only,
        "wt": "CONTRACT_PRICE",
        "ot": request.type,
        "ps": request.position_side,
        "cp": False,
        "rp": digits(settled.realised if settled else ZERO),
        "pP": False,
        "si": 0,
        "ss": 0,
        "V": "NONE",
        "pm": "NONE",
        "gtd": 0,
        "er": str(order.expiry_reason),
    }
    return _event("ORDER_TRADE_UPDATE", at, o=body)


def trade_lite(order: FuturesOrder, fill: SpotFill, at: datetime) -> dict[str, Any]:
    """A fill, sooner and shorter."""
    return _event(
        "TRADE_LITE",
        at,
        s=order.symbol,
        q=digits(order.quantity),
        p=digits(order.price or ZERO),
        m=fill.is_maker,
        c=order.client_order_id,
        S=order.request.side,
        L=digits(fill.price),
        l=digits(fill.quantity),
        t=fill.trade_id,
        i=order.order_id,
    )


def algo_update(order: FuturesOrder, status: str, at: datetime) -> dict[str, Any]:
    """A conditional order, and what has become of it."""
    request = order.request
    body = {
        "caid": order.client_order_id,
        "aid": order.algo_id,
        "at": "CONDITIONAL",
        "o": request.type,
        "s": order.symbol,
        "S": request.side,
        "ps": request.position_side,
        "f": request.time_in_force,
        "q": digits(order.quantity),
        "X": status,
        "ai": str(order.order_id) if order.is_order else "",
        "ap": digits(order.average_price),
        "aq": digits(order.filled),
        "act": "0",
        "tp": digits(request.trigger_price or ZERO),
        "p": digits(order.price or ZERO),
        "V": "NONE",
        "wt": "CONTRACT_PRICE",
        "pm": "NONE",
        "cp": False,
        "pP": False,
        "R": request.reduce_only,
        "tt": 0 if order.working_at is None else milliseconds(order.working_at),
        "gtd": 0,
        "rm": "",
    }
    return _event("ALGO_UPDATE", at, o=body)


def account_update(
    account: FuturesAccount,
    reason: str,
    at: datetime,
    *,
    changes: dict[str, Decimal],
    positions: Iterable[OpenPosition] = (),
    names: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Wallets and positions that an event may have changed; ``changes`` leaves out profit and commission."""
    told = names or {}
    body = {
        "m": reason,
        "B": [
            {
                "a": asset,
                "wb": digits(account.balances.total(asset)),
                "cw": digits(account.balances.total(asset)),
                "bc": digits(change),
            }
            for asset, change in changes.items()
        ],
        "P": [_position(account, each, told) for each in positions],
    }
    return _event("ACCOUNT_UPDATE", at, a=body)


def leverage_changed(symbol: str, leverage: Decimal, at: datetime) -> dict[str, Any]:
    """Positions of a symbol are secured otherwise."""
    return _event("ACCOUNT_CONFIG_UPDATE", at, ac={"s": symbol, "l": int(leverage)})


def listen_key_expired(key: str, at: datetime) -> dict[str, Any]:
    """The stream has ended."""
    return {"e": "listenKeyExpired", "E": milliseconds(at), "listenKey": key}


def _position(account: FuturesAccount, position: OpenPosition, names: dict[str, str]) -> dict[str, Any]:
    instrument_id = position.instrument.instrument_id
    held: ContractPosition = position.held
    isolated = account.leverage(instrument_id).mode is MarginMode.ISOLATED
    return {
        "s": names[instrument_id],
        "pa": digits(held.quantity),
        "ep": digits(position.entry_price) if held.quantity else digits(ZERO),
        "bep": digits(ZERO),
        "cr": digits(ZERO),
        "up": digits(ZERO),
        "mt": "isolated" if isolated else "cross",
        "iw": digits(held.margin if isolated else ZERO),
        "ps": POSITION_SIDES[position.side],
    }


def _event(kind: str, at: datetime, **fields: Any) -> dict[str, Any]:
    return {"e": kind, "E": milliseconds(at), "T": milliseconds(at), **fields}
