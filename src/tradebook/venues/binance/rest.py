"""Requests to Binance as the limiter lets them through; what an answer says of limits is taken to heart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tradebook.kernel.clock import Clock
from tradebook.venues.binance.limits import pause_s, used_of
from tradebook.venues.binance.problems import (
    CLOCK_IS_WRONG,
    NOTHING_TO_CANCEL,
    ORDER_IS_NOT_KNOWN,
    decode_problem,
    is_outcome_unknown,
    is_too_busy,
)
from tradebook.venues.binance.requests import Request, public
from tradebook.venues.binance.signing import Credentials, payload_of, sign
from tradebook.venues.binance.wire import VENUE, Answer, moment, reader
from tradebook.venues.connections.http import Http, HttpAnswer
from tradebook.venues.connections.limits import Limiter, VenueBusy
from tradebook.venues.connections.venue_clock import VenueClock
from tradebook.venues.errors import TooLate, UnknownOrder, VenueRefusal

WEIGHT, ORDERS = "REQUEST_WEIGHT", "ORDERS"
SPOT_TIME, FUTURES_TIME = "/api/v3/time", "/fapi/v1/time"
_NO_SUCH_ORDER = (ORDER_IS_NOT_KNOWN, NOTHING_TO_CANCEL)


class PublicRest:
    """What anybody may ask one of Binance's hosts."""

    def __init__(self, host: str, http: Http, limiter: Limiter) -> None:
        self._host = host
        self._http = http
        self._limiter = limiter

    async def ask(self, request: Request, *, weight: int, share: float = 1.0) -> bytes:
        """The body of a good answer. Raises ConnectionError, TimeoutError or VenueBusy."""
        await self._limiter.take(WEIGHT, weight, share=share)
        answer = await self.send(request.method, request.path, payload_of(request.params), {})
        if not answer.is_ok:
            problem = decode_problem(answer.status, answer.body)
            raise ConnectionError(f"{request.path}: {problem.code} {problem.message}")
        return answer.body

    async def send(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> HttpAnswer:
        """The answer, whatever it is. Raises ConnectionError or TimeoutError."""
        url = f"{self._host}{path}?{query}" if query else f"{self._host}{path}"
        answer = await self._http(method, url, headers=headers)
        self._limiter.heard(used_of(answer.headers))
        silence_s = pause_s(answer.status, answer.headers)
        if silence_s:
            self._limiter.be_silent(silence_s)
        return answer


class SignedRest:
    """What an account may ask, in its name and at Binance's time."""

    def __init__(
        self,
        rest: PublicRest,
        credentials: Credentials,
        *,
        clock: Clock,
        limiter: Limiter,
        orders: Limiter,
        time_at: str = SPOT_TIME,
    ) -> None:
        """``limiter`` counts for the address, ``orders`` for the account; ``time_at`` is the path of the
        host's clock.
        """
        self._time_at = time_at
        self._rest = rest
        self._credentials = credentials
        self._clock = clock
        self._limiter = limiter
        self._orders = orders
        self.venue_clock = VenueClock(VENUE, clock, self._server_time)

    async def ask(
        self, request: Request, *, weight: int, is_order: bool = False, send_before: datetime | None = None
    ) -> bytes:
        """The body of a good answer.

        Raises VenueRefusal (UnknownOrder among them) where Binance said no, VenueBusy or TooLate where it has
        looked at nothing, ConnectionError or TimeoutError where it is not known what it did.
        """
        if self.venue_clock.is_due:
            await self._measure()
        try:
            return await self._ask_once(request, weight, is_order, send_before)
        except VenueRefusal as error:
            if error.venue_code != CLOCK_IS_WRONG:
                raise
        # Binance has looked at nothing but the time; so it may be asked again at the right one.
        await self._measure()
        return await self._ask_once(request, weight, is_order, send_before)

    async def _ask_once(
        self, request: Request, weight: int, is_order: bool, send_before: datetime | None
    ) -> bytes:
        await self._limiter.take(WEIGHT, weight)
        if is_order:
            await self._orders.take(ORDERS, 1)
        if send_before is not None and self._clock.now() >= send_before:
            raise TooLate(VENUE)
        ready = sign(request, self._credentials, at=self.venue_clock.now())
        answer = await self._rest.send(ready.method, ready.path, ready.query, ready.headers)
        self._orders.heard(used_of(answer.headers))
        if answer.is_ok:
            return answer.body
        problem = decode_problem(answer.status, answer.body)
        if is_outcome_unknown(answer.status, problem):
            raise ConnectionError(f"{request.path}: {problem.code} {problem.message}")
        if is_too_busy(answer.status, problem):
            raise VenueBusy(VENUE, self._limiter.silent_until or self._clock.now())
        if problem.code in _NO_SUCH_ORDER:
            raise UnknownOrder(VENUE, problem.code, problem.message)
        raise VenueRefusal(VENUE, problem.code, problem.message)

    async def _measure(self) -> None:
        await self.venue_clock.measure()

    async def _server_time(self) -> datetime:
        body = await self._rest.ask(public(self._time_at), weight=1)
        return moment(_read_time(body).server_time)


class _Time(Answer, frozen=True, kw_only=True):
    server_time: int


_read_time = reader(_Time, "time")
