"""One account on Binance's spot market: implements ``AccountSide``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Instrument
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.binance import spot_execution as requests
from tradebook.venues.binance.changes import changed_before
from tradebook.venues.binance.fill_pages import PAGE, all_of, all_of_order
from tradebook.venues.binance.public import SpotMarket
from tradebook.venues.binance.requests import client_order_id_of
from tradebook.venues.binance.rest import SignedRest
from tradebook.venues.binance.signing import Credentials, user_stream_subscription
from tradebook.venues.binance.spot_account import answers_subscription, decode_spot_frame
from tradebook.venues.binance.spot_answers import (
    decode_owner,
    decode_permissions,
    decode_spot_account,
    decode_spot_amendment,
    decode_spot_cancellation,
    decode_spot_fills,
    decode_spot_orders,
    decode_spot_placement,
)
from tradebook.venues.binance.wire import VENUE, NotListed
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.limits import Limiter
from tradebook.venues.errors import Inexpressible, UndecodableFrame, UnknownOrder, VenueRefusal
from tradebook.venues.fill_names import with_names
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    Execution,
    ExecutionReport,
    KeyPermissions,
    StreamEnded,
    StreamReady,
    VenueProblem,
)

_SUBSCRIPTION = "account"
"""The id of the request that subscribes, by which its answer is known."""
_ORDER_WEIGHT, _OPEN_ORDERS_WEIGHT, _ACCOUNT_WEIGHT, _FILLS_WEIGHT = 4, 80, 20, 20
"""https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints"""

T = TypeVar("T")


class SpotSide:
    """Requests are signed with the account's credentials; the stream is of the WebSocket API."""

    fills_are_one_question = False
    stream_tells_fills = True

    def __init__(self, market: SpotMarket, credentials: Credentials, clock: Clock) -> None:
        self.endpoint: Endpoint = market.account_endpoint
        self.streams: Sequence[str] = (_SUBSCRIPTION,)
        self._market = market
        self._credentials = credentials
        self._clock = clock
        self.works_unlisted: Collection[str] = ()
        self._orders = Limiter(VENUE, clock)
        self._rest = SignedRest(
            market.rest, credentials, clock=clock, limiter=market.limiter, orders=self._orders
        )

    # --- words of the stream

    def subscription(self, streams: Sequence[str]) -> bytes:  # noqa: ARG002  # there is one
        """The frame that subscribes to the account."""
        return user_stream_subscription(
            self._credentials, request_id=_SUBSCRIPTION, at=self._rest.venue_clock.now()
        )

    def unsubscription(self, streams: Sequence[str]) -> bytes:  # noqa: ARG002  # there is one
        """The frame that ends the subscription."""
        return b'{"id":"end","method":"userDataStream.unsubscribe"}'

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[AccountMessage]:  # noqa: ARG002  # told
        """What a frame says. Raises UndecodableFrame."""
        if answers_subscription(frame, _SUBSCRIPTION):
            return (StreamReady(),)
        try:
            messages = decode_spot_frame(frame, self._market.symbols)
        except NotListed as error:
            return self._market.listed.unheard(error)
        return [
            StreamEnded(reason=f"{each.code} {each.message}") if isinstance(each, VenueProblem) else each
            for each in messages
        ]

    # --- what is known of the market

    def client_order_id_of(self, attempt: Attempt) -> str:
        """Ours for one sending of an order."""
        return client_order_id_of(attempt)

    def instrument(self, instrument_id: InstrumentId) -> Instrument:
        """Raises KeyError for what is not listed."""
        return self._market.symbols.listed(instrument_id).instrument

    def venue_now(self) -> datetime:
        """The time at Binance, as well as it is known."""
        return self._rest.venue_clock.now()

    async def prepare(self) -> None:
        """Learn what is listed, and what time it is at Binance."""
        if not self._market.symbols:
            await self._market.list_instruments()
        await self._market.listed.find_missed()
        self._orders.learn(self._market.budgets)
        await self._rest.venue_clock.measure()

    # --- orders

    async def place(self, order: VenueOrder, *, send_before: datetime) -> Sequence[AccountMessage]:
        """Place it: how it stands then, and the fills that it met at once."""
        request = requests.place_spot_order(order, self._symbol(order.instrument.instrument_id))
        body = await self._rest.ask(request, weight=1, is_order=True, send_before=send_before)
        return _taken(lambda: decode_spot_placement(body, order, self._market.symbols, self._clock.now()))

    async def cancel(self, order: VenueOrder) -> Sequence[AccountMessage]:
        """Cancel it by our id."""
        request = requests.cancel_spot_order(order, self._symbol(order.instrument.instrument_id))
        body = await self._rest.ask(request, weight=1)
        return _taken(lambda: decode_spot_cancellation(body, self._market.symbols, self._clock.now()))

    async def replace(
        self, order: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> Sequence[AccountMessage]:
        """Make it smaller, all that Binance does in place. Raises Inexpressible for anything else."""
        if price != order.terms.price or stop_price != order.terms.stop_price:
            raise Inexpressible(VENUE, "price", "spot changes no price in place; cancel it and place another")
        if quantity >= order.terms.quantity:
            raise Inexpressible(VENUE, "quantity", "spot makes an order only smaller in place")
        symbol = self._symbol(order.instrument.instrument_id)
        try:
            body = await self._rest.ask(
                requests.reduce_spot_order(order, symbol, quantity=quantity), weight=_ORDER_WEIGHT
            )
        except UnknownOrder:
            raise
        except VenueRefusal as error:
            return (await changed_before(error, self.order(order), quantity=quantity, price=price),)
        return (_taken(lambda: decode_spot_amendment(body, self._market.symbols)),)

    async def order(self, order: VenueOrder) -> ExecutionReport | None:
        """How it stands; None where Binance has no such order."""
        request = requests.query_spot_order(order, self._symbol(order.instrument.instrument_id))
        try:
            body = await self._rest.ask(request, weight=_ORDER_WEIGHT)
        except UnknownOrder:
            return None
        return decode_spot_orders(body, self._market.symbols, self._clock.now())[0]

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:
        """All fills of an order, oldest first."""
        symbol = self._symbol(instrument_id)

        async def page_from(trade_id: int) -> Sequence[Execution]:
            return await self._fills(symbol, order_id=venue_order_id, from_id=trade_id)

        return await all_of_order(await self._fills(symbol, order_id=venue_order_id), page_from)

    async def fills_since(
        self, assets: Collection[Asset], since: datetime, *, held: Collection[Asset]
    ) -> Sequence[Execution]:
        """All fills of instruments between any two of the assets, whoever traded."""
        found: list[Execution] = []
        for each in self._market.symbols.perhaps_traded(assets, held):
            found += await self._fills_of_symbol(each.venue_symbol, since)
        return found

    async def named(self, fills: Sequence[Execution]) -> Sequence[Execution]:
        """The same with the client order ids of their orders: a question for each order."""
        return await with_names(fills, self._name_of)

    async def _fills_of_symbol(self, symbol: str, since: datetime) -> Sequence[Execution]:
        first = await self._fills(symbol, since=since)
        return await all_of(first, lambda trade_id: self._fills(symbol, from_id=trade_id))

    async def _fills(
        self,
        symbol: str,
        *,
        order_id: str | None = None,
        from_id: int | None = None,
        since: datetime | None = None,
    ) -> Sequence[Execution]:
        request = requests.spot_fills(symbol, order_id=order_id, from_id=from_id, since=since, limit=PAGE)
        return decode_spot_fills(await self._rest.ask(request, weight=_FILLS_WEIGHT), self._market.symbols)

    async def _name_of(self, instrument_id: InstrumentId, venue_order_id: str) -> str:
        """Empty where Binance has forgotten the order."""
        request = requests.query_order_of_id(self._symbol(instrument_id), venue_order_id)
        try:
            body = await self._rest.ask(request, weight=_ORDER_WEIGHT)
        except UnknownOrder:
            return ""
        return decode_spot_orders(body, self._market.symbols, self._clock.now())[0].client_order_id

    async def open_orders(self) -> Sequence[ExecutionReport]:
        """Everything that works, of all symbols."""
        body = await self._rest.ask(requests.open_spot_orders(), weight=_OPEN_ORDERS_WEIGHT)
        body, self.works_unlisted = await self._market.listed.orders(body, what="open orders")
        return decode_spot_orders(body, self._market.symbols, self._clock.now())

    # --- the account

    async def balances(self) -> Sequence[Balance]:
        """Everything that the account has on spot."""
        body = await self._rest.ask(requests.spot_account(), weight=_ACCOUNT_WEIGHT)
        return [each for each in decode_spot_account(body) if isinstance(each, Balance)]

    async def permissions(self) -> KeyPermissions:
        """What the key may do, and whose it is where it may look."""
        body = await self._rest.ask(requests.key_permissions(), weight=1)
        told = decode_permissions(body, for_futures=False)
        if not told.can_read:
            return told
        return msgspec.structs.replace(told, account=await self.owner())

    async def owner(self) -> str | None:
        """Whose account it is, by Binance's number of the customer."""
        return decode_owner(await self._rest.ask(requests.spot_account(), weight=_ACCOUNT_WEIGHT))

    def _symbol(self, instrument_id: InstrumentId) -> str:
        """Raises Inexpressible for what Binance does not list."""
        try:
            return self._market.symbols.listed(instrument_id).venue_symbol
        except KeyError:
            raise Inexpressible(VENUE, "instrument_id", f"{instrument_id} is not listed") from None


def _taken(decode: Callable[[], T]) -> T:
    """An answer to what Binance did: where it cannot be read it is not known what that was."""
    try:
        return decode()
    except UndecodableFrame as error:
        raise ConnectionError(error.detail) from error
