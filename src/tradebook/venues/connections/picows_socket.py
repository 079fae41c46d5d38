"""Sockets by picows: its parser hands frames over without a task or a queue between.

A connection that looks open and is dead ("half-open") is found by a ping after some seconds of silence.
"""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import urlsplit

from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from tradebook.venues.connections.sockets import FrameTaker

CONNECT_TIMEOUT_S = 10.0
PING_AFTER_S, PONG_WITHIN_S = 10.0, 10.0
MESSAGE_BYTES_MAX = 16 * 1024 * 1024
FRAGMENTS = (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION)

_log = logging.getLogger("tradebook.venues.picows")
_log.setLevel(logging.CRITICAL)  # it would log two lines for every connection


class PicowsSocket(WSListener):
    """Implements ``Socket``."""

    def __init__(self, take: FrameTaker) -> None:
        super().__init__()
        self._take = take
        self._transport: WSTransport | None = None
        self._unfinished = bytearray()
        """What has come of a message in fragments."""
        self._end: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    # --- what picows calls

    def on_ws_connected(self, transport: WSTransport) -> None:
        """It is open."""
        self._transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """One frame, or a part of one."""
        if frame.msg_type is WSMsgType.TEXT and frame.fin:
            self._take(frame.get_payload_as_bytes())
        elif frame.msg_type is WSMsgType.CLOSE:
            self._ends(
                f"the venue closed it: {frame.get_close_code()} {frame.get_close_reason() or ''}".rstrip()
            )
            transport.send_close(frame.get_close_code())
            transport.disconnect()
        elif frame.msg_type in FRAGMENTS:
            self._assemble(frame)

    def _assemble(self, frame: WSFrame) -> None:
        self._unfinished += frame.get_payload_as_bytes()
        if len(self._unfinished) > MESSAGE_BYTES_MAX:
            self.close()
        elif frame.fin:
            message = bytes(self._unfinished)
            self._unfinished.clear()
            self._take(message)

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002  # picows passes it
        """It is over, for whatever reason."""
        self._ends("the connection broke")

    # --- what connections call

    def send(self, frame: bytes) -> None:
        """Send a frame of text. Nothing where it has ended."""
        if self._transport is not None and not self._end.done():
            self._transport.send(WSMsgType.TEXT, frame)

    def hold(self, *, back: bool) -> None:
        """Stop reading, or read again."""
        if self._transport is None or self._end.done():
            return
        if back:
            self._transport.underlying_transport.pause_reading()
        else:
            self._transport.underlying_transport.resume_reading()

    async def ended(self) -> str:
        """Wait until it has ended; why."""
        return await asyncio.shield(self._end)

    def close(self) -> None:
        """End it."""
        self._ends("closed by us")
        if self._transport is not None:
            self._transport.disconnect()

    def _ends(self, reason: str) -> None:
        if not self._end.done():
            self._end.set_result(reason)


async def connect(url: str, take: FrameTaker) -> PicowsSocket:
    """Implements ``Connector``."""
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            _, socket = await ws_connect(
                lambda: PicowsSocket(take),
                url,
                logger_name=_log,
                enable_auto_ping=True,
                auto_ping_idle_timeout=PING_AFTER_S,
                auto_ping_reply_timeout=PONG_WITHIN_S,
                max_frame_size=MESSAGE_BYTES_MAX,
                max_redirects=0,
            )
    except (WSError, ValueError) as error:
        # The host only: behind it may stand a key.
        raise ConnectionError(f"{urlsplit(url).hostname}: {type(error).__name__}") from None
    assert isinstance(socket, PicowsSocket)
    return socket
