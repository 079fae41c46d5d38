"""The one writer of an account: decide in memory, fold ahead, answer after the commit.

Accounts at hand are folded ahead of the journal: a decision's events are applied at once, so that the next
command is decided on them while their append is still on its way. Two rules keep that honest. Nothing that
rests on an uncommitted event leaves before its commit: a repetition, a refusal or a read waits for the append
in front of it. And an append that fails takes down everything folded from it: the account is dropped, every
command decided on it fails with it, and the next use loads it from the journal, which alone knows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import msgspec
import structlog

from tradebook.journal.errors import VersionConflict
from tradebook.journal.ports import Journal
from tradebook.journal.records import Append, Appended, Metadata
from tradebook.kernel.errors import TradebookError, Unavailable
from tradebook.kernel.ids import AccountId, new_id
from tradebook.kernel.messages import Event
from tradebook.trading import model
from tradebook.trading.commands import CancelOrder, PlaceOrder, ReplaceOrder, TradingCommand
from tradebook.trading.doubts import Doubts
from tradebook.trading.events import stream_of
from tradebook.trading.model import Account
from tradebook.trading.residents import Resident, Residents
from tradebook.trading.views.order_document import OrderDocument, document_of

T = TypeVar("T")
log = structlog.get_logger(__name__)

_DEFECT = "This is a defect of the server; its log has the details."

IN_FLIGHT_MAX = 20_000
"""Appends on their way to the journal, of all accounts."""
IN_FLIGHT_PER_ACCOUNT_MAX = 2_000
CONFLICTS_WITHIN_S = 5.0
"""How long a command that others are always a moment ahead of is decided again."""
CONFLICT_PAUSE_S = 0.001


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a command; everything in it is durable."""

    events: Sequence[Event]
    """Recorded for this command, now or the first time. Empty when the wish was already fulfilled."""
    first_position: int = 0
    """0 where nothing was recorded for this command, or its place is no longer known."""
    last_position: int = 0
    repeated: bool = False
    """Whether the command had been handled before."""
    order: OrderDocument | None = None
    """Of a PlaceOrder, ReplaceOrder or CancelOrder: the order after it, where that was asked for and the
    account still remembers it."""


class _Decision(msgspec.Struct, gc=False):
    """A decided command on its way."""

    events: Sequence[Event]
    rests_on: asyncio.Future[Appended] | None
    """Its own append, or where it made none the newest one of its account."""
    refusal: TradebookError | None = None
    order: OrderDocument | None = None


class AccountWriter:
    """Handles the commands of every account that this process writes, in one event loop."""

    def __init__(
        self,
        journal: Journal,
        *,
        residents: Residents | None = None,
        in_flight_max: int = IN_FLIGHT_MAX,
        in_flight_per_account_max: int = IN_FLIGHT_PER_ACCOUNT_MAX,
    ) -> None:
        self._journal = journal
        self._residents = residents or Residents(journal)
        self._in_flight_max = in_flight_max
        self._in_flight_per_account_max = in_flight_per_account_max
        self._doubts = Doubts()

    async def handle(
        self, command: TradingCommand, *, metadata: Metadata, with_order: bool = False
    ) -> Outcome:
        """Decide, record and answer.

        The command is recorded under its own id where that is a function of facts, else under that of the
        metadata, else under a new one. Where the metadata has one, a command that was recorded before has the
        outcome it had then, whatever would be decided now.

        Raises what the decider raises, Unavailable under back-pressure, JournalUnavailable when nothing was
        recorded, JournalOutcomeUnknown when that cannot be said: handling it again finds out. When the
        account moved meanwhile, the command is decided again on what is there now; VersionConflict when that
        did not help in CONFLICTS_WITHIN_S.
        """
        try:
            return await self._handle(command, metadata, with_order)
        except VersionConflict as conflict:
            [outcome] = await self._settled([command], [conflict], metadata, with_order)
        if isinstance(outcome, TradebookError):
            raise outcome
        return outcome

    async def handle_many(
        self,
        commands: Sequence[TradingCommand],
        *,
        metadata: Metadata,
        with_order: bool = False,
        is_patient: bool = False,
        on_way: Callable[[int], None] | None = None,
    ) -> list[Outcome | TradebookError]:
        """As ``handle`` for each of them in order, all on their way before the first is awaited.

        Patient ones may wait a moment for a commit to share. ``on_way`` is told which of them (by index) led
        to events that are on their way: what is decided from then on stands behind them in the journal. Those
        that have to be decided again are not told of.
        """
        outcomes = await self._attempt(commands, metadata, with_order, is_patient, on_way)
        return await self._settled(commands, outcomes, metadata, with_order)

    async def read(self, account_id: AccountId, reader: Callable[[Account], T]) -> T:
        """What ``reader`` takes from the account's state, answered once all of that state is durable.

        ``reader`` returns values, never parts of the state that later events change.
        """
        while True:
            resident = await self._residents.fetch(account_id)
            value = reader(resident.state)
            try:
                await _committed(account_id, resident.last)
            except VersionConflict:
                continue
            return value

    async def recorded(self, command: TradingCommand) -> Sequence[Event]:
        """What was recorded under the command's own id, however long ago; nothing where it never was."""
        own_id = model.command_id_of(command)
        appended = await self._journal.find_command(own_id) if own_id is not None else None
        return () if appended is None else await self._events_of(appended)

    @property
    def committed(self) -> int | None:
        """The newest position that it has recorded; None while anything is on its way."""
        return None if self._residents.in_flight else self._residents.committed

    async def close(self) -> None:
        """Wait for snapshots under way. Appends are awaited by those who made them."""
        await self._residents.close()

    async def _handle(self, command: TradingCommand, metadata: Metadata, with_order: bool) -> Outcome:
        account_id = command.account_id
        if account_id in self._doubts:
            command_id = model.command_id_of(command) or metadata.command_id
            before = await self._journal.find_command(command_id) if command_id else None
            if before is not None:
                return await self._first_time(command, before)
        resident = self._residents.at_hand(account_id) or await self._residents.fetch(account_id)
        while (order_id := resident.lacks(command)) is not None:
            await self._residents.recall(resident, order_id)
            resident = await self._residents.fetch(account_id)
        decision = self._decide(resident, command, metadata, with_order)
        return await self._outcome(command, decision, metadata)

    async def _attempt(
        self,
        commands: Sequence[TradingCommand],
        metadata: Metadata,
        with_order: bool,
        is_patient: bool = False,
        on_way: Callable[[int], None] | None = None,
    ) -> list[Outcome | TradebookError]:
        accounts = dict.fromkeys(command.account_id for command in commands)
        absent = [each for each in accounts if self._residents.at_hand(each) is None]
        if absent:
            await asyncio.gather(*map(self._residents.fetch, absent), return_exceptions=True)
        decisions = [
            self._decide_if_at_hand(command, metadata, with_order, is_patient) for command in commands
        ]
        if on_way is not None:
            for index, decision in enumerate(decisions):
                if decision is not None and decision.events:
                    on_way(index)
        outcomes: list[Outcome | TradebookError] = []
        for command, decision in zip(commands, decisions, strict=True):
            try:
                if decision is None:
                    outcomes.append(await self._handle(command, metadata, with_order))
                else:
                    outcomes.append(await self._outcome(command, decision, metadata))
            except TradebookError as error:
                outcomes.append(error)
        return outcomes

    async def _settled(
        self,
        commands: Sequence[TradingCommand],
        outcomes: list[Outcome | TradebookError],
        metadata: Metadata,
        with_order: bool,
    ) -> list[Outcome | TradebookError]:
        """The outcomes once those that lost to others have been decided again, on what is there now."""
        loop = asyncio.get_running_loop()
        until: float | None = None
        while lost := [n for n, outcome in enumerate(outcomes) if isinstance(outcome, VersionConflict)]:
            until = until or loop.time() + CONFLICTS_WITHIN_S
            if loop.time() >= until:
                break
            await asyncio.sleep(CONFLICT_PAUSE_S)
            again = await self._attempt([commands[n] for n in lost], metadata, with_order)
            for n, outcome in zip(lost, again, strict=True):
                outcomes[n] = outcome
        return outcomes

    def _decide_if_at_hand(
        self, command: TradingCommand, metadata: Metadata, with_order: bool, is_patient: bool
    ) -> _Decision | None:
        resident = self._residents.at_hand(command.account_id)
        if resident is None or command.account_id in self._doubts or resident.lacks(command) is not None:
            return None
        return self._decide(resident, command, metadata, with_order, is_patient)

    def _decide(
        self,
        resident: Resident,
        command: TradingCommand,
        metadata: Metadata,
        with_order: bool,
        is_patient: bool = False,
    ) -> _Decision:
        """Decide, send the append on its way and fold ahead."""
        try:
            self._require_room(resident)
            events = model.decide(command, resident.state_for(command))
            append = self._submit(resident, command, events, metadata, is_patient) if events else None
        except Unavailable as error:
            return _Decision((), None, error)
        except TradebookError as error:
            return _Decision((), resident.last, error)
        except Exception:  # a defect: those decided beside it still have their own answers
            log.exception(
                "a command could not be decided",
                command=type(command).__name__,
                correlation_id=metadata.correlation_id,
            )
            return _Decision((), resident.last, TradebookError("internal_error", _DEFECT))
        if append is not None:
            self._residents.advance(resident, events, append)
        order = _order_of(command, resident.state) if with_order else None
        return _Decision(events, resident.last, None, order)

    def _require_room(self, resident: Resident) -> None:
        is_full = self._residents.in_flight >= self._in_flight_max
        if is_full or resident.in_flight >= self._in_flight_per_account_max:
            raise Unavailable("overloaded", "Too many commands wait for the journal; try again.")

    def _submit(
        self,
        resident: Resident,
        command: TradingCommand,
        events: Sequence[Event],
        metadata: Metadata,
        is_patient: bool,
    ) -> asyncio.Future[Appended]:
        command_id = model.command_id_of(command) or metadata.command_id or new_id()
        return self._journal.submit(
            Append(
                stream=stream_of(command.account_id),
                expected_version=resident.version,
                events=events,
                metadata=msgspec.structs.replace(metadata, command_id=command_id),
                is_patient=is_patient,
            )
        )

    async def _outcome(self, command: TradingCommand, decision: _Decision, metadata: Metadata) -> Outcome:
        if not decision.events or decision.rests_on is None:
            await _committed(command.account_id, decision.rests_on)
            before = await self._recorded_before(command, decision, metadata)
            if before is not None:
                return await self._first_time(command, before)
            if decision.refusal is not None:
                raise decision.refusal
            return await self._fulfilled_before(command, decision)
        appended = await _answer_to(decision.rests_on)
        if appended.repeated:
            self._doubts.add(command.account_id)
            return await self._first_time(command, appended)
        return Outcome(
            events=decision.events,
            first_position=appended.first_position,
            last_position=appended.last_position,
            order=decision.order,
        )

    async def _recorded_before(
        self, command: TradingCommand, decision: _Decision, metadata: Metadata
    ) -> Appended | None:
        """Where the command stands that its caller may be repeating and that nothing was recorded for now.

        A refusal of a command with an id of its own stands: it was decided on what is recorded under that id.
        """
        if not metadata.command_id or decision.order is not None:
            return None
        own_id = model.command_id_of(command)
        if own_id is not None and decision.refusal is not None:
            return None
        return await self._journal.find_command(own_id or metadata.command_id)

    async def _fulfilled_before(self, command: TradingCommand, decision: _Decision) -> Outcome:
        """The outcome of a wish that needed no more events; with its place where that can be looked up."""
        command_id = model.command_id_of(command) if decision.order is not None else None
        first_time = await self._journal.find_command(command_id) if command_id else None
        return Outcome(
            events=(),
            first_position=first_time.first_position if first_time else 0,
            last_position=first_time.last_position if first_time else 0,
            repeated=True,
            order=decision.order,
        )

    async def _first_time(self, command: TradingCommand, appended: Appended) -> Outcome:
        """The outcome of a command that was recorded longer ago than the account remembers."""
        return Outcome(
            events=await self._events_of(appended),
            first_position=appended.first_position,
            last_position=appended.last_position,
            repeated=True,
            order=await self.read(command.account_id, partial(_order_of, command)),
        )

    async def _events_of(self, appended: Appended) -> Sequence[Event]:
        first, last = appended.first_position, appended.last_position
        recorded = await self._journal.read(after=first - 1, limit=last - first + 1)
        return [each.event for each in recorded]


def _order_of(command: TradingCommand, account: Account) -> OrderDocument | None:
    if not isinstance(command, PlaceOrder | ReplaceOrder | CancelOrder):
        return None
    order = account.find(command.order_id)
    return None if order is None else document_of(account, order)


async def _committed(account_id: AccountId, append: asyncio.Future[Appended] | None) -> None:
    """Return once the append is durable; raises as it failed.

    An append that turned out to be a repetition recorded nothing, so what was decided on it has to be decided
    again: that is a VersionConflict like any other.
    """
    if append is None:
        return
    appended = await _answer_to(append)
    if appended.repeated:
        raise VersionConflict(stream_of(account_id), appended.version)


async def _answer_to(append: asyncio.Future[Appended]) -> Appended:
    """What became of the append; who stops waiting does not stop it."""
    return append.result() if append.done() else await asyncio.shield(append)
