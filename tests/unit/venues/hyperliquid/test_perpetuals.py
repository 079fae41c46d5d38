"""Perpetuals as the adapter reads them: how they are settled, positions, leverage, funding, the wallets."""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

import pytest
from tests.support.hyperliquid import OWNER, USDC, at, perpetual, universe, wire
from tests.support.virtual_time import VirtualClock

from tradebook.trading.orders import MarginMode, OrderStatus
from tradebook.venues.hyperliquid.account_questions import AccountQuestions
from tradebook.venues.hyperliquid.funding import decode_funding_page
from tradebook.venues.hyperliquid.history import AccountHistory
from tradebook.venues.hyperliquid.ledger import decode_ledger
from tradebook.venues.hyperliquid.leverages import ToldLeverages, decode_active_asset
from tradebook.venues.hyperliquid.orders import decode_order_status
from tradebook.venues.hyperliquid.pages import Page, all_lines
from tradebook.venues.hyperliquid.private_stream import STREAMS, PrivateStream
from tradebook.venues.hyperliquid.reading import time_of
from tradebook.venues.hyperliquid.scopes import APART, POOLED, Scope, decode_scope
from tradebook.venues.hyperliquid.states import decode_perpetual_state
from tradebook.venues.hyperliquid.symbols import is_booked
from tradebook.venues.hyperliquid.triggers import TriggerPrices
from tradebook.venues.hyperliquid.wallets import PERP, SPOT, across
from tradebook.venues.messages.account import (
    Balance,
    BalanceChange,
    ExecType,
    ExecutionReport,
    FundingPayment,
    LeverageSetting,
    Position,
)

D = Decimal
BTC, ETH, SOL, AVAX, BNB = (perpetual(each) for each in ("BTC", "ETH", "SOL", "AVAX", "BNB"))
HASH = "0x" + "ab" * 32


# --- how it is settled


def test_a_perpetual_is_settled_in_its_collateral_and_half_of_the_least_margin_must_be_left() -> None:
    contract = universe().listed(BTC).instrument.contract
    assert contract is not None
    assert (contract.settle_asset, contract.settle_step) == (USDC, D("0.000001"))
    assert (contract.max_leverage, contract.maintenance_rate) == (D(50), D("0.01"))
    of_builder = universe().listed(perpetual("km:US500", "USDH")).instrument.contract
    assert of_builder is not None
    assert of_builder.settle_asset == "USDH"


@pytest.mark.parametrize(
    ("coin", "booked"),
    [
        ("BTC", True),
        ("kPEPE", True),
        ("@107", True),
        ("PURR/USDC", True),
        ("xyz:AAPL", False),
        ("#5", False),
        ("", False),
    ],
)
def test_what_happens_in_builders_dexs_is_not_booked(coin: str, *, booked: bool) -> None:
    assert is_booked(coin) is booked


# --- positions and collateral


def state(**position: str) -> bytes:
    told = {"coin": "BTC", "leverage": {"type": "cross", "value": 5}, **position}
    summary = {"accountValue": "1000.25", "totalMarginUsed": "40"}
    return wire({"assetPositions": [{"position": told}], "marginSummary": summary})


@pytest.mark.parametrize(
    ("szi", "value", "gained", "entry"),
    [("3", "302", "1", "100.3333333333333333333333333"), ("-3", "302", "1", "101")],
)
def test_what_a_position_was_opened_at_follows_to_the_last_digit(
    szi: str, value: str, gained: str, entry: str
) -> None:
    told = decode_perpetual_state(
        state(szi=szi, entryPx="100.33", positionValue=value, unrealizedPnl=gained), universe()
    )
    position, collateral = told
    assert isinstance(position, Position)
    assert (position.entry_price, position.margin_mode) == (D(entry), MarginMode.CROSS)
    assert isinstance(collateral, Balance)
    assert (collateral.total, collateral.wallet) == (D("999.25"), PERP)


def test_where_it_is_not_told_what_a_position_is_worth_its_price_is_believed() -> None:
    (position, _) = decode_perpetual_state(state(szi="3", entryPx="100.33", unrealizedPnl="1"), universe())
    assert isinstance(position, Position)
    assert position.entry_price == D("100.33")


# --- leverage


def test_what_a_position_would_be_opened_with_is_read() -> None:
    told = wire({"user": OWNER, "coin": "BTC", "leverage": {"type": "isolated", "value": 7, "rawUsd": "0"}})
    assert decode_active_asset(told, universe()) == LeverageSetting(
        instrument_id=BTC, leverage=D(7), margin_mode=MarginMode.ISOLATED
    )


def test_leverages_that_are_new_are_asked_for_first_and_then_one_in_turn() -> None:
    told = ToldLeverages()
    told.concern([BTC, ETH, SOL, AVAX, BNB])
    told.concern([ETH])
    asked = told.to_ask_for(known={BTC})
    assert asked == [ETH, SOL, AVAX]
    for each in asked:
        told.take(LeverageSetting(instrument_id=each, leverage=D(5)))
    assert told.to_ask_for(known={BTC}) == [BNB]
    told.take(LeverageSetting(instrument_id=BNB, leverage=D(5)))
    assert [told.to_ask_for(known={BTC}) for _ in range(5)] == [[ETH], [SOL], [AVAX], [BNB], [ETH]]


def test_the_last_that_was_told_of_a_leverage_counts() -> None:
    told = ToldLeverages()
    told.take_position(Position(instrument_id=BTC, quantity=D(1), entry_price=D(1), leverage=D(5), at=None))
    told.take(LeverageSetting(instrument_id=BTC, leverage=D(9), margin_mode=MarginMode.CROSS))
    assert [(each.instrument_id, each.leverage) for each in told.settings()] == [(BTC, D(9))]


# --- the two wallets


def moved(*deltas: dict[str, Any]) -> list[tuple[str, str]]:
    """What both wallets have together more or less."""
    lines = [{"time": 5, "hash": HASH, "delta": each} for each in deltas]
    told = across(decode_ledger(wire(lines), owner=OWNER), (SPOT, PERP))
    return [(each.wallet, str(each.amount)) for each in told]


@pytest.mark.parametrize("to_perp", [True, False])
def test_what_goes_between_spot_and_perpetuals_is_no_change(*, to_perp: bool) -> None:
    between = {"type": "accountClassTransfer", "usdc": "10", "toPerp": to_perp}
    deposit = {"type": "deposit", "usdc": "7"}
    assert moved(between) == []
    assert moved(between, deposit) == [(PERP, "7")]


def test_what_goes_to_a_builders_dex_is_gone() -> None:
    send = {"type": "send", "token": "USDC", "amount": "3", "user": OWNER, "destination": OWNER, "fee": "0"}
    assert moved({**send, "sourceDex": "", "destinationDex": "xyz"}) == [(PERP, "-3")]
    assert moved({**send, "sourceDex": "spot", "destinationDex": ""}) == []


@pytest.mark.parametrize(
    ("mode", "scope"),
    [
        ("default", APART),
        ("disabled", APART),
        ("dexAbstraction", APART),
        (None, APART),
        ("unifiedAccount", POOLED),
        ("portfolioMargin", POOLED),
        ("something new", POOLED),
    ],
)
def test_perpetuals_are_left_alone_where_one_balance_is_for_all(mode: str | None, scope: Scope) -> None:
    assert decode_scope(wire(mode)) is scope


# --- the stream


def heard(channel: str, data: Any, scope: Scope = APART) -> list[Any]:
    return list(
        PrivateStream(OWNER, universe(), lambda: scope).decode(wire({"channel": channel, "data": data}))
    )


PAID = {"coin": "BTC", "usdc": "-1.5", "szi": "2", "fundingRate": "0.0001", "time": 1724361546645}


def test_funding_is_heard_of_and_of_builders_dexs_it_is_not() -> None:
    assert "userFundings" in STREAMS
    other = {**PAID, "coin": "abc:NEW"}
    (told,) = heard("userFundings", {"user": OWNER, "fundings": [PAID, other]})
    assert isinstance(told, FundingPayment)
    assert (told.instrument_id, told.amount, told.reference) == (BTC, D("-1.5"), "")
    assert heard("userFundings", {"user": OWNER, "fundings": [PAID]}, POOLED) == []


def test_a_transfer_between_the_wallets_is_not_heard_of() -> None:
    line = {"type": "accountClassTransfer", "usdc": "10", "toPerp": True}
    ledger = {"user": OWNER, "nonFundingLedgerUpdates": [{"time": 5, "hash": HASH, "delta": line}]}
    assert heard("userNonFundingLedgerUpdates", ledger) == []
    (told,) = heard("userNonFundingLedgerUpdates", ledger, POOLED)
    assert isinstance(told, BalanceChange)
    assert (told.wallet, told.amount) == (SPOT, D(-10))


# --- orders that wait for a price


def an_update(status: str, status_at: int = 2, **more: Any) -> ExecutionReport:
    order = {"coin": "BTC", "side": "A", "limitPx": "90", "sz": "1", "oid": 7, "timestamp": 1, "origSz": "1"}
    update = {"order": {**order, "cloid": "0x1", **more}, "status": status, "statusTimestamp": status_at}
    told = decode_order_status(wire({"status": "order", "order": update}), universe())
    assert told is not None
    return told


@pytest.mark.parametrize(
    ("status_at", "waits", "stands"),
    [
        (1, True, OrderStatus.REJECTED),
        (2, True, OrderStatus.EXPIRED),
        (2, False, OrderStatus.REJECTED),
    ],
)
def test_an_order_that_waited_before_it_was_rejected_has_ended(
    status_at: int, stands: OrderStatus, *, waits: bool
) -> None:
    told = an_update("perpMarginRejected", status_at, isTrigger=waits, triggerPx="95")
    assert (told.status, told.reason) == (stands, "perpMarginRejected")


def test_the_price_that_has_come_is_the_one_that_was_waited_for() -> None:
    prices = TriggerPrices()
    triggered, rejected = an_update("triggered"), an_update("perpMarginRejected")
    assert prices.read(triggered).stop_price is None
    prices.learn("0x1", D(95))
    prices.learn("0x2", None)
    assert prices.read(rejected).exec_type is ExecType.REJECTED
    assert prices.read(triggered).stop_price == D(95)
    assert prices.read(an_update("open")).stop_price is None
    ended = prices.read(rejected)
    assert (ended.exec_type, ended.status) == (ExecType.EXPIRED, OrderStatus.EXPIRED)


# --- history


def test_funding_is_read_of_the_coins_that_are_booked() -> None:
    lines = [
        {"time": 5, "hash": HASH, "delta": {"type": "funding", **PAID}},
        {"time": 9, "hash": HASH, "delta": {"type": "funding", **PAID, "coin": "xyz:AAPL"}},
    ]
    page = decode_funding_page(wire(lines), universe(), takes=is_booked)
    assert ([each.instrument_id for each in page.lines], page.length, page.last_at) == ([BTC], 2, at(9))
    assert decode_funding_page(b"[]", universe(), takes=is_booked) == Page([], 0, None)


def test_pages_are_asked_for_until_one_is_not_full_and_each_line_is_told_once() -> None:
    lines = [1, 2, 2, 3, 4, 5]
    asked: list[datetime] = []

    async def page_from(start: datetime) -> Page[int]:
        asked.append(start)
        found = [each for each in lines if at(each) >= start][:3]
        return Page(found, len(found), at(found[-1]))

    told = asyncio.run(all_lines(page_from, at(0), full=3, key_of=lambda each: each))
    assert told == [1, 2, 3, 4, 5]
    assert asked == [at(0), at(2), at(3), at(5)]


def test_what_is_behind_a_moment_that_fills_an_answer_is_asked_for() -> None:
    lines = [1, 2, 3, 3, 3, 3, 4, 5]

    async def page_from(start: datetime) -> Page[int]:
        found = [each for each in lines if at(each) >= start][:3]
        return Page(found, len(found), at(found[-1]) if found else None)

    told = asyncio.run(all_lines(page_from, at(0), full=3, key_of=lambda each: each))
    assert told == [1, 2, 3, 4, 5]


def test_fills_are_asked_for_until_all_are_told_though_an_answer_ends_after_so_many_blocks() -> None:
    of_btc: dict[str, Any] = {
        "coin": "BTC",
        "px": "1",
        "sz": "1",
        "side": "B",
        "oid": 1,
        "crossed": True,
        "fee": "0",
    }
    fills = [{**of_btc, "tid": number, "time": 1_000 + number // 2} for number in range(1_300)]

    class Venue:
        async def ask(self, question: str, *, startTime: int, **_: object) -> bytes:  # noqa: N803  # its word
            assert question == "userFillsByTime"
            return wire([each for each in fills if startTime <= each["time"] < startTime + 500])

    history = AccountHistory(cast("Any", Venue()), universe(), OWNER, lambda: is_booked)
    found = asyncio.run(history.fills_since(time_of(1_000)))
    assert len(found) == 1_300


AT_ONCE = {"tif": "Ioc"}
AT_ITS_PRICE = {"tif": None, "orderType": "Stop Market", "isTrigger": True, "triggerPx": "1"}


@pytest.mark.parametrize("takes", [AT_ONCE, AT_ITS_PRICE])
@pytest.mark.parametrize(
    ("sizes", "status"),
    [((), OrderStatus.FILLED), (("1",), OrderStatus.EXPIRED), (("1", "2"), OrderStatus.FILLED)],
)
def test_an_order_that_takes_what_there_is_has_not_ended_before_any_of_its_fills_is_told(
    takes: dict[str, Any], sizes: tuple[str, ...], status: OrderStatus
) -> None:
    order = {"coin": "BTC", "side": "B", "limitPx": "1", "sz": "3", "origSz": "3", "oid": 1, **takes}
    told = {"order": {**order, "timestamp": 1_000}, "status": "filled", "statusTimestamp": 1_000}
    of_btc: dict[str, Any] = {"coin": "BTC", "px": "1", "side": "B", "oid": 1, "crossed": True, "fee": "0"}

    class Venue:
        async def ask(self, question: str, **_: object) -> bytes:
            if question == "orderStatus":
                return wire({"status": "order", "order": told})
            return wire([{**of_btc, "sz": each, "tid": each, "time": 1_000} for each in sizes])

    asks = AccountQuestions(cast("Any", Venue()), universe(), OWNER, TriggerPrices(), VirtualClock())
    found = asyncio.run(asks.order(1))
    assert found is not None
    assert found.status == status
    assert found.cumulative_quantity == (D(1) if status is OrderStatus.EXPIRED else D(3))
