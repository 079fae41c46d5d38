"""All process managers of trading, wired: follow → execute, trigger, mark."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from tradebook.journal.ports import Journal
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.market.ports import MarketData
from tradebook.trading.limits import DeadMansSwitch
from tradebook.trading.orders import TimeInForce
from tradebook.trading.ports import CancelsWhenGone, Venue
from tradebook.trading.processes.equity import Equity
from tradebook.trading.processes.execution import Backlog, Execution
from tradebook.trading.processes.follower import SNAPSHOT_EVERY, JournalFollower, Manager
from tradebook.trading.processes.holdings import Held, Holdings
from tradebook.trading.processes.open_orders import OpenOrder, OpenOrders
from tradebook.trading.processes.recorder import CommandHandler
from tradebook.trading.processes.triggers import Triggers


class TradingProcesses:
    """What trading does by itself: execution at each venue, and what is the same for all of them."""

    def __init__(
        self,
        *,
        journal: Journal,
        writer: CommandHandler,
        venues: Sequence[Venue],
        market: MarketData,
        clock: Clock,
        snapshot_every: int = SNAPSHOT_EVERY,
    ) -> None:
        """``snapshot_every`` counts events between two snapshots of the open orders."""
        orders, holdings = OpenOrders(), Holdings()
        self._orders, self._holdings = orders, holdings
        self._venues = {venue.name: venue for venue in venues}
        self._follower = JournalFollower(
            journal, orders, holdings, clock=clock, snapshot_every=snapshot_every
        )
        self._executions = {
            venue.name: Execution(
                orders=orders,
                writer=writer,
                venue=venue,
                market=market,
                clock=clock,
                serves=partial(self._is_at, venue.name),
            )
            for venue in venues
        }
        self._triggers = Triggers(
            orders=orders,
            writer=writer,
            market=market,
            clock=clock,
            venue_expires=self._venue_expires,
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
        """What waits in execution, at all venues together."""
        parts = [execution.backlog for execution in self._executions.values()]
        return Backlog(
            **{name: sum(getattr(each, name) for each in parts) for name in Backlog.__struct_fields__}
        )

    def has_settled(self, position: int) -> bool:
        """Whether everything up to ``position`` has been reacted to, and nothing is under way."""
        are_quiet = all(each.is_quiet for each in self._executions.values()) and self._triggers.is_quiet
        return self._follower.reacted >= position and are_quiet

    async def start(self) -> None:
        """Catch up with the journal, take up what was left, and go on in the background."""
        await self._follower.catch_up()
        for name, venue in self._venues.items():
            sent = [*self._orders.values(), *self._orders.unverified.values()]
            venue.remember(each for each in sent if self._is_at(name, each.account_id))
            if isinstance(venue, CancelsWhenGone):
                venue.keep_switches(self._switches_at(name))
            await venue.start(self._executions[name].take_report, self._executions[name].reconcile)
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
        for name, venue in self._venues.items():
            await self._executions[name].close()
            await venue.stop()

    async def _run(self) -> None:
        managers: list[Manager] = [*self._executions.values(), self._triggers, self._equity]
        async with asyncio.TaskGroup() as tasks:
            for manager in managers:
                tasks.create_task(manager.run())
            for manager in managers:
                await manager.recover()
            await self._follower.follow(managers)

    def _is_at(self, venue: str, account_id: AccountId) -> bool:
        held = self._holdings.get(account_id)
        return held is not None and held.venue == venue

    def _switches_at(self, venue: str) -> dict[AccountId, DeadMansSwitch]:
        return {
            account_id: held.switch
            for account_id, held in self._holdings.items()
            if held.venue == venue and held.switch is not None
        }

    def _venue_expires(self, account_id: AccountId) -> frozenset[TimeInForce]:
        held = self._holdings.get(account_id)
        venue = self._venues.get(held.venue) if held is not None else None
        return frozenset() if venue is None else venue.capabilities.times_in_force
