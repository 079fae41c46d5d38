"""Listen keys: an account's stream is opened by one, and ends an hour after it was last asked for or kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.venues.simulators.binance.futures import events
from tradebook.venues.simulators.binance.futures.accounts import FuturesAccount
from tradebook.venues.simulators.binance.rejections import Rejection

VALIDITY = timedelta(minutes=60)

Send = Callable[[bytes], None]


class ListenKeys:
    """Of all accounts, each of which has one at most."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._keys: dict[int, tuple[str, datetime]] = {}
        """By account: its key, and until when it holds."""
        self._sessions: dict[PrivateSession, None] = {}

    def open(self, account: FuturesAccount) -> str:
        """Start the stream, or have the one that runs last."""
        key = self._key_of(account) or f"listen{next(self._numbers):058d}"
        self._keys[account.uid] = key, self._clock.now() + VALIDITY
        return key

    def keep(self, account: FuturesAccount) -> str:
        """Have it last. Raises Rejection where there is none."""
        if self._key_of(account) is None:
            raise Rejection(-1125, "This listenKey does not exist.")
        return self.open(account)

    def close(self, account: FuturesAccount) -> None:
        """End it; whoever listens is told."""
        known = self._keys.pop(account.uid, None)
        if known is not None:
            told = events.listen_key_expired(known[0], self._clock.now())
            self._say(known[0], told)

    def expire(self) -> None:
        """End those whose hour is over."""
        now = self._clock.now()
        for uid, (key, until) in list(self._keys.items()):
            if until <= now:
                del self._keys[uid]
                self._say(key, events.listen_key_expired(key, now))

    def tell(self, account: FuturesAccount, event: Mapping[str, Any]) -> None:
        """Say something to everybody who listens to an account."""
        key = self._key_of(account)
        if key is not None:
            self._say(key, event)

    def listen(self, key: str, send: Send) -> PrivateSession:
        """A client opens a stream. Whether the key is one it is not told: then it hears nothing."""
        return PrivateSession(key, send, self._sessions)

    def _key_of(self, account: FuturesAccount) -> str | None:
        self.expire()
        known = self._keys.get(account.uid)
        return None if known is None else known[0]

    def _say(self, key: str, event: Mapping[str, Any]) -> None:
        frame = msgspec.json.encode(event)
        for each in list(self._sessions):
            if each.key == key:
                each.send(frame)


class PrivateSession:
    """One client of an account's stream."""

    def __init__(self, key: str, send: Send, sessions: dict[PrivateSession, None]) -> None:
        self.key = key
        self.send = send
        self._sessions = sessions
        sessions[self] = None

    def received(self, frame: bytes) -> None:
        """Nothing is asked for here."""

    def closed(self) -> None:
        """The client is gone."""
        self._sessions.pop(self, None)
