"""The venue's words about orders and fills, as tables. A word that stands in none of them is not guessed at.

Statuses: https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint
(query order status by oid or cloid).
"""

from __future__ import annotations

from typing import NamedTuple

from tradebook.trading.orders import OrderStatus, OrderType, TimeInForce
from tradebook.venues.messages.account import DEAD_MANS_SWITCH, Cause, ExecType


class Meaning(NamedTuple):
    """Why a status is told, and where the order then stands."""

    exec_type: ExecType
    status: OrderStatus


_OPEN = Meaning(ExecType.NEW, OrderStatus.ACCEPTED)
_CANCELLED = Meaning(ExecType.CANCELLED, OrderStatus.CANCELLED)
_EXPIRED = Meaning(ExecType.EXPIRED, OrderStatus.EXPIRED)
_REJECTED = Meaning(ExecType.REJECTED, OrderStatus.REJECTED)

STATUSES = {
    "open": _OPEN,
    # The fill itself is told by userFills: here it is only seen that nothing is left.
    "filled": Meaning(ExecType.STATUS, OrderStatus.FILLED),
    "triggered": Meaning(ExecType.TRIGGERED, OrderStatus.ACCEPTED),
    # Somebody wanted it: by hand, by the dead-man's switch, by a take-profit tied to a stop.
    "canceled": _CANCELLED,
    "scheduledCancel": _CANCELLED,
    "siblingFilledCanceled": _CANCELLED,
    # The venue ended it.
    "marginCanceled": _EXPIRED,
    "vaultWithdrawalCanceled": _EXPIRED,
    "openInterestCapCanceled": _EXPIRED,
    "selfTradeCanceled": _EXPIRED,
    "reduceOnlyCanceled": _EXPIRED,
    "delistedCanceled": _EXPIRED,
    "liquidatedCanceled": _EXPIRED,
    "rejected": _REJECTED,
    "tickRejected": _REJECTED,
    "minTradeNtlRejected": _REJECTED,
    "perpMarginRejected": _REJECTED,
    "reduceOnlyRejected": _REJECTED,
    "badAloPxRejected": _REJECTED,
    "iocCancelRejected": _REJECTED,
    "badTriggerPxRejected": _REJECTED,
    "marketOrderNoLiquidityRejected": _REJECTED,
    "positionIncreaseAtOpenInterestCapRejected": _REJECTED,
    "positionFlipAtOpenInterestCapRejected": _REJECTED,
    "tooAggressiveAtOpenInterestCapRejected": _REJECTED,
    "openInterestIncreaseRejected": _REJECTED,
    "insufficientSpotBalanceRejected": _REJECTED,
    "oracleRejected": _REJECTED,
    "perpMaxPositionRejected": _REJECTED,
    # Not in its documentation, and sent.
    "outcomeSettledCanceled": _EXPIRED,
    "internalCancel": _EXPIRED,
    "minTradeSpotNtlRejected": _REJECTED,
    "tooManyOpenOrdersRejected": _REJECTED,
    "outcomeSettledRejected": _REJECTED,
}

REASONS = {"scheduledCancel": DEAD_MANS_SWITCH}
"""Reasons that have a name of ours."""

ORDER_TYPES = {
    "Limit": OrderType.LIMIT,
    "Market": OrderType.MARKET,
    "Stop Limit": OrderType.STOP_LIMIT,
    "Stop Market": OrderType.STOP,
    "Take Profit Limit": OrderType.TAKE_PROFIT,
    "Take Profit Market": OrderType.TAKE_PROFIT,
    # What the venue does by itself takes what there is.
    "Twap Slice": OrderType.MARKET,
    "Vault Close": OrderType.MARKET,
    "Spot Dust Conversion": OrderType.MARKET,
}
AT_ANY_PRICE = frozenset(
    {"Market", "Stop Market", "Take Profit Market", "Twap Slice", "Vault Close", "Spot Dust Conversion"}
)
"""Types whose ``limitPx`` only bounds the slippage."""


class Lifetime(NamedTuple):
    """A time in force, whether it only adds liquidity, and who made an order that has it."""

    time_in_force: TimeInForce
    post_only: bool = False
    cause: Cause = Cause.ORDER


LIFETIMES = {
    "Gtc": Lifetime(TimeInForce.GTC),
    "Ioc": Lifetime(TimeInForce.IOC),
    "Alo": Lifetime(TimeInForce.GTC, post_only=True),
    "FrontendMarket": Lifetime(TimeInForce.IOC),
    "LiquidationMarket": Lifetime(TimeInForce.IOC, cause=Cause.LIQUIDATION),
}

CAUSES = {
    "Liquidated Cross Long": Cause.LIQUIDATION,
    "Liquidated Cross Short": Cause.LIQUIDATION,
    "Liquidated Isolated Long": Cause.LIQUIDATION,
    "Liquidated Isolated Short": Cause.LIQUIDATION,
    "Auto-Deleveraging": Cause.DELEVERAGING,
    "Settlement": Cause.SETTLEMENT,
    "Spot Dust Conversion": Cause.VENUE,
    "Net Child Vaults": Cause.VENUE,
}
"""What a fill's ``dir`` tells beside open, close, buy and sell; it is for display, and its words are open."""
