"""What a venue says of an account: executions, balances, positions, funding; FIX terms for orders."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.messages import Value
from tradebook.kernel.money import ZERO
from tradebook.trading.orders import (
    Liquidity,
    MarginMode,
    OrderStatus,
    OrderType,
    PositionSide,
    Side,
    TimeInForce,
)
from tradebook.venues.messages.instruments import InstrumentKind

DEAD_MANS_SWITCH = "dead man's switch"
"""The reason of a cancel, where the venue tells that it had heard nothing of us for too long."""


class ExecType(StrEnum):
    """Why a report was made (FIX tag 150)."""

    NEW = "new"
    TRIGGERED = "triggered"
    """A conditional order's price came; it goes on as a market or limit order."""
    TRADE = "trade"
    REPLACED = "replaced"
    PENDING_CANCEL = "pending_cancel"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Ended by its time in force, by self-trade prevention, or by the venue."""
    REJECTED = "rejected"
    STATUS = "status"
    """Nothing happened: it was asked for."""


class Cause(StrEnum):
    """Who made an order or a fill."""

    ORDER = "order"
    LIQUIDATION = "liquidation"
    DELEVERAGING = "deleveraging"
    """ADL: closed against somebody's liquidation."""
    SETTLEMENT = "settlement"
    """Delivery at expiry, or on delisting."""
    VENUE = "venue"
    """The venue's own doing: it converted dust, or netted what belongs together."""


class Execution(Value, frozen=True, kw_only=True, gc=False):
    """One fill."""

    fill_id: str
    """The venue's; unique within the account and instrument."""
    instrument_id: InstrumentId
    venue_order_id: str
    client_order_id: str = ""
    """Empty where the venue does not tell it, or there was none."""
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal | None
    """Positive when paid, negative when received (a rebate); None where it is told elsewhere."""
    fee_asset: Asset | None
    liquidity: Liquidity | None
    position_side: PositionSide | None = PositionSide.NET
    """None where the venue has two and does not tell which."""
    realised_pnl: Decimal | None = None
    """As the venue computes it, in the settle asset."""
    cause: Cause = Cause.ORDER
    leaves: Decimal | None = None
    """What was left of the order after it; None where the venue does not tell it with the fill."""
    at: datetime


class ExecutionReport(Value, frozen=True, kw_only=True):
    """How an order stands at the venue, and what has just become of it (FIX message 8)."""

    exec_type: ExecType
    instrument_id: InstrumentId
    venue_order_id: str
    client_order_id: str = ""
    status: OrderStatus
    side: Side
    type: OrderType | None
    """None, as the time in force, where the venue does not tell it."""
    time_in_force: TimeInForce | None
    quantity: Decimal
    """Zero for a market order that is sized in the quote asset."""
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None
    trailing_offset: Decimal | None = None
    """In the venue's unit; see its adapter."""
    cumulative_quantity: Decimal | None = ZERO
    """None where the venue does not tell it; then ``quantity`` is what is left."""
    average_price: Decimal | None = None
    last: Execution | None = None
    """The fill that it tells of; with ``ExecType.TRADE`` and where a liquidation was made."""
    post_only: bool = False
    reduce_only: bool = False
    close_position: bool = False
    """Closes whatever is there, whatever its quantity says."""
    position_side: PositionSide = PositionSide.NET
    replaces: str = ""
    """The client order id before it was changed or cancelled under a new one."""
    goes_on_as: str = ""
    """The venue's id of the order that a triggered one goes on as, where that is another: fills name it."""
    order_list_id: str = ""
    """Of an OCO or bracket that the venue itself holds together."""
    expires_at: datetime | None = None
    cause: Cause = Cause.ORDER
    reason: str = ""
    """Why it was rejected, cancelled or expired, in the venue's words."""
    at: datetime


class ListedOrder(Value, frozen=True, kw_only=True, gc=False):
    """One of the orders that a venue holds together."""

    venue_order_id: str
    client_order_id: str


class OrderListReport(Value, frozen=True, kw_only=True):
    """How an OCO or bracket stands that the venue itself holds together; its orders report by themselves."""

    order_list_id: str
    client_list_id: str
    instrument_id: InstrumentId
    orders: tuple[ListedOrder, ...]
    is_done: bool
    """Nothing of it works any more."""
    reason: str = ""
    """Why it was rejected, in the venue's words."""
    at: datetime


class Balance(Value, frozen=True, kw_only=True):
    """What the account has of an asset at the venue."""

    asset: Asset
    total: Decimal
    """Wallet balance: without unrealised profit."""
    available: Decimal | None
    """What can be used now; None where the venue does not tell it here."""
    locked: Decimal | None = None
    """Held by open orders or margin."""
    borrowed: Decimal = ZERO
    interest: Decimal = ZERO
    """Accrued and not yet paid."""
    wallet: str = ""
    """Which of the venue's wallets, where it has several."""
    at: datetime | None = None


class BalanceReason(StrEnum):
    """Why a balance changed without an order."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    TRANSFER = "transfer"
    FUNDING = "funding"
    FEE = "fee"
    INTEREST = "interest"
    LOAN = "loan"
    """Borrowed, or paid back."""
    LIQUIDATION = "liquidation"
    REWARD = "reward"
    SETTLEMENT = "settlement"
    CONVERSION = "conversion"
    ADJUSTMENT = "adjustment"
    EXTERNAL = "external"
    """A deposit, a withdrawal or a transfer: the venue does not tell which."""


class BalanceChange(Value, frozen=True, kw_only=True):
    """A balance moved by ``amount`` (negative: out)."""

    asset: Asset
    amount: Decimal
    reason: BalanceReason
    reference: str = ""
    """The venue's id of it, or the transaction's hash."""
    fee: Decimal = ZERO
    """The part of the amount that the venue took for moving it."""
    wallet: str = ""
    """Which of the venue's wallets, where it has several."""
    at: datetime


class Position(Value, frozen=True, kw_only=True):
    """A position in a derivative, as the venue has it."""

    instrument_id: InstrumentId
    quantity: Decimal
    """Negative when short, in whatever mode."""
    position_side: PositionSide = PositionSide.NET
    entry_price: Decimal | None
    mark_price: Decimal | None = None
    liquidation_price: Decimal | None = None
    leverage: Decimal | None = None
    margin_mode: MarginMode | None = None
    margin: Decimal | None = None
    """Set aside for it where it is isolated."""
    unrealised_pnl: Decimal | None = None
    realised_pnl: Decimal | None = None
    """Since it was opened or as the venue counts it."""
    at: datetime | None


class LeverageSetting(Value, frozen=True, kw_only=True):
    """What a position in the instrument is, or would be, opened with."""

    instrument_id: InstrumentId
    leverage: Decimal
    margin_mode: MarginMode | None = None
    """None where the venue does not tell it here."""


class FundingPayment(Value, frozen=True, kw_only=True):
    """Funding that the account paid (negative) or received."""

    instrument_id: InstrumentId
    asset: Asset
    amount: Decimal
    rate: Decimal | None = None
    quantity: Decimal | None = None
    """Of the position then."""
    reference: str = ""
    at: datetime


class FeeRates(Value, frozen=True, kw_only=True):
    """What trading costs the account."""

    instrument_id: InstrumentId | None
    """None: all of them."""
    kind: InstrumentKind | None = None
    """Of which kind all of them are; None: of every kind."""
    maker: Decimal
    taker: Decimal


class KeyPermissions(Value, frozen=True, kw_only=True):
    """What a credential may do; None where the venue does not tell."""

    can_read: bool | None
    can_trade: bool | None
    can_withdraw: bool | None
    expires_at: datetime | None = None
    is_bound_to_addresses: bool | None = None
    account: str | None = None
    """What the venue itself calls the account that the credential is of."""


class VenueProblem(Value, frozen=True, kw_only=True):
    """The venue's no, or its complaint."""

    code: str
    message: str
    client_order_id: str = ""


class StreamReady(Value, frozen=True, kw_only=True):
    """The venue has taken the subscription: from now on the stream tells everything of the account."""


class StreamEnded(Value, frozen=True, kw_only=True):
    """The venue refused the subscription or ended it, and what it says of that."""

    reason: str


AccountMessage = (
    ExecutionReport
    | Execution
    | OrderListReport
    | Balance
    | BalanceChange
    | Position
    | LeverageSetting
    | FundingPayment
    | FeeRates
    | KeyPermissions
    | VenueProblem
    | StreamReady
    | StreamEnded
)
