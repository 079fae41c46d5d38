"""An account at a simulated venue behind the whole core, in virtual time and without a socket."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from tests.support import virtual_time
from tests.support.core import ALICE, CATALOGUE, NO_LIMITS, Core
from tests.support.market import HandMarket
from tests.support.venue_memory import CursorsInMemory
from tests.support.virtual_time import VirtualClock
from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import Asset, PartyId
from tradebook.market.values import Aggressor, Instrument, Quote, Trade
from tradebook.trading.commands import OpenAccount
from tradebook.trading.ports import AccountStage
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.connections.breaker import CircuitBreaker
from tradebook.venues.connections.sockets import FrameTaker
from tradebook.venues.simulators.faults import Faults, FrameFate, NoFaults, RequestFate, RequestFault
from tradebook.venues.simulators.in_process import InProcessConnector, InProcessHttp, InProcessSocket
from tradebook.venues.simulators.spot.accounts import SpotAccount
from tradebook.venues.simulators.spot.orders import SpotFill, SpotOrder
from tradebook.venues.simulators.venue import SimulatedRequest, SimulatedVenue

SYMBOL = "BTCUSDT"
DeskT = TypeVar("DeskT", bound="VenueDesk")


class Way:
    """Between us and the venue: what goes wrong on it is what the test says, and it can be cut."""

    def __init__(self, venue: SimulatedVenue, clock: VirtualClock) -> None:
        self.http = CircuitBreaker(InProcessHttp(venue, faults=self), clock, venue="somewhere")
        self.faults: Faults = NoFaults()
        self.is_cut = False
        self.asked: list[tuple[str, str]] = []
        """Methods and paths of everything that we sent."""
        self._connector = InProcessConnector(venue, faults=self)
        self._sockets: list[InProcessSocket] = []
        self.opened: list[str] = []
        """URLs of everything that we listened to."""

    def refuses(self, path: str) -> bool:
        return self.is_cut or self.faults.refuses(path)

    def of_request(self, request: SimulatedRequest) -> RequestFate:
        self.asked.append((request.method, request.path))
        return RequestFate(fault=RequestFault.LOST) if self.is_cut else self.faults.of_request(request)

    def of_frame(self, frame: bytes) -> FrameFate:
        return self.faults.of_frame(frame)

    async def connect(self, url: str, take: FrameTaker) -> InProcessSocket:
        socket = await self._connector(url, take)
        self._sockets.append(socket)
        self.opened.append(url)
        return socket

    def hang_up(self) -> None:
        """End every socket."""
        for each in self._sockets:
            each.close()
        self._sockets.clear()

    def cut(self) -> None:
        """From now on nothing passes, until ``is_cut`` is taken back."""
        self.is_cut = True
        self.hang_up()


class VenueDesk(ABC):
    """The core with the account, and the venue to look at and to trade on by hand."""

    name: str
    here: Instrument
    """As the venue lists it for us."""
    there: Instrument
    """As the simulated market has it."""
    placing: tuple[str, str]
    """Method and path of a new order."""
    listing: tuple[str, str]
    """Method and path of the question for what works."""
    subscribed_words: bytes
    """What stands in the answer to the subscription."""
    news_words: bytes
    """What stands in every frame of news of the account, and in no other."""
    names_once: bool
    """Whether the venue never takes a client order id again."""
    tells_transfers: bool
    """Whether its stream tells of money that comes and goes."""
    replaces: bool
    """Whether orders are changed in place in all of their terms."""
    symbol: str = SYMBOL
    """By what the account there knows its orders."""
    unit = Decimal("0.01")
    """Small quantities are multiples of it."""
    assets: Sequence[str] = ("BTC", "USDT")
    """What comes to the account and goes, beside trading."""
    customer: SpotAccount[Any]

    def __init__(self, exchange: Any, clock: VirtualClock) -> None:
        self.clock: Clock = clock
        self.exchange = exchange
        self.way = Way(exchange, clock)
        self.cursors = CursorsInMemory()
        self.market = HandMarket(self.here)
        self.journal = MemoryJournal(CATALOGUE, self.clock)
        self.core = self._new_core()
        self._sequence = 0

    # --- in each venue's words

    @abstractmethod
    def new_venue(self) -> RealVenue:
        """The adapter with the account, as after a start of the process."""

    @abstractmethod
    def ask_by_hand(self, method: str, path: str, **params: str) -> tuple[int, Any]:
        """A person beside us, with the same key; 200 where the venue does it, and what it says."""

    @abstractmethod
    def place_by_hand(self, side: str, quantity: str, price: str | None = None) -> Any:
        """A market order, or one that rests."""

    @abstractmethod
    def cancel_by_hand(self, order: SpotOrder) -> Any:
        """Whoever placed it."""

    def forget_by_hand(self, order: SpotOrder) -> None:
        """The venue knows no such order any more, as it does after some days."""
        self.customer.forget_order(order)

    @abstractmethod
    def name_in(self, request: SimulatedRequest) -> str:
        """The client order id that a request for a new order carries."""

    def is_placing(self, request: SimulatedRequest) -> bool:
        """Whether a request is for a new order."""
        return (request.method, request.path) == self.placing

    @abstractmethod
    def fill_id_of(self, order: SpotOrder, fill: SpotFill) -> str:
        """Ours of a trade."""

    @abstractmethod
    def order_id_of(self, order: SpotOrder) -> str:
        """The venue's, as it is told."""

    # --- the same everywhere

    def deposit(self, asset: str, amount: Decimal) -> None:
        """Money comes to the account, or with a negative amount goes, beside trading."""
        self.exchange.deposit(self.customer, asset, amount)

    def rearrange(self, random: Random) -> None:
        """Money goes from one of the account's wallets to another, where the venue has several."""
        del random  # most have one

    def _new_core(self) -> Core:
        self.venue = self.new_venue()
        return Core(self.journal, self.venue, self.market, self.clock, instrument=self.here)

    async def open(self) -> None:
        """The account is opened, and trades."""
        await self.core.handle(
            OpenAccount(
                account_id=ALICE,
                at=self.market.now(),
                party_id=PartyId("person"),
                name=f"Alice at {self.name}",
                venue=self.name,
                base_asset=self.here.quote_asset,
                paper=False,
                limits=NO_LIMITS,
            )
        )
        await self.start()

    async def start(self) -> None:
        await self.core.start()
        await self.until(self.is_trading)

    async def crash(self) -> None:
        """The process is gone, between any two steps; the venue goes on."""
        await self.core.stop()
        self.way.hang_up()
        self.core = self._new_core()

    def is_trading(self) -> bool:
        return self.venue.stage_of(ALICE) is AccountStage.TRADING

    async def until(self, holds: Callable[[], bool], *, within_s: float = 120) -> None:
        for _ in range(round(within_s * 100)):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"did not come to hold; the venue is {self.venue.health()}")

    def price(self, bid: str, ask: str, *, size: str = "5") -> None:
        """The market stands there, at the venue and in our picture of it."""
        self.market.quote_at(bid, ask, bid_size=size, ask_size=size)
        self.market.trade_at(bid, "0.001")
        self.quote(self.there, bid, ask, size)

    def quote(self, instrument: Instrument, bid: str, ask: str, size: str) -> None:
        """At the venue alone."""
        self._sequence += 1
        self.exchange.take(
            [
                Quote(
                    instrument_id=instrument.instrument_id,
                    bid=Decimal(bid),
                    bid_size=Decimal(size),
                    ask=Decimal(ask),
                    ask_size=Decimal(size),
                    at=self.clock.now(),
                    sequence=self._sequence,
                )
            ]
        )

    def print(self, price: str, quantity: str = "1") -> None:
        """Somebody trades at the venue."""
        self._sequence += 1
        self.exchange.take(
            [
                Trade(
                    instrument_id=self.there.instrument_id,
                    trade_id=str(self._sequence),
                    price=Decimal(price),
                    quantity=Decimal(quantity),
                    aggressor=Aggressor.SELL,
                    at=self.clock.now(),
                    sequence=self._sequence,
                )
            ]
        )

    def by_hand(self, method: str, path: str, **params: str) -> Any:
        """A person beside us, with the same key; the venue must do it."""
        status, document = self.ask_by_hand(method, path, **params)
        assert status == 200, document
        return document

    def orders_at_venue(self) -> list[str]:
        """Client order ids of everything that was ever placed there."""
        return [each.client_order_id for each in self.customer.orders(self.symbol)]

    def fills_at_venue(self) -> Mapping[str, tuple[SpotOrder, SpotFill]]:
        """By our id of each."""
        orders = {each.order_id: each for each in self.customer.orders(self.symbol)}
        told = [(orders[each.order_id], each) for each in self.customer.fills.get(self.symbol, [])]
        return {self.fill_id_of(*each): each for each in told}

    async def book(self) -> dict[str, Decimal]:
        """What the journal says that the account has."""
        return await self.core.writer.read(
            ALICE,
            lambda account: {asset: each.total for asset, each in account.balances.items() if each.total},
        )

    async def differences(self) -> list[tuple[Asset, Decimal]]:
        """What was said of its balances, where they differ."""
        return await self.core.writer.read(ALICE, lambda account: list(account.differences.items()))

    def theirs(self) -> dict[str, Decimal]:
        """What the account has at the venue."""
        had = ((asset, each.free + each.locked) for asset, each in self.customer.balances)
        return {asset: total for asset, total in had if total}


async def begin(it: VenueDesk) -> None:
    """Open and trading, at 100 to 101."""
    it.price("100", "101")
    await it.open()


async def settle(it: VenueDesk) -> None:
    """At the end venue and book agree, or it was said by how much not."""
    await asyncio.sleep(90)
    theirs = it.theirs()
    for asset, difference in await it.differences():
        theirs[asset] = theirs.get(asset, Decimal(0)) - difference
    assert await it.book() == {asset: total for asset, total in theirs.items() if total}


def live(new: Callable[[], DeskT], story: Callable[[DeskT], Awaitable[None]]) -> None:
    """Live a story in virtual time, from ``begin`` to ``settle``."""

    async def main() -> None:
        it = new()
        await begin(it)
        await story(it)
        await settle(it)
        await it.core.stop()

    virtual_time.run(main())


def chance() -> Random:
    """The adapter's, the same in every test."""
    return Random(1)
