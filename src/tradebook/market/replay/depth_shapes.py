"""Recorded order books: several lines, or many columns, make one record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count, groupby, islice
from typing import NamedTuple

from tradebook.market.replay.records import Depth, Line, Updates, price_of, size_of, time_of
from tradebook.market.values import Level

Row = dict[str, str]

CHANGES_MAX = 20_000
"""Levels in one record; a run of more lines of one instant is cut."""
_IS_BID = {"b": True, "bid": True, "buy": True, "a": False, "ask": False, "sell": False}


class _Change(NamedTuple):
    """One line of a record that has many: what it shares with its neighbours, then its level."""

    symbol: str | None
    at: datetime
    is_snapshot: bool
    mark: str
    updates: Updates | None
    is_bid: bool
    level: Level


def tardis_snapshots(rows: Iterable[Row]) -> Iterator[Line]:
    """``asks[0].price, asks[0].amount, bids[0].price, …``: a line is a whole book."""
    for row in rows:
        bids, asks = (tuple(_levels_of(row, side)) for side in ("bids", "asks"))
        yield row.get("symbol"), Depth(time_of(row["timestamp"]), bids, asks, is_snapshot=True)


def _levels_of(row: Row, side: str) -> Iterator[Level]:
    for n in count():
        price = row.get(f"{side}[{n}].price")
        if price is None:
            return
        if price:
            yield _level(price, row[f"{side}[{n}].amount"])


def tardis_changes(rows: Iterable[Row]) -> Iterator[Line]:
    """A line is a level; those that were sent at once are one record. The first of a snapshot begins anew."""

    def changes() -> Iterator[_Change]:
        for row in rows:
            yield _Change(
                symbol=row.get("symbol"),
                at=time_of(row["timestamp"]),
                is_snapshot=row["is_snapshot"].lower() == "true",
                mark=row["local_timestamp"],
                updates=None,
                is_bid=_IS_BID[row["side"]],
                level=_level(row["price"], row["amount"]),
            )

    in_snapshot = False
    for symbol, depth in _grouped(changes()):
        yield symbol, depth._replace(is_snapshot=depth.is_snapshot and not in_snapshot)
        in_snapshot = depth.is_snapshot


def binance_depth(rows: Iterable[Row]) -> Iterator[Line]:
    """A line is a level of an update, with the update's numbers where they were recorded."""

    def changes() -> Iterator[_Change]:
        for row in rows:
            yield _Change(
                symbol=row.get("symbol"),
                at=time_of(row["timestamp"]),
                is_snapshot=row["update_type"] == "snap",
                mark="",
                updates=_updates(row),
                is_bid=_IS_BID[row["side"]],
                level=_level(row["price"], row["qty"]),
            )

    yield from _grouped(changes())


def _grouped(changes: Iterable[_Change]) -> Iterator[tuple[str | None, Depth]]:
    for (symbol, at, is_snapshot, _, updates), lines in groupby(changes, key=lambda change: change[:5]):
        is_first = True
        while part := list(islice(lines, CHANGES_MAX)):
            bids = tuple(line.level for line in part if line.is_bid)
            asks = tuple(line.level for line in part if not line.is_bid)
            yield symbol, Depth(at, bids, asks, is_snapshot and is_first, updates)
            is_first = False


def _updates(row: Row) -> Updates | None:
    if not row.get("first_update_id") or not row.get("last_update_id"):
        return None
    previous = int(row.get("pu") or -1)
    return Updates(
        int(row["first_update_id"]), int(row["last_update_id"]), previous if previous >= 0 else None
    )


def _level(price: str, size: str) -> Level:
    return Level(price=price_of(price), size=size_of(size))
