"""An account at the simulated Binance behind the whole core, in virtual time and without a socket."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode

import msgspec

from tests.support.core import ALICE
from tests.support.desk import SYMBOL, VenueDesk, begin, chance, live
from tests.support.simulated_binance import BNB, BTC, KEY, SECRET
from tests.support.virtual_time import VirtualClock
from tradebook.kernel.ids import InstrumentId
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.binance.capabilities import SPOT
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.binance.signing import Credentials, HmacSigner
from tradebook.venues.binance.spot_side import SpotSide
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.venue import BinanceVenue
from tradebook.venues.simulators.keys import proof_of
from tradebook.venues.simulators.spot.accounts import ApiKey
from tradebook.venues.simulators.spot.orders import SpotFill, SpotOrder
from tradebook.venues.simulators.venue import SimulatedRequest

VENUE = "binance"
HERE = msgspec.structs.replace(
    BTC,
    instrument_id=InstrumentId("BTC-USDT.BINANCE"),
    venue=VENUE,
    maker_fee_rate=Decimal("0.001"),
    taker_fee_rate=Decimal("0.001"),
    quote_step=Decimal("0.00000001"),
    base_fee_step=Decimal("0.00000001"),
)
"""As it is listed."""


class Desk(VenueDesk):
    """The core with the account, and the venue to look at and to trade on by hand."""

    name, here, there = VENUE, HERE, BTC
    placing = ("POST", "/api/v3/order")
    listing = ("GET", "/api/v3/openOrders")
    subscribed_words = b'"subscriptionId"'
    news_words = b'"event"'
    names_once = False
    tells_transfers = True
    replaces = False

    def __init__(self, *, pays_fees_in_bnb: bool = False, **balances: str) -> None:
        clock = VirtualClock()
        self.customer = SpotAccount(
            1,
            keys=[ApiKey(api_key=KEY, proof=proof_of(SECRET))],
            balances={asset: Decimal(amount) for asset, amount in (balances or {"USDT": "10000"}).items()},
            pays_fees_in_bnb=pays_fees_in_bnb,
        )
        super().__init__(BinanceVenue([BTC, BNB], clock, accounts=[self.customer]), clock)

    def new_venue(self) -> RealVenue:
        spot = SpotMarket(self.way.http, self.clock, url="https://binance.test")
        venue = RealVenue(
            VENUE, SPOT, connector=self.way.connect, clock=self.clock, chance=chance(), cursors=self.cursors
        )
        venue.connect(ALICE, SpotSide(spot, Credentials(KEY, HmacSigner(SECRET)), self.clock))
        return venue

    def price_of_bnb(self, price: str) -> None:
        """What it is at the venue, where fees may be paid in it."""
        self.quote(BNB, price, price, "5")

    def ask_by_hand(self, method: str, path: str, **params: str) -> tuple[int, Any]:
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

    def place_by_hand(self, side: str, quantity: str, price: str | None = None) -> Any:
        terms = (
            {"type": "MARKET"} if price is None else {"type": "LIMIT", "timeInForce": "GTC", "price": price}
        )
        terms |= {"symbol": SYMBOL, "side": side.upper(), "quantity": quantity}
        return self.ask_by_hand(*self.placing, **terms)

    def cancel_by_hand(self, order: SpotOrder) -> Any:
        return self.by_hand("DELETE", "/api/v3/order", symbol=SYMBOL, orderId=str(order.order_id))

    def name_in(self, request: SimulatedRequest) -> str:
        return parse_qs(request.query)["newClientOrderId"][0]

    def fill_id_of(self, order: SpotOrder, fill: SpotFill) -> str:
        return f"{fill.trade_id}-{order.order_id}"

    def order_id_of(self, order: SpotOrder) -> str:
        return str(order.order_id)


@asynccontextmanager
async def desk(*, pays_fees_in_bnb: bool = False, **balances: str) -> AsyncIterator[Desk]:
    """Open and trading, at 100 to 101."""
    it = Desk(pays_fees_in_bnb=pays_fees_in_bnb, **balances)
    await begin(it)
    yield it
    await it.core.stop()


def tell(
    story: Callable[[Desk], Awaitable[None]], *, pays_fees_in_bnb: bool = False, **balances: str
) -> None:
    """Live a story in virtual time; at its end venue and book agree, or it was said by how much not."""
    live(lambda: Desk(pays_fees_in_bnb=pays_fees_in_bnb, **balances), story)
