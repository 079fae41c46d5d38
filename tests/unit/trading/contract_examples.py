"""Contracts for tests, and short words for what happens to positions in them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from tests.unit.trading.examples import AT, BTC, BTC_USDT, MAIN, USDT, fill, order, place, sent, without

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Contract, Instrument
from tradebook.trading import commands as c
from tradebook.trading.orders import MarginMode, OrderTerms, Side

LINEAR = Contract(settle_asset=USDT, max_leverage=Decimal(100), maintenance_rate=Decimal("0.005"))
INVERSE = Contract(settle_asset=BTC, inverse_size=Decimal(1), max_leverage=Decimal(100))
PERP_ID, COIN_ID = InstrumentId("BTC-USDT-PERP.SIM"), InstrumentId("BTC-USD-PERP.SIM")
PERP = msgspec.structs.replace(BTC_USDT, instrument_id=PERP_ID, contract=LINEAR)
COIN = msgspec.structs.replace(
    BTC_USDT, instrument_id=COIN_ID, quote_asset=Asset("USD"), lot_size=Decimal(1), contract=INVERSE
)
TEN_TIMES = c.RecordLeverage(
    account_id=MAIN,
    at=AT,
    instrument_id=PERP_ID,
    contract=LINEAR,
    leverage=Decimal(10),
    mode=MarginMode.CROSS,
)


def on_perp(name: str, side: str = "buy", type_: str = "limit", **rest: Any) -> OrderTerms:
    return without(order(name, side, type_, **rest), instrument_id=PERP_ID)


def placed(terms: OrderTerms, instrument: Instrument = PERP, **rest: Any) -> c.PlaceOrder:
    return msgspec.structs.replace(place(terms, instrument=instrument), **rest)


def traded(
    name: str, side: str, quantity: str, price: str, *, instrument: Instrument = PERP, **rest: Any
) -> Sequence[c.TradingCommand]:
    """An order of that many, placed, sent and filled."""
    assert instrument.contract is not None
    terms = order(name, side, quantity=quantity, price=price, **rest)
    terms = without(terms, instrument_id=instrument.instrument_id)
    filled = fill(name, f"f-{name}", quantity, price, side=side, fee_asset=instrument.contract.settle_asset)
    filled = msgspec.structs.replace(filled, instrument_id=instrument.instrument_id)
    return placed(terms, instrument), *sent(name), filled


def told(name: str, side: str, quantity: str, price: str, realised: str) -> Sequence[c.TradingCommand]:
    """A trade, and what it gained as the venue says."""
    *before, filled = traded(name, side, quantity, price)
    assert isinstance(filled, c.RecordFill)
    return *before, msgspec.structs.replace(filled, realised=Decimal(realised))


def funding(amount: str, name: str = "1") -> c.RecordFunding:
    return c.RecordFunding(
        account_id=MAIN, at=AT, funding_id=name, instrument_id=PERP_ID, asset=USDT, amount=Decimal(amount)
    )


def marked(equity: str, unrealised: str) -> c.MarkEquity:
    return c.MarkEquity(
        account_id=MAIN,
        at=AT,
        day=AT.date(),
        equity=Decimal(equity),
        unrealised={USDT: Decimal(unrealised)},
    )


def liquidation(quantity: str, price: str, name: str = "1") -> c.RecordClosing:
    return c.RecordClosing(
        account_id=MAIN,
        at=AT,
        reason="liquidation",
        fill_id=name,
        instrument_id=PERP_ID,
        side=Side.SELL,
        quantity=Decimal(quantity),
        price=Decimal(price),
        base_asset=BTC,
        quote_asset=USDT,
        fee=Decimal(1),
        fee_asset=USDT,
        contract=LINEAR,
    )
