"""The shapes of recorded CSV files: recognised by their header, or by their width where they have none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from tradebook.market.replay.depth_shapes import binance_depth, tardis_changes, tardis_snapshots
from tradebook.market.replay.records import (
    Bar,
    Best,
    Line,
    Print,
    Record,
    aggressor_of,
    price_of,
    size_of,
    time_of,
)
from tradebook.market.values import Aggressor

Row = dict[str, str]
Read = Callable[[Iterable[Row]], Iterator[Line]]


class Shape(NamedTuple):
    """A kind of file."""

    name: str
    columns: tuple[str, ...]
    """A file whose header has all of these has this shape."""
    read: Read


class Bare(NamedTuple):
    """A kind of file without a header."""

    name: str
    columns: tuple[str, ...]
    """What its cells are; it has exactly so many."""
    read: Read


def _each(record_of: Callable[[Row], Record | None]) -> Read:
    """A reader of files in which every line is a record of its own."""

    def read(rows: Iterable[Row]) -> Iterator[Line]:
        for row in rows:
            record = record_of(row)
            if record is not None:
                yield row.get("symbol"), record

    return read


def _first(row: Row, *names: str) -> str:
    for name in names:
        if row.get(name):
            return row[name]
    raise KeyError(names[0])


def _maker_print(row: Row) -> Print:
    aggressor = Aggressor.SELL if row["buyer_maker"].lower() == "true" else Aggressor.BUY
    return Print(
        time_of(row["timestamp"]),
        row["trade_id"],
        price_of(row["price"]),
        size_of(row["quantity"]),
        aggressor,
    )


def _sided_print(row: Row) -> Print:
    return Print(
        time_of(_first(row, "timestamp", "date")),
        row["id"].strip(),
        price_of(row["price"]),
        size_of(row["amount"]),
        aggressor_of(row["side"]),
    )


def _best(row: Row) -> Best:
    return Best(
        time_of(row["timestamp"]),
        price_of(_first(row, "bid", "bid_price")),
        size_of(row.get("bid_size") or row.get("bid_amount") or ""),
        price_of(_first(row, "ask", "ask_price")),
        size_of(row.get("ask_size") or row.get("ask_amount") or ""),
    )


def _bar(row: Row) -> Bar:
    at = time_of(_first(row, "timestamp", "timestamp_utc", "date", "open_time", ""))
    opened, high, low, close = (price_of(row[name]) for name in ("open", "high", "low", "close"))
    return Bar(at, opened, high, low, close, size_of(row.get("volume") or ""))


def _no_record(row: Row) -> None:
    """Spot trading knows no funding: the line is checked, and nothing is played for it."""
    time_of(row["date"])
    float(row["funding_rate"])


SHAPES = (
    Shape("order-book snapshots", ("timestamp", "asks[0].price", "bids[0].price"), tardis_snapshots),
    Shape(
        "order-book changes",
        ("timestamp", "local_timestamp", "is_snapshot", "side", "price", "amount"),
        tardis_changes,
    ),
    Shape("depth updates", ("timestamp", "side", "update_type", "price", "qty"), binance_depth),
    Shape(
        "trades with buyer_maker",
        ("timestamp", "trade_id", "price", "quantity", "buyer_maker"),
        _each(_maker_print),
    ),
    Shape("trades with side", ("id", "side", "price", "amount"), _each(_sided_print)),
    Shape("quotes", ("timestamp", "bid", "ask"), _each(_best)),
    Shape("quotes with amounts", ("timestamp", "bid_price", "ask_price"), _each(_best)),
    Shape("bars", ("open", "high", "low", "close"), _each(_bar)),
    Shape("funding rates", ("date", "funding_rate"), _each(_no_record)),
)

_KLINE = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_base,taker_quote,ignore"
BARE_SHAPES = (
    Bare("klines", tuple(_KLINE.split(",")), _each(_bar)),
    Bare("bars", tuple(_KLINE.split(",")[:6]), _each(_bar)),
    Bare("quote ticks", ("timestamp", "bid", "ask", "volume"), _each(_best)),
)
