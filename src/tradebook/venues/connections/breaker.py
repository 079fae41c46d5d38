"""A circuit breaker: a host that fails again and again is left alone for a while, and then tried once.

https://martinfowler.com/bliki/CircuitBreaker.html. What is held back was certainly not sent; whoever asks
learns that at once instead of after a timeout, and a venue that is coming back is not met by everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tradebook.kernel.clock import Clock
from tradebook.venues.connections.http import Http, HttpAnswer
from tradebook.venues.connections.limits import VenueBusy

FAILURES_MAX = 5
"""In a row."""
OPEN_S, OPEN_S_MAX = 1.0, 30.0
"""For how long nothing is sent: at first, and as it doubles with each trial that fails."""
IS_FAILING = 500
"""From this status on a host has not done what it was asked, for a reason of its own."""


class CircuitBreaker:
    """Implements ``Http`` for one venue, with a circuit for each of its hosts."""

    def __init__(self, http: Http, clock: Clock, *, venue: str) -> None:
        self._http = http
        self._clock = clock
        self._venue = venue
        self._circuits: dict[str, _Circuit] = {}

    async def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        """As the protocol says; raises VenueBusy where nothing was sent."""
        circuit = self._circuits.setdefault(urlsplit(url).netloc, _Circuit())
        if not circuit.admits(self._clock.now()):
            raise VenueBusy(self._venue, circuit.open_until)
        # Others may be out that were sent before it opened: only the trial gives its place free again.
        is_trial = circuit.is_open
        circuit.is_tried |= is_trial
        try:
            answer = await self._http(method, url, headers=headers, body=body)
        except OSError:
            circuit.failed(self._clock.now())
            raise
        finally:
            if is_trial:
                circuit.is_tried = False
        if answer.status >= IS_FAILING:
            circuit.failed(self._clock.now())
        else:
            circuit.worked()
        return answer

    def problem(self) -> str:
        """Which hosts are left alone, for people; empty where none is."""
        return "; ".join(
            f"{host} has failed {circuit.failures} times in a row: nothing is sent there"
            f" until {circuit.open_until:%H:%M:%S} UTC"
            for host, circuit in self._circuits.items()
            if circuit.is_open
        )


class _Circuit:
    """To one host."""

    def __init__(self) -> None:
        self.failures = 0
        self.open_until = datetime.fromtimestamp(0, UTC)
        self._open_s = OPEN_S
        self.is_tried = False
        """Whether a request is out that finds out whether it is back."""

    @property
    def is_open(self) -> bool:
        """Whether it failed too often, and nothing has gone well since."""
        return self.failures >= FAILURES_MAX

    def admits(self, now: datetime) -> bool:
        """Whether a request may go out: of an open circuit one at a time, when it is due."""
        return not self.is_open or not (self.is_tried or now < self.open_until)

    def failed(self, now: datetime) -> None:
        """A request went out, and nothing came of it."""
        self.failures += 1
        if self.is_open and now >= self.open_until:
            self.open_until = now + timedelta(seconds=self._open_s)
            self._open_s = min(2 * self._open_s, OPEN_S_MAX)

    def worked(self) -> None:
        """The host is there."""
        self.failures, self._open_s = 0, OPEN_S
