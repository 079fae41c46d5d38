"""Requests to Binance as the limiter lets them through; what an answer says of limits is taken to heart."""

from __future__ import annotations

from urllib.parse import urlencode

from tradebook.venues.binance.limits import pause_s, used_of
from tradebook.venues.binance.problems import decode_problem
from tradebook.venues.binance.requests import Request
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.limits import Limiter

WEIGHT = "REQUEST_WEIGHT"


class PublicRest:
    """What anybody may ask one of Binance's hosts."""

    def __init__(self, host: str, http: Http, limiter: Limiter) -> None:
        self._host = host
        self._http = http
        self._limiter = limiter

    async def ask(self, request: Request, *, weight: int) -> bytes:
        """The body of a good answer. Raises ConnectionError, TimeoutError or VenueBusy."""
        await self._limiter.take(WEIGHT, weight)
        query = f"?{urlencode(request.params)}" if request.params else ""
        answer = await self._http(request.method, f"{self._host}{request.path}{query}")
        self._limiter.heard(used_of(answer.headers))
        silence_s = pause_s(answer.status, answer.headers)
        if silence_s:
            self._limiter.be_silent(silence_s)
        if not answer.is_ok:
            problem = decode_problem(answer.status, answer.body)
            raise ConnectionError(f"{request.path}: {problem.code} {problem.message}")
        return answer.body
