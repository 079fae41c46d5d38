"""What Bybit says to everybody of one category: books, best prices, prints, tickers.

Each book of each depth counts its updates by itself (``u``), all of a symbol are stamped by one engine
(``seq``). https://bybit-exchange.github.io/docs/v5/websocket/public/orderbook
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tradebook.kernel.money import plain
from tradebook.market.book import VisibleBook
from tradebook.market.values import Aggressor, BookUpdate, Level, MarketEvent, Quote, Trade
from tradebook.venues.simulators.bybit.symbols import Symbols, milliseconds
from tradebook.venues.simulators.past import PastCandle, SimulatedPast

DEPTHS = (50, 200)
"""Of streamed books that are told by changes."""
REPEATED_AFTER = timedelta(seconds=3)
"""Best prices that stay are told again."""
PRINTS_MAX, KLINES_MAX = 60, 1000
KLINE_INTERVALS = {"1": "1m", "5": "5m", "15": "15m", "60": "1h", "240": "4h", "D": "1d"}
STREAM_NAME = rb'\{"topic":"((?:orderbook|publicTrade|tickers|kline)\.[^"]+)"'
"""What a frame of a public stream begins with."""

Said = tuple[str, dict[str, Any]]
"""A topic and the frame that is said on it."""


class PublicSide:
    """One category."""

    def __init__(self, symbols: Symbols, past: SimulatedPast) -> None:
        self._symbols = symbols
        self._past = past
        self._markets = {name: _Market(name) for name in symbols.instruments}

    def frames(self, events: Sequence[MarketEvent]) -> Iterator[Said]:
        """What is said when the market has lived on."""
        for event in events:
            yield from self._markets[self._symbols.name(event.instrument_id)].take(event)
        if events:
            for market in self._markets.values():
                yield from market.repeated(events[-1].at)

    def begun(self, topic: str, now: datetime) -> list[dict[str, Any]]:
        """What a stream begins with. Raises KeyError for a topic that there is not."""
        kind, _, name = topic.rpartition(".")
        market = self._markets[name]
        if kind == "publicTrade":
            return []
        return [market.whole(STREAMED[kind], now)]

    def orderbook(self, symbol: str, limit: int, now: datetime) -> dict[str, Any]:
        """``GET /v5/market/orderbook``. Raises KeyError."""
        return self._markets[symbol].asked(limit, now)

    def recent_trades(self, symbol: str, limit: int) -> list[dict[str, Any]]:
        """``GET /v5/market/recent-trade``, newest first. Raises KeyError."""
        return list(self._markets[symbol].prints)[:limit]

    def klines(self, params: Mapping[str, str], now: datetime) -> list[list[str]]:
        """``GET /v5/market/kline``, newest first. Raises KeyError or ValueError."""
        symbol, minutes = params["symbol"], params["interval"]
        found = self._past.candles(
            symbol,
            KLINE_INTERVALS[minutes],
            start=_moment(params.get("start", "0")),
            end=_moment(params["end"]) if "end" in params else now,
            limit=min(int(params.get("limit", "200")), KLINES_MAX),
            price=self._markets[symbol].price,
            tick=self._symbols.instruments[symbol].tick_size,
        )
        return [_kline(each) for each in reversed(found)]

    def ticker(self, symbol: str) -> dict[str, Any]:
        """One line of ``GET /v5/market/tickers``. Raises KeyError."""
        return self._markets[symbol].ticker()


STREAMED = {"orderbook.1": 1, **{f"orderbook.{depth}": depth for depth in DEPTHS}}


class _Market:
    """One symbol of the category."""

    def __init__(self, name: str) -> None:
        self.prints: deque[dict[str, Any]] = deque(maxlen=PRINTS_MAX)
        self._name = name
        self._book = VisibleBook()
        self._quote: Quote | None = None
        self._quote_told_at: datetime | None = None
        self._numbers = dict.fromkeys((1, *DEPTHS), 0)
        self._seq = 10_000_000

    @property
    def price(self) -> Decimal:
        return Decimal(100) if self._quote is None else self._quote.bid

    def take(self, event: MarketEvent) -> Iterator[Said]:
        self._seq += 1
        match event:
            case Quote():
                self._quote = event
                self._numbers[1] += 1
                yield self._best(event.at)
            case Trade():
                yield self._print(event)
            case BookUpdate():
                yield from self._changes(event)

    def repeated(self, now: datetime) -> Iterator[Said]:
        if self._quote_told_at is not None and now - self._quote_told_at >= REPEATED_AFTER:
            yield self._best(now)

    def whole(self, depth: int, now: datetime) -> dict[str, Any]:
        levels = _best_of(self._quote) if depth == 1 else _sides(*self._book.best(depth))
        return self._framed(depth, "snapshot", levels, now)

    def asked(self, limit: int, now: datetime) -> dict[str, Any]:
        at = milliseconds(now)
        numbers = {"ts": at, "u": self._numbers[DEPTHS[-1]], "seq": self._seq, "cts": at}
        return {"s": self._name, **_sides(*self._book.best(limit)), **numbers}

    def ticker(self) -> dict[str, Any]:
        last = self.prints[0]["price"] if self.prints else ""
        best = _best_of(self._quote)
        (bid, bid_size), (ask, ask_size) = (best[side][0] if best[side] else ("", "") for side in "ba")
        return {
            "symbol": self._name,
            "lastPrice": last,
            "bid1Price": bid,
            "bid1Size": bid_size,
            "ask1Price": ask,
            "ask1Size": ask_size,
        }

    def _changes(self, update: BookUpdate) -> Iterator[Said]:
        if update.is_snapshot:
            self._book = VisibleBook()
        self._book.apply(update)
        for depth in DEPTHS:
            self._numbers[depth] += 1
            kind = "snapshot" if update.is_snapshot else "delta"
            levels = _sides(update.bids, update.asks)
            yield f"orderbook.{depth}.{self._name}", self._framed(depth, kind, levels, update.at)

    def _best(self, now: datetime) -> Said:
        self._quote_told_at = now
        return f"orderbook.1.{self._name}", self.whole(1, now)

    def _framed(self, depth: int, kind: str, levels: dict[str, Any], now: datetime) -> dict[str, Any]:
        at = milliseconds(now)
        numbers = {"u": self._numbers[depth], "seq": self._seq}
        return {
            "topic": f"orderbook.{depth}.{self._name}",
            "type": kind,
            "ts": at,
            "data": {"s": self._name, **levels, **numbers},
            "cts": at,
        }

    def _print(self, trade: Trade) -> Said:
        side = "Sell" if trade.aggressor is Aggressor.SELL else "Buy"
        at, seq = milliseconds(trade.at), self._seq
        price, quantity = plain(trade.price), plain(trade.quantity)
        self.prints.appendleft(
            {
                "execId": trade.trade_id,
                "symbol": self._name,
                "price": price,
                "size": quantity,
                "side": side,
                "time": str(at),
                "isBlockTrade": False,
                "isRPITrade": False,
                "seq": str(seq),
            }
        )
        line = {"T": at, "s": self._name, "S": side, "v": quantity, "p": price, "L": "ZeroPlusTick"}
        line |= {"i": trade.trade_id, "BT": False, "RPI": False, "seq": seq}
        topic = f"publicTrade.{self._name}"
        return topic, {"topic": topic, "type": "snapshot", "ts": at, "data": [line]}


def _moment(digits: str) -> datetime:
    return datetime.fromtimestamp(int(digits) / 1000, UTC)


def _kline(candle: PastCandle) -> list[str]:
    figures = (candle.open, candle.high, candle.low, candle.close, candle.volume)
    return [str(milliseconds(candle.start)), *map(plain, figures), plain(candle.volume * candle.close)]


def _best_of(quote: Quote | None) -> dict[str, list[list[str]]]:
    if quote is None:
        return {"b": [], "a": []}
    bid, ask = Level(price=quote.bid, size=quote.bid_size), Level(price=quote.ask, size=quote.ask_size)
    return _sides([bid], [ask])


def _sides(bids: Sequence[Level], asks: Sequence[Level]) -> dict[str, list[list[str]]]:
    return {
        "b": [[plain(each.price), plain(each.size)] for each in bids],
        "a": [[plain(each.price), plain(each.size)] for each in asks],
    }
