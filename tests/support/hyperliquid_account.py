"""An account at the simulated Hyperliquid behind the whole core, in virtual time and without a socket."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from tests.support.core import ALICE
from tests.support.desk import VenueDesk, chance, live
from tests.support.nonces import NoncesInMemory
from tests.support.simulated_hyperliquid import (
    AGENT_KEY,
    ASSET,
    BTC,
    COIN,
    TOKEN,
    WALLET,
    WALLET_KEY,
    Exchange,
    an_order,
    posted,
)
from tests.support.virtual_time import VirtualClock
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.hyperliquid.capabilities import ACCOUNT
from tradebook.venues.hyperliquid.public import HyperliquidMarket
from tradebook.venues.hyperliquid.signing import Signer
from tradebook.venues.hyperliquid.wallet_side import WalletSide
from tradebook.venues.simulators.hyperliquid.accounts import Customer
from tradebook.venues.simulators.hyperliquid.venue import HyperliquidVenue
from tradebook.venues.simulators.spot.orders import SpotFill, SpotOrder
from tradebook.venues.simulators.venue import SimulatedRequest

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


class Desk(VenueDesk):
    """The core with the account, and the venue to look at and to trade on by hand; on spot."""

    name, here, there = VENUE, HERE, BTC
    placing = ("POST", "/exchange")
    listing = ("POST", "/info")
    subscribed_words = b'"subscriptionResponse"'
    news_words = b'"oid":'
    names_once = True
    tells_transfers = True
    replaces = False
    symbol = COIN
    assets: Sequence[str] = (TOKEN, "USDC")
    asset_number = ASSET
    vault: str | None = None
    """The sub-account or vault that is traded for."""
    exchange: HyperliquidVenue

    def __init__(self, **balances: str) -> None:
        clock = VirtualClock()
        self.venue_there = self.new_exchange(clock, balances or {"USDC": "10000"})
        self.person = self.whose()
        self.customer = self.wallet()
        self.nonces = NoncesInMemory()
        """They outlive a crash, as in a database."""
        super().__init__(self.venue_there.venue, clock)

    def new_exchange(self, clock: VirtualClock, balances: Mapping[str, str]) -> Exchange:
        """The venue with its customer."""
        return Exchange(clock, balances)

    def whose(self) -> Customer:
        """Whose account it is."""
        return self.venue_there.customer

    def wallet(self) -> Any:
        """What pays for the orders that it is about."""
        return self.person.spot

    def new_venue(self) -> RealVenue:
        market = HyperliquidMarket(self.way.http, self.clock, url="https://hyperliquid.test")
        venue = RealVenue(
            VENUE,
            ACCOUNT,
            connector=self.way.connect,
            clock=self.clock,
            chance=chance(),
            cursors=self.cursors,
        )
        signer = Signer(AGENT_KEY)
        side = WalletSide(market, signer, self.nonces, self.clock, wallet=WALLET, vault=self.vault)
        venue.connect(ALICE, side)
        return venue

    def ask_by_hand(self, method: str, path: str, **params: str) -> tuple[int, Any]:
        return posted(self.exchange, path, {"user": WALLET, **params})

    def act(self, action: Mapping[str, Any]) -> Any:
        """A person beside us, with his own wallet."""
        return self.venue_there.act(action, key=WALLET_KEY)

    def place_by_hand(self, side: str, quantity: str, price: str | None = None, **more: Any) -> Any:
        if price is None:
            price, more["tif"] = self._beyond(side), "Ioc"
        return self.act(an_order(side, quantity, price, asset=self.asset_number, **more))

    def _beyond(self, side: str) -> str:
        """A price that is as good as any."""
        quote = self.market.quote(self.here.instrument_id)
        assert quote is not None
        return str(round(quote.ask * 11 / 10 if side == "buy" else quote.bid * 9 / 10))

    def cancel_by_hand(self, order: SpotOrder) -> Any:
        which = {"a": self.asset_number, "o": order.order_id}
        return self.act({"type": "cancel", "cancels": [which]})

    def forget_by_hand(self, order: SpotOrder) -> None:
        self.person.forget_order(order)  # type: ignore[arg-type]  # it is one of his

    def is_placing(self, request: SimulatedRequest) -> bool:
        return request.path == "/exchange" and b'"type":"order"' in request.body

    def name_in(self, request: SimulatedRequest) -> str:
        (order,) = json.loads(request.body)["action"]["orders"]
        return str(order["c"])

    def fill_id_of(self, order: SpotOrder, fill: SpotFill) -> str:
        return f"{order.order_id}:{fill.trade_id}"

    def order_id_of(self, order: SpotOrder) -> str:
        return str(order.order_id)

    def deposit(self, asset: str, amount: Decimal) -> None:
        self.exchange.deposit(self.person, asset, amount)


def tell(story: Callable[[Desk], Awaitable[None]], **balances: str) -> None:
    """Live a story in virtual time; at its end venue and book agree, or it was said by how much not."""
    live(lambda: Desk(**balances), story)
