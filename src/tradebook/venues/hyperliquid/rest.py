"""Questions to Hyperliquid as the limiter lets them through: an address has a weight for each minute."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tradebook.kernel.clock import Clock
from tradebook.venues.connections.http import Http, HttpAnswer
from tradebook.venues.connections.limits import UNHURRIED, Limiter, VenueBusy
from tradebook.venues.hyperliquid.limits import CANDLES_KEPT, WEIGHT_PER_MINUTE_MAX, weight_of_question
from tradebook.venues.hyperliquid.reading import VENUE
from tradebook.venues.hyperliquid.requests import Request, ask, ask_candles
from tradebook.venues.messages.limits import Budget

HOST = "https://api.hyperliquid.xyz"
TESTNET_HOST = "https://api.hyperliquid-testnet.xyz"
WEIGHT = "WEIGHT"
TOO_OFTEN = (429, 418)
"""It has looked at nothing."""
PAUSE_S = 60.0
"""Where nobody says for how long; the venue's counter is of a minute."""
_HEADERS = {"content-type": "application/json"}


class PublicRest:
    """What anybody may ask, and where actions go. All of it weighs on one limiter."""

    def __init__(self, host: str, http: Http, clock: Clock) -> None:
        self._host = host
        self._http = http
        self._clock = clock
        self._limiter = Limiter(
            VENUE, clock, [Budget(kind=WEIGHT, interval_s=60, limit=WEIGHT_PER_MINUTE_MAX)]
        )

    async def ask(self, question: str, *, items: int = 0, **parameters: Any) -> bytes:
        """The body of a good answer, of about so many items.

        Raises ConnectionError, TimeoutError or VenueBusy.
        """
        await self.make_room(weight_of_question(question, items=items))
        return await self._good(question, ask(question, **parameters))

    async def ask_candles(self, coin: str, interval: str, *, start: datetime, end: datetime) -> bytes:
        """Likewise, of candles that begin from ``start`` to ``end``, with what others leave of the limit."""
        weight = weight_of_question("candleSnapshot", items=CANDLES_KEPT)
        await self._limiter.take(WEIGHT, weight, share=UNHURRIED)
        return await self._good("candleSnapshot", ask_candles(coin, interval, start=start, end=end))

    async def _good(self, question: str, request: Request) -> bytes:
        answer = await self.send(request)
        if not answer.is_ok:
            raise ConnectionError(f"{question}: HTTP {answer.status}")
        return answer.body

    async def make_room(self, weight: int) -> None:
        """Wait until the venue lets us ask for so much. Raises VenueBusy where that takes too long."""
        await self._limiter.take(WEIGHT, weight)

    async def send(self, request: Request) -> HttpAnswer:
        """The answer, whatever it is. Raises ConnectionError, TimeoutError, and VenueBusy for a 429."""
        answer = await self._http("POST", f"{self._host}{request.path}", headers=_HEADERS, body=request.body)
        if answer.status in TOO_OFTEN:
            self._limiter.be_silent(_pause_s(answer))
            raise VenueBusy(VENUE, self._limiter.silent_until or self._clock.now())
        return answer


def _pause_s(answer: HttpAnswer) -> float:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isdigit() else PAUSE_S
