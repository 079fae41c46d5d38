"""Positions, collateral and funding as Hyperliquid writes them.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from tradebook.kernel.money import ZERO, divide, plain, round_down
from tradebook.trading.model.state import Leverage
from tradebook.trading.orders import MarginMode
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.contracts.accounts import Funding, OpenPosition
from tradebook.venues.simulators.hyperliquid.accounts import Customer, PerpetualWallet
from tradebook.venues.simulators.hyperliquid.documents import NO_HASH
from tradebook.venues.simulators.hyperliquid.orders import PerpetualOrder
from tradebook.venues.simulators.hyperliquid.symbols import (
    CENT_OF_PERPETUALS,
    LEVERAGE_MAX,
    QUOTE,
    Traded,
    milliseconds,
)

FIGURES_OF_ENTRY = 6
"""The price that a position was opened at is told no finer."""
_FORCED = {Cause.DELEVERAGING: "Auto-Deleveraging", Cause.SETTLEMENT: "Settlement"}


class Measured(NamedTuple):
    """A position, and how it stands."""

    coin: str
    position: OpenPosition
    leverage: Leverage
    mark: Decimal
    gained: Decimal
    liquidated_at: Decimal | None

    @property
    def value(self) -> Decimal:
        """What it stands for; negative when short."""
        return self.position.held.quantity * self.mark


def state(
    wallet: PerpetualWallet, held: Sequence[Measured], *, withdrawable: Decimal, at: datetime
) -> dict[str, Any]:
    """``clearinghouseState``."""
    isolated = [each for each in held if each.leverage.mode is MarginMode.ISOLATED]
    crossed = [each for each in held if each.leverage.mode is MarginMode.CROSS]
    aside = sum((each.position.held.margin for each in isolated), ZERO)
    total = wallet.balances.total(QUOTE)
    kept = sum((abs(each.value) * each.position.contract.maintenance_rate for each in crossed), ZERO)
    return {
        "marginSummary": _summary(total, held),
        "crossMarginSummary": _summary(total - aside, crossed),
        "crossMaintenanceMarginUsed": _cents(kept),
        "withdrawable": _cents(withdrawable),
        "assetPositions": [{"type": "oneWay", "position": _position(each)} for each in held],
        "time": milliseconds(at),
    }


def _summary(total: Decimal, held: Sequence[Measured]) -> dict[str, str]:
    """What positions have gained is in the account's value, and what they stand for is not in its cash."""
    worth = total + sum((each.gained for each in held), ZERO)
    return {
        "accountValue": _cents(worth),
        "totalNtlPos": _cents(sum((abs(each.value) for each in held), ZERO)),
        "totalRawUsd": _cents(worth - sum((each.value for each in held), ZERO)),
        "totalMarginUsed": _cents(sum((each.position.held.margin for each in held), ZERO)),
    }


def _position(each: Measured) -> dict[str, Any]:
    held, margin = each.position.held, each.position.held.margin
    return {
        "coin": each.coin,
        "szi": plain(held.quantity),
        "leverage": _leverage(each.leverage, margin - abs(each.value)),
        "entryPx": plain(_figures(each.position.entry_price)),
        "positionValue": _cents(abs(each.value)),
        "unrealizedPnl": _cents(each.gained),
        "returnOnEquity": plain(_figures(divide(each.gained, margin))) if margin else "0.0",
        "liquidationPx": None if each.liquidated_at is None else plain(_figures(each.liquidated_at)),
        "marginUsed": _cents(margin),
        "maxLeverage": LEVERAGE_MAX,
        "cumFunding": {"allTime": "0.0", "sinceOpen": "0.0", "sinceChange": "0.0"},
    }


def active_asset(
    customer: Customer, coin: Traded, leverage: Leverage, *, available: Decimal, mark: Decimal
) -> dict[str, Any]:
    """``activeAssetData``; a position either way might be as large."""
    most = divide(available * leverage.leverage, mark) if mark else ZERO
    size = plain(round_down(most, coin.instrument.lot_size))
    return {
        "user": customer.address,
        "coin": coin.coin.name,
        "leverage": _leverage(leverage, ZERO),
        "maxTradeSzs": [size, size],
        "availableToTrade": [_cents(available), _cents(available)],
        "markPx": plain(mark),
    }


def direction(order: PerpetualOrder, start: Decimal, left: Decimal) -> str:
    """What a trade did to the position, as the venue's own pages show it."""
    if order.cause in _FORCED:
        return _FORCED[order.cause]
    if start * left < ZERO:
        return "Short > Long" if order.is_buy else "Long > Short"
    opens = start == ZERO or abs(left) > abs(start)
    is_long = (left if opens else start) > ZERO
    return f"{'Open' if opens else 'Close'} {'Long' if is_long else 'Short'}"


def liquidation(customer: Customer, mark: Decimal) -> dict[str, Any]:
    """What a trade that liquidates says beside."""
    return {
        "liquidation": {"liquidatedUser": customer.address, "markPx": plain(mark), "method": "market"},
    }


def funding(coin: str, payment: Funding) -> dict[str, Any]:
    """As it is pushed."""
    return {
        "time": milliseconds(payment.at),
        "coin": coin,
        "usdc": plain(payment.amount),
        "szi": plain(payment.quantity),
        "fundingRate": plain(payment.rate),
        "nSamples": None,
    }


def funding_line(told: dict[str, Any]) -> dict[str, Any]:
    """As it is told when it is asked for: a line of ``userFunding``."""
    delta = {name: value for name, value in told.items() if name != "time"}
    return {"time": told["time"], "hash": NO_HASH, "delta": {"type": "funding", **delta}}


def _leverage(leverage: Leverage, raw: Decimal) -> dict[str, Any]:
    told: dict[str, Any] = {"type": leverage.mode.value, "value": int(leverage.leverage)}
    return told if leverage.mode is MarginMode.CROSS else {**told, "rawUsd": _cents(raw)}


def _cents(amount: Decimal) -> str:
    return plain(amount.quantize(CENT_OF_PERPETUALS))


def _figures(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(min(value.adjusted() - FIGURES_OF_ENTRY + 1, 0)))
