"""What Binance may say beyond the recorded payloads: its vocabulary, its no, its limits, its odd frames."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.venues.binance_market_table import levels
from tests.conformance.venues.binance_tables import (
    BTC,
    BTC_PERP,
    ETH,
    FUTURES,
    NAUTILUS,
    RECEIVED,
    SPOT,
    D,
    ms,
)

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import BookUpdate, Interval, MarketStream, Quote, Trade
from tradebook.trading.orders import OrderStatus, OrderType, TimeInForce
from tradebook.venues.binance import (
    futures_account,
    futures_answers,
    market_answers,
    market_data,
    spot_account,
    spot_answers,
    streams,
    words,
)
from tradebook.venues.binance.limits import pause_s, used_of
from tradebook.venues.binance.problems import decode_problem, is_outcome_unknown
from tradebook.venues.binance.symbols import decode_budgets, decode_futures_instruments
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import (
    BalanceChange,
    BalanceReason,
    Cause,
    ExecType,
    Execution,
    ExecutionReport,
    FundingPayment,
    KeyPermissions,
    LeverageSetting,
    VenueProblem,
)
from tradebook.venues.messages.limits import Budget, Used
from tradebook.venues.messages.market import DayStatistics, Refusal

DOCUMENTED = {
    # https://github.com/binance/binance-spot-api-docs/blob/master/enums.md, user-data-stream.md
    "SPOT_LISTING_STATUS": "TRADING END_OF_DAY HALT BREAK",
    "ORDER_STATUS": (
        "NEW PENDING_NEW PARTIALLY_FILLED FILLED CANCELED PENDING_CANCEL REJECTED EXPIRED EXPIRED_IN_MATCH"
    ),
    "SPOT_ORDER_TYPE": ("LIMIT MARKET STOP_LOSS STOP_LOSS_LIMIT TAKE_PROFIT TAKE_PROFIT_LIMIT LIMIT_MAKER"),
    "ORDER_LIST_IS_DONE": "EXECUTING ALL_DONE REJECT",
    "SPOT_EXEC_TYPE": "NEW CANCELED REPLACED REJECTED TRADE EXPIRED TRADE_PREVENTION",
    "SIDE": "BUY SELL",
    # https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition
    "CONTRACT_KIND": ("PERPETUAL CURRENT_MONTH NEXT_MONTH CURRENT_QUARTER NEXT_QUARTER PERPETUAL_DELIVERING"),
    "FUTURES_LISTING_STATUS": (
        "PENDING_TRADING TRADING PRE_DELIVERING DELIVERING DELIVERED PRE_SETTLE SETTLING CLOSE"
    ),
    "POSITION_SIDE": "BOTH LONG SHORT",
    "TIME_IN_FORCE": "GTC IOC FOK GTX GTD RPI",
    # .../user-data-streams/Event-Order-Update
    "FUTURES_ORDER_TYPE": (
        "LIMIT MARKET STOP STOP_MARKET TAKE_PROFIT TAKE_PROFIT_MARKET TRAILING_STOP_MARKET LIQUIDATION"
    ),
    "FUTURES_EXEC_TYPE": "NEW CANCELED CALCULATED EXPIRED TRADE AMENDMENT",
    # .../user-data-streams/Event-Algo-Order-Update; FINISHED is told apart by its quantities
    "ALGO_STATUS": "NEW CANCELED TRIGGERING TRIGGERED REJECTED EXPIRED",
    # .../user-data-streams/Event-Balance-and-Position-Update
    "WALLET_REASON": (
        "DEPOSIT WITHDRAW ORDER FUNDING_FEE WITHDRAW_REJECT ADJUSTMENT INSURANCE_CLEAR ADMIN_DEPOSIT"
        " ADMIN_WITHDRAW MARGIN_TRANSFER MARGIN_TYPE_CHANGE ASSET_TRANSFER OPTIONS_PREMIUM_FEE"
        " OPTIONS_SETTLE_PROFIT AUTO_EXCHANGE COIN_SWAP_DEPOSIT COIN_SWAP_WITHDRAW"
    ),
    # .../account/rest-api/Get-Income-History; REALIZED_PNL and COMMISSION come with fills, funding is its own
    "INCOME_REASON": (
        "TRANSFER WELCOME_BONUS INSURANCE_CLEAR REFERRAL_KICKBACK COMMISSION_REBATE API_REBATE"
        " CONTEST_REWARD CROSS_COLLATERAL_TRANSFER OPTIONS_PREMIUM_FEE OPTIONS_SETTLE_PROFIT"
        " INTERNAL_TRANSFER AUTO_EXCHANGE DELIVERED_SETTELMENT COIN_SWAP_DEPOSIT COIN_SWAP_WITHDRAW"
        " POSITION_LIMIT_INCREASE_FEE STRATEGY_UMFUTURES_TRANSFER FEE_RETURN BFUSD_REWARD"
    ),
}
BEYOND = {
    "SPOT_EXEC_TYPE": {"CALCULATED"},  # margin accounts tell of liquidations so
    "CONTRACT_KIND": {
        # shares as perpetuals, since 2026, and contracts that are being delivered
        "TRADIFI_PERPETUAL",
        "CURRENT_QUARTER_DELIVERING",
        "NEXT_QUARTER_DELIVERING",
    },
    "TIME_IN_FORCE": {"GTE_GTC"},  # as long as the position is there: Event-Algo-Order-Update
}
"""What is read although those pages do not list it."""


@pytest.mark.parametrize("table", DOCUMENTED)
def test_a_table_has_every_word_of_the_documentation(table: str) -> None:
    known = set(getattr(words, table))
    assert known == set(DOCUMENTED[table].split()) | BEYOND.get(table, set())


def recorded(path: str, **changes: Any) -> bytes:
    """A recorded payload with fields of its order changed."""
    payload = json.loads((NAUTILUS / path).read_bytes())
    body = payload.get("o") if isinstance(payload.get("o"), dict) else payload
    body.update(changes)
    return json.dumps(payload).encode()


SPOT_TRADE = "binance/spot/user_data_json/execution_report_trade.json"
FUTURES_TRADE = "binance/futures/user_data_json/order_update_trade.json"
ALGO = "binance/futures/user_data_json/algo_update_new.json"


@pytest.mark.parametrize("field", ["S", "o", "f", "x", "X"])
def test_an_unknown_word_of_an_order_is_never_taken_for_another(field: str) -> None:
    with pytest.raises(UndecodableFrame, match="'PERHAPS' is not known"):
        spot_account.decode_spot_frame(recorded(SPOT_TRADE, **{field: "PERHAPS"}), SPOT)
    with pytest.raises(UndecodableFrame, match="'PERHAPS' is not known"):
        futures_account.decode_futures_frame(recorded(FUTURES_TRADE, **{field: "PERHAPS"}), FUTURES)


def test_an_unlisted_symbol_is_said_to_be_one() -> None:
    with pytest.raises(UndecodableFrame, match="symbol 'NEWUSDT' is not listed"):
        spot_account.decode_spot_frame(recorded(SPOT_TRADE, s="NEWUSDT"), SPOT)
    with pytest.raises(UndecodableFrame, match="symbol 'NEWUSDT' is not listed"):
        market_data.PublicFrames(SPOT).decode(
            b'{"u":1,"s":"NEWUSDT","b":"1","B":"1","a":"1","A":"1"}', RECEIVED
        )


def public(frame: bytes) -> object:
    return market_data.PublicFrames(SPOT).decode(frame, RECEIVED)


def private(frame: bytes) -> object:
    return futures_account.decode_futures_frame(frame, FUTURES)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b'{"e":"executionReport","c":"a-secret"}',
        b'{"e":"ORDER_TRADE_UPDATE","o":{"c":"a-secret"}}',
        b'{"e":"surprise","listenKey":"a-secret"}',
        b'{"u":1,"s":"BTCUSDT","b":"a-","B":"1","a":"1","A":"1"}',
        b'{"u":1,"s":"BTCUSDT","b":"NaN","B":"1","a":"1","A":"1"}',
        b'{"u":1,"s":"BTCUSDT","b":"1_0","B":"1","a":"1","A":"1"}',
        b'{"e":"bookTicker","s":"BTCUSDT"}',
    ],
)
def test_what_cannot_be_read_says_so_and_holds_nothing_of_the_frame(frame: bytes) -> None:
    for decode in (public, private):
        with pytest.raises(UndecodableFrame) as refused:
            decode(frame)
        assert "a-secret" not in str(refused.value)
        assert refused.value.venue == "binance"
        assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "frame",
    [
        b'{"e":"24hrMiniTicker","E":1,"s":"BTCUSDT","c":"NaN","o":"1","h":"1","l":"1","v":"1","q":"1"}',
        b'{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":1,"u":2,"b":[["Infinity","1"]],"a":[]}',
        b'{"e":"trade","E":1,"s":"BTCUSDT","t":1,"p":"1","q":"1","T":99999999999999999,"m":true,"M":true}',
    ],
)
def test_no_number_and_no_time_is_taken_for_news_of_the_market(frame: bytes) -> None:
    with pytest.raises(UndecodableFrame):
        public(frame)


@pytest.mark.parametrize(
    "frame",
    [
        b'{"error":{"code":2,"msg":"Invalid request"},"id":1}',
        b'{"code":2,"msg":"Invalid request","id":1}',
    ],
)
def test_a_refused_subscription_tells_which_request_it_was(frame: bytes) -> None:
    assert public(frame) == (Refusal(request_id="1", reason="2 Invalid request"),)


@pytest.mark.parametrize("event", [*spot_account.IGNORED, *futures_account.IGNORED, *market_data.IGNORED])
def test_frames_without_interest_give_nothing(event: str) -> None:
    frame = json.dumps({"e": event, "E": 1}).encode()
    if event in spot_account.IGNORED:
        said: object = spot_account.decode_spot_frame(frame, SPOT)
    elif event in futures_account.IGNORED:
        said = private(frame)
    else:
        said = public(frame)
    assert said == ()


def test_acknowledgements_give_nothing_and_refusals_do() -> None:
    assert list(market_data.PublicFrames(SPOT).decode(b'{"result":null,"id":1}', RECEIVED)) == []
    taken = b'{"id":"1","status":200,"result":{"subscriptionId":0}}'
    assert list(spot_account.decode_spot_frame(taken, SPOT)) == []
    refused = b'{"id":"1","status":401,"error":{"code":-1022,"msg":"Signature is not valid."}}'
    assert list(spot_account.decode_spot_frame(refused, SPOT)) == [
        VenueProblem(code="-1022", message="Signature is not valid.")
    ]


def test_an_event_of_the_spot_account_that_is_not_known_says_so() -> None:
    with pytest.raises(UndecodableFrame, match="event 'surprise' is not known"):
        spot_account.decode_spot_frame(b'{"e":"surprise","c":"a-secret"}', SPOT)


def test_a_trade_with_oneself_is_two_fills() -> None:
    bought = spot_account.decode_spot_frame(recorded(SPOT_TRADE, i=1, S="BUY"), SPOT)[0]
    sold = spot_account.decode_spot_frame(recorded(SPOT_TRADE, i=2, S="SELL"), SPOT)[0]
    assert isinstance(bought, ExecutionReport)
    assert isinstance(sold, ExecutionReport)
    assert bought.last is not None
    assert sold.last is not None
    assert bought.last.fill_id != sold.last.fill_id


@pytest.mark.parametrize("untold", [{"t": 0}, {"L": "0"}])
def test_a_fill_without_an_id_or_a_price_is_left_to_be_asked_for(untold: dict[str, Any]) -> None:
    report = futures_account.decode_futures_frame(recorded(FUTURES_TRADE, **untold), FUTURES)[0]
    assert isinstance(report, ExecutionReport)
    assert (report.exec_type, report.last) == (ExecType.TRADE, None)
    assert report.cumulative_quantity == D("0.001")


def test_the_stream_and_the_history_name_a_fill_alike() -> None:
    told = futures_account.decode_futures_frame(recorded(FUTURES_TRADE), FUTURES)[0]
    lite = futures_account.decode_futures_frame(
        (NAUTILUS / "binance/futures/user_data_json/trade_lite.json").read_bytes(), FUTURES
    )[0]
    asked = futures_answers.decode_futures_fills(
        b'{"symbol":"BTCUSDT","id":12345678,"orderId":8886774,"side":"BUY","positionSide":"LONG",'
        b'"price":"7100.50","qty":"0.001","realizedPnl":"12.34","commission":"0.01",'
        b'"commissionAsset":"USDT","time":1568879465651,"maker":true}',
        FUTURES,
    )[0]
    assert isinstance(told, ExecutionReport)
    assert isinstance(lite, Execution)
    assert told.last is not None
    assert told.last.fill_id == lite.fill_id == asked.fill_id


def test_a_stop_that_trails_is_a_trailing_stop_on_spot() -> None:
    path = "binance/spot/user_data_json/execution_report_stop_loss.json"
    report = spot_account.decode_spot_frame(recorded(path, d=150), SPOT)[0]
    assert isinstance(report, ExecutionReport)
    assert (report.type, report.trailing_offset) == (OrderType.TRAILING_STOP, D(150))
    taking = spot_account.decode_spot_frame(recorded(path, d=150, o="TAKE_PROFIT"), SPOT)[0]
    assert isinstance(taking, ExecutionReport)
    assert taking.type is OrderType.TAKE_PROFIT


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"x": "NEW", "X": "NEW_ADL", "z": "0", "l": "0"}, (OrderStatus.ACCEPTED, Cause.DELEVERAGING)),
        (
            {"X": "NEW_INSURANCE", "z": "0.001", "q": "0.002"},
            (OrderStatus.PARTIALLY_FILLED, Cause.LIQUIDATION),
        ),
        ({"x": "CALCULATED", "X": "FILLED"}, (OrderStatus.FILLED, Cause.LIQUIDATION)),
    ],
)
def test_an_order_that_binance_made_says_why_and_how_far(
    changes: dict[str, str], expected: tuple[OrderStatus, Cause]
) -> None:
    report = futures_account.decode_futures_frame(recorded(FUTURES_TRADE, **changes), FUTURES)[0]
    assert isinstance(report, ExecutionReport)
    assert (report.status, report.cause) == expected


@pytest.mark.parametrize(
    ("number", "reason"), [("0", ""), ("7", "the symbol is delisted"), (12, "expiry reason 12")]
)
def test_an_expired_order_says_why(number: int | str, reason: str) -> None:
    frame = recorded(FUTURES_TRADE, x="EXPIRED", X="EXPIRED", er=number, l="0", f="GTD", gtd=1000)
    report = futures_account.decode_futures_frame(frame, FUTURES)[0]
    assert isinstance(report, ExecutionReport)
    assert (report.exec_type, report.reason) == (ExecType.EXPIRED, reason)
    assert (report.time_in_force, report.expires_at) == (TimeInForce.GTD, ms(1000))


@pytest.mark.parametrize(("word", "status"), [("REJECTED", "rejected"), ("EXPIRED", "expired")])
def test_a_conditional_order_may_be_refused_when_it_is_triggered(word: str, status: str) -> None:
    report = futures_account.decode_futures_frame(recorded(ALGO, X=word, rm="no margin"), FUTURES)[0]
    assert isinstance(report, ExecutionReport)
    assert (report.status, report.reason) == (status, "no margin")


def test_a_finished_conditional_order_is_unknown_until_what_it_became_is_asked_for() -> None:
    path = NAUTILUS / "binance/futures/http_json/open_algo_orders.json"
    [line] = json.loads(path.read_bytes())
    line |= {"algoStatus": "FINISHED", "actualOrderId": "77"}
    [report] = futures_answers.decode_algo_orders(json.dumps([line]).encode(), FUTURES)
    assert (report.status, report.goes_on_as) == (OrderStatus.UNKNOWN, "77")


def test_the_other_frames_of_a_futures_account() -> None:
    def said(text: str) -> list[object]:
        return list(futures_account.decode_futures_frame(text.encode(), FUTURES))

    assert said('{"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ac":{"s":"BTCUSDT","l":25}}') == [
        LeverageSetting(instrument_id=BTC_PERP, leverage=D(25))
    ]
    assert said('{"e":"ACCOUNT_CONFIG_UPDATE","E":1,"T":1,"ai":{"j":true}}') == []
    assert said('{"e":"listenKeyExpired","E":1,"listenKey":"a-secret"}') == [
        VenueProblem(code="listenKeyExpired", message="the listen key of the account has expired")
    ]
    rejected = '{"e":"CONDITIONAL_ORDER_TRIGGER_REJECT","E":1,"T":1,"or":{"s":"BTCUSDT","i":7,"r":"no"}}'
    assert said(rejected) == [VenueProblem(code="CONDITIONAL_ORDER_TRIGGER_REJECT", message="order 7: no")]


def test_incomes_tell_funding_with_its_instrument_and_nothing_that_fills_told() -> None:
    def income(kind: str, amount: str, symbol: str = "BTCUSDT") -> dict[str, Any]:
        return {
            "symbol": symbol,
            "incomeType": kind,
            "income": amount,
            "asset": "USDT",
            "time": 1000,
            "tranId": 9,
        }

    body = [
        income("FUNDING_FEE", "-0.375"),
        income("COMMISSION", "-0.01"),
        income("REALIZED_PNL", "5"),
        income("TRANSFER", "100", ""),
    ]
    usdt = Asset("USDT")
    assert futures_answers.decode_incomes(json.dumps(body).encode(), FUTURES) == [
        FundingPayment(
            instrument_id=BTC_PERP,
            asset=usdt,
            amount=D("-0.375"),
            reference="FUNDING_FEE-9",
            at=ms(1000),
        ),
        BalanceChange(
            asset=usdt,
            amount=D(100),
            reason=BalanceReason.TRANSFER,
            reference="TRANSFER-9",
            at=ms(1000),
        ),
    ]
    for strange in (income("FUNDING_FEE", "1", ""), income("GIFT", "1")):
        with pytest.raises(UndecodableFrame):
            futures_answers.decode_incomes(json.dumps([strange]).encode(), FUTURES)


def test_a_key_says_what_it_may_do() -> None:
    body = (
        b'{"ipRestrict":true,"createTime":1698645219000,"enableReading":true,"enableWithdrawals":true,'
        b'"enableFutures":true,"enableSpotAndMarginTrading":false,"tradingAuthorityExpirationTime":1000}'
    )
    expected = KeyPermissions(
        can_read=True,
        can_trade=True,
        can_withdraw=True,
        expires_at=ms(1000),
        is_bound_to_addresses=True,
    )
    assert spot_answers.decode_permissions(body, for_futures=True) == expected
    assert spot_answers.decode_permissions(body, for_futures=False).can_trade is False


def test_a_new_kind_of_contract_does_not_take_the_others_away() -> None:
    path = NAUTILUS / "binance_py/http_responses/http_futures_market_exchange_info.json"
    answer = json.loads(path.read_bytes())
    answer["symbols"][0]["contractType"] = "WEEKLY"
    answer["symbols"][2]["deliveryDate"] = 0
    listing = decode_futures_instruments(json.dumps(answer).encode())
    assert [each.venue_symbol for each in listing.listed] == ["ETHUSDT"]
    assert listing.unreadable == (
        "binance: exchange information: contract type of BTCUSDT 'WEEKLY' is not known",
        "binance: exchange information: BTCUSDT_220325 expires and does not say when",
    )


def test_the_lists_of_instruments_state_the_budgets() -> None:
    path = NAUTILUS / "binance_py/http_responses/http_futures_market_exchange_info.json"
    assert decode_budgets(path.read_bytes()) == (
        Budget(kind="REQUEST_WEIGHT", interval_s=60, limit=6000),
        Budget(kind="ORDERS", interval_s=60, limit=1200),
        Budget(kind="ORDERS", interval_s=10, limit=300),
    )


def test_headers_say_what_is_used_up_and_when_to_stop() -> None:
    headers = {
        "X-MBX-USED-WEIGHT-1M": "20",
        "x-mbx-order-count-10s": "3",
        "X-MBX-USED-WEIGHT": "20",
        "X-MBX-ORDER-COUNT-1X": "3",
        "Content-Type": "application/json",
    }
    assert used_of(headers) == (
        Used(kind="REQUEST_WEIGHT", interval_s=60, used=20),
        Used(kind="ORDERS", interval_s=10, used=3),
    )
    assert [
        pause_s(200, {"Retry-After": "5"}),
        pause_s(429, {"retry-after": "5"}),
        pause_s(418, {"Retry-After": "259200"}),
        pause_s(418, {}),
    ] == [0, 5, 259200, 120]


@pytest.mark.parametrize(
    ("http_status", "body", "code", "is_unknown"),
    [
        (
            400,
            b'{"code":-2010,"msg":"Account has insufficient balance for requested action."}',
            "-2010",
            False,
        ),
        (
            400,
            b'{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}',
            "-1021",
            False,
        ),
        (429, b'{"code":-1003,"msg":"Too much request weight used"}', "-1003", False),
        (503, b'{"code":-1008,"msg":"Request throttled by system-level protection."}', "-1008", False),
        (408, b'{"code":-1007,"msg":"Timeout waiting for response from backend server."}', "-1007", True),
        (400, b'{"code":-1006,"msg":"An unexpected response was received."}', "-1006", True),
        (503, b'{"code":-1000,"msg":"Unknown error, please check your request"}', "-1000", True),
        (502, b"<html>Bad Gateway</html>", "HTTP 502", True),
        (403, b"\xff", "HTTP 403", True),
    ],
)
def test_a_no_is_told_from_what_may_have_been_done(
    http_status: int, body: bytes, code: str, is_unknown: bool
) -> None:
    problem = decode_problem(http_status, body, client_order_id="mine")
    assert (problem.code, problem.client_order_id) == (code, "mine")
    assert is_outcome_unknown(http_status, problem) is is_unknown


def test_combined_lists_and_partial_books_are_read_too() -> None:
    frames = market_data.PublicFrames(SPOT)
    ticker = '{"e":"24hrMiniTicker","E":5,"s":"%s","c":"2","o":"1","h":"3","l":"1","v":"10","q":"20"}'
    tickers = f"[{ticker % 'BTCUSDT'},{ticker % 'ETHUSDT'}]"

    def day(instrument_id: Any) -> DayStatistics:
        return DayStatistics(
            instrument_id=instrument_id,
            open=D(1),
            high=D(3),
            low=D(1),
            last=D(2),
            volume=D(10),
            turnover=D(20),
            at=ms(5),
        )

    for text in (tickers, '{"stream":"!miniTicker@arr","data":' + tickers + "}"):
        assert list(frames.decode(text.encode(), RECEIVED)) == [day(BTC), day(ETH)]
    partial = b'{"stream":"btcusdt@depth5","data":{"lastUpdateId":7,"bids":[["1","2"]],"asks":[["3","4"]]}}'
    assert list(frames.decode(partial, RECEIVED)) == [
        BookUpdate(
            instrument_id=BTC,
            bids=levels(("1", "2")),
            asks=levels(("3", "4")),
            is_snapshot=True,
            at=RECEIVED,
            sequence=7,
        )
    ]


def test_what_an_insurance_fund_took_over_is_no_trade() -> None:
    frame = b'{"e":"trade","E":1,"T":1,"s":"BTCUSDT","t":1,"p":"0","q":"0","X":"NA","m":true}'
    assert list(market_data.PublicFrames(FUTURES).decode(frame, RECEIVED)) == []


def test_dated_contracts_have_no_funding() -> None:
    frame = b'{"e":"markPriceUpdate","E":5,"s":"BTCUSDT_220325","p":"1","i":"2","r":"","T":0}'
    [mark] = market_data.PublicFrames(FUTURES).decode(frame, RECEIVED)
    assert (mark.funding_rate, mark.next_funding_at) == (None, None)  # type: ignore[union-attr]  # the only message is one


def test_collateral_is_quoted_in_dollars_or_not_understood() -> None:
    body = b'{"symbol":"ADAEUR","time":1,"index":"1","bidRate":"1","askRate":"1"}'
    with pytest.raises(UndecodableFrame, match="not quoted in USD"):
        market_answers.decode_collateral_rates(body)


positive = st.decimals("0.00000001", "99999999999", places=8)


@given(bid=positive, bid_size=positive, ask=positive, ask_size=positive, update=st.integers(0, 2**62))
def test_a_quote_keeps_every_digit(
    bid: Decimal, bid_size: Decimal, ask: Decimal, ask_size: Decimal, update: int
) -> None:
    texts = [f"{each:f}" for each in (bid, bid_size, ask, ask_size)]
    names = zip("bBaA", texts, strict=True)
    frame = json.dumps({"u": update, "s": "BTCUSDT", **dict(names)}, separators=(",", ":"))
    [quote] = market_data.PublicFrames(SPOT).decode(frame.encode(), RECEIVED)
    assert isinstance(quote, Quote)
    told = [f"{each:f}" for each in (quote.bid, quote.bid_size, quote.ask, quote.ask_size)]
    assert (told, quote.sequence) == (texts, update)


@given(times=st.lists(st.integers(0, 4_102_444_800_000), min_size=1, max_size=8))
def test_every_millisecond_is_told_exactly(times: list[int]) -> None:
    frames = market_data.PublicFrames(SPOT)
    for time in times:
        frame = b'{"e":"trade","E":1,"s":"BTCUSDT","t":1,"p":"1","q":"1","T":%d,"m":true}' % time
        [trade] = frames.decode(frame, RECEIVED)
        assert isinstance(trade, Trade)
        assert trade.at == ms(time)


def test_prices_that_were_seen_are_forgotten_in_time() -> None:
    frames = market_data.PublicFrames(SPOT)
    prices = frames._prices
    prices.SIZE_MAX = 3
    for price in range(1, 20):
        frame = b'{"e":"trade","E":1,"s":"BTCUSDT","t":1,"p":"%d","q":"1","T":1,"m":true}' % price
        [trade] = frames.decode(frame, RECEIVED)
        assert isinstance(trade, Trade)
        assert trade.price == price
        assert len(prices) <= 3


def test_a_quote_is_not_mixed_up_with_that_of_another_symbol() -> None:
    frames = market_data.PublicFrames(SPOT)
    told = []
    for symbol, bid in (("BTCUSDT", 1), ("ETHUSDT", 1), ("BTCUSDT", 1), ("ETHUSDT", 2), ("BTCUSDT", 3)):
        frame = b'{"stream":"%s@bookTicker","data":{"u":1,"s":"%s","b":"%d","B":"4","a":"5","A":"6"}}'
        [quote] = frames.decode(frame % (symbol.lower().encode(), symbol.encode(), bid), RECEIVED)
        assert isinstance(quote, Quote)
        told.append((quote.instrument_id, quote.bid, quote.bid_size, quote.ask, quote.ask_size))
    btc, eth = InstrumentId("BTC-USDT.BINANCE"), InstrumentId("ETH-USDT.BINANCE")
    bids = [(instrument_id, int(bid)) for instrument_id, bid, *_ in told]
    assert bids == [(btc, 1), (eth, 1), (btc, 1), (eth, 2), (btc, 3)]
    assert {tuple(map(int, each[2:])) for each in told} == {(4, 5, 6)}


def test_a_stream_that_is_known_still_refuses_what_is_no_number() -> None:
    frames = market_data.PublicFrames(SPOT)
    frame = b'{"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"%s","B":"4","a":"5","A":"6"}}'
    assert frames.decode(frame % b"1", RECEIVED)
    for wrong in (b"NaN", b"Infinity", b"1_0", b" 1", b""):
        with pytest.raises(UndecodableFrame):
            frames.decode(frame % wrong, RECEIVED)


def test_streams_are_asked_for_where_they_are() -> None:
    assert streams.spot_stream("BTCUSDT", MarketStream.TRADES) == ("btcusdt@trade", streams.SPOT)
    assert streams.futures_stream("BTCUSDT", MarketStream.BOOK) == (
        "btcusdt@depth@100ms",
        streams.FUTURES_PUBLIC,
    )
    assert streams.futures_stream("BTCUSDT", MarketStream.TRADES) == (
        "btcusdt@aggTrade",
        streams.FUTURES_MARKET,
    )
    assert streams.candle_stream("BTCUSDT", Interval.M1) == "btcusdt@kline_1m"
    assert streams.mark_price_stream("BTCUSDT") == "btcusdt@markPrice@1s"
    assert (
        streams.subscription(["a", "b"], request_id=1) == b'{"method":"SUBSCRIBE","params":["a","b"],"id":1}'
    )
    assert streams.unsubscription(["a"], request_id=2) == b'{"method":"UNSUBSCRIBE","params":["a"],"id":2}'


def test_a_time_is_utc() -> None:
    told = market_answers.decode_server_time(b'{"serverTime":1499827319559}')
    assert told == datetime.fromisoformat("2017-07-12T02:41:59.559+00:00")
