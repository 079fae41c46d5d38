"""Who asks, and what they may do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from tradebook.kernel.errors import Forbidden
from tradebook.kernel.ids import AccountId, PartyId, UserId
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


REQUESTS_PER_MINUTE = 1000
ORDERS_PER_MINUTE = 500
"""What everybody has; an owner or admin can give a key more."""


class Principal(Value, frozen=True, kw_only=True):
    """A verified caller. ``parties`` of None means every party."""

    actor: str
    """``user:<id>`` or ``key:<id>``, as journaled."""
    user_id: UserId
    role: Role
    scopes: frozenset[Scope]
    parties: frozenset[PartyId] | None
    accounts: frozenset[AccountId] | None = None
    """Set for an API key that was made for certain accounts only; None means every account of the parties."""
    expires_at: datetime
    requests_per_minute: int = REQUESTS_PER_MINUTE
    orders_per_minute: int = ORDERS_PER_MINUTE

    def require(self, scope: Scope) -> None:
        """Raises Forbidden when the scope is missing."""
        if scope not in self.scopes:
            raise Forbidden(
                "forbidden",
                f"Role {self.role.value} with these scopes may not do this; it needs {scope.value!r}.",
                {"needed_scope": scope.value},
            )

    def may_see(self, party_id: PartyId, account_id: AccountId | None = None) -> bool:
        """Whether this account of the party, or without one the party as a whole, exists for the caller.

        A key made for certain accounts sees those accounts and no party as a whole.
        """
        if self.accounts is not None and account_id not in self.accounts:
            return False
        return self.parties is None or party_id in self.parties
