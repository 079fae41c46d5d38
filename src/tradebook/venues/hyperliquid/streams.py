"""Where the public streams are, what we call them, how they are asked for and refused.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tradebook.market.values import MarketStream
from tradebook.venues.connections.endpoint import Endpoint, Heartbeat
from tradebook.venues.hyperliquid import limits
from tradebook.venues.hyperliquid.requests import PING, subscription, unsubscription
from tradebook.venues.messages.limits import Budget
from tradebook.venues.messages.market import Refusal

PING_EVERY_S = 30.0
"""The venue closes a connection that it has sent nothing on for a minute."""
PUBLIC = Endpoint(
    url="wss://api.hyperliquid.xyz/ws",
    # Both are counted for the whole address: a second connection would have nothing to carry.
    streams_max=limits.SUBSCRIPTIONS_MAX * 9 // 10,
    connections_max=1,
    streams_per_request_max=1,
    # A third of what the address may send, so that private streams have room.
    messages_per_s_max=limits.MESSAGES_PER_MINUTE_MAX // 180,
    heartbeat=Heartbeat(frame=PING, every_s=PING_EVERY_S),
    openings=Budget(kind="CONNECTIONS", interval_s=60, limit=limits.NEW_CONNECTIONS_PER_MINUTE_MAX // 3),
)
ACCOUNT = msgspec.structs.replace(
    PUBLIC,
    # Another third, for as many accounts as the address may follow.
    messages_per_s_max=max(limits.MESSAGES_PER_MINUTE_MAX // 180 // limits.USERS_MAX, 2),
)
"""One connection for each account."""
_KINDS = {MarketStream.QUOTES: "bbo", MarketStream.TRADES: "trades", MarketStream.BOOK: "l2Book"}


class Subscription(msgspec.Struct):
    """As we have asked for it."""

    type: str
    coin: str = ""


_subscription = msgspec.json.Decoder(Subscription)


def market_stream(coin: str, stream: MarketStream) -> str:
    """What we call a stream of a coin: ``l2Book:BTC``."""
    return _name(_KINDS[stream], coin)


def subscribe(stream: str) -> bytes:
    """The frame that asks for it."""
    kind, _, coin = stream.partition(":")
    return subscription(kind, coin=coin)


def unsubscribe(stream: str) -> bytes:
    """The frame that ends it."""
    kind, _, coin = stream.partition(":")
    return unsubscription(kind, coin=coin)


def refused(complaint: str) -> Sequence[Refusal]:
    """What a complaint of the venue means for our streams: nothing where they already are as we want them.

    It repeats our subscription, in JSON behind a colon or a blank.
    """
    if complaint.startswith(("Already subscribed", "Already unsubscribed")):
        return ()
    try:
        asked = _subscription.decode(complaint[complaint.index("{") :])
    except (ValueError, msgspec.DecodeError):
        return (Refusal(reason=complaint),)
    return (Refusal(streams=(_name(asked.type, asked.coin),), reason=complaint),)


def _name(kind: str, coin: str) -> str:
    return f"{kind}:{coin}"
