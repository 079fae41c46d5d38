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
        silent_after_s: float = SILENT_AFTER_S,
        url_of: Callable[[], str] | None = None,
    ) -> None:
        """``take`` gets each frame and when it came; ``opened`` and ``lost`` get the streams that are asked
        for on a new socket, and those that have just broken off. With ``silent_after_s`` infinite it may be
        silent for as long as pings are answered. ``url_of`` says where it is, where that changes.
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
        self._silent_after_s = silent_after_s
        self._url_of = url_of or (lambda: endpoint.url)
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
    def is_held_back(self) -> bool:
        """Whether nothing is read for now."""
        return self._is_held_back

    @property
    def has_asked(self) -> bool:
        """Whether everything that is wanted was asked for: it is sent no faster than the venue allows."""
        return self._socket is not None and not self._outgoing

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

    def expect(self, stream: str) -> None:
        """Keep room for one that is added soon."""
        self.streams[stream] = None

    def add(self, streams: Sequence[str]) -> None:
        """Want these as well."""
        self.streams.update(dict.fromkeys(streams))
        self._ask(self._words.subscription, streams)

    def remove(self, streams: Sequence[str]) -> None:
        """Want these no more."""
        for each in streams:
            self.streams.pop(each, None)
        self._ask(self._words.unsubscription, streams)

    def ask_again(self, streams: Sequence[str]) -> None:
        """End streams that should be there, and ask for each of them by itself."""
        self._ask(self._words.unsubscription, streams)
        self.ask_each(streams)

    def ask_each(self, streams: Sequence[str]) -> None:
        """Ask for each by itself: a venue may refuse them all for the sake of one."""
        for each in streams:
            self._ask(self._words.subscription, [each])

    def hold(self, *, back: bool) -> None:
        """Read nothing for now, or read again."""
        self._is_held_back = back
        if self._socket is not None:
            self._socket.hold(back=back)

    def renew(self) -> None:
        """End this socket and open another one, with the usual pause."""
        if self._socket is not None:
            self._socket.close()

    async def run(self) -> None:
        """Without end."""
        while True:
            try:
                socket = await self._connector(self._url_of(), self._take)
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
            reason = await _first(
                socket.ended(), self._send_paced(socket), self._beat(), self._silence(), self._age()
            )
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
        at_once = self.endpoint.streams_per_request_max
        for start in range(0, len(streams), at_once):
            self._outgoing.append(in_words(streams[start : start + at_once]))
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

    async def _beat(self) -> str:
        """Before whatever else waits to be sent."""
        heartbeat = self.endpoint.heartbeat
        while heartbeat is not None:
            await self._clock.sleep(heartbeat.every_s)
            self._outgoing.appendleft(heartbeat.frame)
            self._has_outgoing.set()
        return await asyncio.Future[str]()

    async def _silence(self) -> str:
        while True:
            silent_s = (self._clock.now() - self._heard_at).total_seconds()
            if silent_s >= self._silent_after_s and self.streams and not self._is_held_back:
                return f"silent for {silent_s:.0f} s"
            await self._clock.sleep(min(max(self._silent_after_s - silent_s, 1.0), SILENT_AFTER_S))

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
