"""One connection for streams that is made again whenever it ends, with all that was subscribed to on it.

::

    wait ──► connect ──► subscribe ──► open ──┬─ ended by anybody, silent for too long,
     ▲                                        │  or as old as the venue lets it become
     └────────────────────────────────────────┘
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from tradebook.kernel.clock import Clock
from tradebook.venues.connections.backoff import Backoff
from tradebook.venues.connections.endpoint import Endpoint
from tradebook.venues.connections.health import ConnectionHealth, ConnectionState
from tradebook.venues.connections.sockets import Connector, Socket

log = structlog.get_logger("tradebook.venues")

STREAMS_AT_ONCE = 50
"""In one frame of subscription."""
SILENT_AFTER_S = 180.0
"""Pings find a dead connection within seconds. One that lives and says nothing for so long, though it has
streams, may have been forgotten by the venue."""
STABLE_AFTER_S = 60.0
"""A connection that was open for so long did not fail: the next attempt need not wait long."""
RENEW_BEFORE = timedelta(minutes=10)


class Words(Protocol):
    """How a venue is asked for streams."""

    def subscription(self, streams: Sequence[str]) -> bytes:
        """The frame that asks for streams."""
        ...

    def unsubscription(self, streams: Sequence[str]) -> bytes:
        """The frame that ends them."""
        ...


class Connection:
    """Made, it does nothing until ``run``; streams may be added and removed at any time."""

    def __init__(
        self,
        name: str,
        endpoint: Endpoint,
        words: Words,
        *,
        connector: Connector,
        clock: Clock,
        backoff: Backoff,
        take: Callable[[bytes, datetime], None],
        opened: Callable[[Iterable[str]], None],
        lost: Callable[[Iterable[str]], None],
    ) -> None:
        """``take`` gets each frame and when it came; ``opened`` and ``lost`` get the streams that are asked
        for on a new socket, and those that have just broken off.
        """
        self.name = name
        self.endpoint = endpoint
        self.streams: dict[str, None] = {}
        """Wanted on this connection, in the order in which they were."""
        self._words = words
        self._connector = connector
        self._clock = clock
        self._backoff = backoff
        self._on_frame = take
        self._on_opening = opened
        self._on_loss = lost
        self._socket: Socket | None = None
        self._is_held_back = False
        self._outgoing: deque[bytes] = deque()
        self._has_outgoing = asyncio.Event()
        self._state = ConnectionState.CONNECTING
        self._since = self._heard_at = clock.now()
        self._now: datetime | None = None
        """While a turn of the loop takes frames, when it began to."""
        self._losses = 0
        self._last_problem = ""

    @property
    def is_open(self) -> bool:
        """Whether there is a socket now."""
        return self._socket is not None

    @property
    def room(self) -> int:
        """How many streams more it can carry."""
        return self.endpoint.streams_max - len(self.streams)

    @property
    def health(self) -> ConnectionHealth:
        """How it is."""
        return ConnectionHealth(
            name=self.name,
            state=self._state,
            since=self._since,
            heard_at=self._heard_at if self._state is ConnectionState.OPEN else None,
            streams=len(self.streams),
            losses=self._losses,
            last_problem=self._last_problem,
        )

    def add(self, streams: Sequence[str]) -> None:
        """Want these as well."""
        self.streams.update(dict.fromkeys(streams))
        self._ask(self._words.subscription, streams)

    def remove(self, streams: Sequence[str]) -> None:
        """Want these no more."""
        for each in streams:
            self.streams.pop(each, None)
        self._ask(self._words.unsubscription, streams)

    def hold(self, *, back: bool) -> None:
        """Read nothing for now, or read again."""
        self._is_held_back = back
        if self._socket is not None:
            self._socket.hold(back=back)

    async def run(self) -> None:
        """Without end."""
        while True:
            try:
                socket = await self._connector(self.endpoint.url, self._take)
            except OSError as error:  # ConnectionError and TimeoutError are its kinds
                self._becomes(ConnectionState.WAITING, f"{error}" or type(error).__name__)
            else:
                await self._live(socket)
            await self._clock.sleep(self._backoff.next_s())

    async def _live(self, socket: Socket) -> None:
        self._becomes(ConnectionState.OPEN)
        opened_at = self._heard_at = self._clock.now()
        self._socket = socket
        socket.hold(back=self._is_held_back)
        self._outgoing.clear()
        self._ask(self._words.subscription, list(self.streams))
        self._on_opening(list(self.streams))
        try:
            reason = await _first(socket.ended(), self._send_paced(socket), self._silence(), self._age())
        finally:
            self._socket = None
            socket.close()
        if (self._clock.now() - opened_at).total_seconds() >= STABLE_AFTER_S:
            self._backoff.reset()
        self._losses += 1
        self._becomes(ConnectionState.WAITING, reason)
        self._on_loss(list(self.streams))

    def _take(self, frame: bytes) -> None:
        # What one turn of the loop has read came at one time: the clock is looked at once for all of it.
        if self._now is None:
            self._now = self._heard_at = self._clock.now()
            asyncio.get_running_loop().call_soon(self._let_time_pass)
        self._on_frame(frame, self._now)

    def _let_time_pass(self) -> None:
        self._now = None

    def _ask(self, in_words: Callable[[Sequence[str]], bytes], streams: Sequence[str]) -> None:
        if self._socket is None:
            return
        for start in range(0, len(streams), STREAMS_AT_ONCE):
            self._outgoing.append(in_words(streams[start : start + STREAMS_AT_ONCE]))
        self._has_outgoing.set()

    async def _send_paced(self, socket: Socket) -> str:
        """Not faster than the venue allows, with one message in a second left for pongs."""
        pause_s = 1 / max(self.endpoint.messages_per_s_max - 1, 1)
        while True:
            await self._has_outgoing.wait()
            while self._outgoing:
                socket.send(self._outgoing.popleft())
                await self._clock.sleep(pause_s)
            self._has_outgoing.clear()

    async def _silence(self) -> str:
        while True:
            silent_s = (self._clock.now() - self._heard_at).total_seconds()
            if silent_s >= SILENT_AFTER_S and self.streams and not self._is_held_back:
                return f"silent for {silent_s:.0f} s"
            await self._clock.sleep(max(SILENT_AFTER_S - silent_s, 1.0))

    async def _age(self) -> str:
        await self._clock.sleep((timedelta(hours=self.endpoint.hours_max) - RENEW_BEFORE).total_seconds())
        return "renewed before the venue ends it"

    def _becomes(self, state: ConnectionState, problem: str = "") -> None:
        self._state, self._since = state, self._clock.now()
        self._last_problem = problem or self._last_problem
        log.info("venue_connection", connection=self.name, state=state.value, problem=problem)


async def _first(*waits: Awaitable[str]) -> str:
    """What the first to end says; the others are ended."""
    tasks = [asyncio.ensure_future(each) for each in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(iter(done)).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
