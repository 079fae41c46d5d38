"""One account on Bybit's spot market: implements ``AccountSide``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Instrument
from tradebook.trading.conditions import CONDITIONAL_TYPES
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import OrderStatus, OrderType
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.bybit import execution, requests
from tradebook.venues.bybit.account_data import (
    decode_executions,
    decode_orders,
    decode_private,
    decode_wallet,
)
from tradebook.venues.bybit.permissions import decode_permissions
from tradebook.venues.bybit.public import BybitMarket
from tradebook.venues.bybit.requests import Request
from tradebook.venues.bybit.rest import SignedRest
from tradebook.venues.bybit.signing import Credentials, websocket_login
from tradebook.venues.bybit.streams import is_answer_to, subscription
from tradebook.venues.bybit.symbols import Category
from tradebook.venues.bybit.told_terms import ToldTerms
from tradebook.venues.bybit.wire.base import VENUE, next_page
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.errors import Inexpressible, UnknownOrder, VenueRefusal
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    ExecType,
    Execution,
    ExecutionReport,
    KeyPermissions,
    StreamEnded,
    StreamReady,
    VenueProblem,
)
from tradebook.venues.messages.instruments import ListedInstrument

_LOGIN, _NEWS = "auth", "subscribe"
"""What is said on the stream, in this order."""
_TOPICS = ("order.spot", "execution.spot", "wallet")
_NEWS_ID = 1
_LOGIN_GOOD_FOR_MS = 10_000
PRICE_HAD_COME = "its price had come before it arrived"
_WINDOW = timedelta(days=7)
"""Executions are told of so long a time at once."""
_SPOT = Category.SPOT


class SpotSide:
    """Requests are signed with the account's credentials; the stream is logged in to with them."""

    def __init__(self, market: BybitMarket, credentials: Credentials, clock: Clock) -> None:
        """``market`` is that of spot."""
        self.endpoint: Endpoint = market.account_endpoint
        self.streams: Sequence[str] = (_LOGIN, _NEWS)
        self._market = market
        self._credentials = credentials
        self._clock = clock
        self._rest = SignedRest(market.rest, credentials, clock=clock)
        self._told = ToldTerms()

    # --- words of the stream

    def subscription(self, streams: Sequence[str]) -> bytes:
        """The frame that logs in, or the one that asks for news."""
        if _LOGIN in streams:
            now_ms = round(self._rest.venue_clock.now().timestamp() * 1000)
            login = websocket_login(self._credentials, expires_ms=now_ms + _LOGIN_GOOD_FOR_MS)
            return msgspec.json.encode(login)
        return subscription(_TOPICS, request_id=_NEWS_ID)

    def unsubscription(self, streams: Sequence[str]) -> bytes:  # noqa: ARG002  # there is one
        """The frame that ends the news."""
        return b'{"op":"unsubscribe","args":["order.spot","execution.spot","wallet"]}'

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[AccountMessage]:  # noqa: ARG002  # told
        """What a frame says. Raises UndecodableFrame."""
        if is_answer_to(frame, _NEWS_ID):
            return (StreamReady(),)
        return [self._read(each) for each in decode_private(self._market.markets, frame)]

    def _read(self, message: AccountMessage) -> AccountMessage:
        match message:
            case VenueProblem():
                return StreamEnded(reason=f"{message.code} {message.message}")
            case ExecutionReport():
                return self._told.read(message)
            case _:
                return message

    # --- what is known of the market

    def client_order_id_of(self, attempt: Attempt) -> str:
        """Ours for one sending of an order."""
        return execution.client_order_id_of(attempt)

    def instrument(self, instrument_id: InstrumentId) -> Instrument:
        """Raises KeyError for what is not listed."""
        return self._market.markets.of(_SPOT).listed(instrument_id).instrument

    async def prepare(self) -> None:
        """Learn what is listed, and what time it is at Bybit."""
        if not self._market.markets.of(_SPOT):
            await self._market.list_instruments()
        await self._rest.venue_clock.measure()

    # --- orders

    async def place(self, order: VenueOrder, *, send_before: datetime) -> Sequence[AccountMessage]:
        """Place it. The answer says that it was taken; what becomes of it the stream tells.

        Which way the price must come to a trigger is Bybit's conclusion, from where the price is when the
        order arrives: a stop whose price has come by then would wait as a take-profit. It is cancelled.
        """
        request = execution.place(order, self._listed(order.instrument.instrument_id))
        await self._rest.ask(request, send_before=send_before)
        if order.terms.type not in CONDITIONAL_TYPES:
            return ()
        now = await self.order(order)
        if now is None or not _waits_for_another_price(now, order):
            return ()
        await self.cancel(order)
        return (
            msgspec.structs.replace(
                now, exec_type=ExecType.CANCELLED, status=OrderStatus.CANCELLED, reason=PRICE_HAD_COME
            ),
        )

    async def cancel(self, order: VenueOrder) -> Sequence[AccountMessage]:
        """Cancel it by our id; as one like any other where it may have triggered unheard."""
        listed = self._listed(order.instrument.instrument_id)
        try:
            await self._rest.ask(execution.cancel(order, listed))
        except UnknownOrder:
            if order.terms.type not in CONDITIONAL_TYPES:
                raise
            await self._rest.ask(execution.cancel(order, listed, has_triggered=True))
        return ()

    async def replace(
        self, order: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> Sequence[AccountMessage]:
        """Change it in place, and ask how it stands: that it was changed already is a refusal too."""
        listed = self._listed(order.instrument.instrument_id)
        request = execution.change(order, listed, quantity=quantity, price=price, stop_price=stop_price)
        refusal: VenueRefusal | None = None
        try:
            await self._rest.ask(request)
        except VenueRefusal as error:
            refusal = error
        now = await self.order(order)
        if now is not None and _has_terms(now, order, quantity, price, stop_price):
            own_price = now.price if order.terms.price is not None else None
            return (msgspec.structs.replace(now, exec_type=ExecType.REPLACED, price=own_price),)
        if refusal is not None:
            raise refusal
        # It was taken, and is not done yet: the stream tells when it is, and we ask again where it does not.
        return ()

    async def order(self, order: VenueOrder) -> ExecutionReport | None:
        """How it stands; None where Bybit has never seen it."""
        symbol = self._listed(order.instrument.instrument_id).venue_symbol
        name = execution.client_order_id_of(order)
        for request in (
            requests.order_by_client_id(_SPOT, symbol, name),
            requests.past_order_by_client_id(_SPOT, symbol, name),
        ):
            found = _orders(decode_orders(self._market.markets, _SPOT, await self._rest.ask(request)))
            if found:
                return found[0]
        return None

    async def open_orders(self) -> Sequence[ExecutionReport]:
        """Everything that works, of all symbols."""
        pages = await self._pages(lambda cursor: requests.open_orders(_SPOT, cursor=cursor))
        found = [decode_orders(self._market.markets, _SPOT, each) for each in pages]
        return [order for page in found for order in _orders(page) if order.status not in TERMINAL]

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:
        """All fills of an order within the last seven days, oldest first."""
        symbol = self._listed(instrument_id).venue_symbol
        return await self._fills(
            lambda cursor: requests.executions_of(_SPOT, symbol, venue_order_id, cursor=cursor)
        )

    async def fills_since(self, assets: Collection[Asset], since: datetime) -> Sequence[Execution]:
        """All fills of instruments between any two of the assets, whoever traded."""
        found: list[Execution] = []
        now = self._rest.venue_clock.now()
        while since < now:
            end = min(since + _WINDOW, now + timedelta(seconds=1))
            found += await self._fills_between(since, end)
            since = end
        traded = {each.instrument.instrument_id for each in self._market.markets.of(_SPOT).between(assets)}
        return [each for each in found if each.instrument_id in traded]

    async def _fills_between(self, start: datetime, end: datetime) -> Sequence[Execution]:
        return await self._fills(
            lambda cursor: requests.executions(_SPOT, start=start, end=end, cursor=cursor)
        )

    async def _fills(self, request_of: Callable[[str], Request]) -> Sequence[Execution]:
        pages = await self._pages(request_of)
        told = [each for page in pages for each in decode_executions(self._market.markets, _SPOT, page)]
        return [each for each in reversed(told) if isinstance(each, Execution)]

    # --- the account

    async def balances(self) -> Sequence[Balance]:
        """Everything that the account has in its unified wallet."""
        body = await self._rest.ask(requests.wallet())
        return [each for each in decode_wallet(body) if isinstance(each, Balance)]

    async def permissions(self) -> KeyPermissions:
        """What the key may do."""
        told = decode_permissions(await self._rest.ask(requests.permissions()))
        if isinstance(told, VenueProblem):
            raise VenueRefusal(VENUE, told.code, told.message)
        return told

    async def _pages(self, request_of: Callable[[str], Request]) -> Sequence[bytes]:
        """All pages of an answer, newest first."""
        pages, cursor = [await self._rest.ask(request_of(""))], ""
        while cursor := next_page(pages[-1]):
            pages.append(await self._rest.ask(request_of(cursor)))
        return pages

    def _listed(self, instrument_id: InstrumentId) -> ListedInstrument:
        """Raises Inexpressible for what Bybit does not list."""
        try:
            return self._market.markets.of(_SPOT).listed(instrument_id)
        except KeyError:
            raise Inexpressible(VENUE, "instrument_id", f"{instrument_id} is not listed") from None


def _waits_for_another_price(now: ExecutionReport, order: VenueOrder) -> bool:
    """Whether the venue has taken a stop for a take-profit, or the other way around."""
    is_profit = order.terms.type is OrderType.TAKE_PROFIT
    return now.status is OrderStatus.ACCEPTED and (now.type is OrderType.TAKE_PROFIT) is not is_profit


def _orders(messages: Sequence[AccountMessage]) -> list[ExecutionReport]:
    return [each for each in messages if isinstance(each, ExecutionReport)]


def _has_terms(
    now: ExecutionReport,
    order: VenueOrder,
    quantity: Decimal,
    price: Decimal | None,
    stop_price: Decimal | None,
) -> bool:
    """Whether an order works as it was asked for; what bounds one without a price is not asked for."""
    is_priced = order.terms.price is not None
    return (
        now.status not in TERMINAL
        and now.quantity == quantity
        and (not is_priced or price in (None, now.price))
        and stop_price in (None, now.stop_price)
    )
