"""An exchange's prices, listened to: what ccxt's streams say, as frames of what is new since the last time.

Of each book the newest state is told, and every trade. Streams come back by themselves where they break;
where none does for too long, the connection that asks here ends, and the next one begins with new books.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any

import structlog

from tradebook.kernel.errors import TradebookError
from tradebook.venues.ccxt.frames import BOOK, book_frame, questions_of, trades_frame, wanted_by
from tradebook.venues.ccxt.market import CcxtMarket
from tradebook.venues.ccxt.problems import in_our_words
from tradebook.venues.ccxt.sockets import close_clients
from tradebook.venues.errors import VenueRefusal

log = structlog.get_logger("tradebook.venues")

EVERY_S = 0.1
AGAIN_AFTER_S = 2.0
"""A stream that failed is asked for again."""
TRADES_MAX = 10_000
"""That wait to be told."""

Question = tuple[str, str]
"""``BOOK`` or ``TRADES``, and a symbol."""


class PriceStreams:
    """Implements ``Asked`` for one connection."""

    every_s = EVERY_S

    def __init__(self, market: CcxtMarket) -> None:
        self._market = market
        self._client = market.client_of({}, number=Decimal)
        self._wanted: dict[str, None] = {}
        self._listening: dict[Question, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._books: dict[str, Any] = {}
        self._trades: deque[Any] = deque(maxlen=TRADES_MAX)
        self._problem: Exception | None = None
        self._news = asyncio.Event()

    def heard(self, frame: bytes) -> None:
        """Which streams are wanted, and which no more."""
        self._wanted = wanted_by(frame, self._wanted)
        questions = questions_of(self._wanted)
        for each in [each for each in self._listening if each not in questions]:
            leaving = asyncio.create_task(self._leave(*each, self._listening.pop(each)))
            self._ending.add(leaving)
            leaving.add_done_callback(self._ending.discard)
        for each in questions:
            if each not in self._listening:
                self._listening[each] = asyncio.create_task(self._listen(*each), name=" ".join(each))

    async def woken(self) -> None:
        """What is new waits for its turn: a book changes faster than it is looked at."""
        await asyncio.Event().wait()

    async def ask(self) -> Sequence[bytes]:
        """What is new, once something is. Raises where a stream failed and nothing is new."""
        while not self._books and not self._trades:
            if self._problem is not None:
                problem, self._problem = self._problem, None
                raise problem
            self._news.clear()
            await self._news.wait()
        books, self._books, self._problem = self._books, {}, None
        frames = [book_frame(symbol, book) for symbol, book in books.items()]
        if self._trades:
            frames.append(trades_frame(self._trades))
            self._trades.clear()
        return frames

    def close(self) -> None:
        """Nobody listens any more."""
        close_clients(self._client)
        for each in (*self._listening.values(), *self._ending):
            each.cancel()
        self._listening.clear()

    async def _listen(self, kind: str, symbol: str) -> None:
        while (kind, symbol) in self._listening:
            try:
                if kind == BOOK:
                    self._books[symbol] = await self._ask(lambda: self._client.watch_order_book(symbol))
                else:
                    self._trades.extend(await self._ask(lambda: self._client.watch_trades(symbol)))
            except VenueRefusal as error:
                self._market.stop_listening(error)
                self._problem = error
            except (OSError, TradebookError) as error:
                if (kind, symbol) in self._listening:
                    self._problem = error
            else:
                self._news.set()
                continue
            self._news.set()
            await self._market.clock.sleep(AGAIN_AFTER_S)

    async def _leave(self, kind: str, symbol: str, listening: asyncio.Task[None]) -> None:
        name = "OrderBook" if kind == BOOK else "Trades"
        if self._client.has.get(f"unWatch{name}"):
            leave = self._client.un_watch_order_book if kind == BOOK else self._client.un_watch_trades
            with contextlib.suppress(OSError, TradebookError):  # it is not heard either way
                await self._ask(lambda: leave(symbol))  # whoever waits for the stream is told of it
        listening.cancel()

    async def _ask(self, call: Callable[[], Awaitable[Any]]) -> Any:
        return await in_our_words(call, self._market.transport, lambda text: text)
