"""What the venue says that no recording has: pushes, rare statuses, kinds of money moving, mistakes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.hyperliquid import USDC, at, perpetual, universe, wire

from tradebook.kernel.ids import Asset
from tradebook.market.values import Candle, Interval, Quote
from tradebook.trading.orders import OrderStatus, OrderType, Side, TimeInForce
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.hyperliquid.account_data import decode_account
from tradebook.venues.hyperliquid.fills import decode_fills, decode_twap_fills
from tradebook.venues.hyperliquid.ledger import decode_ledger
from tradebook.venues.hyperliquid.market_data import decode_book, decode_market
from tradebook.venues.hyperliquid.orders import decode_order_status
from tradebook.venues.hyperliquid.permissions import decode_fees, decode_role
from tradebook.venues.hyperliquid.quiet import QUIET
from tradebook.venues.hyperliquid.staking import decode_staking
from tradebook.venues.hyperliquid.states import decode_perpetual_state
from tradebook.venues.hyperliquid.statuses import LIFETIMES, ORDER_TYPES, REASONS, STATUSES
from tradebook.venues.messages.account import (
    BalanceReason,
    Cause,
    ExecType,
    FeeRates,
    FundingPayment,
    KeyPermissions,
    VenueProblem,
)
from tradebook.venues.messages.instruments import InstrumentKind
from tradebook.venues.messages.market import CandleUpdate, LastPrice, MarkPrice

D = Decimal
BTC = perpetual("BTC")
OWNER = "0x" + "a" * 40
OTHER = "0x" + "b" * 40
HASH = "0x" + "c" * 64


# --- market


def bbo(bid: Any, ask: Any, coin: str = "BTC") -> bytes:
    return wire({"channel": "bbo", "data": {"coin": coin, "time": 1761786491067, "bbo": [bid, ask]}})


def test_the_best_bid_and_offer_of_a_block_is_a_quote() -> None:
    frame = bbo({"px": "110427.0", "sz": "4.1", "n": 12}, {"px": "110428.0", "sz": "3.7", "n": 9})
    assert decode_market(frame, universe()) == (
        Quote(
            instrument_id=BTC,
            bid=D("110427.0"),
            bid_size=D("4.1"),
            ask=D("110428.0"),
            ask_size=D("3.7"),
            at=at(1761786491067),
            sequence=1761786491067,
        ),
    )


def test_a_side_where_nobody_stands_makes_no_quote_and_no_zero() -> None:
    assert decode_market(bbo(None, {"px": "1", "sz": "1", "n": 1}), universe()) == ()


def test_a_pushed_candle_may_still_change() -> None:
    line = {"s": "BTC", "i": "1m", "t": 60_000, "T": 119_999, "n": 3}
    prices = {"o": "1.0", "h": "3.0", "l": "0.5", "c": "2.0", "v": "7.5"}
    assert decode_market(wire({"channel": "candle", "data": {**line, **prices}}), universe()) == (
        CandleUpdate(
            candle=Candle(
                instrument_id=BTC,
                interval=Interval.M1,
                start=at(60_000),
                open=D("1.0"),
                high=D("3.0"),
                low=D("0.5"),
                close=D("2.0"),
                volume=D("7.5"),
                trade_count=3,
            ),
            is_closed=False,
        ),
    )
    with pytest.raises(UndecodableFrame, match="'3d' is not one of ours"):
        decode_market(wire({"channel": "candle", "data": {**line, **prices, "i": "3d"}}), universe())


@pytest.mark.parametrize("channel", ["activeAssetCtx", "activeSpotAssetCtx"])
def test_the_context_of_one_coin_is_pushed_too(channel: str) -> None:
    data = {"coin": "BTC", "ctx": {"markPx": "77562.0", "midPx": "77558.5", "funding": "0.0001"}}
    assert decode_market(wire({"channel": channel, "data": data}), universe()) == [
        MarkPrice(instrument_id=BTC, mark=D("77562.0"), funding_rate=D("0.0001"), at=None),
        LastPrice(instrument_id=BTC, price=D("77558.5"), at=None),
    ]


@pytest.mark.parametrize("channel", QUIET)
def test_quiet_frames_say_nothing(channel: str) -> None:
    frame = wire({"channel": channel, "data": {"method": "subscribe"}})
    assert decode_market(frame, universe()) == ()
    assert decode_account(frame, universe(), owner=OWNER) == ()


@pytest.mark.parametrize(
    ("frame", "detail"),
    [
        (b"{", "truncated"),
        (wire({"channel": "surprise", "data": {}}), r"\$.channel"),
        (bbo({"px": "abc", "sz": "1"}, None), r"px|bbo"),
        (bbo({"px": "1", "sz": "1"}, {"px": "2", "sz": "1"}, "NEW"), "'NEW' is not listed"),
    ],
)
def test_what_cannot_be_read_names_the_field(frame: bytes, detail: str) -> None:
    with pytest.raises(UndecodableFrame, match=detail) as refused:
        decode_market(frame, universe())
    assert refused.value.figures["venue"] == "hyperliquid"


numbers = st.decimals(min_value=0, max_value=D(10) ** 15, allow_nan=False, places=12)


@given(price=numbers, size=numbers)
def test_figures_never_lose_a_digit(price: Decimal, size: Decimal) -> None:
    level = {"px": f"{price:f}", "sz": f"{size:f}"}
    update = decode_book(wire({"coin": "BTC", "time": 1, "levels": [[level], []]}), universe())
    assert (str(update.bids[0].price), str(update.bids[0].size)) == (str(D(level["px"])), str(D(level["sz"])))
    assert f"{update.bids[0].price:f}" == level["px"]


# --- orders

DOCUMENTED = """
open filled canceled triggered rejected marginCanceled vaultWithdrawalCanceled openInterestCapCanceled
selfTradeCanceled reduceOnlyCanceled siblingFilledCanceled delistedCanceled liquidatedCanceled scheduledCancel
tickRejected minTradeNtlRejected perpMarginRejected reduceOnlyRejected badAloPxRejected iocCancelRejected
badTriggerPxRejected marketOrderNoLiquidityRejected positionIncreaseAtOpenInterestCapRejected
positionFlipAtOpenInterestCapRejected tooAggressiveAtOpenInterestCapRejected openInterestIncreaseRejected
insufficientSpotBalanceRejected oracleRejected perpMaxPositionRejected
"""
"""The table of order statuses in the venue's documentation of the info endpoint."""
UNDOCUMENTED = {
    "outcomeSettledCanceled",
    "outcomeSettledRejected",
    "internalCancel",
    "minTradeSpotNtlRejected",
    "tooManyOpenOrdersRejected",
}


def order(**changes: Any) -> dict[str, Any]:
    return {
        "coin": "BTC",
        "side": "A",
        "limitPx": "2412.7",
        "sz": "0.4",
        "oid": 1,
        "timestamp": 1724361546645,
        "isTrigger": False,
        "triggerPx": "0.0",
        "children": [],
        "isPositionTpsl": False,
        "reduceOnly": True,
        "orderType": "Limit",
        "origSz": "1.0",
        "tif": "Gtc",
        "cloid": None,
        **changes,
    }


def status_of(status: str, **changes: Any) -> Any:
    update = {"order": order(**changes), "status": status, "statusTimestamp": 1724361546700}
    return decode_order_status(wire({"status": "order", "order": update}), universe())


def test_every_status_of_the_documentation_has_a_meaning() -> None:
    assert set(STATUSES) == set(DOCUMENTED.split()) | UNDOCUMENTED


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_means_what_its_name_says(status: str) -> None:
    report = status_of(status)
    if status in ("open", "triggered"):
        assert report.status is OrderStatus.PARTIALLY_FILLED
    elif status == "filled":
        assert (report.status, report.cumulative_quantity) == (OrderStatus.FILLED, D("1.0"))
    elif status.endswith("ejected"):
        assert report.status is OrderStatus.REJECTED
    else:
        assert report.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
    if status != "filled":
        assert report.cumulative_quantity == D("0.6")
    is_expected = status in ("open", "filled", "triggered")
    assert report.reason == ("" if is_expected else REASONS.get(status, status))
    assert report.at == at(1724361546700)


def test_an_order_that_nothing_of_was_filled_is_new() -> None:
    report = status_of("open", sz="1.0")
    assert (report.exec_type, report.status) == (ExecType.NEW, OrderStatus.ACCEPTED)


def test_a_trigger_that_came_is_told_as_one() -> None:
    report = status_of("triggered", sz="1.0", isTrigger=True, triggerPx="103.0", orderType="Stop Market")
    assert (report.exec_type, report.status) == (ExecType.TRIGGERED, OrderStatus.ACCEPTED)
    assert (report.type, report.stop_price, report.price) == (OrderType.STOP, D("103.0"), None)


@pytest.mark.parametrize("order_type", ORDER_TYPES)
@pytest.mark.parametrize("tif", [*LIFETIMES, None])
def test_types_and_lifetimes_are_told(order_type: str, tif: str | None) -> None:
    report = status_of("open", orderType=order_type, tif=tif)
    assert report.type is ORDER_TYPES[order_type]
    assert report.post_only == (tif == "Alo")
    assert (report.time_in_force is None) == (tif is None)
    assert (report.cause is Cause.LIQUIDATION) == (tif == "LiquidationMarket")
    has_price = order_type in ("Limit", "Stop Limit", "Take Profit Limit")
    assert report.price == (D("2412.7") if has_price else None)


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"side": "X"}, "'X' is not listed"),
        ({"orderType": "Trailing Stop"}, "'Trailing Stop' is not listed"),
        ({"tif": "Fok"}, "'Fok' is not listed"),
        ({"coin": "NEW"}, "'NEW' is not listed"),
        ({"sz": "1.5"}, "sz is more than origSz"),
    ],
)
def test_an_order_that_is_not_understood_is_not_guessed_at(changes: dict[str, Any], detail: str) -> None:
    with pytest.raises(UndecodableFrame, match=detail):
        status_of("open", **changes)


def test_an_unknown_status_is_not_taken_for_another() -> None:
    with pytest.raises(UndecodableFrame, match="'pondering' is not known"):
        status_of("pondering")


def test_an_order_that_the_venue_does_not_know_is_none() -> None:
    assert decode_order_status(b'{"status":"unknownOid"}', universe()) is None
    with pytest.raises(UndecodableFrame, match="without an order"):
        decode_order_status(b'{"status":"order"}', universe())


def test_exits_of_a_position_close_whatever_there_is() -> None:
    report = status_of("open", sz="0.0", origSz="0.0", isPositionTpsl=True, orderType="Take Profit Market")
    assert (report.close_position, report.quantity) == (True, D("0.0"))


# --- fills


def fill(**changes: Any) -> dict[str, Any]:
    return {
        "coin": "BTC",
        "px": "100.0",
        "sz": "0.5",
        "side": "B",
        "time": 1724361546645,
        "startPosition": "0.0",
        "dir": "Open Long",
        "closedPnl": "0.0",
        "hash": HASH,
        "oid": 7,
        "crossed": True,
        "fee": "-0.01",
        "tid": 9,
        "feeToken": "USDC",
        **changes,
    }


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("Close Short", Cause.ORDER),
        ("Long > Short", Cause.ORDER),
        ("Buy", Cause.ORDER),
        ("Liquidated Cross Long", Cause.LIQUIDATION),
        ("Liquidated Isolated Short", Cause.LIQUIDATION),
        ("Auto-Deleveraging", Cause.DELEVERAGING),
        ("Settlement", Cause.SETTLEMENT),
        ("Spot Dust Conversion", Cause.VENUE),
    ],
)
def test_a_fill_says_who_caused_it(words: str, cause: Cause) -> None:
    (told,) = decode_fills(wire([fill(dir=words)]), universe(), owner=OWNER)
    assert told.cause is cause


def test_a_rebate_is_a_negative_fee() -> None:
    (told,) = decode_fills(wire([fill()]), universe(), owner=OWNER)
    assert (told.fee, told.fee_asset, told.side) == (D("-0.01"), USDC, Side.BUY)


def test_a_fill_has_one_id_however_it_is_told() -> None:
    asked = decode_fills(wire([fill()]), universe(), owner=OWNER)
    sliced = decode_twap_fills(wire([{"fill": fill(), "twapId": 3}]), universe(), owner=OWNER)
    user = {"isSnapshot": True, "user": OWNER}
    frames = [
        {"channel": "userFills", "data": {**user, "fills": [fill()]}},
        {"channel": "user", "data": {"fills": [fill()]}},
        {"channel": "user", "data": {"twapSliceFills": [{"fill": fill(), "twapId": 3}]}},
        {
            "channel": "userTwapSliceFills",
            "data": {**user, "twapSliceFills": [{"fill": fill(), "twapId": 3}]},
        },
    ]
    pushed = [decode_account(wire(frame), universe(), owner=OWNER) for frame in frames]
    assert asked == sliced
    assert pushed == [asked] * 4


# --- what else is pushed about an account


def test_orders_funding_ledger_and_states_are_pushed_as_they_are_answered() -> None:
    def pushed(channel: str, data: Any) -> Any:
        return decode_account(wire({"channel": channel, "data": data}), universe(), owner=OWNER)

    paid = {"coin": "BTC", "usdc": "-1.5", "szi": "2.0", "fundingRate": "0.0001", "time": 1724361546645}
    payment = FundingPayment(
        instrument_id=BTC,
        asset=USDC,
        amount=D("-1.5"),
        rate=D("0.0001"),
        quantity=D("2.0"),
        at=at(1724361546645),
    )
    assert pushed("userFundings", {"user": OWNER, "fundings": [paid]}) == [payment]
    assert pushed("user", {"funding": paid}) == [payment]

    line = {"time": 5, "hash": HASH, "delta": {"type": "deposit", "usdc": "7"}}
    ledger = pushed("userNonFundingLedgerUpdates", {"user": OWNER, "nonFundingLedgerUpdates": [line]})
    assert ledger == decode_ledger(wire([line]), owner=OWNER)

    state = {"assetPositions": [], "marginSummary": {"accountValue": "5", "totalMarginUsed": "1"}}
    answered = decode_perpetual_state(wire(state), universe(), dex="km")
    assert [each.asset for each in answered] == [Asset("USDH")]  # type: ignore[union-attr]  # balances are all that it tells
    assert pushed("clearinghouseState", {"dex": "km", "user": OWNER, "clearinghouseState": state}) == answered
    both = pushed("allDexsClearinghouseState", {"user": OWNER, "clearinghouseStates": [["km", state]]})
    assert both == answered

    (spot,) = pushed("spotState", {"spotState": {"balances": [{"coin": "HYPE", "total": "2", "hold": "1"}]}})
    assert (spot.asset, spot.available) == ("HYPE", D(1))
    (rests,) = pushed("openOrders", {"dex": "", "user": OWNER, "orders": [order()]})
    assert (rests.status, rests.exec_type) == (OrderStatus.PARTIALLY_FILLED, ExecType.STATUS)
    assert rests.time_in_force is TimeInForce.GTC


def test_events_that_other_streams_tell_better_are_left_to_them() -> None:
    for event in ({"nonUserCancel": [{"coin": "BTC", "oid": 1}]}, {"liquidation": {"lid": 3}}):
        assert decode_account(wire({"channel": "user", "data": event}), universe(), owner=OWNER) == []


def test_a_stream_that_is_refused_is_a_problem() -> None:
    frame = wire({"channel": "error", "data": "Invalid subscription"})
    problem = VenueProblem(code="stream", message="Invalid subscription")
    assert decode_account(frame, universe(), owner=OWNER) == [problem]


def test_an_unknown_margin_mode_is_not_taken_for_another() -> None:
    position = {"coin": "BTC", "szi": "1", "unrealizedPnl": "0", "leverage": {"type": "odd", "value": 2}}
    with pytest.raises(UndecodableFrame, match="'odd' is not known"):
        decode_perpetual_state(wire({"assetPositions": [{"position": position}]}), universe())


# --- money


def moves(delta: dict[str, Any], owner: str = OWNER) -> list[tuple[str, str, str, str]]:
    """Asset, amount, reason and wallet of what moved."""
    told = decode_ledger(wire([{"time": 5, "hash": HASH, "delta": delta}]), owner=owner)
    assert all(each.reference == HASH and each.at == at(5) for each in told)
    return [(each.asset, str(each.amount), each.reason.value, each.wallet) for each in told]


TRANSFER, FEE, REWARD = "transfer", "fee", "reward"
BETWEEN = {"user": OWNER, "destination": OTHER}
SENT = {"token": "HYPE", "amount": "3", "fee": "1", "feeToken": "", "nativeTokenFee": "0.5", **BETWEEN}
WITHDRAWN = {"type": "vaultWithdraw", "vault": OTHER, "user": OWNER, "netWithdrawnUsd": "4"}


@pytest.mark.parametrize(
    ("delta", "sender", "recipient"),
    [
        (
            {"type": "internalTransfer", "usdc": "5", "fee": "1", **BETWEEN},
            [("USDC", "-5", TRANSFER, "perp"), ("USDC", "-1", FEE, "perp")],
            [("USDC", "5", TRANSFER, "perp")],
        ),
        (
            {"type": "subAccountTransfer", "usdc": "5", **BETWEEN},
            [("USDC", "-5", TRANSFER, "perp")],
            [("USDC", "5", TRANSFER, "perp")],
        ),
        (
            {"type": "spotTransfer", **SENT},
            [
                ("HYPE", "-3", TRANSFER, "spot"),
                ("USDC", "-1", FEE, "spot"),
                ("HYPE", "-0.5", FEE, "spot"),
            ],
            [("HYPE", "3", TRANSFER, "spot")],
        ),
        (
            {"type": "send", "sourceDex": "", "destinationDex": "xyz", **SENT, "nativeTokenFee": "0"},
            [("HYPE", "-3", TRANSFER, "perp"), ("USDC", "-1", FEE, "perp")],
            [("HYPE", "3", TRANSFER, "perp:xyz")],
        ),
        (
            {"type": "vaultDeposit", "vault": OTHER, "usdc": "4"},
            [("USDC", "-4", TRANSFER, "perp")],
            [("USDC", "4", TRANSFER, "perp")],
        ),
        (
            {"type": "vaultDistribution", "vault": OTHER, "usdc": "4"},
            [("USDC", "4", TRANSFER, "perp")],
            [("USDC", "-4", TRANSFER, "perp")],
        ),
        (WITHDRAWN, [("USDC", "4", TRANSFER, "perp")], [("USDC", "-4", TRANSFER, "perp")]),
    ],
    ids=lambda each: each["type"] if isinstance(each, dict) else "",
)
def test_money_between_two_accounts_is_seen_from_both_sides(
    delta: dict[str, Any], sender: list[Any], recipient: list[Any]
) -> None:
    assert moves(delta) == sender
    assert moves(delta, owner=OTHER) == recipient


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        ({"type": "accountClassTransfer", "usdc": "2", "toPerp": True}, ["-2 spot", "2 perp"]),
        (
            {"type": "send", **SENT, "sourceDex": "spot", "destinationDex": "", "destination": OWNER},
            ["-3 spot", "-1 spot", "-0.5 spot", "3 perp"],
        ),
        ({"type": "spotGenesis", "token": "HYPE", "amount": "9"}, ["9 spot"]),
        ({"type": "rewardsClaim", "token": "HYPE", "amount": "9"}, ["9 spot"]),
        ({"type": "deployGasAuction", "token": "HYPE", "amount": "9"}, ["-9 spot"]),
        ({"type": "cStakingTransfer", "token": "HYPE", "amount": "9", "isDeposit": True}, ["-9 spot"]),
        ({"type": "cStakingTransfer", "token": "HYPE", "amount": "9", "isDeposit": False}, ["9 spot"]),
        ({"type": "vaultCreate", "vault": OTHER, "usdc": "100", "fee": "10"}, ["-100 perp", "-10 perp"]),
        ({"type": "vaultLeaderCommission", "user": OWNER, "usdc": "6"}, ["6 perp"]),
        ({"type": "liquidation", "liquidatedNtlPos": "1", "accountValue": "0"}, []),
    ],
    ids=lambda each: each["type"] if isinstance(each, dict) else "",
)
def test_money_that_moves_within_an_account_or_comes_from_the_venue(
    delta: dict[str, Any], expected: list[str]
) -> None:
    assert [f"{amount} {wallet}" for _, amount, _, wallet in moves(delta)] == expected


def test_a_withdrawal_says_what_of_it_the_bridge_keeps() -> None:
    delta = {"type": "withdraw", "usdc": "100", "nonce": 1, "fee": "1"}
    (told,) = decode_ledger(wire([{"time": 5, "hash": HASH, "delta": delta}]), owner=OWNER)
    assert (told.amount, told.fee, told.reason) == (D(-100), D(1), BalanceReason.WITHDRAWAL)


def test_money_that_moved_in_an_unknown_way_is_not_left_out() -> None:
    with pytest.raises(UndecodableFrame, match="someNewThing"):
        moves({"type": "someNewThing", "usdc": "5"})
    with pytest.raises(UndecodableFrame, match="`usdc`"):
        moves({"type": "deposit"})


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        ({"delegate": {"amount": "5", "isUndelegate": True}}, ["-5 delegated", "5 staking"]),
        ({"withdrawal": {"amount": "5", "phase": "initiated"}}, ["-5 staking", "5 unstaking"]),
        ({"withdrawal": {"amount": "5", "phase": "finalized"}}, ["-5 unstaking"]),
    ],
)
def test_what_is_unstaked_comes_back_in_steps(delta: dict[str, Any], expected: list[str]) -> None:
    told = decode_staking(wire([{"time": 5, "hash": HASH, "delta": delta}]))
    assert [f"{each.amount} {each.wallet}" for each in told] == expected
    with pytest.raises(UndecodableFrame, match="a delta that is not known"):
        decode_staking(wire([{"time": 5, "hash": HASH, "delta": {"other": {}}}]))


# --- keys and fees


@pytest.mark.parametrize(
    ("role", "can_trade", "can_withdraw"),
    [("user", True, True), ("agent", True, False), ("subAccount", False, False), ("missing", False, None)],
)
def test_only_an_agents_key_trades_and_cannot_withdraw(
    role: str, can_trade: bool, can_withdraw: bool | None
) -> None:
    expected = KeyPermissions(can_read=True, can_trade=can_trade, can_withdraw=can_withdraw)
    assert decode_role(wire({"role": role, "data": {}})) == expected


def test_an_unknown_role_is_not_taken_for_another() -> None:
    with pytest.raises(UndecodableFrame, match="'king' is not known"):
        decode_role(b'{"role":"king"}')


def test_fees_differ_between_perpetuals_and_spot() -> None:
    rates = {"userCrossRate": "0.00035", "userAddRate": "0.0001"}
    on_spot = {"userSpotCrossRate": "0.0007", "userSpotAddRate": "0.0004"}
    perpetual_rates = {"maker": D("0.0001"), "taker": D("0.00035")}
    spot_rates = {"maker": D("0.0004"), "taker": D("0.0007")}
    assert decode_fees(wire({**rates, **on_spot})) == [
        FeeRates(instrument_id=None, kind=InstrumentKind.PERPETUAL, **perpetual_rates),
        FeeRates(instrument_id=None, kind=InstrumentKind.SPOT, **spot_rates),
    ]
