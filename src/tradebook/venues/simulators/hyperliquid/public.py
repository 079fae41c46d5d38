"""What Hyperliquid says to everybody: books, best prices, prints, contexts.

Nothing is numbered but by the time of its block; a book is told whole, twice in a second at most.
https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from tradebook.kernel.money import ZERO, plain
from tradebook.market.book import VisibleBook
from tradebook.market.values import Aggressor, BookUpdate, Level, MarketEvent, Quote, Trade
from tradebook.venues.simulators.hyperliquid.symbols import Coin, Symbols, milliseconds
from tradebook.venues.simulators.past import LENGTHS_S, PastCandle, SimulatedPast

LEVELS_MAX, CANDLES_MAX = 20, 5_000
BOOK_EVERY = timedelta(milliseconds=500)
PRINTS_MAX = 10
"""That a stream of prints begins with."""
BOOK, BEST, PRINTS = "l2Book", "bbo", "trades"
STREAM_NAME = rb'\{"channel":"((?:l2Book|bbo|trades)","data":\[?\{"coin":"[^"]+)"'
"""What a frame of a public stream begins with: its channel and its coin."""

Said = tuple[str, Any]
"""A stream, as ``bbo:BTC``, and what is said on it."""


class PublicSide:
    """All coins."""

    def __init__(self, symbols: Symbols, past: SimulatedPast) -> None:
        self._symbols = symbols
        self._past = past
        self._markets = {coin.name: _Market(coin) for coin in (*symbols.perpetuals, *symbols.pairs)}

    def frames(self, events: Sequence[MarketEvent]) -> Iterator[Said]:
        """What is said when the market has lived on."""
        for event in events:
            for coin in self._symbols.coins(event.instrument_id):
                yield from self._markets[coin.name].take(event)
        if events:
            for market in self._markets.values():
                yield from market.due(events[-1].at)

    def begun(self, kind: str, coin: str, now: datetime) -> Any:
        """What a stream begins with. Raises KeyError for one that there is not."""
        market = self._markets[coin]
        return {BOOK: market.book, BEST: market.best, PRINTS: market.recent}[kind](now)

    def book(self, coin: str, now: datetime) -> dict[str, Any]:
        """``l2Book``. Raises KeyError."""
        return self._markets[coin].book(now)

    def candles(self, coin: str, interval: str, start_ms: int, end_ms: int) -> list[dict[str, Any]]:
        """``candleSnapshot``, oldest first. Raises KeyError."""
        market = self._markets[coin]
        found = self._past.candles(
            coin,
            interval,
            start=datetime.fromtimestamp(start_ms / 1000, UTC),
            end=datetime.fromtimestamp(end_ms / 1000, UTC),
            limit=CANDLES_MAX,
            price=market.mid or Decimal(100),
            tick=Decimal("0.01"),
        )
        return [_candle(coin, interval, each) for each in found]

    def mids(self) -> dict[str, str]:
        """``allMids``."""
        mids = {name: market.mid for name, market in self._markets.items()}
        return {name: plain(mid) for name, mid in mids.items() if mid is not None}

    def contexts(self, coins: Sequence[Coin]) -> list[dict[str, Any]]:
        """How coins stand, in their order."""
        return [self._markets[coin.name].context() for coin in coins]


def _candle(coin: str, interval: str, candle: PastCandle) -> dict[str, Any]:
    start_ms = milliseconds(candle.start)
    return {
        "t": start_ms,
        "T": start_ms + LENGTHS_S[interval] * 1000 - 1,
        "s": coin,
        "i": interval,
        "o": plain(candle.open),
        "h": plain(candle.high),
        "l": plain(candle.low),
        "c": plain(candle.close),
        "v": plain(candle.volume),
        "n": candle.trades,
    }


class _Market:
    """One coin."""

    def __init__(self, coin: Coin) -> None:
        self._coin = coin
        self._book = VisibleBook()
        self._quote: Quote | None = None
        self._has_changed = False
        self._told_at: datetime | None = None
        self._prints: deque[dict[str, Any]] = deque(maxlen=PRINTS_MAX)
        self._numbers = count(1)

    def take(self, event: MarketEvent) -> Iterator[Said]:
        match event:
            case Quote():
                self._quote = event
                yield f"{BEST}:{self._coin.name}", self.best(event.at)
            case Trade():
                self._prints.append(self._print(event))
                yield f"{PRINTS}:{self._coin.name}", [self._prints[-1]]
            case BookUpdate():
                if event.is_snapshot:
                    self._book = VisibleBook()
                self._book.apply(event)
                self._has_changed = True

    def due(self, now: datetime) -> Iterator[Said]:
        is_due = self._told_at is None or now - self._told_at >= BOOK_EVERY
        if self._has_changed and is_due:
            self._has_changed, self._told_at = False, now
            yield f"{BOOK}:{self._coin.name}", self.book(now)

    def book(self, now: datetime) -> dict[str, Any]:
        bids, asks = self._book.best(10 * LEVELS_MAX)
        levels = [self._levels(bids, self._coin.bid), self._levels(asks, self._coin.ask)]
        return {"coin": self._coin.name, "time": milliseconds(now), "levels": levels}

    def best(self, now: datetime) -> dict[str, Any]:
        sides: list[dict[str, Any] | None] = [None, None]
        quote = self._quote
        if quote is not None:
            bid, ask = self._coin.bid(quote.bid), self._coin.ask(quote.ask)
            sides = [self._level(bid, quote.bid_size), self._level(ask, quote.ask_size)]
        return {"coin": self._coin.name, "time": milliseconds(now), "bbo": sides}

    def recent(self, now: datetime) -> list[dict[str, Any]]:
        del now  # each has a time of its own
        return list(self._prints)

    def context(self) -> dict[str, Any]:
        mid = None if self.mid is None else plain(self.mid)
        return {
            "coin": self._coin.name,
            "markPx": mid,
            "midPx": mid,
            "oraclePx": mid,
            "prevDayPx": mid,
            "funding": "0.0000125",
            "openInterest": "0.0",
            "dayNtlVlm": "0.0",
            "dayBaseVlm": "0.0",
        }

    @property
    def mid(self) -> Decimal | None:
        quote = self._quote
        return None if quote is None else self._coin.nearest((quote.bid + quote.ask) / 2)

    def _levels(self, levels: Sequence[Level], on_grid: Callable[[Decimal], Decimal]) -> list[dict[str, Any]]:
        """What falls on one price of the grid is one level."""
        sizes: dict[Decimal, Decimal] = {}
        for each in levels:
            price = on_grid(each.price)
            sizes[price] = sizes.get(price, ZERO) + each.size
        told = [self._level(price, size) for price, size in sizes.items() if self._coin.size(size)]
        return told[:LEVELS_MAX]

    def _level(self, price: Decimal, size: Decimal) -> dict[str, Any]:
        return {"px": plain(price), "sz": plain(self._coin.size(size)), "n": 1}

    def _print(self, trade: Trade) -> dict[str, Any]:
        return {
            "coin": self._coin.name,
            "side": "A" if trade.aggressor is Aggressor.SELL else "B",
            "px": plain(self._coin.nearest(trade.price)),
            "sz": plain(self._coin.size(trade.quantity)),
            "hash": "0x" + "0" * 64,
            "time": milliseconds(trade.at),
            "tid": next(self._numbers),
            "users": ["0x" + "1" * 40, "0x" + "2" * 40],
        }
