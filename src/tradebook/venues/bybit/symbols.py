"""Bybit's lists of instruments, and which list a symbol is looked up in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import ZERO, plain
from tradebook.market.values import Contract as Settlement
from tradebook.market.values import Instrument
from tradebook.venues.bybit.wire.base import (
    VENUE,
    Listing,
    amount,
    answered,
    moment_of,
    told,
    word_of,
)
from tradebook.venues.bybit.wire.instruments import Contract, Option, Spot
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import VenueProblem
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus
from tradebook.venues.symbols import Symbols, SymbolTable, instrument_id


class Category(StrEnum):
    """Bybit's markets (https://bybit-exchange.github.io/docs/v5/enum#category)."""

    SPOT = "spot"
    LINEAR = "linear"
    INVERSE = "inverse"
    OPTION = "option"


STATUSES = {
    "PreLaunch": ListingStatus.HALTED,
    "Trading": ListingStatus.TRADING,
    "Settling": ListingStatus.DELISTED,
    "Delivering": ListingStatus.DELISTED,
    "Closed": ListingStatus.DELISTED,
}
"""https://bybit-exchange.github.io/docs/v5/enum#status, and ``Settling`` of older lists."""

CONTRACT_KINDS = {
    "LinearPerpetual": InstrumentKind.PERPETUAL,
    "InversePerpetual": InstrumentKind.PERPETUAL,
    "LinearFutures": InstrumentKind.FUTURE,
    "InverseFutures": InstrumentKind.FUTURE,
}
"""https://bybit-exchange.github.io/docs/v5/enum#contracttype"""

_CALLS = {"Call": True, "Put": False}


class Markets:
    """The lists of all categories. One symbol may stand in two of them and mean two instruments."""

    def __init__(self, listed: Mapping[Category, Iterable[ListedInstrument]] | None = None) -> None:
        self._tables = {category: SymbolTable() for category in Category}
        for category, instruments in (listed or {}).items():
            self.take(category, instruments)
        self._left_out: set[tuple[Category, str]] = set()

    def take(self, category: Category, listed: Iterable[ListedInstrument]) -> None:
        """Add instruments of a category, or replace them by their newer terms."""
        self._tables[category].take(listed)

    def of(self, category: Category) -> SymbolTable:
        """The list of a category."""
        return self._tables[category]

    def listed_as(self, instrument_id: InstrumentId) -> ListedInstrument:
        """What an id stands for, in whichever category. Raises KeyError for what is not listed."""
        for table in self._tables.values():
            if instrument_id in table:
                return table.listed(instrument_id)
        raise KeyError(instrument_id)

    def listed(self, category: Category, symbol: str, what: str) -> ListedInstrument:
        """What a symbol means. Raises Unlisted, naming ``what``, where it is not listed."""
        table = self._tables[category]
        try:
            return table.listed(table.instrument_of(symbol))
        except KeyError:
            raise Unlisted(category, symbol, what) from None

    def leave_out(self, category: Category, symbol: str) -> None:
        """Not even Bybit says what it means: what is told of it is not read until it is listed."""
        self._left_out.add((category, symbol))

    def leaves_out(self, category: str, symbol: str) -> bool:
        """Whether what is told of it is not read; of a category that there is not all is."""
        is_left_out = (category, symbol) in self._left_out
        return is_left_out and not self._tables[Category(category)].has(symbol)


class Unlisted(UndecodableFrame):
    """A symbol is on no list of ours: it was listed since, or is listed no more."""

    def __init__(self, category: Category, symbol: str, what: str) -> None:
        super().__init__(VENUE, what, f"{symbol[:40]!r} is not listed")
        self.category = category
        self.symbol = symbol


def unlisted(symbol: str, what: str) -> UndecodableFrame:
    """The error for a symbol that is on no list of ours."""
    return UndecodableFrame(VENUE, what, f"{symbol[:40]!r} is not listed")


def named(symbols: Symbols, symbol: str, what: str) -> InstrumentId:
    """The instrument of a symbol. Raises UndecodableFrame, naming ``what``, where it is not listed."""
    try:
        return symbols.instrument_of(symbol)
    except KeyError:
        raise unlisted(symbol, what) from None


def known(symbols: Symbols, symbol: str) -> bool:
    """Whether a symbol is listed."""
    try:
        symbols.instrument_of(symbol)
    except KeyError:
        return False
    return True


def category_named(word: str, what: str) -> Category:
    """A category by its name on the wire. Raises UndecodableFrame."""
    return word_of(_CATEGORIES, word, what)


_CATEGORIES = {category.value: category for category in Category}


def category_of(listed: ListedInstrument) -> Category:
    """The market that an instrument is traded in."""
    if listed.kind is InstrumentKind.SPOT:
        return Category.SPOT
    if listed.kind is InstrumentKind.OPTION:
        return Category.OPTION
    return Category.INVERSE if listed.is_inverse else Category.LINEAR


def decode_instruments(category: Category, data: bytes) -> Sequence[ListedInstrument | VenueProblem]:
    """One page of ``/v5/market/instruments-info`` (see ``next_page``). Raises UndecodableFrame."""
    decoder, listed = _LISTS[category]
    opened = answered(data, decoder, f"instruments-info {category.value}")
    if isinstance(opened, VenueProblem):
        return [opened]
    return [listed(line) for line in opened[0].list]


def _spot(line: Spot) -> ListedInstrument:
    lots = line.lot_size_filter
    base, quote = Asset(line.base_coin), Asset(line.quote_coin)
    return ListedInstrument(
        instrument=Instrument(
            instrument_id=instrument_id(base, quote, VENUE),
            symbol=f"{base}/{quote}",
            venue=VENUE,
            base_asset=base,
            quote_asset=quote,
            tick_size=line.price_filter.tick_size,
            lot_size=lots.base_precision,
            min_notional=lots.min_order_amt,
            quote_step=lots.quote_precision,
        ),
        venue_symbol=line.symbol,
        kind=InstrumentKind.SPOT,
        status=word_of(STATUSES, line.status, "instrument.status"),
        settle_asset=quote,
        min_quantity=told(lots.min_order_qty, "instrument.minOrderQty"),
        max_quantity=told(lots.max_limit_order_qty or lots.max_order_qty, "instrument.maxLimitOrderQty"),
    )


SETTLES_SESSIONS = frozenset({"USDC"})
"""Contracts in it pay every eight hours what an open position has gained, together with funding: not only
trades settle them. They are shown, and neither ordered nor booked
(https://bybit-exchange.github.io/docs/v5/account/transaction-log, funding)."""

DOLLAR = Decimal(1)
"""What an inverse contract is worth, in the quote coin."""


def _contract(line: Contract) -> ListedInstrument:
    kind = word_of(CONTRACT_KINDS, line.contract_type, "instrument.contractType")
    is_inverse = line.contract_type.startswith("Inverse")
    expires_at = None
    if kind is InstrumentKind.FUTURE:
        expires_at = moment_of(line.delivery_time, "instrument.deliveryTime")
    return ListedInstrument(
        instrument=msgspec.structs.replace(
            _derivative(line, kind, expires_at), contract=_settlement(line, is_inverse=is_inverse)
        ),
        venue_symbol=line.symbol,
        kind=kind,
        status=word_of(STATUSES, line.status, "instrument.status"),
        settle_asset=Asset(line.settle_coin),
        # A linear contract is one of the base coin, an inverse one is a dollar's worth of it.
        is_inverse=is_inverse,
        min_quantity=line.lot_size_filter.min_order_qty,
        max_quantity=line.lot_size_filter.max_order_qty,
        max_leverage=line.leverage_filter.max_leverage,
        expires_at=expires_at,
    )


def _settlement(line: Contract, *, is_inverse: bool) -> Settlement | None:
    """Its maintenance rate is on another list."""
    if line.settle_coin in SETTLES_SESSIONS:
        return None
    return Settlement(
        settle_asset=Asset(line.settle_coin),
        inverse_size=DOLLAR if is_inverse else None,
        max_leverage=line.leverage_filter.max_leverage,
    )


def _option(line: Option) -> ListedInstrument:
    expires_at = moment_of(line.delivery_time, "instrument.deliveryTime")
    parts = line.symbol.split("-")
    if len(parts) < 4:
        raise UndecodableFrame(VENUE, "instrument.symbol", "names no strike")
    strike = amount(parts[2], "instrument.symbol")
    is_call = word_of(_CALLS, line.options_type, "instrument.optionsType")
    return ListedInstrument(
        instrument=_derivative(line, InstrumentKind.OPTION, expires_at, strike, is_call=is_call),
        venue_symbol=line.symbol,
        kind=InstrumentKind.OPTION,
        status=word_of(STATUSES, line.status, "instrument.status"),
        settle_asset=Asset(line.settle_coin),
        min_quantity=line.lot_size_filter.min_order_qty,
        max_quantity=line.lot_size_filter.max_order_qty,
        expires_at=expires_at,
        strike=strike,
        is_call=is_call,
    )


def _derivative(
    line: Contract | Option,
    kind: InstrumentKind,
    expires_at: datetime | None,
    strike: Decimal | None = None,
    *,
    is_call: bool | None = None,
) -> Instrument:
    base, quote = Asset(line.base_coin), Asset(line.quote_coin)
    name = f"{base}/{quote}"
    if expires_at is None:
        name += " PERP"
    else:
        name += f" {expires_at:%Y-%m-%d}"
    if strike is not None:
        name += f" {plain(strike)} {'C' if is_call else 'P'}"
    return Instrument(
        instrument_id=instrument_id(
            base, quote, VENUE, kind, expires_at.date() if expires_at else None, strike, is_call
        ),
        symbol=name,
        venue=VENUE,
        base_asset=base,
        quote_asset=quote,
        tick_size=line.price_filter.tick_size,
        lot_size=line.lot_size_filter.qty_step,
        min_notional=told(line.lot_size_filter.min_notional_value, "instrument.minNotionalValue") or ZERO,
    )


_contracts = msgspec.json.Decoder(Listing[Contract])
_LISTS: dict[Category, tuple[msgspec.json.Decoder[Any], Callable[[Any], ListedInstrument]]] = {
    Category.SPOT: (msgspec.json.Decoder(Listing[Spot]), _spot),
    Category.LINEAR: (_contracts, _contract),
    Category.INVERSE: (_contracts, _contract),
    Category.OPTION: (msgspec.json.Decoder(Listing[Option]), _option),
}
