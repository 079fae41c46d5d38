"""Which instrument a venue means by a symbol, and what it calls an instrument."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

import structlog

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import plain
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument

log = structlog.get_logger("tradebook.venues")

ASKED_ONE_BY_ONE_MAX = 100
"""Instruments: a question for each is what a venue's limit has room for within half a minute."""


class Symbols(Protocol):
    """What a decoder asks."""

    def instrument_of(self, venue_symbol: str) -> InstrumentId:
        """Raises KeyError for a symbol that is not listed."""
        ...


class SymbolTable:
    """The instruments that one market of a venue lists."""

    def __init__(self, listed: Iterable[ListedInstrument] = ()) -> None:
        self._by_symbol: dict[str, ListedInstrument] = {}
        self._by_id: dict[InstrumentId, ListedInstrument] = {}
        self.take(listed)

    def __bool__(self) -> bool:
        return bool(self._by_id)

    def __iter__(self) -> Iterator[ListedInstrument]:
        return iter(list(self._by_id.values()))

    def __contains__(self, instrument_id: InstrumentId) -> bool:
        return instrument_id in self._by_id

    def take(self, listed: Iterable[ListedInstrument]) -> None:
        """Add instruments, or replace them by their newer terms."""
        for each in listed:
            self._by_symbol[each.venue_symbol] = each
            self._by_id[each.instrument.instrument_id] = each

    def has(self, venue_symbol: str) -> bool:
        """Whether a symbol is listed."""
        return venue_symbol in self._by_symbol

    def instrument_of(self, venue_symbol: str) -> InstrumentId:
        """Raises KeyError for a symbol that is not listed."""
        return self._by_symbol[venue_symbol].instrument.instrument_id

    def listed(self, instrument_id: InstrumentId) -> ListedInstrument:
        """Raises KeyError for an instrument that is not listed."""
        return self._by_id[instrument_id]

    def perhaps_traded(
        self, changed: Collection[Asset], held: Collection[Asset]
    ) -> Sequence[ListedInstrument]:
        """What an account may have traded: everything between any two assets of which it has now more or less
        (``changed``), or which it has or had something to do with (``held``). The likeliest come first, and
        where there are too many to be asked for one by one they are all that is told.
        """
        concerned = {*changed, *held}
        found = [each for each in self._by_id.values() if _assets_of(each) <= concerned]
        # What was bought and sold again leaves a trace in what it was paid with, or in neither.
        found.sort(key=lambda each: len(_assets_of(each).intersection(changed)), reverse=True)
        if len(found) > ASKED_ONE_BY_ONE_MAX:
            log.warning("not_all_fills_asked_for", instruments=len(found), asked_for=ASKED_ONE_BY_ONE_MAX)
        return found[:ASKED_ONE_BY_ONE_MAX]


def _assets_of(listed: ListedInstrument) -> set[Asset]:
    return {listed.instrument.base_asset, listed.instrument.quote_asset}


def instrument_id(  # noqa: PLR0917 - what an id is made of, in its order
    base: Asset,
    quote: Asset,
    venue: str,
    kind: InstrumentKind = InstrumentKind.SPOT,
    expires_on: date | None = None,
    strike: Decimal | None = None,
    is_call: bool | None = None,
) -> InstrumentId:
    """The one way to name an instrument, safe in URLs.

    ``BTC-USDT.BINANCE``, ``BTC-USDT-PERP.BINANCE``, ``BTC-USD-20261225.BYBIT``,
    ``BTC-USDC-20261225-60000-C.BYBIT``.
    """
    parts: list[str] = [base, quote]
    if kind is InstrumentKind.PERPETUAL:
        parts.append("PERP")
    if expires_on is not None:
        parts.append(f"{expires_on:%Y%m%d}")
    if strike is not None:
        parts += [plain(strike), "C" if is_call else "P"]
    return InstrumentId(f"{'-'.join(parts)}.{venue.upper()}")
