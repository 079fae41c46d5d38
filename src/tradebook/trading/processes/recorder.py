"""Records commands in the order they come, in batches, and again until they are durable."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

import msgspec
import structlog

from tradebook.journal.errors import VersionConflict
from tradebook.journal.records import Metadata
from tradebook.kernel import wire
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError, Unavailable
from tradebook.trading.commands import NoteDifference, TradingCommand, VenueReport
from tradebook.trading.processes.giving_way import ROUND_MAX, SLICE_MAX, give_way
from tradebook.trading.writer import Outcome

log = structlog.get_logger(__name__)

RETRY_DELAY_S = 0.05
ROUNDS_MAX = 4
"""Rounds on their way to the journal at a time."""

Slices = list["asyncio.Task[list[Outcome | TradebookError]]"]
"""Commands on their way, in order."""


class CommandHandler(Protocol):
    """The account writer, as process managers use it."""

    async def handle_many(
        self,
        commands: Sequence[TradingCommand],
        *,
        metadata: Metadata,
        is_patient: bool = False,
        on_way: Callable[[int], None] | None = None,
    ) -> list[Outcome | TradebookError]:
        """Handle each in order, sharing commits; ``on_way`` is told which are on their way to the journal."""
        ...


class _Waiting(msgspec.Struct, gc=False):
    number: int
    command: TradingCommand
    done: asyncio.Future[None]


class Recorder:
    """A line of commands to the account writer, under one actor.

    A few rounds are on their way to the journal while the next one collects. Commands that the journal could
    not take are repeated, in the order in which they came; that is harmless: their ids are functions of what
    they say. A wish that is refused ends there. What a venue reports is a fact: where it cannot be recorded
    as what it is, which is a defect of ours, a difference says all of it.
    """

    def __init__(self, writer: CommandHandler, *, actor: str, clock: Clock) -> None:
        self._writer = writer
        self._metadata = Metadata(actor=actor, command_id="")
        self._clock = clock
        self._waiting: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()
        self._may_begin = asyncio.Semaphore(ROUNDS_MAX)
        self._taken = 0
        self._unrecorded = 0

    @property
    def waiting(self) -> int:
        """Commands that it took and that are not recorded."""
        return self._unrecorded

    def take(self, command: TradingCommand) -> Awaitable[None]:
        """Queue the command; what is returned is done once it is durable, or refused as a wish."""
        done = asyncio.get_running_loop().create_future()
        self._taken += 1
        self._waiting.append(_Waiting(self._taken, command, done))
        self._unrecorded += 1
        self._arrived.set()
        return done

    async def run(self) -> None:
        """Record without end."""
        async with asyncio.TaskGroup() as rounds:
            while True:
                await self._arrived.wait()
                await self._may_begin.acquire()
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), ROUND_MAX))]
                if not self._waiting:
                    self._arrived.clear()
                commands = [each.command for each in batch]
                slices = await begin_all(self._writer, commands, metadata=self._metadata)
                rounds.create_task(self._settle(batch, slices))

    async def _settle(self, batch: Sequence[_Waiting], slices: Slices) -> None:
        again = []
        for each, outcome in zip(batch, await outcomes_of(slices), strict=True):
            if isinstance(outcome, TradebookError) and _is_to_repeat(each, outcome):
                again.append(each)
                continue
            self._unrecorded -= 1
            if not each.done.done():
                each.done.set_result(None)
        if again:
            await self._clock.sleep(RETRY_DELAY_S)
            self._waiting = deque(sorted([*again, *self._waiting], key=lambda each: each.number))
            self._arrived.set()
        self._may_begin.release()


def may_pass(error: TradebookError) -> bool:
    """Whether the same command may be recorded a moment later."""
    return isinstance(error, Unavailable | VersionConflict)


def _is_to_repeat(waiting: _Waiting, error: TradebookError) -> bool:
    """Whether the line is not done with the command; a refused report goes on as a difference."""
    if may_pass(error):
        return True
    kind = type(waiting.command).__name__
    if isinstance(waiting.command, VenueReport):
        log.error("a report of the venue is refused", kind=kind, code=error.code, detail=error.detail)
        waiting.command = _difference(waiting.command, error)
        return True
    log.warning("command refused", kind=kind, code=error.code)
    return False


def _difference(report: VenueReport, error: TradebookError) -> NoteDifference:
    told = wire.decode(wire.encode(report), dict[str, object])
    return NoteDifference(
        account_id=report.account_id,
        at=report.at,
        kind="report_refused",
        detail=f"A report of the venue could not be recorded: {error.detail}",
        figures={
            "report": type(report).__name__,
            "code": error.code,
            **{name: str(value) for name, value in told.items()},
        },
    )


async def begin_all(
    writer: CommandHandler,
    commands: Sequence[TradingCommand],
    *,
    metadata: Metadata,
    on_way: Callable[[int], None] | None = None,
) -> Slices:
    """Decide the commands in slices between which others get their turn; their commits are shared.

    All are on their way when it returns. ``on_way`` is told as ``handle_many`` tells it.
    """
    slices: Slices = []
    for start in range(0, len(commands), SLICE_MAX):
        part = commands[start : start + SLICE_MAX]
        told = None if on_way is None else partial(_shifted, on_way, start)
        slices.append(asyncio.create_task(_handle_slice(writer, part, metadata, told)))
        await give_way()
    return slices


async def outcomes_of(slices: Slices) -> list[Outcome | TradebookError]:
    """What became of each command. Who stops waiting stops their handling."""
    try:
        return [outcome for each in slices for outcome in await each]
    except asyncio.CancelledError:
        for each in slices:
            each.cancel()
        raise


def _shifted(on_way: Callable[[int], None], by: int, index: int) -> None:
    on_way(by + index)


async def _handle_slice(
    writer: CommandHandler,
    commands: Sequence[TradingCommand],
    metadata: Metadata,
    on_way: Callable[[int], None] | None,
) -> list[Outcome | TradebookError]:
    """Where the handling of all of them fails, each has failed with that error."""
    try:
        return await writer.handle_many(commands, metadata=metadata, is_patient=True, on_way=on_way)
    except TradebookError as error:
        return [error] * len(commands)
