"""What every benchmark reports: a value against a baseline of the same run."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from typing import Any


def percentile(sorted_values: Sequence[float], fraction: float) -> float:
    """The value below which ``fraction`` of the sorted values lie (nearest rank)."""
    if not sorted_values:
        return float("nan")
    return sorted_values[min(len(sorted_values) - 1, int(fraction * len(sorted_values)))]


def machine() -> str:
    """Cores and interpreter, so that a figure can be placed."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}"


def part(
    name: str, value: float, unit: str, *, baseline_name: str, baseline: float, **more: Any
) -> dict[str, Any]:
    """One of several figures of a benchmark; ``ratio`` is value over baseline."""
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "baseline": {"name": baseline_name, "value": round(baseline, 1)},
        "ratio": round(value / baseline, 3) if baseline else None,
        **more,
    }


def report(
    name: str,
    value: float,
    unit: str,
    *,
    baseline_name: str,
    baseline: float,
    latencies_ms: Sequence[float] = (),
    errors: int = 0,
    **more: Any,
) -> dict[str, Any]:
    """The JSON object of one benchmark; ``ratio`` is value over baseline."""
    ordered = sorted(latencies_ms)
    return {
        **part(name, value, unit, baseline_name=baseline_name, baseline=baseline),
        "p50_ms": round(percentile(ordered, 0.50), 3) if ordered else None,
        "p99_ms": round(percentile(ordered, 0.99), 3) if ordered else None,
        "errors": errors,
        "machine": machine(),
        **more,
    }
