"""The route that explains figures."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.identity.principal import Scope
from tradebook.kernel.errors import InvalidInput
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
    "range": [LedgerProjection.name, AccountsProjection.name],
    "total": [LedgerProjection.name, AccountsProjection.name],
    "limit": [LedgerProjection.name, AccountsProjection.name, OrdersProjection.name],
    "fill": [FillsProjection.name, LedgerProjection.name],
    "order": [OrdersProjection.name, FillsProjection.name, LedgerProjection.name],
}
"""What each kind of figure is explained from."""


async def explain(call: Call) -> object:
    """The formula, inputs, postings, fills and events behind a figure.

    `of` is `balance:<account_id>:<asset>:<total|available|held>`,
    `position:<account_id>:<instrument>:<quantity|average_entry_price|cost|realised_pnl>`,
    `position:<account_id>:<instrument>:<mark_price|market_value|unrealised_pnl>`,
    `equity:<account_id>:<equity|day_pnl|drawdown|exposure|exposure_share|held_value>`,
    `valuation:<account_id>:<asset>`, `valuation:<account_id>:<asset>:<price|held_value|weight>`,
    `order:<order_id>:<filled_quantity|average_price>`, `order:<order_id>:fees:<asset>`,
    `total:<base_asset>:equity` over every account that you see,
    `range:<account_id>:<since>:<pnl|opening|net_flows>` from a time, or from the account's beginning where it
    is left out, to the moment of the explanation, `limit:<account_id>:<name>` or
    `limit:<account_id>:max_position_notional:<instrument>` for how much of a limit is used (now only), or
    `fill:<account_id>:<position>:fee`.
    """
    query: ExplainQuery = call.query
    name = parse_figure(query.of)
    moment = None if query.as_of is None else parse_moment(query.as_of)
    if call.wanted_position:
        await call.system.trading_progress.wait_for(call.wanted_position, VIEWS[name.kind])
    page = PageRequest(limit=query.limit, cursor=query.cursor)
    if name.kind == "limit":
        return await _limit(call, name, page)
    account_id = None if name.kind == "total" else await _account_of(call, name)
    if isinstance(moment, int):
        await call.system.trading_progress.wait_for(moment, VIEWS[name.kind], field="as_of")
    if account_id is None:
        accounts = await call.system.trading_queries.account_ids(call.principal)
        return await call.system.trading_explainer.total(query.of, name, accounts, moment)
    return await call.system.trading_explainer.explain(query.of, name, account_id, page, moment)


async def _limit(call: Call, name: FigureName, page: PageRequest) -> object:
    """What stands against a limit: on the account that decides, and therefore now."""
    if call.query.as_of is not None:
        raise InvalidInput("as_of", "what is used of a limit is known for now only", "leave it out")
    measured = await call.system.previews.measured(call.principal, AccountId(name.owner))
    return await call.system.trading_explainer.limit(call.query.of, name, measured, page)


async def _account_of(call: Call, name: FigureName) -> AccountId:
    """The account that the figure is of. Raises NotFound unless the figure itself could be seen."""
    if name.kind == "order":
        order = await call.system.trading_queries.order(call.principal, OrderId(name.owner))
        return AccountId(msgspec.json.decode(order, type=OrderDocument).account_id)
    account_id = AccountId(name.owner)
    await call.system.trading_queries.require_account(call.principal, account_id)
    return account_id


ENDPOINTS = (Endpoint("GET", "/v1/explain", Scope.READ, explain, ExplanationDocument, query=ExplainQuery),)
