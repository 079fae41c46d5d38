"""The shapes of recorded files that can be replayed: each is recognised by its header.

A reader turns a file into prints, best prices or bars; what they become on the tape is decided in ``tape``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from tradebook.kernel.errors import InvalidInput
from tradebook.market.values import Aggressor

Row = dict[str, str]


class Print(NamedTuple):
    """A recorded trade."""

    at: datetime
    id: str
    price: Decimal
    quantity: Decimal
    aggressor: Aggressor


class Best(NamedTuple):
    """A recorded best bid and ask; sizes are zero where the record has none."""

    at: datetime
    bid: Decimal
    bid_size: Decimal
    ask: Decimal
    ask_size: Decimal


class Bar(NamedTuple):
    """A recorded candle that begins at ``at``."""

    at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


Record = Print | Best | Bar


class Shape(NamedTuple):
    """A kind of file."""

    name: str
    columns: frozenset[str]
    """A file with all of these columns has this shape."""
    read: Callable[[Row], Record]


def _time(text: str) -> datetime:
    """ISO 8601, or a Unix time in seconds, milli-, micro- or nanoseconds; without a zone it is UTC."""
    if text.isdigit():
        number = int(text)
        for digits, unit in ((18, 10**9), (15, 10**6), (12, 10**3)):
            if len(text) > digits:
                return datetime.fromtimestamp(number / unit, UTC)
        return datetime.fromtimestamp(number, UTC)
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def _side(text: str) -> Aggressor:
    return {"buy": Aggressor.BUY, "sell": Aggressor.SELL}.get(text.strip().lower(), Aggressor.UNKNOWN)


def _first(row: Row, *names: str) -> str:
    return next(row[name] for name in names if row.get(name, "") != "")


def _maker_print(row: Row) -> Print:
    aggressor = Aggressor.SELL if row["buyer_maker"].lower() == "true" else Aggressor.BUY
    return Print(
        _time(row["timestamp"]), row["trade_id"], Decimal(row["price"]), Decimal(row["quantity"]), aggressor
    )


def _sided_print(row: Row) -> Print:
    return Print(
        _time(_first(row, "timestamp", "date")),
        row["id"].strip(),
        Decimal(row["price"].strip()),
        Decimal(row["amount"].strip()),
        _side(row["side"]),
    )


def _best(row: Row) -> Best:
    return Best(
        _time(row["timestamp"]),
        Decimal(row.get("bid") or row["bid_price"]),
        Decimal(row.get("bid_size") or row.get("bid_amount") or 0),
        Decimal(row.get("ask") or row["ask_price"]),
        Decimal(row.get("ask_size") or row.get("ask_amount") or 0),
    )


def _bar(row: Row) -> Bar:
    at = _time(_first(row, "timestamp", "timestamp_utc", "date", ""))
    opened, high, low, close = (Decimal(row[name]) for name in ("open", "high", "low", "close"))
    return Bar(at, opened, high, low, close, Decimal(row.get("volume") or 0))


SHAPES = (
    Shape(
        "trades with buyer_maker",
        frozenset({"timestamp", "trade_id", "price", "quantity", "buyer_maker"}),
        _maker_print,
    ),
    Shape("trades with side", frozenset({"id", "side", "price", "amount"}), _sided_print),
    Shape("quotes", frozenset({"timestamp", "bid", "ask"}), _best),
    Shape("quotes with amounts", frozenset({"timestamp", "bid_price", "ask_price"}), _best),
    Shape("bars", frozenset({"open", "high", "low", "close"}), _bar),
)


def read(file: Path) -> Iterator[Record]:
    """The records of a file, in its order. Raises InvalidInput for an unknown shape or a broken row."""
    if file.suffix == ".json":
        yield from _read_json_bars(file)
        return
    with file.open(newline="") as lines:
        rows = csv.reader(lines)
        header = [name.strip().lower() for name in next(rows, [])]
        shape = next((each for each in SHAPES if each.columns <= set(header)), None)
        if shape is None:
            raise _unknown(file, header)
        for number, values in enumerate(rows, start=2):
            try:
                yield shape.read(dict(zip(header, values, strict=True)))
            except (ValueError, ArithmeticError, StopIteration, KeyError):
                raise InvalidInput(
                    "market", f"{file.name} line {number} is broken", "mend or remove it"
                ) from None


def _read_json_bars(file: Path) -> Iterator[Bar]:
    """A list of [Unix time in ms, open, high, low, close, volume]."""
    document = json.loads(file.read_text(), parse_float=str, parse_int=str)
    for row in document:
        if not isinstance(row, list) or len(row) != 6:
            raise _unknown(file, ["JSON"])
        opened, high, low, close, volume = map(Decimal, row[1:])
        yield Bar(_time(row[0]), opened, high, low, close, volume)


def _unknown(file: Path, header: list[str]) -> InvalidInput:
    known = "; ".join(f"{shape.name} ({', '.join(sorted(shape.columns))})" for shape in SHAPES)
    return InvalidInput(
        "market",
        f"{file.name} has columns {', '.join(header)[:200]}, which no known shape has",
        f"known are: {known}",
    )
