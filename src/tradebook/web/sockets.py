"""WebSockets under uvicorn's port, spoken by picows: callbacks instead of a task and a queue per message.

uvicorn hands every upgrade request to the protocol class it was configured with; ours continues the
connection in picows' C parser and writer, which costs a fraction of going through ASGI for each message.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest
from picows.picows import WSProtocol  # type: ignore[attr-defined]  # missing from its stubs

from tradebook.kernel.errors import Conflict
from tradebook.web.outbox import Outbox

MESSAGE_BYTES_MAX = 1024 * 1024
PING_AFTER_IDLE_S = 20
PONG_WITHIN_S = 20
WRITE_BUFFER_BYTES_MAX = 256 * 1024
"""Beyond this many unsent bytes a client counts as slow."""
CLOSE_WITHIN_S = 5

GOING_AWAY = 1001
UNSUPPORTED_DATA = 1003
POLICY_VIOLATION = 1008
MESSAGE_TOO_BIG = 1009
INTERNAL_ERROR = 1011
SERVICE_RESTART = 1012
TRY_AGAIN_LATER = 1013
UNAUTHENTICATED = 4401
"""The token is missing, refused, expired or revoked."""

log = structlog.get_logger("tradebook.web")
_picows_log = logging.getLogger("tradebook.web.picows")
_picows_log.setLevel(logging.CRITICAL)  # it would log two lines for every connection

Factory = Callable[[], "Socket"]


def text_frame(payload: bytes) -> bytes:
    """One unmasked, final text frame (RFC 6455, 5.2): framed once, written to any number of clients."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def other_user() -> Conflict:
    """A token came that is good, but not its user's whose socket this is."""
    return Conflict("other_user", "This socket belongs to another user; open one of your own.")


class Socket(WSListener):
    """One client's connection. Subclasses say what a message, the opening and the end mean."""

    transport: WSTransport

    def __init__(self) -> None:
        self.outbox = Outbox(self._write)
        self._unfinished = bytearray()
        """What has come of a message in fragments; fragments without content leave no trace."""

    def opened(self) -> None:
        """The handshake is done."""

    def received(self, message: bytes) -> None:
        """A whole text message came."""
        raise NotImplementedError

    def paused(self) -> None:
        """That was all for now: time to act on what was received together."""

    def gone(self) -> None:
        """The connection has ended, whoever ended it."""

    def _write(self, frames: bytes) -> None:
        if not self.transport.is_disconnected and not self.transport.is_close_frame_sent:
            self.transport.underlying_transport.write(frames)

    def close(self, code: int, reason: str) -> None:
        """Send what is ready, say why and hang up; a client that does not read it in time is cut off."""
        if self.transport.is_close_frame_sent:
            return
        self.outbox.flush()
        self.transport.send_close(code, reason.encode())  # type: ignore[arg-type]  # any code is accepted
        self.transport.disconnect()
        asyncio.get_running_loop().call_later(CLOSE_WITHIN_S, self.transport.disconnect, False)

    @property
    def authorization(self) -> str | None:
        """The bearer token of the upgrade request, if it had one."""
        scheme, _, token = self.transport.request.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None

    # --- what picows calls

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        transport.underlying_transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES_MAX)
        self.opened()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if transport.is_close_frame_sent:
            return
        try:
            self._read(frame)
            if frame.last_in_buffer:
                self.paused()
        except Exception:  # a defect of ours ends this connection, not the server
            log.exception("socket failed", path=transport.request.path)
            self.close(INTERNAL_ERROR, "a defect of the server; its log has the details")

    def _read(self, frame: WSFrame) -> None:
        if frame.msg_type is WSMsgType.TEXT and frame.fin:
            self.received(frame.get_payload_as_bytes())
        elif frame.msg_type in (WSMsgType.TEXT, WSMsgType.CONTINUATION):
            self._assemble(frame)
        elif frame.msg_type is WSMsgType.BINARY:
            self.close(UNSUPPORTED_DATA, "send JSON as text")
        elif frame.msg_type is WSMsgType.CLOSE:
            self.close(1000, "")

    def _assemble(self, frame: WSFrame) -> None:
        self._unfinished += frame.get_payload_as_bytes()
        if len(self._unfinished) > MESSAGE_BYTES_MAX:
            self.close(MESSAGE_TOO_BIG, "message too big")
        elif frame.fin:
            message = bytes(self._unfinished)
            self._unfinished.clear()
            self.received(message)

    def pause_writing(self) -> None:
        self.outbox.pause()

    def resume_writing(self) -> None:
        self.outbox.resume()

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002  # picows passes it
        try:
            self.gone()
        finally:
            self.outbox.close()


def websocket_protocol(factories: Mapping[str, Factory]) -> type[asyncio.Protocol]:
    """The protocol class for ``uvicorn.Config(ws=…)``: a Socket per path; other paths answer 404."""

    class Connection(WSProtocol):  # type: ignore[misc]  # untyped base
        def __init__(self, *, server_state: Any, **_: Any) -> None:
            super().__init__(
                host_port=None,
                ws_path=None,
                is_client_side=False,
                ws_listener_factory=self._socket_for,
                logger=_picows_log,
                disconnect_on_exception=True,
                websocket_handshake_timeout=5,
                enable_auto_ping=True,
                auto_ping_idle_timeout=PING_AFTER_IDLE_S,
                auto_ping_reply_timeout=PONG_WITHIN_S,
                auto_ping_strategy=1,
                enable_auto_pong=True,
                max_frame_size=MESSAGE_BYTES_MAX,
                extra_headers=None,
                read_buffer_init_size=4096,
            )
            self._connections = server_state.connections

        @staticmethod
        def _socket_for(request: WSUpgradeRequest) -> Socket | None:
            path = request.path.decode("latin-1").partition("?")[0]
            factory = factories.get(path)
            return factory() if factory else None

        def connection_made(self, transport: asyncio.Transport) -> None:
            self._connections.add(self)
            super().connection_made(transport)
            # The event loop learns only on resuming that it now reads into our buffer.
            transport.pause_reading()
            asyncio.get_running_loop().call_soon(self._resume, transport)

        @staticmethod
        def _resume(transport: asyncio.Transport) -> None:
            if not transport.is_closing():
                transport.resume_reading()

        def data_received(self, data: bytes) -> None:
            """The upgrade request, as uvicorn read it; all that follows comes through the buffer."""
            while data:
                buffer = self.get_buffer(-1)
                size = min(len(buffer), len(data))
                buffer[:size] = data[:size]
                data = data[size:]
                self.buffer_updated(size)

        def connection_lost(self, exc: Exception | None) -> None:
            self._connections.discard(self)
            super().connection_lost(exc)

        def shutdown(self) -> None:
            """uvicorn is stopping."""
            if self.listener is not None:
                self.listener.close(SERVICE_RESTART, "the server is stopping")
            else:
                self.transport.disconnect()

    return Connection
