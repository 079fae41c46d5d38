"""What an account knows of itself: folded from its events, nothing else.

The structs here are mutable because the fold owns them; deciding only reads them.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from datetime import date, datetime
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import AccountId, Asset, InstrumentId, OrderId, PartyId
from tradebook.kernel.money import ZERO
from tradebook.market.values import Contract
from tradebook.trading.events import OrderDenied
from tradebook.trading.limits import DEFAULT_LIMITS, AccountState, DeadMansSwitch, RiskLimits
from tradebook.trading.orders import (
    LegTerms,
    MarginMode,
    OrderStatus,
    OrderTerms,
    OrderType,
    RestsAt,
    Side,
    TermsInForce,
)

NOTED_MAX = 256
"""Differences and unmatched fills kept to recognise their repetition."""
OPEN_ORDERS_MAX = 10_000
"""Open orders at which an account takes no more, whatever its limits say: all of them can still be cancelled
in one decision. Entries that were open then may bring their exits, so there are never three times as many."""
OCO_GROUP_MAX = 100
"""Open orders of an OCO group at which it takes no more: a fill changes all of them in one decision."""
RECENT_ORDERS_MAX = 256
"""Closed orders kept to recognise repetitions and late reports. Repetitions of older ones the command ids
catch; what a venue reports of them is decided on what the journal knows (see ``recalling``)."""


class Balance(msgspec.Struct, gc=False):
    """One asset: what can be spent and what is set aside."""

    available: Decimal = ZERO
    held: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Everything owned."""
        return self.available + self.held


class Replacement(msgspec.Struct, gc=False):
    """New terms that the venue has been asked for. Until it answers, the dearer of old and new is held."""

    quantity: Decimal
    price: Decimal | None
    stop_price: Decimal | None
    unit_hold: Decimal


class Order(msgspec.Struct, kw_only=True):
    """An order as it stands."""

    order_id: OrderId
    terms: OrderTerms
    status: OrderStatus
    quantity: Decimal
    """Wanted now: the terms' quantity, or what it was replaced by. Zero while sized in the quote asset."""
    price: Decimal | None
    stop_price: Decimal | None
    rests_at: RestsAt
    base_asset: Asset
    quote_asset: Asset
    contract: Contract | None = None
    hold_asset: Asset
    unit_hold: Decimal = ZERO
    """Held per unit of what is left: 1 for sells, the worst price with fees for buys."""
    hold_step: Decimal = ZERO
    """Holds are rounded up to it; zero where they are exact."""
    lot_size: Decimal = ZERO
    """Bracket legs are cut to it."""
    group: str = ""
    """OCO group; empty: on its own."""
    filled: Decimal = ZERO
    filled_notional: Decimal = ZERO
    fees: dict[Asset, Decimal] = {}
    reduced: Decimal = ZERO
    """Taken off by fills of OCO siblings and not yet confirmed by the venue."""
    fill_ids: set[str] = set()
    attempt: int = 0
    venue_order_id: str = ""
    send_before: datetime | None = None
    triggered: bool = False
    anchor: Decimal | None = None
    replacement: Replacement | None = None
    parent_order_id: OrderId | None = None
    changed_exits: dict[str, LegTerms] = {}
    """Exits of a bracket that are not as its terms have them, by name."""
    denied: OrderDenied | None = None
    reason: str = ""
    """Why it was rejected, cancelled or expired."""
    is_expiring: bool = False
    """Its time has come, and the venue was asked to cancel it."""
    created_at: datetime
    updated_at: datetime

    @property
    def is_buy(self) -> bool:
        """Which way it goes."""
        return self.terms.side is Side.BUY

    @property
    def in_force(self) -> TermsInForce:
        """What may be changed of it."""
        stop_price = None if self.triggered else self.stop_price
        return TermsInForce.of(self.terms.type, self.quantity, self.price, stop_price)

    @property
    def quantity_at_most(self) -> Decimal:
        """The largest that the venue may have: what it was asked for counts until it has answered."""
        if self.replacement is None:
            return self.quantity
        return max(self.quantity, self.replacement.quantity)

    @property
    def remaining(self) -> Decimal:
        """Left to fill in the base asset, net of what OCO siblings took."""
        left = self.quantity - self.filled
        if self.reduced:
            left -= self.reduced
        return left if left > 0 else ZERO

    @property
    def take_profit(self) -> LegTerms | None:
        """The exit above, as it is now."""
        return self.changed_exits.get("take_profit", self.terms.take_profit)

    @property
    def stop_loss(self) -> LegTerms | None:
        """The exit below, as it is now."""
        return self.changed_exits.get("stop_loss", self.terms.stop_loss)

    def goes_with(self, terms: OrderTerms) -> bool:
        """Whether orders of these terms can share an OCO group with it."""
        return (self.terms.instrument_id, self.terms.side) == (terms.instrument_id, terms.side)

    @property
    def bound(self) -> Decimal | None:
        """The price that bounds what a unit can cost, where the terms give one."""
        return self.price if self.price is not None else self.stop_price

    def reduced_after(self, quantity: Decimal) -> Decimal:
        """What OCO siblings' fills still ask to be taken off once ``quantity`` is in force.

        A venue may confirm an older request first; then the newest one says what is wanted.
        """
        if not self.reduced:
            return ZERO
        wanted = self.replacement.quantity if self.replacement is not None else self.quantity - self.reduced
        return max(quantity - wanted, ZERO)

    def take_quantity(self, quantity: Decimal) -> None:
        """``quantity`` is in force. A request that goes further because of OCO siblings stays open."""
        self.reduced = self.reduced_after(quantity)
        self.quantity = quantity
        if not self.reduced:
            self.replacement = None

    @property
    def rests_in_book(self) -> bool:
        """Whether it can be traded against: a limit price, and not waiting for a trigger."""
        waits = self.terms.type not in (OrderType.LIMIT, OrderType.MARKET) and not self.triggered
        return self.price is not None and not waits


class Interest(msgspec.Struct):
    """What the account's own orders want in one instrument, kept so that risk needs no scan."""

    bids: list[Decimal] = []
    """Prices of own resting buys, ascending, one entry an order."""
    asks: list[Decimal] = []
    buying: Decimal = ZERO
    """Quantity that open buys may still add."""
    selling: Decimal = ZERO
    """Quantity that open sells may still take away."""

    def want(self, side: Side, quantity: Decimal) -> None:
        """Open orders may trade so much more; negative: less."""
        if side is Side.BUY:
            self.buying += quantity
        else:
            self.selling += quantity

    def add_price(self, side: Side, price: Decimal) -> None:
        """A resting order came."""
        insort(self.bids if side is Side.BUY else self.asks, price)

    def remove_price(self, side: Side, price: Decimal) -> None:
        """A resting order went."""
        prices = self.bids if side is Side.BUY else self.asks
        del prices[bisect_left(prices, price)]


class ContractPosition(msgspec.Struct, gc=False):
    """What is open in a contract, in its settle asset."""

    quantity: Decimal = ZERO
    """Negative when short."""
    cost: Decimal = ZERO
    """What it was opened for, never negative."""
    margin: Decimal = ZERO
    """What is set aside for it."""


class Carried(msgspec.Struct, frozen=True, gc=False):
    """What the venue settled of a position, and the trades that are known do not explain."""

    amount: Decimal
    at: datetime
    """When the trade was that left it."""


class Leverage(msgspec.Struct, frozen=True, gc=False):
    """How positions in a contract are secured."""

    leverage: Decimal
    mode: MarginMode


class EquityMarks(msgspec.Struct, gc=False):
    """The anchors of loss limits, in the base asset."""

    day: date
    day_open: Decimal
    equity: Decimal
    peak: Decimal


class PaidIn(msgspec.Struct, frozen=True, gc=False):
    """What came in before equity was first measured, in the base asset."""

    amount: Decimal = ZERO
    valued_on: date | None = None
    """The day of whose rates it is; None while all of it came in the base asset, which is worth itself."""

    def worth_on(self, day: date) -> Decimal | None:
        """The amount, where it can still be what the day opened with."""
        return self.amount if self.valued_on in (None, day) else None


class Decided(msgspec.Struct, frozen=True, gc=False):
    """What a person decided about a difference."""

    adopted: bool
    """Else explained."""
    by: str


class Account(msgspec.Struct, kw_only=True):
    """The aggregate: one stream, one unit of consistency."""

    account_id: AccountId = AccountId("")
    """Empty until the account is opened."""
    party_id: PartyId = PartyId("")
    name: str = ""
    venue: str = ""
    base_asset: Asset = Asset("")
    paper: bool = True
    state: AccountState = AccountState.ACTIVE
    limits: RiskLimits = DEFAULT_LIMITS
    dead_mans_switch: DeadMansSwitch | None = None
    """None: off."""
    begun_at: datetime | None = None
    """From when on, by its venue's time, the book follows the venue; None before it was compared at all."""
    balances: dict[Asset, Balance] = {}
    orders: dict[OrderId, Order] = {}
    """Open orders, oldest first."""
    recent: dict[OrderId, Order] = {}
    """The last closed and denied ones, oldest first."""
    group_held: dict[str, Decimal] = {}
    """What each OCO group (or single order, by its id) holds."""
    group_members: dict[str, list[OrderId]] = {}
    """Open members of each OCO group."""
    interests: dict[InstrumentId, Interest] = {}
    contracts: dict[str, ContractPosition] = {}
    """Open positions in contracts by ``position_key``."""
    carried: dict[str, Carried] = {}
    """What trades of them that are not known yet have to explain, by ``position_key``."""
    unrealised: dict[Asset, Decimal] = {}
    """What these had gained in each settle asset when equity was last marked."""
    leverages: dict[InstrumentId, Leverage] = {}
    marks: EquityMarks | None = None
    paid_in: PaidIn | None = PaidIn()
    """Followed until equity is first marked. None after that, and where what came in has no known worth."""
    placed_at: list[datetime] = []
    """Times of the newest orders, denied ones too; kept only while an order rate is set."""

    differences: dict[Asset, Decimal] = {}
    """By how much the venue had more of an asset when that was last said; not where it agrees."""
    position_differences: dict[str, Decimal] = {}
    """The same of contracts, by ``position_key``."""
    noted: dict[str, bool] = {}
    """Keys of the last differences and unmatched fills, oldest first."""
    undecided: dict[str, str] = {}
    """Ids of the differences in balances and positions that a person has still to decide about."""
    suspended: dict[Asset, int] = {}
    """How many unmatched fills that moved an asset wait in suspense for a decision."""
    decided: dict[str, Decided] = {}
    """The last decisions about differences by their ids, oldest first."""

    @property
    def has_begun(self) -> bool:
        """Whether what it had at its venue when it was connected is booked, be that nothing."""
        return self.begun_at is not None

    def covers(self, at: datetime) -> bool:
        """Whether what happened then is not in what the book of an account at a venue begins with."""
        return self.paper or (self.begun_at is not None and at >= self.begun_at)

    def balance(self, asset: Asset) -> Balance:
        """The balance of an asset; zero when there never was any. For reading."""
        return self.balances.get(asset) or Balance()

    def find(self, order_id: OrderId) -> Order | None:
        """An open or recently closed order."""
        return self.orders.get(order_id) or self.recent.get(order_id)

    def siblings(self, order: Order) -> list[Order]:
        """Other open members of the order's OCO group."""
        if not order.group:
            return []
        return [member for member in self.family(order) if member is not order]

    def family(self, order: Order) -> list[Order]:
        """The open orders that share a hold with the order, itself among them while it is open.

        A closed order's group may be over and its name in use again for something else.
        """
        if not order.group:
            return [order] if order.order_id in self.orders else []
        members = self.members(order.group)
        if members and not members[0].goes_with(order.terms):
            return []
        return members

    def members(self, group: str) -> list[Order]:
        """Open members of an OCO group."""
        return [self.orders[i] for i in self.group_members.get(group, ())]
