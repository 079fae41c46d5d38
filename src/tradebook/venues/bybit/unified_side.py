"""One account at Bybit, a unified one: spot and contracts out of one wallet, told on one stream.

Implements ``AccountSide``, ``TellsFills``, ``HoldsContracts`` and ``CancelsWhenGone``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Instrument
from tradebook.trading.conditions import CONDITIONAL_TYPES
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import MarginMode, OrderStatus
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.bybit import execution
from tradebook.venues.bybit.account_data import decode_private
from tradebook.venues.bybit.account_questions import CONTRACTS, AccountQuestions
from tradebook.venues.bybit.disconnection import CancelOnDisconnect
from tradebook.venues.bybit.late_listings import LateListings
from tradebook.venues.bybit.leverages import ToldLeverages
from tradebook.venues.bybit.position_modes import NO_SUCH_POSITION, PositionModes
from tradebook.venues.bybit.public import BybitMarket
from tradebook.venues.bybit.rest import SignedRest
from tradebook.venues.bybit.signing import Credentials, websocket_login
from tradebook.venues.bybit.streams import is_answer_to, subscription, unsubscription
from tradebook.venues.bybit.symbols import Category, Unlisted, category_of
from tradebook.venues.bybit.told_terms import ToldTerms
from tradebook.venues.bybit.unseen_stops import UnseenStops
from tradebook.venues.bybit.wire.base import VENUE
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.errors import Inexpressible, UnknownOrder, VenueRefusal
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    ExecType,
    Execution,
    ExecutionReport,
    FundingPayment,
    KeyPermissions,
    LeverageSetting,
    Position,
    StreamEnded,
    StreamReady,
    VenueProblem,
)
from tradebook.venues.messages.instruments import ListedInstrument

log = structlog.get_logger("tradebook.venues")

_LOGIN, _NEWS = "auth", "subscribe"
"""What is said on the stream, in this order."""
_WATCHED = "dcp"
"""What is said besides where Bybit is to watch the stream."""
_NEWS_ID, _WATCHED_ID = 1, 2
_LOGIN_GOOD_FOR_MS = 10_000
PRICE_HAD_COME = "its price had come before it arrived"
LEVERAGE_IS_SO = "110043"
"""What was asked for is so already (https://bybit-exchange.github.io/docs/v5/error)."""


class UnifiedSide:
    """Requests are signed with the account's credentials; the stream is logged in to with them."""

    fills_are_one_question = True
    stream_tells_fills = True

    def __init__(self, markets: Sequence[BybitMarket], credentials: Credentials, clock: Clock) -> None:
        """``markets`` are those of one venue: spot first, and those of contracts that are to be traded."""
        spot = markets[0]
        self.endpoint: Endpoint = spot.account_endpoint
        self.streams: Sequence[str] = (_LOGIN, _NEWS)
        self._of_category = {each.category: each for each in markets}
        self._listed_at = spot.markets
        self._credentials = credentials
        self._rest = SignedRest(spot.rest, credentials, clock=clock)
        self._told = ToldTerms()
        self._modes = PositionModes()
        self._leverages = ToldLeverages()
        self._unseen = UnseenStops()
        self._late = LateListings(self._of_category, clock)
        self._asks = AccountQuestions(self._rest, spot.markets, self._modes, self._late)
        self.switch_streams: Sequence[str] = (_WATCHED,)
        self._cancel_on_disconnect = CancelOnDisconnect(self._rest, self._asks)

    # --- words of the stream

    def subscription(self, streams: Sequence[str]) -> bytes:
        """The frame that logs in, the one that asks for news, or the one that has the stream watched."""
        if _LOGIN in streams:
            now_ms = round(self._rest.venue_clock.now().timestamp() * 1000)
            login = websocket_login(self._credentials, expires_ms=now_ms + _LOGIN_GOOD_FOR_MS)
            return msgspec.json.encode(login)
        if _WATCHED in streams:
            return subscription(self._cancel_on_disconnect.topics, request_id=_WATCHED_ID)
        return subscription(self._topics(), request_id=_NEWS_ID)

    def unsubscription(self, streams: Sequence[str]) -> bytes:
        """The frame that ends the news, or the one after which the stream is watched no more."""
        if _WATCHED in streams:
            return unsubscription(self._cancel_on_disconnect.topics, request_id=_WATCHED_ID)
        return unsubscription(self._topics(), request_id=_NEWS_ID)

    def _topics(self) -> Sequence[str]:
        """By category, so that nothing is told of options, which are not listed here."""
        told = [f"{topic}.{each}" for each in self._asks.categories for topic in ("order", "execution")]
        return [*told, *(f"position.{each}" for each in self._asks.contracts), "wallet"]

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[AccountMessage]:  # noqa: ARG002  # told
        """What a frame says. Raises UndecodableFrame."""
        if is_answer_to(frame, _NEWS_ID):
            return (StreamReady(),)
        try:
            told = decode_private(self._listed_at, frame, self._modes.of_fill)
        except Unlisted as unlisted:
            self._late.hear_of(unlisted)
            raise
        return [message for each in told for message in self._read(each)]

    def _read(self, message: AccountMessage) -> Iterator[AccountMessage]:
        match message:
            case VenueProblem():
                yield StreamEnded(reason=f"{message.code} {message.message}")
            case Execution() | FundingPayment() | ExecutionReport() | Position():
                if self._asks.is_booked(message.instrument_id):
                    yield from self._read_of_instrument(message)
            case _:
                yield message

    def _read_of_instrument(
        self, message: Execution | FundingPayment | ExecutionReport | Position
    ) -> Iterator[AccountMessage]:
        match message:
            case ExecutionReport():
                if self.instrument(message.instrument_id).contract is not None:
                    self._modes.take(message)
                yield self._told.read(message)
            case Position():
                self._modes.take(message)
                is_news = self._leverages.take(message)
                yield message
                if is_news and message.leverage is not None:
                    yield LeverageSetting(instrument_id=message.instrument_id, leverage=message.leverage)
            case _:
                yield message

    # --- what is known of the market

    def client_order_id_of(self, attempt: Attempt) -> str:
        """Ours for one sending of an order."""
        return execution.client_order_id_of(attempt)

    def instrument(self, instrument_id: InstrumentId) -> Instrument:
        """Raises KeyError for what is not listed."""
        return self._listed_at.listed_as(instrument_id).instrument

    def venue_now(self) -> datetime:
        """The time at Bybit, as well as it is known."""
        return self._rest.venue_clock.now()

    async def prepare(self) -> None:
        """Learn what time it is at Bybit, what the key may see, and what is listed of it."""
        await self._rest.venue_clock.measure()
        await self._asks.learn_what_may_be_seen()
        for category in self._asks.categories:
            if not self._listed_at.of(category):
                await self._of_category[category].list_instruments()

    # --- orders

    async def place(self, order: VenueOrder, *, send_before: datetime) -> Sequence[AccountMessage]:
        """Place it. The answer says that it was taken; what becomes of it the stream tells."""
        listed = self._listed(order.instrument.instrument_id)
        if category_of(listed) in CONTRACTS:
            await self._place_contract(order, listed, send_before)
            return ()
        is_stop = order.terms.type in CONDITIONAL_TYPES
        if is_stop:
            self._unseen.add(execution.client_order_id_of(order), order)
        await self._rest.ask(execution.place(order, listed), send_before=send_before)
        return await self._see_stop(order) if is_stop else ()

    async def _place_contract(
        self, order: VenueOrder, listed: ListedInstrument, send_before: datetime
    ) -> None:
        """It says which way the price must come to its trigger, and of which position it is."""
        instrument_id, side = order.instrument.instrument_id, order.terms.position_side
        self._modes.doubt(instrument_id, side)
        try:
            await self._rest.ask(execution.place(order, listed), send_before=send_before)
        except VenueRefusal as refusal:
            if NO_SUCH_POSITION not in refusal.message:
                raise
            raise VenueRefusal(VENUE, refusal.venue_code, await self._told_mode(listed)) from refusal
        self._modes.learn(instrument_id, side)

    async def _told_mode(self, listed: ListedInstrument) -> str:
        """Which positions there are in a contract in truth, learned anew; Bybit's words where it is away."""
        instrument = listed.instrument
        self._modes.forget(instrument.instrument_id)
        try:
            await self._asks.learn_mode(listed)
            return f"{instrument.symbol} {self._modes.told(instrument.instrument_id)}"
        except (OSError, TradebookError, KeyError) as error:
            log.warning("position_mode_not_told", symbol=listed.venue_symbol, problem=repr(error))
            return NO_SUCH_POSITION

    async def _see_stop(self, order: VenueOrder) -> Sequence[AccountMessage]:
        """Whether it waits for its price. It was taken: that this is not told now says nothing of it, and the
        next list of what works tells it. That it ended with fills is left to the comparison, which asks for
        them.
        """
        try:
            seen = await self.order(order)
        except (OSError, TradebookError) as error:
            log.warning("stop_not_seen", order_id=order.order_id, problem=repr(error))
            return ()
        ended = None if seen is None else await self._cancel_what_had_come(seen)
        return () if ended is None or ended.cumulative_quantity else (ended,)

    async def _cancel_what_had_come(self, seen: ExecutionReport) -> ExecutionReport | None:
        """Cancel a stop of ours that waits for another price than it was to; how it ended, where it has by
        now: it may have triggered and filled before the cancel came.
        """
        order = self._unseen.wrong(seen)
        if order is None:
            return None
        try:
            await self.cancel(order)
            now = await self.order(order)
        except (OSError, TradebookError) as error:
            log.warning("stop_not_cancelled", order_id=order.order_id, problem=repr(error))
            return None
        if now is None or now.status is not OrderStatus.CANCELLED:
            return None
        self._unseen.forget(seen.client_order_id)
        return msgspec.structs.replace(now, exec_type=ExecType.CANCELLED, reason=PRICE_HAD_COME)

    async def cancel(self, order: VenueOrder) -> Sequence[AccountMessage]:
        """Cancel it by our id; on spot as one like any other where it may have triggered unheard."""
        listed = self._listed(order.instrument.instrument_id)
        try:
            await self._rest.ask(execution.cancel(order, listed))
        except UnknownOrder:
            if order.terms.type not in CONDITIONAL_TYPES or category_of(listed) is not Category.SPOT:
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
            return (msgspec.structs.replace(now, exec_type=ExecType.REPLACED),)
        if refusal is not None:
            raise refusal
        # It was taken, and is not done yet: the stream tells when it is, and we ask again where it does not.
        return ()

    async def order(self, order: VenueOrder) -> ExecutionReport | None:
        """How it stands; None where Bybit has never seen it. Its no to the question is none to the order."""
        listed = self._listed(order.instrument.instrument_id)
        try:
            name = execution.client_order_id_of(order)
            return await self._asks.order(listed, name, placed_at=order.placed_at)
        except VenueRefusal as error:
            raise ConnectionError(error.detail) from error

    async def open_orders(self) -> Sequence[ExecutionReport]:
        """Everything that works, of all symbols."""
        works = await self._asks.open_orders()
        return [each for each in works if await self._cancel_what_had_come(each) is None]

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:
        """All fills of an order, oldest first; of one that was never asked for, of the last seven days."""
        return await self._asks.fills_of(self._listed(instrument_id), venue_order_id)

    async def fills_since(
        self,
        assets: Collection[Asset],  # noqa: ARG002  # of the protocol
        since: datetime,
        *,
        held: Collection[Asset],  # noqa: ARG002  # of the protocol
    ) -> Sequence[Execution]:
        """All fills, whoever traded."""
        return await self._asks.fills_since(since)

    async def named(self, fills: Sequence[Execution]) -> Sequence[Execution]:
        """As they are: Bybit tells it with each."""
        return fills

    async def cancel_when_gone(self, after_s: int) -> None:
        """Have all orders cancelled when the stream, once it is watched, is away for so long."""
        await self._cancel_on_disconnect.require(after_s)

    async def lift_switch(self) -> None:
        """Nothing: a stream that is not watched says all."""

    # --- contracts

    async def positions(self) -> Sequence[Position]:
        """All that are open."""
        return [each for each in await self._asks.positions() if each.quantity]

    async def leverages(self) -> Sequence[LeverageSetting]:
        """Of what is open, and what was told of before."""
        if not self._asks.contracts:
            return ()
        for each in await self._asks.positions():
            self._leverages.take(each)
        return list(self._leverages.settings(await self._asks.margin_mode()))

    async def fundings_since(self, since: datetime) -> Sequence[FundingPayment]:
        """All that was paid and received, oldest first."""
        return await self._asks.fundings_since(since)

    async def set_leverage(self, instrument_id: InstrumentId, leverage: Decimal, mode: MarginMode) -> None:
        """Have positions in it secured so. Where they are already, nothing happens.

        Raises Inexpressible for another mode than the account's, which is one for all of its positions.
        """
        listed = self._listed(instrument_id)
        own = await self._asks.margin_mode()
        if mode is not own:
            problem = f"this account's positions are all {own.value}; that is changed at Bybit"
            raise Inexpressible(VENUE, "mode", problem)
        try:
            await self._rest.ask(execution.set_leverage(listed, leverage))
        except VenueRefusal as error:
            if error.venue_code != LEVERAGE_IS_SO:
                raise
        self._leverages.set(instrument_id, leverage)

    # --- the account

    async def balances(self) -> Sequence[Balance]:
        """Everything that the account has in its unified wallet."""
        return await self._asks.balances()

    async def permissions(self) -> KeyPermissions:
        """What the key may do."""
        return await self._asks.permissions()

    def _listed(self, instrument_id: InstrumentId) -> ListedInstrument:
        """Raises Inexpressible for what Bybit does not list."""
        try:
            return self._listed_at.listed_as(instrument_id)
        except KeyError:
            raise Inexpressible(VENUE, "instrument_id", f"{instrument_id} is not listed") from None


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
