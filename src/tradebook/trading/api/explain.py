"""The route that explains figures."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.identity.principal import Scope
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.trading.api.endpoint import Call, Endpoint
from tradebook.trading.views.accounts import AccountsProjection
from tradebook.trading.views.explain import ExplanationDocument, FigureName, parse_figure
from tradebook.trading.views.fills import FillsProjection
from tradebook.trading.views.ledger import LedgerProjection
from tradebook.trading.views.moments import parse_moment
from tradebook.trading.views.order_document import OrderDocument
from tradebook.trading.views.orders import OrdersProjection
from tradebook.trading.views.pages import LIMIT_MAX, PageRequest
from tradebook.trading.views.positions import PositionsProjection


class ExplainQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which figure, and which page of what is behind it."""

    of: Annotated[str, Meta(min_length=1, max_length=256, examples=["balance:<account_id>:USDT:available"])]
    as_of: Annotated[str, Meta(max_length=64)] | None = None
    """A journal position or a time; else now."""
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = 50
    cursor: Annotated[str, Meta(max_length=256)] | None = None


VIEWS = {
    "balance": [LedgerProjection.name],
    "position": [FillsProjection.name, PositionsProjection.name, LedgerProjection.name],
    "equity": [LedgerProjection.name, AccountsProjection.name],
    "valuation": [LedgerProjection.name],
    "order": [OrdersProjection.name, FillsProjection.name, LedgerProjection.name],
}
"""What each kind of figure is explained from."""


async def explain(call: Call) -> object:
    """The formula, inputs, postings, fills and events behind a figure.

    `of` is `balance:<account_id>:<asset>:<total|available|held>`,
    `position:<account_id>:<instrument>:<quantity|average_entry_price|cost|realised_pnl>`,
    `equity:<account_id>:<equity|day_pnl|drawdown>`, `valuation:<account_id>:<asset>`,
    `order:<order_id>:<filled_quantity|average_price>` or `order:<order_id>:fees:<asset>`.
    """
    query: ExplainQuery = call.query
    name = parse_figure(query.of)
    moment = None if query.as_of is None else parse_moment(query.as_of)
    if call.wanted_position:
        await call.system.trading_progress.wait_for(call.wanted_position, VIEWS[name.kind])
    account_id = await _account_of(call, name)
    if isinstance(moment, int):
        await call.system.trading_progress.wait_for(moment, VIEWS[name.kind], field="as_of")
    page = PageRequest(limit=query.limit, cursor=query.cursor)
    return await call.system.trading_explainer.explain(query.of, name, account_id, page, moment)


async def _account_of(call: Call, name: FigureName) -> AccountId:
    """The account that the figure is of. Raises NotFound unless the figure itself could be seen."""
    if name.kind == "order":
        order = await call.system.trading_queries.order(call.principal, OrderId(name.owner))
        return AccountId(msgspec.json.decode(order, type=OrderDocument).account_id)
    account_id = AccountId(name.owner)
    await call.system.trading_queries.require_account(call.principal, account_id)
    return account_id


ENDPOINTS = (Endpoint("GET", "/v1/explain", Scope.READ, explain, ExplanationDocument, query=ExplainQuery),)
