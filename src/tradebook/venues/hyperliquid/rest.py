"""Questions to Hyperliquid as the limiter lets them through: an address has a weight for each minute."""

from __future__ import annotations

from datetime import datetime

from tradebook.kernel.clock import Clock
from tradebook.venues.connections.http import Http
from tradebook.venues.connections.limits import UNHURRIED, Limiter
from tradebook.venues.hyperliquid.limits import CANDLES_KEPT, WEIGHT_PER_MINUTE_MAX, weight_of_question
from tradebook.venues.hyperliquid.reading import VENUE
from tradebook.venues.hyperliquid.requests import Request, ask, ask_candles
from tradebook.venues.messages.limits import Budget

HOST = "https://api.hyperliquid.xyz"
WEIGHT = "WEIGHT"
TOO_OFTEN = 429
PAUSE_S = 60.0
"""The venue does not say for how long; its counter is of a minute."""
_HEADERS = {"content-type": "application/json"}


class PublicRest:
    """What anybody may ask."""

    def __init__(self, host: str, http: Http, clock: Clock) -> None:
        self._host = host
        self._http = http
        self._limiter = Limiter(
            VENUE, clock, [Budget(kind=WEIGHT, interval_s=60, limit=WEIGHT_PER_MINUTE_MAX)]
        )

    async def ask(self, question: str, **parameters: str) -> bytes:
        """The body of a good answer. Raises ConnectionError, TimeoutError or VenueBusy."""
        return await self._send(question, ask(question, **parameters), weight_of_question(question))

    async def ask_candles(self, coin: str, interval: str, *, start: datetime, end: datetime) -> bytes:
        """Likewise, of candles that begin from ``start`` to ``end``, with what others leave of the limit."""
        weight = weight_of_question("candleSnapshot", items=CANDLES_KEPT)
        request = ask_candles(coin, interval, start=start, end=end)
        return await self._send("candleSnapshot", request, weight, share=UNHURRIED)

    async def _send(self, question: str, request: Request, weight: int, *, share: float = 1.0) -> bytes:
        await self._limiter.take(WEIGHT, weight, share=share)
        answer = await self._http("POST", f"{self._host}{request.path}", headers=_HEADERS, body=request.body)
        if answer.status == TOO_OFTEN:
            self._limiter.be_silent(PAUSE_S)
        if not answer.is_ok:
            raise ConnectionError(f"{question}: HTTP {answer.status}")
        return answer.body
