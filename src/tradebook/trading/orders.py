"""The vocabulary of an order, in FIX terms."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from tradebook.kernel.ids import Asset, ClientOrderId, InstrumentId, OrderId
from tradebook.kernel.messages import Value
from tradebook.kernel.money import ZERO


class Side(StrEnum):
    """Buy or sell."""

    BUY = "buy"
    SELL = "sell"


class OrderType(StrEnum):
    """How an order becomes a trade."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    """Becomes a market order when the last trade reaches ``stop_price`` against the position."""
    STOP_LIMIT = "stop_limit"
    TAKE_PROFIT = "take_profit"
    """Like a stop, but triggered when the last trade reaches ``stop_price`` in favour."""
    TRAILING_STOP = "trailing_stop"


class TimeInForce(StrEnum):
    """How long an order works."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    GTD = "gtd"
    DAY = "day"


class OffsetType(StrEnum):
    """How a trailing offset is measured."""

    PRICE = "price"
    PERCENT = "percent"


class PositionSide(StrEnum):
    """Which position in a contract is meant."""

    NET = "net"
    """The only one: buying and selling make up for each other (one-way mode)."""
    LONG = "long"
    """That which buying opens and selling closes, beside a short one (hedge mode)."""
    SHORT = "short"


class MarginMode(StrEnum):
    """What secures a position in a contract."""

    CROSS = "cross"
    """All that the account has of the settle asset."""
    ISOLATED = "isolated"
    """What was set aside for it."""


class OrderStatus(StrEnum):
    """Where an order is in its life; ``trading/lifecycle.py`` has the transitions."""

    PENDING = "pending"
    """Ours: recorded and held, not yet sent."""
    PARKED = "parked"
    """Ours: conditional, held by us until its trigger (or its entry's fill) comes."""
    SUBMITTED = "submitted"
    """Sent or about to be sent; the venue has not answered."""
    ACCEPTED = "accepted"
    """Working at the venue."""
    PARTIALLY_FILLED = "partially_filled"
    PENDING_CANCEL = "pending_cancel"
    PENDING_REPLACE = "pending_replace"
    UNKNOWN = "unknown"
    """The venue did not answer in time; funds stay held until it has been asked."""
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    """The venue's no."""
    DENIED = "denied"
    """Our no."""


class RestsAt(StrEnum):
    """Who watches a conditional order's trigger."""

    VENUE = "venue"
    TRADING = "trading"


class Liquidity(StrEnum):
    """Which fee applied to a fill."""

    MAKER = "maker"
    TAKER = "taker"


class LegTerms(Value, frozen=True, kw_only=True):
    """An exit attached to an entry order (bracket): sized and placed as the entry fills."""

    stop_price: Decimal
    price: Decimal | None = None
    """With a price the leg is a limit order once triggered, else a market order."""


class OrderTerms(Value, frozen=True, kw_only=True):
    """What the client asked for."""

    client_order_id: ClientOrderId
    instrument_id: InstrumentId
    side: Side
    type: OrderType
    quantity: Decimal = ZERO
    """In the base asset; zero only for a market order sized by ``quote_quantity``."""
    quote_quantity: Decimal | None = None
    price: Decimal | None = None
    stop_price: Decimal | None = None
    trailing_offset: Decimal | None = None
    trailing_offset_type: OffsetType = OffsetType.PRICE
    time_in_force: TimeInForce = TimeInForce.GTC
    expires_at: datetime | None = None
    post_only: bool = False
    reduce_only: bool = False
    position_side: PositionSide = PositionSide.NET
    oco_group: str = ""
    take_profit: LegTerms | None = None
    stop_loss: LegTerms | None = None
    tags: tuple[str, ...] = ()

    @property
    def names_price(self) -> bool:
        """Whether it is sized at a price of its own; else at the market's bid or ask."""
        return self.price is not None or self.stop_price is not None


class Hold(Value, frozen=True, kw_only=True, gc=False):
    """Funds set aside for an order (or for an OCO group as a whole) so that one cent is spent once."""

    asset: Asset
    amount: Decimal


class TermsInForce(Value, frozen=True, kw_only=True):
    """The terms of an order that may change while it works; None for what it has not or is not told."""

    quantity: Decimal | None = None
    """All of it, what is filled included."""
    price: Decimal | None = None
    stop_price: Decimal | None = None

    @classmethod
    def of(
        cls, order_type: OrderType, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> TermsInForce:
        """Of an order of ours. One that is sized in the quote asset has no quantity, and a trailing stop
        moves by itself.
        """
        moves = order_type is OrderType.TRAILING_STOP
        return cls(quantity=quantity or None, price=price, stop_price=None if moves else stop_price)

    def upon(self, book: TermsInForce) -> TermsInForce:
        """The terms of the book, with what is told here of those that it has."""
        return TermsInForce(
            quantity=book.quantity and (self.quantity or book.quantity),
            price=book.price and (self.price or book.price),
            stop_price=book.stop_price and (self.stop_price or book.stop_price),
        )


class Settled(Value, frozen=True, kw_only=True, gc=False):
    """What a trade of a contract settles: instead of assets, gains and losses change hands."""

    asset: Asset
    realised: Decimal
    """Gained (negative: lost) by what was closed, by average cost and before fees."""
    margin: Decimal
    """Set aside for the position in addition; negative: given back."""
    quantity: Decimal
    """The position after it; negative when short."""
    cost: Decimal
    """What that was opened for, never negative."""
    average_price: Decimal
    """The price at which that is its value; zero while the position is flat."""
    carried: Decimal = ZERO
    """Settled beyond what the trades explain that are known; earlier ones that are found will."""


class PriceSeen(Value, frozen=True, kw_only=True, gc=False):
    """The price a decision rested on, with where and when it came from."""

    bid: Decimal
    ask: Decimal
    last: Decimal
    source: str
    at: datetime
    """When the newest of them was seen."""
    sequence: int
    quoted_at: datetime | None = None
    """When bid and ask were seen, where that is not ``at``: prints may go on while quotes are stuck."""

    @property
    def bid_and_ask_at(self) -> datetime:
        """How old bid and ask are is counted from here."""
        return self.quoted_at or self.at


def leg_order_id(entry: OrderId, leg: str) -> str:
    """Client order id of a bracket leg: a function of its entry."""
    return f"{entry}:{leg}"
