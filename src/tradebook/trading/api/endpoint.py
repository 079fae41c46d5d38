"""How a route of the room is made: msgspec in, msgspec out, and its own words for the OpenAPI document.

Order entry is served tens of thousands of times a second, so these are Starlette routes. Each is described
once, by an ``Endpoint``; route and description come from that.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tradebook.identity.guard import bearer_token
from tradebook.identity.principal import Principal, Scope
from tradebook.kernel.errors import InvalidInput

ORDER_BYTES_MAX = 64 * 1024
POSITION_HEADER = "tradebook-position"


class Call(NamedTuple):
    """A request that has come through the door."""

    system: Any
    principal: Principal
    path: dict[str, str]
    query: Any
    body: Any
    correlation_id: str
    wanted_position: int
    """Journal position that views must have reached; 0 for none."""


class Answer(NamedTuple):
    """Something other than the endpoint's usual status."""

    document: object
    status: int


Handler = Callable[[Call], Awaitable[object]]


class Endpoint(NamedTuple):
    """A route and what it says of itself. The handler's docstring describes it."""

    method: str
    path: str
    scope: Scope
    handler: Handler
    answer: Any
    body: Any = None
    query: Any = None
    status: int = 200
    also: Sequence[int] = ()
    """Other statuses that carry the same document."""
    bytes_max: int = ORDER_BYTES_MAX


def route(endpoint: Endpoint) -> Route:
    """The Starlette route."""
    decoder = None if endpoint.body is None else msgspec.json.Decoder(endpoint.body)
    encode = msgspec.json.Encoder().encode

    async def serve(request: Request) -> Response:
        system = request.app.state.system
        principal = await _enter(request, system.authenticator)
        principal.require(endpoint.scope)
        call = Call(
            system=system,
            principal=principal,
            path=request.path_params if "{" in endpoint.path else {},
            query=None if endpoint.query is None else _query(request, endpoint.query),
            body=None if decoder is None else _decode(decoder, await request.body(), endpoint.bytes_max),
            correlation_id=request.scope.get("state", {}).get("correlation_id", ""),
            wanted_position=_wanted_position(request),
        )
        document = await endpoint.handler(call)
        status = endpoint.status
        if isinstance(document, Answer):
            document, status = document
        return Response(encode(document), status_code=status, media_type="application/json")

    return Route(endpoint.path, serve, methods=[endpoint.method], include_in_schema=False)


async def _enter(request: Request, authenticator: Any) -> Principal:
    token = bearer_token(request.headers.get("authorization"))
    principal: Principal = authenticator.recall(token) or await authenticator.authenticate(token)
    authenticator.admit(principal)
    return principal


def _decode(decoder: msgspec.json.Decoder[Any], body: bytes, bytes_max: int) -> object:
    if len(body) > bytes_max:
        raise InvalidInput("body", f"more than {bytes_max} bytes", "send less at once", code="body_too_large")
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise invalid(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "body", f"it is not JSON ({error})", "send a JSON object", code="malformed_json"
        ) from None


_AT = re.compile(r"^(?P<problem>.*?)(?: - at `\$?\.?(?P<field>[^`]*)`)?$", re.DOTALL)
_NAMED = re.compile(r"field `(?P<field>[^`]+)`")


def invalid(error: msgspec.ValidationError) -> InvalidInput:
    """A validation error with its field named."""
    match = _AT.match(str(error))
    problem, field = (match["problem"], match["field"]) if match else (str(error), None)
    named = _NAMED.search(problem)
    if named is not None:
        field = f"{field}.{named['field']}" if field else named["field"]
    remedy = "write decimals as strings" if "Expected `str`" in problem else "correct it"
    return InvalidInput(field or "body", problem, remedy)


def _query(request: Request, kind: type) -> object:
    given = request.query_params
    unknown = set(given) - {field.encode_name for field in msgspec.structs.fields(kind)}
    if unknown:
        raise InvalidInput(min(unknown)[:64], "there is no such parameter", "leave it out")
    try:
        return msgspec.convert(dict(given), kind, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(error) from None


def _wanted_position(request: Request) -> int:
    text = request.headers.get(POSITION_HEADER)
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidInput("Tradebook-Position", "is not a journal position", "send a whole number")
    return int(text)
