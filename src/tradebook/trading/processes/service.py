"""All process managers of trading, wired: follow → execute, trigger, mark."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tradebook.journal.ports import Journal
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.market.ports import MarketData
from tradebook.trading.ports import Venue
from tradebook.trading.processes.equity import Equity
from tradebook.trading.processes.execution import Backlog, Execution
from tradebook.trading.processes.follower import SNAPSHOT_EVERY, JournalFollower
from tradebook.trading.processes.holdings import Held, Holdings
from tradebook.trading.processes.open_orders import OpenOrder, OpenOrders
from tradebook.trading.processes.recorder import CommandHandler
from tradebook.trading.processes.triggers import Triggers


class TradingProcesses:
    """What trading does by itself on one venue."""

    def __init__(
        self,
        *,
        journal: Journal,
        writer: CommandHandler,
        venue: Venue,
        market: MarketData,
        clock: Clock,
        snapshot_every: int = SNAPSHOT_EVERY,
    ) -> None:
        """``snapshot_every`` counts events between two snapshots of the open orders."""
        orders, holdings = OpenOrders(), Holdings()
        self._orders, self._holdings = orders, holdings
        self._venue = venue
        self._follower = JournalFollower(
            journal, orders, holdings, clock=clock, snapshot_every=snapshot_every
        )
        self._execution = Execution(orders=orders, writer=writer, venue=venue, market=market, clock=clock)
        self._triggers = Triggers(
            orders=orders,
            writer=writer,
            market=market,
            clock=clock,
            venue_expires=venue.capabilities.times_in_force,
        )
        self._equity = Equity(holdings=holdings, writer=writer, market=market, clock=clock)
        self._running: asyncio.Task[None] | None = None

    @property
    def position(self) -> int:
        """The journal position up to which everything has been taken in."""
        return self._follower.position

    @property
    def reacted(self) -> int:
        """The journal position up to which everything has been acted on."""
        return self._follower.reacted

    @property
    def open_orders(self) -> Mapping[OrderId, OpenOrder]:
        """Every order that is not done, of all accounts, as of ``position``."""
        return self._orders

    @property
    def accounts(self) -> Mapping[AccountId, Held]:
        """Every account and what it owns, as of ``position``."""
        return self._holdings

    @property
    def backlog(self) -> Backlog:
        """What waits in execution."""
        return self._execution.backlog

    def has_settled(self, position: int) -> bool:
        """Whether everything up to ``position`` has been reacted to, and nothing is under way."""
        return self._follower.reacted >= position and self._execution.is_quiet and self._triggers.is_quiet

    async def start(self) -> None:
        """Catch up with the journal, take up what was left, and go on in the background."""
        await self._follower.catch_up()
        await self._venue.start(self._execution.take_report)
        self._running = asyncio.create_task(self._run(), name="trading-processes")

    async def wait(self) -> None:
        """Return never; raises what ended the processes, which is always a defect."""
        if self._running is not None:
            await asyncio.shield(self._running)

    async def stop(self) -> None:
        """End everything; the journal has what the next start needs."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self._execution.close()
        await self._venue.stop()

    async def _run(self) -> None:
        managers = (self._execution, self._triggers, self._equity)
        async with asyncio.TaskGroup() as tasks:
            for manager in managers:
                tasks.create_task(manager.run())
            for manager in managers:
                await manager.recover()
            await self._follower.follow(managers)
