"""Which page of a list is asked for."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.trading.views.pages import LIMIT_MAX, PageRequest


class PageQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page."""

    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = 50
    cursor: Annotated[str, Meta(max_length=256)] | None = None


def page_request(query: PageQuery) -> PageRequest:
    """The same as the views take it."""
    return PageRequest(limit=query.limit, cursor=query.cursor)
