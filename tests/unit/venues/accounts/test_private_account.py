"""An account trades only while it is in step with its venue, and comes back into step by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from tests.support.market import BTC_USDT
from tests.support.streams import FakeNetwork, FakeSocket
from tests.support.venue_memory import CursorsInMemory
from tests.support.virtual_time import VirtualClock, run
from tests.unit.venues.accounts.examples import (
    AT,
    BNB,
    BTC,
    MAIN,
    ORDER_ID,
    PERP,
    USDT,
    FakeSide,
    HoldingSide,
    Sink,
    TellingSide,
    balance,
    execution,
    on_perp,
    report,
)

from tradebook.kernel.ids import AccountId, Asset, ClientOrderId, InstrumentId, OrderId
from tradebook.trading.commands import RecordBalances, RecordClosing, RecordEarlierFills, RecordFill
from tradebook.trading.orders import OrderStatus, OrderTerms, OrderType, Side
from tradebook.trading.ports import AccountStage, VenueOrder, VenueOrderState
from tradebook.venues.accounts.private_account import (
    LOOK_BACK_REQUESTS_MAX,
    RECONCILE_EVERY_S,
    PrivateAccount,
)
from tradebook.venues.connections.limits import AskedTooMuch, Limiter
from tradebook.venues.errors import NotConnected, NotListed, VenueRefusal
from tradebook.venues.messages.account import (
    BalanceChange,
    BalanceReason,
    Cause,
    ExecType,
    Execution,
    ExecutionReport,
    FundingPayment,
    LeverageSetting,
    Position,
)
from tradebook.venues.messages.limits import Budget

OUR_ORDER = VenueOrder(
    account_id=MAIN,
    order_id=ORDER_ID,
    instrument=BTC_USDT,
    terms=OrderTerms(
        client_order_id=ClientOrderId("ours"),
        instrument_id=BTC_USDT.instrument_id,
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=Decimal(2),
        price=Decimal(100),
    ),
    quantity=Decimal(1),
    attempt=1,
    venue_order_id="v1",
)


class Kept:
    """An account under test, its venue, and what it reported."""

    def __init__(self, side: FakeSide | None = None, cursors: CursorsInMemory | None = None) -> None:
        self.clock = VirtualClock()
        self.network = FakeNetwork()
        self.side = side or FakeSide()
        self.sink = Sink()
        self.cursors = cursors or CursorsInMemory()
        self.account = PrivateAccount(
            MAIN,
            "venue",
            self.side,
            connector=self.network.connect,
            clock=self.clock,
            chance=Random(1),
            sink=self.sink,
            reconcile=self._reconcile,
            cursors=self.cursors,
        )

    async def _reconcile(self, account_id: AccountId) -> None:
        self.side._ask(f"compare {account_id}")

    @property
    def socket(self) -> FakeSocket:
        return self.network.sockets[-1]

    def stage(self) -> AccountStage:
        return self.account.stage

    def hear(self, *frames: str) -> None:
        for each in frames:
            self.socket.say(each.encode())

    async def rest(self, seconds: float = 1) -> None:
        await asyncio.sleep(seconds)


@asynccontextmanager
async def kept(
    *,
    trades: bool = True,
    side: FakeSide | None = None,
    cursors: CursorsInMemory | None = None,
    **prepared: list[Exception],
) -> AsyncIterator[Kept]:
    """Running; at work unless the test wants to see how it gets there."""
    it = Kept(side, cursors)
    for name, value in prepared.items():
        setattr(it.side, name, value)
    task = asyncio.create_task(it.account.run())
    await it.rest()
    if trades:
        it.hear("ready")
        await it.rest()
        assert it.stage() is AccountStage.TRADING
    yield it
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_it_subscribes_compares_and_only_then_trades() -> None:
    async def main() -> None:
        async with kept(trades=False) as it:
            assert it.stage() is AccountStage.CONNECTING
            assert it.side.asked == ["prepare"]
            it.hear("ready")
            assert it.stage() is AccountStage.RECONCILING
            await it.rest()
            assert it.stage() is AccountStage.TRADING
            assert it.side.asked[1:] == ["balances", "compare main", "open orders", "balances"]
            assert it.sink.kinds() == ["Balances"]

    run(main())


def test_it_tries_to_prepare_until_it_can_and_says_what_is_in_the_way() -> None:
    async def main() -> None:
        async with kept(trades=False, prepares_badly=[TimeoutError("no answer")] * 3) as it:
            assert it.network.attempts == []
            assert it.account.problem == "no answer"
            await it.rest(30)
            assert it.network.sockets

    run(main())


def test_what_was_listed_since_is_learned_where_an_answer_speaks_of_it() -> None:
    async def main() -> None:
        async with kept() as it:
            it.side.fails = [NotListed("venue", "open orders", "'NEW' is not listed")]
            before = it.side.asked.count("prepare"), len(it.network.sockets)
            await it.rest(RECONCILE_EVERY_S)
            assert it.stage() is AccountStage.CONNECTING
            await it.rest(10)
            assert (it.side.asked.count("prepare"), len(it.network.sockets)) == (before[0] + 1, before[1] + 1)
            it.hear("ready")
            await it.rest(60)
            assert it.stage() is AccountStage.TRADING

    run(main())


def test_who_wants_to_trade_waits_and_is_told_why_it_does_not() -> None:
    async def main() -> None:
        async with kept(trades=False) as it:
            in_a_second = it.clock.now() + timedelta(seconds=1)
            with pytest.raises(NotConnected, match="still connecting"):
                await it.account.until_it_trades(in_a_second)
            waits = asyncio.create_task(it.account.until_it_trades(in_a_second + timedelta(seconds=5)))
            it.hear("ready")
            await waits

    run(main())


def test_a_broken_stream_ends_trading_until_it_is_in_step_again() -> None:
    async def main() -> None:
        async with kept() as it:
            it.socket.close("the connection broke")
            await asyncio.sleep(0.1)
            assert (it.stage(), it.account.problem) == (AccountStage.CONNECTING, "the connection broke")
            await it.rest(2)
            it.hear("ready")
            await it.rest()
            assert (it.stage(), it.account.problem) == (AccountStage.TRADING, "")

    run(main())


def test_a_frame_that_cannot_be_read_is_not_believed_and_everything_is_compared() -> None:
    async def main() -> None:
        async with kept() as it:
            it.side.asked.clear()
            it.hear("gibberish")
            await it.rest()
            assert "compare main" in it.side.asked
            assert it.stage() is AccountStage.TRADING

    run(main())


def test_what_others_traded_is_asked_for_after_a_frame_that_cannot_be_read() -> None:
    """It may have been the one that told of it."""

    async def main() -> None:
        async with kept(side=TellingSide()) as it:
            assert isinstance(it.side, TellingSide)
            it.side.has = [[balance(USDT, "9"), balance(BTC, "1")]]
            it.side.theirs = [execution(client_order_id="by hand")]
            it.hear("gibberish")
            await it.rest()
            assert it.sink.kinds() == ["Balances", "Fill", "Balances"]
            it.side.asked.clear()
            await it.rest(3 * RECONCILE_EVERY_S)
            assert not [each for each in it.side.asked if each.startswith("fills")]

    run(main())


def test_frames_that_cannot_be_read_lead_to_no_more_questions_than_one_a_minute() -> None:
    async def main() -> None:
        async with kept(side=TellingSide()) as it:
            it.side.asked.clear()
            for _ in range(12):
                it.hear("gibberish")
                await it.rest(5)
            assert fills_asked_for(it.side) == ["USDT since 05 12:00:01"]
            assert isinstance(it.side, TellingSide)
            it.side.theirs = [execution(client_order_id="by hand")]
            await it.rest(RECONCILE_EVERY_S + 1)
            assert fills_asked_for(it.side)[1:] == ["USDT since 05 12:00:01"]
            assert it.sink.kinds().count("Fill") == 1
            await it.rest(3 * RECONCILE_EVERY_S)
            assert len(fills_asked_for(it.side)) == 2

    run(main())


def test_what_was_missed_is_asked_for_once_though_balances_do_not_stand_still() -> None:
    async def main() -> None:
        async with kept(side=TellingSide()) as it:
            it.side.asked.clear()
            it.socket.close("the connection broke")
            it.side.has = [[balance(USDT, str(number))] for number in range(4)]
            await it.rest(2)
            it.hear("ready")
            await it.rest()
            assert it.stage() is AccountStage.TRADING
            assert len(fills_asked_for(it.side)) == 1

    run(main())


def test_a_refused_subscription_is_asked_for_again_after_everything_is_learned_anew() -> None:
    async def main() -> None:
        async with kept(trades=False) as it:
            it.hear("ended")
            await it.rest(3)
            assert it.account.problem == "it may not read"
            assert it.side.asked == ["prepare", "prepare"]
            assert len(it.network.sockets) == 2

    run(main())


def test_a_stream_that_the_venue_ends_is_no_longer_traded_on() -> None:
    async def main() -> None:
        async with kept() as it:
            it.hear("ended")
            assert it.stage() is AccountStage.CONNECTING
            await it.rest(3)
            it.hear("ready")
            await it.rest()
            assert it.stage() is AccountStage.TRADING

    run(main())


def test_a_subscription_without_an_answer_is_asked_for_on_another_connection() -> None:
    async def main() -> None:
        async with kept(trades=False) as it:
            await it.rest(12)
            assert len(it.network.sockets) == 2
            it.hear("ready")
            await it.rest(20)
            assert len(it.network.sockets) == 2

    run(main())


def test_balances_that_do_not_stand_still_are_not_believed() -> None:
    async def main() -> None:
        async with kept(trades=False) as it:
            it.side.has = [[balance(USDT, str(number))] for number in range(12)]
            it.hear("ready")
            await asyncio.sleep(0.1)
            assert it.stage() is AccountStage.RECONCILING
            assert it.account.problem.endswith("its balances do not stand still")
            assert not it.sink.taken
            await it.rest(5)
            assert it.stage() is AccountStage.TRADING
            (told,) = it.sink.taken
            assert isinstance(told, RecordBalances)
            assert told.totals == {USDT: Decimal(11)}

    run(main())


def test_restless_balances_do_not_end_trading() -> None:
    async def main() -> None:
        async with kept() as it:
            it.side.has = [[balance(USDT, str(number))] for number in range(12)]
            it.hear("gibberish")
            await it.rest()
            assert it.stage() is AccountStage.TRADING

    run(main())


def test_what_the_venue_does_not_answer_is_asked_again() -> None:
    async def main() -> None:
        async with kept(trades=False) as it:
            it.side.fails = [TimeoutError("lost"), NotConnected("venue", "away")]
            it.hear("ready")
            await asyncio.sleep(0.1)
            assert it.stage() is AccountStage.RECONCILING
            assert it.account.problem == "lost"
            await it.rest(5)
            assert it.stage() is AccountStage.TRADING

    run(main())


def test_it_compares_again_every_minute() -> None:
    async def main() -> None:
        async with kept() as it:
            it.side.asked.clear()
            await it.rest(RECONCILE_EVERY_S * 3)
            assert it.side.asked.count("compare main") == 3

    run(main())


def test_a_stream_that_did_not_tell_of_a_change_is_replaced() -> None:
    async def main() -> None:
        async with kept() as it:
            it.side.has = [[balance(USDT, "9")]]
            await it.rest(RECONCILE_EVERY_S + 5)
            assert len(it.network.sockets) == 2
            it.hear("ready")
            await it.rest()
            assert it.stage() is AccountStage.TRADING

    run(main())


def test_what_others_traded_during_a_break_is_asked_for_before_balances_are_looked_at_again() -> None:
    """Nothing may be asked between the last look and what is recorded of it: a fill would come in between."""

    async def main() -> None:
        async with kept(side=TellingSide()) as it:
            side = it.side
            assert isinstance(side, TellingSide)
            it.socket.close("the connection broke")
            side.has = [[balance(USDT, "9"), balance(BTC, "1")]]
            side.theirs = [execution(client_order_id="by hand"), execution(fill_id="f2", fee=None)]
            side.asked.clear()
            await it.rest(2)
            it.hear("ready")
            await it.rest()
            assert side.asked[-3:] == ["open orders", "fills of BTC+USDT since 05 12:00:01", "balances"]
            (fill,) = [each for each in it.sink.taken if isinstance(each, RecordFill)]
            assert (fill.order_id, fill.fill_id) == (None, "f1")

    run(main())


def test_what_is_recorded_and_asked_for_is_by_the_venues_clock_and_not_by_ours() -> None:
    async def main() -> None:
        side = TellingSide()
        side.ahead = timedelta(hours=-1)
        async with kept(side=side) as it:
            (begins,) = [each for each in it.sink.taken if isinstance(each, RecordBalances)]
            assert begins.at == AT - timedelta(hours=1) + timedelta(seconds=1)
            it.socket.close("the connection broke")
            side.has = [[balance(USDT, "9")]]
            side.asked.clear()
            await it.rest(2)
            it.hear("ready")
            await it.rest()
            assert "fills of USDT since 05 11:00:01" in side.asked
            compared = it.account.compared
            assert compared is not None
            assert compared.at > AT

    run(main())


def fills_asked_for(side: FakeSide) -> list[str]:
    return [each.removeprefix("fills of ") for each in side.asked if each.startswith("fills of")]


async def lives_through_a_break(it: Kept) -> None:
    it.side.asked.clear()
    it.socket.close("the connection broke")
    await it.rest(2)
    it.hear("ready")
    await it.rest()


def test_what_was_bought_and_sold_again_during_a_break_is_asked_for_though_nothing_moved() -> None:
    async def main() -> None:
        side = TellingSide()
        side.has = [[balance(USDT, "10"), balance(BNB, "1")]]
        async with kept(side=side) as it:
            await lives_through_a_break(it)
            assert fills_asked_for(side) == ["BNB+USDT since 05 12:00:01"]
            await it.rest(3 * RECONCILE_EVERY_S)
            assert len(fills_asked_for(side)) == 1

    run(main())


def compared(side: FakeSide) -> int:
    """How often."""
    return side.asked.count("compare main")


def test_frames_that_cannot_be_read_lead_to_no_more_than_a_comparison_in_ten_seconds() -> None:
    async def main() -> None:
        async with kept() as it:
            it.side.asked.clear()
            it.hear("gibberish")
            await it.rest()
            assert compared(it.side) == 1
            for _ in range(29):
                it.hear("gibberish")
                await it.rest()
            assert compared(it.side) == 3
            await it.account.compare()
            assert compared(it.side) == 4
            it.hear("gibberish")
            await it.rest(11)
            assert compared(it.side) == 5

    run(main())


def test_it_is_asked_for_once_though_balances_do_not_stand_still_for_a_while() -> None:
    async def main() -> None:
        side = TellingSide()
        async with kept(side=side) as it:
            side.has = [[balance(USDT, str(total))] for total in range(9, 0, -1)]
            side.theirs = [execution(client_order_id="by hand")]
            await lives_through_a_break(it)
            assert len(fills_asked_for(side)) == 1
            await it.rest(RECONCILE_EVERY_S)
            assert it.stage() is AccountStage.TRADING
            assert len(fills_asked_for(side)) == 1
            await lives_through_a_break(it)
            assert len(fills_asked_for(side)) == 1

    run(main())


class LimitedSide(TellingSide):
    """Each question for fills takes a tenth of what its venue answers in a minute."""

    def __init__(self, limiter: Limiter) -> None:
        super().__init__()
        self.limiter = limiter

    async def fills_since(
        self, assets: Collection[Asset], since: datetime, *, held: Collection[Asset]
    ) -> Sequence[Execution]:
        for _ in range(6):
            await self.limiter.take("weight", 10)
        return await super().fills_since(assets, since, held=held)


def test_what_is_asked_for_after_a_break_leaves_half_of_a_venues_limit_to_others() -> None:
    async def main() -> None:
        limiter = Limiter("venue", VirtualClock(), [Budget(kind="weight", interval_s=60, limit=100)])
        async with kept(side=LimitedSide(limiter)) as it:
            await lives_through_a_break(it)
            await limiter.take("weight", 40, patience_s=0)

    run(main())


def test_what_the_account_once_had_or_had_orders_for_is_asked_for_too() -> None:
    async def main() -> None:
        side = TellingSide()
        side.has = [[balance(USDT, "10"), balance(BNB, "1")]]
        async with kept(side=side) as before:
            side.told["sold"] = [balance(BNB, "0")]
            before.hear("sold")
            side.has = [[balance(USDT, "20")]]
            await before.rest(RECONCILE_EVERY_S + 1)
        async with kept(side=side, cursors=before.cursors) as it:
            assert fills_asked_for(side)[-1].startswith("BNB+USDT since")
            side.works = [report(ExecType.STATUS, client_order_id="by hand")]
            await it.rest(RECONCILE_EVERY_S + 1)
            side.works = []
            await lives_through_a_break(it)
            assert fills_asked_for(side)[-1].startswith("BNB+BTC+USDT since")

    run(main())


def test_a_stream_that_told_of_a_change_is_kept() -> None:
    async def main() -> None:
        async with kept() as it:
            it.side.told["changed"] = [balance(USDT, "9")]
            it.hear("changed")
            it.side.has = [[balance(USDT, "9")]]
            await it.rest(RECONCILE_EVERY_S + 5)
            assert len(it.network.sockets) == 1

    run(main())


def test_fills_of_which_not_all_is_told_are_asked_for_and_stay_our_orders() -> None:
    async def main() -> None:
        async with kept() as it:
            order = _Attempted()
            it.account.client_ids.learn(order)
            name = it.side.client_order_id_of(order)
            it.side.told["traded"] = [report(ExecType.TRADE, OrderStatus.FILLED, client_order_id=name)]
            it.side.fills = [execution(client_order_id="")]
            it.hear("traded")
            await it.rest()
            fill = next(each for each in it.sink.taken if isinstance(each, RecordFill))
            assert (fill.order_id, fill.fee_asset) == ("one", BTC)

    run(main())


class _Attempted:
    account_id = MAIN
    order_id = OrderId("one")
    attempt = 1


def test_orders_of_others_that_work_are_named() -> None:
    async def main() -> None:
        async with kept(trades=False) as it:
            it.side.works = [report(ExecType.STATUS, client_order_id="by hand")]
            it.hear("ready")
            await it.rest()
            assert it.sink.kinds() == ["OutsideOrder", "Balances"]

    run(main())


def test_an_account_that_ended_by_a_defect_trades_no_more_and_says_so() -> None:
    async def main() -> None:
        async with kept() as it:

            async def fail() -> None:
                raise AssertionError

            task = asyncio.create_task(fail())
            await asyncio.wait([task])
            it.account.ended(task)
            assert it.stage() is AccountStage.CONNECTING
            assert "defect" in it.account.problem

    run(main())


# --- what was before the book


DAY = timedelta(days=1)


def earlier(name: str, days: float, **differing: object) -> Execution:
    return execution(fill_id=name, client_order_id="", at=AT - days * DAY, **differing)


def histories(it: Kept) -> list[list[str]]:
    return [
        [fill.fill_id for fill in each.fills]
        for each in it.sink.taken
        if isinstance(each, RecordEarlierFills)
    ]


def test_what_was_traded_before_is_recorded_once_the_account_trades_oldest_first() -> None:
    async def main() -> None:
        side = TellingSide()
        side.theirs = [earlier("new", 1), earlier("old", 2), execution(fill_id="since", at=AT + DAY)]
        side.theirs.append(earlier("not told wholly", 3, fee=None))
        async with kept(side=side) as it:
            assert histories(it) == [["old", "new"]]
            await it.rest(3 * RECONCILE_EVERY_S)
            assert len(histories(it)) == 1
        async with kept(side=side, cursors=it.cursors) as again:
            assert histories(again) == []

    run(main())


def test_a_history_that_is_not_told_is_asked_for_again_and_keeps_nobody_from_trading() -> None:
    async def main() -> None:
        side = TellingSide()
        side.theirs = [earlier("old", 2)]
        side.silent = [OSError("the line broke"), None]
        async with kept(side=side) as it:
            assert histories(it) == []
            await it.rest(RECONCILE_EVERY_S + 5)
            assert (it.stage(), histories(it)) == (AccountStage.TRADING, [["old"]])

    run(main())


def test_where_there_is_too_much_history_it_is_not_asked_for_as_far_back() -> None:
    async def main() -> None:
        side = TellingSide()
        side.silent = [TimeoutError(), AskedTooMuch(200), None]
        async with kept(side=side) as it:
            await it.rest(3 * RECONCILE_EVERY_S)
            asked = [each for each in side.asked if each.startswith("fills of")]
            assert asked == [
                "fills of USDT since 07 12:00:01",
                "fills of USDT since 21 12:00:01",
                "fills of USDT since 14 00:00:01",
            ]

    run(main())


def test_a_venue_that_tells_no_history_of_so_long_is_asked_for_a_shorter_one() -> None:
    async def main() -> None:
        side = TellingSide()
        side.theirs = [earlier("old", 2)]
        side.silent = [VenueRefusal("venue", "30033", "the time is too long"), None]
        async with kept(side=side) as it:
            await it.rest(RECONCILE_EVERY_S + 5)
            asked = [each for each in side.asked if each.startswith("fills of")]
            assert asked == ["fills of USDT since 07 12:00:01", "fills of USDT since 21 12:00:01"]
            assert (it.stage(), histories(it)) == (AccountStage.TRADING, [["old"]])

    run(main())


class AskingSide(TellingSide):
    """Its venue has a limit; a page of fills is a question, and history has no end."""

    def __init__(self) -> None:
        super().__init__()
        self.limiter = Limiter("venue", VirtualClock(), [Budget(kind="ASKED", interval_s=60, limit=1000)])
        self.pages: list[int] = []
        """Of each time that history was asked for."""

    async def fills_since(
        self, assets: Collection[Asset], since: datetime, *, held: Collection[Asset]
    ) -> Sequence[Execution]:
        self.pages.append(0)
        while True:
            await self.limiter.take("ASKED", 1)
            self.pages[-1] += 1


def test_a_history_without_end_is_asked_for_no_further_and_leaves_room_for_trading() -> None:
    async def main() -> None:
        side = AskingSide()
        async with kept(side=side) as it:
            assert side.pages == [LOOK_BACK_REQUESTS_MAX]
            await it.rest(20 * RECONCILE_EVERY_S)
            assert side.pages == [LOOK_BACK_REQUESTS_MAX] * 7
            assert (it.stage(), histories(it)) == (AccountStage.TRADING, [])

    run(main())


# --- contracts

NINETY_DAYS = "fills of USDT since 07 12:00:00"
"""The history that is asked for once, when an account is connected."""


def payment(amount: str) -> FundingPayment:
    return FundingPayment(
        instrument_id=PERP.instrument_id, asset=USDT, amount=Decimal(amount), reference="tx", at=AT
    )


def test_where_nothing_is_subscribed_to_it_compares_as_soon_as_the_stream_is_open() -> None:
    async def main() -> None:
        async with kept(trades=False, side=HoldingSide()) as it:
            assert it.stage() is AccountStage.TRADING
            assert not it.socket.sent

    run(main())


def test_leverage_is_recorded_before_the_positions_that_it_secures() -> None:
    async def main() -> None:
        side = HoldingSide()
        side.secured = [LeverageSetting(instrument_id=PERP.instrument_id, leverage=Decimal(5))]
        side.open = [
            Position(instrument_id=PERP.instrument_id, quantity=Decimal(2), entry_price=Decimal(100), at=None)
        ]
        async with kept(trades=False, side=side) as it:
            assert it.sink.kinds() == ["Leverage", "Balances"]
            (stated,) = [each for each in it.sink.taken if isinstance(each, RecordBalances)]
            assert [each.quantity for each in stated.positions] == [Decimal(2)]

    run(main())


def test_a_process_that_begins_asks_for_what_befell_contracts_while_there_was_none() -> None:
    async def main() -> None:
        side = HoldingSide()
        async with kept(trades=False, side=side) as before:
            assert [each for each in side.asked if "since" in each] == [NINETY_DAYS]
        side.asked.clear()
        side.has = [[balance(USDT, "9")]]
        side.paid = [payment("-1")]
        side.theirs = [
            on_perp(fill_id="f1", client_order_id="by-hand"),
            on_perp(fill_id="f2", cause=Cause.DELEVERAGING),
        ]
        async with kept(trades=False, side=side, cursors=before.cursors) as it:
            assert it.sink.kinds() == ["Fill", "Closing", "Funding", "Balances"]
            (closed,) = [each for each in it.sink.taken if isinstance(each, RecordClosing)]
            assert (closed.fill_id, closed.reason) == ("f2", "deleveraging")
            assert {each for each in side.asked if "since" in each} == {
                "fundings since 05 12:00:00",
                "fills of USDT since 05 12:00:00",
            }
            side.asked.clear()
            await it.rest(3 * RECONCILE_EVERY_S)
            assert not [each for each in side.asked if "since" in each]

    run(main())


def test_a_fee_in_another_asset_leads_to_the_fills_of_contracts_too() -> None:
    async def main() -> None:
        side = HoldingSide()
        side.has = [[balance(USDT, "10"), balance(BTC, "1")]]
        async with kept(trades=False, side=side) as it:
            side.has = [[balance(USDT, "10"), balance(BTC, "0.9")]]
            side.asked.clear()
            it.socket.close("the connection broke")
            await it.rest(3)
            (asked,) = [each for each in side.asked if each.startswith("fills of")]
            assert "USDT" in asked

    run(main())


def test_where_the_balance_moved_funding_is_asked_for_since_everything_was_recorded() -> None:
    async def main() -> None:
        side = HoldingSide()
        async with kept(trades=False, side=side) as it:
            side.has = [[balance(USDT, "9")]]
            side.paid = [payment("-1")]
            told = BalanceChange(asset=USDT, amount=Decimal(-1), reason=BalanceReason.FUNDING, at=AT)
            side.told["funding"] = [told]
            it.hear("funding")
            await it.rest()
            assert it.sink.kinds() == ["Balances", "Funding", "Balances"]

    run(main())


@pytest.mark.parametrize("are_one", [True, False])
def test_where_fills_are_one_question_it_is_asked_whenever_money_moved(*, are_one: bool) -> None:
    async def main() -> None:
        side = HoldingSide()
        side.fills_are_one_question = are_one
        async with kept(trades=False, side=side) as it:
            side.has = [[balance(USDT, "9")]]
            side.theirs = [on_perp(fill_id="f2", cause=Cause.LIQUIDATION)]
            await it.rest(RECONCILE_EVERY_S + 1)
            assert it.sink.kinds()[1] == ("Closing" if are_one else "Balances")

    run(main())


def test_where_a_stream_does_not_tell_what_others_trade_it_is_asked_of_what_has_moved() -> None:
    async def main() -> None:
        side = TellingSide()
        side.stream_tells_fills = False
        side.has = [[balance(USDT, "10"), balance(BNB, "1")]]
        async with kept(side=side) as it:
            side.asked.clear()
            await it.rest(RECONCILE_EVERY_S + 1)
            assert not fills_asked_for(side)
            side.has = [[balance(USDT, "9"), balance(BTC, "1"), balance(BNB, "1")]]
            side.theirs = [execution(client_order_id="by hand")]
            await it.rest(RECONCILE_EVERY_S)
            [asked] = fills_asked_for(side)
            assert asked.startswith("BTC+USDT since")
            assert "Fill" in it.sink.kinds()

    run(main())


def test_a_stream_that_was_not_kept_is_prepared_and_opened_anew() -> None:
    async def main() -> None:
        side = HoldingSide()
        async with kept(trades=False, side=side) as it:
            side.is_kept = False
            await it.rest(RECONCILE_EVERY_S + 10)
            assert side.asked.count("prepare") == 2
            assert len(it.network.sockets) == 2
            assert it.stage() is AccountStage.TRADING

    run(main())


class ChangingSide(FakeSide):
    """An order of ours is changed while it is asked for: the stream is first to tell of it."""

    def __init__(self) -> None:
        super().__init__()
        self.change = report(ExecType.REPLACED, quantity=Decimal(3), price=Decimal(95))
        self.tell: Callable[[], None] = lambda: None

    async def order(self, order: VenueOrder) -> ExecutionReport | None:
        return report(ExecType.STATUS, cumulative_quantity=Decimal(1))

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:
        self.tell()
        await asyncio.sleep(1)
        return [execution()]


@pytest.mark.parametrize("is_changed", [True, False])
def test_an_answer_says_nothing_of_terms_that_were_changed_since_it_was_asked_for(
    *, is_changed: bool
) -> None:
    async def main() -> None:
        side = ChangingSide()
        async with kept(side=side) as it:
            side.told["changed"] = [side.change]
            if is_changed:
                side.tell = lambda: it.hear("changed")
            state = await it.account.state_of(OUR_ORDER)
            assert isinstance(state, VenueOrderState)
            assert (state.terms is None) == is_changed
            assert [type(each).__name__ for each in state.reports] == [
                "RecordAcceptance",
                *([] if is_changed else ["RecordTermsInForce"]),
                "RecordFill",
            ]
            assert ("Replacement" in it.sink.kinds()) == is_changed

    run(main())
