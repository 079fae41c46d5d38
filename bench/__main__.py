"""``python -m bench NAME --json``: one benchmark, several, or ``all``; one JSON object per line.

``--seconds N`` gives the lengths of ``idle`` and ``soak``, ``--full`` asks for the sizes that take long.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from typing import Any

import uvloop

from bench import options

NAMES = (
    "journal_append",
    "replay",
    "orders_http",
    "orders_ws",
    "orders_batch",
    "orders_end_to_end",
    "queries",
    "time_travel",
    "projection_lag",
    "fanout",
    "market_data",
    "growth",
    "desk",
    "idle",
    "soak",
)
"""Every benchmark: a module of this package with a coroutine ``run`` that returns a report."""


def main(arguments: list[str]) -> int:
    """Run what was asked for; argparse exits with 2 for an unknown name."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="+", choices=[*NAMES, "all"], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--seconds", type=float, help="how long idle and soak are observed")
    parser.add_argument("--full", action="store_true", help="growth with 10,000,000 rows")
    chosen = parser.parse_args(arguments)
    if chosen.seconds is not None:
        os.environ[options.SECONDS] = str(chosen.seconds)
    if chosen.full:
        os.environ[options.FULL] = "1"
    for name in NAMES if "all" in chosen.names else chosen.names:
        result: dict[str, Any] = uvloop.run(importlib.import_module(f"bench.{name}").run())
        print(json.dumps(result) if chosen.json else _in_words(result), flush=True)
    return 0


def _in_words(result: dict[str, Any]) -> str:
    """A line, and one below it for each part that it has."""
    baseline = result["baseline"]
    line = (
        f"{result['name']}: {result['value']:,} {result['unit']}, "
        f"×{result['ratio']} of {baseline['value']:,} ({baseline['name']})"
    )
    return "\n  ".join([line, *map(_in_words, result.get("parts", ()))])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
