"""What somebody did at the simulated Binance beside us: told, decided about, and the account trades on."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from tests.support.binance_account import Desk, tell
from tests.support.core import ALICE
from tests.support.deciding import PERSON, adopt, found, missed, open_balances, reconciliations, services
from tests.support.web import principal

from tradebook.identity.principal import Role
from tradebook.kernel.errors import Conflict, NotFound, Refused
from tradebook.trading.events import BalanceAdjusted, OrderFilled, UnmatchedFillAdopted
from tradebook.trading.orders import Side
from tradebook.trading.ports import AccountStage

ORDER = "/api/v3/order"


def buy_by_hand(it: Desk, quantity: str = "1") -> None:
    it.by_hand("POST", ORDER, symbol="BTCUSDT", side="BUY", type="MARKET", quantity=quantity)


async def trades_on(it: Desk) -> None:
    """One more order of ours is filled, and book and venue say the same of everything."""
    order_id = await it.core.order("next", Side.BUY, quantity="0.5")
    await asyncio.sleep(90)
    assert (await it.core.life(order_id))[-1] == "Filled"
    assert not await it.differences()
    assert await it.book() == it.theirs()


def test_a_deposit_that_was_missed_is_adopted_and_the_account_trades_on() -> None:
    async def story(it: Desk) -> None:
        await missed(it, "USDT", "250")
        [difference_id] = await open_balances(it)
        planned = await services(it).adoption(PERSON, ALICE, difference_id)
        assert [(each.ledger_account, each.amount) for each in planned.postings] == [
            ("differences", "-250"),
            ("available", "250"),
        ]
        assert await it.book() == {"USDT": Decimal(10000)}
        decided = await adopt(it, difference_id)
        assert decided.postings == planned.postings
        assert await it.book() == it.theirs() == {"USDT": Decimal(10250)}
        await trades_on(it)

    tell(story)


def test_lesson_14_a_trade_by_hand_is_adopted_with_its_fee_and_nothing_differs_any_more() -> None:
    async def story(it: Desk) -> None:
        buy_by_hand(it)
        await asyncio.sleep(70)
        balances = await open_balances(it)
        assert len(balances) == 2
        with pytest.raises(Refused, match="in suspense"):
            await adopt(it, balances[0])
        [difference_id] = await found(it, "unmatched_fill")
        await adopt(it, difference_id)
        assert await it.book() == it.theirs()
        await asyncio.sleep(70)
        assert await open_balances(it) == []
        await trades_on(it)

    tell(story)


def test_a_decision_leads_back_to_the_comparison_that_found_it() -> None:
    async def story(it: Desk) -> None:
        await missed(it, "USDT", "-40")
        [difference_id] = await open_balances(it)
        await adopt(it, difference_id)
        recorded = await it.journal.read(limit=1_000_000)
        [decision] = [each for each in recorded if isinstance(each.event, BalanceAdjusted)]
        assert isinstance(decision.event, BalanceAdjusted)
        cause = recorded[decision.event.found_position - 1]
        assert decision.metadata.causation_id == cause.metadata.command_id
        assert (decision.event.by, decision.metadata.actor) == (PERSON.actor, PERSON.actor)
        assert decision.event.reason == "done by hand"

    tell(story)


def test_two_people_who_decide_at_once_book_it_once() -> None:
    async def story(it: Desk) -> None:
        await missed(it, "USDT", "250")
        [difference_id] = await open_balances(it)
        bob = principal(user="bob")
        outcomes = await asyncio.gather(
            *(adopt(it, difference_id, by=each) for each in (PERSON, bob, PERSON)), return_exceptions=True
        )
        assert isinstance(outcomes[1], Conflict)
        assert outcomes[0] == outcomes[2]
        assert await it.book() == it.theirs()
        assert [type(each) for each in await it.core.history()].count(BalanceAdjusted) == 1

    tell(story)


def test_a_decision_is_remembered_by_the_journal_where_the_account_has_forgotten_it() -> None:
    async def story(it: Desk) -> None:
        buy_by_hand(it)
        await asyncio.sleep(70)
        [difference_id] = await found(it, "unmatched_fill")
        first = await adopt(it, difference_id)
        resident = it.core.writer._residents.at_hand(ALICE)
        assert resident is not None
        resident.state.decided.clear()
        with pytest.raises(Conflict, match="adopted by user:alice"):
            await adopt(it, difference_id, by=principal(user="bob"))
        assert await adopt(it, difference_id) == first
        assert [type(each) for each in await it.core.history()].count(UnmatchedFillAdopted) == 1

    tell(story)


def test_a_crash_right_after_a_decision_loses_nothing() -> None:
    async def story(it: Desk) -> None:
        await missed(it, "BTC", "3")
        [difference_id] = await open_balances(it)
        await adopt(it, difference_id)
        await it.crash()
        await it.start()
        assert await it.book() == it.theirs() == {"USDT": Decimal(10000), "BTC": Decimal(3)}
        assert await adopt(it, difference_id)  # once more, by whom it was
        await trades_on(it)
        assert len([each for each in await it.core.history() if isinstance(each, OrderFilled)]) == 1

    tell(story)


def test_an_order_that_is_not_ours_is_explained_and_never_booked() -> None:
    async def story(it: Desk) -> None:
        it.by_hand(
            "POST",
            ORDER,
            symbol="BTCUSDT",
            side="BUY",
            type="LIMIT",
            timeInForce="GTC",
            price="50",
            quantity="1",
        )
        await asyncio.sleep(2)
        [difference_id] = await found(it, "outside_order")
        with pytest.raises(Refused, match="explain it"):
            await adopt(it, difference_id)
        decided = await services(it).explain(PERSON, ALICE, difference_id, reason="a test by hand")
        assert decided.postings == []

    tell(story)


def test_others_accounts_are_not_there() -> None:
    async def story(it: Desk) -> None:
        await missed(it, "USDT", "1")
        [difference_id] = await open_balances(it)
        stranger = principal(Role.TRADER, user="bob", parties=frozenset({"bob"}))
        asked: list[Any] = [
            services(it).adopt(stranger, ALICE, difference_id),
            services(it).explain(stranger, ALICE, difference_id, reason="mine"),
            services(it).adoption(stranger, ALICE, difference_id),
            reconciliations(it).report(stranger, ALICE),
            services(it).adopt(PERSON, ALICE, "no such difference"),
        ]
        for each in asked:
            with pytest.raises(NotFound):
                await each

    tell(story)


def test_the_report_says_what_was_compared_and_what_agreed() -> None:
    async def story(it: Desk) -> None:
        await missed(it, "BTC", "2")
        report = await reconciliations(it).report(PERSON, ALICE)
        assert (report.stage, report.problem) == (AccountStage.TRADING, "")
        assert report.compared_at is not None
        told = [(each.asset, each.venue, each.book, each.difference) for each in report.balances]
        assert told == [("BTC", "2", "0", "2"), ("USDT", "10000", "10000", "0")]
        [difference_id] = await open_balances(it)
        await adopt(it, difference_id)
        report = await reconciliations(it).report(PERSON, ALICE)
        assert [each.difference for each in report.balances] == ["0", "0"]

    tell(story)
