"""The recorder: what a venue reports is recorded, however often that goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from tests.support.core import ALICE, Core

from tradebook.journal.errors import JournalUnavailable, VersionConflict
from tradebook.journal.records import Metadata
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.errors import InvalidInput, TradebookError
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.trading.commands import MarkUnknown, TradingCommand
from tradebook.trading.events import DifferenceFound, OrderFilled
from tradebook.trading.orders import Side
from tradebook.trading.processes.recorder import Recorder
from tradebook.trading.writer import AccountWriter, Outcome


class Stumbling:
    """A writer that first answers as told."""

    def __init__(self, writer: AccountWriter, *errors: TradebookError) -> None:
        self._writer = writer
        self._errors = list(errors)

    async def handle_many(
        self,
        commands: Sequence[TradingCommand],
        *,
        metadata: Metadata,
        is_patient: bool = False,
        on_way: Callable[[int], None] | None = None,
    ) -> list[Outcome | TradebookError]:
        if self._errors:
            return [self._errors.pop(0)] * len(commands)
        return await self._writer.handle_many(commands, metadata=metadata, is_patient=is_patient)


@pytest.fixture
async def record(core: Core) -> AsyncIterator[Callable[..., asyncio.Future[None]]]:
    """Record a command, the writer answering with the given errors first."""
    running: list[asyncio.Task[None]] = []

    def begin(command: TradingCommand, *errors: TradebookError) -> asyncio.Future[None]:
        recorder = Recorder(Stumbling(core.writer, *errors), actor="venue:sim", clock=SystemClock())
        running.append(asyncio.create_task(recorder.run()))
        return asyncio.ensure_future(asyncio.wait_for(recorder.take(command), 5))

    yield begin
    for each in running:
        each.cancel()


async def test_a_fill_that_loses_races_is_booked_all_the_same(
    core: Core, record: Callable[..., asyncio.Future[None]]
) -> None:
    order_id = await core.order("a", Side.BUY, quantity="1", price="90")
    lost = VersionConflict("account-alice", 7)
    await record(core.fill(order_id), lost, JournalUnavailable("away"), lost, lost)
    assert isinstance((await core.history(order_id))[-1], OrderFilled)


async def test_a_report_that_cannot_be_recorded_is_a_difference(
    core: Core, record: Callable[..., asyncio.Future[None]]
) -> None:
    order_id = await core.order("a", Side.BUY, quantity="1", price="90")
    refused = InvalidInput("events", "too many", "send fewer")
    await record(core.fill(order_id), refused, VersionConflict("account-alice", 7))
    [difference] = [event for event in await core.history() if isinstance(event, DifferenceFound)]
    assert difference.kind == "report_refused"
    assert difference.figures["report"] == "RecordFill"
    assert difference.figures["code"] == "invalid_input"
    told = {"order_id": order_id, "fill_id": "f", "quantity": "1", "price": "90", "side": "buy"}
    assert told.items() <= difference.figures.items()


async def test_what_a_process_of_ours_wishes_for_in_vain_ends_there(
    core: Core, record: Callable[..., asyncio.Future[None]]
) -> None:
    order_id = await core.order("a", Side.BUY, quantity="1", price="90")
    wish = MarkUnknown(account_id=ALICE, at=core.market.now(), order_id=order_id, reason="no_answer")
    await record(wish, InvalidInput("events", "too many", "send fewer"))
    assert await core.life(order_id) == ["Placed"]
    assert not [event for event in await core.history() if isinstance(event, DifferenceFound)]


async def test_a_report_for_an_account_that_is_not_there_does_not_stop_the_line(
    core: Core, record: Callable[..., asyncio.Future[None]]
) -> None:
    await record(core.fill(OrderId("x"), account_id=AccountId("nobody")))
