"""``Idempotency-Key`` on every POST: the first answer is kept for 24 hours and given again.

What happens between a request's effect and the keeping of its answer is covered by ids: the command id of a
request with a key is a function of the caller, the key, the request and the day it first came
(``request.state.command_id``), and the journal records a command id once. A request that comes again after a
crash, or after an answer that was not kept, runs again and changes nothing. The day is there because a key
may name something new once its 24 hours are over.

Answers can contain secrets (a login's tokens, a new API key). They are stored sealed under a key made from
the server's secret, the caller's key and the body: neither the database nor the server alone can read them.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tradebook.identity.principal import Principal
from tradebook.kernel.errors import Conflict, InvalidInput, Unauthenticated
from tradebook.kernel.ids import derive_id
from tradebook.web import problems
from tradebook.web.edge import BODY_BYTES_MAX, REQUEST_S_MAX
from tradebook.web.ports import Authenticator

if TYPE_CHECKING:
    import asyncpg

KEY_LENGTH_MAX = 255
LEASE_S = REQUEST_S_MAX + 5
"""A request that was taken up and has no answer after this belongs to a process that died."""
NONCE_BYTES = 12
TRANSIENT = frozenset({401, 403, 408, 409, 429})
"""Statuses that another attempt may change: such answers are not kept, nor are those of 500 and above."""

TAKE_UP = """
insert into web.idempotent_answers as kept (scope, request, taken_until)
values ($1, $2, now() + $3 * interval '1 second')
on conflict (scope) do update
    set request = excluded.request, taken_until = excluded.taken_until, status = null, answer = null,
        created_at = case when kept.created_at < now() - interval '24 hours' then now()
                          else kept.created_at end
    where kept.created_at < now() - interval '24 hours'
       or kept.taken_until = '-infinity'
       or (kept.answer is null and kept.taken_until < now() and kept.request = excluded.request)
returning (created_at at time zone 'UTC')::date::text
"""

FIND = "select request, status, answer from web.idempotent_answers where scope = $1"
KEEP = "update web.idempotent_answers set status = $2, answer = $3 where scope = $1"
RELEASE = """
update web.idempotent_answers set taken_until = '-infinity' where scope = $1 and answer is null
"""
PRUNE = """
delete from web.idempotent_answers where scope in (
    select scope from web.idempotent_answers where created_at < now() - interval '24 hours' limit $1)
"""
PRUNED_AT_ONCE = 10_000
"""Answers that one statement forgets, so that none holds up the requests."""


class _Answer(msgspec.Struct, array_like=True):
    """A response as it went out."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


class KeyedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A POST with a key, as far as idempotency is concerned."""

    scope: bytes
    request: bytes
    sealing_key: bytes
    who: str
    key: str

    def command_id(self, day: str) -> str:
        """Under which id the request is recorded when it was first taken up on this day (UTC)."""
        return derive_id("idempotency-key", self.who, self.key, self.request.hex(), day)


class Idempotency:
    """Serves a keyed request once."""

    def __init__(self, *, pool: asyncpg.Pool[Any], authenticator: Authenticator, secret: bytes) -> None:
        """``secret`` stays the same across restarts and is at least 32 bytes of chance."""
        self._pool = pool
        self._authenticator = authenticator
        self._secret = secret

    async def prune(self) -> None:
        """Forget answers older than 24 hours, some at a time."""
        while await self._pool.execute(PRUNE, PRUNED_AT_ONCE) == f"DELETE {PRUNED_AT_ONCE}":
            pass

    async def __call__(self, scope: Scope, receive: Receive, send: Send, serve: ASGIApp) -> None:
        """Serve the request by ``serve``, or with the answer that it has had already.

        Raises InvalidInput for an unfit key or one that was used for something else, Conflict while the first
        request is still under way, RateLimited.
        """
        request = Request(scope, receive)
        body = await _read_body(request)
        principal = await self._principal(request)
        keyed = self._identify(request, principal, body)
        once_more = _replaying(body, receive)
        del body  # it may hold secrets: no crash dump of what follows is to show them
        day = await self._pool.fetchval(TAKE_UP, keyed.scope, keyed.request, LEASE_S)
        if day is not None:
            scope["state"]["command_id"] = keyed.command_id(day)
            await self._serve_and_keep(keyed, scope, once_more, send, serve)
            return
        if principal is not None:
            self._authenticator.admit(principal)
        response = await self._earlier_answer(keyed)
        await response(scope, receive, send)

    async def _principal(self, request: Request) -> Principal | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            return await self._authenticator.authenticate(token)
        except Unauthenticated:
            return None  # the route says so better

    def _identify(self, request: Request, principal: Principal | None, body: bytes) -> KeyedRequest:
        key = request.headers["idempotency-key"]
        if not 1 <= len(key) <= KEY_LENGTH_MAX or not key.isprintable():
            raise InvalidInput(
                "Idempotency-Key", "not a fit key", f"send 1 to {KEY_LENGTH_MAX} printable characters"
            )
        route = f"{request.method} {request.url.path}?{request.url.query}"
        content = hashlib.sha256(route.encode() + b"\n" + body).digest()
        # Strangers share no keys: two of them may well both count from 1.
        who = principal.actor if principal is not None else f"anonymous:{content.hex()}"
        return KeyedRequest(
            scope=hashlib.sha256(f"{who}\n{key}".encode()).digest(),
            request=content,
            sealing_key=hmac.digest(self._secret, key.encode() + b"\n" + content, "sha256"),
            who=who,
            key=key,
        )

    async def _serve_and_keep(
        self, keyed: KeyedRequest, scope: Scope, receive: Receive, send: Send, serve: ASGIApp
    ) -> None:
        """The answer leaves when it is kept, so that who has seen it will see the same again."""
        recorder = _Recorder()
        try:
            await serve(scope, receive, recorder)
        except Exception:
            # It becomes an answer further out, and another attempt may end better.
            await self._pool.execute(RELEASE, keyed.scope)
            raise
        status, answer = recorder.status, recorder.answer
        if status < 500 and status not in TRANSIENT and len(answer.body) <= BODY_BYTES_MAX:
            await self._pool.execute(KEEP, keyed.scope, status, _seal(keyed, answer))
        else:
            await self._pool.execute(RELEASE, keyed.scope)
        await recorder.replay(send)

    async def _earlier_answer(self, keyed: KeyedRequest) -> Response:
        row = await self._pool.fetchrow(FIND, keyed.scope)
        if row is None or (row["answer"] is None and row["request"] == keyed.request):
            raise Conflict("request_in_progress", "The same request is being served; ask again in a second.")
        if row["request"] != keyed.request:
            raise InvalidInput(
                "Idempotency-Key",
                "it was used for another request",
                "send a new key with a new request",
                code="idempotency_key_reused",
            )
        answer = _unseal(keyed, row["answer"])
        response = Response(answer.body, status_code=row["status"])
        response.raw_headers = [*answer.headers, (b"idempotent-replayed", b"true")]
        return response


class _Recorder:
    """Takes an answer in instead of sending it."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def __call__(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    @property
    def answer(self) -> _Answer:
        return _Answer(
            headers=list(self.messages[0]["headers"]),
            body=b"".join(message.get("body", b"") for message in self.messages[1:]),
        )

    async def replay(self, send: Send) -> None:
        for message in self.messages:
            await send(message)


async def _read_body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES_MAX:
            raise problems.body_too_large(BODY_BYTES_MAX)
    return body


def _replaying(body: bytes, receive: Receive) -> Receive:
    """The body once more, then whatever the connection says."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


def _seal(keyed: KeyedRequest, answer: _Answer) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + ChaCha20Poly1305(keyed.sealing_key).encrypt(nonce, msgspec.msgpack.encode(answer), None)


def _unseal(keyed: KeyedRequest, sealed: bytes) -> _Answer:
    opened = ChaCha20Poly1305(keyed.sealing_key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    return msgspec.msgpack.decode(opened, type=_Answer)
