"""The way between a venue and its clients, on which faults happen: over sockets and without them alike.

Time is the loop's, so that a test may let it jump.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tradebook.venues.simulators.faults import (
    BAN_S,
    RETRY_AFTER_S,
    Faults,
    FrameFault,
    RequestFault,
)
from tradebook.venues.simulators.venue import (
    SimulatedAnswer,
    SimulatedRequest,
    SimulatedVenue,
    StreamSession,
)

_HTML = {"content-type": "text/html"}
_BAD_GATEWAY = SimulatedAnswer(status=502, body=b"<html><h1>502 Bad Gateway</h1></html>", headers=_HTML)
_MAINTENANCE = SimulatedAnswer(status=503, body=b"<html><h1>503 Maintenance</h1></html>", headers=_HTML)


async def pass_request(
    venue: SimulatedVenue, faults: Faults, request: SimulatedRequest
) -> SimulatedAnswer | None:
    """Let the venue answer; None where nothing ever comes back."""
    fate = faults.of_request(request)
    match fate.fault:
        case None:
            return venue.answer(request)
        case RequestFault.LOST:
            return None
        case RequestFault.LATE:
            await asyncio.sleep(fate.delay_s)
            return venue.answer(request)
        case RequestFault.TWICE:
            venue.answer(request)
            return venue.answer(request)
        case RequestFault.ANSWER_LOST:
            venue.answer(request)
            return None
        case RequestFault.ANSWER_LATE:
            answer = venue.answer(request)
            await asyncio.sleep(fate.delay_s)
            return answer
        case RequestFault.FAILS_BEFORE:
            return _BAD_GATEWAY
        case RequestFault.FAILS_AFTER:
            venue.answer(request)
            return _BAD_GATEWAY
        case RequestFault.MAINTENANCE:
            return _MAINTENANCE
        case RequestFault.TOO_MANY:
            return _silence(429, RETRY_AFTER_S)
        case RequestFault.BANNED:
            return _silence(418, BAN_S)


class Line:
    """One client's WebSocket: frames in both directions, as far as they come."""

    def __init__(
        self, venue: SimulatedVenue, path: str, faults: Faults, *, deliver: Callable[[bytes], None]
    ) -> None:
        """``deliver`` gives a frame to the client."""
        self._faults = faults
        self._deliver = deliver
        self._is_half_open = False
        self.closed = asyncio.Event()
        """Set when the venue's end is closed."""
        self._session: StreamSession | None = None
        if not faults.refuses(path):
            asked = dict.fromkeys((path, path.partition("?")[0]))
            found = (venue.open(each, self._to_client) for each in asked)
            self._session = next((each for each in found if each is not None), None)

    @property
    def is_open(self) -> bool:
        """Whether it was opened, and was not ended."""
        return self._session is not None

    def received(self, frame: bytes) -> None:
        """The client said something."""
        if self._session is not None and not self._is_half_open:
            self._session.received(frame)

    def close(self) -> None:
        """Either side has ended it."""
        session, self._session = self._session, None
        if session is not None:
            session.closed()
        self.closed.set()

    def _to_client(self, frame: bytes) -> None:
        if self._is_half_open or self.closed.is_set():
            return
        fate = self._faults.of_frame(frame)
        match fate.fault:
            case None:
                self._deliver(frame)
            case FrameFault.LOST:
                pass
            case FrameFault.TWICE:
                self._deliver(frame)
                self._deliver(frame)
            case FrameFault.LATE:
                asyncio.get_running_loop().call_later(fate.delay_s, self._deliver_late, frame)
            case FrameFault.CLOSED:
                # Not at once: the venue may be walking over those whom it tells.
                asyncio.get_running_loop().call_soon(self.close)
                self.closed.set()
            case FrameFault.HALF_OPEN:
                self._is_half_open = True

    def _deliver_late(self, frame: bytes) -> None:
        if not (self._is_half_open or self.closed.is_set()):
            self._deliver(frame)


def _silence(status: int, seconds: int) -> SimulatedAnswer:
    return SimulatedAnswer(
        status=status, body=b"<html><h1>Slow down</h1></html>", headers={**_HTML, "retry-after": str(seconds)}
    )
