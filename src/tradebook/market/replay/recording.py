"""Which files make up a recording, what each is about, and in which order their lines follow each other."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tradebook.kernel.errors import InvalidInput
from tradebook.market.replay.files import read
from tradebook.market.replay.pairs import pair_of
from tradebook.market.replay.records import Bar, Best, Depth, Line, OneSide, PricesOf, Print, Record

Pair = tuple[str, str]
Key = tuple[object, int, int, str]

READABLE = frozenset({".csv", ".json"})
RULES_ENDING = "instrument.txt"
FILES_MAX = 500
"""All files are open at once, so that they can be merged without being read whole."""
REORDER_MAX = 50_000
"""Lines that are held back to put a file in order that is not; those of files in order are not held."""

_BID_OR_ASK = re.compile(r"(?<![a-z])(bid|ask)(?![a-z])", re.IGNORECASE)


class OutOfOrder(Exception):
    """A file has a line that is earlier than one before it."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.file = file


class Recording(NamedTuple):
    """Files, by what they are."""

    records: Sequence[Path]
    rules: Sequence[Path]


def recording_of(paths: str) -> Recording:
    """The files behind comma-separated files and folders, with those in folders of folders.

    Raises InvalidInput naming what is not there.
    """
    records: dict[Path, None] = {}
    rules: dict[Path, None] = {}
    for text in paths.split(","):
        path = Path(text).expanduser()
        if not path.exists():
            raise InvalidInput("market", f"there is no file or folder {path}", "check the path after replay:")
        files = sorted(filter(_is_recorded, path.rglob("*"))) if path.is_dir() else [path]
        if not files:
            raise InvalidInput("market", f"{path} holds no .csv or .json file", "name recorded files")
        for file in files:
            (rules if file.name.endswith(RULES_ENDING) else records)[file] = None
    if len(records) > FILES_MAX:
        raise InvalidInput(
            "market", f"{len(records)} files are more than {FILES_MAX}", "name fewer, or join some"
        )
    return Recording(list(records), list(rules))


def _is_recorded(file: Path) -> bool:
    return file.is_file() and (file.suffix in READABLE or file.name.endswith(RULES_ENDING))


def merged(files: Sequence[Path], not_in_order: frozenset[Path]) -> Iterator[tuple[Pair, Record]]:
    """The lines of all files by time; at one instant quotes and depth before trades, then by their ids.

    A print therefore meets the quote of its own instant, and what it triggers trades at the newest price that
    was known. Raises OutOfOrder for a file that has to be among ``not_in_order``, and InvalidInput for one
    that is too far out of order even for that.
    """
    names = {str(file) for file in files}
    streams = [
        _in_order(file, _lines(file, names)) if file in not_in_order else _keyed(file, _lines(file, names))
        for file in files
    ]
    pairs: dict[str, Pair] = {}
    for _, _, name, record in heapq.merge(*streams, key=lambda each: each[0]):
        pair = pairs.get(name)
        if pair is None:
            pair = pairs[name] = pair_of(name)
        yield pair, record


Keyed = tuple[Key, int, str, Record]


def _lines(file: Path, names: set[str]) -> Iterator[Line]:
    """Bars of bids beside bars of asks are quotes; either of them alone is played as prices."""
    prices_of = PricesOf.TRADES
    found = _BID_OR_ASK.search(file.name)
    if found is not None:
        is_bid = found[0].lower() == "bid"
        other = _BID_OR_ASK.sub("ask" if is_bid else "bid", file.name)
        if str(file.with_name(other)) in names:
            prices_of = PricesOf.BIDS if is_bid else PricesOf.ASKS
    for symbol, record in read(file):
        if isinstance(record, Bar) and prices_of is not PricesOf.TRADES:
            yield symbol, record._replace(prices_of=prices_of)
        else:
            yield symbol, record


def _keyed(file: Path, lines: Iterator[Line]) -> Iterator[Keyed]:
    before: Key | None = None
    for number, (symbol, record) in enumerate(lines):
        key = _key(record)
        if before is not None and key < before:
            raise OutOfOrder(file)
        before = key
        yield key, number, symbol or file.stem, record


def _in_order(file: Path, lines: Iterator[Line]) -> Iterator[Keyed]:
    held: list[Keyed] = []
    before: Key | None = None
    for number, (symbol, record) in enumerate(lines):
        key = _key(record)
        if before is not None and key < before:
            raise InvalidInput(
                "market",
                f"{file}, record {number + 1} belongs more than {REORDER_MAX} records further ahead",
                "sort the file by time",
            )
        heapq.heappush(held, (key, number, symbol or file.stem, record))
        if len(held) > REORDER_MAX:
            before = held[0][0]
            yield heapq.heappop(held)
    while held:
        yield heapq.heappop(held)


def _key(record: Record) -> Key:
    if isinstance(record, Print) and record.id.isdigit():
        return record.at, 1, len(record.id), record.id
    return record.at, 0 if isinstance(record, Best | OneSide | Depth) else 1, 0, ""
