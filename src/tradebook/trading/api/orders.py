"""Routes of orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.identity.principal import Scope
from tradebook.kernel.errors import InvalidInput, TradebookError, Unavailable
from tradebook.kernel.ids import AccountId, InstrumentId, OrderId
from tradebook.trading.api.endpoint import Answer, Call, Endpoint
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import OrderStatus, Side
from tradebook.trading.services.orders import CancelAllResult, OrderResult
from tradebook.trading.services.previews import OrderPreviewDocument
from tradebook.trading.services.requests import (
    CancelAllRequest,
    OrderRequest,
    PreviewRequest,
    ReplaceRequest,
)
from tradebook.trading.views.moments import parse_moment
from tradebook.trading.views.order_document import OrderDocument
from tradebook.trading.views.orders import OrdersProjection
from tradebook.trading.views.pages import LIMIT_MAX, Page, PageRequest
from tradebook.trading.views.queries import OrderFilter

BATCH_MAX = 100
BATCH_BYTES_MAX = 1024 * 1024
OPEN = "open"

Batch = Annotated[list[OrderRequest], Meta(min_length=1, max_length=BATCH_MAX)]


class BatchProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Why one order of a batch was not placed."""

    code: str
    detail: str
    figures: dict[str, str]
    may_be_recorded: bool = False
    """The order may stand in the book all the same: send it again with the same client_order_id to know."""


class BatchItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one order of a batch: an order, or a problem."""

    order: OrderDocument | None = None
    journal_position: str | None = None
    repeated: bool = False
    """It was recorded before under its client_order_id: nothing was placed now."""
    problem: BatchProblem | None = None


class OrderQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which orders."""

    account_id: str | None = None
    status: str | None = None
    """A status, several with commas, or ``open``."""
    instrument: str | None = None
    side: Side | None = None
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    as_of: Annotated[str, Meta(max_length=64)] | None = None
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = 50
    cursor: Annotated[str, Meta(max_length=256)] | None = None


async def place_order(call: Call) -> object:
    """Place one order; the answer leaves after it is durable.

    The same client_order_id with the same terms answers 200 with the same order.
    """
    result = await call.system.orders.place(call.principal, call.body, correlation_id=call.correlation_id)
    return Answer(result, 200) if result.repeated else result


async def preview_order(call: Call) -> object:
    """What placing the order now would answer, without placing it.

    Decided on the account's state and the prices of now, as placing is, with what it would hold, cost and
    use up of the limits. Nothing is recorded, the client_order_id (optional here) stays free, and the order
    rate is not touched: previews have a rate of their own, 600 a minute. An order that is malformed is a
    problem here as it is there; any other refusal is a verdict.
    """
    return await call.system.previews.preview(call.principal, call.body)


async def place_orders(call: Call) -> Sequence[BatchItem]:
    """Place up to 100 orders, each accepted or refused by itself."""
    results = await call.system.orders.place_many(
        call.principal, call.body, correlation_id=call.correlation_id
    )
    return [item_of(result) for result in results]


async def list_orders(call: Call) -> object:
    """Orders, the newest first."""
    query: OrderQuery = call.query
    await _reach(call)
    wanted = OrderFilter(
        account_id=AccountId(query.account_id) if query.account_id else None,
        statuses=_statuses(query.status),
        instrument=query.instrument,
        side=query.side,
        since=query.since,
        until=query.until,
    )
    page = PageRequest(limit=query.limit, cursor=query.cursor)
    if query.as_of is None:
        return await call.system.trading_queries.orders(call.principal, wanted, page)
    if wanted.account_id is None:
        raise InvalidInput("account_id", "as_of looks at one account", "say which")
    await call.system.trading_queries.require_account(call.principal, wanted.account_id)
    moment = parse_moment(query.as_of)
    return await call.system.trading_history.orders(wanted.account_id, moment, wanted, page)


async def get_order(call: Call) -> object:
    """One order as it stands."""
    await _reach(call)
    return await call.system.trading_queries.order(call.principal, OrderId(call.path["order_id"]))


async def replace_order(call: Call) -> object:
    """Change quantity, price or stop price of an open order, or exits of a bracket before it fills."""
    order_id = OrderId(call.path["order_id"])
    return await call.system.orders.replace(
        call.principal, order_id, call.body, correlation_id=call.correlation_id
    )


async def cancel_order(call: Call) -> object:
    """Cancel an open order."""
    order_id = OrderId(call.path["order_id"])
    return await call.system.orders.cancel(call.principal, order_id, correlation_id=call.correlation_id)


async def cancel_all_orders(call: Call) -> object:
    """Cancel every open order, or those of one account or instrument."""
    body: CancelAllRequest = call.body
    return await call.system.orders.cancel_all(
        call.principal,
        account_id=AccountId(body.account_id) if body.account_id else None,
        instrument_id=InstrumentId(body.instrument) if body.instrument else None,
        correlation_id=call.correlation_id,
        command_id=call.command_id,
    )


async def _reach(call: Call) -> None:
    if call.wanted_position:
        await call.system.trading_progress.wait_for(call.wanted_position, [OrdersProjection.name])


def _statuses(text: str | None) -> frozenset[OrderStatus]:
    if text is None:
        return frozenset(OrderStatus)
    if text == OPEN:
        return frozenset(OrderStatus) - TERMINAL
    try:
        return frozenset(map(OrderStatus, text.split(",")))
    except ValueError:
        known = ", ".join(OrderStatus)
        raise InvalidInput("status", f"{text[:64]!r} is none", f"take {OPEN} or of: {known}") from None


def item_of(result: OrderResult | TradebookError) -> BatchItem:
    """The answer to one order of a batch."""
    if isinstance(result, TradebookError):
        problem = BatchProblem(
            code=result.code,
            detail=result.detail,
            figures=result.figures,
            may_be_recorded=isinstance(result, Unavailable),
        )
        return BatchItem(problem=problem)
    return BatchItem(order=result.order, journal_position=result.journal_position, repeated=result.repeated)


ENDPOINTS = (
    Endpoint(
        "POST", "/v1/orders", Scope.TRADE, place_order, OrderResult, OrderRequest, status=201, also=(200,)
    ),
    Endpoint("POST", "/v1/orders/preview", Scope.READ, preview_order, OrderPreviewDocument, PreviewRequest),
    Endpoint(
        "POST",
        "/v1/orders/batch",
        Scope.TRADE,
        place_orders,
        list[BatchItem],
        Batch,
        bytes_max=BATCH_BYTES_MAX,
    ),
    Endpoint(
        "POST", "/v1/orders/cancel-all", Scope.TRADE, cancel_all_orders, CancelAllResult, CancelAllRequest
    ),
    Endpoint("GET", "/v1/orders", Scope.READ, list_orders, Page[OrderDocument], query=OrderQuery),
    Endpoint("GET", "/v1/orders/{order_id}", Scope.READ, get_order, OrderDocument),
    Endpoint("PATCH", "/v1/orders/{order_id}", Scope.TRADE, replace_order, OrderResult, ReplaceRequest),
    Endpoint("DELETE", "/v1/orders/{order_id}", Scope.TRADE, cancel_order, OrderResult),
)
