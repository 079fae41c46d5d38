"""How each recorded payload of the long tail is read: by which question or frame of ccxt, into which words.

Which file is read how stands in ``ccxt_files``, and what each must say in ``ccxt_tables``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from tests.support.ccxt_recorded import RECEIVED, Names, answered, exchange, heard

from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import InstrumentId
from tradebook.venues.ccxt import answers, market_answers
from tradebook.venues.ccxt.symbols import decode_markets

Read = Callable[[bytes], Sequence[Any]]
Each = Callable[[str, Any], Any]

ENDS = 3
"""Of long lists only so many are written out, from the beginning; and the last."""


def said(read: Read, body: bytes) -> list[Any]:
    """What a payload says, as plain values without what is not told; or how it is refused."""
    try:
        messages = list(read(body))
    except (TradebookError, ConnectionError) as error:
        return [f"{type(error).__name__}: {' '.join(str(error).split())[:100]}"]
    if len(messages) > 12:
        return [len(messages), *map(plain, messages[:ENDS]), plain(messages[-1])]
    return [plain(each) for each in messages]


def plain(message: Any) -> Any:
    if not isinstance(message, msgspec.Struct):
        return message
    told = {"": type(message).__name__}
    for field in msgspec.structs.fields(message):
        value = getattr(message, field.name)
        if value is None or (not field.required and value == field.default):
            continue
        told[field.name] = plain(value) if isinstance(value, msgspec.Struct) else _plain(value)
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [f"{each.size} at {each.price}" for each in value]
    return msgspec.to_builtins(value)


# --- questions


def of_order(venue: str, told: Any) -> Any:
    return answers.decode_order(told, venue, Names(venue), RECEIVED)


def of_fill(venue: str, told: Any) -> Any:
    return answers.decode_trade(told, venue, Names(venue), client_order_id=told.get("clientOrderId") or "")


def of_position(venue: str, told: Any) -> Any:
    return answers.decode_position(told, venue, Names(venue))


def of_print(venue: str, told: Any) -> Any:
    return market_answers.decode_print(told, venue, Names(venue), sequence=1)


def of_funding(venue: str, told: Any) -> Any:
    return market_answers.decode_funding_rate(told, venue, Names(venue))


def _as_list(told: Any) -> list[Any]:
    if isinstance(told, Mapping):
        return list(told.values()) if all(isinstance(each, Mapping) for each in told.values()) else [told]
    return list(told)


def ask(venue: str, each: Each, method: str, *arguments: Any) -> Read:
    """The payload is the answer to a method of ccxt."""
    return lambda body: [each(venue, told) for told in _as_list(answered(venue, body, method, *arguments))]


def parsed(venue: str, each: Each, method: str) -> Read:
    """The payload is one line of an answer, which ccxt reads by a method of its own."""
    return lambda body: [each(venue, getattr(exchange(venue)[0], method)(json.loads(body, parse_float=str)))]


def balances(venue: str) -> Read:
    return lambda body: answers.decode_balances(answered(venue, body, "fetch_balance"), venue)


def listing(venue: str, *arguments: Any, method: str = "fetch_markets") -> Read:
    return lambda body: _listed(venue, answered(venue, body, method, *arguments))


def _listed(venue: str, markets: Any) -> Sequence[Any]:
    listed, unreadable = decode_markets(markets, venue, 4)
    return [*listed, *unreadable]


def products(reader: str) -> Read:
    """Coinbase's lists, of which ccxt asks several at once."""

    def read(body: bytes) -> Sequence[Any]:
        client, _ = exchange("coinbase")
        told = json.loads(body, parse_float=str)
        return _listed(
            "coinbase", [getattr(client, reader)(each, {}) for each in told.get("products", [told])]
        )

    return read


def book(venue: str, symbol: str) -> Read:
    def read(body: bytes) -> Sequence[Any]:
        return [_book(venue, answered(venue, body, "fetch_order_book", symbol))]

    return read


def _book(venue: str, told: Any) -> Any:
    sides = {side: [list(each)[:2] for each in told[side]] for side in ("bids", "asks")}
    return market_answers.decode_book(
        {"timestamp": told.get("timestamp"), **sides},
        venue,
        InstrumentId(f"{told['symbol']}.{venue.upper()}"),
        now=RECEIVED,
        sequence=1,
    )


def candles(venue: str, symbol: str, timeframe: str = "1m") -> Read:
    return lambda body: [
        _candle(venue, symbol, timeframe, each)
        for each in answered(venue, body, "fetch_ohlcv", symbol, timeframe)
    ]


def _candle(venue: str, symbol: str, timeframe: str, told: Any) -> Any:
    name = InstrumentId(f"{symbol}.{venue.upper()}")
    return market_answers.decode_candle(told, venue, name, timeframe, is_closed=False)


def tickers(venue: str, method: str, *arguments: Any) -> Read:
    return lambda body: [
        message
        for told in _as_list(answered(venue, body, method, *arguments))
        for message in _ticker(venue, told)
    ]


def _ticker(venue: str, told: Any) -> Sequence[Any]:
    return market_answers.decode_ticker(told, venue, Names(venue), now=RECEIVED, sequence=1)


# --- frames


def frame(venue: str, name: str, each: Each, *before: bytes) -> Read:
    """The payload is a frame; what ccxt reads out of it under a name."""

    def read(body: bytes) -> Sequence[Any]:
        found = [told for of, told in heard(venue, *before, body) if of == name]
        return [each(venue, one) for told in found[-1:] for one in _as_list(told)]

    return read


def frame_of_book(venue: str, name: str, *before: bytes) -> Read:
    def read(body: bytes) -> Sequence[Any]:
        found = [told for of, told in heard(venue, *before, body) if of == name]
        return [_book(venue, told) for told in found[-1:]]

    return read


def frame_of_ticker(venue: str, name: str) -> Read:
    def read(body: bytes) -> Sequence[Any]:
        found = [told for of, told in heard(venue, body) if of == name]
        return [message for told in found[-1:] for message in _ticker(venue, told)]

    return read


def frame_of_balances(venue: str, name: str) -> Read:
    def read(body: bytes) -> Sequence[Any]:
        found = [told for of, told in heard(venue, body) if of == name]
        return [message for told in found[-1:] for message in answers.decode_balances(told, venue)]

    return read


def frame_of_candles(venue: str, name: str, symbol: str, timeframe: str) -> Read:
    def read(body: bytes) -> Sequence[Any]:
        found = [told for of, told in heard(venue, body) if of == name]
        return [_candle(venue, symbol, timeframe, each) for told in found[-1:] for each in told]

    return read


def time_of(venue: str) -> Read:
    return lambda body: [answered(venue, body, "fetch_time")]


def placed(venue: str, symbol: str) -> Read:
    """The answer to an order: which one it became."""
    arguments = (symbol, "limit", "buy", "1", "1")
    return lambda body: [(answered(venue, body, "create_order", *arguments) or {}).get("id")]


def cancelled(venue: str, symbol: str) -> Read:
    return lambda body: [(answered(venue, body, "cancel_order", "1", symbol) or {}).get("id")]
