"""Who asks, and what they may do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from tradebook.kernel.errors import Forbidden
from tradebook.kernel.ids import PartyId, UserId
from tradebook.kernel.messages import Value


class Role(StrEnum):
    """What a member is in this book."""

    OWNER = "owner"
    ADMIN = "admin"
    FUND_MANAGER = "fund_manager"
    TRADER = "trader"
    VIEWER = "viewer"
    AUDITOR = "auditor"


class Scope(StrEnum):
    """What a request needs and a principal has."""

    READ = "read"
    """See accounts, orders, market."""
    TRADE = "trade"
    """Place, change, cancel orders; switch the own accounts to reducing or halted."""
    MANAGE = "manage"
    """Open accounts, deposits and withdrawals on paper, risk limits, account state."""
    ADMIN = "admin"
    """Members, roles, invitations, the red button for all accounts."""
    AUDIT = "audit"
    """The journal and its proofs."""


SCOPES_OF_ROLE: dict[Role, frozenset[Scope]] = {
    Role.OWNER: frozenset(Scope),
    Role.ADMIN: frozenset(Scope),
    Role.FUND_MANAGER: frozenset({Scope.READ, Scope.TRADE, Scope.MANAGE}),
    Role.TRADER: frozenset({Scope.READ, Scope.TRADE, Scope.MANAGE}),
    Role.VIEWER: frozenset({Scope.READ}),
    Role.AUDITOR: frozenset({Scope.READ, Scope.AUDIT}),
}

SEES_ALL_PARTIES = frozenset({Role.OWNER, Role.ADMIN, Role.AUDITOR})


class Principal(Value, frozen=True, kw_only=True):
    """A verified caller. ``parties`` of None means every party."""

    actor: str
    """``user:<id>`` or ``key:<id>``, as journaled."""
    user_id: UserId
    role: Role
    scopes: frozenset[Scope]
    parties: frozenset[PartyId] | None
    expires_at: datetime
    requests_per_minute: int = 1000
    orders_per_minute: int = 500

    def require(self, scope: Scope) -> None:
        """Raises Forbidden when the scope is missing."""
        if scope not in self.scopes:
            raise Forbidden(
                "forbidden",
                f"Role {self.role.value} with these scopes may not do this; it needs {scope.value!r}.",
                {"needed_scope": scope.value},
            )

    def may_see(self, party_id: PartyId) -> bool:
        """Whether accounts of this party exist for the caller."""
        return self.parties is None or party_id in self.parties
