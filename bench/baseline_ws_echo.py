"""The baseline of order entry over WebSockets: every message is stored durably, then sent back.

The same WebSocket library as the product's, and its group commit: one transaction in flight, the next one
collecting, the answers of a commit to one client in one write. Nothing is decoded, checked or decided.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import defaultdict

import asyncpg
import picows
import uvloop

from bench.processes import DATABASE_URL

TABLE = """
drop table if exists bench_echo;
create table bench_echo (position bigint generated always as identity primary key, message text not null)
"""
INSERT = "insert into bench_echo (message) select unnest($1::text[])"


def text_frame(payload: bytes) -> bytes:
    """A server's final text frame of less than 64 KiB."""
    size = len(payload)
    return (bytes((0x81, size)) if size < 126 else b"\x81\x7e" + size.to_bytes(2, "big")) + payload


class Echo:
    """What waits for its commit."""

    def __init__(self) -> None:
        self.waiting: list[tuple[picows.WSTransport, bytes]] = []
        self.has_some = asyncio.Event()

    async def commit(self, connection: asyncpg.Connection) -> None:
        """Store and answer without end."""
        insert = await connection.prepare(INSERT)
        while True:
            await self.has_some.wait()
            self.has_some.clear()
            batch, self.waiting = self.waiting, []
            await insert.fetch([payload.decode() for _, payload in batch])
            answers: dict[picows.WSTransport, list[bytes]] = defaultdict(list)
            for transport, payload in batch:
                answers[transport].append(text_frame(payload))
            for transport, frames in answers.items():
                if not transport.is_disconnected:
                    transport.underlying_transport.write(b"".join(frames))


class Client(picows.WSListener):
    """One connection."""

    def __init__(self, echo: Echo) -> None:
        self._echo = echo

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        if frame.msg_type is picows.WSMsgType.CLOSE:
            transport.disconnect()
        elif frame.msg_type is picows.WSMsgType.TEXT:
            self._echo.waiting.append((transport, frame.get_payload_as_bytes()))
            self._echo.has_some.set()


async def serve(port: int, database_url: str) -> None:
    """Until the process is ended."""
    connection = await asyncpg.connect(database_url)
    await connection.execute(TABLE)
    echo = Echo()
    server = await picows.ws_create_server(lambda _: Client(echo), "127.0.0.1", port)
    async with server:
        await echo.commit(connection)


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), os.environ[DATABASE_URL]))
