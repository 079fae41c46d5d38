"""What the web edge needs from the rooms below, as it is called here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from tradebook.identity.principal import Principal
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import AccountId, InstrumentId, OrderId
from tradebook.trading.services.orders import CancelAllResult, OrderResult
from tradebook.trading.services.requests import OrderRequest, ReplaceRequest

if TYPE_CHECKING:
    from tradebook.web.system_schemas import FirstRun, SystemReport


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


class ServerStatus(Protocol):
    """What the server says of itself (bootstrap's Status)."""

    def first_run(self) -> FirstRun:
        """What to show somebody who is not signed in."""
        ...

    async def report(self, *, is_whole: bool) -> SystemReport:
        """What the server is and how it is; whole for administrators."""
        ...

    async def rebuild(self, name: str, *, actor: str) -> None:
        """Have a view rebuilt. Raises NotFound, or Conflict while that is under way."""
        ...


class OrderEntry(Protocol):
    """Orders as a client enters them (trading's OrderService); answers come after the commit."""

    async def place_many(
        self,
        principal: Principal,
        requests: Sequence[OrderRequest],
        *,
        correlation_id: str = "",
        on_decided: Callable[[], None] | None = None,
    ) -> Sequence[OrderResult | TradebookError]:
        """Place each, in order; a refused one stands as its error in its place.

        ``on_decided`` is called, perhaps repeatedly, once what is asked for next is decided after them.
        """
        ...

    async def cancel(
        self, principal: Principal, order_id: OrderId, *, correlation_id: str = ""
    ) -> OrderResult:
        """Ask for the cancellation. Raises NotFound, Conflict."""
        ...

    async def replace(
        self, principal: Principal, order_id: OrderId, request: ReplaceRequest, *, correlation_id: str = ""
    ) -> OrderResult:
        """Ask for new terms. Raises NotFound, Conflict, Refused."""
        ...

    async def cancel_all(
        self,
        principal: Principal,
        *,
        account_id: AccountId | None = None,
        instrument_id: InstrumentId | None = None,
        correlation_id: str = "",
    ) -> CancelAllResult:
        """Ask for the cancellation of every open order, or those of an account or an instrument."""
        ...
