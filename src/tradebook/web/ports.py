"""What the web edge needs from the rooms below, as it is called here."""

from __future__ import annotations

from typing import Protocol

from tradebook.identity.principal import Principal


class Authenticator(Protocol):
    """Who a token stands for (identity's Authenticator)."""

    def recall(self, token: str) -> Principal | None:
        """The principal of a token that was verified before and still stands, without waiting."""
        ...

    async def authenticate(self, token: str) -> Principal:
        """The principal of a token. Raises Unauthenticated."""
        ...

    def admit(self, principal: Principal) -> None:
        """Count a request. Raises RateLimited."""
        ...
