"""One client of the WebSocket API, by which accounts are listened to.

https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md#user-data-stream-requests
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import msgspec

from tradebook.kernel.clock import Clock
from tradebook.venues.simulators.binance import events
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.numbers import milliseconds
from tradebook.venues.simulators.binance.rejections import Rejection, not_permitted
from tradebook.venues.simulators.binance.security import Gate
from tradebook.venues.simulators.binance.weights import WEBSOCKET, Weights

Send = Callable[[bytes], None]
Hearers = dict["AccountSession", None]


class _Request(msgspec.Struct, frozen=True):
    id: int | str | None = None
    method: str = ""
    params: dict[str, str | int | float | bool | None] = {}


_read_request = msgspec.json.Decoder(_Request).decode


class AccountSession:
    """It may listen to several accounts; each subscription has a number within the connection."""

    def __init__(
        self, gate: Gate[SpotAccount], weights: Weights, clock: Clock, hearers: Hearers, send: Send
    ) -> None:
        self._gate = gate
        self._weights = weights
        self._clock = clock
        self._hearers = hearers
        self._send = send
        self._numbers = count()
        self._subscriptions: dict[int, SpotAccount] = {}
        hearers[self] = None

    def received(self, frame: bytes) -> None:
        """A request; it is answered with its own id."""
        try:
            request = _read_request(frame)
        except (msgspec.DecodeError, UnicodeDecodeError):
            rejection = Rejection(-1135, "Invalid JSON Request")
            self._say({"id": None, "status": rejection.status, "error": rejection.document})
            return
        now = self._clock.now()
        try:
            self._weights.count(WEBSOCKET, request.method, {}, now)
            answer = {"status": 200, "result": self._result(request.method, _texts(request.params))}
        except Rejection as rejection:
            answer = {"status": rejection.status, "error": rejection.document}
        self._say({"id": request.id, **answer, "rateLimits": self._weights.document(now)})

    def closed(self) -> None:
        """The client is gone."""
        self._hearers.pop(self, None)

    def hear(self, account: SpotAccount, event: Mapping[str, Any]) -> None:
        """Something happened on an account."""
        for number, each in self._subscriptions.items():
            if each is account:
                self._say({"subscriptionId": number, "event": event})

    def shut_down(self) -> None:
        """Say that the connection is about to end."""
        self._say({"event": events.server_shutdown(self._clock.now())})

    def _result(self, method: str, params: Mapping[str, str]) -> dict[str, Any]:
        match method:
            case "ping":
                return {}
            case "time":
                return {"serverTime": milliseconds(self._clock.now())}
            case "userDataStream.subscribe.signature":
                return self._subscribe(params)
            case "userDataStream.unsubscribe":
                return self._unsubscribe(params)
            case _:
                raise Rejection(-1000, f"Unknown method '{method}'")

    def _subscribe(self, params: Mapping[str, str]) -> dict[str, Any]:
        asked = self._gate.admit_frame(params, self._clock.now())
        if not asked.key.permissions.reading:
            raise not_permitted()
        if asked.account in self._subscriptions.values():
            raise Rejection(-1000, "A subscription to this account is active on this connection.")
        number = next(self._numbers)
        self._subscriptions[number] = asked.account
        return {"subscriptionId": number}

    def _unsubscribe(self, params: Mapping[str, str]) -> dict[str, Any]:
        chosen = params.get("subscriptionId")
        ended = [each for each in self._subscriptions if chosen in (None, str(each))]
        for each in ended:
            del self._subscriptions[each]
            terminated = events.stream_terminated(self._clock.now())
            self._say({"subscriptionId": each, "event": terminated})
        return {}

    def _say(self, document: Mapping[str, Any]) -> None:
        self._send(msgspec.json.encode(document))


def _texts(params: Mapping[str, str | int | float | bool | None]) -> dict[str, str]:
    """As they are written where they are signed."""
    return {name: value if isinstance(value, str) else str(value) for name, value in params.items()}
