"""Prices on their way from ccxt to whoever wants them: frames, whether they were asked for or listened to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

BOOK, TRADES = "book", "trades"
BOOK_LEVELS = 20

_KINDS = {"trades": TRADES, "quotes": BOOK, "book": BOOK}
_PRINT = ("id", "symbol", "timestamp", "side", "price", "amount")


def want(streams: Sequence[str]) -> bytes:
    """These are wanted."""
    return msgspec.json.encode({"want": list(streams)})


def end(streams: Sequence[str]) -> bytes:
    """These are wanted no more."""
    return msgspec.json.encode({"end": list(streams)})


def wanted_by(frame: bytes, before: Mapping[str, None]) -> dict[str, None]:
    """What is wanted after the frame, in the order in which it came to be."""
    told = msgspec.json.decode(frame, type=dict[str, list[str]])
    kept = {name: None for name in before if name not in told.get("end", ())}
    return kept | dict.fromkeys(told.get("want", ()))


def stream_name(stream: str, symbol: str) -> str:
    """What a stream of a symbol is called."""
    return f"{stream} {symbol}"


def questions_of(wanted: Iterable[str]) -> list[tuple[str, str]]:
    """``BOOK`` and ``TRADES`` of each symbol, once however many streams it has."""
    named = [name.split(" ", maxsplit=1) for name in wanted]
    return list(dict.fromkeys((_KINDS[stream], symbol) for stream, symbol in named))


def book_frame(symbol: str, book: Mapping[str, Any]) -> bytes:
    """A book as it is now, as deep as anybody sees."""
    sides = {side: [list(each)[:2] for each in book[side][:BOOK_LEVELS]] for side in ("bids", "asks")}
    return msgspec.json.encode({"symbol": symbol, "book": {"timestamp": book.get("timestamp"), **sides}})


def trades_frame(trades: Iterable[Mapping[str, Any]]) -> bytes:
    """Trades of any symbols."""
    return msgspec.json.encode({"trades": [{name: each.get(name) for name in _PRINT} for each in trades]})
