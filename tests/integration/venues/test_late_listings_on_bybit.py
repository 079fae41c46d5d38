"""An account at the simulated Bybit has orders, fills and positions in what is listed no more, or not yet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from tests.support.bybit_contracts import ContractsDesk
from tests.support.desk import live
from tests.support.simulated_binance import BTC

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.trading.events import (
    DifferenceFound,
    FundingSettled,
    PositionBroughtForward,
    UnmatchedFillRecorded,
)
from tradebook.trading.orders import Side

ETH = msgspec.structs.replace(
    BTC, instrument_id=InstrumentId("ETH-USDT.SIM"), symbol="ETH/USDT", base_asset=Asset("ETH")
)
ETH_PERPETUAL = "ETH-USDT-PERP.BYBIT"
SPOT, LINEAR = "spot", "linear"


class Desk(ContractsDesk):
    """With a second instrument, which leaves the list before the account is connected or while it trades."""

    traded = (BTC, ETH)
    delisted = False
    status = ""
    """By which it is told of, once it is delisted; by none where it is told of to nobody."""

    async def open(self) -> None:
        self.quote(ETH, "100", "101", "50")
        if self.delisted:
            self.trade_by_hand(LINEAR, "sell", "2")
            self.trade_by_hand(SPOT, "buy", "1", price="50")
            self.delist()
        await super().open()

    def trade_by_hand(self, category: str, side: str, quantity: str, **terms: str) -> None:
        kind = {"orderType": "Limit"} if "price" in terms else {"orderType": "Market"}
        words = {"symbol": "ETHUSDT", "side": side.capitalize(), "qty": quantity, **kind, **terms}
        status, said = self.ask_by_hand(*self.placing, **{"category": category, **words})
        assert status == 200, said

    def delist(self) -> None:
        self.set_status(self.status)

    def set_status(self, status: str) -> None:
        for category in (SPOT, LINEAR):
            self.exchange.set_status(category, "ETHUSDT", status)

    async def of_kind(self, kind: type[Any]) -> list[Any]:
        return [each for each in await self.core.history() if isinstance(each, kind)]


def tell(story: Callable[[Desk], Awaitable[None]], **settings: object) -> None:
    live(type("Told", (Desk,), settings), story)


async def trades(it: Desk) -> bool:
    """Whether the account trades as ever."""
    order_id = await it.core.order("as ever", Side.BUY, quantity="1")
    await asyncio.sleep(1)
    return it.is_trading() and (await it.core.life(order_id))[-1] == "Filled"


@pytest.mark.parametrize("status", ["Closed", "Delivering"])
def test_what_is_open_in_a_delisted_contract_is_brought_forward_and_its_orders_are_told(status: str) -> None:
    async def story(it: Desk) -> None:
        (brought,) = await it.of_kind(PositionBroughtForward)
        assert (brought.instrument_id, brought.settled.quantity) == (ETH_PERPETUAL, -2)
        (told,) = await it.of_kind(DifferenceFound)
        assert (told.kind, told.figures["instrument_id"]) == ("outside_order", "ETH-USDT.BYBIT")
        it.clearing.fund()
        await asyncio.sleep(90)
        (paid,) = await it.of_kind(FundingSettled)
        assert paid.instrument_id == ETH_PERPETUAL
        assert await trades(it)

    tell(story, delisted=True, status=status)


def test_what_not_even_the_venue_knows_is_left_out_and_keeps_no_account_out() -> None:
    async def story(it: Desk) -> None:
        assert not await it.of_kind(PositionBroughtForward)
        assert await trades(it)
        it.trade_by_hand(LINEAR, "buy", "2")
        await asyncio.sleep(90)
        assert await trades(it)

    tell(story, delisted=True)


def test_fills_in_a_contract_of_which_the_venue_tells_no_positions_any_more_keep_no_account_out() -> None:
    async def story(it: Desk) -> None:
        await it.crash()
        for side in ("sell", "buy"):
            it.trade_by_hand(LINEAR, side, "2")
        it.delist()
        await it.core.start()
        await asyncio.sleep(90)
        assert await trades(it)
        assert {each.kind for each in await it.of_kind(DifferenceFound)} == {"balance"}

    tell(story, status="Closed")


def test_what_the_venue_did_not_know_at_first_is_told_once_it_does() -> None:
    async def story(it: Desk) -> None:
        it.set_status("Trading")
        await asyncio.sleep(700)
        assert {each.kind for each in await it.of_kind(DifferenceFound)} == {"outside_order", "position"}
        it.trade_by_hand(LINEAR, "buy", "1")
        await asyncio.sleep(90)
        (noted,) = await it.of_kind(UnmatchedFillRecorded)
        assert noted.instrument_id == ETH_PERPETUAL
        assert await trades(it)

    tell(story, delisted=True)


def test_what_is_delisted_while_the_account_trades_is_known_as_before() -> None:
    async def story(it: Desk) -> None:
        it.delist()
        it.trade_by_hand(LINEAR, "sell", "2")
        await asyncio.sleep(90)
        (noted,) = await it.of_kind(UnmatchedFillRecorded)
        assert noted.instrument_id == ETH_PERPETUAL
        assert await trades(it)

    tell(story)


def test_what_is_listed_while_the_account_trades_is_found() -> None:
    class Listed(Desk):
        async def open(self) -> None:
            self.delist()
            await super().open()

    async def story(it: Desk) -> None:
        it.set_status("Trading")
        it.trade_by_hand(LINEAR, "sell", "2")
        await asyncio.sleep(90)
        (noted,) = await it.of_kind(UnmatchedFillRecorded)
        assert noted.instrument_id == ETH_PERPETUAL
        assert noted.contract.maintenance_rate > 0
        assert await trades(it)

    live(Listed, story)
