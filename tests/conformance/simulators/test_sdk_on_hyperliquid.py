"""The venue's own client trades on the simulated Hyperliquid, with nothing changed but the URL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from eth_account import Account
from hyperliquid.exchange import Exchange as Sdk  # type: ignore[import-untyped]  # it ships no types
from hyperliquid.info import Info  # type: ignore[import-untyped]  # it ships no types
from hyperliquid.utils.types import Cloid  # type: ignore[import-untyped]  # it ships no types
from tests.support.simulated_binance import StillMarket
from tests.support.simulated_hyperliquid import (
    AGENT_KEY,
    OTHER_KEY,
    TOKEN,
    WALLET,
    WALLET_KEY,
    Exchange,
    customer_of_master,
)
from tests.support.waiting import eventually

from tradebook.kernel.clock import SystemClock
from tradebook.venues.simulators.server import serving

PAIR = f"{TOKEN}/USDC"
GTC, IOC, ALO = ({"limit": {"tif": each}} for each in ("Gtc", "Ioc", "Alo"))
SUB_ACCOUNT = "0x" + "7" * 40


class Simulated:
    """The venue, where it is, and its clients."""

    def __init__(self, exchange: Exchange, url: str) -> None:
        self.exchange, self.url = exchange, url

    async def sdk(self, key: str = AGENT_KEY, *, vault: str | None = None) -> Any:
        wallet = Account.from_key(key)
        return await asyncio.to_thread(
            Sdk, wallet, self.url, vault_address=vault, account_address=vault or WALLET
        )


@asynccontextmanager
async def simulated() -> AsyncIterator[Simulated]:
    """The market stands at 99/101. Away from the venue's own address the client signs for its testnet."""
    balances = {"USDC": "1000", TOKEN: "2"}
    others = [customer_of_master(SUB_ACCOUNT, WALLET, USDC="500")]
    exchange = Exchange(SystemClock(), balances, collateral="1000", others=others, is_mainnet=False)
    exchange.quote("99", "101")
    async with serving(exchange.venue, StillMarket(), port=0) as url:
        yield Simulated(exchange, url)


async def does(call: Any, *arguments: Any, **named: Any) -> Any:
    """The response; what the venue refuses as a whole raises."""
    told = await asyncio.to_thread(call, *arguments, **named)
    assert told["status"] == "ok", told
    return told["response"]


async def status_of(call: Any, *arguments: Any, **named: Any) -> Any:
    """What became of the one order."""
    (status,) = (await does(call, *arguments, **named))["data"]["statuses"]
    return status


async def test_it_places_amends_reads_and_cancels() -> None:
    async with simulated() as it:
        sdk = await it.sdk()
        mine = Cloid.from_int(1)
        oid = (await status_of(sdk.order, PAIR, True, 1, 90, GTC, cloid=mine))["resting"]["oid"]
        told = await asyncio.to_thread(sdk.info.query_order_by_cloid, WALLET, mine)
        assert (told["order"]["status"], told["order"]["order"]["limitPx"]) == ("open", "90")
        changed = await status_of(sdk.modify_order, oid, PAIR, True, 2, 80, GTC, cloid=mine)
        orders = await asyncio.to_thread(sdk.info.frontend_open_orders, WALLET)
        assert [(each["oid"], each["sz"], each["cloid"]) for each in orders] == [
            (changed["resting"]["oid"], "2", mine.to_raw())
        ]
        state = await asyncio.to_thread(sdk.info.spot_user_state, WALLET)
        assert {each["coin"]: each["hold"] for each in state["balances"]} == {TOKEN: "0", "USDC": "160"}
        assert await status_of(sdk.cancel_by_cloid, PAIR, mine) == "success"
        assert (await asyncio.to_thread(sdk.info.query_order_by_oid, WALLET, oid))["order"][
            "status"
        ] == "canceled"
        assert not await asyncio.to_thread(sdk.info.open_orders, WALLET)
        assert "already canceled" in (await status_of(sdk.cancel, PAIR, oid))["error"]


async def test_it_trades_and_reads_its_fills_with_their_fees() -> None:
    async with simulated() as it:
        sdk = await it.sdk()
        bought = (await status_of(sdk.market_open, PAIR, True, 0.5))["filled"]
        assert (bought["totalSz"], bought["avgPx"]) == ("0.5", "101")
        sold = (await status_of(sdk.order, PAIR, False, 1, 98, IOC))["filled"]
        assert sold["avgPx"] == "99"
        fills = await asyncio.to_thread(sdk.info.user_fills, WALLET)
        assert [(each["dir"], each["px"], each["fee"], each["feeToken"]) for each in fills] == [
            ("Sell", "99", "0.0693", "USDC"),
            ("Buy", "101", "0.00035", TOKEN),
        ]
        by_time = await asyncio.to_thread(sdk.info.user_fills_by_time, WALLET, 0)
        assert by_time == fills[::-1]


async def test_what_cannot_be_is_refused_order_by_order() -> None:
    async with simulated() as it:
        sdk = await it.sdk()
        for order, complaint in [
            ((True, 1, 101, ALO), "Post only order would have immediately matched"),
            ((True, 1, 90, IOC), "Order could not immediately match"),
            ((True, 100, 90, GTC), "Insufficient spot balance asset=10001"),
            ((True, 0.1, 90, GTC), "Order must have minimum value of 10 USDC"),
            ((True, 1, 90.1234, GTC), "Price must be divisible by tick size"),
        ]:
            assert (await status_of(sdk.order, PAIR, *order))["error"].startswith(complaint)
        perpetual = await status_of(sdk.order, "BTC", True, 1000, 90, GTC)
        assert perpetual["error"].startswith("Insufficient margin")


async def test_an_owner_approves_an_agent_and_nobody_else_signs() -> None:
    async with simulated() as it:
        stranger = await it.sdk(OTHER_KEY)
        refused = await asyncio.to_thread(stranger.order, PAIR, True, 1, 90, GTC)
        assert refused["status"] == "err"
        assert "does not exist" in refused["response"]
        owner = await it.sdk(WALLET_KEY)
        approved, key = await asyncio.to_thread(owner.approve_agent, "another")
        assert approved["status"] == "ok"
        agent = await it.sdk(key)
        assert "resting" in await status_of(agent.order, PAIR, True, 1, 90, GTC)
        agents = await asyncio.to_thread(owner.info.extra_agents, WALLET)
        assert [each["name"] for each in agents] == ["tradebook", "another"]


async def test_it_trades_for_a_sub_account_that_its_master_owns() -> None:
    async with simulated() as it:
        sdk = await it.sdk(vault=SUB_ACCOUNT)
        assert "resting" in await status_of(sdk.order, PAIR, True, 1, 90, GTC)
        assert len(await asyncio.to_thread(sdk.info.open_orders, SUB_ACCOUNT)) == 1
        other = await it.sdk(vault="0x" + "8" * 40)
        refused = await asyncio.to_thread(other.order, PAIR, True, 1, 90, GTC)
        assert refused["response"].startswith("Vault not registered")


async def test_it_sets_leverage_the_dead_mans_switch_and_an_expiry() -> None:
    async with simulated() as it:
        sdk = await it.sdk()
        assert (await does(sdk.update_leverage, 10, "BTC"))["type"] == "default"
        now = round(time.time() * 1000)
        assert (await does(sdk.schedule_cancel, now + 60_000))["type"] == "default"
        early = await asyncio.to_thread(sdk.schedule_cancel, now)
        assert early["status"] == "err"
        sdk.set_expires_after(now - 1)
        late = await asyncio.to_thread(sdk.order, PAIR, True, 1, 90, GTC)
        assert "expire" in late["response"]


async def test_it_opens_and_closes_a_position_and_reads_it() -> None:
    async with simulated() as it:
        sdk = await it.sdk()
        assert (await does(sdk.update_leverage, 5, "BTC", False))["type"] == "default"
        opened = (await status_of(sdk.market_open, "BTC", True, 2))["filled"]
        assert (opened["totalSz"], opened["avgPx"]) == ("2", "101")
        state = await asyncio.to_thread(sdk.info.user_state, WALLET)
        (held,) = [each["position"] for each in state["assetPositions"]]
        assert (held["szi"], held["leverage"]["type"], held["marginUsed"]) == ("2", "isolated", "40.4")
        it.exchange.venue.exchanges.perpetuals.clearing.fund()
        (paid,) = await asyncio.to_thread(sdk.info.user_funding_history, WALLET, 0)
        assert paid["delta"]["usdc"] == "-0.0025"
        closed = (await status_of(sdk.market_close, "BTC"))["filled"]
        assert closed["avgPx"] == "99"
        fills = await asyncio.to_thread(sdk.info.user_fills, WALLET)
        assert [(each["dir"], each["closedPnl"]) for each in fills] == [
            ("Close Long", "-4"),
            ("Open Long", "0"),
        ]


async def test_its_exits_wait_for_their_price() -> None:
    async with simulated() as it:
        sdk = await it.sdk()
        await status_of(sdk.market_open, "BTC", True, 2)
        stop = {"trigger": {"triggerPx": 95, "isMarket": True, "tpsl": "sl"}}
        placed = await status_of(sdk.order, "BTC", False, 2, 90, stop, reduce_only=True)
        (waits,) = await asyncio.to_thread(sdk.info.frontend_open_orders, WALLET)
        assert (waits["oid"], waits["orderType"]) == (placed["resting"]["oid"], "Stop Market")
        it.exchange.quote("94", "95")
        it.exchange.print("94")
        assert not (await asyncio.to_thread(sdk.info.user_state, WALLET))["assetPositions"]


async def test_an_owner_moves_money_between_his_wallets() -> None:
    async with simulated() as it:
        owner = await it.sdk(WALLET_KEY)
        moved = await asyncio.to_thread(owner.usd_class_transfer, 400, True)
        assert moved["status"] == "ok"
        state = await asyncio.to_thread(owner.info.user_state, WALLET)
        assert state["withdrawable"] == "1400"
        ledger = await asyncio.to_thread(owner.info.user_non_funding_ledger_updates, WALLET, 0)
        assert ledger[0]["delta"] == {"type": "accountClassTransfer", "usdc": "400", "toPerp": True}


async def test_it_hears_its_orders_and_fills() -> None:
    async with simulated() as it:
        info = await asyncio.to_thread(Info, it.url)
        heard: list[Any] = []
        for kind in ("orderUpdates", "userFills", "userEvents"):
            info.subscribe({"type": kind, "user": WALLET}, heard.append)
        await eventually(lambda: any(each["channel"] == "userFills" for each in heard))
        sdk = await it.sdk()
        await status_of(sdk.market_open, PAIR, True, 0.5)
        await eventually(lambda: {"orderUpdates", "userFills", "user"} <= {each["channel"] for each in heard})
        told = [each["data"] for each in heard if each["channel"] == "userFills"]
        assert [(each.get("isSnapshot"), len(each["fills"])) for each in told] == [(True, 0), (None, 1)]
        await asyncio.to_thread(info.disconnect_websocket)
