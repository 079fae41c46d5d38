"""Who listens to which streams of a simulated venue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

Send = Callable[[bytes], None]


class Listeners:
    """Sessions by the stream that they listen to, each as the way to it."""

    def __init__(self) -> None:
        self._by_stream: defaultdict[str, dict[Send, None]] = defaultdict(dict)

    def join(self, stream: str, send: Send) -> bool:
        """Listen; whether it is new."""
        listening = self._by_stream[stream]
        is_new = send not in listening
        listening[send] = None
        return is_new

    def leave(self, stream: str, send: Send) -> bool:
        """Listen no more; whether it did."""
        listening = self._by_stream.get(stream, {})
        did = send in listening
        listening.pop(send, None)
        if not listening:
            self._by_stream.pop(stream, None)
        return did

    def leave_all(self, send: Send) -> None:
        """The client is gone."""
        for stream in list(self._by_stream):
            self.leave(stream, send)

    def of(self, stream: str) -> Iterable[Send]:
        """Everybody who listens."""
        return list(self._by_stream.get(stream, ()))
