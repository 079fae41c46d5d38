"""Routes of leverage: how positions in contracts are secured."""

from __future__ import annotations

import msgspec

from tradebook.identity.principal import Scope
from tradebook.kernel.ids import AccountId, InstrumentId
from tradebook.kernel.money import parse_decimal
from tradebook.trading.api.endpoint import Call, Endpoint
from tradebook.trading.api.paging import PageQuery, page_request
from tradebook.trading.orders import MarginMode
from tradebook.trading.services.leverages import LeverageAnswer, LeverageDocument
from tradebook.trading.services.requests import Amount, Identifier
from tradebook.trading.views.pages import Page, part_of


class LeverageRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How positions in an instrument are to be secured."""

    instrument: Identifier
    leverage: Amount
    mode: MarginMode = MarginMode.CROSS


async def list_leverages(call: Call) -> object:
    """What was set for each contract; where nothing was, the leverage is 1."""
    every = await call.system.leverages.all_of(call.principal, AccountId(call.path["account_id"]))
    return part_of(every, lambda each: each.instrument, page_request(call.query))


async def set_leverage(call: Call) -> object:
    """Set the leverage of a contract. Open positions are secured anew, within what is available."""
    body: LeverageRequest = call.body
    return await call.system.leverages.set(
        call.principal,
        AccountId(call.path["account_id"]),
        InstrumentId(body.instrument),
        parse_decimal(body.leverage, field="leverage"),
        body.mode,
        correlation_id=call.correlation_id,
    )


_PATH = "/v1/accounts/{account_id}/leverage"

ENDPOINTS = (
    Endpoint("GET", _PATH, Scope.READ, list_leverages, Page[LeverageDocument], query=PageQuery),
    Endpoint("PUT", _PATH, Scope.TRADE, set_leverage, LeverageAnswer, LeverageRequest),
)
