"""One seeded run: a market, two accounts, a client, a venue, and crashes between any two steps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random

from tests.simulation import invariants
from tests.simulation.clients import ACCOUNTS, Client
from tests.simulation.faulty_venue import Connection, Trace, VenueSide
from tests.simulation.market import WalkingMarket
from tests.support import virtual_time
from tests.support.core import CATALOGUE, Core
from tests.support.virtual_time import VirtualClock
from tradebook.journal.errors import JournalOutcomeUnknown, JournalUnavailable
from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import OrderId
from tradebook.trading import model
from tradebook.trading.commands import CancelAllOrders, PlaceOrder, TradingCommand

STEPS = 120
CRASH_PROBABILITY = 0.12
JOURNAL_FAILURE_PROBABILITY = 0.1
SETTLE_S = 150
"""Longer than any window, expiry and reconciliation interval of execution."""


class World:
    """Everything of one run. ``journal`` is what survives crashes."""

    def __init__(self, seed: int, trace: Trace) -> None:
        self.random = Random(seed)
        self.clock = VirtualClock()
        self.trace: Trace = lambda text: trace(f"{self.clock.now():%H:%M:%S.%f} {text}")
        self.market = WalkingMarket(self.clock, Random(seed + 1))
        self.side = VenueSide(
            Random(seed + 2),
            self.market,
            self.clock,
            forgets=self.random.random() < 0.4,
            rests_conditionals=self.random.random() < 0.5,
            trace=self.trace,
        )
        self.client = Client(Random(seed + 3), self.market)
        self.journal = MemoryJournal(CATALOGUE, self.clock)
        self.core = self._new_core()
        self.acknowledged: dict[OrderId, int] = {}
        self._handling: set[asyncio.Task[None]] = set()
        self._lives = 1

    def _new_core(self) -> Core:
        return Core(
            self.journal,
            Connection(self.side),
            self.market,
            self.clock,
            account_snapshot_events=20,
            snapshot_every=50,
        )

    async def run(self) -> None:
        """Live, end all faults, come to rest, and hold everything against the promises."""
        self.market.step()
        walk = asyncio.create_task(self.market.run())
        await self.side.start()
        await self.core.start()
        for account_id in ACCOUNTS:
            await self.core.open_account(account_id, USDT="5000", BTC="40")
        for _ in range(STEPS):
            await self._step()
        self.side.is_calm = True
        await self._come_to_rest(walk)
        await self._check()

    async def _step(self) -> None:
        if self.random.random() < JOURNAL_FAILURE_PROBABILITY:
            loop = asyncio.get_running_loop()
            loop.call_later(self.random.choice((0, 0.01, 0.3)), self._break_journal)
        handling = asyncio.create_task(self._handle(self.client.command(self.core)))
        self._handling.add(handling)
        handling.add_done_callback(self._handling.discard)
        if self.random.random() < CRASH_PROBABILITY:
            for _ in range(self.random.randint(0, 40)):
                await asyncio.sleep(0)
            await self._crash()
        elif self.random.random() < 0.7:
            await handling
            await asyncio.sleep(self.random.choice((0, 0.01, 0.5, 4)))

    async def _handle(self, command: TradingCommand) -> None:
        self.trace(f"{type(command).__name__} {getattr(command, 'order_id', '')[:8]}")
        life = self._lives
        try:
            outcome = await self.core.handle(command)
        except TradebookError as error:
            self.trace(f"  {error.code}")
            return
        if isinstance(command, PlaceOrder) and outcome.first_position and life == self._lives:
            self.acknowledged[command.order_id] = outcome.first_position

    def _break_journal(self) -> None:
        error = self.random.choice((JournalUnavailable("away"), JournalOutcomeUnknown("broke")))
        recorded = isinstance(error, JournalOutcomeUnknown) and self.random.random() < 0.5
        self.trace(f"the next commit fails with {error.code}, recorded: {recorded}")
        self.journal.fail_next(error, recorded=recorded)

    async def _crash(self) -> None:
        """Everything in memory is gone at once: only then are the remains of the old life swept up."""
        self.trace("crash")
        self._lives += 1
        for handling in self._handling:
            handling.cancel()
        self.journal = _survivor(self.journal, self.clock)
        await self.side.crash()
        old, self.core = self.core, self._new_core()
        with suppress(TradebookError):
            await old.stop()
        await self.core.start()

    async def _come_to_rest(self, walk: asyncio.Task[None]) -> None:
        self.trace("calm")
        await asyncio.sleep(SETTLE_S)
        walk.cancel()
        await asyncio.sleep(SETTLE_S)

    async def _check(self) -> None:
        await self._check_once()
        for account_id in ACCOUNTS:
            await self.core.handle(CancelAllOrders(account_id=account_id, at=self.market.now()))
        await asyncio.sleep(SETTLE_S)
        accounts = await self._check_once()
        for account in accounts.values():
            assert not account.orders
            assert not any(balance.held for balance in account.balances.values())
        await self.core.stop()
        await self.side.paper.stop()

    async def _check_once(self) -> invariants.Accounts:
        recorded = await invariants.read_all(self.journal)
        await invariants.check_chain(self.journal)
        accounts = invariants.check_books(recorded)
        invariants.check_acknowledged(recorded, self.acknowledged)
        invariants.check_sent_once(self.side)
        await invariants.check_open_orders(accounts, self.side)
        invariants.check_fills(recorded, self.side)
        lived = {each: await self.core.writer.read(each, model.dump) for each in ACCOUNTS}
        invariants.check_replay(accounts, lived)
        return accounts


def _survivor(journal: MemoryJournal, clock: VirtualClock) -> MemoryJournal:
    """The journal as another process would find it: what the old one still commits is seen by nobody."""
    survivor = MemoryJournal(CATALOGUE, clock)
    survivor._events = list(journal._events)
    survivor._streams = {stream: list(events) for stream, events in journal._streams.items()}
    survivor._commands = dict(journal._commands)
    survivor._snapshots = dict(journal._snapshots)
    survivor._kept = dict(journal._kept)
    return survivor


def run(seed: int, trace: Callable[[str], None] = lambda _: None) -> World:
    """Run one seed in virtual time; raises AssertionError where a promise was broken."""

    async def main() -> World:
        world = World(seed, trace)
        await world.run()
        return world

    return virtual_time.run(main())
