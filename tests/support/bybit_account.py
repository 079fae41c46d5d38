"""An account at the simulated Bybit behind the whole core, in virtual time and without a socket."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import msgspec

from tests.support.core import ALICE
from tests.support.desk import SYMBOL, VenueDesk, chance, live
from tests.support.simulated_binance import BTC, KEY, SECRET
from tests.support.virtual_time import VirtualClock
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Instrument
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.bybit.capabilities import UNIFIED
from tradebook.venues.bybit.public import public_markets
from tradebook.venues.bybit.signing import Credentials
from tradebook.venues.bybit.unified_side import UnifiedSide
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.documents import execution_id
from tradebook.venues.simulators.bybit.venue import BybitVenue
from tradebook.venues.simulators.keys import proof_of
from tradebook.venues.simulators.spot.accounts import ApiKey, Permissions
from tradebook.venues.simulators.spot.orders import SpotFill, SpotOrder
from tradebook.venues.simulators.venue import SimulatedRequest

VENUE = "bybit"
HERE = msgspec.structs.replace(
    BTC,
    instrument_id=InstrumentId("BTC-USDT.BYBIT"),
    venue=VENUE,
    maker_fee_rate=Decimal("0.001"),
    taker_fee_rate=Decimal("0.001"),
    quote_step=Decimal("0.00000001"),
    base_fee_step=Decimal("0.00000001"),
)
"""As it is listed."""


def signed(method: str, path: str, params: dict[str, str], clock: Clock) -> SimulatedRequest:
    """A request as a client signs it that nobody here wrote."""
    payload = urlencode(params) if method == "GET" else json.dumps(params)
    stamp = str(round(clock.now().timestamp() * 1000))
    signature = hmac.new(SECRET.encode(), f"{stamp}{KEY}5000{payload}".encode(), sha256).hexdigest()
    return SimulatedRequest(
        method=method,
        path=path,
        query=payload if method == "GET" else "",
        body=b"" if method == "GET" else payload.encode(),
        headers={
            "X-BAPI-API-KEY": KEY,
            "X-BAPI-TIMESTAMP": stamp,
            "X-BAPI-RECV-WINDOW": "5000",
            "X-BAPI-SIGN": signature,
        },
    )


class Desk(VenueDesk):
    """The core with the account, and the venue to look at and to trade on by hand."""

    name, here, there = VENUE, HERE, BTC
    placing = ("POST", "/v5/order/create")
    listing = ("GET", "/v5/order/realtime")
    subscribed_words = b'"op":"subscribe"'
    news_words = b'"creationTime"'
    names_once = True
    tells_transfers = False
    replaces = True
    category = "spot"

    permissions = Permissions()
    """The key's."""
    traded: Sequence[Instrument] = (BTC,)
    """What the simulated market trades."""

    customer: BybitAccount

    def __init__(self, **balances: str) -> None:
        clock = VirtualClock()
        self.customer = BybitAccount(
            1,
            keys=[ApiKey(api_key=KEY, proof=proof_of(SECRET), permissions=self.permissions)],
            balances={asset: Decimal(amount) for asset, amount in (balances or {"USDT": "10000"}).items()},
        )
        super().__init__(BybitVenue(self.traded, clock, accounts=[self.customer]), clock)

    def new_venue(self) -> RealVenue:
        markets = public_markets(self.way.http, self.clock, url="https://bybit.test")
        venue = RealVenue(
            VENUE,
            UNIFIED,
            connector=self.way.connect,
            clock=self.clock,
            chance=chance(),
            cursors=self.cursors,
        )
        venue.connect(ALICE, UnifiedSide(markets, Credentials(KEY, SECRET), self.clock))
        return venue

    def ask_by_hand(self, method: str, path: str, **params: str) -> tuple[int, Any]:
        request = signed(method, path, {"category": self.category, **params}, self.clock)
        document = json.loads(self.exchange.answer(request).body)
        return (200, document["result"]) if document["retCode"] == 0 else (400, document)

    def place_by_hand(self, side: str, quantity: str, price: str | None = None) -> Any:
        terms = {"orderType": "Market", "marketUnit": "baseCoin"}
        if price is not None:
            terms = {"orderType": "Limit", "price": price}
        terms |= {"symbol": SYMBOL, "side": side.capitalize(), "qty": quantity}
        return self.ask_by_hand(*self.placing, **terms)

    def cancel_by_hand(self, order: SpotOrder) -> Any:
        kind = "Order" if order.is_working else "tpslOrder"
        which = {"symbol": SYMBOL, "orderId": str(order.order_id), "orderFilter": kind}
        return self.by_hand("POST", "/v5/order/cancel", **which)

    def name_in(self, request: SimulatedRequest) -> str:
        return str(json.loads(request.body)["orderLinkId"])

    def fill_id_of(self, order: SpotOrder, fill: SpotFill) -> str:
        return f"{execution_id(order, fill)}:{order.terms.side.value}"

    def order_id_of(self, order: SpotOrder) -> str:
        return str(order.order_id)


def tell(story: Callable[[Desk], Awaitable[None]], **balances: str) -> None:
    """Live a story in virtual time; at its end venue and book agree, or it was said by how much not."""
    live(lambda: Desk(**balances), story)
