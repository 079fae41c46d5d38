"""What trading needs from outside: venues. Every venue adapter implements these and nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, runtime_checkable

from tradebook.kernel.ids import AccountId, Asset, InstrumentId, OrderId
from tradebook.kernel.messages import Value
from tradebook.market.values import Instrument
from tradebook.trading.commands import OrderReport, VenueReport
from tradebook.trading.conditions import triggers_of
from tradebook.trading.limits import DeadMansSwitch, SwitchTerms
from tradebook.trading.orders import (
    MarginMode,
    OrderStatus,
    OrderTerms,
    OrderType,
    RestsAt,
    TermsInForce,
    TimeInForce,
)

ReportSink = Callable[[VenueReport], Awaitable[None]]
"""Where a venue delivers reports. The call takes the report in order, without waiting; awaiting what it
returns waits until the report is durable, so that a cursor may move past it."""

Reconcile = Callable[[AccountId], Awaitable[None]]
"""Compares all of an account's working orders with the venue, which it asks for them."""


class Capabilities(Value, frozen=True, kw_only=True):
    """What a venue holds itself; everything else trading watches."""

    rests: frozenset[OrderType]
    """Conditional order types that rest at the venue."""
    times_in_force: frozenset[TimeInForce]
    post_only: bool
    reduce_only: bool
    replace: bool
    """Whether an order can be changed in place."""
    request_expiry_s: float
    """After this many seconds an unanswered request can no longer take effect at the venue."""
    forgets: bool = False
    """Whether the venue ends with this process: what worked there is submitted again as restored."""
    dead_mans_switch: SwitchTerms | None = None
    """None where the venue cannot cancel orders by itself when we are gone."""
    locks_each: bool = False
    """Whether the venue sets funds aside for each order by itself: then orders of one OCO group, which share
    theirs, cannot work there side by side."""
    of_contracts: Capabilities | None = None
    """What it holds of contracts, where that is something else."""

    def of(self, instrument: Instrument) -> Capabilities:
        """What it holds of an instrument."""
        return self if instrument.contract is None or self.of_contracts is None else self.of_contracts

    def rests_at(self, terms: OrderTerms) -> RestsAt:
        """Who watches the conditions of an order and of its exits."""
        triggers = triggers_of(terms)
        shares = bool(terms.oco_group) or (terms.take_profit is not None and terms.stop_loss is not None)
        rests = triggers and triggers <= self.rests and not (shares and self.locks_each)
        return RestsAt.VENUE if rests else RestsAt.TRADING


class VenueState(StrEnum):
    """How a venue is."""

    OK = "ok"
    DEGRADED = "degraded"
    """Something is worse than it should be; it takes orders."""
    FAILED = "failed"
    """It takes no orders."""


class AccountStage(StrEnum):
    """How far an account has come at its venue."""

    CONNECTING = "connecting"
    RECONCILING = "reconciling"
    """Its book is being compared with what the venue says; it takes no orders yet."""
    TRADING = "trading"


class Compared(Value, frozen=True, kw_only=True):
    """What an account had at its venue when that was held against the book."""

    at: datetime
    totals: Mapping[Asset, Decimal]
    positions: Mapping[str, Decimal]
    """Contracts by ``position_key``, negative when short."""


class ConnectedAccount(Value, frozen=True, kw_only=True):
    """How an account is at its venue."""

    account_id: AccountId
    stage: AccountStage
    problem: str = ""
    """What keeps it from trading, as far as is known."""
    compared: Compared | None = None
    """The last time; None where that was not yet."""
    switch_problem: str = ""
    """Why its dead man's switch, which is on, could not be put off; else empty."""


class VenueConnection(Value, frozen=True, kw_only=True):
    """A connection over which a venue's prices come."""

    name: str
    is_open: bool
    since: datetime
    """When it became so."""
    streams: int
    losses: int
    """How often it broke since this process began."""
    last_problem: str
    """Why it broke or did not come about, the last time; empty when it never did."""


class VenueHealth(Value, frozen=True, kw_only=True):
    """How a venue is, and why."""

    state: VenueState
    detail: str = ""
    accounts: tuple[ConnectedAccount, ...] = ()
    connections: tuple[VenueConnection, ...] = ()


class VenueOrder(Value, frozen=True, kw_only=True):
    """An order as it goes to a venue: its type says what to do now (a triggered stop is a market)."""

    account_id: AccountId
    order_id: OrderId
    """Ours; the venue's client order id is a function of it."""
    instrument: Instrument
    terms: OrderTerms
    quantity: Decimal
    """What is left to fill."""
    attempt: int
    venue_order_id: str = ""
    """The venue's number of it, once it has told one."""
    placed_at: datetime | None = None
    """When it was placed with us, where that is known: no venue has it from before."""
    restored: bool = False
    """True when it was working before a restart and rests again at the back of the queue."""
    anchor: Decimal | None = None
    """The best price that a trailing stop has behind it."""
    protection_price: Decimal | None = None
    """Beyond it nothing is traded while the order works without a price: the rest is cancelled."""


class VenueOrderState(Value, frozen=True, kw_only=True):
    """What a venue says about an order when it is asked."""

    order_id: OrderId
    venue_order_id: str
    status: OrderStatus
    filled_quantity: Decimal
    terms: TermsInForce | None = None
    """On which it works, as far as the venue tells them."""
    reports: tuple[OrderReport, ...] = ()
    """The facts that bring our book to this state; recording a known one again changes nothing."""


class OrderNotThere(Value, frozen=True, kw_only=True):
    """A venue has told the number of an order, and says now that it has no such order.

    Venues forget what is over: Binance after days, others sooner. What it traded they tell for longer.
    """

    order_id: OrderId
    reports: tuple[OrderReport, ...] = ()
    """All of its fills."""


class Attempt(Protocol):
    """One sending of an order: the venue's client order id is a function of it."""

    @property
    def account_id(self) -> AccountId:
        """Whose."""
        ...

    @property
    def order_id(self) -> OrderId:
        """Ours."""
        ...

    @property
    def attempt(self) -> int:
        """Which sending of it."""
        ...


class Venue(Protocol):
    """A place where orders go."""

    name: str
    capabilities: Capabilities

    def health(self) -> VenueHealth:
        """How it is now, from what is known without asking it."""
        ...

    def remember(self, orders: Iterable[Attempt]) -> None:
        """Orders that it may have from before this process: what it says of them is of ours."""
        ...

    async def start(self, reports: ReportSink, reconcile: Reconcile) -> None:
        """Connect; from now on deliver reports, in order per account.

        Whenever reports may have been missed it has the account reconciled before it takes orders again.
        """
        ...

    async def stop(self) -> None:
        """Disconnect. Orders keep working at a real venue; the paper venue forgets and is restored."""
        ...

    async def submit(self, order: VenueOrder, *, send_before: datetime) -> None:
        """Send it, unless ``send_before`` has passed. The answer comes as a report.

        Raises TimeoutError or ConnectionError when it is not known whether the venue has it, and any
        TradebookError when it certainly has not: nothing was sent, and nothing will be.
        """
        ...

    async def cancel(self, order: VenueOrder) -> None:
        """Ask to cancel; the answer comes as a report. Raises as ``submit`` does."""
        ...

    async def replace(
        self, order: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> None:
        """Ask to change the order in place; the answer comes as a report. Raises as ``submit`` does."""
        ...

    async def query(self, order: VenueOrder) -> VenueOrderState | OrderNotThere | None:
        """What the venue knows of it; None when it has never seen it, as far as we know.

        Raises TimeoutError, ConnectionError or TradebookError when it does not say.
        """
        ...

    async def open_orders(self, account_id: AccountId) -> Sequence[VenueOrderState]:
        """Our orders that work at the venue for the account. Raises as ``query`` does."""
        ...


@runtime_checkable
class SecuresContracts(Protocol):
    """A venue that has to be told how positions in contracts are secured; on paper the book decides."""

    name: str

    async def set_leverage(
        self, account_id: AccountId, instrument_id: InstrumentId, leverage: Decimal, mode: MarginMode
    ) -> None:
        """Have the account's positions in a contract secured so from now on.

        Raises Refused where the venue said no, any other TradebookError where it was not asked, and
        TimeoutError or ConnectionError where it is not known.
        """
        ...


class SwitchStanding(Value, frozen=True, kw_only=True):
    """How an account's dead man's switch is at its venue."""

    put_off_at: datetime | None
    """When the venue was last told that we are here; None where it was not yet."""
    problem: str
    """Why it could not be told since then; empty when it could."""


@runtime_checkable
class ComparesOnDemand(Protocol):
    """A venue whose accounts are held against the book, from time to time and when somebody asks for it."""

    name: str

    async def compare(self, account_id: AccountId) -> None:
        """Compare all of it now. Returns when that is done, and raises Unavailable where it failed."""
        ...


@runtime_checkable
class CancelsWhenGone(Protocol):
    """A venue some of whose accounts can have a dead man's switch: ``capabilities`` say on what terms."""

    name: str
    capabilities: Capabilities

    def keep_switches(self, switches: Mapping[AccountId, DeadMansSwitch]) -> None:
        """Those that are on, before the start: from the start on they are put off again and again."""
        ...

    async def set_switch(self, account_id: AccountId, switch: DeadMansSwitch | None) -> None:
        """Switch it on, at the venue first, and keep it on from then on; None: lift it.

        Raises Refused where the venue said no, any other TradebookError where it was not asked, and
        TimeoutError or ConnectionError where it is not known. Then all is as it was, as far as we can tell.
        """
        ...

    def switch_standing(self, account_id: AccountId) -> SwitchStanding | None:
        """How it is; None where it is off or the account is not connected."""
        ...
