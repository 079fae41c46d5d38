"""What commands print: tables with figures on the right for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

Row = Mapping[str, Any]

_FIGURES = frozenset(
    {
        "total",
        "available",
        "held",
        "quantity",
        "price",
        "stop_price",
        "filled_quantity",
        "average_price",
        "amount",
    }
    | {"bid", "bid_size", "ask", "ask_size", "last", "fee", "position", "cost", "realised", "rows", "events"}
    | {"book", "difference"}
)
"""Columns that are right-aligned."""
_PROSE = frozenset({"detail", "remedy", "scopes"})
"""Columns that, like ids, may take several lines."""
WIDTH_IN_FILES = 160

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


def print_json(document: object) -> None:
    """One document on one line of standard output."""
    sys.stdout.write(json.dumps(document, separators=(",", ":"), default=str) + "\n")
    sys.stdout.flush()


def print_line(text: str) -> None:
    """A sentence on standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def print_table(rows: Sequence[Row], columns: Sequence[str], *, nothing: str) -> None:
    """Rows under headings; ``nothing`` is what is said where there are none, with the next step."""
    if not rows:
        print_line(nothing)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(
            column.replace("_", " "),
            justify="right" if column in _FIGURES else "left",
            overflow="fold",
            no_wrap=not (column.endswith("_id") or column in _PROSE),
        )
    for row in rows:
        table.add_row(*(_text(row.get(column)) for column in columns))
    Console(width=None if sys.stdout.isatty() else WIDTH_IN_FILES).print(table)


def print_fields(fields: Row) -> None:
    """One thing, a line per field."""
    width = max(map(len, fields), default=0)
    for name, value in fields.items():
        print_line(f"{name.replace('_', ' '):<{width}}  {_text(value)}")


def show(
    rows: Sequence[Row],
    columns: Sequence[str],
    *,
    as_json: bool,
    nothing: str,
    next_cursor: str | None = None,
) -> None:
    """A list, as the API answers it or as a table."""
    if as_json:
        print_json({"items": rows, "next_cursor": next_cursor})
    else:
        print_table(rows, columns, nothing=nothing)


@contextmanager
def progress_bar(title: str, *, as_json: bool) -> Iterator[Progress]:
    """A bar on standard error while a person watches, else nothing."""
    if as_json or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(title, total=None)

        def advance(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield advance


def _text(value: object) -> str:
    if value is None or value in ("", [], ()):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_text, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(inner)}" for name, inner in value.items())
    return str(value)
