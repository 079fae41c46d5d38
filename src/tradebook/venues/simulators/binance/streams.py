"""One client of the public streams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
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


class StreamsSession:
    """One client of the streams."""

    def __init__(self, listeners: Listeners, send: Send) -> None:
        self.send = send
        self._listeners = listeners
        self._streams: set[str] = set()

    def received(self, frame: bytes) -> None:
        """A subscription, or the end of one."""
        try:
            command = _read_command(frame)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._say({"error": {"code": 3, "msg": "Invalid JSON"}})
            return
        match command.method:
            case "SUBSCRIBE":
                self._streams |= set(command.params)
                for each in command.params:
                    self._listeners[each][self] = None
            case "UNSUBSCRIBE":
                self._leave(command.params)
            case _:
                self._say({"error": {"code": 2, "msg": "Invalid request"}, "id": command.id})
                return
        self._say({"result": None, "id": command.id})

    def closed(self) -> None:
        """The client is gone."""
        self._leave(list(self._streams))

    def _leave(self, streams: Iterable[str]) -> None:
        for each in streams:
            self._streams.discard(each)
            listening = self._listeners.get(each, {})
            listening.pop(self, None)
            if not listening:
                self._listeners.pop(each, None)

    def _say(self, document: dict[str, Any]) -> None:
        self.send(msgspec.json.encode(document))
