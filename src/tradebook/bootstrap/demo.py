"""The demo book's first day: lived through before it opens, by the rules that every other day has.

A market of the last 24 hours is made up and traded in, step by step, through the ordinary commands, the
ordinary processes and the paper venue. Orders carry the time of that market, as those of a replayed tape do;
when they were recorded is the journal's to say, and who placed them: ``system:demo``. It happens once, at the
first start; if the server ends in the middle, the day is as long as it was.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import msgspec
import structlog

from tradebook.bootstrap.demo_desk import OPENING, Desk, a_day
from tradebook.bootstrap.foundation import Foundation
from tradebook.bootstrap.market import MarketParts
from tradebook.bootstrap.trading import TradingParts, trading_parts
from tradebook.identity.service import IdentityService
from tradebook.kernel.ids import AccountId, InstrumentId, derive_id, new_id
from tradebook.market.data import LiveMarketData
from tradebook.market.first_prices import AllAtHand
from tradebook.market.history import MarketHistory
from tradebook.market.queries import MarketQueries, last_prices
from tradebook.market.replay.step import Step
from tradebook.market.values import MarketEvent
from tradebook.trading.model import opening_id_of
from tradebook.venues.simulated.crowd import Crowd, crowds_of
from tradebook.venues.simulated.instruments import EVERYTHING

DAY = timedelta(hours=24)
STEP = timedelta(seconds=20)
"""So short that a minute's candle begins about where the last one ended."""
LASTS_S_MAX = 90.0
"""Of real time; a machine that needs longer opens a shorter book."""
TRADES_PER_S, TRADE_TIMES = 0.12, 12
"""The market of that day trades more rarely and more at once: its candles look alike and cost less."""

log = structlog.get_logger("tradebook.demo")


async def prepare(base: Foundation, identity: IdentityService) -> Mapping[InstrumentId, Decimal]:
    """Live through the first day of a demo book that is new; where its market stands, to go on from there."""
    settings = base.settings
    if not settings.demo or settings.market != "simulated":
        return {}
    trading_account = AccountId(derive_id("account", OPENING))
    if await base.journal.find_command(opening_id_of(trading_account)) is None:
        try:
            async with asyncio.timeout(LASTS_S_MAX):
                await _live_through(base, identity)
        except Exception:  # without a past it is a demo all the same
            log.exception("demo_past_cut_short")
    return await last_prices(base.pool, [each.instrument.instrument_id for each in EVERYTHING])


async def _live_through(base: Foundation, identity: IdentityService) -> None:
    ends = base.clock.now().replace(second=0, microsecond=0)
    clock = PastClock(ends - DAY)
    data, run_id = LiveMarketData(clock), new_id()
    async with AsyncExitStack() as stack:
        history = await stack.enter_async_context(MarketHistory(base.pool, base.clock, run_id=run_id))
        queries = MarketQueries(base.pool, history)
        market = MarketParts(data, None, run_id, history, queries, None, AllAtHand())
        trading = trading_parts(replace(base, clock=clock), market, identity.authenticator)
        stack.push_async_callback(trading.writer.close)
        await trading.processes.start()
        stack.push_async_callback(trading.processes.stop)
        desk = Desk(
            accounts=trading.accounts,
            orders=trading.orders,
            parties=identity.parties,
            market=data,
            clock=clock,
            seed=base.settings.market_seed,
        )
        trading_day = asyncio.create_task(a_day(desk), name="demo day")
        stack.callback(trading_day.cancel)
        crowds = _crowds(base.settings.market_seed + 1)
        data.add_instruments(crowd.instrument for crowd in crowds)
        await _let_pass(crowds, market, clock, ends, Step(_is_quiet(desk, trading)))
        if trading_day.done():
            trading_day.result()
    log.info("demo_day_lived_through", orders=desk.placed)


async def _let_pass(
    crowds: Sequence[Crowd], market: MarketParts, clock: PastClock, ends: datetime, step: Step
) -> None:
    """The market moves, then who waited for the time acts; neither runs ahead of the other."""
    for crowd in crowds:
        _apply(market, crowd.snapshot(clock.now()))
    while clock.now() < ends:
        clock.move(clock.now() + STEP)
        for crowd in crowds:
            _apply(market, crowd.step(STEP.total_seconds(), clock.now()))
            await step.keep()
        clock.wake()
        await asyncio.sleep(0)
        await step.keep()


def _crowds(seed: int) -> list[Crowd]:
    rarely = (
        msgspec.structs.replace(each, trades_per_s=TRADES_PER_S, trade_value=each.trade_value * TRADE_TIMES)
        for each in EVERYTHING
    )
    return crowds_of(rarely, seed)


def _is_quiet(desk: Desk, trading: TradingParts) -> Callable[[], bool]:
    def is_quiet() -> bool:
        committed = trading.writer.committed
        return (
            desk.is_idle
            and committed is not None
            and trading.paper.is_quiet
            and trading.processes.has_settled(committed)
        )

    return is_quiet


def _apply(market: MarketParts, events: Iterable[MarketEvent]) -> None:
    batch = list(events)
    for event in batch:
        market.data.apply(event)
    market.history.take(batch)


class PastClock:
    """A clock that is moved. Who sleeps by it is woken once the market has arrived there, too."""

    def __init__(self, begins: datetime) -> None:
        self._now = begins
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def now(self) -> datetime:
        """What time it is there."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return once it was moved that far and ``wake`` called."""
        woken = asyncio.get_running_loop().create_future()
        until = self._now + timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (until, next(self._numbers), woken))
        await woken

    def move(self, to: datetime) -> None:
        """Let it be ``to``."""
        self._now = to

    def wake(self) -> None:
        """Wake everybody who has slept long enough."""
        while self._sleepers and self._sleepers[0][0] <= self._now:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)
