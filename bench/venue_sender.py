"""A venue that sends what it has, in a process of its own: ``python -m bench.venue_sender PORT COUNT RATE``.

To the first that subscribes it sends how books begin to change, and a few seconds later a mixture of so many
frames: ``RATE`` a second, or as fast as they are read where it is 0. With a rate every quote has the time of
its sending, microseconds of the monotonic clock, in its number.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Sequence

import picows
import uvloop

from bench.venue_frames import BEGIN, END, STAMP, VenueFrames, mark
from tradebook.web.sockets import text_frame

SETTLES_S = 4.0
"""Until then every book has been asked for."""
FRAMES_AT_ONCE = 400
TICK_S = 0.002
WRITE_BUFFER_BYTES_MAX = 1024 * 1024
_STAMP = b'"u":%d' % STAMP

Write = Callable[[bytes], None]


class Sender(picows.WSListener):
    """One connection."""

    def __init__(self, opening: Sequence[bytes], frames: Sequence[bytes], rate: int) -> None:
        self._opening, self._frames, self._rate = opening, frames, rate
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._sending: asyncio.Task[None] | None = None

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        transport.underlying_transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES_MAX)

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        if frame.msg_type is picows.WSMsgType.TEXT and self._sending is None:
            self._sending = asyncio.create_task(self._send(transport))

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        del transport
        if self._sending is not None:
            self._sending.cancel()

    def pause_writing(self) -> None:
        self._has_room.clear()

    def resume_writing(self) -> None:
        self._has_room.set()

    async def _send(self, transport: picows.WSTransport) -> None:
        write = transport.underlying_transport.write
        write(b"".join(map(text_frame, self._opening)))
        await asyncio.sleep(SETTLES_S)
        await (self._send_paced(write) if self._rate else self._send_all(write))

    async def _send_all(self, write: Write) -> None:
        frames = [text_frame(each) for each in (mark(BEGIN), *self._frames, mark(END))]
        for start in range(0, len(frames), FRAMES_AT_ONCE):
            await self._has_room.wait()
            write(b"".join(frames[start : start + FRAMES_AT_ONCE]))
            await asyncio.sleep(0)

    async def _send_paced(self, write: Write) -> None:
        began = time.monotonic()
        sent = 0
        while sent < len(self._frames):
            due = int((time.monotonic() - began) * self._rate)
            now = b'"u":%d' % (STAMP + time.monotonic_ns() // 1000)
            write(b"".join(text_frame(each.replace(_STAMP, now, 1)) for each in self._frames[sent:due]))
            sent = due
            await asyncio.sleep(TICK_S)


async def serve(port: int, count: int, rate: int) -> None:
    """Until the process is ended."""
    frames = VenueFrames()
    opening, mixture = frames.opening(), frames.mixed(count, stamped=bool(rate))
    server = await picows.ws_create_server(lambda _: Sender(opening, mixture, rate), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(*map(int, sys.argv[1:4])))
