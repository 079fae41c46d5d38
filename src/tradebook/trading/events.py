"""Facts about accounts and their orders. Each carries the figures its postings and views need."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from tradebook.journal.catalogue import EventSchema
from tradebook.kernel.ids import (
    AccountId,
    Asset,
    ClientOrderId,
    InstrumentId,
    OrderId,
    PartyId,
    derive_id,
)
from tradebook.kernel.messages import Event
from tradebook.kernel.money import ZERO, multiply
from tradebook.market.values import Contract
from tradebook.trading.limits import AccountState, DeadMansSwitch, RiskLimits
from tradebook.trading.orders import (
    Hold,
    LegTerms,
    Liquidity,
    MarginMode,
    OrderTerms,
    PositionSide,
    PriceSeen,
    RestsAt,
    Settled,
    Side,
)


class AccountEvent(Event, frozen=True, kw_only=True):
    """Every fact of the room belongs to one account; its stream is ``account-<account_id>``."""

    account_id: AccountId
    at: datetime
    """Business time: the market's clock when it was decided or, for venue facts, the venue's time."""


class AccountOpened(AccountEvent, frozen=True, kw_only=True):
    party_id: PartyId
    name: str
    venue: str
    base_asset: Asset
    paper: bool


class AccountStateChanged(AccountEvent, frozen=True, kw_only=True):
    state: AccountState
    reason: str


class AccountBegan(AccountEvent, frozen=True, kw_only=True):
    """The book follows its venue from here on: it was compared for the first time. What was at the venue
    before is in what the book begins with, be that nothing."""


class RiskLimitsSet(AccountEvent, frozen=True, kw_only=True):
    limits: RiskLimits


class DeadMansSwitchSet(AccountEvent, frozen=True, kw_only=True):
    switch: DeadMansSwitch | None
    """None: it is off, as it was when the account was opened."""


class FundsEvent(AccountEvent, frozen=True, kw_only=True):
    """Money from outside or to it."""

    asset: Asset
    amount: Decimal
    reference: str = ""
    rate: Decimal | None = None
    """What one of the asset was worth in the account's base asset; None for that one itself, and where it was
    not known."""

    def value_in(self, base_asset: Asset) -> Decimal | None:
        """What moved, in the account's base asset; None where that is not known."""
        return _value(self.asset, self.amount, self.rate, base_asset)


class FundsDeposited(FundsEvent, frozen=True, kw_only=True):
    """Money came in."""


class FundsWithdrawn(FundsEvent, frozen=True, kw_only=True):
    """Money went out."""


class EquityMarked(AccountEvent, frozen=True, kw_only=True):
    """Equity in the base asset, journaled in steps so that loss limits fold the same way everywhere."""

    day: date
    day_open: Decimal
    equity: Decimal
    peak: Decimal
    unrealised: Mapping[Asset, Decimal] | None = None
    """What open positions in contracts have gained in each settle asset, in the equity; None: as it was."""


class OrderPlaced(AccountEvent, frozen=True, kw_only=True):
    """Accepted by us: risk-checked and held, before anything is sent."""

    order_id: OrderId
    terms: OrderTerms
    rests_at: RestsAt
    base_asset: Asset
    quote_asset: Asset
    hold: Hold
    """What the hold account gained through this order; zero where an OCO sibling's hold covers it."""
    seen: PriceSeen | None = None
    unit_hold: Decimal = ZERO
    """Held per unit of the base asset that is left; zero for orders sized in the quote asset."""
    hold_step: Decimal = ZERO
    """Holds are rounded up to it."""
    lot_size: Decimal = ZERO
    """Given for the entry of a bracket: its legs are cut to it."""
    parked: bool = False
    """Waits with us for its trigger."""
    stop_price: Decimal | None = None
    """Where a trailing stop begins; other orders have it in their terms."""
    anchor: Decimal | None = None
    """The price that a trailing stop begins to trail."""
    parent_order_id: OrderId | None = None
    """Entry order of a bracket leg."""
    protection_price: Decimal | None = None
    """Beyond it an order without a price of its own does not trade; None for those that only the market
    bounds."""
    contract: Contract | None = None
    """Given where it is settled and not exchanged."""


class OrderDenied(AccountEvent, frozen=True, kw_only=True):
    """Our refusal. The client order id is consumed."""

    order_id: OrderId
    terms: OrderTerms
    code: str
    detail: str
    figures: dict[str, str]


class OrderEvent(AccountEvent, frozen=True, kw_only=True):
    """A fact about an order that was placed."""

    order_id: OrderId


class OrderTriggered(OrderEvent, frozen=True, kw_only=True):
    """A conditional order's price came; it now goes to the venue (or works there) as market or limit."""

    trigger_price: Decimal
    market_sequence: int


class TrailingStopMoved(OrderEvent, frozen=True, kw_only=True):
    """The best price since placement moved a step in favour, and the stop with it."""

    anchor: Decimal
    stop_price: Decimal


class OrderSubmitted(OrderEvent, frozen=True, kw_only=True):
    """About to be sent. Nothing is written to the venue after ``send_before``."""

    attempt: int
    send_before: datetime


class OrderAccepted(OrderEvent, frozen=True, kw_only=True):
    venue_order_id: str


class OrderRejected(OrderEvent, frozen=True, kw_only=True):
    """The venue's refusal; the rest of the hold is released."""

    reason: str
    released: Hold


class OrderOutcomeUnknown(OrderEvent, frozen=True, kw_only=True):
    """The venue's answer did not come in time. Held funds stay held."""

    reason: str


class OrderFilled(OrderEvent, frozen=True, kw_only=True):
    """A fill, as the venue reports it: in any state, terminal ones too."""

    fill_id: str
    instrument_id: InstrumentId
    side: Side
    quantity: Decimal
    price: Decimal
    base_asset: Asset
    quote_asset: Asset
    fee: Decimal
    fee_asset: Asset
    liquidity: Liquidity
    released: Hold
    """What left the hold account; the cost is taken from available after that."""
    cumulative_quantity: Decimal
    is_complete: bool
    """Whether the order is done with this fill."""
    position_side: PositionSide = PositionSide.NET
    settled: Settled | None = None
    """Of a contract: what moves instead of base and quote asset."""


class OrderCancelRequested(OrderEvent, frozen=True, kw_only=True):
    reason: str


class OrderCancelRejected(OrderEvent, frozen=True, kw_only=True):
    reason: str


class OrderCancelled(OrderEvent, frozen=True, kw_only=True):
    reason: str
    released: Hold


class OrderExpired(OrderEvent, frozen=True, kw_only=True):
    reason: str
    released: Hold


class OrderReplaceRequested(OrderEvent, frozen=True, kw_only=True):
    """New terms wanted; what they need in addition is held before they are sent."""

    quantity: Decimal | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None
    held: Hold
    unit_hold: Decimal | None = None
    """Held per unit under the new terms."""


class OrderReplaced(OrderEvent, frozen=True, kw_only=True):
    """New terms in force; what they need no longer is released."""

    quantity: Decimal | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None
    held: Hold | None = None
    """Held in addition by this event (orders parked with us are replaced in one step)."""
    released: Hold | None = None
    unit_hold: Decimal | None = None
    """Held per unit from now on."""
    reason: str = ""
    """AT_VENUE where nobody asked for it here."""


class OrderExitsChanged(OrderEvent, frozen=True, kw_only=True):
    """Exits of a bracket are as given from now on. They are ours until it fills: no venue is asked."""

    take_profit: LegTerms | None = None
    """None: as it was; the same for ``stop_loss``."""
    stop_loss: LegTerms | None = None


class OrderReplaceRejected(OrderEvent, frozen=True, kw_only=True):
    reason: str
    released: Hold


class UnmatchedFillRecorded(AccountEvent, frozen=True, kw_only=True):
    """The venue reports a fill of an order that is not ours: booked against suspense until resolved."""

    venue_order_id: str
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
    contract: Contract | None = None
    """Given where it is settled: then nothing is booked before a person has decided."""
    realised: Decimal | None = None
    """What it settled there, before fees, where the venue told that."""


class EarlierFillRecorded(AccountEvent, frozen=True, kw_only=True):
    """A trade at the venue from before the account was connected. It books nothing: what it brought is in
    what the book begins with."""

    fill_id: str
    venue_order_id: str
    instrument_id: InstrumentId
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal
    fee_asset: Asset
    liquidity: Liquidity
    position_side: PositionSide = PositionSide.NET


class PositionBroughtForward(AccountEvent, frozen=True, kw_only=True):
    """A position that was open at the venue when the account was connected. This book begins with what it
    was opened for: what was gained by it before is in the balance."""

    instrument_id: InstrumentId
    base_asset: Asset
    quote_asset: Asset
    position_side: PositionSide = PositionSide.NET
    settled: Settled


class PositionClosedByVenue(AccountEvent, frozen=True, kw_only=True):
    """A position was closed without anybody's order: liquidated, deleveraged, or at a contract's end."""

    reason: str
    """``liquidation``, ``deleveraging`` or ``settlement``."""
    fill_id: str
    instrument_id: InstrumentId
    side: Side
    """Of the trade that closes it."""
    quantity: Decimal
    price: Decimal
    base_asset: Asset
    quote_asset: Asset
    fee: Decimal
    fee_asset: Asset
    settled: Settled
    position_side: PositionSide = PositionSide.NET


class FundingSettled(AccountEvent, frozen=True, kw_only=True):
    """One side of a perpetual has paid the other."""

    funding_id: str
    """The venue's id of it, or what else tells it from any other."""
    instrument_id: InstrumentId
    asset: Asset
    amount: Decimal
    """Received; negative: paid."""
    rate: Decimal | None = None
    """Part of the position's value, where the venue says it."""


class LeverageSet(AccountEvent, frozen=True, kw_only=True):
    """How positions in a contract are secured from now on."""

    instrument_id: InstrumentId
    leverage: Decimal
    mode: MarginMode
    margin: dict[str, Hold]
    """By position: what is set aside for it in addition; negative: given back."""


UNMATCHED_FILL = "unmatched_fill"
"""The kind of a difference that an UnmatchedFillRecorded stands right before."""
OPENING = "opening balance"
"""The reference under which is booked what an account had when it was connected."""
BALANCE = "balance"
"""The kind of a difference in what an account has of an asset; one of zero says that it is gone."""
POSITION = "position"
"""The same in how many contracts an account has open."""
STANDING = {BALANCE: "asset", POSITION: "position"}
"""Differences that stand until a comparison finds another one, with the figure that says what they are of."""


class DifferenceFound(AccountEvent, frozen=True, kw_only=True):
    """Something the venue reports does not fit the book; a person resolves it."""

    kind: str
    detail: str
    figures: dict[str, str]
    client_order_id: ClientOrderId | None = None


class DifferenceDecided(AccountEvent, frozen=True, kw_only=True):
    """A person has decided what becomes of a difference. It is never decided again."""

    difference_id: str
    """``difference_id_of`` what was found."""
    found_position: int
    """Where the journal has the DifferenceFound."""
    by: str
    """Who, as in the metadata: ``user:<id>`` or ``key:<id>``."""
    reason: str
    """Why, in that person's words."""


class BalanceAdjusted(DifferenceDecided, frozen=True, kw_only=True):
    """The venue's balance is adopted. What was adopted by mistake differs the other way when the two are next
    compared, and adopting that reverses it."""

    asset: Asset
    amount: Decimal
    """Added to what is available; negative where the venue has less than the book had."""
    rate: Decimal | None = None
    """As that of money that moves."""

    def value_in(self, base_asset: Asset) -> Decimal | None:
        """What it is, in the account's base asset; None where that is not known."""
        return _value(self.asset, self.amount, self.rate, base_asset)


class UnmatchedFillAdopted(DifferenceDecided, frozen=True, kw_only=True):
    """A fill that fits no order of ours is a trade of the account: out of suspense, with its fee."""

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
    """The venue's time of the trade; ``at`` is that of the decision."""
    position_side: PositionSide = PositionSide.NET
    settled: Settled | None = None
    """As of OrderFilled."""


class DifferenceResolved(DifferenceDecided, frozen=True, kw_only=True):
    """A difference is explained in words. No money moves."""

    kind: str
    assets: tuple[Asset, ...] = ()
    """What the difference was about: one for a balance; all that a fill moved."""


TradingEvent = (
    AccountOpened
    | AccountStateChanged
    | AccountBegan
    | RiskLimitsSet
    | DeadMansSwitchSet
    | FundsDeposited
    | FundsWithdrawn
    | EquityMarked
    | OrderPlaced
    | OrderDenied
    | OrderTriggered
    | TrailingStopMoved
    | OrderSubmitted
    | OrderAccepted
    | OrderRejected
    | OrderOutcomeUnknown
    | OrderFilled
    | OrderCancelRequested
    | OrderCancelRejected
    | OrderCancelled
    | OrderExpired
    | OrderReplaceRequested
    | OrderReplaced
    | OrderReplaceRejected
    | OrderExitsChanged
    | EarlierFillRecorded
    | PositionBroughtForward
    | PositionClosedByVenue
    | FundingSettled
    | LeverageSet
    | UnmatchedFillRecorded
    | DifferenceFound
    | BalanceAdjusted
    | UnmatchedFillAdopted
    | DifferenceResolved
)

SCHEMAS = tuple(
    EventSchema(name=f"trading.{kind.__name__}", kind=kind)
    for kind in (
        AccountOpened,
        AccountStateChanged,
        AccountBegan,
        RiskLimitsSet,
        DeadMansSwitchSet,
        FundsDeposited,
        FundsWithdrawn,
        EquityMarked,
        OrderPlaced,
        OrderDenied,
        OrderTriggered,
        TrailingStopMoved,
        OrderSubmitted,
        OrderAccepted,
        OrderRejected,
        OrderOutcomeUnknown,
        OrderFilled,
        OrderCancelRequested,
        OrderCancelRejected,
        OrderCancelled,
        OrderExpired,
        OrderReplaceRequested,
        OrderReplaced,
        OrderReplaceRejected,
        OrderExitsChanged,
        EarlierFillRecorded,
        PositionBroughtForward,
        PositionClosedByVenue,
        FundingSettled,
        LeverageSet,
        UnmatchedFillRecorded,
        DifferenceFound,
        BalanceAdjusted,
        UnmatchedFillAdopted,
        DifferenceResolved,
    )
)


AT_VENUE = "at_venue"
"""The reason of an OrderReplaced that somebody asked the venue for, or the venue made by itself."""
EXPIRED = "expired"
"""Reason of a cancel request that is made because the order's time has come."""


def unmatched_key(instrument_id: InstrumentId, fill_id: str) -> str:
    """What makes an unmatched fill a repetition."""
    return f"fill:{instrument_id}:{fill_id}"


def closing_key(instrument_id: InstrumentId, fill_id: str) -> str:
    """What makes a position's closing by the venue a repetition."""
    return f"closing:{instrument_id}:{fill_id}"


def funding_key(instrument_id: InstrumentId, funding_id: str) -> str:
    """The same for funding."""
    return f"funding:{instrument_id}:{funding_id}"


def difference_key(kind: str, figures: dict[str, str]) -> str:
    """What makes a difference a repetition."""
    return ":".join((kind, *(f"{name}={figures[name]}" for name in sorted(figures))))


def difference_id_of(found: DifferenceFound) -> str:
    """Its id: what stands can differ by the same amount again, all else is said once."""
    if found.kind in STANDING:
        facts = found.figures[STANDING[found.kind]], found.figures["difference"], found.at.isoformat()
    else:
        facts = difference_key(found.kind, found.figures), "", ""
    return derive_id("difference", found.account_id, found.kind, *facts)


def _value(asset: Asset, amount: Decimal, rate: Decimal | None, base_asset: Asset) -> Decimal | None:
    if asset == base_asset:
        return amount
    return None if rate is None else multiply(amount, rate)


ACCOUNT_STREAMS = "account-"
"""What the name of every account's stream begins with."""


def stream_of(account_id: AccountId) -> str:
    """The journal stream of an account."""
    return f"{ACCOUNT_STREAMS}{account_id}"
