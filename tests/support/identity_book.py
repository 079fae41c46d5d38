"""Identity on a real database, over HTTP as the product serves it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from tests.support.identity import RowJournal, SealedInMemory, TurnedClock, cheap_passwords
from tradebook.identity.api import ROUTERS
from tradebook.identity.principal import Role
from tradebook.identity.service import IdentityService
from tradebook.identity.signing import SigningKeys
from tradebook.kernel.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    RateLimited,
    Refused,
    TradebookError,
    Unauthenticated,
    Unavailable,
)

PASSWORD = "violet-otter-climbs-93"
STATUSES = {
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


@dataclass
class Book:
    """One book, its outside world, and a caller."""

    journal: RowJournal
    pool: asyncpg.Pool
    clock: TurnedClock
    personal: SealedInMemory
    keys_path: Path
    identity: IdentityService
    http: httpx.AsyncClient

    async def another_process(self) -> IdentityService:
        """A second server on the same book."""
        identity = new_identity(self.journal, self.pool, self.clock, self.personal, self.keys_path)
        await identity.start()
        return identity

    async def call(
        self, method: str, path: str, bearer: str | None = None, /, **body: Any
    ) -> tuple[int, dict[str, Any]]:
        """Status and answer of a request."""
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        response = await self.http.request(method, path, headers=headers, json=body or None)
        return response.status_code, response.json() if response.content else {}

    async def owner(self) -> str:
        """An access token of the owner, made if there is none."""
        if not self.identity.owner_setup.has_owner():
            link = await self.identity.owner_setup.owner_link()
            await self.identity.owner_setup.register_with_link(
                link.token, email="ada@example.org", password=PASSWORD, name="Ada"
            )
        return await self.sign_in("ada@example.org")

    async def sign_in(self, email: str, password: str = PASSWORD) -> str:
        """An access token."""
        status, tokens = await self.call("POST", "/v1/auth/login", email=email, password=password)
        assert status == 200, tokens
        access_token: str = tokens["access_token"]
        return access_token

    async def member(self, email: str, role: Role, **invitation: Any) -> str:
        """An access token of somebody who was invited and joined."""
        status, link = await self.call(
            "POST", "/v1/members", await self.owner(), email=email, role=role, **invitation
        )
        assert status == 201, link
        status, tokens = await self.call(
            "POST", "/v1/auth/join", token=link["token"], password=PASSWORD, name=email.partition("@")[0]
        )
        assert status == 201, tokens
        access_token: str = tokens["access_token"]
        return access_token

    async def me(self, token: str) -> dict[str, Any]:
        """What the server says about the token's holder."""
        status, me = await self.call("GET", "/v1/auth/me", token)
        assert status == 200, me
        return me


def new_identity(
    journal: RowJournal, pool: asyncpg.Pool, clock: TurnedClock, personal: SealedInMemory, keys_path: Path
) -> IdentityService:
    return IdentityService(
        journal=journal,
        pool=pool,
        clock=clock,
        personal=personal,
        signing_keys=SigningKeys(keys_path),
        passwords=cheap_passwords(),
    )


def new_app(identity: IdentityService) -> FastAPI:
    app = FastAPI()
    app.state.system = SimpleNamespace(identity=identity, authenticator=identity.authenticator)
    for router in ROUTERS:
        app.include_router(router)

    async def answer(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, TradebookError)
        status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
        return JSONResponse({"code": error.code, "detail": error.detail, **error.figures}, status)

    app.add_exception_handler(TradebookError, answer)
    return app
