"""Contracts on paper: margin, funding, orders that only reduce, and what happens when the margin runs out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal

from tests.integration.execution.test_triggers import passing
from tests.support import virtual_time
from tests.support.core import ALICE, CATALOGUE, Core
from tests.support.market import HandMarket
from tests.support.virtual_time import VirtualClock
from tests.unit.trading.contract_examples import LINEAR, PERP

from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.ids import AccountId, Asset
from tradebook.trading.commands import RecordLeverage
from tradebook.trading.events import EquityMarked, FundingSettled, OrderCancelled, PositionClosedByVenue
from tradebook.trading.model import Account
from tradebook.trading.orders import MarginMode, Side
from tradebook.trading.processes.holdings import Held
from tradebook.venues.paper.venue import PaperVenue

USDT = Asset("USDT")
HOURS_TO_FUNDING = 4
"""The market begins at noon."""


class World:
    """One market and journal, and as many lives of the core as a story needs."""

    def __init__(self) -> None:
        self.market = HandMarket(PERP)
        self.journal = MemoryJournal(CATALOGUE, VirtualClock())
        self.core = self._born()

    def _born(self) -> Core:
        def books() -> Mapping[AccountId, Held]:
            return core.processes.accounts

        clock = VirtualClock()
        venue = PaperVenue("paper", self.market, run_id="run", clock=clock, books=books)
        core = Core(self.journal, venue, self.market, clock, instrument=PERP)
        return core

    async def reborn(self) -> None:
        """Stop, and start anew from the journal."""
        await self.core.stop()
        self.core = self._born()
        await self.core.start()

    async def later(self, seconds: float = 2) -> None:
        """The market's time passes, and ours with it."""
        self.market.pass_time(seconds)
        await passing(min(seconds, 3))

    async def account(self) -> Account:
        found: Account = await self.core.writer.read(ALICE, lambda account: account)
        return found

    async def quantity(self) -> Decimal:
        return sum((each.quantity for each in (await self.account()).contracts.values()), Decimal(0))

    async def facts(self, kind: type) -> list[object]:
        return [fact for fact in await self.core.history() if isinstance(fact, kind)]


def tell(story: Callable[[World], Awaitable[None]], usdt: str = "1000") -> None:
    """With ten times leverage, at a bid of 99 and an ask of 101."""

    async def main() -> None:
        world = World()
        world.market.quote_at("99", "101", bid_size="1000", ask_size="1000")
        world.market.trade_at("100")
        await world.core.start()
        await world.core.open_account(USDT=usdt)
        await world.core.handle(
            RecordLeverage(
                account_id=ALICE,
                at=world.market.now(),
                instrument_id=PERP.instrument_id,
                contract=LINEAR,
                leverage=Decimal(10),
                mode=MarginMode.CROSS,
            )
        )
        try:
            await story(world)
        finally:
            await world.core.stop()

    virtual_time.run(main())


def test_a_position_is_opened_and_closed_for_what_it_gained() -> None:
    async def story(it: World) -> None:
        await it.core.order("long", Side.BUY, quantity="5")
        await passing(0.5)
        account = await it.account()
        # 5 at 101 with a fee of 0.1 %: a tenth of 505 is set aside
        assert account.balance(USDT).held == Decimal("50.5")
        assert account.balance(USDT).total == Decimal("999.495")
        it.market.quote_at("119", "121", bid_size="1000", ask_size="1000")
        it.market.trade_at("120")
        await it.core.order("close", Side.SELL, quantity="5", reduce_only=True)
        await passing(0.5)
        account = await it.account()
        assert account.contracts == {}
        assert account.balance(USDT).available == Decimal("999.495") + 90 - Decimal("0.595")

    tell(story)


def test_an_order_that_only_reduces_never_turns_a_position_round() -> None:
    async def story(it: World) -> None:
        await it.core.order("long", Side.BUY, quantity="5")
        await passing(0.5)
        first = await it.core.order("first", Side.SELL, quantity="5", price="110", reduce_only=True)
        second = await it.core.order("second", Side.SELL, quantity="4", price="111", reduce_only=True)
        await passing(0.5)
        it.market.trade_at("112", quantity="7")
        await passing(0.5)
        assert await it.quantity() == 0
        assert (await it.core.life(first))[-1] == "Filled"
        assert (await it.core.life(second))[-1] == "Cancelled"

    tell(story)


def test_longs_pay_shorts_every_eight_hours_once() -> None:
    async def story(it: World) -> None:
        await it.core.order("long", Side.BUY, quantity="5")
        await it.later()
        await it.later(HOURS_TO_FUNDING * 3600)
        [paid] = await it.facts(FundingSettled)
        assert isinstance(paid, FundingSettled)
        assert (paid.asset, paid.amount, paid.at.hour) == (USDT, Decimal("-0.05"), 16)  # of 5 at 100
        await it.reborn()
        await it.later()
        assert len(await it.facts(FundingSettled)) == 1

    tell(story)


def test_whose_margin_runs_out_is_liquidated_and_owes_nothing_more() -> None:
    async def story(it: World) -> None:
        await it.core.order("long", Side.BUY, quantity="9")
        resting = await it.core.order("more", Side.BUY, quantity="0.1", price="90")
        await it.later()
        it.market.quote_at("90", "92", bid_size="1000", ask_size="1000")
        await it.later()
        assert await it.facts(PositionClosedByVenue) == []  # 100 - 0.909 - 90 of loss
        it.market.quote_at("89", "91", bid_size="1000", ask_size="1000")
        await it.later()
        [closed] = await it.facts(PositionClosedByVenue)
        assert isinstance(closed, PositionClosedByVenue)
        assert (closed.reason, closed.side, closed.quantity, closed.price) == (
            "liquidation",
            Side.SELL,
            Decimal(9),
            Decimal(89),
        )
        assert await it.quantity() == 0
        assert (await it.core.life(resting))[-1] == "Cancelled"
        [cancelled] = await it.facts(OrderCancelled)
        assert isinstance(cancelled, OrderCancelled)
        assert cancelled.reason == "liquidation"
        await it.later(5)
        assert len(await it.facts(PositionClosedByVenue)) == 1

    tell(story, "100")


def test_a_position_is_looked_after_by_the_next_life_too() -> None:
    async def story(it: World) -> None:
        await it.core.order("short", Side.SELL, quantity="9")
        await it.later()
        await it.reborn()
        it.market.quote_at("119", "121", bid_size="1000", ask_size="1000")
        await it.later()
        assert len(await it.facts(PositionClosedByVenue)) == 1
        assert await it.quantity() == 0

    tell(story, "100")


def test_equity_is_marked_with_what_contracts_have_gained() -> None:
    async def story(it: World) -> None:
        await it.core.order("long", Side.BUY, quantity="5")
        await passing(2)
        it.market.quote_at("119", "121")
        await passing(2)
        *_, last = await it.facts(EquityMarked)
        assert isinstance(last, EquityMarked)
        assert (last.equity, last.unrealised) == (Decimal("1094.495"), {USDT: Decimal(95)})

    tell(story)
