"""The simulated Hyperliquid trades perpetuals and tells of positions as its documentation says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.support.simulated_binance import HandClock
from tests.support.simulated_hyperliquid import OTHER_KEY, WALLET, Exchange, an_order

from tradebook.kernel.clock import Clock
from tradebook.venues.messages.account import Cause

PERP = 0
"""How orders name it."""


class Perpetuals(Exchange):
    """At 99 to 101, traded at 100."""

    def __init__(self, clock: Clock, **more: Any) -> None:
        super().__init__(clock, {"USDC": "100"}, collateral="1000", **more)
        self.quote("99", "101", size="100")
        self.print("100")

    def order(self, side: str, size: str, price: str, **more: Any) -> Any:
        """What became of it."""
        (status,) = self.act(an_order(side, size, price, asset=PERP, **more))["response"]["data"]["statuses"]
        return status

    def at_market(self, side: str, size: str, **more: Any) -> Any:
        return self.order(side, size, "200" if side == "buy" else "20", tif="Ioc", **more)

    def lever(self, leverage: int, *, is_cross: bool = True, asset: int = PERP) -> Any:
        wanted = {"asset": asset, "isCross": is_cross, "leverage": leverage}
        return self.act({"type": "updateLeverage", **wanted})

    def positions(self) -> list[tuple[str, str, str]]:
        """Coin, size and the price that it was opened at."""
        held = [each["position"] for each in self.ask("clearinghouseState")["assetPositions"]]
        return [(each["coin"], each["szi"], each["entryPx"]) for each in held]

    def statuses(self) -> list[str]:
        """Of all orders, oldest first."""
        return [each["status"] for each in reversed(self.ask("historicalOrders"))]


@pytest.fixture
def it() -> Perpetuals:
    return Perpetuals(HandClock())


def test_a_trade_opens_a_position_and_another_closes_it(it: Perpetuals) -> None:
    assert it.at_market("buy", "2")["filled"]["avgPx"] == "101"
    assert it.positions() == [("BTC", "2", "101")]
    it.quote("109", "111", size="100")
    it.at_market("sell", "3")
    it.at_market("buy", "1", reduce_only=True)
    assert it.positions() == []
    told = it.ask("userFillsByTime", startTime=0)
    assert [(each["dir"], each["startPosition"], each["closedPnl"], each["fee"]) for each in told] == [
        ("Open Long", "0", "0", "0.0909"),
        ("Long > Short", "2", "16", "0.14715"),
        ("Close Short", "-1", "-2", "0.04995"),
    ]
    assert {each["feeToken"] for each in told} == {"USDC"}


def test_what_secures_a_position_is_told_to_the_last_cent(it: Perpetuals) -> None:
    it.lever(10)
    it.at_market("buy", "2")
    state = it.ask("clearinghouseState")
    # 1000, less a fee of 0.0909, less what is lost at the middle of the market.
    assert state["marginSummary"] == {
        "accountValue": "997.9091",
        "totalNtlPos": "200",
        "totalRawUsd": "797.9091",
        "totalMarginUsed": "20.2",
    }
    assert (state["withdrawable"], state["crossMaintenanceMarginUsed"]) == ("977.7091", "2.5")
    (held,) = [each["position"] for each in state["assetPositions"]]
    assert (held["unrealizedPnl"], held["positionValue"], held["leverage"]) == (
        "-2",
        "200",
        {"type": "cross", "value": 10},
    )


def test_an_isolated_position_is_secured_by_itself(it: Perpetuals) -> None:
    it.lever(10, is_cross=False)
    it.at_market("sell", "2")
    state = it.ask("clearinghouseState")
    assert state["crossMarginSummary"]["totalMarginUsed"] == "0"
    assert state["assetPositions"][0]["position"]["leverage"]["type"] == "isolated"
    assert it.lever(10)["response"] == "Cannot switch leverage type with open position."


@pytest.mark.parametrize(("leverage", "asset"), [(41, PERP), (0, PERP), (5, 7), (5, 10_001)])
def test_leverage_that_there_is_not_is_refused(it: Perpetuals, leverage: int, asset: int) -> None:
    assert it.lever(leverage, asset=asset)["status"] == "err"


def test_what_a_position_would_be_opened_with_is_told_before(it: Perpetuals) -> None:
    told = it.ask("activeAssetData", coin="BTC")
    assert told["leverage"] == {"type": "cross", "value": 20}
    it.lever(5)
    told = it.ask("activeAssetData", coin="BTC")
    assert (told["leverage"]["value"], told["maxTradeSzs"], told["availableToTrade"]) == (
        5,
        ["50", "50"],
        ["1000", "1000"],
    )


@pytest.mark.parametrize(
    ("order", "complaint"),
    [
        (("buy", "500", "100"), "Insufficient margin"),
        (("buy", "0.05", "100"), "Order must have minimum value of $10"),
        (("buy", "1", "100.0001"), "Price must be divisible by tick size"),
    ],
)
def test_what_the_rules_keep_out_is_refused(
    it: Perpetuals, order: tuple[str, str, str], complaint: str
) -> None:
    assert it.order(*order)["error"].startswith(complaint)
    assert it.ask("openOrders") == []
    (refused,) = it.ask("historicalOrders")
    cancel = it.act({"type": "cancel", "cancels": [{"a": PERP, "o": refused["order"]["oid"]}]})
    assert "already canceled" in json.dumps(cancel)


def test_an_order_that_only_reduces_never_adds(it: Perpetuals) -> None:
    refused = it.at_market("sell", "1", reduce_only=True)
    assert refused["error"].startswith("Reduce only order would increase position")
    it.at_market("buy", "1")
    assert it.at_market("sell", "3", reduce_only=True)["filled"]["totalSz"] == "1"
    assert it.positions() == []
    assert it.statuses()[-1] == "reduceOnlyCanceled"


def trigger(price: str, kind: str, *, is_market: bool = True) -> dict[str, Any]:
    return {"isMarket": is_market, "triggerPx": price, "tpsl": kind}


def test_exits_wait_for_their_price_and_then_trade(it: Perpetuals) -> None:
    it.at_market("buy", "2")
    it.order("sell", "1", "85", trigger=trigger("95", "sl"), reduce_only=True)
    it.order("sell", "1", "120", trigger=trigger("120", "tp", is_market=False), reduce_only=True)
    stop, profit = it.ask("frontendOpenOrders")
    assert (stop["orderType"], stop["triggerCondition"], stop["tif"]) == (
        "Stop Market",
        "Price below 95",
        None,
    )
    assert (profit["orderType"], profit["triggerCondition"]) == ("Take Profit Limit", "Price above 120")
    it.quote("94", "96", size="100")
    it.print("94")
    assert it.statuses() == ["filled", "filled", "open"]
    assert it.ask("orderStatus", oid=stop["oid"])["order"]["order"]["isTrigger"] is True
    assert it.positions() == [("BTC", "1", "101")]


def test_a_stop_trades_no_further_than_its_own_price(it: Perpetuals) -> None:
    it.at_market("buy", "2")
    it.order("sell", "2", "93", trigger=trigger("95", "sl"), reduce_only=True)
    it.quote("90", "91", size="100")
    it.print("90")
    assert it.statuses() == ["filled", "canceled"]
    assert it.positions() == [("BTC", "2", "101")]


@pytest.mark.parametrize(
    "waits", [trigger("101", "sl"), trigger("99", "tp"), trigger("95", "odd"), {"isMarket": True}]
)
def test_a_trigger_that_makes_no_sense_is_refused(it: Perpetuals, waits: dict[str, Any]) -> None:
    it.at_market("buy", "2")
    status, answer = it.post("/exchange", it.signed(an_order("sell", "1", "80", asset=PERP, trigger=waits)))
    if status == 200:
        assert "Invalid TP/SL price" in json.dumps(answer)
    else:
        assert status == 422


def test_pairs_have_no_triggers(it: Perpetuals) -> None:
    order = an_order("buy", "0.5", "120", trigger=trigger("120", "sl"))
    assert "Invalid TP/SL price" in json.dumps(it.act(order))


async def test_the_sides_pay_each_other_every_hour(it: Perpetuals) -> None:
    it.at_market("buy", "2")
    await it.clock.sleep(3600)
    it.quote("99", "101", size="100")
    (line,) = it.ask("userFunding", startTime=0)
    assert (line["delta"]["usdc"], line["delta"]["szi"], line["delta"]["fundingRate"]) == (
        "-0.0025",
        "2",
        "0.0000125",
    )
    assert it.ask("userFunding", startTime=line["time"] + 1) == []


async def test_a_position_that_is_not_secured_any_more_is_liquidated(it: Perpetuals) -> None:
    it.lever(20)
    it.at_market("buy", "90")
    it.order("buy", "1", "50")
    await it.clock.sleep(2)
    it.quote("90", "91", size="200")
    assert it.positions() == []
    fill = it.ask("userFills")[0]
    assert fill["liquidation"] == {"liquidatedUser": WALLET, "markPx": "90.5", "method": "market"}
    assert (fill["dir"], fill["closedPnl"]) == ("Close Long", "-990")
    assert it.ask("openOrders") == []


@pytest.mark.parametrize(
    ("cause", "word"), [(Cause.DELEVERAGING, "Auto-Deleveraging"), (Cause.SETTLEMENT, "Settlement")]
)
def test_what_the_venue_closes_for_other_reasons_is_named(it: Perpetuals, cause: Cause, word: str) -> None:
    it.at_market("sell", "2")
    wallet = it.customer.perpetuals
    it.venue.exchanges.perpetuals.clearing.close(wallet, wallet.positions()[0], cause)
    assert it.ask("userFills")[0]["dir"] == word


def test_an_owner_moves_usdc_between_his_wallets_and_nobody_else_does(it: Perpetuals) -> None:
    def collateral() -> str:
        return str(it.ask("clearinghouseState")["withdrawable"])

    assert it.move("40", to_perp=True)["status"] == "ok"
    assert collateral() == "1040"
    assert it.move("140", to_perp=False)["status"] == "ok"
    assert collateral() == "900"
    assert it.move("901", to_perp=False)["response"] == "Insufficient balance for transfer."
    assert it.move("1", to_perp=True, key=OTHER_KEY)["status"] == "err"
    told = it.ask("userNonFundingLedgerUpdates", startTime=0)
    assert [(each["delta"]["usdc"], each["delta"]["toPerp"]) for each in told] == [
        ("40", True),
        ("140", False),
    ]


def test_perpetuals_are_told_on_the_streams(it: Perpetuals) -> None:
    heard: list[Any] = []
    session = it.venue.open("/ws", lambda frame: heard.append(json.loads(frame)))
    assert session is not None
    for kind in ("orderUpdates", "userFills", "userFundings", "userEvents"):
        wanted = {"method": "subscribe", "subscription": {"type": kind, "user": WALLET}}
        session.received(json.dumps(wanted).encode())
    heard.clear()
    it.at_market("buy", "2")
    it.venue.exchanges.perpetuals.clearing.fund()
    channels = [each["channel"] for each in heard]
    assert channels == ["orderUpdates", "userFills", "user", "userFundings", "user"]
    assert heard[3]["data"]["fundings"][0]["usdc"] == "-0.0025"
