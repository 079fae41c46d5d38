"""Routes that show accounts as they were: at a moment, and around an event."""

from __future__ import annotations

from tradebook.identity.principal import Scope
from tradebook.kernel.errors import NotFound
from tradebook.kernel.ids import AccountId
from tradebook.trading.api.endpoint import Call, Endpoint
from tradebook.trading.api.worth import AsOfQuery
from tradebook.trading.events import AccountEvent
from tradebook.trading.views.full_account import AccountChangeDocument, FullAccountDocument
from tradebook.trading.views.moments import parse_moment


async def get_state(call: Call) -> object:
    """The whole account at a moment: state, limits, balances, open orders, positions, equity.

    `as_of` a journal position or a time; else now. An account that was not open yet is not found.
    """
    account_id = AccountId(call.path["account_id"])
    query: AsOfQuery = call.query
    await call.system.trading_queries.require_account(call.principal, account_id)
    moment = None if query.as_of is None else parse_moment(query.as_of)
    return await call.system.trading_history.state(account_id, moment)


async def get_change(call: Call) -> object:
    """What an event made of its account: the whole account right before it and right after it.

    For events of an account's stream; all others are not found.
    """
    text = call.path["position"]
    position = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    recorded = (await call.system.journal.read(after=position - 1, limit=1))[:1] if position else []
    event = recorded[0].event if recorded else None
    if not isinstance(event, AccountEvent):
        raise NotFound("event of an account", text)
    await call.system.trading_queries.require_account(call.principal, event.account_id)
    return await call.system.trading_history.change(recorded[0], event)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/accounts/{account_id}/state",
        Scope.READ,
        get_state,
        FullAccountDocument,
        query=AsOfQuery,
    ),
    Endpoint("GET", "/v1/journal/{position}/change", Scope.AUDIT, get_change, AccountChangeDocument),
)
