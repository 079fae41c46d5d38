"""market_data: from a venue's frames to watchers' screens, each step against its baseline in the same run.

The figure is what one process takes from a real socket, reads, keeps in step, caches and tells; ``parts`` has
the steps alone. See ``market_path``, ``market_decode`` and ``market_fanout``.
"""

from __future__ import annotations

from typing import Any

from bench import market_decode, market_fanout, market_path
from bench.report import report


async def run() -> dict[str, Any]:
    """The benchmark's report."""
    from_socket, from_memory = await market_path.run()
    parts = [from_socket, from_memory, *await market_decode.run(), *await market_fanout.run()]
    return report(
        "market_data",
        from_socket["value"],
        from_socket["unit"],
        baseline_name=from_socket["baseline"]["name"],
        baseline=from_socket["baseline"]["value"],
        parts=parts,
    )
