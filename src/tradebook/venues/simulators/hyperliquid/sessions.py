"""One client of the WebSocket: streams of coins, and of anybody's account.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from tradebook.venues.simulators.listeners import Listeners, Send

Beginning = tuple[str, Any] | None
"""A channel, and what is said on it when a subscription begins; None where nothing is."""


class Streams(Protocol):
    """What there is to listen to."""

    def begun(self, kind: str, coin: str, user: str) -> Beginning:
        """What a stream begins with. Raises KeyError for one that there is not."""
        ...


class _Subscription(msgspec.Struct, frozen=True, omit_defaults=True):
    type: str
    coin: str = ""
    user: str = ""

    @property
    def stream(self) -> str:
        return stream_of(self.type, self.coin or self.user)


class _Command(msgspec.Struct, frozen=True):
    method: str
    subscription: _Subscription | None = None


_read_command = msgspec.json.Decoder(_Command).decode


class Session:
    """What it wants to hear, and what it is told."""

    def __init__(self, streams: Streams, listeners: Listeners, send: Send) -> None:
        self._streams = streams
        self._listeners = listeners
        self._send = send

    def received(self, frame: bytes) -> None:
        """A subscription, the end of one, or a ping."""
        try:
            command = _read_command(frame)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._complain(
                f"Error parsing JSON into valid websocket request: {frame.decode(errors='replace')}"
            )
            return
        wanted = command.subscription
        match command.method:
            case "ping":
                self._send(b'{"channel":"pong"}')
            case "subscribe" if wanted is not None:
                self._subscribe(wanted)
            case "unsubscribe" if wanted is not None:
                if self._listeners.leave(wanted.stream, self._send):
                    self._acknowledge("unsubscribe", wanted)
                else:
                    self._complain(f"Already unsubscribed: {_text(wanted)}")
            case _:
                self._complain("Error parsing JSON into valid websocket request")

    def closed(self) -> None:
        """The client is gone."""
        self._listeners.leave_all(self._send)

    def _subscribe(self, wanted: _Subscription) -> None:
        try:
            begun = self._streams.begun(wanted.type, wanted.coin, wanted.user)
        except KeyError:
            self._complain(f"Invalid subscription {_text(wanted)}")
            return
        if not self._listeners.join(wanted.stream, self._send):
            self._complain(f"Already subscribed: {_text(wanted)}")
            return
        self._acknowledge("subscribe", wanted)
        if begun is not None:
            self._send(said(*begun))

    def _acknowledge(self, method: str, wanted: _Subscription) -> None:
        self._send(said("subscriptionResponse", {"method": method, "subscription": wanted}))

    def _complain(self, complaint: str) -> None:
        self._send(said("error", complaint))


def stream_of(kind: str, whose: str) -> str:
    """What a stream is called here: of a coin, or of an address in whatever letters."""
    return f"{kind}:{whose.lower() if whose.startswith('0x') else whose}"


def said(channel: str, data: Any) -> bytes:
    """A frame of the streams."""
    return msgspec.json.encode({"channel": channel, "data": data})


def _text(wanted: _Subscription) -> str:
    return msgspec.json.encode(wanted).decode()
