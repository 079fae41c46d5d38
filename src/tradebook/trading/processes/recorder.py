"""Records commands in the order they come, in batches, and again until they are durable."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

import structlog

from tradebook.journal.records import Metadata
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError, Unavailable
from tradebook.trading.commands import TradingCommand
from tradebook.trading.processes.giving_way import ROUND_MAX, SLICE_MAX, give_way
from tradebook.trading.writer import Outcome

log = structlog.get_logger(__name__)

RETRY_DELAY_S = 0.05


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


class Recorder:
    """A line of commands to the account writer, under one actor.

    While a batch is on its way to the journal the next one collects. Commands that the journal could not take
    are repeated, which is harmless: their ids are functions of what they say.
    """

    def __init__(self, writer: CommandHandler, *, actor: str, clock: Clock) -> None:
        self._writer = writer
        self._metadata = Metadata(actor=actor, command_id="")
        self._clock = clock
        self._waiting: deque[tuple[TradingCommand, asyncio.Future[None]]] = deque()
        self._arrived = asyncio.Event()
        self._unrecorded = 0

    @property
    def waiting(self) -> int:
        """Commands that it took and that are not recorded."""
        return self._unrecorded

    def take(self, command: TradingCommand) -> Awaitable[None]:
        """Queue the command; what is returned is done once it is durable or was refused for good."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((command, done))
        self._unrecorded += 1
        self._arrived.set()
        return done

    async def run(self) -> None:
        """Record without end."""
        while True:
            await self._arrived.wait()
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), ROUND_MAX))]
            outcomes = await handle_all(
                self._writer, [command for command, _ in batch], metadata=self._metadata
            )
            again = []
            for (command, done), outcome in zip(batch, outcomes, strict=True):
                if isinstance(outcome, Unavailable):
                    again.append((command, done))
                    continue
                if isinstance(outcome, TradebookError):
                    log.warning("command refused", kind=type(command).__name__, code=outcome.code)
                self._unrecorded -= 1
                if not done.done():
                    done.set_result(None)
            self._waiting.extendleft(reversed(again))
            if not self._waiting:
                self._arrived.clear()
            if again:
                await self._clock.sleep(RETRY_DELAY_S)
            await give_way()


async def handle_all(
    writer: CommandHandler,
    commands: Sequence[TradingCommand],
    *,
    metadata: Metadata,
    on_way: Callable[[int], None] | None = None,
) -> list[Outcome | TradebookError]:
    """As ``handle_many``, decided in slices between which others get their turn; their commits are shared.

    Where the handling of a whole slice fails, every command of it has failed with that error.
    """
    slices: list[asyncio.Task[list[Outcome | TradebookError]]] = []
    try:
        for start in range(0, len(commands), SLICE_MAX):
            part = commands[start : start + SLICE_MAX]
            told = None if on_way is None else partial(_shifted, on_way, start)
            slices.append(asyncio.create_task(_handle_slice(writer, part, metadata, told)))
            await give_way()
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
    try:
        return await writer.handle_many(commands, metadata=metadata, is_patient=True, on_way=on_way)
    except TradebookError as error:
        return [error] * len(commands)
