"""The route that compares two accounts."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.identity.principal import Scope
from tradebook.kernel.ids import AccountId
from tradebook.trading.api.endpoint import Call, Endpoint
from tradebook.trading.services.requests import Identifier
from tradebook.trading.views.moments import parse_moment
from tradebook.trading.views.parity import ParityDocument


class ParityQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to compare with, and from when on."""

    other: Identifier
    """The other account's id."""
    since: Annotated[str, Meta(max_length=64)] = "0"
    """A journal position or a time; else from the beginning."""


async def compare(call: Call) -> object:
    """What two accounts that were asked for the same did not do the same.

    Orders are matched by their client order ids, and their facts by kind and order. Names, times and words
    of venues are left out: whatever else differs is a finding, such as a price that paper filled at and the
    venue did not.
    """
    query: ParityQuery = call.query
    one, other = AccountId(call.path["account_id"]), AccountId(query.other)
    for account_id in (one, other):
        await call.system.trading_queries.require_account(call.principal, account_id)
    return await call.system.parity_reports.compare(one, other, parse_moment(query.since, field="since"))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/accounts/{account_id}/parity",
        Scope.READ,
        compare,
        ParityDocument,
        query=ParityQuery,
    ),
)
