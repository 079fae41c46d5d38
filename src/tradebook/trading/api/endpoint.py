"""How a route of the room is made: msgspec in, msgspec out, and its own words for the OpenAPI document.

Order entry is served tens of thousands of times a second, so these are Starlette routes. Each is described
once, by an ``Endpoint``; route and description come from that.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
import msgspec.inspect
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.routing import Route
from starlette.types import Receive, Send
from starlette.types import Scope as ASGIScope

from tradebook.identity.guard import bearer_token
from tradebook.identity.principal import Principal, Scope
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.unambiguous import require_distinct_keys, require_known
from tradebook.trading.services.requests import AMOUNT_PATTERN

ORDER_BYTES_MAX = 64 * 1024
POSITION_HEADER = b"tradebook-position"
_IS_JSON = (b"content-type", b"application/json")
_NO_PATH: Mapping[str, str] = {}


class Call(NamedTuple):
    """A request that has come through the door."""

    system: Any
    principal: Principal
    path: Mapping[str, str]
    query: Any
    body: Any
    correlation_id: str
    command_id: str
    """A function of the caller's Idempotency-Key, or empty: under it the request takes effect once."""
    wanted_position: int
    """Journal position that views must have reached; 0 for none."""


class Answer(NamedTuple):
    """Something other than the endpoint's usual status."""

    document: object
    status: int


class Reply(NamedTuple):
    """What goes back."""

    status: int
    body: bytes
    """JSON."""
    headers: Sequence[tuple[bytes, bytes]]
    """Beside those that every answer has."""


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
    return Route(endpoint.path, Served(endpoint), methods=[endpoint.method], include_in_schema=False)


class Served:
    """An endpoint as the ASGI application of its route, without the price of a Request and a Response."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._decoder = None if endpoint.body is None else msgspec.json.Decoder(endpoint.body)
        self._encode = msgspec.json.Encoder().encode

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        scope["route"] = self._endpoint  # the edge counts requests by their route's path
        state = scope.get("state", {})
        reply = await self.answer(
            scope["app"].state.system,
            scope["headers"],
            b"" if self._decoder is None else await _read_body(receive),
            correlation_id=state.get("correlation_id", ""),
            command_id=state.get("command_id", ""),
            path=scope.get("path_params", {}),
            query_string=scope["query_string"],
        )
        headers = [(b"content-length", b"%d" % len(reply.body)), _IS_JSON, *reply.headers]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def answer(
        self,
        system: Any,
        headers: Iterable[tuple[bytes, bytes]],
        body: bytes,
        *,
        correlation_id: str,
        command_id: str = "",
        path: Mapping[str, str] = _NO_PATH,
        query_string: bytes = b"",
    ) -> Reply:
        """Raises what is to become a problem."""
        endpoint = self._endpoint
        authorization, wanted_position = _read_headers(headers)
        principal = await _enter(authorization, system.authenticator)
        principal.require(endpoint.scope)
        _require_readable(path)
        document = await endpoint.handler(
            Call(
                system=system,
                principal=principal,
                path=path,
                query=_query(query_string, endpoint.query),
                body=None if self._decoder is None else _decode(self._decoder, body, endpoint.bytes_max),
                correlation_id=correlation_id,
                command_id=command_id,
                wanted_position=_position(wanted_position),
            )
        )
        status = endpoint.status
        if isinstance(document, Answer):
            document, status = document
        return Reply(status, self._encode(document), _place(document))


def _place(document: object) -> Sequence[tuple[bytes, bytes]]:
    """Where what was written stands: sent back with a GET, that waits until the view shows it."""
    position = getattr(document, "journal_position", None)
    return () if position is None else ((POSITION_HEADER, position.encode()),)


def _read_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str | None, str | None]:
    """What the headers say of the caller and of the position they want to see."""
    authorization = wanted_position = None
    for name, value in headers:
        if name == b"authorization":
            authorization = value.decode("latin-1")
        elif name == POSITION_HEADER:
            wanted_position = value.decode("latin-1")
    return authorization, wanted_position


async def _enter(authorization: str | None, authenticator: Any) -> Principal:
    token = bearer_token(authorization)
    principal: Principal = authenticator.recall(token) or await authenticator.authenticate(token)
    authenticator.admit(principal)
    return principal


async def _read_body(receive: Receive) -> bytes:
    """All of it; how much that may be, the edge has seen to."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def _decode(decoder: msgspec.json.Decoder[Any], body: bytes, bytes_max: int) -> object:
    if len(body) > bytes_max:
        raise InvalidInput("body", f"more than {bytes_max} bytes", "send less at once", code="body_too_large")
    try:
        decoded = decoder.decode(body)
    except msgspec.ValidationError as error:
        raise invalid(error) from None
    except RecursionError:
        raise InvalidInput(
            "body", "nested too deep", "send what the reference describes", code="malformed_json"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "body", f"it is not JSON ({error})", "send a JSON object", code="malformed_json"
        ) from None
    require_distinct_keys(body)
    return decoded


_AT = re.compile(r"^(?P<problem>.*?)(?: - at `\$?\.?(?P<field>[^`]*)`)?$", re.DOTALL)
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_NO_STRING = re.compile(r"Expected `str( \| null)?`, got ")
_NAMED = re.compile(r"field `(?P<field>[^`]+)`")


def invalid(error: msgspec.ValidationError) -> InvalidInput:
    """A validation error with its field named."""
    match = _AT.match(str(error))
    problem, field = (match["problem"], match["field"]) if match else (str(error), None)
    named = _NAMED.search(problem)
    if named is not None:
        field = f"{field}.{named['field']}" if field else named["field"]
    if repr(AMOUNT_PATTERN) in problem:
        return InvalidInput(
            field or "body", "it is not a decimal number without a sign", 'write it like "0.015"'
        )
    remedy = "write decimals as strings" if _NO_STRING.match(problem) else "correct it"
    return InvalidInput(field or "body", problem, remedy)


def _query(query_string: bytes, kind: type | None) -> object:
    if kind is None and not query_string:
        return None
    given = QueryParams(query_string)
    types = {} if kind is None else _types_of(kind)
    require_known([name for name, _ in given.multi_items()], types)
    _require_readable(given)
    if kind is None:
        return None
    values = {name: _number(text) if types[name] is int else text for name, text in given.items()}
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise invalid(error) from None


def _require_readable(texts: Mapping[str, str]) -> None:
    """No name or id has signs that cannot be read, and the database takes no NUL."""
    for name, text in texts.items():
        if not text.isprintable():
            raise InvalidInput(name, "it has signs that cannot be read", "take it as an answer gave it")


@cache
def _types_of(kind: type) -> dict[str, type]:
    """Its fields, as far as it matters here: which of them are whole numbers."""
    fields = msgspec.inspect.type_info(kind).fields  # type: ignore[attr-defined]  # kinds of queries are structs
    return {
        each.encode_name: int if isinstance(each.type, msgspec.inspect.IntType) else str for each in fields
    }


def _number(text: str) -> int | str:
    """Left as it is where it is none, for the validation to say so."""
    return int(text) if _WHOLE.fullmatch(text) else text


def _position(text: str | None) -> int:
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidInput("Tradebook-Position", "is not a journal position", "send a whole number")
    return int(text)
