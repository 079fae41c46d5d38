"""The route that explains figures."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.identity.principal import Scope
from tradebook.trading.api.endpoint import Call, Endpoint
from tradebook.trading.views.explain import ExplanationDocument, parse_figure
from tradebook.trading.views.ledger import LedgerProjection
from tradebook.trading.views.pages import LIMIT_MAX, PageRequest


class ExplainQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which figure, and which page of what is behind it."""

    of: Annotated[str, Meta(min_length=1, max_length=256, examples=["balance:<account_id>:USDT:available"])]
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = 50
    cursor: Annotated[str, Meta(max_length=256)] | None = None


async def explain(call: Call) -> object:
    """The formula, inputs, postings and events behind a figure.

    `of` is `balance:<account_id>:<asset>:<total|available|held>` or
    `position:<account_id>:<instrument>:<quantity|average_entry_price|cost|realised_pnl>`.
    """
    query: ExplainQuery = call.query
    name = parse_figure(query.of)
    await call.system.trading_queries.require_account(call.principal, name.account_id)
    if call.wanted_position:
        await call.system.trading_progress.wait_for(call.wanted_position, [LedgerProjection.name])
    page = PageRequest(limit=query.limit, cursor=query.cursor)
    return await call.system.trading_explainer.explain(query.of, name, page)


ENDPOINTS = (Endpoint("GET", "/v1/explain", Scope.READ, explain, ExplanationDocument, query=ExplainQuery),)
