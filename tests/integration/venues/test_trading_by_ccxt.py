"""The whole core trades at the simulated Binance through ccxt, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.support.binance_account import HERE
from tests.support.ccxt_account import CcxtDesk, ListeningDesk, market_at, side_at, tell_by_ccxt
from tests.support.core import ALICE
from tests.support.simulated_binance import BTC

from tradebook.market.values import Aggressor, BookUpdate, Level, MarketStream, Quote, Trade
from tradebook.trading.events import DifferenceFound, OrderFilled, UnmatchedFillRecorded
from tradebook.trading.orders import Side, TimeInForce
from tradebook.trading.ports import VenueOrder, VenueState
from tradebook.venues.ccxt.market import ABSENT_FOR
from tradebook.venues.ccxt.polling import PolledConnector
from tradebook.venues.ccxt.prices import CcxtPrices, PriceRounds
from tradebook.venues.ccxt.side import CcxtSide
from tradebook.venues.connections.http import Http, HttpAnswer
from tradebook.venues.errors import Inexpressible
from tradebook.venues.simulators.faults import RequestFate, RequestFault, ScriptedFaults
from tradebook.venues.simulators.venue import SimulatedAnswer, SimulatedRequest

POLLED_S = 6
"""By then another round was asked."""


def test_an_order_is_placed_rests_and_is_cancelled() -> None:
    async def story(it: CcxtDesk) -> None:
        order_id = await it.core.order("one", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(1)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "Accepted"]
        await it.core.cancel(order_id)
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[3:] == ["CancelRequested", "Cancelled"]

    tell_by_ccxt(story)


def test_a_resting_order_is_told_filled_with_its_fees() -> None:
    async def story(it: CcxtDesk) -> None:
        order_id = await it.core.order("rest", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(1)
        it.print("98", "0.5")
        await asyncio.sleep(POLLED_S)
        it.print("98", "5")
        await asyncio.sleep(POLLED_S)
        assert (await it.core.life(order_id))[3:] == ["Filled", "Filled"]
        fills = [each for each in await it.core.history() if isinstance(each, OrderFilled)]
        assert [(each.quantity, each.price, each.fee, each.fee_asset) for each in fills] == [
            (Decimal("0.5"), Decimal(99), Decimal("0.0005"), "BTC"),
            (Decimal("1.5"), Decimal(99), Decimal("0.0015"), "BTC"),
        ]

    tell_by_ccxt(story)


def test_a_market_order_is_filled_at_once() -> None:
    async def story(it: CcxtDesk) -> None:
        order_id = await it.core.order("now", Side.BUY, quantity="1")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[2:] == ["Accepted", "Filled"]
        assert not await it.core.writer.read(ALICE, lambda account: list(account.orders))

    tell_by_ccxt(story)


def test_a_market_order_for_more_than_there_is_at_its_price_is_killed_where_it_wants_all() -> None:
    async def story(it: CcxtDesk) -> None:
        order_id = await it.core.order("all", Side.BUY, quantity="6", time_in_force=TimeInForce.FOK)
        await asyncio.sleep(POLLED_S)
        assert (await it.core.life(order_id))[2:] == ["Accepted", "Cancelled"]

    tell_by_ccxt(story)


def test_an_order_for_an_amount_of_money_is_filled() -> None:
    async def story(it: CcxtDesk) -> None:
        order_id = await it.core.order("spend", Side.BUY, quantity="0", quote_quantity="200")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[2:] == ["Accepted", "Filled"]

    tell_by_ccxt(story)


def test_an_order_for_an_amount_of_money_ends_though_it_was_listed_when_its_last_fill_was_told() -> None:
    async def story(it: CcxtDesk) -> None:
        answer = it.exchange.answer

        def behind(request: SimulatedRequest) -> SimulatedAnswer:
            told = answer(request)
            if request.path != "/api/v3/openOrders" or not it.orders_at_venue():
                return told  # type: ignore[no-any-return]  # the venue's own
            it.exchange.answer = answer
            (order,) = it.by_hand("GET", "/api/v3/allOrders", symbol="BTCUSDT")
            half = str(Decimal(order["executedQty"]) / 2)
            works = {**order, "status": "PARTIALLY_FILLED", "executedQty": half}
            return SimulatedAnswer(body=msgspec.json.encode([works]))

        it.exchange.answer = behind
        order_id = await it.core.order("spend", Side.BUY, quantity="0", quote_quantity="200")
        await asyncio.sleep(90)
        assert (await it.core.life(order_id))[2:] == ["Accepted", "Filled", "Cancelled"]
        assert not await it.core.writer.read(ALICE, lambda account: list(account.orders))

    tell_by_ccxt(story)


def test_an_order_whose_answer_is_lost_is_found_by_our_id_and_not_sent_again() -> None:
    async def story(it: CcxtDesk) -> None:
        it.way.faults = ScriptedFaults(
            requests=[RequestFate(fault=RequestFault.ANSWER_LOST)], paths=["/api/v3/order"]
        )
        order_id = await it.core.order("lost", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(40)
        assert await it.core.life(order_id) == ["Placed", "Submitted", "Accepted"]
        assert len(it.orders_at_venue()) == it.way.asked.count(("POST", "/api/v3/order")) == 1

    tell_by_ccxt(story)


def test_what_a_person_does_beside_us_is_told() -> None:
    async def story(it: CcxtDesk) -> None:
        it.by_hand("POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="1")
        await asyncio.sleep(200)
        history = await it.core.history()
        assert [each.quantity for each in history if isinstance(each, UnmatchedFillRecorded)] == [Decimal(1)]
        terms = {"type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "80"}
        it.by_hand("POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", **terms)
        await asyncio.sleep(POLLED_S)
        history = await it.core.history()
        assert "outside_order" in [each.kind for each in history if isinstance(each, DifferenceFound)]

    tell_by_ccxt(story)


@pytest.mark.parametrize("kind", [CcxtDesk, ListeningDesk])
def test_what_a_person_trades_while_we_trade_too_is_told(kind: type[CcxtDesk]) -> None:
    async def story(it: CcxtDesk) -> None:
        for name in ("before", "between", "after"):
            await it.core.order(name, Side.BUY, quantity="0.1")
            await asyncio.sleep(20)
            if name == "between":
                it.place_by_hand("buy", "1")
        await asyncio.sleep(200)
        history = await it.core.history()
        assert [each.quantity for each in history if isinstance(each, UnmatchedFillRecorded)] == [Decimal(1)]
        assert len([each for each in history if isinstance(each, OrderFilled)]) == 3

    tell_by_ccxt(story, kind)


def test_new_terms_of_an_instrument_reach_every_account_and_nothing_is_rounded_in_silence() -> None:
    async def story(it: CcxtDesk) -> None:
        market = it.new_market()
        side = side_at(market, PolledConnector(it.clock))
        await side.prepare()
        it.exchange.relist(msgspec.structs.replace(BTC, lot_size=Decimal("0.1"), tick_size=Decimal(1)))
        await market.list_instruments()
        in_time = it.clock.now() + timedelta(seconds=5)
        for field, terms in {
            "quantity": {"quantity": "0.25", "price": "90"},
            "price": {"quantity": "0.2", "price": "90.5"},
            "quote_quantity": {"quantity": "0", "quote_quantity": "20.5"},
        }.items():
            with pytest.raises(Inexpressible, match="its step") as refused:
                await side.place(order_of(it, field, **terms), send_before=in_time)
            assert refused.value.field == field
        assert not it.orders_at_venue()
        await side.place(order_of(it, "exact", quantity="0.2", price="90"), send_before=in_time)
        assert len(it.orders_at_venue()) == 1

    tell_by_ccxt(story)


class Delisting:
    """Implements ``Http``: what is listed at the venue, without what has left the list."""

    def __init__(self, http: Http) -> None:
        self.gone: set[str] = set()
        self.lists = 0
        """How often it was asked for."""
        self._http = http

    async def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        answer = await self._http(method, url, headers=headers, body=body)
        if "exchangeInfo" not in url:
            return answer
        self.lists += 1
        told = msgspec.json.decode(answer.body)
        told["symbols"] = [each for each in told["symbols"] if each["symbol"] not in self.gone]
        return msgspec.structs.replace(answer, body=msgspec.json.encode(told))


def test_what_is_listed_no_more_can_still_be_asked_for() -> None:
    async def story(it: CcxtDesk) -> None:
        await it.core.order("rest", Side.BUY, quantity="2", price="99")
        await asyncio.sleep(1)
        it.print("98", "0.5")
        http = Delisting(it.way.http)
        market = market_at(http, it.clock)
        side = side_at(market, PolledConnector(it.clock))
        await side.prepare()
        http.gone.add("BTCUSDT")
        assert HERE.instrument_id not in {
            each.instrument.instrument_id for each in await market.list_instruments()
        }
        [working] = await side.open_orders()
        filled = await side.fills_of(HERE.instrument_id, working.venue_order_id)
        assert [each.quantity for each in filled] == [Decimal("0.5")]

    tell_by_ccxt(story)


def test_what_an_exchange_has_listed_since_is_asked_for_where_the_account_has_it() -> None:
    async def story(it: CcxtDesk) -> None:
        http = Delisting(it.way.http)
        http.gone.add("BTCUSDT")
        side = side_at(market_at(http, it.clock), PolledConnector(it.clock))
        await side.prepare()
        it.place_by_hand("buy", "1", "90")
        assert await side.open_orders() == []
        asked = http.lists
        assert await side.open_orders() == []
        assert http.lists == asked
        http.gone.clear()
        await asyncio.sleep(ABSENT_FOR.total_seconds())
        [working] = await side.open_orders()
        assert working.instrument_id == HERE.instrument_id

    tell_by_ccxt(story)


def order_of(it: CcxtDesk, name: str, **terms: Any) -> VenueOrder:
    command = it.core.place(name, Side.BUY, **terms)
    return VenueOrder(
        account_id=ALICE,
        order_id=command.order_id,
        instrument=HERE,
        terms=command.terms,
        quantity=command.terms.quantity,
        attempt=1,
    )


def test_an_account_that_cannot_be_asked_is_out_until_it_can() -> None:
    async def story(it: CcxtDesk) -> None:
        it.way.is_cut = True
        await it.until(lambda: it.venue.health().state is VenueState.FAILED)
        order_id = await it.core.order("not now", Side.BUY, quantity="1", price="90")
        await asyncio.sleep(20)
        it.way.is_cut = False
        await it.until(it.is_trading)
        assert (await it.core.life(order_id))[-1] == "Rejected"
        assert not it.orders_at_venue()

    tell_by_ccxt(story)


def test_the_exchanges_no_is_told_in_its_own_words() -> None:
    async def story(it: CcxtDesk) -> None:
        it.by_hand("POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quoteOrderQty="9990")
        order_id = await it.core.order("too dear", Side.BUY, quantity="50", price="100")
        await asyncio.sleep(1)
        assert (await it.core.life(order_id))[2:] == ["Rejected"]
        rejected = (await it.core.history(order_id))[-1]
        assert rejected.reason.startswith("InsufficientFunds ")  # type: ignore[attr-defined]  # every rejection has one

    tell_by_ccxt(story)


def test_a_key_that_the_exchange_tells_of_is_known_before_it_is_used() -> None:
    async def story(it: CcxtDesk) -> None:
        side = it.venue.side_of(ALICE)
        assert isinstance(side, CcxtSide)
        told = await side.permissions()
        assert (told.can_read, told.can_trade, told.can_withdraw) == (True, True, False)

    tell_by_ccxt(story)


def _book(it: CcxtDesk) -> BookUpdate:
    return BookUpdate(
        instrument_id=BTC.instrument_id,
        bids=(Level(price=Decimal(100), size=Decimal(5)),),
        asks=(Level(price=Decimal(101), size=Decimal(5)),),
        is_snapshot=True,
        at=it.clock.now(),
        sequence=1,
    )


def test_prices_are_found_by_asking() -> None:
    async def story(it: CcxtDesk) -> None:
        market = market_at(it.way.http, it.clock)
        prices = CcxtPrices(market, PolledConnector(it.clock))
        listed = [each.instrument.instrument_id for each in await prices.list_instruments()]
        assert HERE.instrument_id in listed
        rounds = PriceRounds(market)
        names = [prices.stream_of(HERE.instrument_id, each)[0] for each in MarketStream]
        rounds.heard(prices.subscription(names))
        it.exchange.take([_book(it)])
        messages = [each for frame in await rounds.ask() for each in prices.decode(frame, it.clock.now())]
        quotes = [each for each in messages if isinstance(each, Quote)]
        assert [(each.bid, each.ask) for each in quotes] == [(Decimal(100), Decimal(101))]
        assert [each.is_snapshot for each in messages if isinstance(each, BookUpdate)] == [True]
        rounds.heard(prices.unsubscription(names))
        assert await rounds.ask() == []
        told = {"id": "7", "symbol": "BTC/USDT", "timestamp": 1_767_614_400_000, "side": "sell"}
        frame = msgspec.json.encode({"trades": [{**told, "price": "100.5", "amount": "0.25"}]})
        [trade] = prices.decode(frame, it.clock.now())
        assert isinstance(trade, Trade)
        assert (trade.price, trade.quantity, trade.aggressor) == (
            Decimal("100.5"),
            Decimal("0.25"),
            Aggressor.SELL,
        )

    tell_by_ccxt(story)
