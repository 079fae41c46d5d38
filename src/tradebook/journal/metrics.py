"""What the journal counts, in Prometheus' default registry."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

COMMIT_S = Histogram(
    "tradebook_journal_commit_seconds",
    "Time that one group commit takes, from its batch to the database's answer.",
    buckets=(0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1, 4, 16),
)
BATCH_EVENTS = Histogram(
    "tradebook_journal_batch_events",
    "Events that share a commit.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
)
COMMITS_FAILED = Counter(
    "tradebook_journal_commits_failed_total",
    "Group commits without an answer, or with a no.",
)
WAITING = Gauge("tradebook_journal_waiting_events", "Events that wait to be committed.")
