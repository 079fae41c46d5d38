"""What reports of orders and fills have in common on spot and futures."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import divide
from tradebook.trading.orders import Liquidity, OrderStatus
from tradebook.venues.binance import words
from tradebook.venues.messages.account import Cause, ExecType


def fill_id_of(trade_id: int, order_id: int | str) -> str:
    """One trade of an account with itself is two fills, so a fill is named by its trade and its order."""
    return f"{trade_id}-{order_id}"


def trade_id_of(fill_id: str) -> int:
    """The trade's own id, in which fills are paged."""
    return int(fill_id.split("-", maxsplit=1)[0])


def liquidity_of(is_maker: bool) -> Liquidity:
    """Which side of the trade it was."""
    return Liquidity.MAKER if is_maker else Liquidity.TAKER


def asset_or_none(asset: str | None) -> Asset | None:
    """An asset, where one is named."""
    return Asset(asset) if asset else None


def average_price(*, quote_quantity: Decimal | None, quantity: Decimal) -> Decimal | None:
    """What was paid per unit; None before a fill, and where Binance forgot (it says less than zero)."""
    if not quote_quantity or quote_quantity < 0 or not quantity:
        return None
    return divide(quote_quantity, quantity)


def exec_type_of(told: ExecType, status: OrderStatus, *, has_traded: bool) -> ExecType:
    """Why a report was made, where what it says and what it reports do not go together."""
    if status is OrderStatus.PENDING_CANCEL:
        return ExecType.PENDING_CANCEL
    if told is ExecType.TRADE and not has_traded:
        return words.EXEC_TYPE_OF_STATUS.get(status, ExecType.STATUS)
    return told


def cause_of(client_order_id: str, *, exec_word: str = "", status_word: str = "") -> Cause:
    """Who made an order: Binance marks its own by their client order ids, execution type and status."""
    for beginning, cause in words.FORCED_CLIENT_ORDER_IDS.items():
        if client_order_id.startswith(beginning):
            return cause
    if status_word in words.FORCED_CAUSE:
        return words.FORCED_CAUSE[status_word]
    return Cause.LIQUIDATION if exec_word == "CALCULATED" else Cause.ORDER


def status_by_quantity(*, filled: Decimal, quantity: Decimal) -> OrderStatus:
    """The status of an order that Binance made and of which it says only that it is new."""
    if not filled:
        return OrderStatus.ACCEPTED
    return OrderStatus.FILLED if filled >= quantity else OrderStatus.PARTIALLY_FILLED
