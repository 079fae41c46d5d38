"""What an adapter has for each account: requests in its name, and its private stream."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Instrument
from tradebook.trading.orders import MarginMode
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.connections.connection import Words
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    BalanceChange,
    Execution,
    ExecutionReport,
    FundingPayment,
    LeverageSetting,
    Position,
)


class AccountSide(Words, Protocol):
    """One account's side of an adapter.

    Requests raise VenueRefusal where the venue said no, any other TradebookError where nothing was sent, and
    TimeoutError or ConnectionError where it is not known whether the venue has taken the request: an answer
    that cannot be read is such a case.
    """

    streams: Sequence[str]
    """What is asked for there, in this order; each gets a name in ``subscription``. Where it is several,
    StreamReady says that all of them stand. Where it is nothing, whoever has opened it hears everything."""

    @property
    def endpoint(self) -> Endpoint:
        """Where its private stream is, once it is prepared; another address where it was prepared anew."""
        ...

    def client_order_id_of(self, attempt: Attempt) -> str:
        """Ours for one sending of an order."""
        ...

    def instrument(self, instrument_id: InstrumentId) -> Instrument:
        """Raises KeyError for what is not listed."""
        ...

    def venue_now(self) -> datetime:
        """The time at the venue, as well as it is known: our clock, and by how much the venue's differed when
        it was last asked. What happens there is told by it.
        """
        ...

    async def prepare(self) -> None:
        """Learn what has to be known before anything can be asked or decoded: what is listed, the time."""
        ...

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[AccountMessage]:
        """What a frame of the stream says. Raises UndecodableFrame."""
        ...

    async def place(self, order: VenueOrder, *, send_before: datetime) -> Sequence[AccountMessage]:
        """Place it, and what the venue answers. Sends nothing once ``send_before`` has passed."""
        ...

    async def cancel(self, order: VenueOrder) -> Sequence[AccountMessage]:
        """Cancel it. Raises UnknownOrder where nothing of it works."""
        ...

    async def replace(
        self, order: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> Sequence[AccountMessage]:
        """Change it in place. Raises Inexpressible where the venue cannot."""
        ...

    async def order(self, order: VenueOrder) -> ExecutionReport | None:
        """How it stands, whatever it is called by now; None where the venue has no such order."""
        ...

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:
        """All fills of an order, oldest first."""
        ...

    async def open_orders(self) -> Sequence[ExecutionReport]:
        """Everything that works on the account, whoever placed it."""
        ...

    async def balances(self) -> Sequence[Balance]:
        """Everything that the account has."""
        ...


@runtime_checkable
class LeavesOut(Protocol):
    """A side whose venue tells of orders in what is on no list."""

    works_unlisted: Collection[str]
    """Client order ids of those that worked when it was last asked for all that works."""


@runtime_checkable
class TellsFills(Protocol):
    """A side that can say what was traded on the account since a moment, whoever did it."""

    fills_are_one_question: bool
    """Whether they are, or one of each market, and not one of each instrument: then it is asked whenever
    money moved, and not only where something may have been missed."""
    stream_tells_fills: bool
    """Whether its stream tells everybody's: where it does not, they are asked for whenever money moved too,
    of what has moved."""

    async def fills_since(
        self, assets: Collection[Asset], since: datetime, *, held: Collection[Asset]
    ) -> Sequence[Execution]:
        """All fills of instruments between any two of the assets: ``assets`` are those of which the account
        has now more or less, ``held`` whatever else it has, or had something to do with. Where they are one
        question all fills are told. Not every venue tells with them by which client order ids their orders
        were placed: ``named`` asks for these.

        Raises as any request: it tells all of them or none.
        """
        ...

    async def named(self, fills: Sequence[Execution]) -> Sequence[Execution]:
        """The same with the client order ids of their orders, and with what follows from these."""
        ...


@runtime_checkable
class KeepsStream(Protocol):
    """A side whose stream ends unless the venue is told from time to time that it is wanted."""

    async def keep_stream(self) -> bool:
        """Tell it where it is time for that; called about once a minute.

        False where the stream has ended all the same: it is to be prepared anew. Raises as any request.
        """
        ...


@runtime_checkable
class HoldsContracts(Protocol):
    """A side on which contracts are traded. Its fills say of which position they are."""

    async def positions(self) -> Sequence[Position]:
        """All that are open."""
        ...

    async def leverages(self) -> Sequence[LeverageSetting]:
        """How positions are secured: at least those that are open, or were told of before."""
        ...

    async def fundings_since(self, since: datetime) -> Sequence[FundingPayment]:
        """All that was paid and received, oldest first."""
        ...

    async def set_leverage(self, instrument_id: InstrumentId, leverage: Decimal, mode: MarginMode) -> None:
        """Have positions in it secured so. Where they are already, nothing happens."""
        ...


@runtime_checkable
class TellsTransfers(Protocol):
    """A side that can say what came to the account and went, beside trading, since a moment."""

    async def transfers_since(self, since: datetime) -> Sequence[BalanceChange]:
        """All of it, oldest first, each as the stream tells it. Raises as any request."""
        ...


@runtime_checkable
class CancelsWhenGone(Protocol):
    """A side whose venue cancels all orders of the account when it has heard nothing of us for a while."""

    switch_streams: Sequence[str]
    """What has to be listened to meanwhile; nothing where requests are all that puts it off."""

    async def cancel_when_gone(self, after_s: int) -> None:
        """Have all orders cancelled unless this is said again within so many seconds.

        Raises as any request.
        """
        ...

    async def lift_switch(self) -> None:
        """Have nothing cancelled any more. Raises as any request."""
        ...
