"""What Binance says to everybody: books, quotes and trades.

One number per instrument counts its book's updates, and quotes carry it too.
https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tradebook.market.book import VisibleBook
from tradebook.market.values import Aggressor, BookUpdate, Level, MarketEvent, Quote, Trade
from tradebook.venues.simulators.binance.numbers import digits, milliseconds
from tradebook.venues.simulators.binance.symbols import Symbols
from tradebook.venues.simulators.past import LENGTHS_S, PastCandle, SimulatedPast

DEPTH_LIMIT_DEFAULT, DEPTH_LIMIT_MAX, KLINES_MAX = 100, 5000, 1000
TRADES_LIMIT_DEFAULT, TRADES_MAX = 500, 1000
STREAM_NAME = rb'\{"stream":"([^"]+)"'
"""What a frame of a public stream begins with."""


class PublicSide:
    """The market's events become frames by stream; books are kept to be asked for."""

    def __init__(self, symbols: Symbols, past: SimulatedPast) -> None:
        self._symbols = symbols
        self._past = past
        self._books = {name: _Book() for name in symbols.instruments}
        self._trades: dict[str, deque[Trade]] = {
            name: deque(maxlen=TRADES_MAX) for name in symbols.instruments
        }

    def frames(self, events: Sequence[MarketEvent]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Streams and what is said on them."""
        for event in events:
            name = self._symbols.name(event.instrument_id)
            book = self._books[name]
            match event:
                case Quote():
                    yield f"{name.lower()}@bookTicker", _quote(name, event, book.next())
                case Trade():
                    self._trades[name].append(event)
                    yield f"{name.lower()}@trade", _trade(name, event)
                case BookUpdate():
                    yield f"{name.lower()}@depth@100ms", _change(name, event, *book.take(event))

    def klines(self, params: Mapping[str, str], now: datetime) -> list[list[Any]]:
        """``GET /api/v3/klines``, oldest first. Raises KeyError or ValueError for what makes no sense.

        With ``endTime`` alone the newest up to it; of a range the newest too, where Binance would tell the
        oldest: whoever asks for a range asks for no more than fits.
        """
        symbol, interval = params["symbol"], params["interval"]
        best = [each.price for side in self._books[symbol].visible.best(1) for each in side]
        found = self._past.candles(
            symbol,
            interval,
            start=_moment(params.get("startTime", "0")),
            end=_moment(params["endTime"]) if "endTime" in params else now,
            limit=min(int(params.get("limit", "500")), KLINES_MAX),
            price=best[0] if best else Decimal(100),
            tick=self._symbols.instruments[symbol].tick_size,
        )
        length_ms = LENGTHS_S[interval] * 1000
        return [_kline(each, length_ms) for each in found]

    def depth(self, symbol: str, limit: int) -> dict[str, Any]:
        """``GET /api/v3/depth``. Raises KeyError for a symbol that there is not."""
        book = self._books[symbol]
        bids, asks = book.visible.best(min(limit, DEPTH_LIMIT_MAX))
        return {"lastUpdateId": book.last, "bids": _levels(bids), "asks": _levels(asks)}

    def aggregate_trades(self, symbol: str, limit: int) -> list[dict[str, Any]]:
        """``GET /api/v3/aggTrades`` without a range: the newest, oldest first; each trade is one of its own.

        Raises KeyError for a symbol that there is not.
        """
        newest = list(self._trades[symbol])[-min(limit, TRADES_MAX) :]
        return [_aggregate(each) for each in newest]


class _Book:
    """One instrument's levels and the number of its last update."""

    def __init__(self) -> None:
        self.visible = VisibleBook()
        self.last = 0
        self._number = 0

    def next(self) -> int:
        self._number += 1
        return self._number

    def take(self, update: BookUpdate) -> tuple[int, int]:
        """Keep the update; the first and the last number that stand for it."""
        first = self.last + 1
        self.last = self.next()
        if update.is_snapshot:
            self.visible = VisibleBook()
        self.visible.apply(update)
        return first, self.last


def _quote(symbol: str, quote: Quote, number: int) -> dict[str, Any]:
    return {
        "u": number,
        "s": symbol,
        "b": digits(quote.bid),
        "B": digits(quote.bid_size),
        "a": digits(quote.ask),
        "A": digits(quote.ask_size),
    }


def _trade(symbol: str, trade: Trade) -> dict[str, Any]:
    return {
        "e": "trade",
        "E": milliseconds(trade.at),
        "s": symbol,
        "t": trade.sequence,
        "p": digits(trade.price),
        "q": digits(trade.quantity),
        "T": milliseconds(trade.at),
        "m": trade.aggressor is Aggressor.SELL,
        "M": True,
    }


def _aggregate(trade: Trade) -> dict[str, Any]:
    return {
        "a": trade.sequence,
        "p": digits(trade.price),
        "q": digits(trade.quantity),
        "f": trade.sequence,
        "l": trade.sequence,
        "T": milliseconds(trade.at),
        "m": trade.aggressor is Aggressor.SELL,
        "M": True,
    }


def _change(symbol: str, update: BookUpdate, first: int, last: int) -> dict[str, Any]:
    return {
        "e": "depthUpdate",
        "E": milliseconds(update.at),
        "s": symbol,
        "U": first,
        "u": last,
        "b": _levels(update.bids),
        "a": _levels(update.asks),
    }


def _moment(digits: str) -> datetime:
    return datetime.fromtimestamp(int(digits) / 1000, UTC)


def _kline(candle: PastCandle, length_ms: int) -> list[Any]:
    start_ms = milliseconds(candle.start)
    prices = [digits(each) for each in (candle.open, candle.high, candle.low, candle.close)]
    worth, half = digits(candle.volume * candle.close), digits(candle.volume / 2)
    end_ms = start_ms + length_ms - 1
    return [start_ms, *prices, digits(candle.volume), end_ms, worth, candle.trades, half, worth, "0"]


def _levels(levels: Sequence[Level]) -> list[list[str]]:
    return [[digits(each.price), digits(each.size)] for each in levels]


def server_time(now: datetime) -> dict[str, Any]:
    """``GET /api/v3/time``."""
    return {"serverTime": milliseconds(now)}
