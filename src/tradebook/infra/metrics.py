"""What infrastructure counts, in Prometheus' default registry. Every room counts its own in its own file."""

from __future__ import annotations

from prometheus_client import Counter

SERVER_RESTARTS = Counter(
    "tradebook_embedded_server_restarts_total", "Embedded servers found dead and started again.", ("server",)
)
