"""Wishes of people and processes, and reports of venues. Reports are facts and are never refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict

from tradebook.kernel.ids import AccountId, Asset, ClientOrderId, InstrumentId, OrderId, PartyId
from tradebook.kernel.messages import Command, Value
from tradebook.kernel.money import ZERO
from tradebook.market.values import Contract, Instrument
from tradebook.trading.limits import AccountState, DeadMansSwitch, LimitChanges, RiskLimits, SwitchTerms
from tradebook.trading.orders import (
    Liquidity,
    MarginMode,
    OrderTerms,
    PositionSide,
    PriceSeen,
    RestsAt,
    Side,
    TermsInForce,
)


class AccountCommand(Command, frozen=True, kw_only=True):
    """A wish or report for one account. ``at`` is the market's clock (a venue's time in reports)."""

    account_id: AccountId
    at: datetime


# --- people


class OpenAccount(AccountCommand, frozen=True, kw_only=True):
    party_id: PartyId
    name: str
    venue: str
    base_asset: Asset
    paper: bool
    limits: RiskLimits


class SetAccountState(AccountCommand, frozen=True, kw_only=True):
    state: AccountState
    reason: str = ""


class SetRiskLimits(AccountCommand, frozen=True, kw_only=True):
    """What is to change: merged with the limits that are in force when it is decided."""

    changes: LimitChanges


class SetDeadMansSwitch(AccountCommand, frozen=True, kw_only=True):
    """The venue is to cancel all orders when we are gone, or no longer."""

    switch: DeadMansSwitch | None
    terms: SwitchTerms | None
    """What the account's venue has of the kind."""


class FundsCommand(AccountCommand, frozen=True, kw_only=True):
    """Money from outside or to it: neither profit nor loss, so what loss limits measure from moves along."""

    asset: Asset
    amount: Decimal
    reference: str = ""
    rates: Mapping[Asset, Decimal] = {}
    """What one of each is worth in the base asset: of what moves and of all that the account has."""


class DepositFunds(FundsCommand, frozen=True, kw_only=True):
    """Money is to come in."""


class WithdrawFunds(FundsCommand, frozen=True, kw_only=True):
    """Money is to go out."""


class PlaceOrder(AccountCommand, frozen=True, kw_only=True):
    """One order. The instrument's rules, the price seen and who watches triggers come with it."""

    order_id: OrderId
    """``order_id_of(account_id, client_order_id)``."""
    terms: OrderTerms
    instrument: Instrument
    seen: PriceSeen | None
    rests_at: RestsAt = RestsAt.TRADING
    """Who watches the triggers of the order and of its bracket legs: the venue where it rests all of them."""
    quote_rate: Decimal | None = None
    """Price of one unit of the quote asset in the account's base asset, where the two differ: money limits
    are in the base asset, and an order that they cannot measure is denied."""


class ExitChange(Value, frozen=True, kw_only=True):
    """New prices of a bracket's exit; what is None stays."""

    stop_price: Decimal | None = None
    price: Decimal | None = None


class ReplaceOrder(AccountCommand, frozen=True, kw_only=True):
    order_id: OrderId
    instrument: Instrument
    seen: PriceSeen | None
    quote_rate: Decimal | None = None
    """As in PlaceOrder."""
    quantity: Decimal | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None
    take_profit: ExitChange | None = None
    """Of the entry of a bracket that has no exits working yet; the same for ``stop_loss``."""
    stop_loss: ExitChange | None = None


class SetLeverage(AccountCommand, frozen=True, kw_only=True):
    """Positions in a contract are to be secured so from now on."""

    instrument_id: InstrumentId
    contract: Contract
    leverage: Decimal
    mode: MarginMode


class CancelOrder(AccountCommand, frozen=True, kw_only=True):
    order_id: OrderId
    reason: str = "requested"


class CancelAllOrders(AccountCommand, frozen=True, kw_only=True):
    """Every open order, or those of one instrument."""

    instrument_id: InstrumentId | None = None
    reason: str = "requested"
    request_id: str = ""
    """The same request cancels once, what was open then; empty where every time counts."""


class Deciding(TypedDict):
    """What every decision about a difference begins with, as ``DecideDifference`` has it."""

    account_id: AccountId
    at: datetime
    difference_id: str
    found_position: int
    by: str
    reason: str


class DecideDifference(AccountCommand, frozen=True, kw_only=True):
    """What is to become of a difference, with all that the journal says of it."""

    difference_id: str
    found_position: int
    by: str
    """Who decides, as journaled."""
    reason: str


class AdoptBalance(DecideDifference, frozen=True, kw_only=True):
    """The book is to have what the venue has."""

    asset: Asset
    difference: Decimal
    """By how much the venue had more when it was found."""
    rate: Decimal | None = None
    """What one of the asset is worth in the account's base asset, where that is known."""


class AdoptUnmatchedFill(DecideDifference, frozen=True, kw_only=True):
    """A fill that fits no order of ours is to be a trade of the account."""

    venue_order_id: str
    fill_id: str
    instrument_id: InstrumentId
    side: Side
    quantity: Decimal
    price: Decimal
    base_asset: Asset
    quote_asset: Asset
    fee: Decimal
    fee_asset: Asset
    filled_at: datetime
    position_side: PositionSide = PositionSide.NET
    contract: Contract | None = None
    realised: Decimal | None = None
    """As in RecordFill."""


class ExplainDifference(DecideDifference, frozen=True, kw_only=True):
    """The reason given is all there is to it: no money is to move."""

    kind: str
    assets: tuple[Asset, ...] = ()
    """As in DifferenceResolved."""


# --- processes of ours


class TriggerOrder(AccountCommand, frozen=True, kw_only=True):
    """The feed reached a parked order's stop price."""

    order_id: OrderId
    trigger_price: Decimal
    market_sequence: int


class MoveTrailingStop(AccountCommand, frozen=True, kw_only=True):
    """The feed's best price since the last step."""

    order_id: OrderId
    anchor: Decimal


class ExpireOrder(AccountCommand, frozen=True, kw_only=True):
    """A GTD or DAY order's time has come."""

    order_id: OrderId


class MarkEquity(AccountCommand, frozen=True, kw_only=True):
    """Equity in the base asset at the prices of now; recorded when it moved a step or the day changed."""

    day: date
    equity: Decimal
    unrealised: Mapping[Asset, Decimal] = {}
    """What open positions in contracts have gained in each settle asset; it is in the equity."""


class MarkSubmitted(AccountCommand, frozen=True, kw_only=True):
    """Execution is about to send the order."""

    order_id: OrderId
    send_before: datetime
    request_id: str = ""
    """Whoever asked finds its own submission in the journal by it; empty where nobody looks."""


class MarkUnknown(AccountCommand, frozen=True, kw_only=True):
    """Execution got no answer in time."""

    order_id: OrderId
    reason: str


class NoteDifference(AccountCommand, frozen=True, kw_only=True):
    """A report of the venue could not be recorded: a person is to look at it."""

    kind: str
    detail: str
    figures: dict[str, str]


# --- reports of venues


class RecordAcceptance(AccountCommand, frozen=True, kw_only=True):
    order_id: OrderId
    venue_order_id: str


class RecordRejection(AccountCommand, frozen=True, kw_only=True):
    order_id: OrderId
    reason: str


class RecordTrigger(AccountCommand, frozen=True, kw_only=True):
    """A conditional order resting at the venue was triggered there."""

    order_id: OrderId
    trigger_price: Decimal
    market_sequence: int = 0


class RecordTrailingMove(AccountCommand, frozen=True, kw_only=True):
    """The best price that a trailing stop resting at the venue has behind it, told in steps."""

    order_id: OrderId
    anchor: Decimal


class RecordFill(AccountCommand, frozen=True, kw_only=True):
    order_id: OrderId | None
    """None when the venue's order is not one of ours."""
    client_order_id: ClientOrderId | None = None
    venue_order_id: str
    fill_id: str
    """The venue's id of the fill: the key of deduplication within the account and instrument."""
    instrument_id: InstrumentId
    side: Side
    quantity: Decimal
    price: Decimal
    base_asset: Asset
    quote_asset: Asset
    fee: Decimal = ZERO
    fee_asset: Asset
    liquidity: Liquidity
    leaves_nothing: bool = False
    """The venue says that the order is done: needed where it was sized in the quote asset."""
    position_side: PositionSide = PositionSide.NET
    contract: Contract | None = None
    """Given where it is settled and not exchanged."""
    realised: Decimal | None = None
    """What it settles as the venue told it, before fees; None: to be reckoned by average cost."""


class RecordCancellation(AccountCommand, frozen=True, kw_only=True):
    order_id: OrderId
    reason: str


class RecordCancelRejection(AccountCommand, frozen=True, kw_only=True):
    order_id: OrderId
    reason: str


class RecordExpiry(AccountCommand, frozen=True, kw_only=True):
    order_id: OrderId
    reason: str


class RecordReplacement(AccountCommand, frozen=True, kw_only=True):
    order_id: OrderId
    quantity: Decimal
    price: Decimal | None = None
    stop_price: Decimal | None = None


class RecordTermsInForce(AccountCommand, frozen=True, kw_only=True):
    """On which terms the venue has an order, where it was asked: somebody may have changed them there."""

    order_id: OrderId
    terms: TermsInForce


class RecordReplaceRejection(AccountCommand, frozen=True, kw_only=True):
    order_id: OrderId
    reason: str


class RecordOutsideOrder(AccountCommand, frozen=True, kw_only=True):
    """An order works on the account that is not ours: somebody placed it at the venue."""

    venue_order_id: str
    instrument_id: InstrumentId
    side: Side
    quantity: Decimal
    price: Decimal | None = None


class StatedPosition(Value, frozen=True, kw_only=True):
    """Contracts that are open at the venue."""

    instrument_id: InstrumentId
    contract: Contract
    base_asset: Asset
    quote_asset: Asset
    position_side: PositionSide = PositionSide.NET
    quantity: Decimal
    """Negative when short, in whatever mode."""
    entry_price: Decimal
    """At which its value is what it was opened for."""


class RecordBalances(AccountCommand, frozen=True, kw_only=True):
    """Everything that the account has at the venue, told while nothing was on its way.

    The first time it is what the book begins with; later, what the book is held against.
    """

    totals: Mapping[Asset, Decimal]
    positions: tuple[StatedPosition, ...] = ()


class EarlierFill(Value, frozen=True, kw_only=True):
    """What was traded on an account at its venue before this book began."""

    fill_id: str
    venue_order_id: str
    instrument_id: InstrumentId
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal
    """Paid; negative: earned."""
    fee_asset: Asset
    liquidity: Liquidity
    position_side: PositionSide = PositionSide.NET
    at: datetime


class RecordEarlierFills(AccountCommand, frozen=True, kw_only=True):
    """The history that the venue tells when an account is connected, oldest first. It is recorded once."""

    fills: tuple[EarlierFill, ...]


class RecordTransfer(AccountCommand, frozen=True, kw_only=True):
    """Money came to the account at the venue or left it (negative), without an order."""

    asset: Asset
    amount: Decimal
    reference: str
    """The venue's id of it, or what else tells it from any other: it is booked once."""


class RecordClosing(AccountCommand, frozen=True, kw_only=True):
    """The venue has closed a position, or part of it, without an order of anybody's."""

    reason: str
    """As in PositionClosedByVenue."""
    fill_id: str
    instrument_id: InstrumentId
    side: Side
    quantity: Decimal
    price: Decimal
    base_asset: Asset
    quote_asset: Asset
    fee: Decimal = ZERO
    fee_asset: Asset
    position_side: PositionSide = PositionSide.NET
    contract: Contract
    realised: Decimal | None = None
    """As in RecordFill."""


class RecordFunding(AccountCommand, frozen=True, kw_only=True):
    """One side of a perpetual has paid the other."""

    funding_id: str
    instrument_id: InstrumentId
    asset: Asset
    amount: Decimal
    """Received; negative: paid."""
    rate: Decimal | None = None


class RecordLeverage(AccountCommand, frozen=True, kw_only=True):
    """How the venue secures positions in a contract."""

    instrument_id: InstrumentId
    contract: Contract
    leverage: Decimal
    mode: MarginMode


OrderReport = (
    RecordAcceptance
    | RecordRejection
    | RecordTrigger
    | RecordTrailingMove
    | RecordFill
    | RecordCancellation
    | RecordCancelRejection
    | RecordExpiry
    | RecordReplacement
    | RecordTermsInForce
    | RecordReplaceRejection
)
"""What venues say of orders."""

VenueReport = (
    OrderReport
    | RecordClosing
    | RecordFunding
    | RecordLeverage
    | RecordOutsideOrder
    | RecordBalances
    | RecordEarlierFills
    | RecordTransfer
)

TradingCommand = (
    OpenAccount
    | SetAccountState
    | SetRiskLimits
    | SetDeadMansSwitch
    | DepositFunds
    | WithdrawFunds
    | PlaceOrder
    | ReplaceOrder
    | CancelOrder
    | CancelAllOrders
    | SetLeverage
    | AdoptBalance
    | AdoptUnmatchedFill
    | ExplainDifference
    | TriggerOrder
    | MoveTrailingStop
    | ExpireOrder
    | MarkEquity
    | MarkSubmitted
    | MarkUnknown
    | NoteDifference
    | VenueReport
)
