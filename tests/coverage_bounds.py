"""``python -m tests.coverage_bounds``: fails when the last run covered less than it must.

Overall ≥90 % of lines; the pure core ≥98 % of lines and branches.
"""

from __future__ import annotations

import io
import sys

import coverage

OVERALL_PERCENT = 90.0
CORE_PERCENT = 98.0
CORE = [
    "*/tradebook/kernel/*",
    "*/tradebook/ledger/*",
    "*/tradebook/matching/*",
    "*/tradebook/trading/model/*",
]


def main() -> int:
    """1 when a bound is broken."""
    data = coverage.Coverage()
    data.load()
    failures = 0
    for name, include, least in (("overall", None, OVERALL_PERCENT), ("pure core", CORE, CORE_PERCENT)):
        percent = data.report(include=include, file=io.StringIO())
        verdict = "ok" if percent >= least else "TOO LITTLE"
        failures += percent < least
        print(f"coverage {name}: {percent:.1f} % (at least {least:g} %) {verdict}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
