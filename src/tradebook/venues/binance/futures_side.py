"""One account on Binance's USD-M futures: implements ``AccountSide``, ``HoldsContracts``, ``TellsFills`` and
``CancelsWhenGone``.

Conditional orders rest in a service of their own and are numbered there. Triggered, they go on as an order
like any other, with another number and the same client order id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Instrument
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import MarginMode
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.binance import futures_answers as answers
from tradebook.venues.binance import futures_execution as requests
from tradebook.venues.binance.changes import changed_before
from tradebook.venues.binance.futures_account import STREAM_ENDED, decode_futures_frame
from tradebook.venues.binance.futures_countdowns import Countdowns
from tradebook.venues.binance.futures_history import FuturesHistory
from tradebook.venues.binance.futures_public import FuturesMarket
from tradebook.venues.binance.listen_key import ListenKey
from tradebook.venues.binance.problems import (
    ANOTHER_POSITION_MODE,
    SECURED_SO_ALREADY,
)
from tradebook.venues.binance.requests import Request, client_order_id_of
from tradebook.venues.binance.rest import FUTURES_TIME, SignedRest
from tradebook.venues.binance.signing import Credentials
from tradebook.venues.binance.spot_answers import decode_permissions
from tradebook.venues.binance.spot_execution import key_permissions
from tradebook.venues.binance.wire import USDM, NotListed
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.limits import Limiter
from tradebook.venues.errors import Inexpressible, UndecodableFrame, UnknownOrder, VenueRefusal
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
    VenueProblem,
)

_ORDER_WEIGHT, _OPEN_ORDERS_WEIGHT, _ACCOUNT_WEIGHT, _MODE_WEIGHT = 1, 40, 5, 30
"""https://developers.binance.com/docs/derivatives/usds-margined-futures, account and trade, rest-api"""

T = TypeVar("T")


class FuturesSide:
    """Requests are signed with the account's credentials; the stream is opened by a listen key."""

    fills_are_one_question = False
    stream_tells_fills = True

    def __init__(self, market: FuturesMarket, credentials: Credentials, clock: Clock) -> None:
        self.streams: Sequence[str] = ()
        self.works_unlisted: Collection[str] = ()
        self._market = market
        self._orders = Limiter(USDM, clock)
        self._rest = SignedRest(
            market.rest,
            credentials,
            clock=clock,
            limiter=market.limiter,
            orders=self._orders,
            time_at=FUTURES_TIME,
        )
        self._wallets = SignedRest(
            market.wallets,
            credentials,
            clock=clock,
            limiter=market.wallets_limiter,
            orders=Limiter(USDM, clock),
        )
        self._listen_key = ListenKey(self._rest, clock)
        self.switch_streams: Sequence[str] = ()
        self._countdowns = Countdowns(self._rest, clock)
        self._clock = clock
        self._history = FuturesHistory(self._rest, market.symbols, market.listed)
        self._is_hedged = False
        self._traded: set[InstrumentId] = set()
        """What the account has, or had, something to do with: how that is secured is asked for."""

    # --- words of the stream

    @property
    def endpoint(self) -> Endpoint:
        """Where the stream is now; whoever opens it there hears everything of the account."""
        endpoint = self._market.account_endpoint
        return msgspec.structs.replace(endpoint, url=f"{endpoint.url}/{self._listen_key.text}")

    def subscription(self, streams: Sequence[str]) -> bytes:  # noqa: ARG002  # the address says it
        """Nothing is subscribed to."""
        raise AssertionError("a listen key needs no subscription")

    def unsubscription(self, streams: Sequence[str]) -> bytes:  # noqa: ARG002  # the address says it
        """Nothing is subscribed to."""
        raise AssertionError("a listen key needs no subscription")

    async def keep_stream(self) -> bool:
        """Have the listen key last; False where it has ended."""
        return await self._listen_key.keep()

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[AccountMessage]:  # noqa: ARG002  # told
        """What a frame says. Raises UndecodableFrame."""
        try:
            messages = decode_futures_frame(frame, self._market.symbols)
        except NotListed as error:
            return self._market.listed.unheard(error)
        found: list[AccountMessage] = []
        for each in messages:
            match each:
                case VenueProblem(code=code) if code == STREAM_ENDED:
                    found.append(StreamEnded(reason=each.message))
                case Execution():
                    pass  # a report tells all of the same trade a moment later
                case LeverageSetting():
                    self._traded.add(each.instrument_id)
                    found.append(each)
                case _:
                    found.append(each)
        return found

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
        """Learn what is listed, the time at Binance, how many positions a symbol has; start the stream."""
        if not self._market.symbols:
            await self._market.list_instruments()
        await self._market.listed.find_missed()
        self._orders.learn(self._market.budgets)
        await self._rest.venue_clock.measure()
        await self._learn_mode()
        brackets = await self._rest.ask(requests.leverage_brackets(), weight=1)
        self._market.learn(answers.decode_brackets(brackets))
        await self._listen_key.open()

    # --- orders

    async def place(self, order: VenueOrder, *, send_before: datetime) -> Sequence[AccountMessage]:
        """Place it: how it stands then. Its fills, and an end after these, the stream tells."""
        instrument_id = order.instrument.instrument_id
        symbol = self._symbol(instrument_id)
        request = requests.place_futures_order(order, symbol, hedge_mode=self._is_hedged)
        self._traded.add(instrument_id)
        await self._countdowns.cover(symbol)
        try:
            body = await self._rest.ask(request, weight=_ORDER_WEIGHT, is_order=True, send_before=send_before)
        except VenueRefusal as error:
            if error.venue_code == ANOTHER_POSITION_MODE:
                await self._learn_mode()
            raise
        report = _taken(lambda: self._report(body, order, ExecType.NEW))
        return (msgspec.structs.replace(report, exec_type=_placed(report)),)

    async def cancel(self, order: VenueOrder) -> Sequence[AccountMessage]:
        """Cancel it by our id; as one like any other where it may have been triggered unheard."""
        symbol = self._symbol(order.instrument.instrument_id)
        if order.terms.type in requests.CONDITIONAL:
            try:
                await self._rest.ask(requests.cancel_futures_order(order, symbol), weight=_ORDER_WEIGHT)
            except UnknownOrder:
                pass
            else:
                return ()
        body = await self._rest.ask(requests.cancel_triggered_order(order, symbol), weight=_ORDER_WEIGHT)
        return _taken(lambda: answers.decode_futures_orders(body, self._market.symbols, ExecType.CANCELLED))

    async def replace(
        self, order: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> Sequence[AccountMessage]:
        """Change a limit order where it stands. Raises Inexpressible for any other."""
        if price is None or stop_price != order.terms.stop_price:
            raise Inexpressible(USDM, "type", "only limit orders are changed in place")
        symbol = self._symbol(order.instrument.instrument_id)
        request = requests.change_futures_order(order, symbol, quantity=quantity, price=price)
        try:
            body = await self._rest.ask(request, weight=_ORDER_WEIGHT, is_order=True)
        except UnknownOrder:
            raise
        except VenueRefusal as error:
            return (await changed_before(error, self.order(order), quantity=quantity, price=price),)
        report = _taken(lambda: self._engine_report(body, ExecType.REPLACED))
        return () if report.status in TERMINAL else (report,)

    async def order(self, order: VenueOrder) -> ExecutionReport | None:
        """How it stands; None where Binance has no such order."""
        found = await self._standing(order)
        if found is not None and order.placed_at is not None:
            self._history.remember(found, placed_at=order.placed_at)
        return found

    async def _standing(self, order: VenueOrder) -> ExecutionReport | None:
        symbol = self._symbol(order.instrument.instrument_id)
        if order.terms.type in requests.CONDITIONAL:
            waits = await self._found(requests.query_futures_order(order, symbol), answers.decode_algo_orders)
            if waits is not None and not waits.goes_on_as:
                return waits
            if waits is not None:
                went_on = requests.query_futures_order_of_id(symbol, waits.goes_on_as)
                return await self._found(went_on, answers.decode_futures_orders)
            # The one service may have forgotten what the other has not.
        return await self._found(requests.query_triggered_order(order, symbol), answers.decode_futures_orders)

    async def open_orders(self) -> Sequence[ExecutionReport]:
        """Everything that works or waits, of all symbols."""
        symbols, asked_at = self._market.symbols, self._clock.now()
        plain, conditional = requests.open_futures_orders()
        works, some = await self._ask_of_orders(plain, what="open orders")
        waits, others = await self._ask_of_orders(conditional, what="conditional orders")
        self.works_unlisted = {*some, *others}
        told = [
            *answers.decode_futures_orders(works, symbols),
            *(each for each in answers.decode_algo_orders(waits, symbols) if not each.goes_on_as),
        ]
        self._countdowns.found({self._symbol(each.instrument_id) for each in told}, asked_at=asked_at)
        return told

    async def cancel_when_gone(self, after_s: int) -> None:
        """Have all orders that work cancelled unless this is said again within so many seconds."""
        await self._countdowns.put_off(after_s)

    async def lift_switch(self) -> None:
        """Have nothing cancelled any more."""
        await self._countdowns.lift()

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:
        """All fills of an order, oldest first."""
        return await self._history.fills_of(instrument_id, venue_order_id)

    async def fills_since(
        self, assets: Collection[Asset], since: datetime, *, held: Collection[Asset]
    ) -> Sequence[Execution]:
        """All fills of contracts that settle in the assets, whoever traded."""
        return await self._history.fills_since({*assets, *held}, since)

    async def named(self, fills: Sequence[Execution]) -> Sequence[Execution]:
        """The same with the client order ids of their orders, and who made them."""
        return await self._history.named(fills)

    # --- the account

    async def balances(self) -> Sequence[Balance]:
        """Everything that the account has in its USD-M wallet."""
        body = await self._rest.ask(requests.futures_balances(), weight=_ACCOUNT_WEIGHT)
        return answers.decode_futures_balances(body)

    async def positions(self) -> Sequence[Position]:
        """All that are open."""
        body = await self._ask_of_listed(requests.positions(), weight=_ACCOUNT_WEIGHT, what="positions")
        found = [each for each in answers.decode_positions(body, self._market.symbols) if each.quantity]
        self._traded.update(each.instrument_id for each in found)
        return found

    async def leverages(self) -> Sequence[LeverageSetting]:
        """How positions are secured of everything that the account trades, and that it may trade soon: prices
        are wanted of it. There are hundreds, and each that is told of is recorded.
        """
        await self.positions()
        settings = requests.leverage_settings()
        body = await self._ask_of_listed(settings, weight=_ACCOUNT_WEIGHT, what="leverages")
        concerned = self._traded | self._market.looked_at
        told = answers.decode_leverage_settings(body, self._market.symbols)
        return [each for each in told if each.instrument_id in concerned]

    async def fundings_since(self, since: datetime) -> Sequence[FundingPayment]:
        """All that was paid and received, oldest first."""
        return await self._history.fundings_since(since)

    async def set_leverage(self, instrument_id: InstrumentId, leverage: Decimal, mode: MarginMode) -> None:
        """Have positions in it secured so."""
        symbol = self._symbol(instrument_id)
        if leverage != int(leverage):
            raise Inexpressible(USDM, "leverage", "whole numbers only")
        self._traded.add(instrument_id)
        try:
            await self._rest.ask(requests.set_margin_mode(symbol, mode), weight=1)
        except VenueRefusal as error:
            if error.venue_code != SECURED_SO_ALREADY:
                raise
        await self._rest.ask(requests.set_leverage(symbol, int(leverage)), weight=1)

    async def permissions(self) -> KeyPermissions:
        """What the key may do, and whose it is where futures are open to it."""
        told = decode_permissions(await self._wallets.ask(key_permissions(), weight=1), for_futures=True)
        if not (told.can_read and told.can_trade):
            return told
        return msgspec.structs.replace(told, account=await self.owner())

    async def owner(self) -> str | None:
        """Whose account it is, by Binance's code of it."""
        body = await self._rest.ask(requests.futures_balances(), weight=_ACCOUNT_WEIGHT)
        return answers.decode_alias(body)

    # --- in between

    async def _ask_of_listed(self, request: Request, *, weight: int, what: str) -> bytes:
        return await self._market.listed.only(await self._rest.ask(request, weight=weight), what=what)

    async def _ask_of_orders(self, request: Request, *, what: str) -> tuple[bytes, Collection[str]]:
        body = await self._rest.ask(request, weight=_OPEN_ORDERS_WEIGHT)
        return await self._market.listed.orders(body, what=what)

    async def _learn_mode(self) -> None:
        """A person may change it at Binance while nothing is open."""
        body = await self._rest.ask(requests.hedge_mode(), weight=_MODE_WEIGHT)
        self._is_hedged = answers.decode_hedge_mode(body)

    def _report(self, body: bytes, order: VenueOrder, exec_type: ExecType) -> ExecutionReport:
        if order.terms.type not in requests.CONDITIONAL:
            return self._engine_report(body, exec_type)
        report = answers.decode_algo_orders(body, self._market.symbols)[0]
        return msgspec.structs.replace(report, exec_type=exec_type)

    def _engine_report(self, body: bytes, exec_type: ExecType) -> ExecutionReport:
        return answers.decode_futures_orders(body, self._market.symbols, exec_type)[0]

    async def _found(
        self, request: Request, decode: Callable[..., Sequence[ExecutionReport]]
    ) -> ExecutionReport | None:
        try:
            body = await self._rest.ask(request, weight=_ORDER_WEIGHT)
        except UnknownOrder:
            return None
        return decode(body, self._market.symbols)[0]

    def _symbol(self, instrument_id: InstrumentId) -> str:
        """Raises Inexpressible for what Binance does not list."""
        try:
            return self._market.symbols.listed(instrument_id).venue_symbol
        except KeyError:
            raise Inexpressible(USDM, "instrument_id", f"{instrument_id} is not listed") from None


def _placed(report: ExecutionReport) -> ExecType:
    """An order that has traded ends with its fills, of which the answer tells nothing."""
    return ExecType.NEW if report.cumulative_quantity else report.exec_type


def _taken(decode: Callable[[], T]) -> T:
    """An answer to what Binance did: where it cannot be read it is not known what that was."""
    try:
        return decode()
    except UndecodableFrame as error:
        raise ConnectionError(error.detail) from error
