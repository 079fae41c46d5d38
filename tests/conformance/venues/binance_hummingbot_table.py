"""What the literals in the tests of hummingbot's Binance connectors say, written out by hand.

``<...>`` in them stands for a value that those tests compute; ``COMPUTED`` says what stands there here:
order 4 of client order id OID1 buys 1 COINALPHA at 10000 HBOT.
"""

from __future__ import annotations

from msgspec.structs import replace
from tests.conformance.venues.binance_market_table import ALPHA_LISTED, listed, trade
from tests.conformance.venues.binance_orders import order
from tests.conformance.venues.binance_spot_table import balance
from tests.conformance.venues.binance_tables import (
    ALPHA,
    ALPHA_PERP,
    BTC_PERP,
    FUTURES,
    RECEIVED,
    SPOT,
    Case,
    D,
    Refused,
    Table,
    futures_frame,
    futures_public,
    ms,
    spot_cancellation,
    spot_frame,
    spot_orders,
    spot_public,
)

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Aggressor, BookUpdate, Level
from tradebook.trading.orders import (
    Liquidity,
    MarginMode,
    OrderStatus,
    OrderType,
    PositionSide,
    Side,
    TimeInForce,
)
from tradebook.venues.binance import futures_answers, market_answers, spot_answers
from tradebook.venues.binance.symbols import Listing, decode_futures_instruments, decode_spot_instruments
from tradebook.venues.messages.account import (
    Balance,
    BalanceChange,
    BalanceReason,
    ExecType,
    Execution,
    ExecutionReport,
    FeeRates,
    Position,
    VenueProblem,
)
from tradebook.venues.messages.market import BookChange, DayStatistics, MarkPrice

HBOT = Asset("HBOT")
LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
ALPHA_FUTURE = InstrumentId("COINALPHA-HBOT-20230331.BINANCE")


def diff(  # noqa: PLR0917 - as they stand in the frame
    instrument_id: InstrumentId, bid: str, ask: str, at: int, first: int, last: int, previous: int | None
) -> BookChange:
    def level(text: str) -> tuple[Level]:
        price, size = text.split()
        return (Level(price=D(price), size=D(size)),)

    return BookChange(
        update=BookUpdate(
            instrument_id=instrument_id,
            bids=level(bid),
            asks=level(ask),
            is_snapshot=False,
            at=ms(at),
            sequence=last,
        ),
        first=first,
        previous=previous,
    )


# --- spot

NEW = ExecutionReport(
    exec_type=ExecType.NEW,
    instrument_id=ALPHA,
    venue_order_id="4",
    client_order_id="OID1",
    status=OrderStatus.ACCEPTED,
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    quantity=D(1),
    price=D(10000),
    at=ms(1499405658657),
)
FILL = Execution(
    fill_id="1-4",
    instrument_id=ALPHA,
    venue_order_id="4",
    client_order_id="OID1",
    side=Side.BUY,
    quantity=D(1),
    price=D(10000),
    fee=D(30),
    fee_asset=HBOT,
    liquidity=Liquidity.TAKER,
    at=ms(1499405658657),
)
ASKED = replace(NEW, exec_type=ExecType.STATUS, quote_quantity=D(10000), at=ms(1499827319559))
OF_ACCOUNT = Execution(
    fill_id="28457-4",
    instrument_id=ALPHA,
    venue_order_id="4",
    side=Side.BUY,
    quantity=D(1),
    price=D(9999),
    fee=D("10.1"),
    fee_asset=HBOT,
    liquidity=Liquidity.TAKER,
    at=ms(1499865549590),
)
BTC_CAME = BalanceChange(
    asset=Asset("BTC"), amount=D(100), reason=BalanceReason.EXTERNAL, at=ms(1573200697068)
)
RATES = FeeRates(instrument_id=None, maker=D("0.0015"), taker=D("0.0015"))
WITH_FILTERS = listed(
    "COINALPHAHBOT",
    "COINALPHA",
    "HBOT",
    id_=ALPHA,
    name="COINALPHA/HBOT",
    tick="0.000001",
    lot="0.001",
    least="0.001",
    quantities=("0.001", "200000"),
)
RULES = replace(WITH_FILTERS, max_quantity=D(100000))


def spot_instruments(body: bytes) -> object:
    return decode_spot_instruments(body)


def bare_rules(body: bytes) -> object:
    """The entry is the list alone, without what stands around it, and without its assets."""
    return decode_spot_instruments(b'{"symbols":' + body + b"}")


HUMMINGBOT_SPOT: Table = {
    "0 _trade_update_event": Case(
        spot_public, [trade(ALPHA, 12345, "0.001", "100", Aggressor.SELL, 123456785)]
    ),
    "1 _order_diff_event": Case(
        spot_public, [diff(ALPHA, "0.0024 10", "0.0026 100", 123456789, 157, 160, None)]
    ),
    "3 all_symbols_request_mock_response": Case(spot_instruments, Listing(listed=(ALPHA_LISTED,))),
    "4 latest_prices_request_mock_response": Case(
        lambda body: market_answers.decode_day_statistics(body, SPOT),
        [
            DayStatistics(
                instrument_id=ALPHA,
                open=D(99),
                high=D(100),
                low=D("0.1"),
                last=D("9999.9"),
                volume=D("8913.3"),
                turnover=D("15.3"),
                at=ms(1499869899040),
            )
        ],
    ),
    "5 all_symbols_including_invalid_pair_mock_response": Case(
        spot_instruments,
        Listing(
            listed=(
                ALPHA_LISTED,
                listed(
                    "INVALIDPAIR",
                    "INVALID",
                    "PAIR",
                    id_="INVALID-PAIR.BINANCE",
                    name="INVALID/PAIR",
                    tick="0.00000001",
                    lot="0.00000001",
                ),
            )
        ),
    ),
    "6 trading_rules_request_mock_response": Case(spot_instruments, Listing(listed=(WITH_FILTERS,))),
    # Without filters nothing is known of its steps: it is left out, and said so.
    "7 trading_rules_request_erroneous_mock_response": Case(
        spot_instruments,
        Listing(
            listed=(),
            unreadable=("binance: exchange information: Object missing required field `filters`",),
        ),
    ),
    "8 order_creation_request_successful_mock_response": Case(
        lambda body: list(spot_answers.decode_spot_placement(body, order(price=D(10000)), SPOT, RECEIVED)),
        [
            ExecutionReport(
                exec_type=ExecType.NEW,
                # Of the order that was sent: Binance repeats nothing of it.
                instrument_id=order().instrument.instrument_id,
                venue_order_id="28",
                client_order_id="OID1",
                status=OrderStatus.ACCEPTED,
                side=Side.BUY,
                type=OrderType.LIMIT,
                time_in_force=TimeInForce.GTC,
                quantity=D("0.5"),
                price=D(10000),
                at=ms(1507725176595),
            )
        ],
    ),
    "9 balance_request_mock_response_for_base_and_quote": Case(
        spot_answers.decode_spot_account,
        [
            balance("COINALPHA", "10", "5", "15", ms(123456789)),
            balance("HBOT", "2000", "0", "2000", ms(123456789)),
            RATES,
        ],
    ),
    "10 balance_request_mock_response_only_base": Case(
        spot_answers.decode_spot_account,
        [balance("COINALPHA", "10", "5", "15", ms(123456789)), RATES],
    ),
    "11 balance_event_websocket_update": Case(
        spot_frame, [balance("COINALPHA", "10", "5", "15", ms(1564034571073))]
    ),
    "12 order_event_for_new_order_websocket_update": Case(spot_frame, [NEW]),
    "13 order_event_for_canceled_order_websocket_update": Case(
        spot_frame,
        [
            replace(
                NEW,
                exec_type=ExecType.CANCELLED,
                client_order_id="dummyText",
                replaces="OID1",
                status=OrderStatus.CANCELLED,
            )
        ],
    ),
    "14 order_event_for_full_fill_websocket_update": Case(
        spot_frame,
        [
            replace(
                NEW,
                exec_type=ExecType.TRADE,
                status=OrderStatus.FILLED,
                quote_quantity=D(10000),
                cumulative_quantity=D(1),
                average_price=D(10050),
                last=FILL,
            )
        ],
    ),
    "15 test_update_order_fills_from_trades_triggers_filled_event": Case(
        lambda body: spot_answers.decode_spot_fills(body, SPOT), [OF_ACCOUNT]
    ),
    "16 test_update_order_fills_from_trades_triggers_filled_event": Case(
        lambda body: spot_answers.decode_spot_fills(body, SPOT),
        [
            replace(
                OF_ACCOUNT,
                fill_id="30000-99999",
                venue_order_id="99999",
                quantity=D(12),
                price=D("4.000001"),
                fee_asset=Asset("BNB"),
            )
        ],
    ),
    "17 test_update_order_status_when_failed": Case(
        spot_orders, [replace(ASKED, status=OrderStatus.REJECTED)]
    ),
    "18 test_user_stream_update_for_order_failure": Case(
        spot_frame,
        [replace(NEW, exec_type=ExecType.REJECTED, status=OrderStatus.REJECTED, price=D(1000))],
    ),
    "19 test_format_trading_rules__min_notional_present": Case(
        bare_rules,
        Listing(
            listed=(),
            unreadable=("binance: exchange information: Object missing required field `baseAsset`",),
        ),
    ),
    "20 test_format_trading_rules__notional_but_no_min_notional_present": Case(
        bare_rules,
        Listing(
            listed=(),
            unreadable=("binance: exchange information: Object missing required field `baseAsset`",),
        ),
    ),
    "21 _order_cancelation_request_successful_mock_response": Case(
        spot_cancellation,
        [
            replace(
                NEW,
                exec_type=ExecType.CANCELLED,
                replaces="4",
                status=OrderStatus.CANCELLED,
                at=RECEIVED,
            )
        ],
    ),
    "22 _order_status_request_completely_filled_mock_response": Case(
        spot_orders,
        [
            replace(
                ASKED,
                status=OrderStatus.FILLED,
                cumulative_quantity=D(1),
                average_price=D(10002),
            )
        ],
    ),
    "23 _order_status_request_canceled_mock_response": Case(
        spot_orders, [replace(ASKED, status=OrderStatus.CANCELLED)]
    ),
    "24 _order_status_request_open_mock_response": Case(spot_orders, [ASKED]),
    "25 _order_status_request_partially_filled_mock_response": Case(
        spot_orders,
        [
            replace(
                ASKED,
                status=OrderStatus.PARTIALLY_FILLED,
                cumulative_quantity=D(1),
                average_price=D(5000),
            )
        ],
    ),
    "26 _order_fills_request_partial_fill_mock_response": Case(
        lambda body: spot_answers.decode_spot_fills(body, SPOT),
        [replace(OF_ACCOUNT, fill_id="30000-4", quantity=D("0.5"), price=D(10500), fee=D(30))],
    ),
    "27 _order_fills_request_full_fill_mock_response": Case(
        lambda body: spot_answers.decode_spot_fills(body, SPOT),
        [replace(OF_ACCOUNT, fill_id="30000-4", price=D(10000), fee=D(30))],
    ),
    "28 test_trade_message_from_exchange": Case(
        spot_public, [trade(ALPHA, 12345, "0.001", "100", Aggressor.SELL, 123456785)]
    ),
    "29 _user_update_event": Case(spot_frame, [BTC_CAME]),
    "30 _user_update_event_inner": Case(spot_frame, [BTC_CAME]),
    # Cut down to what that test looks at: no side, no type, no quantity.
    "31 test_process_event_message_unwraps_ws_api_event_container": Case(
        spot_frame, Refused("executionReport: Object missing required field")
    ),
    "32 test_process_event_message_handles_stream_terminated": Case(
        spot_frame,
        [VenueProblem(code="eventStreamTerminated", message="the subscription to the account has ended")],
    ),
}

# --- futures

FIRST_FILL = Execution(
    fill_id="1-8886774",
    instrument_id=ALPHA_PERP,
    venue_order_id="8886774",
    client_order_id="OID1",
    side=Side.BUY,
    quantity=D("0.1"),
    price=D(10000),
    fee=D(20),
    fee_asset=HBOT,
    liquidity=Liquidity.TAKER,
    position_side=LONG,
    realised_pnl=D(0),
    at=ms(1568879465651),
)
PARTIAL = ExecutionReport(
    exec_type=ExecType.TRADE,
    instrument_id=ALPHA_PERP,
    venue_order_id="8886774",
    client_order_id="OID1",
    status=OrderStatus.PARTIALLY_FILLED,
    side=Side.BUY,
    type=OrderType.TRAILING_STOP,
    time_in_force=TimeInForce.GTC,
    quantity=D(1),
    price=D(10000),
    trailing_offset=D(5),
    cumulative_quantity=D("0.1"),
    last=FIRST_FILL,
    position_side=LONG,
    at=ms(1568879465651),
)
SECOND_FILL = replace(FIRST_FILL, fill_id="2-8886774", quantity=D("0.9"), fee=D(30))
COMPLETE = replace(PARTIAL, status=OrderStatus.FILLED, cumulative_quantity=D(1), last=SECOND_FILL)


def sold(report: ExecutionReport) -> ExecutionReport:
    assert report.last is not None
    return replace(report, side=Side.SELL, last=replace(report.last, side=Side.SELL))


RISK = Position(
    instrument_id=ALPHA_PERP,
    quantity=D(1),
    entry_price=D(10),
    mark_price=D(11),
    liquidation_price=D(100),
    leverage=D(1),
    margin_mode=MarginMode.CROSS,
    unrealised_pnl=D(1),
    at=ms(1640780000),
)
UPDATED = Position(
    instrument_id=ALPHA_PERP,
    quantity=D(1),
    entry_price=D(10),
    margin_mode=MarginMode.CROSS,
    unrealised_pnl=D(1),
    realised_pnl=D(200),
    at=ms(1564745798938),
)
WALLET = Balance(
    asset=Asset("USDT"),
    total=D("122624.12345678"),
    available=None,
    wallet="usdm",
    at=ms(1564745798938),
)
WALLET_CHANGE = BalanceChange(
    asset=Asset("USDT"),
    amount=D("50.12345678"),
    reason=BalanceReason.ADJUSTMENT,
    at=ms(1564745798938),
)
CALLED = Position(
    instrument_id=ALPHA_PERP,
    quantity=D("1.327"),
    position_side=LONG,
    entry_price=None,
    mark_price=D("187.17127"),
    margin_mode=MarginMode.CROSS,
    unrealised_pnl=D("-1.166074"),
    at=ms(1587727187525),
)
USER_TRADE = Execution(
    fill_id="698759-8886774",
    instrument_id=ALPHA_PERP,
    venue_order_id="8886774",
    side=Side.SELL,
    quantity=D("0.5"),
    price=D(10000),
    fee=D(0),
    fee_asset=HBOT,
    liquidity=Liquidity.TAKER,
    position_side=SHORT,
    realised_pnl=D(0),
    at=ms(1000),
)
CANCELLED = ExecutionReport(
    exec_type=ExecType.CANCELLED,
    instrument_id=BTC_PERP,
    venue_order_id="283194212",
    client_order_id="ODI1",
    status=OrderStatus.CANCELLED,
    side=Side.BUY,
    type=OrderType.TRAILING_STOP,
    time_in_force=TimeInForce.GTC,
    quantity=D(11),
    trailing_offset=D("0.3"),
    position_side=SHORT,
    at=ms(1571110484038),
)


def positions(body: bytes) -> object:
    return futures_answers.decode_positions(body, FUTURES)


def cancelled(body: bytes) -> object:
    return futures_answers.decode_futures_orders(body, FUTURES, ExecType.CANCELLED)


def fills(body: bytes) -> object:
    return futures_answers.decode_futures_fills(body, FUTURES)


HUMMINGBOT_FUTURES: Table = {
    "0 _orderbook_update_event": Case(
        futures_public,
        [
            diff(
                ALPHA_PERP,
                "43614.31 0.000",
                "45277.14 0.257",
                1631591424189,
                752409354963,
                752409360466,
                752409354901,
            )
        ],
    ),
    "1 _orderbook_trade_event": Case(
        futures_public,
        [trade(ALPHA_PERP, 817295132, "45266.16", "2.206", Aggressor.BUY, 1631594403330)],
    ),
    "2 _funding_info_event": Case(
        futures_public,
        [
            MarkPrice(
                instrument_id=ALPHA_PERP,
                mark=D("46353.99600757"),
                index=D("46358.63622407"),
                funding_rate=D("0.0001"),
                next_funding_at=ms(1641312000000),
                at=ms(1641288864000),
            )
        ],
    ),
    "3 test_get_snapshot_successful": Case(
        lambda body: market_answers.decode_depth(body, ALPHA_PERP, RECEIVED),
        BookUpdate(
            instrument_id=ALPHA_PERP,
            bids=(Level(price=D(10), size=D(1)),),
            asks=(Level(price=D(11), size=D(1)),),
            is_snapshot=True,
            at=ms(1589436922959),
            sequence=1027024,
        ),
    ),
    "4 test_get_funding_info_from_exchange_successful": Case(
        lambda body: market_answers.decode_premium_index(body, FUTURES),
        [
            MarkPrice(
                instrument_id=ALPHA_PERP,
                mark=D("46382.32704603"),
                index=D("46385.80064948"),
                funding_rate=D("0.0001"),
                next_funding_at=ms(1641312000000),
                at=ms(1641288825000),
            )
        ],
    ),
    "5 _get_position_risk_api_endpoint_single_position_list": Case(positions, [RISK]),
    "6 _get_wrong_symbol_position_risk_api_endpoint_single_position_list": Case(
        positions, [replace(RISK, instrument_id=ALPHA_FUTURE)]
    ),
    # POSITION is no reason that Binance documents; with one that is, the rest of the literal is understood.
    "7 _get_account_update_ws_event_single_position_dict": Case(
        lambda body: futures_frame(body.replace(b'"POSITION"', b'"ORDER"')),
        [WALLET, WALLET_CHANGE, UPDATED],
    ),
    "8 _get_wrong_symbol_account_update_ws_event_single_position_dict": Case(
        futures_frame, Refused("ACCOUNT_UPDATE: reason 'POSITION' is not known")
    ),
    # Four fields of an answer, without the symbol that they are of.
    "9 _get_funding_info_dict": Case(
        lambda body: market_answers.decode_premium_index(body, FUTURES),
        Refused("premiumIndex: "),
    ),
    # Without its precisions, which the venue always tells.
    "10 _get_exchange_info_mock_response": Case(
        decode_futures_instruments,
        Listing(
            listed=(),
            unreadable=("binance: exchange information: Object missing required field `pricePrecision`",),
        ),
    ),
    "11 _get_exchange_info_error_mock_response": Case(
        decode_futures_instruments,
        Listing(
            listed=(),
            unreadable=("binance: exchange information: Object missing required field `filters`",),
        ),
    ),
    "12 test_buy_order_fill_event_takes_fee_from_update_event": Case(futures_frame, [PARTIAL]),
    "13 test_buy_order_fill_event_takes_fee_from_update_event": Case(futures_frame, [COMPLETE]),
    "14 test_sell_order_fill_event_takes_fee_from_update_event": Case(futures_frame, [sold(PARTIAL)]),
    "15 test_sell_order_fill_event_takes_fee_from_update_event": Case(futures_frame, [sold(COMPLETE)]),
    "16 test_fee_is_zero_when_not_included_in_fill_event": Case(
        futures_frame, [replace(PARTIAL, last=replace(FIRST_FILL, fee=None, fee_asset=None))]
    ),
    # A trade that leaves the order cancelled is a trade all the same.
    "17 test_order_event_with_cancelled_status_marks_order_as_cancelled": Case(
        futures_frame, [replace(PARTIAL, status=OrderStatus.CANCELLED)]
    ),
    "18 test_margin_call_event": Case(
        futures_frame,
        [
            VenueProblem(code="MARGIN_CALL", message="the margin of COINALPHAHBOT is nearly used up"),
            CALLED,
        ],
    ),
    "19 test_wrong_symbol_margin_call_event": Case(
        futures_frame,
        [
            VenueProblem(code="MARGIN_CALL", message="the margin of COINALPHAHBOT_230331 is nearly used up"),
            replace(CALLED, instrument_id=ALPHA_FUTURE),
        ],
    ),
    "20 test_update_order_fills_from_trades_successful": Case(fills, [USER_TRADE]),
    "21 test_update_order_fills_from_trades_constrains_query_with_start_time": Case(fills, [USER_TRADE]),
    "22 test_update_order_status_successful": Case(
        lambda body: futures_answers.decode_futures_orders(body, FUTURES),
        [
            ExecutionReport(
                exec_type=ExecType.STATUS,
                instrument_id=ALPHA_PERP,
                venue_order_id="8886774",
                client_order_id="OID1",
                status=OrderStatus.PARTIALLY_FILLED,
                side=Side.SELL,
                type=OrderType.LIMIT,
                time_in_force=TimeInForce.GTC,
                quantity=D(1),
                price=D(10000),
                cumulative_quantity=D("0.5"),
                position_side=LONG,
                at=ms(2000),
            )
        ],
    ),
    "23 test_cancel_order_successful": Case(cancelled, [CANCELLED]),
    # Too late: the answer to the cancellation says that it is filled, so nothing was cancelled.
    "24 test_cancel_order_failed": Case(
        cancelled, [replace(CANCELLED, exec_type=ExecType.STATUS, status=OrderStatus.FILLED)]
    ),
    "25 test_update_balances": Case(
        lambda body: futures_answers.decode_futures_account(body, FUTURES),
        [
            Balance(
                asset=Asset("USDT"),
                total=D("23.72469206"),
                available=D("23.72469206"),
                locked=D(0),
                wallet="usdm",
                at=ms(1625474304765),
            ),
            Balance(
                asset=Asset("BUSD"),
                total=D("103.12345678"),
                available=D("100.12345678"),
                locked=D(0),
                wallet="usdm",
                at=ms(1625474304765),
            ),
            Position(
                instrument_id=BTC_PERP,
                quantity=D(0),
                entry_price=None,
                leverage=D(100),
                margin_mode=MarginMode.ISOLATED,
                unrealised_pnl=D(0),
                at=None,
            ),
        ],
    ),
    "26 _simulate_user_update_event": Case(
        futures_frame,
        [
            ExecutionReport(
                exec_type=ExecType.NEW,
                instrument_id=InstrumentId("BTC-USD-20200925.BINANCE"),
                venue_order_id="8888888",
                client_order_id="TEST",
                status=OrderStatus.ACCEPTED,
                side=Side.SELL,
                type=OrderType.TRAILING_STOP,
                time_in_force=TimeInForce.GTC,
                quantity=D(2),
                trailing_offset=D(5),
                position_side=LONG,
                at=ms(1591274595442),
            )
        ],
    ),
}

HUMMINGBOT_IGNORED = {
    "exchange_binance": {
        "2 test_rest_authenticate": "parameters of a request, nothing that Binance says",
    },
    "derivative_binance_perpetual": {},
}
