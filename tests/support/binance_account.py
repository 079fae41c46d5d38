"""An account at the simulated Binance behind the whole core, in virtual time and without a socket."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from tests.support.core import ALICE, CATALOGUE, NO_LIMITS, Core
from tests.support.market import HandMarket
from tests.support.simulated_binance import BTC, KEY, SECRET
from tests.support.virtual_time import VirtualClock
from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.ids import InstrumentId, PartyId
from tradebook.market.values import Aggressor, Quote, Trade
from tradebook.trading.commands import OpenAccount
from tradebook.trading.ports import AccountStage
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.binance.capabilities import SPOT
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.binance.signing import Credentials, HmacSigner
from tradebook.venues.binance.spot_side import SpotSide
from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.connections.sockets import FrameTaker
from tradebook.venues.simulators.binance.accounts import ApiKey, SpotAccount
from tradebook.venues.simulators.binance.keys import proof_of
from tradebook.venues.simulators.binance.venue import BinanceVenue
from tradebook.venues.simulators.venue import SimulatedRequest, StreamSession

VENUE = "binance"
HERE = msgspec.structs.replace(
    BTC,
    instrument_id=InstrumentId("BTC-USDT.BINANCE"),
    venue=VENUE,
    maker_fee_rate=Decimal("0.001"),
    taker_fee_rate=Decimal("0.001"),
)
"""As it is listed."""


class Line:
    """Between us and the venue: it can be cut, and it can lose what the test says."""

    def __init__(self, venue: BinanceVenue) -> None:
        self._venue = venue
        self.sockets: list[LineSocket] = []
        self.asked: list[tuple[str, str]] = []
        """Methods and paths that reached the venue."""
        self.is_cut = False
        self.loses_request: Callable[[str, str], bool] = lambda *_: False
        self.loses_answer: Callable[[str, str], bool] = lambda *_: False
        self.loses_frame: Callable[[dict[str, Any]], bool] = lambda _: False
        self.doubles_frame: Callable[[dict[str, Any]], bool] = lambda _: False
        self.delay_s: Callable[[], float] = lambda: 0.03
        self.answers_instead: Callable[[str, str], HttpAnswer | None] = lambda *_: None
        """What a load balancer says before the venue has seen anything."""

    async def http(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        await asyncio.sleep(0.02)
        parts = urlsplit(url)
        if self.is_cut or self.loses_request(method, parts.path):
            await asyncio.sleep(10)
            raise TimeoutError("no answer in time")
        if (instead := self.answers_instead(method, parts.path)) is not None:
            return instead
        self.asked.append((method, parts.path))
        answer = self._venue.answer(
            SimulatedRequest(
                method=method, path=parts.path, query=parts.query, headers=headers or {}, body=body or b""
            )
        )
        await asyncio.sleep(self.delay_s())
        if self.loses_answer(method, parts.path):
            await asyncio.sleep(10)
            raise TimeoutError("no answer in time")
        told = {name.lower(): value for name, value in answer.headers.items()}
        return HttpAnswer(status=answer.status, headers=told, body=answer.body)

    async def connect(self, url: str, take: FrameTaker) -> LineSocket:
        await asyncio.sleep(0.02)
        if self.is_cut:
            raise ConnectionRefusedError("nobody listens")
        socket = LineSocket(self, take)
        socket.session = self._venue.open(urlsplit(url).path, socket.hear)
        self.sockets.append(socket)
        return socket

    def hang_up(self) -> None:
        """End every socket."""
        for each in self.sockets:
            each.close("the line broke")


class LineSocket:
    """One socket over the line."""

    def __init__(self, line: Line, take: FrameTaker) -> None:
        self._line = line
        self._take = take
        self.session: StreamSession | None = None
        self._end: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def hear(self, frame: bytes) -> None:
        document = json.loads(frame)
        if self._end.done() or self._line.loses_frame(document):
            return
        for _ in range(1 + self._line.doubles_frame(document)):
            asyncio.get_running_loop().call_later(self._line.delay_s(), self._deliver, frame)

    def _deliver(self, frame: bytes) -> None:
        if not self._end.done():
            self._take(frame)

    def send(self, frame: bytes) -> None:
        assert self.session is not None
        self.session.received(frame)

    def hold(self, *, back: bool) -> None:
        pass

    async def ended(self) -> str:
        return await asyncio.shield(self._end)

    def close(self, reason: str = "closed by us") -> None:
        if not self._end.done():
            self._end.set_result(reason)
            if self.session is not None:
                self.session.closed()


class Desk:
    """The core with the account, and the venue to look at and to trade on by hand."""

    def __init__(self, **balances: str) -> None:
        self.clock = VirtualClock()
        self.customer = SpotAccount(
            1,
            keys=[ApiKey(api_key=KEY, proof=proof_of(SECRET))],
            balances={asset: Decimal(amount) for asset, amount in balances.items()},
        )
        self.exchange = BinanceVenue([BTC], self.clock, accounts=[self.customer])
        self.line = Line(self.exchange)
        self.market = HandMarket(HERE)
        self.journal = MemoryJournal(CATALOGUE, self.clock)
        self.core = self._new_core()
        self._sequence = 0

    def _new_core(self) -> Core:
        spot = SpotMarket(self.line.http, self.clock, url="https://binance.test")
        self.venue = RealVenue(VENUE, SPOT, connector=self.line.connect, clock=self.clock, chance=Random(1))
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
        self.line.hang_up()
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
        self._sequence += 1
        self.exchange.take(
            [
                Quote(
                    instrument_id=BTC.instrument_id,
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
        """A person beside us, with the same key."""
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
        document = json.loads(answer.body)
        assert answer.status == 200, document
        return document

    def orders_at_venue(self) -> list[str]:
        """Client order ids of everything that was ever placed there."""
        return [each.client_order_id for each in self.customer.orders("BTCUSDT")]

    async def book(self) -> dict[str, Decimal]:
        """What the journal says that the account has."""
        return await self.core.writer.read(
            ALICE,
            lambda account: {asset: each.total for asset, each in account.balances.items() if each.total},
        )

    def theirs(self) -> dict[str, Decimal]:
        """What the venue says that the account has."""
        document = self.by_hand("GET", "/api/v3/account", omitZeroBalances="true")
        return {
            each["asset"]: Decimal(each["free"]) + Decimal(each["locked"]) for each in document["balances"]
        }


@asynccontextmanager
async def desk(**balances: str) -> AsyncIterator[Desk]:
    """Open and trading, at 100 to 101."""
    it = Desk(**(balances or {"USDT": "10000"}))
    it.price("100", "101")
    await it.open()
    yield it
    await it.core.stop()
