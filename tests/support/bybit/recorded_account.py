"""What Bybit's recorded private frames and answers mean, written out by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tests.support.bybit.markets import (
    APEX_SPOT,
    BTC,
    BTC_PERP,
    ETH,
    ETH_PERP,
    ICP_PERP,
    LTC_PERP,
    MARKETS,
    SOL_PERP,
    USDT,
    D,
    ms,
    report,
)
from tradebook.trading.orders import Liquidity, OrderStatus, OrderType, Side
from tradebook.venues.bybit.account_data import (
    decode_executions,
    decode_fee_rates,
    decode_orders,
    decode_positions,
    decode_private,
    decode_wallet,
)
from tradebook.venues.bybit.answers import Answer, Outcome, decode_answer
from tradebook.venues.bybit.permissions import decode_permissions
from tradebook.venues.bybit.symbols import Category
from tradebook.venues.messages.account import (
    Balance,
    Cause,
    ExecType,
    Execution,
    FeeRates,
    KeyPermissions,
    Position,
    VenueProblem,
)

LINEAR = Category.LINEAR

Decode = Callable[[bytes], Any]


def private(frame: bytes) -> Any:
    """A frame of the private stream."""
    return decode_private(MARKETS, frame)


def orders(data: bytes) -> Any:
    """An answer that lists orders in linear."""
    return decode_orders(MARKETS, LINEAR, data)


def positions(data: bytes) -> Any:
    """An answer that lists positions in linear."""
    return decode_positions(MARKETS, LINEAR, data)


def one_position(line: bytes) -> Any:
    """A position without its frame."""
    return private(
        msgspec.json.encode({"topic": "position", "creationTime": 1700000000123, "data": [msgspec.Raw(line)]})
    )


CANCELLED_STOP = report(
    venue_order_id="abcdef123456",
    client_order_id="client-1",
    status=OrderStatus.CANCELLED,
    type=OrderType.STOP_LIMIT,
    quantity=D("0.010"),
    price=D("30000"),
    reason="CancelByUser",
    at=ms(1700000005000),
)

OPEN_BUY = report(
    instrument_id=ETH_PERP,
    venue_order_id="open-order-1",
    client_order_id="client-open-1",
    quantity=D("0.010"),
    price=D("3930.41"),
    at=ms(1761355905606),
)

ORDER_ANSWERS: dict[str, tuple[Decode, Any]] = {
    "http_get_order_partially_filled_rejected.json": (
        orders,
        [
            report(
                venue_order_id="5cf98598-39a7-459e-97bf-76ca765ee021",
                client_order_id="O-20251001-164609-APEX-000-49",
                status=OrderStatus.EXPIRED,
                quantity=D("0.010"),
                price=D("30000"),
                cumulative_quantity=D("0.005"),
                average_price=D("30000"),
                reason="INSUFFICIENT_MARGIN",
                at=ms(1672364262457),
            )
        ],
    ),
    "http_get_orders_history.json": (orders, [CANCELLED_STOP]),
    "http_get_orders_history_with_duplicate.json": (
        orders,
        [
            OPEN_BUY,
            report(
                venue_order_id="closed-order-1",
                client_order_id="client-closed-1",
                status=OrderStatus.CANCELLED,
                type=OrderType.STOP_LIMIT,
                quantity=D("0.010"),
                price=D("30000"),
                reason="CancelByUser",
                at=ms(1700000005000),
            ),
        ],
    ),
    "http_get_orders_realtime.json": (
        orders,
        [
            OPEN_BUY,
            report(
                instrument_id=ETH_PERP,
                venue_order_id="open-order-2",
                client_order_id="client-open-2",
                side=Side.SELL,
                quantity=D("0.010"),
                price=D("3940.42"),
                at=ms(1761355905609),
            ),
        ],
    ),
    "http_get_orders_realtime_tp_sl.json": (
        orders,
        [
            report(
                venue_order_id="tp-order-001",
                client_order_id="client-tp-001",
                side=Side.SELL,
                type=OrderType.TAKE_PROFIT,
                quantity=D("0.500"),
                stop_price=D("55000.00"),
                reduce_only=True,
                close_position=True,
                at=ms(1672364262457),
            ),
            report(
                venue_order_id="sl-order-001",
                client_order_id="client-sl-001",
                side=Side.SELL,
                type=OrderType.STOP_LIMIT,
                quantity=D("0.500"),
                price=D("47500.00"),
                stop_price=D("48000.00"),
                reduce_only=True,
                close_position=True,
                at=ms(1672364262457),
            ),
        ],
    ),
}


def _conditional(name: str, side: Side, type_: OrderType, stop: str, price: str | None = None) -> Any:
    return [
        report(
            exec_type=ExecType.NEW,
            venue_order_id=f"test-{name}-001",
            client_order_id=f"test-client-{name}-001",
            side=side,
            type=type_,
            quantity=D("0.100"),
            price=None if price is None else D(price),
            stop_price=D(stop),
            at=ms(1672364262457),
        )
    ]


def _protection(venue_id: str, client_id: str, type_: OrderType, stop: str) -> Any:
    return [
        report(
            exec_type=ExecType.NEW,
            venue_order_id=venue_id,
            client_order_id=client_id,
            side=Side.SELL,
            type=type_,
            quantity=D("0.500"),
            stop_price=D(stop),
            reduce_only=True,
            close_position=True,
            at=ms(1672364262457),
        )
    ]


ORDER_NEWS: dict[str, tuple[Decode, Any]] = {
    "ws_account_order.json": (
        private,
        [
            report(
                exec_type=ExecType.CANCELLED,
                venue_order_id="abcdef123456",
                client_order_id="client-1",
                status=OrderStatus.CANCELLED,
                type=OrderType.STOP_LIMIT,
                quantity=D("0.010"),
                price=D("30000"),
                reason="CancelByUser",
                at=ms(1700000005000),
            )
        ],
    ),
    "ws_account_order_buy_stop_market.json": (
        private,
        _conditional("buy-stop-market", Side.BUY, OrderType.STOP, "55000.00"),
    ),
    "ws_account_order_filled.json": (
        private,
        [
            report(
                # Triggered where it was below the market: it was a take-profit with a limit.
                type=OrderType.TAKE_PROFIT,
                venue_order_id="5cf98598-39a7-459e-97bf-76ca765ee020",
                client_order_id="test-client-order-001",
                status=OrderStatus.FILLED,
                quantity=D("0.100"),
                price=D("30000.50"),
                stop_price=D("29500.00"),
                cumulative_quantity=D("0.100"),
                average_price=D("30000.50"),
                at=ms(1672364262457),
            )
        ],
    ),
    "ws_account_order_limit_if_touched.json": (
        private,
        _conditional("lit", Side.BUY, OrderType.TAKE_PROFIT, "55000.00", "55500.00"),
    ),
    "ws_account_order_market_if_touched.json": (
        private,
        _conditional("mit", Side.BUY, OrderType.TAKE_PROFIT, "55000.00"),
    ),
    "ws_account_order_partially_filled_rejected.json": (
        private,
        [
            report(
                exec_type=ExecType.EXPIRED,
                instrument_id=APEX_SPOT,
                venue_order_id="5cf98598-39a7-459e-97bf-76ca765ee021",
                client_order_id="O-20251001-164609-APEX-000-49",
                status=OrderStatus.EXPIRED,
                quantity=D("100.0"),
                price=D("1.500"),
                cumulative_quantity=D("50.0"),
                average_price=D("1.500"),
                at=ms(1672364262457),
            )
        ],
    ),
    "ws_account_order_sell_market_if_touched.json": (
        private,
        _conditional("sell-mit", Side.SELL, OrderType.TAKE_PROFIT, "55000.00"),
    ),
    "ws_account_order_stop_limit.json": (
        private,
        _conditional("stop-limit", Side.SELL, OrderType.STOP_LIMIT, "45000.00", "44500.00"),
    ),
    "ws_account_order_stop_loss.json": (
        private,
        _protection("test-stop-loss-001", "test-client-sl-001", OrderType.STOP, "48000.00"),
    ),
    "ws_account_order_stop_market.json": (
        private,
        _conditional("stop-market", Side.SELL, OrderType.STOP, "45000.00"),
    ),
    "ws_account_order_take_profit.json": (
        private,
        _protection("test-take-profit-001", "test-client-tp-001", OrderType.TAKE_PROFIT, "55000.00"),
    ),
    "ws_order_response.json": (
        decode_answer,
        Answer(
            outcome=Outcome.TAKEN,
            venue_order_id="1726025498520715008",
            client_order_id="client-order-1",
            request_id="order-req-001",
        ),
    ),
}

FILLS: dict[str, tuple[Decode, Any]] = {
    "http_get_executions.json": (
        lambda data: decode_executions(MARKETS, LINEAR, data),
        [
            Execution(
                fill_id="e0cbe81d-0f18-5866-9415-cf319b5dab3b:buy",
                instrument_id=BTC_PERP,
                venue_order_id="8c065341-7b52-4ca9-ac2c-37e31ac55c94",
                client_order_id="test-order-001",
                side=Side.BUY,
                quantity=D("0.100"),
                price=D("50000.00"),
                fee=D("0.0150"),
                fee_asset=USDT,
                liquidity=Liquidity.MAKER,
                leaves=D("0.000"),
                at=ms(1672282722429),
            ),
            Execution(
                fill_id="f1dce92e-1g29-6977-a526-dg420c6ecb4c:sell",
                instrument_id=ETH_PERP,
                venue_order_id="7b954230-6a41-3ba8-bc20-26d20ab44b83",
                client_order_id="test-order-002",
                side=Side.SELL,
                quantity=D("0.500"),
                price=D("3000.00"),
                fee=D("0.9000"),
                fee_asset=USDT,
                liquidity=Liquidity.TAKER,
                leaves=D("0.500"),
                at=ms(1672282822529),
            ),
        ],
    ),
    "ws_account_execution.json": (
        private,
        [
            Execution(
                fill_id="0ab1bdf7-4219-438b-b30a-32ec863018f7:sell",
                instrument_id=BTC_PERP,
                venue_order_id="9aac161b-8ed6-450d-9cab-c5cc67c21784",
                client_order_id="test-order-link-001",
                side=Side.SELL,
                quantity=D("0.5"),
                price=D("95900.1"),
                fee=D("26.3725275"),
                fee_asset=USDT,
                liquidity=Liquidity.TAKER,
                leaves=D("0"),
                at=ms(1746270400353),
            )
        ],
    ),
    "ws_account_execution_adl.json": (
        private,
        [
            Execution(
                fill_id="0ab1bdf7-4219-438b-b30a-32ec863018f8:sell",
                instrument_id=BTC_PERP,
                venue_order_id="9aac161b-8ed6-450d-9cab-c5cc67c21785",
                side=Side.SELL,
                quantity=D("0.5"),
                price=D("95850.0"),
                fee=D("0"),
                fee_asset=USDT,
                liquidity=Liquidity.TAKER,
                cause=Cause.DELEVERAGING,
                leaves=D("0"),
                at=ms(1746270400398),
            )
        ],
    ),
    "ws_account_execution_fast.json": (
        private,
        [
            Execution(
                fill_id="3510f361-0add-5c7b-a2e7-9679810944fc:sell",
                instrument_id=ICP_PERP,
                venue_order_id="443d63fa-b4c3-4297-b7b1-23bca88b04dc",
                client_order_id="test-order-link-001",
                side=Side.SELL,
                quantity=D("3000"),
                price=D("12.015"),
                fee=None,
                fee_asset=None,
                liquidity=Liquidity.TAKER,
                at=ms(1716800399334),
            )
        ],
    ),
    "ws_account_execution_fast_envelope_id.json": (private, []),
}

_SHORT_ETH = [
    Position(
        instrument_id=ETH_PERP,
        quantity=D("-0.01"),
        entry_price=D("3641.075"),
        mark_price=D("3641.33"),
        liquidation_price=D("51764.83003276"),
        leverage=D("30"),
        unrealised_pnl=D("-0.00255"),
        realised_pnl=D("0.0094814"),
        at=ms(1762199125472),
    )
]

POSITIONS: dict[str, tuple[Decode, Any]] = {
    "http_get_positions.json": (
        positions,
        [
            Position(
                instrument_id=BTC_PERP,
                quantity=D("0.5"),
                entry_price=D("50000.00"),
                mark_price=D("50500.00"),
                liquidation_price=D("45000.00"),
                leverage=D("10"),
                unrealised_pnl=D("250.00"),
                realised_pnl=D("100.00"),
                at=ms(1697673600012),
            ),
            Position(
                instrument_id=ETH_PERP,
                quantity=D("-5.0"),
                entry_price=D("3000.00"),
                mark_price=D("2950.00"),
                liquidation_price=D("3500.00"),
                leverage=D("5"),
                unrealised_pnl=D("250.00"),
                realised_pnl=D("-50.00"),
                at=ms(1697673700112),
            ),
            Position(
                instrument_id=SOL_PERP,
                quantity=D("0"),
                entry_price=None,
                mark_price=D("150.00"),
                leverage=D("10"),
                unrealised_pnl=D("0"),
                realised_pnl=D("0"),
                at=ms(1697673800212),
            ),
        ],
    ),
    "http_get_positions_with_open_time.json": (
        positions,
        [
            Position(
                instrument_id=LTC_PERP,
                quantity=D("1"),
                entry_price=D("70"),
                mark_price=D("70.00"),
                leverage=D("10"),
                unrealised_pnl=D("0"),
                realised_pnl=D("0"),
                at=ms(1697673600012),
            )
        ],
    ),
    "ws_account_position.json": (private, _SHORT_ETH),
    "ws_account_position_short.json": (private, _SHORT_ETH),
    "ws_account_position_with_open_time.json": (
        one_position,
        [
            Position(
                instrument_id=BTC_PERP,
                quantity=D("0.1"),
                entry_price=D("50000"),
                mark_price=D("50100"),
                liquidation_price=D("45000"),
                leverage=D("10"),
                unrealised_pnl=D("10"),
                realised_pnl=D("0"),
                at=ms(1700000000000),
            )
        ],
    ),
}


def _borrowed(amount: str, interest: str, total: str, asset: Any) -> Balance:
    return Balance(
        asset=asset,
        total=D(total),
        available=None,
        locked=D("0"),
        borrowed=D(amount),
        interest=D(interest),
        wallet="UNIFIED",
        at=ms(1234567890),
    )


BALANCES: dict[str, tuple[Decode, Any]] = {
    "http_get_wallet_balance.json": (
        decode_wallet,
        [
            _borrowed("0", "0", "0", BTC),
            _borrowed("0", "0", "1000.50", USDT),
            _borrowed("0.06142", "0.02", "0", ETH),
        ],
    ),
    "http_get_wallet_balance_spot_short.json": (
        decode_wallet,
        [_borrowed("0.06142", "0.02", "0", ETH), _borrowed("0", "0", "2500.00", USDT)],
    ),
    "http_get_wallet_balance_with_spot_borrow.json": (
        decode_wallet,
        [_borrowed("200.00", "0.50", "1200.00", USDT)],
    ),
    "ws_account_wallet.json": (
        private,
        [
            Balance(
                asset=BTC,
                total=D("0.00102964"),
                available=None,
                locked=D("0.00010000"),
                at=ms(1700034722104),
            ),
            Balance(
                asset=USDT,
                total=D("9647.75537647"),
                available=None,
                locked=D("127.8573161"),
                at=ms(1700034722104),
            ),
        ],
    ),
    "ws_account_wallet_locked_exceeds_total.json": (
        private,
        [Balance(asset=USDT, total=D("100.0"), available=None, locked=D("120.0"), at=ms(1762960669000))],
    ),
    "ws_account_wallet_small_order.json": (
        private,
        [
            Balance(
                asset=USDT,
                total=D("51333.82543837"),
                available=None,
                locked=D("50.028"),
                at=ms(1762960669000),
            )
        ],
    ),
}

OTHERS: dict[str, tuple[Decode, Any]] = {
    "http_get_fee_rate.json": (
        lambda data: decode_fee_rates(MARKETS, LINEAR, data),
        [
            FeeRates(instrument_id=BTC_PERP, maker=D("0.0001"), taker=D("0.0006")),
            FeeRates(instrument_id=ETH_PERP, maker=D("0.0001"), taker=D("0.0006")),
            FeeRates(instrument_id=SOL_PERP, maker=D("0.00025"), taker=D("0.00075")),
        ],
    ),
    "http_get_user_query_api.json": (
        decode_permissions,
        KeyPermissions(
            can_read=True,
            can_trade=False,
            can_withdraw=False,
            is_bound_to_addresses=True,
            account="1448939",
        ),
    ),
    "http_post_user_update_master_api.json": (
        decode_permissions,
        KeyPermissions(can_read=True, can_trade=True, can_withdraw=False, is_bound_to_addresses=False),
    ),
    "http_post_user_update_sub_api.json": (
        decode_permissions,
        KeyPermissions(can_read=True, can_trade=True, can_withdraw=False, is_bound_to_addresses=False),
    ),
    "ws_auth_failure.json": (private, [VenueProblem(code="10003", message="Invalid apikey")]),
    "ws_auth_success.json": (private, []),
}

IGNORED = {
    "http_get_account_info.json": "settings of the account: its margin mode and its dead man's switch",
    "http_get_user_escrow_sub_members.json": "names of sub-accounts",
    "http_get_user_sub_apikeys.json": "keys of sub-accounts, which a key of ours never manages",
    "http_get_user_sub_members.json": "names of sub-accounts",
    "http_get_user_sub_members_paged.json": "names of sub-accounts",
}
"""No field of these concerns an order, a fill, a balance, a position, a price or an instrument."""
