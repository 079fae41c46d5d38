"""What Bybit's streams and answers say where no recording tells: funding, fees, liquidations, gaps, keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.bybit.markets import BTC, BTC_INVERSE, BTC_PERP, BTC_SPOT, MARKETS, USDT, D, levels, ms

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import plain
from tradebook.market.values import BookUpdate, Interval, Level, Quote, Trade
from tradebook.trading.orders import Side
from tradebook.venues.bybit.account_data import (
    decode_executions,
    decode_fee_rates,
    decode_orders,
    decode_positions,
    decode_private,
    decode_transferable,
    decode_wallet,
)
from tradebook.venues.bybit.market_answers import (
    decode_book,
    decode_candles,
    decode_funding_rates,
    decode_server_time,
    decode_tickers,
    decode_trades,
)
from tradebook.venues.bybit.market_data import decode_public
from tradebook.venues.bybit.permissions import decode_permissions
from tradebook.venues.bybit.streams import PING
from tradebook.venues.bybit.symbols import Category, Markets, decode_instruments
from tradebook.venues.bybit.transactions import decode_transactions
from tradebook.venues.bybit.wire.base import moment, next_page
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import (
    BalanceChange,
    BalanceReason,
    Cause,
    Execution,
    FundingPayment,
    KeyPermissions,
    VenueProblem,
)
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus
from tradebook.venues.messages.market import BookChange, CandleUpdate, LastPrice, Liquidation, Refusal

LINEAR = MARKETS.of(Category.LINEAR)

FILL = {
    "category": "spot",
    "symbol": "BTCUSDT",
    "execId": "2100000000007764263",
    "execPrice": "100",
    "execQty": "2",
    "execType": "Trade",
    "execFee": "0.002",
    "feeRate": "0.001",
    "orderId": "1",
    "side": "Buy",
    "execTime": "1700000000000",
    "isMaker": False,
}


def fill(**changed: Any) -> Any:
    """What an execution of the stream means."""
    frame = {"topic": "execution", "creationTime": 1700000000001, "data": [{**FILL, **changed}]}
    (message,) = decode_private(MARKETS, msgspec.json.encode(frame))
    return message


def answer(result: Any, **more: Any) -> bytes:
    """A REST answer."""
    return msgspec.json.encode(
        {"retCode": 0, "retMsg": "OK", "result": result, "time": 1700000000000, **more}
    )


def book(**changed: Any) -> Any:
    """What a frame of a book of 50 levels means."""
    data = {"s": "BTCUSDT", "b": [["10", "1"]], "a": [["11", "2"]], "u": 7, "seq": 70}
    frame = {
        "topic": changed.pop("topic", "orderbook.50.BTCUSDT"),
        "type": changed.pop("type", "delta"),
        "ts": 1700000000005,
        "data": {**data, **changed},
        "cts": 1700000000001,
    }
    (message,) = decode_public(LINEAR, msgspec.json.encode(frame))
    return message


# --- fills


def test_the_two_sides_of_a_trade_with_oneself_are_two_fills() -> None:
    assert fill(side="Buy").fill_id != fill(side="Sell").fill_id


def test_the_fast_stream_and_the_full_one_name_a_fill_alike() -> None:
    fast = {name: value for name, value in FILL.items() if name not in {"execType", "execFee", "feeRate"}}
    frame = {"topic": "execution.fast.spot", "creationTime": 1700000000001, "data": [fast]}
    (message,) = decode_private(MARKETS, msgspec.json.encode(frame))
    assert isinstance(message, Execution)
    assert message.fill_id == fill().fill_id
    assert (message.fee, message.fee_asset) == (None, None)


@pytest.mark.parametrize(
    ("side", "is_maker", "rate", "asset"),
    [
        ("Buy", False, "0.001", BTC),
        ("Sell", False, "0.001", USDT),
        ("Buy", True, "0.001", BTC),
        ("Sell", True, "0.001", USDT),
        ("Buy", True, "-0.0001", USDT),
        ("Sell", True, "-0.0001", BTC),
    ],
)
def test_a_spot_fee_is_paid_in_what_comes_in_and_a_rebate_in_what_goes_out(
    side: str, is_maker: bool, rate: str, asset: Asset
) -> None:
    assert fill(side=side, isMaker=is_maker, feeRate=rate).fee_asset == asset


def test_a_fee_in_a_third_asset_is_what_it_says() -> None:
    assert fill(feeCurrency="MNT").fee_asset == "MNT"


def test_a_fee_of_an_inverse_contract_is_paid_in_what_settles_it() -> None:
    message = fill(category="inverse", symbol="BTCUSD", side="Sell")
    assert (message.instrument_id, message.fee_asset) == (BTC_INVERSE, BTC)


def test_a_liquidation_is_told_as_one_whether_taken_over_or_in_steps() -> None:
    assert fill(execType="BustTrade").cause is Cause.LIQUIDATION
    assert fill(createType="CreateByLiq").cause is Cause.LIQUIDATION
    assert fill(execType="Settle").cause is Cause.SETTLEMENT


def test_funding_among_the_executions_is_a_payment_and_no_fill() -> None:
    # A short received it at a positive rate: the fee is negative.
    message = fill(
        category="linear",
        execType="Funding",
        execFee="-8.0758617716",
        feeRate="0.0001",
        execQty="3.00238",
        side="Sell",
    )
    assert message == FundingPayment(
        instrument_id=BTC_PERP,
        asset=USDT,
        amount=D("8.0758617716"),
        rate=D("0.0001"),
        quantity=D("-3.00238"),
        reference="2100000000007764263",
        at=ms(1700000000000),
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"execType": "Funding", "execFee": ""},
        {"execType": "UNKNOWN"},
        {"symbol": "DOGEUSDT"},
        {"execTime": "soon"},
        {"execFee": "NaN"},
        {"execQty": "NaN"},
        {"execPrice": "Infinity"},
        {"category": ""},
    ],
)
def test_a_fill_that_is_not_understood_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(UndecodableFrame):
        fill(**changed)


# --- the transaction log


def test_what_moved_a_balance_without_an_order_is_told_with_its_reason() -> None:
    line = {"id": "i1", "currency": "USDT", "transactionTime": "1700000000000", "symbol": ""}
    data = answer(
        {
            "list": [
                {**line, "type": "INTEREST", "change": "-0.12"},
                {**line, "type": "TRANSFER_IN", "change": "500"},
                {**line, "type": "TRADE", "change": "-3"},
                {
                    **line,
                    "type": "SETTLEMENT",
                    "change": "1.5",
                    "funding": "-0.5",
                    "symbol": "BTCUSDT",
                    "category": "linear",
                },
            ]
        }
    )
    at = ms(1700000000000)
    assert decode_transactions(MARKETS, data) == [
        BalanceChange(asset=USDT, amount=D("-0.12"), reason=BalanceReason.INTEREST, reference="i1", at=at),
        BalanceChange(asset=USDT, amount=D("500"), reason=BalanceReason.TRANSFER, reference="i1", at=at),
        FundingPayment(instrument_id=BTC_PERP, asset=USDT, amount=D("-0.5"), reference="i1", at=at),
        # The rest of the line is what the session of a USDC contract settled.
        BalanceChange(asset=USDT, amount=D("2.0"), reason=BalanceReason.SETTLEMENT, reference="i1", at=at),
    ]


def test_a_line_of_an_unknown_type_is_refused_since_it_moved_money() -> None:
    line = {"id": "1", "currency": "USDT", "transactionTime": "1", "type": "NEW", "change": "1"}
    with pytest.raises(UndecodableFrame, match=r"transaction-log\.type"):
        decode_transactions(MARKETS, answer({"list": [line]}))


# --- market data


def test_a_snapshot_replaces_a_book_and_so_does_the_first_update_after_a_restart() -> None:
    snapshot = BookUpdate(
        instrument_id=BTC_PERP,
        bids=levels(("10", "1")),
        asks=levels(("11", "2")),
        is_snapshot=True,
        at=ms(1700000000001),
        sequence=70,
    )
    assert book(type="snapshot") == BookChange(update=snapshot, first=7, last=7, levels=50)
    assert book(u=1) == BookChange(update=snapshot, first=1, last=1, levels=50)


def test_a_book_is_numbered_by_its_own_counter_and_told_old_from_new_by_the_engines() -> None:
    change = book()
    assert isinstance(change, BookChange)
    assert (change.first, change.number, change.update.is_snapshot) == (7, 7, False)
    assert change.update.sequence == 70
    best = book(topic="orderbook.1.BTCUSDT", type="snapshot", u=123)
    assert isinstance(best, Quote)
    assert best.sequence == change.update.sequence


def test_best_prices_that_are_told_again_are_as_fresh_as_when_they_were_told() -> None:
    assert book(topic="orderbook.1.BTCUSDT", type="snapshot").at == ms(1700000000005)


def test_a_book_of_one_level_without_a_side_is_no_quote_and_no_deeper_book() -> None:
    message = book(topic="orderbook.1.BTCUSDT", type="snapshot", b=[])
    assert isinstance(message, BookChange)
    assert (message.update.bids, message.levels) == ((), 1)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("topic", ["orderbook.1.BTCUSDT", "orderbook.50.BTCUSDT"])
def test_a_level_that_is_no_number_is_refused(topic: str, number: str) -> None:
    for level in ([number, "1"], ["1", number]):
        with pytest.raises(UndecodableFrame):
            book(topic=topic, type="snapshot", b=[level])


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_no_number_that_is_none_is_believed(number: str) -> None:
    trade = {"T": 1, "s": "BTCUSDT", "S": "Buy", "v": "1", "p": "1", "i": "1", "seq": 1}
    candle = {"start": 1, "interval": "1", "confirm": False}
    candle |= dict.fromkeys(("open", "high", "low", "close", "volume"), "1")
    liquidation = {"T": 1, "s": "BTCUSDT", "S": "Buy", "v": "1", "p": "1"}
    ticker = {"symbol": "BTCUSDT", "lastPrice": "1", "markPrice": "1", "openInterest": "1"}
    for topic, data in (
        ("publicTrade.BTCUSDT", trade),
        ("kline.1.BTCUSDT", candle),
        ("allLiquidation.BTCUSDT", liquidation),
        ("tickers.BTCUSDT", ticker),
    ):
        for field in [name for name, value in data.items() if value == "1" and name not in {"i", "interval"}]:
            spoilt = {**data, field: number}
            frame = {"topic": topic, "ts": 1, "data": spoilt if topic.startswith("tickers") else [spoilt]}
            with pytest.raises(UndecodableFrame):
                decode_public(LINEAR, msgspec.json.encode(frame))
    row = ["1699999980000", "1", "1", number, "1", "1", "1"]
    with pytest.raises(UndecodableFrame):
        decode_candles(LINEAR, answer({"symbol": "BTCUSDT", "list": [row]}), interval=Interval.M1)
    with pytest.raises(UndecodableFrame):
        decode_trades(LINEAR, answer({"list": [{**PRINT, "price": number}]}))
    level = {"s": "BTCUSDT", "b": [["1", number]], "a": [], "u": 1, "ts": 1}
    with pytest.raises(UndecodableFrame):
        decode_book(LINEAR, answer(level), asked="BTCUSDT")


def test_a_refused_subscription_tells_which_request_it_was() -> None:
    frame = {"success": False, "ret_msg": "error:handler not found,topic:x", "req_id": "7", "op": "subscribe"}
    assert decode_public(LINEAR, msgspec.json.encode(frame)) == [
        Refusal(request_id="7", reason="error:handler not found,topic:x")
    ]


def test_a_block_trade_is_no_print() -> None:
    trade = {"T": 1, "s": "BTCUSDT", "S": "Buy", "v": "1", "p": "1", "i": "1", "BT": True, "seq": 1}
    frame = {"topic": "publicTrade.BTCUSDT", "ts": 1, "type": "snapshot", "data": [trade]}
    assert list(decode_public(LINEAR, msgspec.json.encode(frame))) == []


def test_the_order_that_closed_a_liquidated_long_is_a_sell() -> None:
    line = {"T": 1739502302929, "s": "BTCUSDT", "S": "Buy", "v": "20000", "p": "0.04499"}
    frame = {
        "topic": "allLiquidation.BTCUSDT",
        "type": "snapshot",
        "ts": 1739502303204,
        "data": [line],
    }
    assert decode_public(LINEAR, msgspec.json.encode(frame)) == [
        Liquidation(
            instrument_id=BTC_PERP,
            side=Side.SELL,
            price=D("0.04499"),
            quantity=D("20000"),
            at=ms(1739502302929),
        )
    ]


def test_a_changed_ticker_tells_what_it_has_and_makes_nothing_up() -> None:
    frame = {
        "topic": "tickers.BTCUSDT",
        "type": "delta",
        "ts": 1700000000000,
        "data": {"symbol": "BTCUSDT", "lastPrice": "5", "markPrice": ""},
    }
    expected = [LastPrice(instrument_id=BTC_PERP, price=D("5"), at=ms(1700000000000))]
    assert decode_public(LINEAR, msgspec.json.encode(frame)) == expected


def test_tickers_of_symbols_that_are_not_listed_are_passed_over() -> None:
    assert decode_tickers(LINEAR, answer({"list": [{"symbol": "NEWUSDT", "lastPrice": "1"}]})) == []


def test_a_candle_is_closed_once_the_venues_clock_has_passed_its_end() -> None:
    row = ["1", "1", "1", "1", "1", "1"]
    data = answer({"symbol": "BTCUSDT", "list": [["1699999980000", *row], ["1699999920000", *row]]})
    candles = decode_candles(LINEAR, data, interval=Interval.M1)
    assert [candle.is_closed for candle in candles if isinstance(candle, CandleUpdate)] == [False, True]


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"[]",
        b'{"topic":"orderbook.50.BTCUSDT","type":"delta"}',
        b'{"topic":"orderbook.50.DOGEUSDT","type":"delta","ts":1,"data":{"s":"DOGEUSDT","b":[],"a":[],"u":2}}',
        b'{"topic":"orderbook.x.BTCUSDT","type":"delta","ts":1,"data":{"s":"BTCUSDT","b":[],"a":[],"u":2}}',
        b'{"topic":"publicTrade.BTCUSDT","ts":1,"data":[{"T":1,"s":"BTCUSDT","S":"Buy","v":"1","p":"NaN","i":"1"}]}',
        b'{"topic":"nothing.BTCUSDT"}',
        b'{"op":"dance"}',
        b'{"topic":"publicTrade.BTCUSDT","ts":1,"data":[{"T":1e18,"s":"BTCUSDT","S":"Buy","v":"1","p":"1","i":"1"}]}',
        b'{"topic":"tickers.BTCUSDT","ts":9000000000000000,"data":{"symbol":"BTCUSDT","lastPrice":"1"}}',
    ],
)
def test_a_public_frame_that_is_not_understood_is_refused(frame: bytes) -> None:
    with pytest.raises(UndecodableFrame):
        decode_public(LINEAR, frame)


@pytest.mark.parametrize(
    "frame",
    [
        {"success": True, "ret_msg": "pong", "conn_id": "c", "req_id": "", "op": "ping"},
        {"op": "pong", "args": ["1"], "conn_id": "c"},
        {"success": True, "ret_msg": "", "op": "unsubscribe", "conn_id": "c"},
    ],
)
def test_pings_and_acknowledgements_say_nothing(frame: dict[str, Any]) -> None:
    assert list(decode_public(LINEAR, msgspec.json.encode(frame))) == []
    assert list(decode_private(MARKETS, msgspec.json.encode(frame))) == []


def test_the_dead_mans_switch_says_nothing() -> None:
    frame = {"topic": "dcp.future", "creationTime": 1, "data": []}
    assert list(decode_private(MARKETS, msgspec.json.encode(frame))) == []


# --- instruments and keys


def test_one_symbol_means_a_pair_on_spot_and_a_perpetual_in_linear() -> None:
    assert MARKETS.of(Category.SPOT).instrument_of("BTCUSDT") == BTC_SPOT
    assert MARKETS.of(Category.LINEAR).instrument_of("BTCUSDT") == BTC_PERP


def test_a_future_expires_and_is_named_after_its_day() -> None:
    line = {
        "symbol": "BTCUSDZ26",
        "contractType": "InverseFutures",
        "status": "Delivering",
        "baseCoin": "BTC",
        "quoteCoin": "USD",
        "settleCoin": "BTC",
        "deliveryTime": "1798185600000",
        "leverageFilter": {"maxLeverage": "100.00"},
        "priceFilter": {"tickSize": "0.50"},
        "lotSizeFilter": {"qtyStep": "1", "minOrderQty": "1", "maxOrderQty": "100"},
    }
    (future,) = decode_instruments(Category.INVERSE, answer({"list": [line]}))
    assert isinstance(future, ListedInstrument)
    assert future.instrument.instrument_id == "BTC-USD-20261225.BYBIT"
    assert (future.kind, future.status) == (InstrumentKind.FUTURE, ListingStatus.DELISTED)
    assert (future.is_inverse, future.expires_at) == (True, datetime(2026, 12, 25, 8, tzinfo=UTC))
    assert future.contract_size == 1
    listed = Markets({Category.INVERSE: [future]})
    assert listed.of(Category.INVERSE).instrument_of("BTCUSDZ26") == "BTC-USD-20261225.BYBIT"


def key(**changed: Any) -> Any:
    """What a key that may trade spot may do."""
    usual = {
        "readOnly": 0,
        "permissions": {"Spot": ["SpotTrade"], "Wallet": ["AccountTransfer"]},
        "ips": ["*"],
        "deadlineDay": 21,
        "expiredAt": "2026-12-01T02:36:06Z",
    }
    return decode_permissions(answer({**usual, **changed}))


def test_a_key_that_may_trade_expires_when_it_is_not_bound() -> None:
    assert key() == KeyPermissions(
        can_read=True,
        can_trade=True,
        can_withdraw=False,
        expires_at=datetime(2026, 12, 1, 2, 36, 6, tzinfo=UTC),
        is_bound_to_addresses=False,
    )


def test_a_key_that_can_withdraw_or_pay_others_is_known_as_such() -> None:
    assert key(permissions={"Wallet": ["Withdraw"]}, readOnly=1).can_withdraw is True
    assert key(permissions={"FiatBybitPay": ["FaitPayOrder"]}).can_withdraw is True
    assert key(permissions={"FiatBybitPay": ["FaitPayOrder"]}, readOnly=1).can_withdraw is False


ANSWERS: list[Callable[[bytes], Any]] = [
    lambda data: decode_orders(MARKETS, Category.SPOT, data),
    lambda data: decode_executions(MARKETS, Category.SPOT, data),
    lambda data: decode_positions(MARKETS, Category.LINEAR, data),
    lambda data: decode_fee_rates(MARKETS, Category.SPOT, data),
    lambda data: decode_instruments(Category.SPOT, data),
    lambda data: decode_transactions(MARKETS, data),
    lambda data: decode_book(LINEAR, data, asked="BTCUSDT"),
    lambda data: decode_candles(LINEAR, data, interval=Interval.M1),
    lambda data: decode_trades(LINEAR, data),
    lambda data: decode_tickers(LINEAR, data),
    lambda data: decode_funding_rates(LINEAR, data),
    decode_wallet,
    decode_transferable,
    decode_permissions,
    decode_server_time,
]


@pytest.mark.parametrize("decode", ANSWERS)
def test_the_venues_no_is_told_and_not_taken_for_an_empty_list(decode: Callable[[bytes], Any]) -> None:
    no = msgspec.json.encode({"retCode": 10005, "retMsg": "Permission denied", "result": {}, "time": 1})
    expected = VenueProblem(code="10005", message="Permission denied")
    assert decode(no) in (expected, [expected])


@pytest.mark.parametrize("decode", ANSWERS)
@pytest.mark.parametrize("result", [{}, [], None, {"list": [{}]}])
def test_an_answer_without_its_fields_is_refused(decode: Callable[[bytes], Any], result: Any) -> None:
    with pytest.raises(UndecodableFrame):
        decode(answer(result))


PRINT = {
    "execId": "1",
    "symbol": "BTCUSDT",
    "price": "1",
    "size": "1",
    "side": "Buy",
    "time": "1700000000000",
    "isBlockTrade": False,
    "seq": "77",
}


def test_a_recent_print_is_numbered_as_in_the_stream() -> None:
    (message,) = decode_trades(LINEAR, answer({"list": [PRINT, {**PRINT, "isBlockTrade": True}]}))
    assert isinstance(message, Trade)
    assert message.sequence == 77


@pytest.mark.parametrize("changed", [{"seq": "x"}, {"side": "Up"}, {"symbol": "DOGEUSDT"}, {"time": "now"}])
def test_a_recent_print_that_is_not_understood_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(UndecodableFrame):
        decode_trades(LINEAR, answer({"list": [{**PRINT, **changed}]}))


def test_an_answer_that_should_have_a_time_and_has_none_is_refused() -> None:
    no_time = {"retCode": 0, "retMsg": "OK"}
    book = {**no_time, "result": {"s": "BTCUSDT", "b": [], "a": [], "u": 1}}
    with pytest.raises(UndecodableFrame, match=r"orderbook\.ts"):
        decode_book(LINEAR, msgspec.json.encode(book), asked="BTCUSDT")
    candles = {**no_time, "result": {"symbol": "BTCUSDT", "list": []}}
    with pytest.raises(UndecodableFrame, match=r"kline\.time"):
        decode_candles(LINEAR, msgspec.json.encode(candles), interval=Interval.M1)
    with pytest.raises(UndecodableFrame, match=r"tickers\.time"):
        decode_tickers(LINEAR, msgspec.json.encode({**no_time, "result": {"list": []}}))
    with pytest.raises(UndecodableFrame, match=r"time\.timeNano"):
        decode_server_time(answer({"timeNano": "soon"}))


def test_a_key_with_an_expiry_that_is_no_time_is_refused() -> None:
    with pytest.raises(UndecodableFrame, match="expiredAt"):
        key(expiredAt="soon")


def test_a_page_names_the_next_one_until_the_last() -> None:
    assert next_page(answer({"list": [], "nextPageCursor": "a%3D1"})) == "a%3D1"
    assert next_page(answer({"list": [], "nextPageCursor": None})) == ""
    assert next_page(answer({"list": []})) == ""


# --- what always holds

amounts = st.decimals(min_value=0, max_value=10**12, places=12, allow_nan=False, allow_infinity=False)


@given(price=amounts, size=amounts)
def test_a_level_never_loses_a_digit(price: Any, size: Any) -> None:
    message = book(b=[[plain(price), plain(size)]])
    assert message.update.bids == (Level(price=price, size=size),)


@given(quantity=amounts, price=amounts, fee=amounts)
def test_a_fill_never_loses_a_digit(quantity: Any, price: Any, fee: Any) -> None:
    message = fill(execQty=plain(quantity), execPrice=plain(price), execFee=plain(fee))
    assert (message.quantity, message.price, message.fee) == (quantity, price, fee)


@given(st.integers(min_value=0, max_value=253_402_300_799_999))
def test_a_millisecond_stays_the_same_millisecond(at_ms: int) -> None:
    assert moment(at_ms) == ms(at_ms)


# A ping that is told back says nothing, and is no noise.
@given(st.binary(max_size=200).filter(lambda frame: frame != PING))
def test_noise_is_refused_and_never_breaks_anything_else(frame: bytes) -> None:
    with pytest.raises(UndecodableFrame):
        decode_public(LINEAR, frame)
    with pytest.raises(UndecodableFrame):
        decode_private(MARKETS, frame)
