"""The door: who a request comes from, whether they may, and how often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from tradebook.identity.authenticator import Authenticator
from tradebook.identity.principal import Principal, Scope
from tradebook.identity.tokens import not_signed_in

bearer = HTTPBearer(auto_error=False, description="A JWT from /v1/auth/login, or an API key `tb_…`.")
_Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]


def bearer_token(authorization: str | None) -> str:
    """The token in an ``Authorization: Bearer …`` header. Raises Unauthenticated."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise not_signed_in("Send `Authorization: Bearer <token>` with a JWT or an API key.")
    return token


async def authenticate_header(authorization: str | None, authenticator: Authenticator) -> Principal:
    """The principal behind the header of one request, which counts against their minute.

    Raises Unauthenticated or RateLimited.
    """
    principal = await authenticator.authenticate(bearer_token(authorization))
    authenticator.admit(principal)
    return principal


@cache
def caller(scope: Scope) -> Callable[..., Awaitable[Principal]]:
    """A FastAPI dependency that gives the caller if they have ``scope``.

    It raises Unauthenticated, RateLimited or Forbidden. The same scope gives the same dependency, so a
    test can override it.
    """

    async def authorised(request: Request, _: _Bearer) -> Principal:
        principal = await authenticate_header(
            request.headers.get("authorization"), request.app.state.system.authenticator
        )
        principal.require(scope)
        return principal

    return authorised
