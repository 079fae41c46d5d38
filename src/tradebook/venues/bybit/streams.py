"""Where the public streams are, what they are called, and how they are asked for.

https://bybit-exchange.github.io/docs/v5/ws/connect and https://bybit-exchange.github.io/docs/v5/rate-limit
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from tradebook.market.values import MarketStream
from tradebook.venues.bybit.symbols import Category
from tradebook.venues.connections.endpoint import Endpoint, Heartbeat
from tradebook.venues.messages.limits import Budget

HOST = "https://stream.bybit.com"
BOOK_LEVELS = 200
PING = b'{"op":"ping"}'
PING_EVERY_S = 20.0
STREAMS_MAX = 500
"""Bybit bounds the characters of all names on a connection (21,000): so many of the longest fit."""
_OPENINGS = Budget(kind="CONNECTIONS", interval_s=300, limit=500 // len(Category))
"""Of an address, for all categories together."""
_TOPICS = {
    MarketStream.QUOTES: "orderbook.1",
    MarketStream.TRADES: "publicTrade",
    MarketStream.BOOK: f"orderbook.{BOOK_LEVELS}",
}


def public_endpoint(category: Category, host: str = HOST) -> Endpoint:
    """The public streams of a category; on ``host``, a URL whose scheme may be that of requests."""
    parts = urlsplit(host)
    scheme = "wss" if parts.scheme in {"https", "wss"} else "ws"
    return Endpoint(
        url=f"{scheme}://{parts.netloc}/v5/public/{category.value}",
        streams_max=STREAMS_MAX,
        # Spot takes ten names in a request, the others more.
        streams_per_request_max=10,
        messages_per_s_max=10,
        heartbeat=Heartbeat(frame=PING, every_s=PING_EVERY_S),
        openings=_OPENINGS,
    )


def private_endpoint(host: str = HOST) -> Endpoint:
    """An account's stream: a login, what is to be told, and what the venue watches where it is to cancel all
    when we are gone, each in a frame of its own.
    """
    public = public_endpoint(Category.SPOT, host)
    return msgspec.structs.replace(
        public,
        url=public.url.replace("/v5/public/spot", "/v5/private"),
        streams_max=3,
        streams_per_request_max=1,
        # The login is answered before the subscription comes.
        messages_per_s_max=3,
    )


def market_stream(symbol: str, stream: MarketStream) -> str:
    """The name of a stream."""
    return f"{_TOPICS[stream]}.{symbol}"


def subscription(streams: Sequence[str], *, request_id: int) -> bytes:
    """The frame that subscribes."""
    return _frame("subscribe", streams, request_id)


def unsubscription(streams: Sequence[str], *, request_id: int) -> bytes:
    """The frame that ends subscriptions."""
    return _frame("unsubscribe", streams, request_id)


def is_answer_to(frame: bytes, request_id: int) -> bool:
    """Whether a frame says that a subscription was taken. False for what cannot be read."""
    try:
        answer = _read_answer(frame)
    except msgspec.DecodeError:
        return False
    return answer.op == "subscribe" and answer.success and answer.req_id == str(request_id)


class _Answer(msgspec.Struct, frozen=True):
    op: str = ""
    success: bool = False
    req_id: str = ""


_read_answer = msgspec.json.Decoder(_Answer).decode


def _frame(operation: str, streams: Sequence[str], request_id: int) -> bytes:
    return msgspec.json.encode({"req_id": str(request_id), "op": operation, "args": list(streams)})
