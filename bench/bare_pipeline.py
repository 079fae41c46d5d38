"""The baseline of the path of market data: frames are read by msgspec and the newest of each kind is kept.

Nothing is checked, nothing becomes a Decimal, there is no book and nobody is told.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import msgspec
import picows

from bench.venue_frames import BEGIN, END

Levels = list[tuple[str, str]]


class Data(msgspec.Struct, gc=False):
    """What any of the frames says."""

    s: str
    e: str = "bookTicker"
    u: int = 0
    t: int = 0
    b: str | Levels = ""
    a: str | Levels = ""
    B: str = ""
    A: str = ""
    p: str = ""
    q: str = ""
    T: int = 0
    m: bool = False


class Frame(msgspec.Struct, gc=False):
    """Of a combined stream."""

    data: Data


_read = msgspec.json.Decoder(Frame).decode


class BarePipeline:
    """Frames in, the newest of each instrument and kind kept; notes when it was told of the marks."""

    def __init__(self) -> None:
        self.newest: dict[tuple[str, str], Data] = {}
        self.began_at = 0.0
        self.ended = asyncio.Event()
        self.took_s = 0.0

    def take(self, frame: bytes) -> None:
        """One frame."""
        data = _read(frame).data
        if data.s == BEGIN:
            self.began_at = time.perf_counter()
        elif data.s == END:
            self.took_s = time.perf_counter() - self.began_at
            self.ended.set()
        else:
            self.newest[data.s, data.e] = data


class _Socket(picows.WSListener):
    def __init__(self, pipeline: BarePipeline) -> None:
        self._take = pipeline.take

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        transport.send(picows.WSMsgType.TEXT, b"all of it")

    def on_ws_frame(self, _: picows.WSTransport, frame: picows.WSFrame) -> None:
        if frame.msg_type is picows.WSMsgType.TEXT:
            self._take(frame.get_payload_as_bytes())


async def connect(port: int, pipeline: BarePipeline) -> picows.WSTransport:
    """To a sender on this machine."""
    transport, _ = await picows.ws_connect(lambda: _Socket(pipeline), f"ws://127.0.0.1:{port}/stream")
    return transport


async def from_socket(port: int) -> float:
    """Seconds between the marks that a sender on this machine says."""
    pipeline = BarePipeline()
    transport = await connect(port, pipeline)
    await pipeline.ended.wait()
    transport.disconnect()
    return pipeline.took_s


def from_memory(frames: Sequence[bytes]) -> float:
    """Seconds for these frames."""
    pipeline = BarePipeline()
    began = time.perf_counter()
    for each in frames:
        pipeline.take(each)
    return time.perf_counter() - began
