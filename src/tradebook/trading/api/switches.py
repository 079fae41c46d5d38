"""Routes of the dead man's switch: what happens to an account's orders when the server is gone."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tradebook.identity.principal import Scope
from tradebook.kernel.ids import AccountId
from tradebook.trading.api.endpoint import Call, Endpoint
from tradebook.trading.limits import DeadMansSwitch
from tradebook.trading.services.switches import SwitchAnswer, SwitchStateDocument

DAY_S = 86_400


class SwitchRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the switch is to be."""

    after_s: Annotated[int, Meta(ge=1, le=DAY_S)] | None
    """So long after it last heard of the server the venue is to cancel all orders; null switches it off."""
    when_stopped: bool = False
    """Also where the server is stopped on purpose."""


async def get_switch(call: Call) -> object:
    """The dead man's switch of an account, and what its venue has of the kind."""
    return await call.system.switches.state(call.principal, AccountId(call.path["account_id"]))


async def set_switch(call: Call) -> object:
    """Have the venue cancel all of the account's orders when it hears nothing of the server any more.

    Where the venue has no such switch the answer is 422.
    """
    body: SwitchRequest = call.body
    switch = (
        None if body.after_s is None else DeadMansSwitch(after_s=body.after_s, when_stopped=body.when_stopped)
    )
    return await call.system.switches.set(
        call.principal, AccountId(call.path["account_id"]), switch, correlation_id=call.correlation_id
    )


_PATH = "/v1/accounts/{account_id}/dead-mans-switch"

ENDPOINTS = (
    Endpoint("GET", _PATH, Scope.READ, get_switch, SwitchStateDocument),
    Endpoint("PUT", _PATH, Scope.MANAGE, set_switch, SwitchAnswer, SwitchRequest),
)
