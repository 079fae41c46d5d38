"""Binance's enumerations in our words. A word that is not here is not understood; none stands for another.

Spot: https://github.com/binance/binance-spot-api-docs/blob/master/enums.md and ``user-data-stream.md`` there.
Futures: https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition and the
pages Event-Order-Update, Event-Algo-Order-Update and Event-Balance-and-Position-Update of user-data-streams.
"""

from __future__ import annotations

from tradebook.market.values import Interval
from tradebook.trading.orders import MarginMode, OrderStatus, OrderType, PositionSide, Side, TimeInForce
from tradebook.venues.messages.account import BalanceReason, Cause, ExecType
from tradebook.venues.messages.instruments import InstrumentKind, ListingStatus

SIDE = {"BUY": Side.BUY, "SELL": Side.SELL}

POSITION_SIDE = {"BOTH": PositionSide.NET, "LONG": PositionSide.LONG, "SHORT": PositionSide.SHORT}

MARGIN_MODE = {
    "cross": MarginMode.CROSS,
    "crossed": MarginMode.CROSS,
    "CROSSED": MarginMode.CROSS,
    "isolated": MarginMode.ISOLATED,
    "ISOLATED": MarginMode.ISOLATED,
}

TIME_IN_FORCE = {
    "GTC": TimeInForce.GTC,
    "IOC": TimeInForce.IOC,
    "FOK": TimeInForce.FOK,
    "GTX": TimeInForce.GTC,
    "RPI": TimeInForce.GTC,
    "GTD": TimeInForce.GTD,
    "GTE_GTC": TimeInForce.GTC,
}
POST_ONLY = frozenset({"GTX", "RPI", "LIMIT_MAKER"})
"""Times in force and order types that never take: RPI meets only orders of Binance's own app."""

SPOT_ORDER_TYPE = {
    "LIMIT": OrderType.LIMIT,
    "LIMIT_MAKER": OrderType.LIMIT,
    "MARKET": OrderType.MARKET,
    "STOP_LOSS": OrderType.STOP,
    "STOP_LOSS_LIMIT": OrderType.STOP_LIMIT,
    "TAKE_PROFIT": OrderType.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": OrderType.TAKE_PROFIT,
}
FUTURES_ORDER_TYPE = {
    "LIMIT": OrderType.LIMIT,
    "MARKET": OrderType.MARKET,
    "STOP": OrderType.STOP_LIMIT,
    "STOP_MARKET": OrderType.STOP,
    "TAKE_PROFIT": OrderType.TAKE_PROFIT,
    "TAKE_PROFIT_MARKET": OrderType.TAKE_PROFIT,
    "TRAILING_STOP_MARKET": OrderType.TRAILING_STOP,
    "LIQUIDATION": OrderType.MARKET,
}

ORDER_STATUS = {
    "NEW": OrderStatus.ACCEPTED,
    "PENDING_NEW": OrderStatus.ACCEPTED,
    "PARTIALLY_FILLED": OrderStatus.PARTIALLY_FILLED,
    "FILLED": OrderStatus.FILLED,
    "CANCELED": OrderStatus.CANCELLED,
    "PENDING_CANCEL": OrderStatus.PENDING_CANCEL,
    "REJECTED": OrderStatus.REJECTED,
    "EXPIRED": OrderStatus.EXPIRED,
    "EXPIRED_IN_MATCH": OrderStatus.EXPIRED,
}
FORCED_CAUSE = {"NEW_ADL": Cause.DELEVERAGING, "NEW_INSURANCE": Cause.LIQUIDATION}
"""Statuses of the orders that Binance makes to close somebody: they say why, the quantities how far."""

SPOT_EXEC_TYPE = {
    "NEW": ExecType.NEW,
    "CANCELED": ExecType.CANCELLED,
    "REPLACED": ExecType.REPLACED,
    "REJECTED": ExecType.REJECTED,
    "TRADE": ExecType.TRADE,
    "CALCULATED": ExecType.TRADE,
    "EXPIRED": ExecType.EXPIRED,
    "TRADE_PREVENTION": ExecType.EXPIRED,
}
FUTURES_EXEC_TYPE = {
    "NEW": ExecType.NEW,
    "CANCELED": ExecType.CANCELLED,
    "CALCULATED": ExecType.TRADE,
    "EXPIRED": ExecType.EXPIRED,
    "TRADE": ExecType.TRADE,
    "AMENDMENT": ExecType.REPLACED,
}
EXEC_TYPE_OF_STATUS = {
    OrderStatus.CANCELLED: ExecType.CANCELLED,
    OrderStatus.EXPIRED: ExecType.EXPIRED,
    OrderStatus.REJECTED: ExecType.REJECTED,
}
"""What has become of an order that a report of a trade without a trade tells of; else nothing new."""

ALGO_STATUS = {
    "NEW": (ExecType.NEW, OrderStatus.ACCEPTED),
    # Forwarded to the matching engine, which may still refuse it, and has been seen never to answer.
    "TRIGGERING": (ExecType.STATUS, OrderStatus.ACCEPTED),
    "TRIGGERED": (ExecType.TRIGGERED, OrderStatus.ACCEPTED),
    "CANCELED": (ExecType.CANCELLED, OrderStatus.CANCELLED),
    "REJECTED": (ExecType.REJECTED, OrderStatus.REJECTED),
    "EXPIRED": (ExecType.EXPIRED, OrderStatus.EXPIRED),
}
ALGO_FINISHED = "FINISHED"
"""The order it went on as was filled or cancelled: its quantities say which."""

ORDER_LIST_IS_DONE = {"EXECUTING": False, "ALL_DONE": True, "REJECT": True}

FORCED_CLIENT_ORDER_IDS = {
    "autoclose-": Cause.LIQUIDATION,
    "adl_autoclose": Cause.DELEVERAGING,
    "settlement_autoclose-": Cause.SETTLEMENT,
    "delivery_autoclose-": Cause.SETTLEMENT,
}
"""How the client order ids begin of orders that Binance itself makes on an account."""

EXPIRY_REASON = {
    1: "self-trade prevention",
    2: "the rest of an IOC order",
    3: "the rest of an IOC order, to prevent a self-trade",
    4: "knocked out by another reduce-only order, or it would have turned the position",
    5: "the account was liquidated",
    6: "the position it depended on is gone",
    7: "the symbol is delisted",
}
"""Of futures orders. A number beyond these is told as it is."""

WALLET_REASON = {
    # Nothing comes from a chain straight into this wallet: these two are transfers from and to the others.
    "DEPOSIT": BalanceReason.TRANSFER,
    "WITHDRAW": BalanceReason.TRANSFER,
    "WITHDRAW_REJECT": BalanceReason.TRANSFER,
    "ORDER": BalanceReason.ADJUSTMENT,
    "FUNDING_FEE": BalanceReason.FUNDING,
    "ADJUSTMENT": BalanceReason.ADJUSTMENT,
    "INSURANCE_CLEAR": BalanceReason.LIQUIDATION,
    "ADMIN_DEPOSIT": BalanceReason.ADJUSTMENT,
    "ADMIN_WITHDRAW": BalanceReason.ADJUSTMENT,
    "MARGIN_TRANSFER": BalanceReason.TRANSFER,
    "MARGIN_TYPE_CHANGE": BalanceReason.ADJUSTMENT,
    "ASSET_TRANSFER": BalanceReason.TRANSFER,
    "OPTIONS_PREMIUM_FEE": BalanceReason.FEE,
    "OPTIONS_SETTLE_PROFIT": BalanceReason.SETTLEMENT,
    "AUTO_EXCHANGE": BalanceReason.CONVERSION,
    "COIN_SWAP_DEPOSIT": BalanceReason.CONVERSION,
    "COIN_SWAP_WITHDRAW": BalanceReason.CONVERSION,
}
"""Why a futures balance changed; ``bc`` beside it leaves out profit and commission, so ORDER is none of them.
https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Balance-and-Position-Update"""

TOLD_WITH_FILLS = frozenset({"REALIZED_PNL", "COMMISSION"})
"""Incomes that the fills tell already."""
FUNDING_INCOME = "FUNDING_FEE"
COMMISSION_INCOME = "COMMISSION"
INCOME_REASON = {
    "TRANSFER": BalanceReason.TRANSFER,
    "WELCOME_BONUS": BalanceReason.REWARD,
    "INSURANCE_CLEAR": BalanceReason.LIQUIDATION,
    "REFERRAL_KICKBACK": BalanceReason.REWARD,
    "COMMISSION_REBATE": BalanceReason.REWARD,
    "API_REBATE": BalanceReason.REWARD,
    "CONTEST_REWARD": BalanceReason.REWARD,
    "CROSS_COLLATERAL_TRANSFER": BalanceReason.TRANSFER,
    "OPTIONS_PREMIUM_FEE": BalanceReason.FEE,
    "OPTIONS_SETTLE_PROFIT": BalanceReason.SETTLEMENT,
    "INTERNAL_TRANSFER": BalanceReason.TRANSFER,
    "AUTO_EXCHANGE": BalanceReason.CONVERSION,
    "DELIVERED_SETTELMENT": BalanceReason.SETTLEMENT,
    "COIN_SWAP_DEPOSIT": BalanceReason.CONVERSION,
    "COIN_SWAP_WITHDRAW": BalanceReason.CONVERSION,
    "POSITION_LIMIT_INCREASE_FEE": BalanceReason.FEE,
    "STRATEGY_UMFUTURES_TRANSFER": BalanceReason.TRANSFER,
    "FEE_RETURN": BalanceReason.REWARD,
    "BFUSD_REWARD": BalanceReason.REWARD,
}
"""https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Get-Income-History"""

SPOT_LISTING_STATUS = {
    "TRADING": ListingStatus.TRADING,
    "END_OF_DAY": ListingStatus.HALTED,
    "HALT": ListingStatus.HALTED,
    "BREAK": ListingStatus.HALTED,
}
FUTURES_LISTING_STATUS = {
    "PENDING_TRADING": ListingStatus.HALTED,
    "TRADING": ListingStatus.TRADING,
    "PRE_DELIVERING": ListingStatus.HALTED,
    "DELIVERING": ListingStatus.DELISTED,
    "DELIVERED": ListingStatus.DELISTED,
    "PRE_SETTLE": ListingStatus.HALTED,
    "SETTLING": ListingStatus.DELISTED,
    "CLOSE": ListingStatus.DELISTED,
}
CONTRACT_KIND = {
    "PERPETUAL": InstrumentKind.PERPETUAL,
    "PERPETUAL_DELIVERING": InstrumentKind.PERPETUAL,
    "TRADIFI_PERPETUAL": InstrumentKind.PERPETUAL,
    "CURRENT_MONTH": InstrumentKind.FUTURE,
    "NEXT_MONTH": InstrumentKind.FUTURE,
    "CURRENT_QUARTER": InstrumentKind.FUTURE,
    "NEXT_QUARTER": InstrumentKind.FUTURE,
    "CURRENT_QUARTER_DELIVERING": InstrumentKind.FUTURE,
    "NEXT_QUARTER_DELIVERING": InstrumentKind.FUTURE,
}

INTERVAL = {interval.value: interval for interval in Interval}
