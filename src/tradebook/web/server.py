"""How uvicorn is set up: uvloop, httptools, our own WebSockets, and no access log of its own."""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp

from tradebook.web.direct import DirectRoutes
from tradebook.web.http_protocol import http_protocol
from tradebook.web.hub import Hub
from tradebook.web.outbox import Writer
from tradebook.web.ports import Authenticator, OrderEntry
from tradebook.web.sockets import websocket_protocol
from tradebook.web.stream import StreamSocket
from tradebook.web.trade_socket import TradeSocket

CONNECTIONS_MAX = 10_000
STOP_WITHIN_S = 10


def server_config(
    app: ASGIApp,
    *,
    direct: DirectRoutes,
    host: str,
    port: int,
    hub: Hub,
    authenticator: Authenticator,
    orders: OrderEntry,
) -> uvicorn.Config:
    """Configuration of a server that speaks HTTP by ``app``, with a short way for the ``direct`` routes, and
    WebSockets by hub and order entry.
    """
    writer = Writer()
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=http_protocol(direct),
        ws=websocket_protocol(
            {
                "/v1/stream": lambda: StreamSocket(hub=hub, authenticator=authenticator),
                "/v1/trade": lambda: TradeSocket(orders=orders, authenticator=authenticator, writer=writer),
            }
        ),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )
