"""Conditional orders that rest with us, in virtual time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

from tests.support import virtual_time
from tests.support.core import ALICE, CATALOGUE, Core
from tests.support.market import HandMarket
from tests.support.virtual_time import VirtualClock

from tradebook.journal.memory import MemoryJournal
from tradebook.trading.events import OrderFilled, OrderTriggered, TrailingStopMoved
from tradebook.trading.orders import LegTerms, OrderType, Side, TimeInForce
from tradebook.venues.paper.venue import PaperVenue

BUY, SELL = Side.BUY, Side.SELL

Story = Callable[[Core, HandMarket], Awaitable[None]]


def life_on(market: HandMarket, journal: MemoryJournal, *, run_id: str) -> Core:
    clock = VirtualClock()
    return Core(journal, PaperVenue("sim", market, run_id=run_id, clock=clock), market, clock)


def tell(story: Story) -> None:
    async def main() -> None:
        market = HandMarket()
        market.quote_at("99", "101")
        market.trade_at("100")
        core = life_on(market, MemoryJournal(CATALOGUE, VirtualClock()), run_id="first")
        await core.start()
        await core.open_account(USDT="100000", BTC="10")
        await story(core, market)
        await core.stop()

    virtual_time.run(main())


async def passing(seconds: float) -> None:
    await VirtualClock().sleep(seconds)


def test_a_trailing_stop_moves_in_steps_and_at_most_once_a_second() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        order_id = await core.order(
            "trail", SELL, quantity="1", type=OrderType.TRAILING_STOP, trailing_offset="10"
        )
        for tick in range(1, 301):
            market.trade_at(str(Decimal(100) + tick * Decimal("0.01")))
            await passing(0.01)
        facts = await core.history(order_id)
        moves = [fact.anchor for fact in facts if isinstance(fact, TrailingStopMoved)]
        assert moves == sorted(moves)
        assert 2 <= len(moves) <= 3
        market.trade_at("93.1")
        await core.settle()
        assert (await core.life(order_id))[-1] == "TrailingStopMoved"
        market.trade_at("93")
        await core.settle()
        assert (await core.life(order_id))[-1] == "Filled"

    tell(story)


def test_a_restart_goes_on_from_the_journaled_anchor_and_invents_nothing() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        trail = await core.order(
            "trail", SELL, quantity="1", type=OrderType.TRAILING_STOP, trailing_offset="5"
        )
        stop = await core.order("stop", SELL, quantity="1", type=OrderType.STOP, stop_price="90")
        await core.settle()
        market.trade_at("110")
        await passing(2)
        await core.stop()
        market.trade_at("80")  # while nobody watches
        market.trade_at("107")
        again = life_on(market, core.journal, run_id="second")  # type: ignore[arg-type]  # it is that kind
        await again.start()
        await again.settle()
        assert (await again.life(trail))[-1] == "TrailingStopMoved"
        assert await again.life(stop) == ["Placed"]
        market.trade_at("105")
        await again.settle()
        assert (await again.life(trail))[-1] == "Filled"
        await again.stop()

    tell(story)


def test_a_print_between_decision_and_parking_is_not_missed() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        placing = core.place("stop", SELL, quantity="1", type=OrderType.STOP, stop_price="95")
        market.pass_time(0.001)
        market.trade_at("94")
        await core.handle(placing)
        await core.settle()
        facts = await core.history(placing.order_id)
        triggered = next(fact for fact in facts if isinstance(fact, OrderTriggered))
        assert triggered.trigger_price == Decimal(94)

    tell(story)


def test_a_parked_order_takes_a_new_stop_price_and_can_be_cancelled() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        moved = await core.order("moved", SELL, quantity="1", type=OrderType.STOP, stop_price="95")
        gone = await core.order("gone", SELL, quantity="1", type=OrderType.STOP, stop_price="95")
        await core.settle()
        await core.replace(moved, stop_price="90")
        await core.cancel(gone)
        await core.settle()
        market.trade_at("94")
        await core.settle()
        assert await core.life(moved) == ["Placed", "Replaced"]
        assert await core.life(gone) == ["Placed", "Cancelled"]
        market.trade_at("90")
        await core.settle()
        assert (await core.life(moved))[-1] == "Filled"

    tell(story)


def test_parked_orders_end_with_the_market_s_time_even_while_it_is_quiet() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        until = market.now() + timedelta(seconds=5)
        order_id = await core.order(
            "timed",
            SELL,
            quantity="1",
            type=OrderType.STOP,
            stop_price="95",
            time_in_force=TimeInForce.GTD,
            expires_at=until,
        )
        await core.settle()
        market.pass_time(5)
        await passing(2)
        assert await core.life(order_id) == ["Placed", "Expired"]
        balance = await core.writer.read(ALICE, lambda account: account.balance(core.instrument.base_asset))
        assert balance.held == 0

    tell(story)


def test_a_bracket_protects_what_it_bought_and_its_legs_end_together() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        entry = await core.order(
            "entry",
            BUY,
            quantity="1",
            take_profit=LegTerms(stop_price=Decimal(110)),
            stop_loss=LegTerms(stop_price=Decimal(95)),
        )
        await core.settle()
        assert (await core.life(entry))[-1] == "Filled"
        market.quote_at("109", "111")
        market.trade_at("110")
        await core.settle()
        sold = [fact for fact in await core.history() if isinstance(fact, OrderFilled) and fact.side is SELL]
        assert [(fill.quantity, fill.price) for fill in sold] == [(Decimal(1), Decimal(109))]
        account_orders = await core.writer.read(ALICE, lambda account: len(account.orders))
        assert account_orders == 0

    tell(story)
