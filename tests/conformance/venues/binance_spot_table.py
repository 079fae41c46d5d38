"""What Binance's payloads about a spot account say, written out by hand."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace
from tests.conformance.venues.binance_orders import market_order
from tests.conformance.venues.binance_tables import (
    BTC,
    ETH,
    SPOT,
    Case,
    D,
    Table,
    ms,
    spot_cancellation,
    spot_frame,
    spot_orders,
)

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.trading.orders import Liquidity, OrderStatus, OrderType, Side, TimeInForce
from tradebook.venues.binance import spot_answers as answers
from tradebook.venues.messages.account import (
    Balance,
    BalanceChange,
    BalanceReason,
    Cause,
    ExecType,
    Execution,
    ExecutionReport,
    FeeRates,
    ListedOrder,
    OrderListReport,
)

BNB_BTC = InstrumentId("BNB-BTC.BINANCE")
ETH_BTC = InstrumentId("ETH-BTC.BINANCE")
LTC_BTC = InstrumentId("LTC-BTC.BINANCE")
BTC_USD = InstrumentId("BTC-USD.BINANCE")

MAKER, TAKER = Liquidity.MAKER, Liquidity.TAKER


def balance(asset: str, free: str, locked: str, total: str, at: datetime) -> Balance:
    return Balance(
        asset=Asset(asset), total=D(total), available=D(free), locked=D(locked), wallet="spot", at=at
    )


# --- frames of the first collection: one order that lives, and one stop

NEW = ExecutionReport(
    exec_type=ExecType.NEW,
    instrument_id=ETH,
    venue_order_id="12345678",
    client_order_id="x-TD67BGP9-T0000000000000",
    status=OrderStatus.ACCEPTED,
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    quantity=D(1),
    price=D(2500),
    at=ms(1709654400000),
)
STOP = replace(
    NEW,
    venue_order_id="12345679",
    client_order_id="x-TD67BGP9-T0000000000001",
    side=Side.SELL,
    type=OrderType.STOP_LIMIT,
    price=D(2400),
    stop_price=D(2450),
)
FILLED = replace(
    NEW,
    exec_type=ExecType.TRADE,
    status=OrderStatus.FILLED,
    cumulative_quantity=D(1),
    average_price=D(2500),
    last=Execution(
        fill_id="98765432-12345678",
        instrument_id=ETH,
        venue_order_id="12345678",
        client_order_id="x-TD67BGP9-T0000000000000",
        side=Side.BUY,
        quantity=D(1),
        price=D(2500),
        fee=D("0.001"),
        fee_asset=Asset("ETH"),
        liquidity=MAKER,
        at=ms(1709654401000),
    ),
    at=ms(1709654401000),
)
CANCELLED = replace(NEW, exec_type=ExecType.CANCELLED, status=OrderStatus.CANCELLED, at=ms(1709654402000))
EXPIRED = replace(
    NEW,
    exec_type=ExecType.EXPIRED,
    status=OrderStatus.EXPIRED,
    time_in_force=TimeInForce.IOC,
    reason="INSUFFICIENT_LIQUIDITY",
    at=ms(1709654403000),
)

# --- frames of the second collection: all of one moment

PY_NEW = ExecutionReport(
    exec_type=ExecType.NEW,
    instrument_id=ETH,
    venue_order_id="1234567890",
    client_order_id="O-12345-test-new",
    status=OrderStatus.ACCEPTED,
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    quantity=D(1),
    price=D(2500),
    at=ms(1759347763167),
)
PY_TRADE = replace(
    PY_NEW,
    exec_type=ExecType.TRADE,
    client_order_id="O-12345-test-trade",
    status=OrderStatus.PARTIALLY_FILLED,
    cumulative_quantity=D("0.5"),
    average_price=D("2499.5"),
    last=Execution(
        fill_id="98765432-1234567890",
        instrument_id=ETH,
        venue_order_id="1234567890",
        client_order_id="O-12345-test-trade",
        side=Side.BUY,
        quantity=D("0.5"),
        price=D("2499.5"),
        fee=D("0.0005"),
        fee_asset=Asset("ETH"),
        liquidity=MAKER,
        at=ms(1759347763167),
    ),
)
PY_CANCELLED = replace(
    PY_NEW,
    exec_type=ExecType.CANCELLED,
    venue_order_id="9876543210",
    client_order_id="O-12345-test-cancel",
    status=OrderStatus.CANCELLED,
    side=Side.SELL,
    quantity=D("0.5"),
    cumulative_quantity=D("0.1"),
    average_price=D(2500),
)
PY_EXPIRED = replace(
    PY_NEW,
    exec_type=ExecType.EXPIRED,
    instrument_id=BTC,
    venue_order_id="1234567891",
    client_order_id="O-12345-test-expired",
    status=OrderStatus.EXPIRED,
    time_in_force=TimeInForce.GTD,
    quantity=D("0.01"),
    price=D(50000),
)
PY_L_ZERO = replace(PY_NEW, exec_type=ExecType.STATUS, client_order_id="O-12345-test-l-zero-new")


def named(report: ExecutionReport, client_order_id: str) -> ExecutionReport:
    assert report.last is not None
    return replace(
        report,
        client_order_id=client_order_id,
        last=replace(report.last, client_order_id=client_order_id),
    )


# --- answers

WORKING = ExecutionReport(
    exec_type=ExecType.STATUS,
    instrument_id=LTC_BTC,
    venue_order_id="1",
    client_order_id="myOrder1",
    status=OrderStatus.ACCEPTED,
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    quantity=D(1),
    price=D("0.1"),
    at=ms(1499827319559),
)
CANCEL_ID = "pXLV6Hz6mprAcVYpVMTGgx"
ALL_CANCELLED = ExecutionReport(
    exec_type=ExecType.CANCELLED,
    instrument_id=BTC,
    venue_order_id="11",
    client_order_id=CANCEL_ID,
    replaces="E6APeyTJvkMvLMYMqu1KQ4",
    status=OrderStatus.CANCELLED,
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    quantity=D("0.178622"),
    price=D("0.089853"),
    at=ms(1684804350068),
)
SOLD = ExecutionReport(
    exec_type=ExecType.NEW,
    instrument_id=BTC,
    venue_order_id="28",
    client_order_id="6gCrw2kRUAF9CvJDGP16IP",
    status=OrderStatus.FILLED,
    side=Side.SELL,
    type=OrderType.MARKET,
    time_in_force=TimeInForce.GTC,
    quantity=D(10),
    cumulative_quantity=D(10),
    average_price=D(1),
    at=ms(1507725176595),
)


def sold(trade_id: int, price: str, quantity: str, fee: str) -> Execution:
    return Execution(
        fill_id=f"{trade_id}-28",
        instrument_id=BTC,
        venue_order_id="28",
        client_order_id="6gCrw2kRUAF9CvJDGP16IP",
        side=Side.SELL,
        quantity=D(quantity),
        price=D(price),
        fee=D(fee),
        fee_asset=Asset("USDT"),
        liquidity=TAKER,
        at=ms(1507725176595),
    )


NAUTILUS_SPOT: Table = {
    "binance/spot/user_data_json/execution_report_new.json": Case(spot_frame, [NEW]),
    "binance/spot/user_data_json/execution_report_stop_loss.json": Case(spot_frame, [STOP]),
    "binance/spot/user_data_json/execution_report_trade.json": Case(spot_frame, [FILLED]),
    "binance/spot/user_data_json/execution_report_canceled.json": Case(spot_frame, [CANCELLED]),
    "binance/spot/user_data_json/execution_report_expired.json": Case(spot_frame, [EXPIRED]),
    "binance/spot/user_data_json/execution_report_wrapped.json": Case(
        spot_frame,
        [
            ExecutionReport(
                exec_type=ExecType.NEW,
                instrument_id=ETH_BTC,
                venue_order_id="4293153",
                client_order_id="mUvoqJxFIILMdfAW5iGSOW",
                status=OrderStatus.ACCEPTED,
                side=Side.BUY,
                type=OrderType.LIMIT,
                time_in_force=TimeInForce.GTC,
                quantity=D(1),
                price=D("0.1026441"),
                at=ms(1499405658657),
            )
        ],
    ),
    "binance/spot/user_data_json/account_position.json": Case(
        spot_frame,
        [
            balance("USDT", "10000", "2500", "12500", ms(1709654400000)),
            balance("ETH", "5", "0", "5", ms(1709654400000)),
        ],
    ),
    "binance/spot/user_data_json/account_position_wrapped.json": Case(
        spot_frame, [balance("ETH", "10000", "0", "10000", ms(1564034571073))]
    ),
    "binance/spot/user_data_json/balance_update.json": Case(
        spot_frame,
        [
            BalanceChange(
                asset=Asset("BTC"),
                amount=D("0.001"),
                reason=BalanceReason.EXTERNAL,
                at=ms(1709654400000),
            )
        ],
    ),
    "binance/spot/user_data_json/balance_update_wrapped.json": Case(
        spot_frame,
        [
            BalanceChange(
                asset=Asset("BTC"), amount=D(100), reason=BalanceReason.EXTERNAL, at=ms(1573200697068)
            )
        ],
    ),
    "binance/spot/user_data_json/list_status_wrapped.json": Case(
        spot_frame,
        [
            OrderListReport(
                order_list_id="2",
                client_list_id="F4QN4G8DlFATFlIUQ0cjdD",
                instrument_id=ETH_BTC,
                orders=(
                    ListedOrder(venue_order_id="17", client_order_id="AJYsMjErWJesZvqlJCTUgL"),
                    ListedOrder(venue_order_id="18", client_order_id="bfYPSQdLoqAJeNrOr9adzq"),
                ),
                is_done=False,
                at=ms(1564035303625),
            )
        ],
    ),
    "binance_py/ws_messages/ws_spot_execution_report_new.json": Case(spot_frame, [PY_NEW]),
    "binance_py/ws_messages/ws_spot_execution_report_new_price_match.json": Case(
        spot_frame, [replace(PY_NEW, client_order_id="O-12345-test-price-match", price=D("2495.5"))]
    ),
    "binance_py/ws_messages/ws_spot_execution_report_new_limit_if_touched_price_match.json": Case(
        spot_frame,
        [
            replace(
                PY_NEW,
                venue_order_id="1234567892",
                client_order_id="O-12345-test-limit-if-touched-price-match",
                type=OrderType.TAKE_PROFIT,
                price=D("2505.25"),
                stop_price=D(2500),
            )
        ],
    ),
    "binance_py/ws_messages/ws_spot_execution_report_new_stop_limit_price_match.json": Case(
        spot_frame,
        [
            replace(
                PY_NEW,
                venue_order_id="1234567891",
                client_order_id="O-12345-test-stop-limit-price-match",
                side=Side.SELL,
                type=OrderType.STOP_LIMIT,
                price=D("2405.75"),
                stop_price=D(2400),
            )
        ],
    ),
    "binance_py/ws_messages/ws_spot_execution_report_trade.json": Case(spot_frame, [PY_TRADE]),
    "binance_py/ws_messages/ws_spot_execution_report_custom_client_id.json": Case(
        spot_frame, [named(PY_TRADE, "INIT-BTC-1234567890")]
    ),
    "binance_py/ws_messages/ws_spot_execution_report_empty_client_id.json": Case(
        spot_frame, [named(PY_TRADE, "")]
    ),
    "binance_py/ws_messages/ws_spot_execution_report_binance_us.json": Case(
        spot_frame,
        [
            ExecutionReport(
                exec_type=ExecType.TRADE,
                instrument_id=BTC_USD,
                venue_order_id="2281896601",
                client_order_id="T0ESHzso0banw0QiPFZYgj",
                status=OrderStatus.FILLED,
                side=Side.SELL,
                type=OrderType.LIMIT,
                time_in_force=TimeInForce.GTC,
                quantity=D("0.00042"),
                price=D("117290.77"),
                cumulative_quantity=D("0.00042"),
                average_price=D("117290.77"),
                last=Execution(
                    fill_id="88685053-2281896601",
                    instrument_id=BTC_USD,
                    venue_order_id="2281896601",
                    client_order_id="T0ESHzso0banw0QiPFZYgj",
                    side=Side.SELL,
                    quantity=D("0.00042"),
                    price=D("117290.77"),
                    fee=D("0.00492621"),
                    fee_asset=Asset("USD"),
                    liquidity=TAKER,
                    at=ms(1759347763167),
                ),
                at=ms(1759347763167),
            )
        ],
    ),
    "binance_py/ws_messages/ws_spot_execution_report_calculated.json": Case(
        spot_frame,
        [
            ExecutionReport(
                exec_type=ExecType.TRADE,
                instrument_id=BTC,
                venue_order_id="1234567890",
                client_order_id="autoclose-123456789",
                status=OrderStatus.FILLED,
                side=Side.SELL,
                type=OrderType.LIMIT,
                time_in_force=TimeInForce.GTC,
                quantity=D("0.01"),
                price=D(50000),
                cumulative_quantity=D("0.01"),
                average_price=D(49500),
                last=Execution(
                    fill_id="98765432-1234567890",
                    instrument_id=BTC,
                    venue_order_id="1234567890",
                    client_order_id="autoclose-123456789",
                    side=Side.SELL,
                    quantity=D("0.01"),
                    price=D(49500),
                    fee=D("2.475"),
                    fee_asset=Asset("USDT"),
                    liquidity=TAKER,
                    cause=Cause.LIQUIDATION,
                    at=ms(1759347763167),
                ),
                cause=Cause.LIQUIDATION,
                at=ms(1759347763167),
            )
        ],
    ),
    "binance_py/ws_messages/ws_spot_execution_report_canceled.json": Case(spot_frame, [PY_CANCELLED]),
    "binance_py/ws_messages/ws_spot_execution_report_pending_cancel.json": Case(
        spot_frame,
        [replace(PY_CANCELLED, exec_type=ExecType.PENDING_CANCEL, status=OrderStatus.PENDING_CANCEL)],
    ),
    "binance_py/ws_messages/ws_spot_execution_report_expired.json": Case(spot_frame, [PY_EXPIRED]),
    "binance_py/ws_messages/ws_spot_execution_report_rejected.json": Case(
        spot_frame,
        [
            replace(
                PY_NEW,
                exec_type=ExecType.REJECTED,
                instrument_id=BTC,
                client_order_id="O-12345-test-reject",
                status=OrderStatus.REJECTED,
                quantity=D("0.001"),
                price=D(50000),
                post_only=True,
                reason="GTX_ORDER_REJECT",
            )
        ],
    ),
    "binance_py/ws_messages/ws_spot_execution_report_trade_prevention.json": Case(
        spot_frame,
        [
            replace(
                PY_NEW,
                exec_type=ExecType.EXPIRED,
                client_order_id="O-12345-test-stp",
                status=OrderStatus.EXPIRED,
                reason="SELF_TRADE_PREVENTION",
            )
        ],
    ),
    # Filled, and the price of it is not told: the fill is to be asked for.
    "binance_py/ws_messages/ws_spot_execution_report_trade_l_zero.json": Case(
        spot_frame,
        [
            replace(
                PY_NEW,
                exec_type=ExecType.TRADE,
                client_order_id="O-12345-test-trade-l-zero",
                status=OrderStatus.FILLED,
                quantity=D("0.001"),
                cumulative_quantity=D("0.001"),
            )
        ],
    ),
    "binance_py/ws_messages/ws_spot_execution_report_trade_l_zero_new.json": Case(spot_frame, [PY_L_ZERO]),
    "binance_py/ws_messages/ws_spot_execution_report_trade_l_zero_partial.json": Case(
        spot_frame,
        [
            replace(
                PY_L_ZERO,
                client_order_id="O-12345-test-l-zero-partial",
                status=OrderStatus.PARTIALLY_FILLED,
                cumulative_quantity=D("0.5"),
            )
        ],
    ),
    "binance_py/ws_messages/ws_spot_execution_report_trade_l_zero_canceled.json": Case(
        spot_frame,
        [
            replace(
                PY_NEW,
                exec_type=ExecType.CANCELLED,
                client_order_id="O-12345-test-l-zero-canceled",
                status=OrderStatus.CANCELLED,
                quantity=D("0.001"),
            )
        ],
    ),
    "binance_py/ws_messages/ws_spot_execution_report_trade_l_zero_expired.json": Case(
        spot_frame, [replace(PY_EXPIRED, client_order_id="O-12345-test-l-zero-expired")]
    ),
    "binance/spot/http_json/order_response.json": Case(spot_orders, [WORKING]),
    "binance/spot/http_json/open_orders_response.json": Case(spot_orders, [WORKING]),
    "binance/spot/http_json/all_orders_response.json": Case(spot_orders, [WORKING]),
    "binance/spot/http_json/new_order_full_response.json": Case(
        lambda body: answers.decode_spot_placement(body, market_order(), SPOT, ms(0)),
        [
            SOLD,
            sold(56, "4000", "1", "4"),
            sold(57, "3999", "5", "19.995"),
            sold(58, "3998", "2", "7.996"),
            sold(59, "3997", "1", "3.997"),
            sold(60, "3995", "1", "3.995"),
        ],
    ),
    "binance/spot/http_json/cancel_order_response.json": Case(
        spot_cancellation,
        [
            replace(
                WORKING,
                exec_type=ExecType.CANCELLED,
                venue_order_id="4",
                client_order_id="cancelMyOrder1",
                replaces="myOrder1",
                status=OrderStatus.CANCELLED,
                price=D(2),
                at=ms(1684804350068),
            )
        ],
    ),
    "binance/spot/http_json/cancel_open_orders_response.json": Case(
        spot_cancellation,
        [
            ALL_CANCELLED,
            replace(
                ALL_CANCELLED,
                venue_order_id="13",
                replaces="A3EF2HCwxgZPFMrfwbgrhv",
                price=D("0.09043"),
                at=ms(1684804350069),
            ),
            OrderListReport(
                order_list_id="1929",
                client_list_id="2inzWQdDvZLHbbAmAozX2N",
                instrument_id=BTC,
                orders=(
                    ListedOrder(venue_order_id="20", client_order_id="CwOOIPHSmYywx6jZX77TdL"),
                    ListedOrder(venue_order_id="21", client_order_id="461cPg51vQjV3zIMOXNz39"),
                ),
                is_done=True,
                at=ms(1585230948299),
            ),
            replace(
                ALL_CANCELLED,
                venue_order_id="20",
                replaces="CwOOIPHSmYywx6jZX77TdL",
                type=OrderType.STOP_LIMIT,
                quantity=D("0.690354"),
                price=D("0.668611"),
                stop_price=D("0.378131"),
                order_list_id="1929",
                at=ms(1688005070874),
            ),
            replace(
                ALL_CANCELLED,
                venue_order_id="21",
                replaces="461cPg51vQjV3zIMOXNz39",
                quantity=D("0.690354"),
                price=D("0.008791"),
                post_only=True,
                order_list_id="1929",
                at=ms(1688005070874),
            ),
        ],
    ),
    "binance/spot/http_json/account_trades_response.json": Case(
        lambda body: answers.decode_spot_fills(body, SPOT),
        [
            Execution(
                fill_id="28457-100234",
                instrument_id=BNB_BTC,
                venue_order_id="100234",
                side=Side.BUY,
                quantity=D(12),
                price=D("4.000001"),
                fee=D("10.1"),
                fee_asset=Asset("BNB"),
                liquidity=TAKER,
                at=ms(1499865549590),
            )
        ],
    ),
    "binance/spot/http_json/account_response.json": Case(
        answers.decode_spot_account,
        [
            balance("BTC", "4723846.89208129", "0", "4723846.89208129", ms(123456789)),
            balance("LTC", "4763368.68006011", "0", "4763368.68006011", ms(123456789)),
            FeeRates(instrument_id=None, maker=D("0.0015"), taker=D("0.0015")),
        ],
    ),
    "binance_py/http_responses/http_spot_wallet_account.json": Case(
        answers.decode_spot_account,
        [
            balance("BTC", "4723846.89208129", "0", "4723846.89208129", ms(123456789)),
            balance("LTC", "4763368.68006011", "0", "4763368.68006011", ms(123456789)),
            FeeRates(instrument_id=None, maker=D("0.0015"), taker=D("0.0015")),
        ],
    ),
    "binance_py/http_responses/http_wallet_trading_fee.json": Case(
        lambda body: answers.decode_spot_fees(body, SPOT),
        [FeeRates(instrument_id=BTC, maker=D("0.001"), taker=D("0.001"))],
    ),
    "binance_py/http_responses/http_wallet_trading_fees.json": Case(
        lambda body: answers.decode_spot_fees(body, SPOT),
        [
            FeeRates(instrument_id=BTC, maker=D("0.001"), taker=D("0.001")),
            FeeRates(instrument_id=ETH, maker=D("0.001"), taker=D("0.001")),
        ],
    ),
}
