"""The tape: a recording as market events in the order of their times, with the rules of their instruments.

Before it is played it is read once from end to end: what is broken is found before anybody trades on it, the
steps of prices and sizes are measured, and the events counted. Nothing of it is kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import msgspec

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.replay.conversion import EVENTS_MAX, Conversion, decimals_of
from tradebook.market.replay.files import read_rules
from tradebook.market.replay.pairs import pair_of
from tradebook.market.replay.recording import OutOfOrder, Pair, merged, recording_of
from tradebook.market.replay.records import Rules
from tradebook.market.values import BookUpdate, Instrument, MarketEvent, Quote, Trade

VENUE = "paper"
NOISE_BELOW = Decimal("0.00000001")
"""Digits beyond are noise of the recording."""
KNOWN_STEPS = {("BTC", "USDT"): (Decimal("0.01"), Decimal("0.000001"))}
"""Tick and lot where they are known to be finer or coarser than the record shows."""
FEE_RATE = Decimal("0.001")


class Tape:
    """A recording that has been read through once."""

    def __init__(
        self,
        files: Sequence[Path],
        not_in_order: frozenset[Path],
        instruments: Mapping[Pair, Instrument],
        *,
        begins: datetime,
        total: int,
    ) -> None:
        self.instruments = list(instruments.values())
        self.begins = begins
        self.total = total
        """How many events it has."""
        self._files = files
        self._not_in_order = not_in_order
        self._by_pair = instruments

    def events(self) -> Iterator[MarketEvent]:
        """From the beginning, read as they are asked for. Raises InvalidInput where a file has changed."""
        try:
            yield from _events(self._files, self._not_in_order, self._by_pair)
        except OutOfOrder as found:
            raise _changed(found.file) from None
        except KeyError as pair:
            raise _changed(pair) from None


def read_tape(paths: str) -> Tape:
    """The tape of comma-separated files and folders. Raises InvalidInput naming what cannot be read."""
    files, described = recording_of(paths)
    rules = {pair_of(symbol): found for symbol, found in map(read_rules, described)}
    not_in_order: frozenset[Path] = frozenset()
    while True:
        survey = _Survey()
        try:
            for event in _events(files, not_in_order, _Provisional()):
                survey.take(event)
        except OutOfOrder as found:
            not_in_order |= {found.file}
        else:
            return _surveyed(paths, files, not_in_order, survey, rules)


def _surveyed(
    paths: str,
    files: Sequence[Path],
    not_in_order: frozenset[Path],
    survey: _Survey,
    rules: Mapping[Pair, Rules],
) -> Tape:
    if survey.begins is None:
        raise InvalidInput(
            "market", f"{paths} holds no trades, quotes, depth or bars", "name files that hold some"
        )
    instruments = {pair: _with_steps(pair, steps, rules.get(pair)) for pair, steps in survey.steps.items()}
    return Tape(files, not_in_order, instruments, begins=survey.begins, total=survey.total)


def _events(
    files: Sequence[Path], not_in_order: frozenset[Path], instruments: Mapping[Pair, Instrument]
) -> Iterator[MarketEvent]:
    conversions: dict[Pair, Conversion] = {}
    for number, (pair, record) in enumerate(merged(files, not_in_order), start=1):
        conversion = conversions.get(pair)
        if conversion is None:
            conversion = conversions[pair] = Conversion(instruments[pair])
        yield from conversion.events(record, number * EVENTS_MAX)


class _Provisional(dict[Pair, Instrument]):
    """Instruments of which nothing is known yet: their steps only cut off noise."""

    def __missing__(self, pair: Pair) -> Instrument:
        return _instrument(pair, tick=NOISE_BELOW, lot=NOISE_BELOW)


class _Steps:
    """Tick and lot of an instrument: the finest decimals that its record shows, noise aside."""

    def __init__(self) -> None:
        self._tick = self._lot = 0

    def take(self, event: MarketEvent) -> None:
        match event:
            case Trade():
                self._see((event.price,), (event.quantity,))
            case Quote():
                self._see((event.bid, event.ask), (event.bid_size, event.ask_size))
            case BookUpdate():
                levels = (*event.bids, *event.asks)
                self._see((level.price for level in levels), (level.size for level in levels))

    def _see(self, prices: Iterable[Decimal], sizes: Iterable[Decimal]) -> None:
        self._tick = max(self._tick, *map(decimals_of, prices))
        self._lot = max(self._lot, *map(decimals_of, sizes))

    def measured(self) -> tuple[Decimal, Decimal]:
        return Decimal(1).scaleb(-self._tick), Decimal(1).scaleb(-self._lot)


class _Survey:
    """What a first reading finds."""

    def __init__(self) -> None:
        self.begins: datetime | None = None
        self.total = 0
        self.steps: dict[Pair, _Steps] = {}

    def take(self, event: MarketEvent) -> None:
        self.total += 1
        if self.begins is None:
            self.begins = event.at
        base, _, quote = event.instrument_id.partition(".")[0].rpartition("-")
        self.steps.setdefault((base, quote), _Steps()).take(event)


def _with_steps(pair: Pair, steps: _Steps, rules: Rules | None) -> Instrument:
    if rules is None:
        tick, lot = KNOWN_STEPS.get(pair) or steps.measured()
        return _instrument(pair, tick=tick, lot=lot)
    return msgspec.structs.replace(
        _instrument(pair, tick=rules.tick, lot=rules.lot),
        maker_fee_rate=rules.maker_fee_rate,
        taker_fee_rate=rules.taker_fee_rate,
    )


def _instrument(pair: Pair, *, tick: Decimal, lot: Decimal) -> Instrument:
    base, quote = pair
    return Instrument(
        instrument_id=InstrumentId(f"{base}-{quote}.REPLAY"),
        symbol=f"{base}/{quote}",
        venue=VENUE,
        base_asset=Asset(base),
        quote_asset=Asset(quote),
        tick_size=tick,
        lot_size=lot,
        maker_fee_rate=FEE_RATE,
        taker_fee_rate=FEE_RATE,
    )


def _changed(what: object) -> InvalidInput:
    return InvalidInput("market", f"{what} is not as it was when the tape was read", "start the replay again")
