"""The account writer: what it answers is durable, and what failed leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal

import pytest
from tests.support.core import ALICE, CATALOGUE, Core
from tests.support.market import HandMarket
from tests.support.raced_journal import RacedJournal

from tradebook.journal.errors import JournalOutcomeUnknown, JournalUnavailable, VersionConflict
from tradebook.journal.memory import MemoryJournal
from tradebook.journal.records import Metadata
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.errors import Conflict, NotFound, TradebookError, Unavailable
from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.messages import Event
from tradebook.trading import model
from tradebook.trading import writer as module
from tradebook.trading.commands import (
    CancelOrder,
    DepositFunds,
    PlaceOrder,
    SetAccountState,
    TradingCommand,
)
from tradebook.trading.events import OrderDenied, OrderPlaced, TradingEvent
from tradebook.trading.limits import AccountState
from tradebook.trading.model import SNAPSHOT_SCHEMA, Account
from tradebook.trading.model.state import RECENT_ORDERS_MAX
from tradebook.trading.orders import OrderStatus, Side
from tradebook.trading.residents import Residents
from tradebook.trading.writer import AccountWriter, Outcome
from tradebook.venues.paper.venue import PaperVenue

METADATA = Metadata(actor="user:test", command_id="")
USDT = Asset("USDT")


def order(core: Core, name: str, *, quantity: str = "1", price: str = "90") -> PlaceOrder:
    return core.place(name, Side.BUY, quantity=quantity, price=price)


def held(account: Account) -> Decimal:
    return account.balance(USDT).held


async def second_life(core: Core, market: HandMarket) -> Core:
    """Another process on the same journal."""
    return Core(core.journal, PaperVenue("sim", market, run_id="run"), market, SystemClock())


async def results(*handlings: asyncio.Task[Outcome]) -> list[Outcome | BaseException]:
    return list(await asyncio.gather(*handlings, return_exceptions=True))


# --- answers


async def test_an_answer_names_the_place_of_its_events(core: Core) -> None:
    head = (await core.journal.head()).position
    outcome = await core.writer.handle(order(core, "a"), metadata=METADATA, with_order=True)
    assert (outcome.first_position, outcome.last_position) == (head + 1, head + 1)
    assert outcome.order is not None
    assert outcome.order.status is OrderStatus.PENDING
    assert isinstance((await core.journal.read(after=head))[0].event, OrderPlaced)


async def test_commands_decided_together_share_a_commit_and_see_each_other(core: Core) -> None:
    outcomes = await asyncio.gather(*(core.handle(order(core, str(n), quantity="4")) for n in range(3)))
    kinds = [type(outcome.events[0]) for outcome in outcomes]
    assert kinds == [OrderPlaced, OrderPlaced, OrderDenied]


async def test_a_repetition_records_nothing_and_answers_with_the_first_place(core: Core) -> None:
    command = order(core, "a")
    first = await core.writer.handle(command, metadata=METADATA, with_order=True)
    again = await core.writer.handle(command, metadata=METADATA, with_order=True)
    assert again.repeated
    assert not again.events
    assert (again.last_position, again.order) == (first.last_position, first.order)


async def test_another_order_under_a_used_client_order_id_is_a_conflict(core: Core) -> None:
    await core.handle(order(core, "a"))
    with pytest.raises(Conflict):
        await core.handle(order(core, "a", price="91"))


async def test_a_repetition_older_than_the_account_remembers_answers_with_the_original(core: Core) -> None:
    command = order(core, "old")
    first = await core.handle(command)
    await core.handle(CancelOrder(account_id=ALICE, at=core.market.now(), order_id=command.order_id))
    for n in range(RECENT_ORDERS_MAX + 1):
        await core.handle(order(core, f"denied {n}", quantity="999"))
    again = await core.handle(command)
    assert again.repeated
    assert (again.first_position, list(again.events)) == (first.first_position, list(first.events))
    assert await core.writer.read(ALICE, held) == 0, "what the repetition would have held is not held"


async def test_many_commands_have_an_outcome_each(core: Core) -> None:
    outcomes = await core.writer.handle_many(
        [
            order(core, "a"),
            order(core, "a", price="91"),
            order(core, "b"),
            core.place("c", Side.BUY, account_id=AccountId("nobody"), quantity="1", price="90"),
        ],
        metadata=METADATA,
    )
    assert [type(outcome) for outcome in outcomes] == [Outcome, Conflict, Outcome, NotFound]


# --- nothing that rests on an uncommitted event leaves before its commit


async def test_what_rests_on_a_failed_append_fails_with_it(core: Core, journal: MemoryJournal) -> None:
    journal.fail_next(JournalUnavailable("the disk is full"))
    command = order(core, "a")
    placing, repeating, conflicting = (
        asyncio.create_task(core.handle(each)) for each in (command, command, order(core, "a", price="91"))
    )
    outcomes = await results(placing, repeating, conflicting)
    assert [type(outcome) for outcome in outcomes] == [JournalUnavailable] * 3
    assert await core.writer.read(ALICE, held) == 0


async def test_a_read_does_not_show_what_never_became_durable(core: Core, journal: MemoryJournal) -> None:
    journal.fail_next(JournalUnavailable("the disk is full"))
    placing = asyncio.create_task(core.handle(order(core, "a")))
    await asyncio.sleep(0)
    with pytest.raises(JournalUnavailable):
        await core.writer.read(ALICE, held)
    await results(placing)
    assert await core.writer.read(ALICE, held) == 0


async def test_after_a_failure_the_same_command_is_recorded(core: Core, journal: MemoryJournal) -> None:
    journal.fail_next(JournalUnavailable("the disk is full"))
    with pytest.raises(JournalUnavailable):
        await core.handle(order(core, "a"))
    outcome = await core.handle(order(core, "a"))
    assert not outcome.repeated
    assert await core.writer.read(ALICE, held) > 0


@pytest.mark.parametrize("recorded", [True, False])
async def test_handling_again_tells_what_became_of_an_unknown_outcome(
    core: Core, journal: MemoryJournal, recorded: bool
) -> None:
    journal.fail_next(JournalOutcomeUnknown("the connection broke"), recorded=recorded)
    with pytest.raises(JournalOutcomeUnknown):
        await core.handle(order(core, "a"))
    assert (await core.handle(order(core, "a"))).repeated is recorded
    assert len(await core.history(order(core, "a").order_id)) == 1


async def test_a_caller_who_leaves_does_not_take_the_append_along(core: Core) -> None:
    placing = asyncio.create_task(core.handle(order(core, "a")))
    waiting = asyncio.create_task(core.handle(order(core, "a")))
    await asyncio.sleep(0)
    placing.cancel()
    assert (await waiting).repeated
    assert len(await core.history(order(core, "a").order_id)) == 1


# --- two writers


async def test_a_writer_that_was_overtaken_decides_again_on_what_is_there(
    core: Core, market: HandMarket
) -> None:
    other = await second_life(core, market)
    await core.handle(order(core, "a"))
    await other.handle(order(other, "b", quantity="10"))
    outcome = await core.handle(order(core, "c", quantity="4"))
    assert isinstance(outcome.events[0], OrderDenied), "the other writer has held what this would spend"


async def test_writers_that_race_record_what_they_acknowledge_once(core: Core, market: HandMarket) -> None:
    other = await second_life(core, market)
    commands = [order(core, f"{n}", quantity="0.001") for n in range(40)]
    for command in commands:
        outcomes = await results(*(asyncio.create_task(each.handle(command)) for each in (core, other)))
        acknowledged = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
        assert acknowledged, outcomes
        assert not all(outcome.repeated for outcome in acknowledged)
        assert len(await core.history(command.order_id)) == 1


@pytest.fixture
async def raced(market: HandMarket) -> Core:
    core = Core(
        RacedJournal(CATALOGUE, SystemClock()), PaperVenue("sim", market, run_id="run"), market, SystemClock()
    )
    await core.open_account(USDT="1000")
    return core


def races(core: Core, count: int) -> None:
    assert isinstance(core.journal, RacedJournal)
    core.journal.races = count


async def test_a_writer_that_loses_many_races_decides_again_until_it_wins(raced: Core) -> None:
    races(raced, 10)
    assert not (await raced.handle(order(raced, "a"))).repeated
    races(raced, 10)
    outcomes = await raced.writer.handle_many(
        [order(raced, "b"), order(raced, "c"), order(raced, "b", price="91")], metadata=METADATA
    )
    assert [type(outcome) for outcome in outcomes] == [Outcome, Outcome, Conflict]
    placed = [
        event.terms.client_order_id for event in await raced.history() if isinstance(event, OrderPlaced)
    ]
    assert placed == ["a", "b", "c"], "the order of the commands is kept"


async def test_a_writer_that_never_wins_says_so(raced: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONFLICTS_WITHIN_S", 0.02)
    races(raced, 1_000_000)
    with pytest.raises(VersionConflict):
        await raced.handle(order(raced, "a"))
    [outcome] = await raced.writer.handle_many([order(raced, "a")], metadata=METADATA)
    assert isinstance(outcome, VersionConflict)


async def test_who_repeats_what_is_long_over_does_not_make_others_fail(core: Core) -> None:
    old = order(core, "old")
    await core.handle(old)
    await core.handle(CancelOrder(account_id=ALICE, at=core.market.now(), order_id=old.order_id))
    for n in range(RECENT_ORDERS_MAX + 1):
        await core.handle(order(core, f"denied {n}", quantity="999"))

    async def repeat() -> None:
        while True:
            await core.handle(old)

    repeating = [asyncio.create_task(repeat()) for _ in range(3)]
    outcomes = [await core.handle(order(core, f"new {n}", quantity="0.01")) for n in range(20)]
    for each in repeating:
        each.cancel()
    assert [type(outcome.events[0]) for outcome in outcomes] == [OrderPlaced] * 20


# --- bounds


async def test_too_many_commands_of_an_account_are_turned_away(
    journal: MemoryJournal, market: HandMarket, core: Core
) -> None:
    core.writer = AccountWriter(journal, in_flight_per_account_max=2)
    handlings = [asyncio.create_task(core.handle(order(core, str(n)))) for n in range(3)]
    outcomes = await results(*handlings)
    assert [type(outcome) for outcome in outcomes] == [Outcome, Outcome, Unavailable]
    assert isinstance(await core.handle(order(core, "later")), Outcome)


async def test_too_many_commands_in_all_are_turned_away(journal: MemoryJournal, core: Core) -> None:
    core.writer = AccountWriter(journal, in_flight_max=1)
    outcomes = await core.writer.handle_many([order(core, "a"), order(core, "b")], metadata=METADATA)
    assert [type(outcome) for outcome in outcomes] == [Outcome, Unavailable]


class CountingJournal(MemoryJournal):
    """Counts how often a stream was loaded."""

    loads = 0

    def load_events(self, stream: str, *, after_version: int = 0) -> AsyncIterator[Sequence[Event]]:
        self.loads += 1
        return super().load_events(stream, after_version=after_version)


async def test_those_who_want_an_account_at_once_share_its_loading(market: HandMarket) -> None:
    journal = CountingJournal(CATALOGUE, SystemClock())
    core = Core(journal, PaperVenue("sim", market, run_id="run"), market, SystemClock())
    await core.open_account(USDT="1000")
    again = Core(journal, PaperVenue("sim", market, run_id="run"), market, SystemClock())
    journal.loads = 0
    await asyncio.gather(*(again.handle(order(again, str(n), quantity="0.001")) for n in range(20)))
    assert journal.loads == 1


async def test_the_accounts_at_hand_are_bounded(market: HandMarket) -> None:
    journal = CountingJournal(CATALOGUE, SystemClock())
    core = Core(journal, PaperVenue("sim", market, run_id="run"), market, SystemClock())
    core.writer = AccountWriter(journal, residents=Residents(journal, accounts_max=2))
    for name in ("a", "b", "c"):
        await core.open_account(AccountId(name), USDT="5")
    journal.loads = 0
    assert await core.writer.read(AccountId("c"), lambda account: account.balance(USDT).total) == 5
    assert journal.loads == 0
    assert await core.writer.read(AccountId("a"), lambda account: account.balance(USDT).total) == 5
    assert journal.loads == 1


# --- snapshots


async def test_an_account_is_loaded_from_its_snapshot_and_what_came_after(market: HandMarket) -> None:
    journal = MemoryJournal(CATALOGUE, SystemClock())
    core = Core(
        journal,
        PaperVenue("sim", market, run_id="run"),
        market,
        SystemClock(),
        account_snapshot_events=10,
    )
    await core.open_account()
    for _ in range(25):
        await core.handle(DepositFunds(account_id=ALICE, at=market.now(), asset=USDT, amount=Decimal(1)))
    await core.writer.close()
    snapshot = await journal.load_snapshot(f"account-{ALICE}", schema=SNAPSHOT_SCHEMA)
    assert snapshot is not None
    assert snapshot.version == 20
    again = await second_life(core, market)
    assert await again.writer.read(ALICE, lambda account: account.balance(USDT).total) == 25


async def test_no_snapshot_is_kept_of_what_failed(market: HandMarket, journal: MemoryJournal) -> None:
    core = Core(
        journal,
        PaperVenue("sim", market, run_id="run"),
        market,
        SystemClock(),
        account_snapshot_events=3,
    )
    await core.open_account()
    journal.fail_next(JournalUnavailable("the disk is full"))
    with pytest.raises(TradebookError):
        await core.handle(
            SetAccountState(account_id=ALICE, at=market.now(), state=AccountState.HALTED, reason="test")
        )
    await core.writer.close()
    assert await journal.load_snapshot(f"account-{ALICE}", schema=SNAPSHOT_SCHEMA) is None


async def test_a_command_that_cannot_be_decided_takes_no_other_along(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = model.decide

    def fail_for_the_second(command: TradingCommand, account: Account) -> list[TradingEvent]:
        if command is commands[1]:
            raise ZeroDivisionError
        return decide(command, account)

    commands = [order(core, name) for name in "abc"]
    monkeypatch.setattr(model, "decide", fail_for_the_second)
    first, second, third = await core.writer.handle_many(commands, metadata=METADATA)
    assert isinstance(first, Outcome)
    assert isinstance(second, TradebookError)
    assert isinstance(third, Outcome)
    assert second.code == "internal_error"
    assert await core.writer.read(ALICE, lambda account: len(account.orders)) == 2
