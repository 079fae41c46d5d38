"""Which instrument a venue means by a symbol, and what it calls an instrument."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import plain
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument


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

    def between(self, assets: Collection[Asset]) -> Sequence[ListedInstrument]:
        """Those that are traded between any two of the assets."""
        return [
            each
            for each in self._by_id.values()
            if each.instrument.base_asset in assets and each.instrument.quote_asset in assets
        ]


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
