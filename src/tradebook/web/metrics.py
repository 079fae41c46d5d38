"""What the web edge counts, in Prometheus' default registry."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_REQUEST_S = Histogram(
    "tradebook_http_request_seconds",
    "Time from a request's head to the end of its answer.",
    ("method", "route", "status"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30),
)

SOCKETS = Gauge("tradebook_websocket_clients", "Open WebSockets.", ("path",))
SLOW_CLIENTS = Counter("tradebook_stream_slow_clients_total", "Subscribers closed for being too far behind.")
MESSAGES = Counter("tradebook_stream_messages_total", "Messages put into subscribers' outboxes.")
TASKS = Gauge("tradebook_tasks", "Tasks of the server's event loop that are not done.")

_children: dict[tuple[str, str, int], Histogram] = {}
"""Looking a child up by its labels costs more than observing: methods, routes and statuses are few."""


def observe_request(method: str, route: str, status: int, took_s: float) -> None:
    """Count one answered request."""
    child = _children.get((method, route, status))
    if child is None:
        child = _children[method, route, status] = _REQUEST_S.labels(method, route, str(status))
    child.observe(took_s)
