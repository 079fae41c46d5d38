"""``python -m bench NAME --json``: one benchmark, or ``all``; one JSON object per line."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import uvloop

NOT_BENCHES = frozenset({"__init__", "__main__", "report", "book", "http_load", "baseline_fastapi"})
NAMES = sorted(
    file.stem
    for file in Path(__file__).parent.glob("*.py")
    if file.stem not in NOT_BENCHES and "async def run() -> dict" in file.read_text()
)


def main(arguments: list[str]) -> int:
    """Run what was asked for; 2 for an unknown name."""
    wanted = [each for each in arguments if not each.startswith("--")]
    chosen = NAMES if wanted == ["all"] else wanted
    if not chosen or not set(chosen) <= set(NAMES):
        print(f"usage: python -m bench all|{'|'.join(NAMES)} [--json]", file=sys.stderr)
        return 2
    for name in chosen:
        result = uvloop.run(importlib.import_module(f"bench.{name}").run())
        if "--json" in arguments:
            print(json.dumps(result), flush=True)
        else:
            print(f"{name}: {result['value']:,} {result['unit']}, ×{result['ratio']} of its baseline")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
