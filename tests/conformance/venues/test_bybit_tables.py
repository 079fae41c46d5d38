"""Each table of Bybit's words is complete against its documentation, and an unknown word is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.support.bybit.markets import MARKETS, D

from tradebook.trading.orders import OrderStatus, OrderType, Side
from tradebook.venues.bybit.account_data import decode_private
from tradebook.venues.bybit.fills import EXEC_CAUSES
from tradebook.venues.bybit.market_data import INTERVALS
from tradebook.venues.bybit.orders import CAUSES, ENDED_BY_VENUE, STANDINGS, STOP_ORDER_TYPES, TIMES_IN_FORCE
from tradebook.venues.bybit.symbols import CONTRACT_KINDS, STATUSES, Category
from tradebook.venues.bybit.transactions import FUNDING, REASONS, TOLD_BY_FILLS
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import DEAD_MANS_SWITCH, Cause, ExecType, ExecutionReport

# Copied from https://bybit-exchange.github.io/docs/v5/enum as of autumn 2026.
CATEGORIES = "spot linear inverse option"
ORDER_STATUSES = """New PartiallyFilled Untriggered Rejected PartiallyFilledCanceled Filled Cancelled
    Triggered Deactivated"""
TIMES = "GTC IOC FOK PostOnly RPI"
EXEC_TYPES = "Trade AdlTrade Funding BustTrade Delivery Settle BlockTrade MovePosition FutureSpread"
STOP_TYPES = """TakeProfit StopLoss TrailingStop Stop PartialTakeProfit PartialStopLoss tpslOrder OcoOrder
    MmRateClose BidirectionalTpslOrder"""
CONTRACT_TYPES = "InversePerpetual LinearPerpetual LinearFutures InverseFutures"
LISTING_STATUSES = "PreLaunch Trading Delivering Closed"
CANDLE_INTERVALS = "1 3 5 15 30 60 120 240 360 720 D W M"
CANCEL_TYPES = """CancelByUser CancelByReduceOnly CancelByPrepareLiq CancelAllBeforeLiq CancelByPrepareAdl
    CancelAllBeforeAdl CancelByAdmin CancelBySettle CancelByTpSlTsClear CancelBySmp CancelByDCP
    CancelByRebalance CancelByOCOTpCanceledBySlTriggered CancelByOCOSlCanceledByTpTriggered
    CancelByCannotAffordOrderCost CancelByPmTrialMmOverEquity CancelByAccountBlocking CancelByDelivery
    CancelByMmpTriggered CancelByCrossSelfMuch CancelByCrossReachMaxTradeNum"""
CREATE_TYPES = """CreateByUser CreateByFutureSpread CreateByAdminClosing CreateBySettle CreateByStopOrder
    CreateByTakeProfit CreateByPartialTakeProfit CreateByStopLoss CreateByPartialStopLoss
    CreateByTrailingStop CreateByTrailingProfit CreateByLiq CreateByTakeOver_PassThrough
    CreateByAdl_PassThrough CreateByBlock_PassThrough CreateByBlockTradeMovePosition_PassThrough
    CreateByClosing CreateByFGridBot CloseByFGridBot CreateByTWAP CreateByTVSignal CreateByMmRateClose
    CreateByMartingaleBot CloseByMartingaleBot CreateByIceBerg CreateByArbitrage CreateByDdh
    CreateByBboOrder"""
LOG_TYPES = """TRANSFER_IN TRANSFER_OUT TRADE SETTLEMENT DELIVERY LIQUIDATION ADL AIRDROP BONUS
    BONUS_RECOLLECT FEE_REFUND INTEREST CURRENCY_BUY CURRENCY_SELL BORROWED_AMOUNT_INS_LOAN
    PRINCIPLE_REPAYMENT_INS_LOAN INTEREST_REPAYMENT_INS_LOAN AUTO_SOLD_COLLATERAL_INS_LOAN
    AUTO_BUY_LIABILITY_INS_LOAN AUTO_PRINCIPLE_REPAYMENT_INS_LOAN AUTO_INTEREST_REPAYMENT_INS_LOAN
    TRANSFER_IN_INS_LOAN TRANSFER_OUT_INS_LOAN SPOT_REPAYMENT_SELL SPOT_REPAYMENT_BUY TOKENS_SUBSCRIPTION
    TOKENS_REDEMPTION AUTO_DEDUCTION FLEXIBLE_STAKING_SUBSCRIPTION FLEXIBLE_STAKING_REDEMPTION
    FIXED_STAKING_SUBSCRIPTION FLEXIBLE_STAKING_REFUND FIXED_STAKING_REFUND PREMARKET_TRANSFER_OUT
    PREMARKET_DELIVERY_SELL_NEW_COIN PREMARKET_DELIVERY_BUY_NEW_COIN PREMARKET_DELIVERY_PLEDGE_PAY_SELLER
    PREMARKET_DELIVERY_PLEDGE_BACK PREMARKET_ROLLBACK_PLEDGE_BACK
    PREMARKET_ROLLBACK_PLEDGE_PENALTY_TO_BUYER CUSTODY_NETWORK_FEE CUSTODY_SETTLE_FEE CUSTODY_LOCK
    CUSTODY_UNLOCK CUSTODY_UNLOCK_REFUND LOANS_BORROW_FUNDS LOANS_PLEDGE_ASSET BONUS_TRANSFER_IN
    BONUS_TRANSFER_OUT PEF_TRANSFER_IN PEF_TRANSFER_OUT PEF_PROFIT_SHARE ONCHAINEARN_SUBSCRIPTION
    ONCHAINEARN_REDEMPTION ONCHAINEARN_REFUND STRUCTURE_PRODUCT_SUBSCRIPTION STRUCTURE_PRODUCT_REFUND
    CLASSIC_WEALTH_MANAGEMENT_SUBSCRIPTION PREMIMUM_WEALTH_MANAGEMENT_SUBSCRIPTION
    PREMIMUM_WEALTH_MANAGEMENT_REFUND LIQUIDITY_MINING_SUBSCRIPTION LIQUIDITY_MINING_REFUND PWM_SUBSCRIPTION
    PWM_REFUND DEFI_INVESTMENT_SUBSCRIPTION DEFI_INVESTMENT_REFUND DEFI_INVESTMENT_REDEMPTION
    INSTITUTION_LOAN_IN INSTITUTION_PAYBACK_PRINCIPAL_OUT INSTITUTION_PAYBACK_INTEREST_OUT
    INSTITUTION_EXCHANGE_SELL INSTITUTION_EXCHANGE_BUY INSTITUTION_LIQ_PRINCIPAL_OUT
    INSTITUTION_LIQ_INTEREST_OUT INSTITUTION_LOAN_TRANSFER_IN INSTITUTION_LOAN_TRANSFER_OUT
    INSTITUTION_LOAN_WITHOUT_WITHDRAW INSTITUTION_LOAN_RESERVE_IN INSTITUTION_LOAN_RESERVE_OUT
    SPREAD_FEE_OUT PLATFORM_TOKEN_MNT_LIQRECALLEDMMNT PLATFORM_TOKEN_MNT_LIQRETURNEDMNT BORROW REPAY CONVERT
    BROKER_ABACCOUNT_FEE EARNING_REDEMPTION_SELL EARNING_REDEMPTION_BUY DBS_CASH_OUT DBS_CASH_IN
    DBS_CASH_OUT_TR DBS_CASH_IN_TR CUSTODY_CASH_RECOVER_TR ALPHA_SMALL_TOKEN_REFUND TWAP_BUDGET_AIRDROP
    TWAP_BUDGET_RECALL FLOATING_TO_FIXED_BORROW FLOATING_TO_FIXED_REPAY IDN_CONVERT_IN IDN_CONVERT_OUT"""

ORDER = {
    "category": "linear",
    "symbol": "BTCUSDT",
    "orderId": "1",
    "side": "Buy",
    "orderType": "Limit",
    "orderStatus": "New",
    "qty": "1",
    "price": "10",
    "timeInForce": "GTC",
    "updatedTime": "1700000000000",
}


def told(**changed: Any) -> ExecutionReport:
    """What an order of the stream means."""
    frame = {"topic": "order", "creationTime": 1700000000001, "data": [{**ORDER, **changed}]}
    (message,) = decode_private(MARKETS, msgspec.json.encode(frame))
    assert isinstance(message, ExecutionReport)
    return message


@pytest.mark.parametrize(
    ("table", "documented"),
    [
        ({category.value for category in Category}, CATEGORIES),
        (STANDINGS, ORDER_STATUSES),
        (TIMES_IN_FORCE, TIMES),
        (EXEC_CAUSES, EXEC_TYPES),
        (CONTRACT_KINDS, CONTRACT_TYPES),
        (REASONS.keys() | TOLD_BY_FILLS | {FUNDING}, LOG_TYPES),
        # Older lists had one status more, and a plain order has no stop order type.
        (STATUSES.keys() - {"Settling"}, LISTING_STATUSES),
        (STOP_ORDER_TYPES.keys() - {"", "UNKNOWN"}, STOP_TYPES),
    ],
)
def test_a_table_has_the_words_of_the_documentation_and_no_other(table: Any, documented: str) -> None:
    assert set(table) == set(documented.split())


def test_some_tables_name_only_what_differs_from_the_rule() -> None:
    assert set(INTERVALS) < set(CANDLE_INTERVALS.split())
    assert set(CANCEL_TYPES.split()) > ENDED_BY_VENUE
    assert set(CREATE_TYPES.split()) > CAUSES.keys()


@pytest.mark.parametrize("word", CANCEL_TYPES.split())
def test_a_cancelled_order_was_cancelled_by_its_owner_or_ended_by_the_venue(word: str) -> None:
    asked_for = {
        "CancelByUser",
        "CancelByDCP",
        "CancelByOCOTpCanceledBySlTriggered",
        "CancelByOCOSlCanceledByTpTriggered",
    }
    message = told(orderStatus="Cancelled", cancelType=word)
    expected = OrderStatus.CANCELLED if word in asked_for else OrderStatus.EXPIRED
    reason = DEAD_MANS_SWITCH if word == "CancelByDCP" else word
    assert (message.status, message.reason) == (expected, reason)


@pytest.mark.parametrize("word", CREATE_TYPES.split())
def test_an_order_has_a_cause_other_than_its_owner_only_where_the_venue_closed_a_position(word: str) -> None:
    others = {
        "CreateByLiq": Cause.LIQUIDATION,
        "CreateByTakeOver_PassThrough": Cause.LIQUIDATION,
        "CreateByAdl_PassThrough": Cause.DELEVERAGING,
        "CreateBySettle": Cause.SETTLEMENT,
    }
    assert told(createType=word).cause is others.get(word, Cause.ORDER)


@pytest.mark.parametrize(
    "field", ["orderStatus", "side", "orderType", "timeInForce", "stopOrderType", "category", "symbol"]
)
def test_an_order_with_a_word_that_we_do_not_know_is_refused_and_says_which(field: str) -> None:
    with pytest.raises(UndecodableFrame, match=rf"order\.{field}"):
        told(**{field: "Something"})


def test_an_order_without_a_finite_quantity_is_refused() -> None:
    with pytest.raises(UndecodableFrame, match="qty is not a finite number"):
        told(qty="Infinity")


def test_a_post_only_order_that_would_have_taken_was_ended_by_the_venue() -> None:
    message = told(
        orderStatus="Cancelled", timeInForce="PostOnly", rejectReason="EC_PostOnlyWillTakeLiquidity"
    )
    assert message.exec_type is ExecType.EXPIRED
    assert message.post_only
    assert message.reason == "EC_PostOnlyWillTakeLiquidity"


def test_a_market_buy_on_spot_is_by_value_unless_it_says_otherwise() -> None:
    bought = {"category": "spot", "orderType": "Market", "timeInForce": "IOC", "qty": "200", "price": "0"}
    for unit, quantity, value in (("", "0", "200"), ("quoteCoin", "0", "200"), ("baseCoin", "200", None)):
        message = told(**bought, marketUnit=unit)
        assert message.quantity == D(quantity)
        assert message.quote_quantity == (None if value is None else D(value))
        assert message.price is None
    sold = told(**{**bought, "side": "Sell"})
    assert (sold.side, sold.quantity, sold.quote_quantity) == (Side.SELL, D("200"), None)


@pytest.mark.parametrize(
    ("side", "trigger", "type_"),
    [
        ("Buy", "110", OrderType.STOP_LIMIT),
        ("Buy", "90", OrderType.TAKE_PROFIT),
        ("Sell", "110", OrderType.TAKE_PROFIT),
        ("Sell", "90", OrderType.STOP_LIMIT),
    ],
)
def test_a_trigger_without_direction_lies_one_way_from_where_it_was_placed(
    side: str, trigger: str, type_: OrderType
) -> None:
    message = told(
        category="spot",
        side=side,
        stopOrderType="tpslOrder",
        triggerPrice=trigger,
        lastPriceOnCreated="100",
    )
    assert message.type is type_


def test_a_trailing_stop_and_a_triggered_order_are_told_as_such() -> None:
    trailing = told(stopOrderType="TrailingStop", orderType="Market", orderStatus="Untriggered")
    assert (trailing.type, trailing.exec_type) == (OrderType.TRAILING_STOP, ExecType.NEW)
    triggered = told(stopOrderType="Stop", triggerPrice="9", triggerDirection=2, orderStatus="Triggered")
    assert (triggered.status, triggered.exec_type) == (OrderStatus.ACCEPTED, ExecType.TRIGGERED)


def test_a_trigger_that_may_lie_either_way_counts_as_a_stop() -> None:
    assert told(stopOrderType="Stop", triggerPrice="9").type is OrderType.STOP_LIMIT
