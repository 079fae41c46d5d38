"""The tape: all records of all files in the order of their times, with the rules of their instruments.

Order: by time; at the same instant quotes before trades, then by the files' own ids. A print therefore meets
the quote of its own instant, and what it triggers trades at the newest price that was known. Sizes are cut to
the lot, because recorded ones carry the noise of floats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import ZERO, round_half_even
from tradebook.market.replay.pairs import pair_of
from tradebook.market.replay.shapes import Bar, Best, Print, Record, read
from tradebook.market.values import Aggressor, Instrument, MarketEvent, Quote, Trade

VENUE = "paper"
NOISE_BELOW = Decimal("0.00000001")
"""Digits beyond are noise of the recording."""
KNOWN_STEPS = {("BTC", "USDT"): (Decimal("0.01"), Decimal("0.000001"))}
"""Tick and lot where they are known to be finer or coarser than the record shows."""
FEE_RATE = Decimal("0.001")
READABLE = frozenset({".csv", ".json"})


class Tape:
    """Read whole: recordings are small, and merging needs their times."""

    def __init__(self, instruments: Sequence[Instrument], events: Sequence[MarketEvent]) -> None:
        self.instruments = instruments
        self.events = events


def read_tape(paths: str) -> Tape:
    """The tape of comma-separated files and folders. Raises InvalidInput naming what cannot be read."""
    records: dict[tuple[str, str], list[Record]] = {}
    for file in _files(paths):
        records.setdefault(pair_of(file.stem), []).extend(read(file))
    instruments = {pair: _instrument(pair, found) for pair, found in records.items()}
    tagged = [(_key(record), pair, record) for pair, found in records.items() for record in found]
    tagged.sort(key=lambda each: each[0])
    return Tape(
        list(instruments.values()), list(_events((instruments[pair], record) for _, pair, record in tagged))
    )


def _files(paths: str) -> Iterator[Path]:
    for text in paths.split(","):
        path = Path(text).expanduser()
        if path.is_dir():
            files = sorted(file for file in path.iterdir() if file.suffix in READABLE)
            if not files:
                raise InvalidInput("market", f"{path} holds no .csv or .json file", "name recorded files")
            yield from files
        elif path.is_file():
            yield path
        else:
            raise InvalidInput("market", f"there is no file or folder {path}", "check the path after replay:")


def _key(record: Record) -> tuple[object, int, int, str]:
    identifier = record.id if isinstance(record, Print) else ""
    return record.at, 0 if isinstance(record, Best) else 1, len(identifier), identifier


def _instrument(pair: tuple[str, str], records: Iterable[Record]) -> Instrument:
    base, quote = pair
    tick, lot = KNOWN_STEPS.get(pair) or _steps(records)
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


def _steps(records: Iterable[Record]) -> tuple[Decimal, Decimal]:
    """Tick and lot: the finest decimals that the record shows, noise aside."""
    tick, lot = 0, 0
    for record in records:
        match record:
            case Print():
                tick, lot = max(tick, _decimals(record.price)), max(lot, _decimals(record.quantity))
            case Best():
                tick = max(tick, _decimals(record.bid), _decimals(record.ask))
                lot = max(lot, _decimals(record.bid_size), _decimals(record.ask_size))
            case Bar():
                tick = max(tick, *map(_decimals, (record.open, record.high, record.low, record.close)))
                lot = max(lot, _decimals(record.volume))
    return Decimal(1).scaleb(-tick), Decimal(1).scaleb(-lot)


def _decimals(value: Decimal) -> int:
    exponent = round_half_even(value, NOISE_BELOW).normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _events(records: Iterable[tuple[Instrument, Record]]) -> Iterator[MarketEvent]:
    for sequence, (instrument, record) in enumerate(records, start=1):
        match record:
            case Print():
                yield _trade(instrument, record, sequence * 4)
            case Best():
                yield _quote(instrument, record, sequence * 4)
            case Bar():
                yield from _prints_of(instrument, record, sequence * 4)


def _trade(instrument: Instrument, record: Print, sequence: int) -> Trade:
    return Trade(
        instrument_id=instrument.instrument_id,
        trade_id=record.id,
        price=round_half_even(record.price, instrument.tick_size),
        quantity=round_half_even(record.quantity, instrument.lot_size),
        aggressor=record.aggressor,
        at=record.at,
        sequence=sequence,
    )


def _quote(instrument: Instrument, record: Best, sequence: int) -> Quote:
    return Quote(
        instrument_id=instrument.instrument_id,
        bid=round_half_even(record.bid, instrument.tick_size),
        bid_size=round_half_even(record.bid_size, instrument.lot_size),
        ask=round_half_even(record.ask, instrument.tick_size),
        ask_size=round_half_even(record.ask_size, instrument.lot_size),
        at=record.at,
        sequence=sequence,
    )


def _prints_of(instrument: Instrument, bar: Bar, sequence: int) -> Iterator[Trade]:
    """A bar as four prints of a quarter of its volume each: open, the nearer extreme, the other, close."""
    low_first = bar.open - bar.low <= bar.high - bar.open
    extremes = (bar.low, bar.high) if low_first else (bar.high, bar.low)
    quantity = round_half_even(bar.volume / 4, instrument.lot_size) if bar.volume else ZERO
    for n, price in enumerate((bar.open, *extremes, bar.close)):
        printed = Print(bar.at, f"bar-{sequence + n}", price, quantity, Aggressor.UNKNOWN)
        yield _trade(instrument, printed, sequence + n)
