"""What requests weigh, and how much of what the venue allows an address on the internet.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits-and-user-limits
"""

from __future__ import annotations

WEIGHT_PER_MINUTE_MAX = 1200
"""Of all REST requests of one IP address."""
CONNECTIONS_MAX = 10
NEW_CONNECTIONS_PER_MINUTE_MAX = 30
SUBSCRIPTIONS_MAX = 1000
USERS_MAX = 10
"""Whose private streams one IP address may follow."""
MESSAGES_PER_MINUTE_MAX = 2000
"""Sent by us, over all WebSockets."""
POSTS_IN_FLIGHT_MAX = 100
CANDLES_KEPT = 5_000
"""Of each length, the newest."""

_LIGHT = frozenset(
    {"l2Book", "allMids", "clearinghouseState", "orderStatus", "spotClearinghouseState", "exchangeStatus"}
)
_ITEMS_PER_WEIGHT = {
    "recentTrades": 20,
    "historicalOrders": 20,
    "userFills": 20,
    "userFillsByTime": 20,
    "fundingHistory": 20,
    "userFunding": 20,
    "userNonFundingLedgerUpdates": 20,
    "userTwapSliceFills": 20,
    "delegatorHistory": 20,
    "candleSnapshot": 60,
}


def weight_of_question(question: str, *, items: int = 0) -> int:
    """What a question to ``/info`` weighs; long answers weigh more by the ``items`` they bring."""
    if question == "userRole":
        return 60
    base = 2 if question in _LIGHT else 20
    per_weight = _ITEMS_PER_WEIGHT.get(question)
    return base if per_weight is None else base + items // per_weight


def weight_of_action(length: int = 1) -> int:
    """What an action of so many orders, cancels or changes weighs."""
    return 1 + length // 40
