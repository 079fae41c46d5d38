"""What users of other systems suffer from with contracts, each shown not to happen at a simulated venue.

The numbers are those of the list of lessons; what does not depend on what is traded is in ``test_lessons``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.support.bybit_contracts import ContractsDesk as BybitDesk
from tests.support.contract_desk import ContractDesk
from tests.support.core import ALICE
from tests.support.deciding import PERSON, reconciliations
from tests.support.desk import live
from tests.support.hyperliquid_perpetuals import PerpetualsDesk

from tradebook.ledger.postings import LedgerAccount
from tradebook.trading.events import DifferenceFound, FundingSettled, OrderFilled
from tradebook.trading.orders import LegTerms, OrderType, Side
from tradebook.trading.postings import postings
from tradebook.venues.simulators.faults import (
    FrameFate,
    FrameFault,
    RequestFate,
    RequestFault,
    ScriptedFaults,
)

Story = Callable[[ContractDesk], Awaitable[None]]
Tell = Callable[[Story], None]


@pytest.fixture(params=[BybitDesk, PerpetualsDesk], ids=lambda each: each.name)
def tell(request: pytest.FixtureRequest) -> Tell:
    """Lives a story at a venue."""
    return lambda story: live(request.param, story)


async def facts(it: ContractDesk, kind: type[Any]) -> list[Any]:
    return [each for each in await it.core.history() if isinstance(each, kind)]


async def bought(it: ContractDesk, quantity: str = "2", **terms: Any) -> None:
    await it.core.order("in", Side.BUY, quantity=quantity, **terms)
    await asyncio.sleep(1)


def one_placing(it: ContractDesk, fault: RequestFault, *, frames_lost: int = 0) -> ScriptedFaults:
    """What befalls the next order, and the news of it."""
    return ScriptedFaults(
        requests=[RequestFate(fault=fault)],
        frames=[FrameFate(fault=FrameFault.LOST)] * frames_lost,
        paths=[it.placing[1]],
        words=it.news_words,
    )


def test_lesson_02_a_close_whose_answer_was_lost_never_opens_the_other_way(tell: Tell) -> None:
    async def story(it: ContractDesk) -> None:
        await bought(it)
        it.way.faults = one_placing(it, RequestFault.ANSWER_LOST, frames_lost=5)
        close: dict[str, Any] = {"quantity": "2", "reduce_only": True}
        order_id = await it.core.order("out", Side.SELL, **close)
        await asyncio.sleep(4)
        again = await it.core.order("out again", Side.SELL, **close)
        await asyncio.sleep(30)
        life = await it.core.life(order_id)
        assert life == ["Placed", "Submitted", "OutcomeUnknown", "Accepted", "Filled"]
        assert (await it.core.life(again))[-1] == "Rejected"
        assert not await it.positions()
        assert not it.their_positions()

    tell(story)


def test_lesson_05_a_warm_restart_leaves_a_position_as_it_is_and_names_what_differs(tell: Tell) -> None:
    async def story(it: ContractDesk) -> None:
        await bought(it)
        await it.crash()
        it.place_by_hand("sell", "1")
        it.way.asked.clear()
        await it.start()
        await asyncio.sleep(90)
        assert await it.positions() == {it.here.instrument_id: Decimal(2)}
        assert it.placing not in it.way.asked
        named = {each.kind: each.figures for each in await facts(it, DifferenceFound)}
        assert named["position"]["difference"] == "-1"
        (position,) = (await reconciliations(it).report(PERSON, ALICE)).positions
        assert position.instrument == it.here.instrument_id
        assert (position.venue, position.book, position.difference) == ("1", "2", "-1")

    tell(story)


def test_lesson_08_a_stop_rests_at_the_venue_and_protects_while_we_are_down(tell: Tell) -> None:
    async def story(it: ContractDesk) -> None:
        it.print("100")
        await bought(it)
        stop = {"type": OrderType.STOP, "stop_price": "95", "reduce_only": True}
        order_id = await it.core.order("stop", Side.SELL, quantity="2", **stop)
        await asyncio.sleep(1)
        await it.crash()
        it.price("94", "94.5")
        it.print("94")
        assert not it.their_positions()
        await it.start()
        await asyncio.sleep(5)
        assert (await it.core.life(order_id))[-1] == "Filled"
        assert not await it.positions()

    tell(story)


def test_lesson_09_of_a_bracket_one_exit_closes_and_no_orphan_is_left(tell: Tell) -> None:
    async def story(it: ContractDesk) -> None:
        it.print("100")
        exits: dict[str, Any] = {
            "take_profit": LegTerms(stop_price=Decimal(110), price=None),
            "stop_loss": LegTerms(stop_price=Decimal(95)),
        }
        await bought(it, **exits)
        it.price("94", "94.5")
        it.print("94")
        await asyncio.sleep(5)
        it.price("120", "120.5")
        it.print("120")
        await asyncio.sleep(5)
        sold = [each for each in await facts(it, OrderFilled) if each.side is Side.SELL]
        assert [(each.quantity, each.price) for each in sold] == [(Decimal(2), Decimal(94))]
        assert not it.customer.open_orders(it.symbol)
        assert not await it.core.writer.read(ALICE, lambda account: list(account.orders))
        assert not await it.positions()

    tell(story)


def test_lesson_11_an_order_that_never_filled_leaves_no_position(tell: Tell) -> None:
    async def story(it: ContractDesk) -> None:
        order_id = await it.core.order("rests", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        it.way.faults = one_placing(it, RequestFault.LOST)
        await it.core.order("lost", Side.BUY, quantity="1")
        await asyncio.sleep(60)
        await it.core.cancel(order_id)
        await asyncio.sleep(5)
        assert not await it.positions()
        assert await it.book() == {it.settle_asset: Decimal(10000)}

    tell(story)


def test_lesson_14_what_a_person_trades_there_is_named_and_stays_apart(tell: Tell) -> None:
    async def story(it: ContractDesk) -> None:
        await bought(it)
        it.place_by_hand("sell", "1")
        await asyncio.sleep(90)
        assert await it.positions() == {it.here.instrument_id: Decimal(2)}
        kinds = {each.kind for each in await facts(it, DifferenceFound)}
        assert {"unmatched_fill", "position", "balance"} == kinds

    tell(story)


def test_lesson_17_fees_and_funding_are_postings_of_their_own(tell: Tell) -> None:
    async def story(it: ContractDesk) -> None:
        await bought(it)
        it.clearing.fund()
        await asyncio.sleep(3)
        (fill,) = await facts(it, OrderFilled)
        (paid,) = await facts(it, FundingSettled)
        kinds = {LedgerAccount.FEES: fill, LedgerAccount.FUNDING: paid}
        told = {
            kind.value: [(each.asset, each.amount) for each in postings(event) if each.ledger_account is kind]
            for kind, event in kinds.items()
        }
        assert told == {
            LedgerAccount.FEES.value: [(it.settle_asset, 202 * it.here.taker_fee_rate)],
            LedgerAccount.FUNDING.value: [(it.settle_asset, -paid.amount)],
        }

    tell(story)
