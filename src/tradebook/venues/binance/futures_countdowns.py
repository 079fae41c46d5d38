"""The dead man's switch of an account at USD-M futures: a countdown for every symbol in which it has orders.

https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Auto-Cancel-All-Open-Orders
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError, Unavailable
from tradebook.kernel.money import ZERO
from tradebook.venues.binance.capabilities import COUNTDOWN, REQUEST_EXPIRY_S
from tradebook.venues.binance.futures_execution import cancel_all_after
from tradebook.venues.binance.rest import SignedRest

log = structlog.get_logger("tradebook.venues")

_WEIGHT = 10
_NEVER = datetime.min.replace(tzinfo=UTC)
_EXPIRY = timedelta(seconds=REQUEST_EXPIRY_S)


class Countdowns:
    """One account's. Raises what requests raise."""

    def __init__(self, rest: SignedRest, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock
        self._after_s: int | None = None
        """None while it is off."""
        self._seen_at: dict[str, datetime] = {}
        """When there was last an order in a symbol, or one was about to be placed."""
        self._begun_at: dict[str, datetime] = {}
        """When a symbol's countdown was last begun anew."""
        self._ends_by: dict[str, datetime] = {}
        """When a countdown is over by itself that was begun, or may have been."""
        self._unanswered: dict[str, datetime] = {}
        """Until when a request without an answer may yet begin one."""
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._is_lifted = False
        """Whether it was, by this process."""
        self._ended: set[str] = set()
        """Where no countdown of a process before this one runs any more."""
        self._inherits_until = clock.now() + timedelta(seconds=COUNTDOWN.after_s_max)

    def found(self, symbols: Iterable[str], *, asked_at: datetime) -> None:
        """All in which there were orders when it was asked; some may have been under way then."""
        under_way = asked_at - _EXPIRY
        kept = {symbol: at for symbol, at in self._seen_at.items() if at >= under_way}
        self._seen_at = dict.fromkeys(symbols, asked_at) | kept
        # What is left to itself ends where there is nothing to cancel; until then lifting ends it.
        self._begun_at = {symbol: at for symbol, at in self._begun_at.items() if symbol in self._seen_at}

    async def cover(self, symbol: str) -> None:
        """Before an order is placed in it. Raises Unavailable where it is not known to be covered, or, once
        the switch was lifted, to be left alone.
        """
        self._seen_at[symbol] = self._clock.now()
        try:
            if self._after_s is not None and symbol not in self._begun_at:
                await self._begin(symbol, self._after_s)
            elif self._after_s is None and self._may_be_inherited(symbol):
                await self._end(symbol)
        except OSError as error:
            problem = f"Binance did not answer to the dead man's switch of {symbol}: the order was not sent."
            raise Unavailable("dead_mans_switch_silent", problem) from error

    async def put_off(self, after_s: int) -> None:
        """Begin every countdown anew, those first that wait longest."""
        self._after_s = after_s
        waiting = sorted(self._seen_at, key=lambda each: self._begun_at.get(each, _NEVER))
        await self._each(waiting, lambda symbol: self._begin(symbol, after_s), "may_fire")

    async def lift(self) -> None:
        """End every countdown that may run: also those that were begun without an answer, those that are
        left to themselves, and, where there are orders, those of a process before this one.
        """
        self._after_s, self._is_lifted = None, True
        now = self._clock.now()
        run_on = [symbol for symbol, at in self._ends_by.items() if at > now]
        await self._each(dict.fromkeys([*self._seen_at, *run_on]), self._end, "not_lifted")

    def _may_be_inherited(self, symbol: str) -> bool:
        """Of a symbol that had no orders when the switch was lifted."""
        is_possible = self._is_lifted and symbol not in self._ended
        return is_possible and self._clock.now() < self._inherits_until

    async def _begin(self, symbol: str, after_s: int) -> None:
        async with self._turns[symbol]:
            if self._after_s is None:
                return  # it was lifted meanwhile
            try:
                await self._rest.ask(cancel_all_after(symbol, seconds=Decimal(after_s)), weight=_WEIGHT)
            except TradebookError:
                raise  # it was not begun
            except BaseException:
                self._unanswered[symbol] = self._clock.now() + _EXPIRY
                self._ends_by[symbol] = self._unanswered[symbol] + timedelta(seconds=after_s)
                raise
            self._begun_at[symbol] = self._clock.now()
            self._ends_by[symbol] = self._begun_at[symbol] + timedelta(seconds=after_s)

    async def _end(self, symbol: str) -> None:
        async with self._turns[symbol]:
            may_begin_until = self._unanswered.get(symbol, _NEVER)
            if self._clock.now() < may_begin_until:
                await self._clock.sleep((may_begin_until - self._clock.now()).total_seconds())
            await self._rest.ask(cancel_all_after(symbol, seconds=ZERO), weight=_WEIGHT)
            for each in (self._begun_at, self._ends_by, self._unanswered):
                each.pop(symbol, None)
            self._ended.add(symbol)

    @staticmethod
    async def _each(symbols: Iterable[str], do: Callable[[str], Awaitable[None]], failed: str) -> None:
        """What fails with one symbol keeps none of the others. Raises the first that failed."""
        chosen = list(symbols)
        told = await asyncio.gather(*map(do, chosen), return_exceptions=True)
        problems = {symbol: each for symbol, each in zip(chosen, told, strict=True) if each is not None}
        if problems:
            first = next(iter(problems.values()))
            log.warning(f"dead_mans_switch_{failed}", symbols=sorted(problems), why=str(first))
            raise first
