"""Fills of an account since a moment: all of them, or an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tradebook.venues.ccxt.finding import Ask

PAGE = 100
"""What every exchange gives in one answer."""
PAGES_MAX = 100


async def fills_since(
    client: Any, symbol: str | None, since_ms: int, *, ask: Ask
) -> Sequence[Mapping[str, Any]]:
    """ccxt's trades of a symbol (None: of all), oldest first, page by page.

    Raises as any request, and ConnectionError where there are more in one millisecond than a page holds:
    then not all can be told.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for _ in range(PAGES_MAX):
        start = since_ms
        page = await ask(lambda start=start: client.fetch_my_trades(symbol, start, PAGE))  # type: ignore[misc]  # bound now
        found |= {f"{each['id']}-{each['order']}": each for each in page}
        if len(page) < PAGE:
            return sorted(found.values(), key=lambda each: int(each["timestamp"]))
        newest = max(int(each["timestamp"]) for each in page)
        if newest <= since_ms:
            break
        since_ms = newest
    raise ConnectionError("there are more fills than can be asked for")
