"""Accounts with positions are marked at the last prices."""

from __future__ import annotations

from decimal import Decimal

from tests.integration.execution.test_triggers import passing, tell
from tests.support.core import Core
from tests.support.market import HandMarket

from tradebook.kernel.ids import AccountId, Asset
from tradebook.trading.events import EquityMarked
from tradebook.trading.orders import Side

BTC = Asset("BTC")


async def marks(core: Core) -> list[Decimal]:
    return [fact.equity for fact in await core.history() if isinstance(fact, EquityMarked)]


def test_equity_is_marked_in_steps_while_a_position_is_open() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        await core.order("sell", Side.SELL, quantity="1")
        await passing(1.5)
        # 100,000 and 10 bitcoin at 100; sold one at 99 for a fee of 0.198, which is rounded to 0.20.
        assert await marks(core) == [Decimal("100998.80")]
        market.trade_at("101")  # 9 in 100,998: less than a step
        await passing(1.5)
        assert len(await marks(core)) == 1
        market.trade_at("150")
        await passing(1.5)
        assert (await marks(core))[1:] == [Decimal("101448.80")]

    tell(story)


def test_a_day_begins_with_a_mark() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        await core.order("sell", Side.SELL, quantity="1")
        await passing(1.5)
        market.pass_time(86_400)
        await passing(1.5)
        days = [fact.day for fact in await core.history() if isinstance(fact, EquityMarked)]
        assert len(days) == 2
        assert days[0] < days[1]

    tell(story)


def test_the_last_fill_of_a_position_is_marked_and_then_there_is_peace() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        await core.order("sell", Side.SELL, quantity="10")
        await passing(1.5)
        assert len(await marks(core)) == 1
        market.trade_at("500")
        await passing(3)
        assert len(await marks(core)) == 1

    tell(story)


def test_what_is_priced_the_other_way_round_counts_too() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        bob = AccountId("bob")
        await core.open_account(bob, base_asset=BTC, BTC="10")
        await core.order("sell", Side.SELL, quantity="5", account_id=bob)
        await passing(1.5)
        # 5 bitcoin at 99 are 495 USDT less a fee of 0.99; at a last price of 100 they are 4.9401 bitcoin.
        assert await marks(core) == [Decimal("9.9401")]

    tell(story)


def test_a_coin_that_nothing_prices_keeps_nobody_from_being_measured() -> None:
    async def story(core: Core, market: HandMarket) -> None:
        await core.deposit(SPAM="1")
        await core.order("sell", Side.SELL, quantity="1")
        await passing(1.5)
        market.trade_at("150")
        await passing(1.5)
        assert await marks(core) == [Decimal("100998.80"), Decimal("101448.80")]

    tell(story)
