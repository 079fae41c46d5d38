"""An account at the simulated Binance behind the whole core, in virtual time and without a socket."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any
from urllib.parse import urlencode

import msgspec

from tests.support import virtual_time
from tests.support.core import ALICE, CATALOGUE, NO_LIMITS, Core
from tests.support.market import HandMarket
from tests.support.simulated_binance import BNB, BTC, KEY, SECRET
from tests.support.virtual_time import VirtualClock
from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.ids import Asset, InstrumentId, PartyId
from tradebook.market.values import Aggressor, Instrument, Quote, Trade
from tradebook.trading.commands import OpenAccount
from tradebook.trading.ports import AccountStage
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.binance.capabilities import SPOT
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.binance.signing import Credentials, HmacSigner
from tradebook.venues.binance.spot_side import SpotSide
from tradebook.venues.connections.sockets import FrameTaker
from tradebook.venues.simulators.binance.accounts import ApiKey, SpotAccount
from tradebook.venues.simulators.binance.keys import proof_of
from tradebook.venues.simulators.binance.venue import BinanceVenue
from tradebook.venues.simulators.faults import Faults, FrameFate, NoFaults, RequestFate, RequestFault
from tradebook.venues.simulators.in_process import InProcessConnector, InProcessHttp, InProcessSocket
from tradebook.venues.simulators.venue import SimulatedRequest, SimulatedVenue

VENUE = "binance"
HERE = msgspec.structs.replace(
    BTC,
    instrument_id=InstrumentId("BTC-USDT.BINANCE"),
    venue=VENUE,
    maker_fee_rate=Decimal("0.001"),
    taker_fee_rate=Decimal("0.001"),
)
"""As it is listed."""


class Way:
    """Between us and the venue: what goes wrong on it is what the test says, and it can be cut."""

    def __init__(self, venue: SimulatedVenue) -> None:
        self.http = InProcessHttp(venue, faults=self)
        self.faults: Faults = NoFaults()
        self.is_cut = False
        self.asked: list[tuple[str, str]] = []
        """Methods and paths of everything that we sent."""
        self._connector = InProcessConnector(venue, faults=self)
        self._sockets: list[InProcessSocket] = []

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


class Desk:
    """The core with the account, and the venue to look at and to trade on by hand."""

    def __init__(self, *, pays_fees_in_bnb: bool = False, **balances: str) -> None:
        self.clock = VirtualClock()
        self.customer = SpotAccount(
            1,
            keys=[ApiKey(api_key=KEY, proof=proof_of(SECRET))],
            balances={asset: Decimal(amount) for asset, amount in balances.items()},
            pays_fees_in_bnb=pays_fees_in_bnb,
        )
        self.exchange = BinanceVenue([BTC, BNB], self.clock, accounts=[self.customer])
        self.way = Way(self.exchange)
        self.market = HandMarket(HERE)
        self.journal = MemoryJournal(CATALOGUE, self.clock)
        self.core = self._new_core()
        self._sequence = 0

    def _new_core(self) -> Core:
        spot = SpotMarket(self.way.http, self.clock, url="https://binance.test")
        self.venue = RealVenue(VENUE, SPOT, connector=self.way.connect, clock=self.clock, chance=Random(1))
        self.venue.connect(ALICE, SpotSide(spot, Credentials(KEY, HmacSigner(SECRET)), self.clock))
        return Core(self.journal, self.venue, self.market, self.clock, instrument=HERE)

    async def open(self) -> None:
        """The account is opened, and trades."""
        await self.core.handle(
            OpenAccount(
                account_id=ALICE,
                at=self.market.now(),
                party_id=PartyId("person"),
                name="Alice at Binance",
                venue=VENUE,
                base_asset=HERE.quote_asset,
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
        self._quote(BTC, bid, ask, size)

    def price_of_bnb(self, price: str) -> None:
        """What it is at the venue, where fees may be paid in it."""
        self._quote(BNB, price, price, "5")

    def _quote(self, instrument: Instrument, bid: str, ask: str, size: str) -> None:
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
                    instrument_id=BTC.instrument_id,
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

    def ask_by_hand(self, method: str, path: str, **params: str) -> tuple[int, Any]:
        """The same, and whatever the venue says."""
        payload = urlencode({**params, "timestamp": round(self.clock.now().timestamp() * 1000)})
        signature = hmac.new(SECRET.encode(), payload.encode(), sha256).hexdigest()
        answer = self.exchange.answer(
            SimulatedRequest(
                method=method,
                path=path,
                query=f"{payload}&signature={signature}",
                headers={"X-MBX-APIKEY": KEY},
            )
        )
        return answer.status, json.loads(answer.body)

    def orders_at_venue(self) -> list[str]:
        """Client order ids of everything that was ever placed there."""
        return [each.client_order_id for each in self.customer.orders("BTCUSDT")]

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
        """What the venue says that the account has."""
        document = self.by_hand("GET", "/api/v3/account", omitZeroBalances="true")
        return {
            each["asset"]: Decimal(each["free"]) + Decimal(each["locked"]) for each in document["balances"]
        }


@asynccontextmanager
async def desk(*, pays_fees_in_bnb: bool = False, **balances: str) -> AsyncIterator[Desk]:
    """Open and trading, at 100 to 101."""
    it = Desk(pays_fees_in_bnb=pays_fees_in_bnb, **(balances or {"USDT": "10000"}))
    it.price("100", "101")
    await it.open()
    yield it
    await it.core.stop()


def tell(
    story: Callable[[Desk], Awaitable[None]], *, pays_fees_in_bnb: bool = False, **balances: str
) -> None:
    """Live a story in virtual time; at its end venue and book agree, or it was said by how much not."""

    async def main() -> None:
        async with desk(pays_fees_in_bnb=pays_fees_in_bnb, **balances) as it:
            await story(it)
            await settled(it)

    virtual_time.run(main())


async def settled(it: Desk) -> None:
    """After a while venue and book agree, or it was said by how much not."""
    await asyncio.sleep(90)
    theirs = it.theirs()
    for asset, difference in await it.differences():
        theirs[asset] = theirs.get(asset, Decimal(0)) - difference
    assert await it.book() == {asset: total for asset, total in theirs.items() if total}
