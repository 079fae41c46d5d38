"""Requests to Bybit as the limiter lets them through.

https://bybit-exchange.github.io/docs/v5/rate-limit: an address may ask 600 times in five seconds; HTTP 403
means that it asked more, and may not ask for ten minutes. Limits of single requests are per account.
"""

from __future__ import annotations

from tradebook.kernel.clock import Clock
from tradebook.venues.bybit.requests import Request
from tradebook.venues.bybit.wire.base import VENUE
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.limits import Limiter
from tradebook.venues.messages.limits import Budget

HOST = "https://api.bybit.com"
REQUESTS = "REQUESTS"
BUDGETS = (Budget(kind=REQUESTS, interval_s=5, limit=600),)
BANNED, TOO_OFTEN = 403, 429
BAN_S, PAUSE_S = 600.0, 5.0


class PublicRest:
    """What anybody may ask; one for all categories, since the address is what is counted."""

    def __init__(self, host: str, http: Http, clock: Clock) -> None:
        self._host = host
        self._http = http
        self._limiter = Limiter(VENUE, clock, BUDGETS)

    async def ask(self, request: Request, *, share: float = 1.0) -> bytes:
        """The body of an answer, which may say no. Raises ConnectionError, TimeoutError or VenueBusy."""
        await self._limiter.take(REQUESTS, 1, share=share)
        query = f"?{request.payload}" if request.payload else ""
        answer = await self._http(request.method, f"{self._host}{request.path}{query}")
        if answer.status in {BANNED, TOO_OFTEN}:
            self._limiter.be_silent(BAN_S if answer.status == BANNED else PAUSE_S)
        if not answer.is_ok:
            raise ConnectionError(f"{request.path}: HTTP {answer.status}")
        return answer.body
