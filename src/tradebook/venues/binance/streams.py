"""Names of streams, where they are, and how they are subscribed to.

Spot: https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md Futures, whose
addresses were split in 2026:
https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams/Important-WebSocket-Change-Notice
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tradebook.market.values import Interval, MarketStream
from tradebook.venues.connections.endpoint import Endpoint

SPOT = Endpoint(url="wss://stream.binance.com:9443/stream", streams_max=1024, messages_per_s_max=5)
SPOT_ACCOUNT = Endpoint(url="wss://ws-api.binance.com:443/ws-api/v3", streams_max=1024, messages_per_s_max=5)
FUTURES_PUBLIC = Endpoint(
    url="wss://fstream.binance.com/public/stream", streams_max=1024, messages_per_s_max=10
)
"""Quotes and books."""
FUTURES_MARKET = Endpoint(
    url="wss://fstream.binance.com/market/stream", streams_max=1024, messages_per_s_max=10
)
"""Trades, candles, mark prices, statistics, liquidations."""
FUTURES_ACCOUNT = Endpoint(
    url="wss://fstream.binance.com/private/ws", streams_max=1024, messages_per_s_max=10
)

_SPOT_STREAM = {
    MarketStream.QUOTES: "bookTicker",
    MarketStream.TRADES: "trade",
    MarketStream.BOOK: "depth@100ms",
}
_FUTURES_STREAM = {
    MarketStream.QUOTES: ("bookTicker", FUTURES_PUBLIC),
    MarketStream.TRADES: ("aggTrade", FUTURES_MARKET),
    MarketStream.BOOK: ("depth@100ms", FUTURES_PUBLIC),
}


def spot_stream(symbol: str, stream: MarketStream) -> tuple[str, Endpoint]:
    """The name of a stream, and where it is."""
    return f"{symbol.lower()}@{_SPOT_STREAM[stream]}", SPOT


def futures_stream(symbol: str, stream: MarketStream) -> tuple[str, Endpoint]:
    """The name of a stream, and where it is. Futures document no single trades, only aggregated ones."""
    name, endpoint = _FUTURES_STREAM[stream]
    return f"{symbol.lower()}@{name}", endpoint


def candle_stream(symbol: str, interval: Interval) -> str:
    """Candles; on futures at FUTURES_MARKET."""
    return f"{symbol.lower()}@kline_{interval}"


def mark_price_stream(symbol: str) -> str:
    """Mark prices every second, at FUTURES_MARKET."""
    return f"{symbol.lower()}@markPrice@1s"


def subscription(streams: Sequence[str], *, request_id: int) -> bytes:
    """The frame that subscribes."""
    return msgspec.json.encode({"method": "SUBSCRIBE", "params": list(streams), "id": request_id})


def unsubscription(streams: Sequence[str], *, request_id: int) -> bytes:
    """The frame that ends subscriptions."""
    return msgspec.json.encode({"method": "UNSUBSCRIBE", "params": list(streams), "id": request_id})
