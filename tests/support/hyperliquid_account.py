"""An account at the simulated Hyperliquid behind the whole core, in virtual time and without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from random import Random
from typing import Any

import msgspec

from tests.support import virtual_time
from tests.support.core import ALICE, CATALOGUE, NO_LIMITS, Core
from tests.support.desk import Way
from tests.support.market import HandMarket
from tests.support.nonces import NoncesInMemory
from tests.support.simulated_hyperliquid import AGENT_KEY, BTC, TOKEN, WALLET, WALLET_KEY, Exchange
from tests.support.venue_memory import CursorsInMemory
from tests.support.virtual_time import VirtualClock
from tradebook.journal.memory import MemoryJournal
from tradebook.kernel.ids import Asset, InstrumentId, PartyId
from tradebook.trading.commands import OpenAccount
from tradebook.trading.ports import AccountStage
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.hyperliquid.capabilities import SPOT
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.hyperliquid.signing import Signer
from tradebook.venues.hyperliquid.spot_side import SpotSide

VENUE = "hyperliquid"
HERE = msgspec.structs.replace(
    BTC,
    instrument_id=InstrumentId(f"{TOKEN}-USDC.HYPERLIQUID"),
    venue=VENUE,
    base_asset=Asset(TOKEN),
    quote_asset=Asset("USDC"),
    tick_size=Decimal("0.00001"),
    lot_size=Decimal("0.001"),
    maker_fee_rate=Decimal("0.0004"),
    taker_fee_rate=Decimal("0.0007"),
    quote_step=Decimal("0.00000001"),
    base_fee_step=Decimal("0.00000001"),
)
"""As it is listed."""


class Desk:
    """The core with the account, and the venue to look at and to trade on by hand."""

    def __init__(self, **balances: str) -> None:
        self.clock = VirtualClock()
        self.there = Exchange(self.clock, balances)
        self.customer = self.there.customer
        self.exchange = self.there.venue
        self.way = Way(self.exchange)
        self.market = HandMarket(HERE)
        self.journal = MemoryJournal(CATALOGUE, self.clock)
        self.nonces = NoncesInMemory()
        self.cursors = CursorsInMemory()
        """They outlive a crash, as in a database."""
        self.core = self._new_core()

    def _new_core(self) -> Core:
        market = HyperliquidMarket(self.way.http, self.clock, url="https://hyperliquid.test")
        self.venue = RealVenue(
            VENUE, SPOT, connector=self.way.connect, clock=self.clock, chance=Random(1), cursors=self.cursors
        )
        side = SpotSide(market, Signer(AGENT_KEY), self.nonces, self.clock, wallet=WALLET)
        self.venue.connect(ALICE, side)
        return Core(self.journal, self.venue, self.market, self.clock, instrument=HERE)

    async def open(self) -> None:
        """The account is opened, and trades."""
        await self.core.handle(
            OpenAccount(
                account_id=ALICE,
                at=self.market.now(),
                party_id=PartyId("person"),
                name="Alice at Hyperliquid",
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
        self.there.quote(bid, ask, size=size)

    def print(self, price: str, quantity: str = "1") -> None:
        """Somebody trades at the venue."""
        self.there.print(price, quantity)

    def by_hand(self, action: Mapping[str, Any]) -> Any:
        """A person beside us, with his own wallet."""
        return self.there.act(action, key=WALLET_KEY)

    def orders_at_venue(self) -> list[str | None]:
        """Client order ids of everything that was ever placed there."""
        return [each.request.cloid for each in self.customer.orders()]

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
        return {
            token: total
            for token, holding in self.customer.balances
            if (total := holding.free + holding.locked)
        }


def tell(story: Callable[[Desk], Awaitable[None]], **balances: str) -> None:
    """Live a story in virtual time; at its end venue and book agree, or it was said by how much not."""

    async def main() -> None:
        it = Desk(**(balances or {"USDC": "10000"}))
        it.price("100", "101")
        await it.open()
        await story(it)
        await asyncio.sleep(90)
        theirs = it.theirs()
        for asset, difference in await it.differences():
            theirs[asset] = theirs.get(asset, Decimal(0)) - difference
        assert await it.book() == {asset: total for asset, total in theirs.items() if total}
        await it.core.stop()

    virtual_time.run(main())
