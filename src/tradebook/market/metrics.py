"""What the market counts, in Prometheus' default registry."""

from __future__ import annotations

from prometheus_client import Gauge

FEED_AGE_S = Gauge(
    "tradebook_market_age_seconds",
    "Time since a stream of an instrument was last heard of, by the market's clock.",
    ("instrument", "stream"),
)
