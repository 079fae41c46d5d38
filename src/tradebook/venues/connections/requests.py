"""Which streams a request was about: venues answer by its number."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tradebook.venues.messages.market import Refusal

REMEMBERED_MAX = 1_000


class StreamRequests:
    """The last requests for streams."""

    def __init__(self) -> None:
        self._count = 0
        self._streams: dict[str, tuple[str, ...]] = {}

    def number(self, streams: Sequence[str]) -> int:
        """Of one more request, for these."""
        self._count += 1
        self._streams[str(self._count)] = tuple(streams)
        if len(self._streams) > REMEMBERED_MAX:
            del self._streams[next(iter(self._streams))]
        return self._count

    def complete(self, refusal: Refusal) -> Refusal:
        """The refusal with the streams that it is about, where its number tells them."""
        streams = self._streams.get(refusal.request_id, ())
        return msgspec.structs.replace(refusal, streams=refusal.streams or streams)
