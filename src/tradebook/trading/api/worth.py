"""Routes of what an account is worth, now and over time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.identity.principal import Scope
from tradebook.kernel.ids import AccountId
from tradebook.trading.api.endpoint import Call, Endpoint
from tradebook.trading.views.accounts import AccountsProjection
from tradebook.trading.views.equity import POINTS_MAX, EquityCurveDocument, Period
from tradebook.trading.views.ledger import LedgerProjection
from tradebook.trading.views.moments import parse_moment
from tradebook.trading.views.valuation import ValuationDocument, valuation_document


class AsOfQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As of when."""

    as_of: Annotated[str, Meta(max_length=64)] | None = None
    """A journal position or a time; else now."""


class EquityQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which stretch of the market's time, ``until`` exclusive, as of when, in how many points at most."""

    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    as_of: Annotated[str, Meta(max_length=64)] | None = None
    """A journal position or a time: nothing counts that was recorded later; else now."""
    points: Annotated[int, Meta(ge=1, le=POINTS_MAX)] = 300


async def get_valuation(call: Call) -> object:
    """Every balance of the account in its base asset.

    Now at the last prices; `as_of` a journal position or a time at the prices recorded by then. An asset
    without a price has null, `is_complete` is false, and `equity` is the sum of what is known.
    """
    account_id = await _readable(call, LedgerProjection.name)
    query: AsOfQuery = call.query
    valuer = call.system.trading_valuer
    if query.as_of is None:
        return valuation_document(await valuer.now(account_id))
    return valuation_document(await valuer.as_of(account_id, parse_moment(query.as_of)))


async def get_equity(call: Call) -> object:
    """The account's equity over time, with its deposits and withdrawals.

    `pnl` = `closing` - `opening` - `net_flows`, where `opening` is the equity right before the period and
    `net_flows` are its deposits minus its withdrawals in the base asset. `as_of` leaves out what was recorded
    later, also where it happened at the same time.
    """
    account_id = await _readable(call, AccountsProjection.name, LedgerProjection.name)
    query: EquityQuery = call.query
    as_of = None
    if query.as_of is not None:
        as_of = await call.system.trading_valuer.position(parse_moment(query.as_of))
    period = Period(since=query.since, until=query.until, as_of=as_of, points=query.points)
    return await call.system.trading_equity.curve(account_id, period)


async def _readable(call: Call, *views: str) -> AccountId:
    account_id = AccountId(call.path["account_id"])
    if call.wanted_position:
        await call.system.trading_progress.wait_for(call.wanted_position, views)
    await call.system.trading_queries.require_account(call.principal, account_id)
    return account_id


_ONE = "/v1/accounts/{account_id}"

ENDPOINTS = (
    Endpoint("GET", f"{_ONE}/valuation", Scope.READ, get_valuation, ValuationDocument, query=AsOfQuery),
    Endpoint("GET", f"{_ONE}/equity", Scope.READ, get_equity, EquityCurveDocument, query=EquityQuery),
)
