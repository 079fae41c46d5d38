"""Routes of reconciliation: how an account compares with its venue, and what people decide about it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.identity.principal import Scope
from tradebook.kernel.ids import AccountId
from tradebook.trading.api.endpoint import Call, Endpoint
from tradebook.trading.api.paging import PageQuery, page_request
from tradebook.trading.services.differences import AdoptionDocument, DecisionDocument
from tradebook.trading.services.reconciliations import ReconciliationDocument
from tradebook.trading.views.differences import DifferenceDocument, DifferencesProjection
from tradebook.trading.views.pages import Page

REASON_CHARS_MAX = 500


class DifferenceQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which differences."""

    status: Annotated[str, Meta(pattern=r"^(open|all)(?!\n)$")] = "all"
    """Only those that wait for a decision, or all."""


class AdoptRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Book what the venue says."""

    reason: Annotated[str, Meta(max_length=REASON_CHARS_MAX)] = ""
    """What is known of it, for the journal."""


class ExplainRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what it is."""

    reason: Annotated[str, Meta(min_length=1, max_length=REASON_CHARS_MAX)]


async def get_reconciliation(call: Call) -> object:
    """How the account's book compares with its venue, as of the last comparison.

    Connected accounts are compared when they connect, after every break, once a minute, and when asked for.
    """
    return await call.system.reconciliations.report(call.principal, _account_id(call))


async def compare_now(call: Call) -> object:
    """Compare the account's book with its venue now, and answer how they compare.

    503 says why that was not possible within 30 seconds.
    """
    return await call.system.reconciliations.compare(call.principal, _account_id(call))


async def list_differences(call: Call) -> object:
    """What the venue says that does not fit the book, the newest first, with what became of it."""
    account_id = _account_id(call)
    if call.wanted_position:
        await call.system.trading_progress.wait_for(call.wanted_position, [DifferencesProjection.name])
    await call.system.trading_queries.require_account(call.principal, account_id)
    is_open = call.query.status == "open"
    page = page_request(call.query)
    return await call.system.trading_queries.differences(account_id, page, only_open=is_open)


async def preview_adoption(call: Call) -> object:
    """What adopting a difference would post now; refused as adopting it would be."""
    return await call.system.differences.adoption(
        call.principal, _account_id(call), call.path["difference_id"]
    )


async def adopt_difference(call: Call) -> object:
    """Adopt a difference: a balance as the venue has it, or a fill as a trade of the account with its fee.

    A balance is posted against the ledger account `differences`, a fill out of `suspense`. Nothing is edited:
    what was adopted by mistake differs the other way when the two are next compared, and adopting that
    reverses it. The same difference is adopted once.
    """
    return await call.system.differences.adopt(
        call.principal,
        _account_id(call),
        call.path["difference_id"],
        reason=call.body.reason,
        correlation_id=call.correlation_id,
    )


async def explain_difference(call: Call) -> object:
    """Explain a difference in words. Nothing is posted, and it waits for nobody any more."""
    return await call.system.differences.explain(
        call.principal,
        _account_id(call),
        call.path["difference_id"],
        reason=call.body.reason,
        correlation_id=call.correlation_id,
    )


def _account_id(call: Call) -> AccountId:
    return AccountId(call.path["account_id"])


_ACCOUNT = "/v1/accounts/{account_id}"
_ALL = f"{_ACCOUNT}/differences"
_ONE = f"{_ALL}/{{difference_id}}"

ENDPOINTS = (
    Endpoint("GET", f"{_ACCOUNT}/reconciliation", Scope.READ, get_reconciliation, ReconciliationDocument),
    Endpoint("POST", f"{_ACCOUNT}/reconciliation", Scope.TRADE, compare_now, ReconciliationDocument),
    Endpoint("GET", _ALL, Scope.READ, list_differences, Page[DifferenceDocument], query=DifferenceQuery),
    Endpoint("GET", f"{_ONE}/adoption", Scope.READ, preview_adoption, AdoptionDocument),
    Endpoint("POST", f"{_ONE}/adopt", Scope.MANAGE, adopt_difference, DecisionDocument, AdoptRequest),
    Endpoint("POST", f"{_ONE}/explain", Scope.MANAGE, explain_difference, DecisionDocument, ExplainRequest),
)
