"""What Binance's payloads about a USD-M futures account say, written out by hand."""

from __future__ import annotations

from msgspec.structs import replace
from tests.conformance.venues.binance_tables import (
    BTC_PERP,
    ETH_PERP,
    FUTURES,
    Case,
    D,
    Table,
    futures_frame,
    ms,
)

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.trading.orders import (
    Liquidity,
    MarginMode,
    OrderStatus,
    OrderType,
    PositionSide,
    Side,
    TimeInForce,
)
from tradebook.venues.binance import futures_answers as answers
from tradebook.venues.messages.account import (
    Balance,
    BalanceChange,
    BalanceReason,
    Cause,
    ExecType,
    Execution,
    ExecutionReport,
    FeeRates,
    LeverageSetting,
    Position,
)

BNB_PERP = InstrumentId("BNB-USDT-PERP.BINANCE")
DOGE_PERP = InstrumentId("DOGE-USDT-PERP.BINANCE")
BTC_FUTURE = InstrumentId("BTC-USDT-20220325.BINANCE")
BTC_INVERSE_FUTURE = InstrumentId("BTC-USD-20240329.BINANCE")
LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
USDT = Asset("USDT")

# --- frames of the first collection

TRAILING = ExecutionReport(
    exec_type=ExecType.NEW,
    instrument_id=BTC_PERP,
    venue_order_id="8886774",
    client_order_id="TEST",
    status=OrderStatus.ACCEPTED,
    side=Side.BUY,
    type=OrderType.TRAILING_STOP,
    time_in_force=TimeInForce.GTC,
    quantity=D("0.001"),
    trailing_offset=D(5),
    position_side=LONG,
    at=ms(1568879465651),
)
TRADE = replace(
    TRAILING,
    exec_type=ExecType.TRADE,
    status=OrderStatus.PARTIALLY_FILLED,
    type=OrderType.LIMIT,
    price=D("7100.5"),
    trailing_offset=None,
    cumulative_quantity=D("0.001"),
    average_price=D("7100.5"),
    last=Execution(
        fill_id="12345678-8886774",
        instrument_id=BTC_PERP,
        venue_order_id="8886774",
        client_order_id="TEST",
        side=Side.BUY,
        quantity=D("0.001"),
        price=D("7100.5"),
        fee=D("0.01"),
        fee_asset=USDT,
        liquidity=Liquidity.MAKER,
        position_side=LONG,
        realised_pnl=D("12.34"),
        at=ms(1568879465651),
    ),
)


def forced(
    order_id: str,
    trade_id: str,
    client_order_id: str,
    cause: Cause,
    *,
    quantity: str,
    price: str,
    fee: str | None,
    pnl: str,
    limit: str | None = None,
    side: Side = Side.SELL,
    position_side: PositionSide = LONG,
    instrument_id: InstrumentId = BTC_PERP,
    at: int = 1568879465651,
) -> ExecutionReport:
    """An order that Binance made and filled; those of the first collection are limit orders that reduce."""
    is_limit = limit is not None
    fill = Execution(
        fill_id=f"{trade_id}-{order_id}",
        instrument_id=instrument_id,
        venue_order_id=order_id,
        client_order_id=client_order_id,
        side=side,
        quantity=D(quantity),
        price=D(price),
        fee=None if fee is None else D(fee),
        fee_asset=None if fee is None else USDT,
        liquidity=Liquidity.TAKER,
        position_side=position_side,
        realised_pnl=D(pnl),
        cause=cause,
        at=ms(at),
    )
    return ExecutionReport(
        exec_type=ExecType.TRADE,
        instrument_id=instrument_id,
        venue_order_id=order_id,
        client_order_id=client_order_id,
        status=OrderStatus.FILLED,
        side=side,
        type=OrderType.LIMIT if is_limit else OrderType.MARKET,
        time_in_force=TimeInForce.IOC if is_limit else TimeInForce.GTC,
        quantity=D(quantity),
        price=D(limit) if limit else None,
        cumulative_quantity=D(quantity),
        average_price=D(price),
        last=fill,
        reduce_only=is_limit,
        position_side=position_side,
        cause=cause,
        at=ms(at),
    )


ALGO = ExecutionReport(
    exec_type=ExecType.NEW,
    instrument_id=BNB_PERP,
    venue_order_id="algo:2148719",
    client_order_id="Q5xaq5EGKgXXa0fD7fs0Ip",
    status=OrderStatus.ACCEPTED,
    side=Side.SELL,
    type=OrderType.TAKE_PROFIT,
    time_in_force=TimeInForce.GTC,
    quantity=D("0.01"),
    price=D(750),
    stop_price=D(750),
    at=ms(1750515742297),
)
DOGE_STOP = ExecutionReport(
    exec_type=ExecType.STATUS,
    instrument_id=DOGE_PERP,
    venue_order_id="algo:1000000033225453",
    client_order_id="O-20251211-053131-TEST-000-1",
    status=OrderStatus.ACCEPTED,
    side=Side.BUY,
    type=OrderType.STOP,
    time_in_force=TimeInForce.GTC,
    quantity=D(38),
    stop_price=D("0.13855"),
    reason="TRIGGERING",
    at=ms(1765431097019),
)

# --- frames of the second collection

PY_NEW = ExecutionReport(
    exec_type=ExecType.NEW,
    instrument_id=ETH_PERP,
    venue_order_id="8765432100",
    client_order_id="O-12345-test-price-match",
    status=OrderStatus.ACCEPTED,
    side=Side.BUY,
    type=OrderType.LIMIT,
    time_in_force=TimeInForce.GTC,
    quantity=D(1),
    price=D("2495.5"),
    position_side=LONG,
    at=ms(1759347763200),
)


def wallet(
    asset: str, total: str, at: int, *, available: str | None = None, locked: str | None = None
) -> Balance:
    return Balance(
        asset=Asset(asset),
        total=D(total),
        available=None if available is None else D(available),
        locked=None if locked is None else D(locked),
        wallet="usdm",
        at=ms(at),
    )


FLAT = Position(
    instrument_id=BTC_PERP,
    quantity=D(0),
    entry_price=None,
    margin_mode=MarginMode.ISOLATED,
    margin=D(0),
    unrealised_pnl=D(0),
    realised_pnl=D(200),
    at=ms(1564745798939),
)

NAUTILUS_FUTURES: Table = {
    "binance/futures/user_data_json/order_update_new.json": Case(futures_frame, [TRAILING]),
    "binance/futures/user_data_json/order_update_trade.json": Case(futures_frame, [TRADE]),
    "binance/futures/user_data_json/order_update_trade_partial.json": Case(
        futures_frame, [replace(TRADE, quantity=D("0.002"))]
    ),
    "binance/futures/user_data_json/order_update_calculated.json": Case(
        futures_frame,
        [
            forced(
                "8886999",
                "12345999",
                "autoclose-1234567890",
                Cause.LIQUIDATION,
                quantity="0.014",
                price="9910.12",
                limit="9910.00",
                fee="0.06937084",
                pnl="-5.67",
            )
        ],
    ),
    "binance/futures/user_data_json/order_update_calculated_pending.json": Case(
        futures_frame,
        [
            ExecutionReport(
                exec_type=ExecType.STATUS,
                instrument_id=BTC_PERP,
                venue_order_id="8887004",
                client_order_id="autoclose-pending-0000",
                status=OrderStatus.ACCEPTED,
                side=Side.SELL,
                type=OrderType.LIMIT,
                time_in_force=TimeInForce.IOC,
                quantity=D("0.014"),
                price=D("9910.00"),
                reduce_only=True,
                position_side=LONG,
                cause=Cause.LIQUIDATION,
                at=ms(1568879465651),
            )
        ],
    ),
    "binance/futures/user_data_json/order_update_adl.json": Case(
        futures_frame,
        [
            forced(
                "8887001",
                "12346001",
                "adl_autoclose_12345",
                Cause.DELEVERAGING,
                side=Side.BUY,
                position_side=SHORT,
                quantity="0.005",
                price="42000",
                limit="42000",
                fee="0.105",
                pnl="-2.50",
            )
        ],
    ),
    "binance/futures/user_data_json/order_update_insurance.json": Case(
        futures_frame,
        [
            forced(
                "8887003",
                "12346003",
                "autoclose-insurance-5678",
                Cause.LIQUIDATION,
                quantity="0.02",
                price="45000",
                limit="45000",
                fee="0.45",
                pnl="-8",
            )
        ],
    ),
    "binance/futures/user_data_json/order_update_settlement.json": Case(
        futures_frame,
        [
            forced(
                "8887002",
                "12346002",
                "settlement_autoclose-9999",
                Cause.SETTLEMENT,
                quantity="0.01",
                price="50000",
                limit="50000",
                fee="0.25",
                pnl="-10",
            )
        ],
    ),
    "binance/futures/user_data_json/order_update_delivery.json": Case(
        futures_frame,
        [
            forced(
                "8887003",
                "12346003",
                "delivery_autoclose-12345",
                Cause.SETTLEMENT,
                instrument_id=BTC_INVERSE_FUTURE,
                quantity="1",
                price="70000",
                limit="70000",
                fee=None,
                pnl="0",
                at=1711929600000,
            )
        ],
    ),
    "binance/futures/user_data_json/trade_lite.json": Case(
        futures_frame,
        [
            Execution(
                fill_id="12345678-8886774",
                instrument_id=BTC_PERP,
                venue_order_id="8886774",
                client_order_id="TEST",
                side=Side.BUY,
                quantity=D("0.001"),
                price=D("7100.5"),
                fee=None,
                fee_asset=None,
                liquidity=Liquidity.MAKER,
                position_side=None,
                at=ms(1568879465651),
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_trade_lite.json": Case(
        futures_frame,
        [
            Execution(
                fill_id="4467432841-8389765739703625592",
                instrument_id=ETH_PERP,
                venue_order_id="8389765739703625592",
                client_order_id="O-20240930-081155-001-000-29",
                side=Side.BUY,
                quantity=D("0.037"),
                price=D("2631.90"),
                fee=None,
                fee_asset=None,
                liquidity=Liquidity.TAKER,
                position_side=None,
                at=ms(1727683915920),
            )
        ],
    ),
    "binance/futures/user_data_json/algo_update_new.json": Case(futures_frame, [ALGO]),
    "binance/futures/user_data_json/algo_update_canceled.json": Case(
        futures_frame,
        [
            replace(
                ALGO,
                exec_type=ExecType.CANCELLED,
                status=OrderStatus.CANCELLED,
                reason="Reduce Only reject",
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_algo_update_triggering.json": Case(futures_frame, [DOGE_STOP]),
    "binance_py/ws_messages/ws_futures_algo_update_triggered.json": Case(
        futures_frame,
        [
            replace(
                DOGE_STOP,
                exec_type=ExecType.TRIGGERED,
                goes_on_as="88937381063",
                reason="",
                at=ms(1765431097030),
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_algo_update_finished.json": Case(
        futures_frame,
        [
            replace(
                DOGE_STOP,
                status=OrderStatus.FILLED,
                cumulative_quantity=D(38),
                average_price=D("0.13856"),
                goes_on_as="88937381063",
                reason="",
                at=ms(1765431097031),
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_algo_update_finished_canceled.json": Case(
        futures_frame,
        [
            replace(
                DOGE_STOP,
                venue_order_id="algo:1000000033225454",
                client_order_id="O-20251211-053131-TEST-000-2",
                status=OrderStatus.CANCELLED,
                goes_on_as="88937381064",
                reason="",
                at=ms(1765431097031),
            )
        ],
    ),
    "binance/futures/user_data_json/account_update.json": Case(
        futures_frame,
        [
            wallet("USDT", "122624.12345678", 1564745798939),
            BalanceChange(
                asset=USDT,
                amount=D("50.12345678"),
                reason=BalanceReason.ADJUSTMENT,
                at=ms(1564745798939),
            ),
            FLAT,
            replace(
                FLAT,
                quantity=D(20),
                position_side=LONG,
                entry_price=D("6563.6"),
                margin=D("13200.70726908"),
                unrealised_pnl=D("2850.212"),
                realised_pnl=D(0),
            ),
            replace(
                FLAT,
                quantity=D(-10),
                position_side=SHORT,
                entry_price=D("6563.8"),
                margin=D("6570.42511771"),
                unrealised_pnl=D("-1423.156"),
                realised_pnl=D("-45.04"),
            ),
        ],
    ),
    "binance/futures/user_data_json/account_update_bnfcr.json": Case(
        futures_frame, [wallet("BNFCR", "5001.28983031", 1781606859764)]
    ),
    "binance_py/ws_messages/ws_futures_order_update_adl.json": Case(
        futures_frame,
        [
            forced(
                "8765432109",
                "2233445566",
                "adl_autoclose",
                Cause.DELEVERAGING,
                side=Side.BUY,
                position_side=SHORT,
                instrument_id=ETH_PERP,
                quantity="1",
                price="2500",
                fee="2.5",
                pnl="50",
                at=1759347763200,
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_order_update_adl_filled.json": Case(
        futures_frame,
        [
            forced(
                "8765432109",
                "2233445566",
                "adl_autoclose-123",
                Cause.DELEVERAGING,
                side=Side.BUY,
                position_side=SHORT,
                instrument_id=ETH_PERP,
                quantity="1",
                price="2500",
                fee="2.5",
                pnl="50",
                at=1759347763200,
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_order_update_liquidation.json": Case(
        futures_frame,
        [
            forced(
                "9876543210",
                "1122334455",
                "autoclose-1234567890123456",
                Cause.LIQUIDATION,
                quantity="0.1",
                price="50000",
                fee="5",
                pnl="-100",
                at=1759347763167,
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_order_update_liquidation_zero_qty.json": Case(
        futures_frame,
        [
            ExecutionReport(
                exec_type=ExecType.STATUS,
                instrument_id=BTC_PERP,
                venue_order_id="7654321098",
                client_order_id="autoclose-7654321098765432",
                status=OrderStatus.FILLED,
                side=Side.SELL,
                type=OrderType.MARKET,
                time_in_force=TimeInForce.GTC,
                quantity=D(0),
                position_side=LONG,
                cause=Cause.LIQUIDATION,
                at=ms(1759347763250),
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_order_update_settlement.json": Case(
        futures_frame,
        [
            forced(
                "6543210987",
                "4455667788",
                "settlement_autoclose-1111222233334444",
                Cause.SETTLEMENT,
                side=Side.BUY,
                position_side=SHORT,
                quantity="0.05",
                price="51000",
                fee="2.55",
                pnl="25",
                at=1759347763300,
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_order_update_new_price_match.json": Case(futures_frame, [PY_NEW]),
    "binance_py/ws_messages/ws_futures_order_update_new_limit_if_touched_price_match.json": Case(
        futures_frame,
        [
            replace(
                PY_NEW,
                venue_order_id="8765432102",
                client_order_id="O-12345-test-limit-if-touched-price-match",
                type=OrderType.TAKE_PROFIT,
                price=D("2505.25"),
                stop_price=D(2500),
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_order_update_new_stop_limit_price_match.json": Case(
        futures_frame,
        [
            replace(
                PY_NEW,
                venue_order_id="8765432101",
                client_order_id="O-12345-test-stop-limit-price-match",
                side=Side.SELL,
                type=OrderType.STOP_LIMIT,
                price=D("2405.75"),
                stop_price=D(2400),
                position_side=SHORT,
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_order_update_new_reduce_only_qty.json": Case(
        futures_frame,
        [
            replace(
                PY_NEW,
                venue_order_id="8765432200",
                client_order_id="O-12345-test-reduce-only",
                side=Side.SELL,
                price=D(2500),
                reduce_only=True,
                position_side=PositionSide.NET,
            )
        ],
    ),
    "binance_py/ws_messages/ws_futures_order_update_trade_reduce_only_qty.json": Case(
        futures_frame,
        [
            replace(
                PY_NEW,
                exec_type=ExecType.TRADE,
                venue_order_id="8765432300",
                client_order_id="O-12345-test-reduce-only-trade",
                status=OrderStatus.FILLED,
                side=Side.SELL,
                price=D(2500),
                reduce_only=True,
                position_side=PositionSide.NET,
                cumulative_quantity=D(1),
                average_price=D(2500),
                last=Execution(
                    fill_id="9988776655-8765432300",
                    instrument_id=ETH_PERP,
                    venue_order_id="8765432300",
                    client_order_id="O-12345-test-reduce-only-trade",
                    side=Side.SELL,
                    quantity=D(1),
                    price=D(2500),
                    fee=D("0.5"),
                    fee_asset=USDT,
                    liquidity=Liquidity.TAKER,
                    realised_pnl=D(0),
                    at=ms(1759347763200),
                ),
            )
        ],
    ),
    "binance/futures/http_json/order_response.json": Case(
        lambda body: answers.decode_futures_orders(body, FUTURES, ExecType.NEW),
        [
            ExecutionReport(
                exec_type=ExecType.NEW,
                instrument_id=BTC_PERP,
                venue_order_id="12345678",
                client_order_id="testOrder123",
                status=OrderStatus.ACCEPTED,
                side=Side.BUY,
                type=OrderType.LIMIT,
                time_in_force=TimeInForce.GTC,
                quantity=D("0.001"),
                price=D(50000),
                at=ms(1625474304765),
            )
        ],
    ),
    "binance_py/http_responses/http_futures_account_orders.json": Case(
        lambda body: answers.decode_futures_orders(body, FUTURES),
        [
            ExecutionReport(
                exec_type=ExecType.STATUS,
                instrument_id=BTC_PERP,
                venue_order_id="1917641",
                client_order_id="abc",
                status=OrderStatus.ACCEPTED,
                side=Side.BUY,
                type=OrderType.TRAILING_STOP,
                time_in_force=TimeInForce.GTC,
                quantity=D("0.4"),
                trailing_offset=D("0.3"),
                position_side=SHORT,
                at=ms(1579276756075),
            )
        ],
    ),
    "binance/futures/http_json/open_algo_orders.json": Case(
        lambda body: answers.decode_algo_orders(body, FUTURES),
        [
            ExecutionReport(
                exec_type=ExecType.STATUS,
                instrument_id=BTC_PERP,
                venue_order_id="algo:123456789",
                client_order_id="test-algo-order-1",
                status=OrderStatus.ACCEPTED,
                side=Side.BUY,
                type=OrderType.STOP,
                time_in_force=TimeInForce.GTC,
                quantity=D("0.001"),
                stop_price=D(45000),
                at=ms(1625474304765),
            )
        ],
    ),
    "binance_py/http_responses/http_futures_account_trades.json": Case(
        lambda body: answers.decode_futures_fills(body, FUTURES),
        [
            Execution(
                fill_id="82357626-831238666",
                instrument_id=ETH_PERP,
                venue_order_id="831238666",
                side=Side.SELL,
                quantity=D("0.005"),
                price=D("2778.35"),
                fee=D("0.0055567"),
                fee_asset=USDT,
                liquidity=Liquidity.TAKER,
                realised_pnl=D(0),
                at=ms(1645930322371),
            ),
            Execution(
                fill_id="82357629-831238690",
                instrument_id=ETH_PERP,
                venue_order_id="831238690",
                side=Side.BUY,
                quantity=D("0.005"),
                price=D(2779),
                fee=D("0.005558"),
                fee_asset=USDT,
                liquidity=Liquidity.TAKER,
                realised_pnl=D("-0.00325"),
                at=ms(1645930333910),
            ),
        ],
    ),
    "binance/futures/http_json/position_risk.json": Case(
        lambda body: answers.decode_positions(body, FUTURES),
        [
            Position(
                instrument_id=BTC_PERP,
                quantity=D("0.001"),
                entry_price=D(50000),
                mark_price=D(51000),
                liquidation_price=D(45000),
                leverage=D(20),
                margin_mode=MarginMode.CROSS,
                unrealised_pnl=D(1),
                at=ms(1625474304765),
            )
        ],
    ),
    "binance_py/http_responses/http_futures_account_positions_one_way.json": Case(
        lambda body: answers.decode_positions(body, FUTURES),
        [
            Position(
                instrument_id=BTC_PERP,
                quantity=D(0),
                entry_price=None,
                mark_price=D("6679.50671178"),
                leverage=D(10),
                margin_mode=MarginMode.ISOLATED,
                unrealised_pnl=D(0),
                at=None,
            )
        ],
    ),
    "binance_py/http_responses/http_futures_account_positions_hedge.json": Case(
        lambda body: answers.decode_positions(body, FUTURES),
        [
            Position(
                instrument_id=BTC_PERP,
                quantity=D(20),
                position_side=LONG,
                entry_price=D("6563.665"),
                mark_price=D("6679.50671178"),
                liquidation_price=D("5930.78"),
                leverage=D(10),
                margin_mode=MarginMode.ISOLATED,
                margin=D("15517.54150468"),
                unrealised_pnl=D("2316.8342356"),
                at=ms(1625474304765),
            ),
            Position(
                instrument_id=BTC_PERP,
                quantity=D(-10),
                position_side=SHORT,
                entry_price=None,
                mark_price=D("6679.50671178"),
                liquidation_price=D("7189.95"),
                leverage=D(10),
                margin_mode=MarginMode.ISOLATED,
                margin=D("5413.95799991"),
                unrealised_pnl=D("-1156.4671178"),
                at=None,
            ),
        ],
    ),
    "binance/futures/http_json/account_info_v2.json": Case(
        lambda body: answers.decode_futures_account(body, FUTURES),
        [
            wallet("USDT", "23.72469206", 1625474304765, available="23.72469206", locked="0"),
            Position(
                instrument_id=BTC_PERP,
                quantity=D(0),
                entry_price=None,
                leverage=D(100),
                margin_mode=MarginMode.CROSS,
                unrealised_pnl=D(0),
                at=None,
            ),
        ],
    ),
    "binance/futures/http_json/balance.json": Case(
        answers.decode_futures_balances,
        [wallet("USDT", "122.12345678", 1617939110373, available="122.12345678")],
    ),
    "binance_py/http_responses/http_futures_account_symbol_config.json": Case(
        lambda body: answers.decode_leverage_settings(body, FUTURES),
        [
            LeverageSetting(instrument_id=ETH_PERP, leverage=D(20), margin_mode=MarginMode.CROSS),
            LeverageSetting(instrument_id=BTC_PERP, leverage=D(25), margin_mode=MarginMode.ISOLATED),
        ],
    ),
    "binance_py/http_responses/http_futures_account_position_side_dual.json": Case(
        answers.decode_hedge_mode, True
    ),
    "binance_py/http_responses/http_futures_wallet_commission_rate_btcusdt.json": Case(
        lambda body: answers.decode_futures_fees(body, FUTURES),
        FeeRates(instrument_id=BTC_PERP, maker=D("0.0002"), taker=D("0.0005")),
    ),
    "binance_py/http_responses/http_futures_wallet_commission_rate_ethusdt.json": Case(
        lambda body: answers.decode_futures_fees(body, FUTURES),
        FeeRates(instrument_id=ETH_PERP, maker=D("0.0002"), taker=D("0.0005")),
    ),
    "binance_py/http_responses/http_futures_wallet_commission_rate_btcusdt_quarterly.json": Case(
        lambda body: answers.decode_futures_fees(body, FUTURES),
        FeeRates(instrument_id=BTC_FUTURE, maker=D("0.0002"), taker=D("0.0005")),
    ),
}
