"""``tradebook up``: everything on one machine. ``tradebook run api``: the same without the projector."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from typing import Any

import structlog
import uvicorn

from tradebook.bootstrap import garbage
from tradebook.bootstrap.children import Child
from tradebook.bootstrap.edge import edge
from tradebook.bootstrap.foundation import Foundation, foundation, servers
from tradebook.bootstrap.lease import Lease, lease
from tradebook.bootstrap.system import System, system
from tradebook.infra.data_directory import DataDirectory, write_atomically
from tradebook.infra.logs import configure_logs
from tradebook.infra.settings import Settings
from tradebook.journal.fence import Fence
from tradebook.kernel.errors import Conflict
from tradebook.trading.api import ORDER_ENTRY
from tradebook.web.direct import DirectRoutes
from tradebook.web.server import server_config

Milestone = Callable[[str, Mapping[str, str]], None]
Guard = Callable[[], Coroutine[Any, Any, None]]
"""Runs as long as all is well; raises what is not."""

log = structlog.get_logger("tradebook")


async def serve(settings: Settings, on_milestone: Milestone, *, with_projector: bool = True) -> None:
    """Run until SIGINT or SIGTERM. Raises what keeps a part from starting, or what ended one.

    Where the database is not ours alone, this waits until no other process serves it.
    """
    configure_logs(level=settings.log_level, as_json=settings.log_json)
    directory = DataDirectory(settings.data_dir)
    async with AsyncExitStack() as stack:
        held: Lease | None = None
        if settings.database_url is not None:
            held = await stack.enter_async_context(lease(settings.database_url.get_secret_value()))
        running = await stack.enter_async_context(servers(settings, directory))
        urls = {"database_url": running.database_url, "redis_url": running.redis_url}
        fence = await held.begin() if held is not None else None
        base = await stack.enter_async_context(
            foundation(
                settings,
                directory,
                database_url=running.database_url,
                redis_url=running.redis_url,
                name="server",
                fence=fence,
            )
        )
        parts = await stack.enter_async_context(system(base))
        if with_projector:
            projector = Child("projector", {f"TRADEBOOK_{name.upper()}": url for name, url in urls.items()})
            projector.start()
            stack.push_async_callback(projector.stop)
        guards: list[Guard] = [parts.failure]
        if held is not None and fence is not None:
            guards.insert(0, partial(_keep_alone, held, fence, parts))
        await _listen(base, parts, on_milestone, guards=guards)


async def _keep_alone(held: Lease, fence: Fence, parts: System) -> None:
    """Once another process serves the database, end what trades here at once and raise Conflict."""
    try:
        await held.keep(fence)
    except Conflict:
        await parts.processes.stop()
        raise


async def _listen(
    base: Foundation, parts: System, on_milestone: Milestone, *, guards: Sequence[Guard]
) -> None:
    """Take requests until a signal comes or a guard ends; raises what ended it."""
    settings = base.settings
    config = server_config(
        edge(parts),
        direct=DirectRoutes(parts, ORDER_ENTRY),
        host=settings.host,
        port=settings.port,
        hub=parts.hub,
        authenticator=parts.authenticator,
        orders=parts.orders,
    )
    server = _Server(config)
    listener = config.bind_socket()
    listener.set_inheritable(False)  # a child that outlives us would keep the port
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await asyncio.wait(
        [serving, asyncio.create_task(server.until_started())], return_when=asyncio.FIRST_COMPLETED
    )
    url = f"http://{settings.host}:{settings.port}"
    _announce(base, url)
    garbage.settle()
    on_milestone("ready", {"url": url})
    if not parts.identity.owner_setup.has_owner():
        link = await parts.identity.owner_setup.owner_link()
        on_milestone("owner_link", {"url": f"{url}{link.path}"})
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    watches = [asyncio.create_task(guard()) for guard in (garbage.set_apart, *guards)]
    told = asyncio.create_task(stop.wait())
    await asyncio.wait([told, serving, *watches], return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    (base.directory.root / SERVER_FILE).unlink(missing_ok=True)
    for task in (told, *watches):
        task.cancel()
    await asyncio.wait([told, *watches])
    for task in watches:
        if not task.cancelled():
            task.result()


SERVER_FILE = "server.json"


class _Server(uvicorn.Server):
    """Signals are ours: other parts have to stop too."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._has_started = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, and say so."""
        await super().startup(sockets)
        self._has_started.set()

    async def until_started(self) -> None:
        """Return once requests are taken."""
        await self._has_started.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


def _announce(base: Foundation, url: str) -> None:
    """Tell the command line where we are."""
    base.directory.announce(url=url)
    document = json.dumps({"pid": os.getpid(), "url": url}).encode()
    write_atomically(base.directory.root / SERVER_FILE, document, mode=0o644)
