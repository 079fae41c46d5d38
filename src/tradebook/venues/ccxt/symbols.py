"""What ccxt says that an exchange lists → instruments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.venues.ccxt.fields import Fields
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus
from tradebook.venues.symbols import instrument_id

_WHAT = "market"
_KINDS = {
    "spot": InstrumentKind.SPOT,
    "swap": InstrumentKind.PERPETUAL,
    "future": InstrumentKind.FUTURE,
    "option": InstrumentKind.OPTION,
}
DECIMAL_PLACES, TICK_SIZE = 2, 4
"""How ccxt says how precise a number may be; it has a third way, significant digits, that is no grid."""


def decode_markets(
    markets: Iterable[Mapping[str, Any]], venue: str, precision_mode: int
) -> tuple[list[ListedInstrument], list[str]]:
    """What is listed, and what is wrong with the lines that were left out."""
    listed, unreadable = [], []
    for each in markets:
        try:
            listed.append(decode_market(each, venue, precision_mode))
        except UndecodableFrame as error:
            unreadable.append(error.detail)
    return listed, unreadable


def decode_market(market: Mapping[str, Any], venue: str, precision_mode: int) -> ListedInstrument:
    """One line. Raises UndecodableFrame."""
    read = Fields(venue, _WHAT, market)
    symbol, kind = read.text("symbol"), read.word("type", _KINDS)
    base, quote = read.asset("base"), read.asset("quote")
    expires_at = (
        read.moment_or_none("expiry") if kind in (InstrumentKind.FUTURE, InstrumentKind.OPTION) else None
    )
    strike = read.decimal_or_none("strike") if kind is InstrumentKind.OPTION else None
    is_call = read.text("optionType") == "call" if kind is InstrumentKind.OPTION else None
    if kind in (InstrumentKind.FUTURE, InstrumentKind.OPTION) and expires_at is None:
        raise read.wrong("expiry", f"{symbol} does not say when it expires")
    limits = read.inner("limits")
    amounts = limits.inner("amount")
    return ListedInstrument(
        instrument=Instrument(
            instrument_id=instrument_id(
                base,
                quote,
                venue,
                kind,
                expires_on=expires_at.date() if expires_at else None,
                strike=strike,
                is_call=is_call,
            ),
            symbol=symbol,
            venue=venue,
            base_asset=base,
            quote_asset=quote,
            tick_size=_step(read, "price", precision_mode),
            lot_size=_step(read, "amount", precision_mode),
            min_notional=limits.inner("cost").decimal_or_none("min") or ZERO,
            maker_fee_rate=_rate(market, read, "maker"),
            taker_fee_rate=_rate(market, read, "taker"),
        ),
        venue_symbol=symbol,
        kind=kind,
        status=ListingStatus.HALTED if read.get("active") is False else ListingStatus.TRADING,
        settle_asset=read.asset("settle") if read.get("settle") else quote,
        contract_size=read.decimal_or_none("contractSize") or Decimal(1),
        is_inverse=read.get("inverse") is True,
        min_quantity=amounts.decimal_or_none("min"),
        max_quantity=amounts.decimal_or_none("max"),
        max_leverage=limits.inner("leverage").decimal_or_none("max"),
        expires_at=expires_at,
        strike=strike,
        is_call=is_call,
    )


def _rate(market: Mapping[str, Any], read: Fields, field: str) -> Decimal:
    told = market.get(field)
    if isinstance(told, float):  # a constant of ccxt's own, which is shortest as it was written
        return Decimal(repr(told))
    return read.decimal_or_none(field) or ZERO


def _step(read: Fields, field: str, precision_mode: int) -> Decimal:
    told = read.inner("precision").decimal(field)
    if precision_mode == DECIMAL_PLACES:
        return Decimal(1).scaleb(-int(told))
    if precision_mode != TICK_SIZE or told <= 0:
        raise read.wrong(field, "has no step")
    return told
