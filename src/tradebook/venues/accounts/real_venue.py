"""A real venue behind the port of trading: each account that is connected has a side of its own."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from random import Random

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import Refused
from tradebook.kernel.ids import AccountId, InstrumentId, OrderId
from tradebook.trading.commands import (
    RecordCancelRejection,
    RecordRejection,
    RecordReplaceRejection,
)
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.limits import DeadMansSwitch
from tradebook.trading.orders import MarginMode
from tradebook.trading.ports import (
    AccountStage,
    Attempt,
    Capabilities,
    ConnectedAccount,
    OrderNotThere,
    Reconcile,
    ReportSink,
    SwitchStanding,
    VenueHealth,
    VenueOrder,
    VenueOrderState,
    VenueState,
)
from tradebook.venues.accounts.cursors import Cursors
from tradebook.venues.accounts.private_account import PrivateAccount
from tradebook.venues.accounts.side import AccountSide, HoldsContracts
from tradebook.venues.connections.sockets import Connector
from tradebook.venues.errors import Inexpressible, NotConnected, UnknownOrder, VenueRefusal


class RealVenue:
    """Implements ``Venue``."""

    def __init__(
        self,
        name: str,
        capabilities: Capabilities,
        *,
        connector: Connector,
        clock: Clock,
        chance: Random,
        cursors: Cursors,
    ) -> None:
        self.name = name
        self.capabilities = capabilities
        self._connector = connector
        self._clock = clock
        self._chance = chance
        self._cursors = cursors
        self._sides: dict[AccountId, AccountSide] = {}
        """Connected before the start."""
        self._accounts: dict[AccountId, PrivateAccount] = {}
        self._tasks: dict[AccountId, asyncio.Task[None]] = {}
        self._sent: defaultdict[AccountId, list[Attempt]] = defaultdict(list)
        """From before this process, until its account is connected."""
        self._known_ids: dict[AccountId, Mapping[str, OrderId]] = {}
        """Our orders by their client order ids, for the keeper of the account that comes after this one.
        Nothing else of an account stays once it is disconnected.
        """
        self._switches: dict[AccountId, DeadMansSwitch] = {}
        """Those that are on, of accounts that are connected or may be."""
        self._kept_out: dict[AccountId, str] = {}
        """Accounts that are to trade here and cannot be connected, and why."""
        self._start: Callable[[AccountId, AccountSide], PrivateAccount] | None = None

    def health(self) -> VenueHealth:
        """Failed while no account trades, degraded while one does not."""
        accounts = (
            *(_told(each) for each in self._accounts.values()),
            *(
                ConnectedAccount(account_id=account_id, stage=AccountStage.CONNECTING, problem=problem)
                for account_id, problem in self._kept_out.items()
            ),
        )
        out = [each for each in accounts if each.stage is not AccountStage.TRADING]
        if not accounts:
            return VenueHealth(state=VenueState.OK, detail="no account is connected")
        count = f"{len(accounts)} account{'s' if len(accounts) > 1 else ''}"
        if not out:
            return VenueHealth(state=VenueState.OK, detail=f"{count} ready", accounts=accounts)
        return VenueHealth(
            state=VenueState.FAILED if len(out) == len(accounts) else VenueState.DEGRADED,
            detail=f"{len(out)} of {count} not ready: {out[0].problem or out[0].stage.value}",
            accounts=accounts,
        )

    def stage_of(self, account_id: AccountId) -> AccountStage:
        """How far an account has come. Raises KeyError for one that is not connected."""
        return self._accounts[account_id].stage

    def side_of(self, account_id: AccountId) -> AccountSide:
        """Raises KeyError for an account that is not connected."""
        return self._accounts[account_id].side

    def remember(self, orders: Iterable[Attempt]) -> None:
        """What the venue says of them is of ours."""
        for each in orders:
            self._sent[each.account_id].append(each)

    def connect(self, account_id: AccountId, side: AccountSide) -> None:
        """Have the account trade by this side; another one that it had before ends."""
        self._kept_out.pop(account_id, None)
        self._sides[account_id] = side
        if self._start is not None:
            self._begin(account_id, side)

    def keep_out(self, account_id: AccountId, problem: str) -> None:
        """The account cannot be connected for now; one that is trades on as before."""
        if account_id not in self._sides:
            self._kept_out[account_id] = problem

    async def disconnect(self, account_id: AccountId) -> None:
        """The account trades no more; its orders work on at the venue."""
        self._kept_out.pop(account_id, None)
        self._sides.pop(account_id, None)
        account = self._accounts.pop(account_id, None)
        if account is not None:
            await account.leave()
        await self._end(self._tasks.pop(account_id, None))

    async def start(self, reports: ReportSink, reconcile: Reconcile) -> None:
        """Connect every account."""

        def start(account_id: AccountId, side: AccountSide) -> PrivateAccount:
            return PrivateAccount(
                account_id,
                self.name,
                side,
                connector=self._connector,
                clock=self._clock,
                chance=self._chance,
                sink=reports,
                reconcile=reconcile,
                cursors=self._cursors,
            )

        self._start = start
        for account_id, side in self._sides.items():
            self._begin(account_id, side)

    async def stop(self) -> None:
        """Orders work on at the venue."""
        self._start = None
        await asyncio.gather(*(each.leave() for each in self._accounts.values()))
        for account_id in list(self._tasks):
            await self._end(self._tasks.pop(account_id))

    async def submit(self, order: VenueOrder, *, send_before: datetime) -> None:
        """As the port says."""
        account = self._account(order.account_id)
        await account.until_it_trades(send_before)
        account.client_ids.learn(order)
        try:
            account.take_answer(await account.side.place(order, send_before=send_before))
        except VenueRefusal as error:
            self._tell(account, RecordRejection, order, f"{error.venue_code} {error.message}")

    async def cancel(self, order: VenueOrder) -> None:
        """As the port says. Where nothing of the order works its state is told."""
        account = self._account(order.account_id)
        account.client_ids.learn(order)
        try:
            account.take_answer(await account.side.cancel(order))
        except UnknownOrder:
            await self._tell_state(account, order)
        except VenueRefusal as error:
            self._tell(account, RecordCancelRejection, order, f"{error.venue_code} {error.message}")

    async def replace(
        self, order: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> None:
        """As the port says. Where nothing of the order works its state is told."""
        account = self._account(order.account_id)
        await account.until_it_trades(self._clock.now())
        account.client_ids.learn(order)
        try:
            account.take_answer(
                await account.side.replace(order, quantity=quantity, price=price, stop_price=stop_price)
            )
        except UnknownOrder as error:
            if await self._tell_state(account, order):
                self._tell(account, RecordReplaceRejection, order, error.detail)
        except (VenueRefusal, Inexpressible) as error:
            self._tell(account, RecordReplaceRejection, order, error.detail)

    async def set_leverage(
        self, account_id: AccountId, instrument_id: InstrumentId, leverage: Decimal, mode: MarginMode
    ) -> None:
        """As the port says."""
        account = self._account(account_id)
        if not isinstance(account.side, HoldsContracts):
            raise Refused("no_contracts", f"No contracts are traded on this account at {self.name}.")
        await account.until_it_trades(self._clock.now())
        await account.side.set_leverage(instrument_id, leverage, mode)

    async def compare(self, account_id: AccountId) -> None:
        """As the port says."""
        await self._account(account_id).compare()

    def keep_switches(self, switches: Mapping[AccountId, DeadMansSwitch]) -> None:
        """As the port says."""
        self._switches.update(switches)

    async def set_switch(self, account_id: AccountId, switch: DeadMansSwitch | None) -> None:
        """As the port says."""
        account = self._accounts.get(account_id)
        if switch is None:
            if account is not None and account.switch is not None:
                await account.switch.set(None)
            self._switches.pop(account_id, None)
            return
        account = self._account(account_id)
        if account.switch is None:
            raise Refused("no_dead_mans_switch", f"Accounts at {self.name} have no dead man's switch.")
        await account.until_it_trades(self._clock.now())
        await account.switch.set(switch)
        self._switches[account_id] = switch

    def switch_standing(self, account_id: AccountId) -> SwitchStanding | None:
        """As the port says."""
        account = self._accounts.get(account_id)
        return None if account is None or account.switch is None else account.switch.standing

    async def query(self, order: VenueOrder) -> VenueOrderState | OrderNotThere | None:
        """As the port says."""
        return await self._account(order.account_id).state_of(order)

    async def open_orders(self, account_id: AccountId) -> Sequence[VenueOrderState]:
        """As the port says."""
        account = self._account(account_id)
        return [
            account.reports.standing(order_id, each)
            for each in await account.side.open_orders()
            if (order_id := account.client_ids.order_id_of(each.client_order_id)) is not None
        ]

    def _account(self, account_id: AccountId) -> PrivateAccount:
        account = self._accounts.get(account_id)
        if account is None:
            problem = self._kept_out.get(account_id, "the account has no credential here")
            raise NotConnected(self.name, problem)
        return account

    def _begin(self, account_id: AccountId, side: AccountSide) -> None:
        assert self._start is not None
        if (before := self._tasks.pop(account_id, None)) is not None:
            before.cancel()
        account = self._accounts[account_id] = self._start(account_id, side)
        for each in self._sent[account_id]:
            account.client_ids.learn(each)
        if (known := self._known_ids.get(account_id)) is not None:
            account.client_ids.take_over(known)
        self._known_ids[account_id] = account.client_ids.known
        if account.switch is not None and (switch := self._switches.get(account_id)) is not None:
            account.switch.keep(switch)
        task = asyncio.create_task(account.run(), name=f"{self.name} {account_id}")
        task.add_done_callback(account.ended)
        self._tasks[account_id] = task

    @staticmethod
    async def _tell_state(account: PrivateAccount, order: VenueOrder) -> bool:
        """How it stands, where the venue says that nothing of it works; whether something does."""
        state = await account.state_of(order)
        for report in () if state is None else state.reports:
            account.report(report)
        return isinstance(state, VenueOrderState) and state.status not in TERMINAL

    @staticmethod
    async def _end(task: asyncio.Task[None] | None) -> None:
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _tell(
        self,
        account: PrivateAccount,
        kind: type[RecordRejection] | type[RecordCancelRejection] | type[RecordReplaceRejection],
        order: VenueOrder,
        reason: str,
    ) -> None:
        account.report(
            kind(
                account_id=order.account_id,
                at=self._clock.now(),
                order_id=order.order_id,
                reason=reason[:500],
            )
        )


def _told(account: PrivateAccount) -> ConnectedAccount:
    return ConnectedAccount(
        account_id=account.account_id,
        stage=account.stage,
        problem=account.problem,
        compared=account.compared,
        switch_problem=_switch_problem(account),
    )


def _switch_problem(account: PrivateAccount) -> str:
    standing = None if account.switch is None else account.switch.standing
    return "" if standing is None else standing.problem
