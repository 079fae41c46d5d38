"""Sockets opened no more often than a venue allows, whoever of us opens them."""

from __future__ import annotations

from functools import partial

from tradebook.kernel.clock import Clock
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.limits import Limiter, VenueBusy
from tradebook.venues.connections.sockets import Connector, FrameTaker, Socket


class PacedConnector:
    """One for all connections of a market."""

    def __init__(self, connector: Connector, name: str, clock: Clock) -> None:
        self._connector = connector
        self._name = name
        self._clock = clock
        self._limiters: dict[Endpoint, Limiter] = {}

    def to(self, endpoint: Endpoint) -> Connector:
        """What opens sockets to the endpoint."""
        return self._connector if endpoint.openings is None else partial(self._open, endpoint)

    async def _open(self, endpoint: Endpoint, url: str, take: FrameTaker) -> Socket:
        budget = endpoint.openings
        assert budget is not None
        limiter = self._limiters.setdefault(endpoint, Limiter(self._name, self._clock, [budget]))
        try:
            await limiter.take(budget.kind, 1, patience_s=2 * budget.interval_s)
        except VenueBusy as error:
            raise ConnectionError(error.detail) from None
        return await self._connector(url, take)
