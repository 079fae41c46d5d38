"""Reads a recorded file where it lies, line by line: nothing of it is kept."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tradebook.kernel.errors import InvalidInput
from tradebook.market.replay.json_items import items_of
from tradebook.market.replay.records import Bar, Line, Record, Rules, price_of, size_of, time_of
from tradebook.market.replay.shapes import BARE_SHAPES, SHAPES, Bare, Shape
from tradebook.market.replay.ticks import Ticks

_BROKEN = (ValueError, ArithmeticError, LookupError, TypeError, csv.Error)
_INCREMENT = re.compile(r"(\w+)=([^,)]+)")


def read(file: Path) -> Iterator[Line]:
    """The records of a file, in its order.

    Raises InvalidInput for an unknown shape, or a broken line with its number.
    """
    try:
        yield from _read_json(file) if file.suffix == ".json" else _read_csv(file)
    except OSError as error:
        raise InvalidInput(
            "market", f"{file} cannot be read: {error.strerror}", "check that it may be read"
        ) from None


def read_rules(file: Path) -> tuple[str, Rules]:
    """The symbol and rules in a file that describes an instrument. Raises InvalidInput."""
    try:
        said = dict(_INCREMENT.findall(file.read_text()))
        steps = price_of(said["price_increment"]), size_of(said["size_increment"])
        return said["id"], Rules(*steps, size_of(said["maker_fee"]), size_of(said["taker_fee"]))
    except (*_BROKEN, OSError) as error:
        raise InvalidInput(
            "market",
            f"{file} does not describe an instrument: {_reason(error)}",
            "it needs id, price_increment, size_increment, maker_fee and taker_fee",
        ) from None


# --- CSV


def _read_csv(file: Path) -> Iterator[Line]:
    with file.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        rows = csv.reader(lines)
        try:
            head = [cell.strip().lower() for cell in next(rows, [])]
            shape, names = _shape_of(file, head)
            first = [head] if isinstance(shape, Bare) else []
            yield from shape.read(_rows(names, first, rows))
        except _BROKEN as error:
            raise _broken(file, f"line {rows.line_num}", error) from None


def _rows(names: list[str], first: list[list[str]], rows: Iterator[list[str]]) -> Iterator[dict[str, str]]:
    for values in first:
        yield dict(zip(names, values, strict=True))
    for values in rows:
        if values:
            if len(values) != len(names):
                raise ValueError(f"{len(values)} columns where {len(names)} were expected")
            yield dict(zip(names, values, strict=True))


def _shape_of(file: Path, head: list[str]) -> tuple[Shape | Bare, list[str]]:
    has_header = any(cell[:1].isalpha() for cell in head)
    if has_header:
        for shape in SHAPES:
            if set(shape.columns) <= set(head):
                return shape, head
    elif head:
        for bare in BARE_SHAPES:
            if len(bare.columns) == len(head):
                return bare, list(bare.columns)
    raise _unknown(file, f"columns {', '.join(head)[:200]}" if has_header else f"{len(head)} unnamed columns")


# --- JSON


def _read_json(file: Path) -> Iterator[Line]:
    number = 1
    read_item: Callable[[Any], Record | None] | None = None
    try:
        for item in items_of(file):
            read_item = read_item or _item_reader(file, item)
            record = read_item(item)
            if record is not None:
                yield None, record
            number += 1
    except _BROKEN as error:
        raise _broken(file, f"item {number}", error) from None


def _item_reader(file: Path, item: Any) -> Callable[[Any], Record | None]:
    if isinstance(item, list) and len(item) == 6:
        return _listed_bar
    if isinstance(item, dict) and {"time", "tickType", "price", "size"} <= item.keys():
        return Ticks().record
    raise _unknown(file, "items of another kind")


def _listed_bar(item: Any) -> Bar:
    at, opened, high, low, close, volume = map(str, item)
    return Bar(time_of(at), price_of(opened), price_of(high), price_of(low), price_of(close), size_of(volume))


# --- what is said of files that cannot be read


def _reason(error: BaseException) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is not there or not known"
    if isinstance(error, ArithmeticError):
        return "a number cannot be read"
    return str(error)[:200] or type(error).__name__


def _broken(file: Path, place: str, error: BaseException) -> InvalidInput:
    return InvalidInput("market", f"{file}, {place} is broken: {_reason(error)}", "mend or remove it")


def _unknown(file: Path, what: str) -> InvalidInput:
    known = [
        *(f"{shape.name} ({', '.join(shape.columns)})" for shape in SHAPES),
        *(f"{bare.name} without a header ({len(bare.columns)} columns)" for bare in BARE_SHAPES),
        "JSON arrays of [time, open, high, low, close, volume]",
        "JSON arrays of {time, price, size, tickType}",
    ]
    return InvalidInput(
        "market", f"{file} has {what}, which no known shape has", f"known are: {'; '.join(known)}"
    )
