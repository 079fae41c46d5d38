"""One account at an exchange that ccxt knows: implements ``AccountSide`` and ``TellsFills``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import structlog

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Instrument
from tradebook.trading.orders import OrderStatus
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.ccxt.answers import as_news, decode_balances, decode_order, decode_trade
from tradebook.venues.ccxt.ears import AccountEars
from tradebook.venues.ccxt.finding import find_order, open_orders, order_of_id
from tradebook.venues.ccxt.history import fills_of, fills_since
from tradebook.venues.ccxt.market import CcxtMarket
from tradebook.venues.ccxt.orders import client_order_id_of, placing_of
from tradebook.venues.ccxt.permissions import ASKING, UNKNOWN
from tradebook.venues.ccxt.polling import PolledConnector
from tradebook.venues.ccxt.problems import in_our_words, is_wrong_clock
from tradebook.venues.ccxt.profiles import deadline
from tradebook.venues.ccxt.transport import Sending, sending
from tradebook.venues.ccxt.watching import READY, AccountWatch, Told
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.errors import Inexpressible, UndecodableFrame, UnknownOrder, VenueRefusal
from tradebook.venues.fill_names import with_names
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    ExecType,
    Execution,
    ExecutionReport,
    KeyPermissions,
    StreamReady,
)

log = structlog.get_logger("tradebook.venues")

REMEMBERED_MAX = 10_000
"""Orders that were placed."""


class CcxtSide:
    """Requests are written and signed by a client of its own; its stream is made by asking."""

    fills_are_one_question = False

    def __init__(
        self,
        market: CcxtMarket,
        client: Any,
        streams: PolledConnector,
        *,
        name: str,
        mask: Callable[[str], str],
    ) -> None:
        """``client`` signs with the account's credential, ``mask`` takes it out of texts; ``name`` is for
        the stream, another for each credential.
        """
        self._market = market
        self._client = client
        self._mask = mask
        self._venue = market.exchange_id
        self.tells_all_fills = market.profile.tells_all_fills
        # What is called its stream asks in rounds: it tells what can be asked for without naming a symbol.
        self.stream_tells_fills = self.tells_all_fills
        self._watch: AccountWatch | None = None
        self._left_out: set[str] = set()
        """Symbols that it was said of."""
        self._names: dict[str, str] = {}
        """Client order ids of orders that we have placed, by the exchange's."""
        self.streams: Sequence[str] = ("account",)
        self.endpoint = Endpoint(
            url=streams.address(f"{self._venue}/{name}", self),
            streams_max=1,
            messages_per_s_max=10,
            hours_max=24 * 365,
        )

    # --- words of the stream

    def begin(self) -> AccountWatch:
        """What one connection asks."""
        watch = AccountWatch(self, self._market.profile.poll_every_s)
        if self._market.tells("watchOrders"):
            watch.ears = AccountEars(self._market, self._client, ask=self._ask, look=watch.look)
        self._watch = watch
        return watch

    def subscription(self, streams: Sequence[str]) -> bytes:  # noqa: ARG002  # there is one
        """There is one stream, and being connected is asking for it."""
        return b"{}"

    def unsubscription(self, streams: Sequence[str]) -> bytes:  # noqa: ARG002  # there is one
        """Likewise."""
        return b"{}"

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[AccountMessage]:  # noqa: ARG002  # told
        """What a round has found: fills first, so that an end comes after them. Raises UndecodableFrame."""
        if frame == READY:
            return (StreamReady(),)
        told = msgspec.json.decode(frame)
        messages: list[AccountMessage] = [self._fill(each) for each in told["fills"]]
        for each in told["orders"]:
            report = self._order(each)
            messages.append(msgspec.structs.replace(report, exec_type=as_news(report)))
        return messages

    # --- what is known of the market

    def client_order_id_of(self, attempt: Attempt) -> str:
        """Ours for one sending of an order."""
        return client_order_id_of(self._venue, attempt)

    def instrument(self, instrument_id: InstrumentId) -> Instrument:
        """Raises KeyError for what is not listed."""
        return self._market.symbols.listed(instrument_id).instrument

    def venue_now(self) -> datetime:
        """The time at the exchange, as well as it is known."""
        return self._market.transport.venue_now()

    async def prepare(self) -> None:
        """Learn what is listed, and what time it is there."""
        if not self._market.symbols:
            await self._market.list_instruments()
        await self._market.measure()

    # --- orders

    async def place(self, order: VenueOrder, *, send_before: datetime) -> Sequence[AccountMessage]:
        """Place it: that it was taken. What becomes of it the stream tells, which is asked at once.

        Raises Inexpressible where an order whose answer is lost could not be found again.
        """
        profile = self._market.profile
        if profile.why_not:
            raise Inexpressible(self._venue, "venue", profile.why_not)
        symbol = self._symbol(order.instrument.instrument_id)
        placing = placing_of(order, self._venue, symbol)
        if profile.has_deadline:
            lives_for = send_before - self._market.clock.now()
            placing.params["deadline"] = deadline(self.venue_now(), lives_for)
        with sending(send_before) as it:
            told = await self._ask(lambda: placing.by(self._client, self._venue), it)
        venue_order_id = str((told or {}).get("id") or "")
        if not venue_order_id:
            raise ConnectionError(f"{self._venue}: its answer names no order")
        client_order_id = placing.params["clientOrderId"]
        self._names[venue_order_id] = client_order_id
        if len(self._names) > REMEMBERED_MAX:
            del self._names[next(iter(self._names))]
        if self._watch is not None:
            self._watch.expect(venue_order_id, symbol, client_order_id)
        return (_taken(order, venue_order_id, client_order_id, self._market.clock.now()),)

    async def cancel(self, order: VenueOrder) -> Sequence[AccountMessage]:
        """Ask for its end, by our id. That it came is told by the stream, with what it has traded."""
        symbol = self._symbol(order.instrument.instrument_id)
        name = {"clientOrderId": self.client_order_id_of(order)}
        with sending() as it:
            await self._ask(lambda: self._client.cancel_order("", symbol, name), it)
        if self._watch is not None:
            self._watch.look()
        return ()

    async def replace(
        self, order: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> Sequence[AccountMessage]:
        """Raises Inexpressible: what ccxt calls an edit is a new order at most exchanges."""
        del order, quantity, price, stop_price
        raise Inexpressible(self._venue, "order", "it is not changed in place; cancel it and place another")

    async def order(self, order: VenueOrder) -> ExecutionReport | None:
        """How it stands; None where the exchange has never seen it."""
        symbol = self._symbol(order.instrument.instrument_id)
        name = self.client_order_id_of(order)
        told = await find_order(self._client, self._market.profile, name, symbol, ask=self._ask)
        if told is None:
            return None
        report = self._order({**told, "clientOrderId": name})
        # ccxt does not say that it was for an amount of money: how much it was to buy nobody knows.
        return msgspec.structs.replace(report, quote_quantity=order.terms.quote_quantity)

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:
        """All fills of an order, oldest first."""
        told = await self.ask_fills_of(venue_order_id, self._symbol(instrument_id))
        return [self._fill(each) for each in told]

    async def fills_since(
        self, assets: Collection[Asset], since: datetime, *, held: Collection[Asset]
    ) -> Sequence[Execution]:
        """All fills of instruments between any two of the assets, whoever traded."""
        since_ms = round(since.timestamp() * 1000)
        found = list[Execution]()
        asked = [each.venue_symbol for each in self._market.symbols.perhaps_traded(assets, held)]
        for symbol in (None,) if self.tells_all_fills else asked:
            found += [self._fill(each) for each in await self._ask_fills(symbol, since_ms)]
        return found

    async def named(self, fills: Sequence[Execution]) -> Sequence[Execution]:
        """The same with the client order ids of their orders: a question for each that we have not placed."""
        return await with_names(fills, self._name_of)

    async def open_orders(self) -> Sequence[ExecutionReport]:
        """Everything that works, of all symbols."""
        return [self._order(each) for each in await self.ask_open_orders()]

    # --- the account

    async def balances(self) -> Sequence[Balance]:
        """Everything that the account has."""
        return decode_balances(await self._ask(self._client.fetch_balance), self._venue)

    async def permissions(self) -> KeyPermissions:
        """What the key may do, as far as the exchange tells. Raises as any request."""
        await self.prepare()
        asking = ASKING.get(self._venue)
        if asking is None:
            await self.balances()
            return UNKNOWN
        answer = await self._ask(getattr(self._client, asking.method))
        try:
            return asking.read(answer)
        except (KeyError, IndexError, TypeError, AttributeError):
            raise UndecodableFrame(self._venue, "permissions", "they are not told as they were") from None

    # --- what the watch asks

    async def ask_open_orders(self) -> Sequence[Told]:
        """All that work."""
        return await self._listed(lambda: open_orders(self._client, self._market.profile, ask=self._ask))

    async def ask_order(self, venue_order_id: str, symbol: str) -> Told:
        """One, by the id that the exchange gave it. Raises UnknownOrder."""
        return await order_of_id(self._client, venue_order_id, symbol, ask=self._ask)

    async def ask_fills_of(self, venue_order_id: str, symbol: str) -> Sequence[Told]:
        """All fills of one."""
        return await fills_of(self._client, self._market.profile, venue_order_id, symbol, ask=self._ask)

    async def ask_fills_since(self, since_ms: int) -> Sequence[Told]:
        """All fills of all instruments."""
        return await self._ask_fills(None, since_ms)

    def now_ms(self) -> int:
        """The exchange's time."""
        return int(self._client.milliseconds())

    async def _name_of(self, instrument_id: InstrumentId, venue_order_id: str) -> str:
        """Empty where the exchange has forgotten the order."""
        if venue_order_id in self._names:
            return self._names[venue_order_id]
        try:
            told = await self.ask_order(venue_order_id, self._symbol(instrument_id))
        except UnknownOrder:
            return ""
        return str(told.get("clientOrderId") or "")

    async def _ask(self, call: Callable[[], Awaitable[Any]], it: Sending | None = None) -> Any:
        """Once more where only the request's time was wrong: nothing else of it was looked at."""
        await self._market.keep_time()
        try:
            return await in_our_words(call, self._market.transport, self._mask, it)
        except VenueRefusal as error:
            if not is_wrong_clock(error):
                raise
        await self._market.measure()
        if it is not None:
            it.is_sent = False
        return await in_our_words(call, self._market.transport, self._mask, it)

    def _order(self, told: Told) -> ExecutionReport:
        return decode_order(told, self._venue, self._market.symbols, self._market.clock.now())

    def _fill(self, told: Told) -> Execution:
        name = str(told.get("clientOrderId") or "")
        return decode_trade(told, self._venue, self._market.symbols, client_order_id=name)

    async def _ask_fills(self, symbol: str | None, since_ms: int) -> Sequence[Told]:
        profile = self._market.profile
        return await self._listed(lambda: fills_since(self._client, profile, symbol, since_ms, ask=self._ask))

    async def _listed(self, question: Callable[[], Awaitable[Sequence[Told]]]) -> Sequence[Told]:
        """What is told, without what is not of spot, or was never listed while we ran: nothing can be said of
        that. What was listed since we last asked is asked for first.
        """
        told = await question()
        if await self._market.looks_for({str(each.get("symbol")) for each in told}):
            told = await question()
        others = {str(each.get("symbol")) for each in told if not self._market.lists(str(each.get("symbol")))}
        if others - self._left_out:
            log.warning("not_listed_is_left_out", venue=self._venue, symbols=sorted(others))
            self._left_out |= others
        return [each for each in told if str(each.get("symbol")) not in others]

    def _symbol(self, instrument_id: InstrumentId) -> str:
        """Raises Inexpressible for what the exchange does not list."""
        try:
            return self._market.symbols.listed(instrument_id).venue_symbol
        except KeyError:
            raise Inexpressible(self._venue, "instrument_id", f"{instrument_id} is not listed") from None


def _taken(order: VenueOrder, venue_order_id: str, client_order_id: str, now: datetime) -> ExecutionReport:
    return ExecutionReport(
        exec_type=ExecType.NEW,
        instrument_id=order.instrument.instrument_id,
        venue_order_id=venue_order_id,
        client_order_id=client_order_id,
        status=OrderStatus.ACCEPTED,
        side=order.terms.side,
        type=order.terms.type,
        time_in_force=order.terms.time_in_force,
        quantity=order.quantity,
        price=order.terms.price,
        post_only=order.terms.post_only,
        at=now,
    )
