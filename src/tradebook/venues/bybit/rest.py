"""Requests to Bybit as the limiter lets them through.

https://bybit-exchange.github.io/docs/v5/rate-limit: an address may ask 600 times in five seconds; HTTP 403
with "access too frequent" means that it asked more, and may not ask for ten minutes. Any other page with HTTP
403 is of the servers in front of Bybit, which refuse whole countries. Limits of single requests are per
account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.venues.bybit.answers import Outcome, decode_answer, rate_limit_of
from tradebook.venues.bybit.requests import Request, server_time
from tradebook.venues.bybit.signing import Credentials, signed_headers
from tradebook.venues.bybit.wire.base import VENUE, Wire, answered, moment_of
from tradebook.venues.connections.http import Http, HttpAnswer
from tradebook.venues.connections.limits import Limiter, VenueBusy
from tradebook.venues.connections.venue_clock import VenueClock
from tradebook.venues.errors import TooLate, UndecodableFrame, UnknownOrder, VenueRefusal
from tradebook.venues.messages.account import VenueProblem
from tradebook.venues.messages.limits import Budget

HOST = "https://api.bybit.com"
REQUESTS = "REQUESTS"
BUDGETS = (Budget(kind=REQUESTS, interval_s=5, limit=600),)
ORDERS, QUESTIONS = "ORDERS", "QUESTIONS"
ACCOUNT_BUDGETS = (
    Budget(kind=ORDERS, interval_s=1, limit=20),
    Budget(kind=QUESTIONS, interval_s=1, limit=50),
)
"""Bybit counts each path by itself: all of them together are within what one may be asked."""
BANNED, TOO_OFTEN = 403, 429
TOO_BUSY = frozenset({BANNED, TOO_OFTEN})
BREATH_S = 0.1
CLOCK_IS_WRONG = "10002"
NANOSECOND_DIGITS = 6
"""Of a time in nanoseconds, beyond milliseconds."""
BAN_S, REFUSED_S, PAUSE_S = 600.0, 60.0, 5.0
"""For how long nothing is asked: by an address that has asked too often, by one that is refused, and by one
that is to ask less.
"""
ASKED_TOO_OFTEN = b"access too frequent"
WORDS_MAX = 200


class PublicRest:
    """What anybody may ask; one for all categories, since the address is what is counted."""

    def __init__(self, host: str, http: Http, clock: Clock) -> None:
        self._host = host
        self._http = http
        self.limiter = Limiter(VENUE, clock, BUDGETS)
        """Of our address."""

    async def ask(self, request: Request, *, share: float = 1.0) -> bytes:
        """The body of an answer, which may say no. Raises ConnectionError, TimeoutError or VenueBusy."""
        await self.limiter.take(REQUESTS, 1, share=share)
        answer = await self.send(request, request.payload, {})
        if answer.status in TOO_BUSY:
            raise self.limiter.busy()
        if not answer.is_ok:
            raise ConnectionError(f"{request.path}: HTTP {answer.status}")
        return answer.body

    async def send(self, request: Request, payload: str, headers: Mapping[str, str]) -> HttpAnswer:
        """The answer, whatever it is. Raises ConnectionError or TimeoutError."""
        url = f"{self._host}{request.path}"
        if request.method == "GET":
            answer = await self._http("GET", f"{url}?{payload}" if payload else url, headers=headers)
        else:
            told = {**headers, "Content-Type": "application/json"}
            answer = await self._http("POST", url, headers=told, body=payload.encode())
        if answer.status in TOO_BUSY:
            self.limiter.be_silent(*_silence_after(answer))
        return answer


class SignedRest:
    """What an account may ask, in its name and at Bybit's time."""

    def __init__(self, rest: PublicRest, credentials: Credentials, *, clock: Clock) -> None:
        self._rest = rest
        self._credentials = credentials
        self._clock = clock
        self._account = Limiter(VENUE, clock, ACCOUNT_BUDGETS)
        self.venue_clock = VenueClock(VENUE, clock, self._server_time)

    async def ask(self, request: Request, *, send_before: datetime | None = None) -> bytes:
        """The body of a good answer.

        Raises VenueRefusal (UnknownOrder among them) where Bybit said no, VenueBusy or TooLate where it has
        looked at nothing, ConnectionError or TimeoutError where it is not known what it did.
        """
        if self.venue_clock.is_due:
            await self.venue_clock.measure()
        try:
            return await self._ask_once(request, send_before)
        except VenueRefusal as error:
            if error.venue_code != CLOCK_IS_WRONG:
                raise
        # Bybit has looked at nothing but the time; so it may be asked again at the right one.
        await self.venue_clock.measure()
        return await self._ask_once(request, send_before)

    async def _ask_once(self, request: Request, send_before: datetime | None) -> bytes:
        await self._rest.limiter.take(REQUESTS, 1)
        await self._account.take(ORDERS if request.method == "POST" else QUESTIONS, 1)
        if send_before is not None and self._clock.now() >= send_before:
            raise TooLate(VENUE)
        at_ms = round(self.venue_clock.now().timestamp() * 1000)
        payload = request.payload
        headers = signed_headers(self._credentials, payload, at_ms=at_ms)
        answer = await self._rest.send(request, payload, headers)
        if answer.status in TOO_BUSY:
            raise self._rest.limiter.busy()
        if not answer.is_ok:
            raise ConnectionError(f"{request.path}: HTTP {answer.status}")
        self._judge(request, answer)
        return answer.body

    def _judge(self, request: Request, answer: HttpAnswer) -> None:
        try:
            said = decode_answer(answer.body)
        except UndecodableFrame as error:
            raise ConnectionError(error.detail) from error
        if said.problem is None:
            return
        code, message = said.problem.code, said.problem.message
        match said.outcome:
            case Outcome.NO_SUCH_ORDER:
                raise UnknownOrder(VENUE, code, message)
            case Outcome.TOO_OFTEN:
                limit = rate_limit_of(answer.headers)
                until = self._clock.now() if limit is None else limit.resets_at
                self._account.be_silent(max((until - self.venue_clock.now()).total_seconds(), BREATH_S))
                raise VenueBusy(VENUE, self._account.silent_until or self._clock.now())
            case Outcome.UNKNOWN | Outcome.REPEATED:
                # An order of this name is there: it was sent twice by something on the way.
                raise ConnectionError(f"{request.path}: {code} {message}")
            case _:
                raise VenueRefusal(VENUE, code, message)

    async def _server_time(self) -> datetime:
        body = await self._rest.ask(server_time())
        opened = answered(body, _read_time, "time")
        if isinstance(opened, VenueProblem):
            raise ConnectionError(f"time: {opened.code} {opened.message}")
        return moment_of(opened[0].time_nano[:-NANOSECOND_DIGITS], "time.timeNano")


def _silence_after(answer: HttpAnswer) -> tuple[float, str]:
    """How long it is to last, and why, for people."""
    if answer.status != BANNED:
        return PAUSE_S, f"HTTP {answer.status}"
    if ASKED_TOO_OFTEN in answer.body.lower():
        return BAN_S, f"HTTP {answer.status}, too much was asked from this address"
    words = " ".join(_TAG.sub(" ", answer.body.decode(errors="replace")).split())[:WORDS_MAX]
    return REFUSED_S, f"HTTP {answer.status}, this address is refused there ({words or 'without a word'})"


_TAG = re.compile(r"<[^>]*>")


class _Time(Wire, frozen=True):
    time_nano: str


_read_time = msgspec.json.Decoder(_Time)
