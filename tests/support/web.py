"""Small stand-ins for what the web edge stands on: who asks, what is shown, who takes orders."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import uvicorn

from tradebook.identity.principal import SCOPES_OF_ROLE, Principal, Role
from tradebook.journal.projections import ViewChange
from tradebook.kernel.errors import NotFound, RateLimited, Refused, TradebookError, Unauthenticated
from tradebook.kernel.ids import AccountId, InstrumentId, OrderId, PartyId, UserId
from tradebook.trading.services.orders import CancelAllResult, OrderResult
from tradebook.trading.services.requests import OrderRequest, ReplaceRequest
from tradebook.trading.views.order_document import OrderDocument
from tradebook.web.channels import Channel, Snapshot
from tradebook.web.hub import Hub


def principal(
    role: Role = Role.OWNER, *, user: str = "u1", parties: frozenset[str] | None = None
) -> Principal:
    """A caller of this role."""
    return Principal(
        actor=f"user:{user}",
        user_id=UserId(user),
        role=role,
        scopes=SCOPES_OF_ROLE[role],
        parties=None if parties is None else frozenset(map(PartyId, parties)),
        expires_at=datetime.now(UTC) + timedelta(hours=1),
    )


class Tokens:
    """An authenticator that knows the tokens it was given."""

    def __init__(self, **known: Principal) -> None:
        self.known = known
        self.admitted = 0
        self.limit: int | None = None

    def recall(self, token: str) -> Principal | None:
        return self.known.get(token)

    async def authenticate(self, token: str) -> Principal:
        await asyncio.sleep(0)
        if token not in self.known:
            raise Unauthenticated("unauthenticated", "This token is not known, or no longer.")
        return self.known[token]

    def admit(self, _: Principal) -> None:
        self.admitted += 1
        if self.limit is not None and self.admitted > self.limit:
            raise RateLimited("Too many requests.", retry_after_s=7)


class System:
    """What rooms find under ``app.state.system``."""

    def __init__(self, authenticator: Tokens) -> None:
        self.authenticator = authenticator


class Shown:
    """Snapshots of channels, settable by a test; reading one can be held up."""

    def __init__(self) -> None:
        self.position = 0
        self.data: object = {"items": []}
        self.read = 0
        self.gate: asyncio.Event | None = None
        self.failure: Exception | None = None

    async def __call__(self, _: Principal, channel: Channel) -> Snapshot:
        self.read += 1
        if self.failure is not None:
            raise self.failure
        if channel.argument == "missing":
            raise NotFound("account", channel.argument)
        snapshot = Snapshot(position=self.position, data=msgspec.Raw(msgspec.json.encode(self.data)))
        if self.gate is not None:
            await self.gate.wait()
        return snapshot


def a_hub(shown: Shown, parties: dict[str, str] | None = None) -> Hub:
    """A hub whose channels all show the same."""

    async def parties_of_accounts() -> dict[str, str]:
        return parties if parties is not None else {"a1": "p1", "a2": "p2"}

    kinds = ("orders", "balances", "fills", "positions", "accounts", "quotes", "trades", "system")
    return Hub(snapshots=dict.fromkeys(kinds, shown), parties_of_accounts=parties_of_accounts)


def a_change(position: int, *, account: str = "a1", channel: str = "orders", **fields: Any) -> ViewChange:
    """A changed row."""
    return ViewChange(
        channel=channel,
        account_id=account,
        position=position,
        document=msgspec.Raw(msgspec.json.encode(fields or {"n": position})),
    )


_ORDER = msgspec.convert(
    {
        **dict.fromkeys(OrderDocument.__struct_fields__),
        **dict.fromkeys(("order_id", "account_id", "instrument", "reason", "oco_group"), "x"),
        **{"client_order_id": "c1", "side": "buy", "type": "limit", "time_in_force": "gtc", "tags": []},
        **{"trailing_offset_type": "price", "post_only": False, "reduce_only": False, "fees": []},
        **{"status": "pending", "filled_quantity": "0", "filled_value": "0"},
        **dict.fromkeys(("created_at", "updated_at"), "2026-01-01T00:00:00Z"),
    },
    OrderDocument,
)


def an_order(client_order_id: str = "c1", **fields: Any) -> OrderDocument:
    """An order as the world sees it."""
    return msgspec.structs.replace(_ORDER, client_order_id=client_order_id, **fields)


class Orders:
    """Order entry that remembers what it was asked; quantity 13 is refused."""

    def __init__(self) -> None:
        self.bursts: list[list[str]] = []
        self.served: list[tuple[str, str]] = []
        """What was asked for and by whom, in order of beginning."""
        self.sweeping: asyncio.Event | None = None
        self.deciding: asyncio.Event | None = None
        self.gate: asyncio.Event | None = None
        self.waiting = 0

    async def place_many(
        self,
        principal: Principal,
        requests: Sequence[OrderRequest],
        *,
        correlation_id: str = "",
        on_decided: Callable[[], None] | None = None,
    ) -> Sequence[OrderResult | TradebookError]:
        self.bursts.append([request.client_order_id for request in requests])
        self.served += [(request.client_order_id, principal.role) for request in requests]
        self.waiting += len(requests)
        if self.deciding is not None:
            await self.deciding.wait()
        if on_decided is not None:
            on_decided()
        if self.gate is not None:
            await self.gate.wait()
        self.waiting -= len(requests)
        return [self._place(request) for request in requests]

    def _place(self, request: OrderRequest) -> OrderResult | TradebookError:
        if request.quantity == "13":
            return Refused("insufficient_funds", "Not enough USDT.", {"available": "1", "needed": "2"})
        return OrderResult(order=an_order(request.client_order_id), journal_position="7")

    async def cancel(
        self, principal: Principal, order_id: OrderId, *, correlation_id: str = ""
    ) -> OrderResult:
        self.waiting += 1
        if self.gate is not None:
            await self.gate.wait()
        self.waiting -= 1
        if order_id == "boom":
            raise RuntimeError("a defect")
        raise NotFound("order", order_id)

    async def replace(
        self, principal: Principal, order_id: OrderId, request: ReplaceRequest, *, correlation_id: str = ""
    ) -> OrderResult:
        return OrderResult(order=an_order(order_id=order_id, price=request.price), journal_position="8")

    async def cancel_all(
        self,
        principal: Principal,
        *,
        account_id: AccountId | None = None,
        instrument_id: InstrumentId | None = None,
        correlation_id: str = "",
    ) -> CancelAllResult:
        self.served.append(("cancel_all", principal.role))
        if self.sweeping is not None:
            await self.sweeping.wait()
        return CancelAllResult(
            accounts=2, orders=3, journal_position="9", failures={AccountId("a2"): "It is away."}
        )


@asynccontextmanager
async def running(
    configure: Callable[[int], uvicorn.Config],
) -> AsyncIterator[tuple[str, Callable[[], None]]]:
    """A real uvicorn on a loopback port; yields ``host:port`` and how to stop it."""
    server = uvicorn.Server(configure(0))
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), task.exception()
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]

    def stop() -> None:
        server.should_exit = True

    try:
        yield f"127.0.0.1:{port}", stop
    finally:
        stop()
        await task


def asgi_client(app: Any, **headers: str) -> httpx.AsyncClient:
    """A client that calls the application in this process."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)
