"""``/v1/trade``: order entry without a request's overhead. Many may be under way, answered as they commit.

::

    {"id":1,"op":"place","order":{…}}               →  {"id":1,"result":{"order":{…},"journal_position":…}}
    {"id":2,"op":"batch","orders":[{…},…]}          →  {"id":2,"result":[{…} | {"problem":{…}},…]}
    {"id":3,"op":"replace","order_id":…,"price":…}  →  {"id":3,"result":{…}}
    {"id":4,"op":"cancel","order_id":…}             →  {"id":4,"problem":{…}}
    {"id":5,"op":"cancel_all","account_id":…}       →  {"id":5,"result":{…}}
    {"id":6,"op":"auth","token":…}                  →  {"id":6,"result":{"expires_at":…}}

What arrives together is decided together, in the order of arrival, and committed together: one task serves a
burst of messages, not one each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import msgspec
import structlog
from msgspec import Meta

from tradebook.identity.principal import Principal, Scope
from tradebook.kernel.errors import InvalidInput, TradebookError, Unauthenticated
from tradebook.kernel.ids import AccountId, InstrumentId, OrderId, new_id
from tradebook.kernel.unambiguous import require_distinct_keys
from tradebook.trading.services.orders import OrderResult
from tradebook.trading.services.requests import Amount, Identifier, OrderRequest, ReplaceRequest
from tradebook.web import metrics, problems
from tradebook.web.outbox import Writer
from tradebook.web.ports import Authenticator, OrderEntry
from tradebook.web.sockets import INTERNAL_ERROR, TRY_AGAIN_LATER, UNAUTHENTICATED, Socket, text_frame

AUTH_WITHIN_S = 5
IN_FLIGHT_MAX = 1_000
"""Requests of one socket that may wait for their commit; beyond it nothing more is read."""
BATCH_MAX = 500

RequestId = int | Annotated[str, Meta(max_length=64)]

log = structlog.get_logger("tradebook.web")


class _Request(msgspec.Struct, tag_field="op", forbid_unknown_fields=True, kw_only=True):
    id: RequestId


class Place(_Request, tag="place", kw_only=True):
    """One order."""

    order: OrderRequest


class Batch(_Request, tag="batch", kw_only=True):
    """Many orders, each accepted or refused by itself."""

    orders: Annotated[list[OrderRequest], Meta(min_length=1, max_length=BATCH_MAX)]


class Replace(_Request, tag="replace", kw_only=True):
    """New terms for an order."""

    order_id: Identifier
    quantity: Amount | None = None
    price: Amount | None = None
    stop_price: Amount | None = None


class Cancel(_Request, tag="cancel", kw_only=True):
    """No more of an order."""

    order_id: Identifier


class CancelAll(_Request, tag="cancel_all", kw_only=True):
    """No more of any order."""

    account_id: Identifier | None = None
    instrument: Identifier | None = None


class Auth(_Request, tag="auth", kw_only=True):
    """Who trades."""

    token: str


Request = Place | Batch | Replace | Cancel | CancelAll | Auth


class _Id(msgspec.Struct):
    id: RequestId | None = None


class _Answer(msgspec.Struct):
    id: RequestId
    result: object


class _Refusal(msgspec.Struct):
    id: RequestId | None
    problem: problems.Problem


_decode = msgspec.json.Decoder(Request).decode
_decode_id = msgspec.json.Decoder(_Id).decode
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
        self._burst: list[Request] = []
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
            request = _decode(message)
        except problems.UNREADABLE as error:
            self._refuse(_id_of(message), problems.of_decoding(error))
            return
        try:
            require_distinct_keys(message)
        except InvalidInput as repetition:
            self._refuse(request.id, repetition)
            return
        if isinstance(request, Auth):
            self._token = request.token
        self._burst.append(request)

    def paused(self) -> None:
        if not self._burst:
            return
        burst, self._burst = self._burst, []
        self._in_flight += len(burst)
        if self._in_flight >= IN_FLIGHT_MAX and self._is_reading:
            self._is_reading = False
            self.transport.underlying_transport.pause_reading()
        task = asyncio.create_task(self._serve(burst))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def gone(self) -> None:
        """What is under way is carried to its end: an order that was read is not unread."""
        metrics.SOCKETS.labels("/v1/trade").dec()
        if self._timer is not None:
            self._timer.cancel()

    # --- requests

    async def _serve(self, burst: list[Request]) -> None:
        try:
            for group in _grouped(burst):
                await self._serve_group(group)
        except Unauthenticated as error:
            self.close(UNAUTHENTICATED, error.detail[:100])
        except Exception:
            log.exception("order entry failed")
            self.close(INTERNAL_ERROR, "a defect of the server; its log has the details")
        finally:
            self._in_flight -= len(burst)
            if not self._is_reading and self._in_flight < IN_FLIGHT_MAX // 2:
                self._is_reading = True
                if not self.transport.is_disconnected:
                    self.transport.underlying_transport.resume_reading()

    async def _serve_group(self, group: Sequence[Request]) -> None:
        """One request, or orders to be placed together."""
        try:
            principal = await self._principal()
            for _ in group:
                self._authenticator.admit(principal)
            await self._answer_group(principal, group)
        except Exception as error:
            if not self._refuse_all(group, error) or isinstance(error, Unauthenticated):
                raise

    async def _answer_group(self, principal: Principal, group: Sequence[Request]) -> None:
        first, orders = group[0], self._orders
        if not isinstance(first, Auth):
            principal.require(Scope.TRADE)
        match first:
            case Place():
                wanted = [request.order for request in group if isinstance(request, Place)]
                results = await orders.place_many(principal, wanted, correlation_id=self._correlation_id)
                for request, result in zip(group, results, strict=True):
                    self._answer(request.id, result)
            case Batch():
                results = await orders.place_many(
                    principal, first.orders, correlation_id=self._correlation_id
                )
                self._send(_Answer(first.id, [_in_list(result) for result in results]))
            case Replace():
                terms = ReplaceRequest(
                    quantity=first.quantity, price=first.price, stop_price=first.stop_price
                )
                changed = await orders.replace(
                    principal, OrderId(first.order_id), terms, correlation_id=self._correlation_id
                )
                self._answer(first.id, changed)
            case Cancel():
                cancelled = await orders.cancel(
                    principal, OrderId(first.order_id), correlation_id=self._correlation_id
                )
                self._answer(first.id, cancelled)
            case CancelAll():
                swept = await orders.cancel_all(
                    principal,
                    account_id=AccountId(first.account_id) if first.account_id else None,
                    instrument_id=InstrumentId(first.instrument) if first.instrument else None,
                    correlation_id=self._correlation_id,
                )
                self._send(_Answer(first.id, swept))
            case Auth():
                self._send(_Answer(first.id, {"expires_at": principal.expires_at}))

    async def _principal(self) -> Principal:
        if self._token is None:
            raise Unauthenticated("unauthenticated", "Send an auth frame first, or an Authorization header.")
        known = self._authenticator.recall(self._token)
        principal = known or await self._authenticator.authenticate(self._token)
        if self._timer is not None:
            self._timer.cancel()
        return principal

    def _demand_token(self) -> None:
        self.close(UNAUTHENTICATED, f"no auth frame within {AUTH_WITHIN_S} s")

    # --- answers

    def _answer(self, request_id: RequestId, result: OrderResult | TradebookError) -> None:
        if isinstance(result, TradebookError):
            self._refuse(request_id, result)
        else:
            self._send(_Answer(request_id, result))

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
        self._send(_Refusal(request_id, problems.problem_of(error)))

    def _send(self, answer: _Answer | _Refusal) -> None:
        self.outbox.put(text_frame(_encode(answer)))
        self._writer.wake(self.outbox)
        if self.outbox.too_far_behind:
            self.close(TRY_AGAIN_LATER, "answers are not being read")


def _grouped(burst: list[Request]) -> list[list[Request]]:
    """Orders that follow each other go together, everything else by itself."""
    groups: list[list[Request]] = []
    for request in burst:
        if isinstance(request, Place) and groups and isinstance(groups[-1][0], Place):
            groups[-1].append(request)
        else:
            groups.append([request])
    return groups


def _in_list(result: OrderResult | TradebookError) -> object:
    return {"problem": problems.problem_of(result)} if isinstance(result, TradebookError) else result


def _id_of(message: bytes) -> RequestId | None:
    """The id of a message that is otherwise unfit, so that its sender can tell which it was."""
    try:
        return _decode_id(message).id
    except problems.UNREADABLE:
        return None
