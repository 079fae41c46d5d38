"""What ccxt has written, on its way: within the exchange's pace, in time, and a placing once only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from math import ceil
from urllib.parse import urlsplit

from tradebook.kernel.clock import Clock
from tradebook.venues.connections.http import Http, HttpAnswer
from tradebook.venues.connections.limits import Limiter
from tradebook.venues.connections.sockets import Connector, FrameTaker, Socket
from tradebook.venues.connections.venue_clock import VenueClock
from tradebook.venues.errors import TooLate
from tradebook.venues.messages.limits import Budget

BUSY_MS = "BUSY_MS"
"""What is counted: ccxt says how many milliseconds of an exchange's attention a request takes."""
_WINDOW_S = 10
STOP = (418, 429)
"""HTTP: banned, and asked to stop for a while."""
PAUSE_S_DEFAULT = 60.0
"""Where an exchange does not say for how long."""
PAUSE_S_MAX = 86_400.0


class Sending:
    """What goes out within one wish: a request that changes something is sent once, and in time or never."""

    def __init__(self, send_before: datetime | None) -> None:
        self.send_before = send_before
        self.is_sent = False
        """Whether something that may have changed the account has left."""

    def leave(self, venue: str, now: datetime) -> None:
        """Raises TooLate, or ConnectionError for a second one: what became of the first has to be asked."""
        if self.is_sent:
            raise ConnectionError(f"{venue}: a second request was held back")
        if self.send_before is not None and now >= self.send_before:
            raise TooLate(venue)
        self.is_sent = True


_current: ContextVar[Sending | None] = ContextVar("sending", default=None)


@contextmanager
def sending(send_before: datetime | None = None) -> Iterator[Sending]:
    """For as long as a wish is carried out in this task."""
    it = Sending(send_before)
    token = _current.set(it)
    try:
        yield it
    finally:
        _current.reset(token)


class Transport:
    """Of one exchange: all who ask it share its pace and its clock."""

    def __init__(self, venue: str, http: Http, clock: Clock, sockets: Connector | None = None) -> None:
        """Without ``sockets`` nothing is listened to."""
        self.venue = venue
        self.clock = clock
        self.limiter = Limiter(
            venue, clock, [Budget(kind=BUSY_MS, interval_s=_WINDOW_S, limit=_WINDOW_S * 1000)]
        )
        self._http = http
        self._sockets = sockets
        self._venue_clock: VenueClock | None = None

    def keep_time_by(self, venue_clock: VenueClock) -> None:
        """From now on requests carry the exchange's time as this clock has it."""
        self._venue_clock = venue_clock

    def venue_now(self) -> datetime:
        """The exchange's time, as well as it is known."""
        return self.clock.now() if self._venue_clock is None else self._venue_clock.now()

    @property
    def listens(self) -> bool:
        """Whether there are sockets."""
        return self._sockets is not None

    async def connect(self, url: str, take: FrameTaker) -> Socket:
        """A WebSocket. Raises ConnectionError or TimeoutError."""
        if self._sockets is None:
            raise ConnectionError(f"{self.venue}: there are no sockets")
        return await self._sockets(url, take)

    async def take(self, busy_ms: float) -> None:
        """Wait for room. Raises VenueBusy where that takes too long."""
        await self.limiter.take(BUSY_MS, ceil(busy_ms))

    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None
    ) -> HttpAnswer:
        """The answer, whatever it is. Raises what ``Http`` raises, and TooLate."""
        current = _current.get()
        if current is not None and method != "GET":
            current.leave(self.venue, self.clock.now())
        if not urlsplit(url).netloc:
            raise ConnectionError(f"{self.venue}: ccxt has no address for this")
        answer = await self._http(method, url, headers=headers, body=body)
        if answer.status in STOP:
            self.limiter.be_silent(_pause_s(answer.headers))
        return answer


def _pause_s(headers: Mapping[str, str]) -> float:
    told = headers.get("retry-after", "")
    return min(float(told), PAUSE_S_MAX) if told.isdigit() else PAUSE_S_DEFAULT
