"""One client of the public streams: ``/stream``, where each frame says which one it is of, or ``/ws``.

https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

Send = Callable[[bytes], None]


Listeners = defaultdict[str, "dict[StreamsSession, None]"]
"""Sessions by the stream that they listen to."""


class _Command(msgspec.Struct, frozen=True):
    method: str
    params: list[str] = []
    id: int | str | None = None


_read_command = msgspec.json.Decoder(_Command).decode


COMBINED, RAW = "/stream", "/ws"
"""At the second a frame is the bare news; streams may be named behind it, and anything that is a number."""


def is_public(path: str) -> bool:
    """Whether the path is one of public streams: private ones have names of another form behind ``/ws``."""
    if path in (COMBINED, RAW):
        return True
    return path.startswith(f"{RAW}/") and all("@" in each or each.isdigit() for each in _named(path))


def tell(listeners: Listeners, stream: str, data: Mapping[str, Any]) -> None:
    """Say something on a stream to everybody who listens to it."""
    listening = listeners.get(stream, {})
    frames = {
        is_raw: msgspec.json.encode(data) if is_raw else combined(stream, data)
        for is_raw in {each.is_raw for each in listening}
    }
    for each in listening:
        each.send(frames[each.is_raw])


def combined(stream: str, data: Mapping[str, Any]) -> bytes:
    """A frame that says which stream it is of."""
    return msgspec.json.encode({"stream": stream, "data": data})


class StreamsSession:
    """One client of the streams."""

    def __init__(self, listeners: Listeners, send: Send, *, path: str) -> None:
        self.send = send
        self.is_raw = path.startswith(RAW)
        self._listeners = listeners
        self._streams: set[str] = set()
        self._join([each for each in _named(path) if "@" in each])

    def received(self, frame: bytes) -> None:
        """A subscription, or the end of one."""
        try:
            command = _read_command(frame)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._say({"error": {"code": 3, "msg": "Invalid JSON"}})
            return
        match command.method:
            case "SUBSCRIBE":
                self._join(command.params)
            case "UNSUBSCRIBE":
                self._leave(command.params)
            case _:
                self._say({"error": {"code": 2, "msg": "Invalid request"}, "id": command.id})
                return
        self._say({"result": None, "id": command.id})

    def closed(self) -> None:
        """The client is gone."""
        self._leave(list(self._streams))

    def _join(self, streams: Iterable[str]) -> None:
        for each in streams:
            self._streams.add(each)
            self._listeners[each][self] = None

    def _leave(self, streams: Iterable[str]) -> None:
        for each in streams:
            self._streams.discard(each)
            listening = self._listeners.get(each, {})
            listening.pop(self, None)
            if not listening:
                self._listeners.pop(each, None)

    def _say(self, document: dict[str, Any]) -> None:
        self.send(msgspec.json.encode(document))


def _named(path: str) -> list[str]:
    return path.removeprefix(RAW).split("/")[1:]
