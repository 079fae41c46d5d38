"""A WebSocket client that costs little: frames are put together by hand and written together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import picows

OnMessages = Callable[["WsClient", list[bytes]], None]


def masked_text_frame(payload: bytes) -> bytes:
    """One final text frame as a client must send it (RFC 6455, 5.2).

    The masking key is zero, which leaves the payload as it is.
    """
    size = len(payload)
    if size < 126:
        return bytes((0x81, 0x80 | size)) + bytes(4) + payload
    if size < 65536:
        return b"\x81\xfe" + size.to_bytes(2, "big") + bytes(4) + payload
    return b"\x81\xff" + size.to_bytes(8, "big") + bytes(4) + payload


class WsClient(picows.WSListener):
    """Hands over together what arrived together."""

    transport: picows.WSTransport

    def __init__(self, on_messages: OnMessages) -> None:
        self._on_messages = on_messages
        self._received: list[bytes] = []
        self.is_closed = False

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        if frame.msg_type is picows.WSMsgType.TEXT:
            self._received.append(frame.get_payload_as_bytes())
        elif frame.msg_type is picows.WSMsgType.CLOSE:
            self.is_closed = True
            transport.disconnect()
        if frame.last_in_buffer and self._received:
            received, self._received = self._received, []
            self._on_messages(self, received)

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        del transport
        self.is_closed = True

    def send(self, messages: Sequence[bytes]) -> None:
        """Write messages with one call to the kernel."""
        if not self.is_closed:
            self.transport.underlying_transport.write(b"".join(map(masked_text_frame, messages)))


async def connect(port: int, path: str, token: str, on_messages: OnMessages) -> WsClient:
    """Open a connection to a server on this machine."""
    client = WsClient(on_messages)
    await picows.ws_connect(
        lambda: client,
        f"ws://127.0.0.1:{port}{path}",
        extra_headers={"authorization": f"Bearer {token}"},
    )
    return client
