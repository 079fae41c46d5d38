"""How long and how large: what whoever runs the benchmarks may choose, by environment or command line."""

from __future__ import annotations

import os

SECONDS = "TRADEBOOK_BENCH_SECONDS"
FULL = "TRADEBOOK_BENCH_FULL"


def seconds(default: float) -> float:
    """How long to observe."""
    return float(os.environ.get(SECONDS, default))


def is_full() -> bool:
    """Whether the sizes that take long are wanted."""
    return os.environ.get(FULL, "") not in ("", "0")
