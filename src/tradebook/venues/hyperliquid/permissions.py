"""What a key may do, what trading costs it, and how much it may still ask."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.figures import require_finite
from tradebook.venues.hyperliquid.reading import VENUE, decode, time_of
from tradebook.venues.messages.account import FeeRates, KeyPermissions
from tradebook.venues.messages.instruments import InstrumentKind

ROLES = {
    # A key of the owner's own wallet can do everything.
    "user": KeyPermissions(can_read=True, can_trade=True, can_withdraw=True),
    "agent": KeyPermissions(can_read=True, can_trade=True, can_withdraw=False),
    # Vaults and sub-accounts are addresses without keys: agents of their masters sign for them.
    "vault": KeyPermissions(can_read=True, can_trade=False, can_withdraw=False),
    "subAccount": KeyPermissions(can_read=True, can_trade=False, can_withdraw=False),
    # Nobody that the venue knows: an agent that is not approved, or a wallet that has not come yet.
    "missing": KeyPermissions(can_read=True, can_trade=False, can_withdraw=None),
}


class Whose(msgspec.Struct, frozen=True):
    """Of an agent the user, of a sub-account the master."""

    user: str = ""
    master: str = ""


class Role(msgspec.Struct, frozen=True):
    role: str
    data: Whose | None = None


class Vault(msgspec.Struct, frozen=True):
    leader: str


class Standing(NamedTuple):
    """What an address is at the venue."""

    role: str
    """One of ROLES."""
    whose: str
    """The address that an agent signs for, or that owns a sub-account; empty for others."""


class Agent(msgspec.Struct, frozen=True, rename="camel"):
    address: str
    valid_until: int


class Fees(msgspec.Struct, frozen=True, rename="camel"):
    user_cross_rate: Decimal
    user_add_rate: Decimal
    user_spot_cross_rate: Decimal
    user_spot_add_rate: Decimal

    def __post_init__(self) -> None:
        require_finite(self)


class RequestBudget(msgspec.Struct, frozen=True, rename="camel"):
    """The address's own limit: about one action per USDC ever traded, 10,000 to begin with."""

    n_requests_used: int
    n_requests_cap: int
    cum_vlm: Decimal
    """All that was ever traded, in USDC."""

    def __post_init__(self) -> None:
        require_finite(self)


def decode_role(data: bytes) -> KeyPermissions:
    """The answer to ``userRole`` about the address of a key. Raises UndecodableFrame."""
    return ROLES[decode_standing(data).role]


def decode_standing(data: bytes) -> Standing:
    """The same, with whom it belongs to. Raises UndecodableFrame."""
    told = decode(data, Role, "userRole")
    if told.role not in ROLES:
        raise UndecodableFrame(VENUE, "userRole", f"role {told.role[:40]!r} is not known")
    whose = told.data or Whose()
    return Standing(told.role, (whose.user or whose.master).lower())


def decode_leader(data: bytes) -> str:
    """Who leads a vault, out of the answer to ``vaultDetails``. Raises UndecodableFrame."""
    return decode(data, Vault, "vaultDetails").leader.lower()


def decode_agents(data: bytes) -> dict[str, KeyPermissions]:
    """The answer to ``extraAgents``: the named agents of an account by address. Raises UndecodableFrame."""
    agents = decode(data, list[Agent], "extraAgents")
    return {
        agent.address.lower(): msgspec.structs.replace(ROLES["agent"], expires_at=time_of(agent.valid_until))
        for agent in agents
    }


def decode_fees(data: bytes) -> Sequence[FeeRates]:
    """The answer to ``userFees``; dexs of builders may cost more. Raises UndecodableFrame."""
    fees = decode(data, Fees, "userFees")
    return [
        FeeRates(
            instrument_id=None,
            kind=InstrumentKind.PERPETUAL,
            maker=fees.user_add_rate,
            taker=fees.user_cross_rate,
        ),
        FeeRates(
            instrument_id=None,
            kind=InstrumentKind.SPOT,
            maker=fees.user_spot_add_rate,
            taker=fees.user_spot_cross_rate,
        ),
    ]


def decode_request_budget(data: bytes) -> RequestBudget:
    """The answer to ``userRateLimit``. Raises UndecodableFrame."""
    return decode(data, RequestBudget, "userRateLimit")
