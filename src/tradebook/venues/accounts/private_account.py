"""One account at its venue: it trades only while its book is in step with what the venue says.

::

    connecting ──► reconciling ──► trading ──┐
        ▲              │    ▲─── missed ─────┤   a frame that could not be read
        └── broken ────┴── stream lost ◄─────┘   or one that says nothing of what happens

Reconciling: the stream is taken first, so that nothing is missed from then on; then the working orders are
compared, then the balances. Only what the venue says is believed, and only the journal remembers it.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError, Unavailable
from tradebook.kernel.ids import AccountId
from tradebook.trading.commands import VenueReport
from tradebook.trading.ports import (
    AccountStage,
    Compared,
    OrderNotThere,
    Reconcile,
    ReportSink,
    VenueOrder,
    VenueOrderState,
)
from tradebook.venues.accounts.client_ids import ClientIds
from tradebook.venues.accounts.comparison import Comparison, Finding, Heard
from tradebook.venues.accounts.cursors import Cursors
from tradebook.venues.accounts.occasions import Occasions, answer
from tradebook.venues.accounts.reports import Reports
from tradebook.venues.accounts.side import AccountSide, CancelsWhenGone, KeepsStream, LeavesOut
from tradebook.venues.accounts.switch_keeper import SwitchKeeper
from tradebook.venues.connections.backoff import Backoff
from tradebook.venues.connections.connection import Connection
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.limits import AskedTooMuch, at_leisure
from tradebook.venues.connections.sockets import Connector
from tradebook.venues.errors import NotConnected, NotListed, UndecodableFrame, VenueRefusal
from tradebook.venues.messages.account import (
    AccountMessage,
    BalanceChange,
    BalanceReason,
    ExecType,
    ExecutionReport,
    LeverageSetting,
    StreamEnded,
    StreamReady,
)

log = structlog.get_logger("tradebook.venues")

RECONCILE_EVERY_S = 60.0
RECONCILE_WITHIN_S = 60.0
RETRY_MAX_S = 30.0
LOOK_BACK, LOOK_BACK_MIN = timedelta(days=90), timedelta(days=1)
"""At trades from before an account was connected; where there are too many, not as far."""
LOOK_BACK_WITHIN_S, LOOK_BACK_REQUESTS_MAX = 120.0, 200
"""So long and so often a venue is asked for them; an answer has a thousand trades at most venues."""
RESTLESS = "its balances do not stand still"
SUBSCRIBED_WITHIN_S = 10.0
"""A subscription that is not answered by then is asked for on another connection."""


class PrivateAccount:
    """It connects, reports and stays in step while ``run`` runs."""

    def __init__(
        self,
        account_id: AccountId,
        venue: str,
        side: AccountSide,
        *,
        connector: Connector,
        clock: Clock,
        chance: Random,
        sink: ReportSink,
        reconcile: Reconcile,
        cursors: Cursors,
    ) -> None:
        self.account_id = account_id
        self.side = side
        self.stage = AccountStage.CONNECTING
        self.client_ids = ClientIds(side.client_order_id_of)
        self.reports = Reports(
            account_id, order_id_of=self.client_ids.order_id_of, instrument_of=side.instrument
        )
        self._venue = venue
        self._clock = clock
        self._sink = sink
        self._comparison = Comparison(
            account_id,
            side,
            self.reports,
            self.client_ids,
            clock=clock,
            sink=sink,
            reconcile=reconcile,
            cursors=cursors,
        )
        self._retry = Backoff(chance, max_s=RETRY_MAX_S)
        self._connection = Connection(
            f"{venue} {account_id}",
            side.endpoint,
            side,
            connector=connector,
            clock=clock,
            backoff=Backoff(chance),
            take=self._take,
            opened=self._opened,
            lost=self._lost,
            silent_after_s=_silent_after_s(side.endpoint),
            url_of=lambda: side.endpoint.url,
        )
        self._connection.add(side.streams)
        self.switch: SwitchKeeper | None = None
        """Where the venue has a dead man's switch."""
        if isinstance(side, CancelsWhenGone):
            self.switch = SwitchKeeper(f"{venue} {account_id}", side, self._connection, clock)
        self._trades = asyncio.Event()
        self._occasions = Occasions(clock, every_s=RECONCILE_EVERY_S)
        self._is_prepared = False
        self._is_subscribed = False
        self._is_refused = asyncio.Event()
        self._has_asked = asyncio.Event()
        """For the stream, on a connection that has just been opened."""
        self._asked_at = clock.now()
        self._heard = Heard()
        self._changes = 0
        """How often it was told that the terms of an order were changed."""
        self._unrecorded: set[asyncio.Future[None]] = set()
        self.problem = ""
        """What keeps it from trading, as far as is known."""

    @property
    def compared(self) -> Compared | None:
        """When its balances were last held against the book."""
        return self._comparison.compared

    async def run(self) -> None:
        """Without end."""
        await self._prepare()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._connection.run())
            tasks.create_task(self._insist())
            tasks.create_task(self._prepare_again())
            tasks.create_task(self._stay_in_step())
            tasks.create_task(self._look_back())
            if self.switch is not None:
                tasks.create_task(self.switch.run())

    async def leave(self) -> None:
        """``run`` is about to be ended on purpose."""
        if self.switch is not None:
            await self.switch.leave()

    def ended(self, task: asyncio.Task[None]) -> None:
        """``run`` has ended: whoever did not ask for that has found a defect."""
        self._becomes(AccountStage.CONNECTING)
        if not task.cancelled():
            self.problem = "it has ended by a defect; the log has it"
            log.exception("venue_account_ended", account_id=self.account_id, exc_info=task.exception())

    async def until_it_trades(self, deadline: datetime) -> None:
        """Return at once while it trades; wait for it otherwise. Raises NotConnected when it stays out."""
        if self._trades.is_set():
            return
        waiting = asyncio.ensure_future(self._trades.wait())
        expiring = asyncio.ensure_future(
            self._clock.sleep(max((deadline - self._clock.now()).total_seconds(), 0.0))
        )
        try:
            await asyncio.wait((waiting, expiring), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            expiring.cancel()
        if not self._trades.is_set():
            raise NotConnected(self._venue, self.problem or f"it is still {self.stage.value}")

    async def compare(self) -> None:
        """Compare now, once what is under way is over. Raises Unavailable where it fails, with why."""
        await self._occasions.wait_for_one()

    def take_answer(self, messages: Sequence[AccountMessage]) -> None:
        """What the venue answered to a request, or told on the stream: report it, in order."""
        for message in messages:
            self._heard = Heard(messages=self._heard.messages + 1, frames=self._heard.frames)
            if isinstance(message, ExecutionReport):
                self._changes += message.exec_type is ExecType.REPLACED
                if message.replaces:
                    self.client_ids.rename(message.replaces, message.client_order_id)
            to_ask = self.reports.fill_to_ask_for(message)
            if to_ask is not None:
                self._comparison.ask_for_fills_of(to_ask)
            if to_ask is not None or _is_to_be_asked_for(message):
                self._occasions.ask()
        for report in self.reports.of_all(messages):
            self.report(report)

    def report(self, report: VenueReport) -> None:
        """Hand a report over; that it becomes durable is the sink's."""
        recorded = asyncio.ensure_future(self._sink(report))
        self._unrecorded.add(recorded)
        recorded.add_done_callback(self._unrecorded.discard)

    async def state_of(self, order: VenueOrder) -> VenueOrderState | OrderNotThere | None:
        """What the venue knows of an order of ours, with everything that brings our book there.

        Raises NotConnected before it is known what is listed.
        """
        if not self._is_prepared:
            raise NotConnected(self._venue, self.problem or "it is not known yet what is listed")
        self.client_ids.learn(order)
        changes = self._changes
        found = await self.side.order(order)
        if found is None:
            return await self._missing(order)
        if found.client_order_id:
            self.client_ids.rename(self.side.client_order_id_of(order), found.client_order_id)
        fills = (
            await self.side.fills_of(found.instrument_id, found.venue_order_id)
            if found.cumulative_quantity
            else ()
        )
        # What is heard meanwhile is newer than the answer: old terms are not to be taken for new ones.
        return self.reports.state(order.order_id, found, fills, has_terms=changes == self._changes)

    async def ours_that_work(self) -> Sequence[VenueOrderState]:
        """Raises ConnectionError where one works in something of which we know nothing: it is not over."""
        found = [
            self.reports.standing(order_id, each)
            for each in await self.side.open_orders()
            if (order_id := self.client_ids.order_id_of(each.client_order_id)) is not None
        ]
        unlisted = self.side.works_unlisted if isinstance(self.side, LeavesOut) else ()
        if any(self.client_ids.order_id_of(each) is not None for each in unlisted):
            raise ConnectionError("an order of ours works in an instrument that is not listed")
        return found

    async def _missing(self, order: VenueOrder) -> OrderNotThere | None:
        """What is left of an order that the venue does not have, or no longer: its fills."""
        if not order.venue_order_id:
            return None
        fills = await self.side.fills_of(order.instrument.instrument_id, order.venue_order_id)
        reports = tuple(self.reports.fills(fills, order.order_id))
        if len(reports) < len(fills):
            raise ConnectionError("the venue does not tell all of its fills yet")
        return OrderNotThere(order_id=order.order_id, reports=reports)

    # --- the stream

    def _opened(self, _: Iterable[str]) -> None:
        self._comparison.begin_anew()
        self._asked_at = self._clock.now()
        self._has_asked.set()
        if not self.side.streams:
            self._stands()

    def _stands(self) -> None:
        self._is_subscribed = True
        self._becomes(AccountStage.RECONCILING)
        self._occasions.ask()

    def _take(self, frame: bytes, received_at: datetime) -> None:
        try:
            messages = self.side.decode(frame, received_at)
        except UndecodableFrame as error:
            # Nothing of it is believed, and something was missed, perhaps of what others did: ask.
            log.warning("undecodable_frame", account_id=self.account_id, detail=error.detail)
            self._comparison.miss()
            self._occasions.ask_spaced()
            self._count_frame()
            return
        if messages:
            # An answer to a ping says nothing of what happens: a stream of those may be deaf.
            self._count_frame()
        for message in messages:
            match message:
                case StreamReady():
                    self._stands()
                case StreamEnded():
                    self._end_stream(message.reason)
        self.take_answer(messages)

    def _count_frame(self) -> None:
        self._heard = Heard(messages=self._heard.messages, frames=self._heard.frames + 1)

    def _end_stream(self, reason: str) -> None:
        self.problem = reason
        self._lost(())
        self._is_refused.set()

    def _lost(self, _: Iterable[str]) -> None:
        self._is_subscribed = False
        self.problem = self.problem or self._connection.health.last_problem
        self._becomes(AccountStage.CONNECTING)

    def _becomes(self, stage: AccountStage) -> None:
        if stage is AccountStage.TRADING:
            self.problem = ""
            self._trades.set()
        else:
            self._trades.clear()
        if stage is not self.stage:
            log.info("venue_account", account_id=self.account_id, stage=stage.value, problem=self.problem)
        self.stage = stage

    async def _insist(self) -> None:
        """On an answer to the last subscription."""
        while True:
            await self._has_asked.wait()
            waited_s = (self._clock.now() - self._asked_at).total_seconds()
            if waited_s < SUBSCRIBED_WITHIN_S:
                await self._clock.sleep(SUBSCRIBED_WITHIN_S - waited_s)
                continue
            self._has_asked.clear()
            if not self._is_subscribed:
                self.problem = "the venue did not answer its subscription"
                self._connection.renew()

    async def _prepare_again(self) -> None:
        """Where the venue has ended the stream or refused it, as it does when our clock is wrong."""
        while True:
            await self._is_refused.wait()
            await self._prepare()
            self._is_refused.clear()
            self._connection.renew()

    # --- staying in step

    async def _prepare(self) -> None:
        while True:
            try:
                await self.side.prepare()
            except (OSError, TradebookError) as error:
                self.problem = str(error) or type(error).__name__
                log.warning("venue_account_waits", account_id=self.account_id, problem=self.problem)
                await self._clock.sleep(self._retry.next_s())
            else:
                self._is_prepared = True
                self._retry.reset()
                return

    async def _stay_in_step(self) -> None:
        while True:
            waiting, before = await self._occasions.next(), self.compared
            has_failed = self._is_subscribed and not await self._try_to_come_in_step()
            is_compared = self.compared is not before
            answer(waiting, None if is_compared else self._problem_of_comparing())
            if has_failed:
                await self._clock.sleep(self._retry.next_s())
                self._occasions.ask()

    async def _look_back(self) -> None:
        """At what was traded before the account was connected: less far where the venue takes too long, has
        too much to tell, or refuses to look back as far. Whoever trades meanwhile is let through first.
        """
        time = LOOK_BACK
        while time > LOOK_BACK_MIN:
            await self._trades.wait()
            try:
                with at_leisure(most=LOOK_BACK_REQUESTS_MAX):
                    async with asyncio.timeout(LOOK_BACK_WITHIN_S):
                        if await self._comparison.look_back(time):
                            return
            except (TimeoutError, AskedTooMuch, VenueRefusal) as error:
                log.info("venue_history_shortened", account_id=self.account_id, problem=str(error))
                time /= 2
            except (OSError, TradebookError) as error:
                log.warning("venue_history_waits", account_id=self.account_id, problem=str(error))
            await self._clock.sleep(RECONCILE_EVERY_S)
        log.warning("venue_history_given_up", account_id=self.account_id)

    async def _try_to_come_in_step(self) -> bool:
        try:
            async with asyncio.timeout(RECONCILE_WITHIN_S):
                await self._come_in_step()
        except NotListed as error:
            log.warning("venue_account_out_of_step", account_id=self.account_id, problem=error.detail)
            self._end_stream(error.detail)
            return False
        except (OSError, TradebookError) as error:
            self.problem = str(error) or type(error).__name__
            log.warning("venue_account_out_of_step", account_id=self.account_id, problem=self.problem)
            return False
        self._retry.reset()
        return True

    def _problem_of_comparing(self) -> Unavailable:
        why = self.problem or (RESTLESS if self._is_subscribed else f"it is {self.stage.value}")
        return Unavailable("not_compared", f"{self._venue} was not compared: {why}.")

    async def _come_in_step(self) -> None:
        if isinstance(self.side, KeepsStream) and not await self.side.keep_stream():
            self._end_stream("its stream was not kept")
            return
        finding = await self._comparison.run(lambda: self._heard)
        if finding is Finding.DEAF:
            self.problem = "its stream said nothing of what happened"
            self._connection.renew()
        elif finding is Finding.RESTLESS and self.stage is not AccountStage.TRADING:
            raise NotConnected(self._venue, RESTLESS)
        elif self._is_subscribed:
            self._becomes(AccountStage.TRADING)


def _is_to_be_asked_for(message: AccountMessage) -> bool:
    """What the stream tells only half of: a leverage without its mode, funding without its contract."""
    if isinstance(message, BalanceChange):
        return message.reason is BalanceReason.FUNDING
    return isinstance(message, LeverageSetting)


HEARTBEATS_MISSED_MAX = 3
"""An account may have nothing to tell for days, but a venue that is to hear heartbeats answers them."""


def _silent_after_s(endpoint: Endpoint) -> float:
    heartbeat = endpoint.heartbeat
    return math.inf if heartbeat is None else heartbeat.every_s * HEARTBEATS_MISSED_MAX
