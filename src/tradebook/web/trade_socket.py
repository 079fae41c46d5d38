"""``/v1/trade``: order entry without a request's overhead. Many may be under way, answered as they commit.

::

    {"id":1,"op":"place","order":{…}}               →  {"id":1,"result":{"order":{…},"journal_position":…}}
    {"id":2,"op":"batch","orders":[{…},…]}          →  {"id":2,"result":[{…} | {"problem":{…}},…]}
    {"id":3,"op":"replace","order_id":…,"price":…}  →  {"id":3,"result":{…}}
    {"id":4,"op":"cancel","order_id":…}             →  {"id":4,"problem":{…}}
    {"id":5,"op":"cancel_all","account_id":…}       →  {"id":5,"result":{…}}
    {"id":6,"op":"auth","token":…}                  →  {"id":6,"result":{"expires_at":…}}

Everything is decided in the order of arrival, and under the token that was sent before it. What has arrived
is taken together: orders that follow each other are decided at once, and what follows them need not wait for
their commit; cancellations or changes of different orders share theirs. A socket stays with the user that it
began with.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

import msgspec
import structlog

from tradebook.identity.principal import Principal, Scope
from tradebook.kernel.errors import InvalidInput, RateLimited, TradebookError, Unauthenticated
from tradebook.kernel.ids import AccountId, InstrumentId, OrderId, UserId, new_id
from tradebook.kernel.unambiguous import require_distinct_keys
from tradebook.trading.services.orders import OrderResult
from tradebook.trading.services.requests import ReplaceRequest
from tradebook.web import metrics, problems
from tradebook.web.outbox import Writer
from tradebook.web.ports import Authenticator, OrderEntry
from tradebook.web.sockets import (
    INTERNAL_ERROR,
    TRY_AGAIN_LATER,
    UNAUTHENTICATED,
    Socket,
    other_user,
    text_frame,
)
from tradebook.web.trade_messages import (
    Answer,
    Auth,
    Batch,
    Cancel,
    CancelAll,
    Place,
    ProblemAnswer,
    Replace,
    Request,
    RequestId,
    Wish,
    decode_request,
    id_of,
)

AUTH_WITHIN_S = 5
IN_FLIGHT_MAX = 1_000
"""Requests of one socket that may wait for their turn or their commit; beyond it nothing more is read."""
TOGETHER_MAX = 100
"""So many requests are taken together: deciding on them takes a few milliseconds."""

log = structlog.get_logger("tradebook.web")

_encode = msgspec.json.Encoder().encode


class TradeSocket(Socket):
    """One trader's connection."""

    def __init__(self, *, orders: OrderEntry, authenticator: Authenticator, writer: Writer) -> None:
        super().__init__()
        self._correlation_id = new_id()
        self._writer = writer
        self._orders = orders
        self._authenticator = authenticator
        self._token: str | None = None
        self._user_id: UserId | None = None
        self._waiting: deque[Request] = deque()
        self._is_deciding = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._is_reading = True
        self._timer: asyncio.TimerHandle | None = None

    # --- the connection

    def opened(self) -> None:
        metrics.SOCKETS.labels("/v1/trade").inc()
        self._token = self.authorization
        if self._token is None:
            self._timer = asyncio.get_running_loop().call_later(AUTH_WITHIN_S, self._demand_token)

    def received(self, message: bytes) -> None:
        try:
            request = decode_request(message)
        except problems.UNREADABLE as error:
            self._refuse(id_of(message), problems.of_decoding(error))
            return
        try:
            require_distinct_keys(message)
        except InvalidInput as repetition:
            self._refuse(request.id, repetition)
            return
        self._waiting.append(request)
        self._in_flight += 1

    def paused(self) -> None:
        if not self._is_deciding:
            self._next_turn()
        if self._is_reading and self._in_flight >= IN_FLIGHT_MAX:
            self._is_reading = False
            self.transport.underlying_transport.pause_reading()

    def gone(self) -> None:
        """What is under way is carried to its end: an order that was read is not unread."""
        metrics.SOCKETS.labels("/v1/trade").dec()
        if self._timer is not None:
            self._timer.cancel()

    # --- requests

    def _next_turn(self) -> None:
        """Nothing is being decided any more: on to what waits."""
        self._is_deciding = bool(self._waiting)
        if self._is_deciding:
            task = asyncio.create_task(self._serve(self._next_group()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _next_group(self) -> list[Request]:
        """What is served together: orders, cancellations of different orders, or changes of such."""
        waiting = self._waiting
        group = [waiting.popleft()]
        kind = type(group[0])
        if kind not in (Place, Cancel, Replace):
            return group
        touched = {_order_of(group[0])}
        while waiting and type(waiting[0]) is kind and len(group) < TOGETHER_MAX:
            order = _order_of(waiting[0])
            if order in touched:
                break
            touched.add(order)
            group.append(waiting.popleft())
        return group

    def _read_on(self, served: int) -> None:
        self._in_flight -= served
        if not self._is_reading and self._in_flight < IN_FLIGHT_MAX // 2:
            self._is_reading = True
            if not self.transport.is_disconnected:
                self.transport.underlying_transport.resume_reading()

    async def _serve(self, group: Sequence[Request]) -> None:
        """Answer what is served together; the turn passes on as soon as it is decided."""
        first, count, turn = group[0], len(group), _Turn(self._next_turn)
        try:
            principal = await self._authenticate(first.token if isinstance(first, Auth) else self._token)
            group = [request for request in group if self._admits(principal, request)]
            if isinstance(first, Place):
                orders = [request for request in group if isinstance(request, Place)]
                await self._place(principal, orders, turn.end)
            else:
                wishes = [request for request in group if not isinstance(request, Place)]
                await asyncio.gather(*(self._fulfil(principal, wish) for wish in wishes))
        except Exception as error:
            if not self._refuse_all(group, error):
                log.exception("order entry failed")
                self._break_off(INTERNAL_ERROR, "a defect of the server; its log has the details")
            elif isinstance(error, Unauthenticated):
                self._break_off(UNAUTHENTICATED, error.detail[:100])
        finally:
            turn.end()
            self._read_on(count)

    def _break_off(self, code: int, reason: str) -> None:
        self._waiting.clear()
        self.close(code, reason)

    async def _authenticate(self, token: str | None) -> Principal:
        if token is None:
            raise Unauthenticated("unauthenticated", "Send an auth frame first, or an Authorization header.")
        principal = self._authenticator.recall(token) or await self._authenticator.authenticate(token)
        if self._user_id not in (None, principal.user_id):
            raise other_user()
        self._token, self._user_id = token, principal.user_id
        if self._timer is not None:
            self._timer.cancel()
        return principal

    def _admits(self, principal: Principal, request: Request) -> bool:
        try:
            self._authenticator.admit(principal)
        except RateLimited as error:
            self._refuse(request.id, error)
            return False
        return True

    async def _place(
        self, principal: Principal, orders: Sequence[Place], on_decided: Callable[[], None]
    ) -> None:
        principal.require(Scope.TRADE)
        wanted = [request.order for request in orders]
        results = await self._orders.place_many(
            principal, wanted, correlation_id=self._correlation_id, on_decided=on_decided
        )
        for request, result in zip(orders, results, strict=True):
            self._answer(request.id, result)

    async def _fulfil(self, principal: Principal, wish: Wish) -> None:
        try:
            self._send(Answer(wish.id, await self._result(principal, wish)))
        except Exception as error:
            if not self._refuse_all([wish], error):
                raise

    async def _result(self, principal: Principal, wish: Wish) -> object:
        orders, correlation_id = self._orders, self._correlation_id
        if isinstance(wish, Auth):
            return {"expires_at": principal.expires_at}
        principal.require(Scope.TRADE)
        match wish:
            case Batch():
                results = await orders.place_many(principal, wish.orders, correlation_id=correlation_id)
                return [_in_list(result) for result in results]
            case Replace():
                order_id = OrderId(wish.order_id)
                terms = ReplaceRequest(quantity=wish.quantity, price=wish.price, stop_price=wish.stop_price)
                return await orders.replace(principal, order_id, terms, correlation_id=correlation_id)
            case Cancel():
                order_id = OrderId(wish.order_id)
                return await orders.cancel(principal, order_id, correlation_id=correlation_id)
            case CancelAll():
                return await orders.cancel_all(
                    principal,
                    account_id=AccountId(wish.account_id) if wish.account_id else None,
                    instrument_id=InstrumentId(wish.instrument) if wish.instrument else None,
                    correlation_id=correlation_id,
                )

    def _demand_token(self) -> None:
        self.close(UNAUTHENTICATED, f"no auth frame within {AUTH_WITHIN_S} s")

    # --- answers

    def _answer(self, request_id: RequestId, result: OrderResult | TradebookError) -> None:
        if isinstance(result, TradebookError):
            self._refuse(request_id, result)
        else:
            self._send(Answer(request_id, result))

    def _refuse_all(self, group: Sequence[Request], error: Exception) -> bool:
        """False for what is no problem of the caller's.

        Not where the error was caught: the error holds that frame, and a frame that holds the error in turn
        would keep the socket until the next look for garbage.
        """
        known = problems.as_kernel_error(error)
        if known is None:
            return False
        for request in group:
            self._refuse(request.id, known)
        return True

    def _refuse(self, request_id: RequestId | None, error: TradebookError) -> None:
        self._send(ProblemAnswer(request_id, problems.problem_of(error)))

    def _send(self, answer: Answer | ProblemAnswer) -> None:
        self.outbox.put(text_frame(_encode(answer)))
        self._writer.wake(self.outbox)
        if self.outbox.too_far_behind:
            self.close(TRY_AGAIN_LATER, "answers are not being read")


class _Turn:
    """Ends once, however often that is said."""

    __slots__ = ("_on_end",)

    def __init__(self, on_end: Callable[[], None]) -> None:
        self._on_end: Callable[[], None] | None = on_end

    def end(self) -> None:
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end()


def _order_of(request: Request) -> str | int:
    """What no two of a group may have in common; a new order has nothing in common with any other."""
    return request.order_id if isinstance(request, Cancel | Replace) else id(request)


def _in_list(result: OrderResult | TradebookError) -> object:
    return {"problem": problems.problem_of(result)} if isinstance(result, TradebookError) else result
