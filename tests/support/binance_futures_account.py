"""An account at the simulated USD-M futures behind the whole core, in virtual time and without a socket."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode

import msgspec

from tests.support.contract_desk import ContractDesk
from tests.support.core import ALICE
from tests.support.desk import SYMBOL, begin, chance, live
from tests.support.simulated_binance import BTC, KEY, SECRET
from tests.support.virtual_time import VirtualClock
from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import Contract, Instrument
from tradebook.venues.accounts.real_venue import RealVenue
from tradebook.venues.binance.capabilities import FUTURES
from tradebook.venues.binance.futures_public import FuturesMarket
from tradebook.venues.binance.futures_side import FuturesSide
from tradebook.venues.binance.signing import Credentials, HmacSigner
from tradebook.venues.binance.wire import USDM
from tradebook.venues.simulators.binance.futures.accounts import FuturesAccount
from tradebook.venues.simulators.binance.futures.venue import BinanceFuturesVenue
from tradebook.venues.simulators.contracts.clearing import Clearing
from tradebook.venues.simulators.keys import proof_of
from tradebook.venues.simulators.spot.accounts import ApiKey
from tradebook.venues.simulators.spot.orders import SpotFill, SpotOrder
from tradebook.venues.simulators.venue import SimulatedRequest

PERP = msgspec.structs.replace(
    BTC,
    instrument_id=InstrumentId("BTC-USDT-PERP.SIM"),
    symbol="BTC/USDT perpetual",
    maker_fee_rate=Decimal("0.0002"),
    taker_fee_rate=Decimal("0.0005"),
    is_derivative=True,
    contract=Contract(
        settle_asset=BTC.quote_asset, max_leverage=Decimal(50), maintenance_rate=Decimal("0.005")
    ),
)
HERE = msgspec.structs.replace(
    PERP,
    instrument_id=InstrumentId("BTC-USDT-PERP.BINANCE"),
    symbol="BTC/USDT-PERP",
    venue=USDM,
    quote_step=Decimal("0.00000001"),
)
"""As it is listed."""


class Desk(ContractDesk):
    """The core with the account, and the venue to look at and to trade on by hand."""

    name, here, there = USDM, HERE, PERP
    placing = ("POST", "/fapi/v1/order")
    listing = ("GET", "/fapi/v1/openOrders")
    subscribed_words = b"\x00"
    news_words = b'"T":'
    names_once = False
    tells_transfers = True
    replaces = True
    traded: Sequence[Instrument] = (PERP,)
    """At the venue."""
    customer: FuturesAccount
    exchange: BinanceFuturesVenue

    def __init__(self, *, is_hedged: bool = False, **balances: str) -> None:
        self.is_hedged = is_hedged
        clock = VirtualClock()
        self.customer = FuturesAccount(
            1,
            keys=[ApiKey(api_key=KEY, proof=proof_of(SECRET))],
            balances={asset: Decimal(amount) for asset, amount in (balances or {"USDT": "10000"}).items()},
            is_hedged=is_hedged,
        )
        super().__init__(BinanceFuturesVenue(self.traded, clock, accounts=[self.customer]), clock)

    def new_venue(self) -> RealVenue:
        market = FuturesMarket(self.way.http, self.clock, url="https://binance.test")
        venue = RealVenue(
            USDM, FUTURES, connector=self.way.connect, clock=self.clock, chance=chance(), cursors=self.cursors
        )
        venue.connect(ALICE, FuturesSide(market, Credentials(KEY, HmacSigner(SECRET)), self.clock))
        return venue

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

    def place_by_hand(self, side: str, quantity: str, price: str | None = None, **more: str) -> Any:
        terms = (
            {"type": "MARKET"} if price is None else {"type": "LIMIT", "timeInForce": "GTC", "price": price}
        )
        if self.customer.is_hedged:
            more.setdefault("positionSide", "LONG" if side == "buy" else "SHORT")
        terms |= {"symbol": SYMBOL, "side": side.upper(), "quantity": quantity, **more}
        return self.ask_by_hand(*self.placing, **terms)

    def cancel_by_hand(self, order: SpotOrder) -> Any:
        if order.working_at is None:
            return self.by_hand("DELETE", "/fapi/v1/algoOrder", clientAlgoId=order.client_order_id)
        return self.by_hand("DELETE", "/fapi/v1/order", symbol=SYMBOL, orderId=str(order.order_id))

    def is_placing(self, request: SimulatedRequest) -> bool:
        return (request.method, request.path) in {self.placing, ("POST", "/fapi/v1/algoOrder")}

    def name_in(self, request: SimulatedRequest) -> str:
        told = parse_qs(request.query)
        return (told.get("newClientOrderId") or told["clientAlgoId"])[0]

    def fill_id_of(self, order: SpotOrder, fill: SpotFill) -> str:
        return f"{fill.trade_id}-{order.order_id}"

    def order_id_of(self, order: SpotOrder) -> str:
        return f"algo:{1_000_000 + order.order_id}" if order.working_at is None else str(order.order_id)

    # --- contracts

    @property
    def clearing(self) -> Clearing[FuturesAccount, Any]:
        return self.exchange.exchange.clearing

    def lever_by_hand(self, leverage: str) -> None:
        self.by_hand("POST", "/fapi/v1/leverage", symbol=SYMBOL, leverage=leverage)


@asynccontextmanager
async def desk(*, is_hedged: bool = False, **balances: str) -> AsyncIterator[Desk]:
    """Open and trading, at 100 to 101."""
    it = Desk(is_hedged=is_hedged, **balances)
    await begin(it)
    yield it
    await it.core.stop()


def tell(
    story: Callable[[Desk], Awaitable[None]],
    *,
    is_hedged: bool = False,
    new: Callable[[], Desk] | None = None,
    **balances: str,
) -> None:
    """Live a story in virtual time; at its end venue and book agree, or it was said by how much not."""
    live(new or (lambda: Desk(is_hedged=is_hedged, **balances)), story)
