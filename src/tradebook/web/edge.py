"""The outermost layer: correlation, security headers, deadlines, metrics and the short way for hot routes.

One pure ASGI callable does all of it in one pass, so that an order pays for it once::

    Edge ─┬─ hot (method, path) ──────────────────────────► the route's own application
          ├─ Idempotency-Key ──► Idempotency ──► (as without)
          └─ everything else ──► deadline ──► FastAPI
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from itertools import count
from time import perf_counter
from typing import Protocol

import structlog
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tradebook.kernel.errors import OutcomeUnknown, TradebookError, Unavailable
from tradebook.kernel.ids import new_id
from tradebook.web import metrics, problems

BODY_BYTES_MAX = 1024 * 1024
REQUEST_S_MAX = 30.0
ACCESS_LOG_EVERY = 100
"""Of this many answers without a server error one is logged."""

HotEndpoints = Mapping[tuple[str, str], ASGIApp]

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

API_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
]
PAGE_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    # Nothing but what is named, and of that only our own. Charts and menus position themselves with style
    # attributes and elements; scripts only ever come from files: none stands in the page, none is evaluated.
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        b"font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"cross-origin-resource-policy", b"same-origin"),
]

log = structlog.get_logger("tradebook.web")


class Around(Protocol):
    """Something that serves a request by way of the next one, such as the keeper of idempotent answers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send, serve: ASGIApp) -> None: ...


class Edge:
    """Serves HTTP; hands lifespan and whatever else to the application unchanged."""

    def __init__(self, app: Starlette, *, hot: HotEndpoints, idempotency: Around | None = None) -> None:
        self.app = app
        self._hot = hot
        self._idempotency = idempotency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        request_id, is_keyed, length = read_headers(scope["headers"])
        correlation_id = request_id.decode()
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        structlog.contextvars.bind_contextvars(correlation_id=correlation_id)
        common = API_HEADERS if scope["path"].startswith("/v1/") else PAGE_HEADERS
        status = 0

        async def send_dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(header for header in common if header[0] not in given),
                    (b"x-request-id", request_id),
                ]
            await send(message)

        # A body of unknown length takes the long way, which counts it.
        scope["tradebook.hot"] = length >= 0 and self._hot.get((scope["method"], scope["path"]))
        try:
            if length > BODY_BYTES_MAX:
                error = problems.body_too_large(BODY_BYTES_MAX)
                await problems.respond_to(error, correlation_id)(scope, receive, send_dressed)
            elif is_keyed and scope["method"] == "POST" and self._idempotency is not None:
                await self._idempotency(scope, receive, send_dressed, self._serve)
            else:
                await self._serve(scope, receive, send_dressed)
        except Exception as error:  # the last place that can answer
            known = problems.as_kernel_error(error)
            if known is None:
                log.exception("request failed", method=scope["method"], path=scope["path"])
            if not status:
                await problems.respond_to(error, correlation_id)(scope, receive, send_dressed)
        finally:
            route = (
                scope["path"] if scope["tradebook.hot"] else getattr(scope.get("route"), "path", "unmatched")
            )
            record_answer(scope["method"], route, status, perf_counter() - began)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint: ASGIApp | None = scope["tradebook.hot"] or None
        if endpoint is None:
            await self._serve_cold(scope, receive, send)
            return
        scope["app"] = self.app
        try:
            await endpoint(scope, receive, send)
        except TradebookError as error:
            response = problems.respond(problems.problem_of(error), problems.headers_of(error))
            await response(scope, receive, send)

    async def _serve_cold(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Within the deadline for the beginning of an answer; a long download may take longer."""
        deadline = asyncio.timeout(REQUEST_S_MAX)

        async def send_in_time(message: Message) -> None:
            if message["type"] == "http.response.start" and not deadline.expired():
                deadline.reschedule(None)
            await send(message)

        try:
            async with deadline:
                await self.app(scope, receive, send_in_time)
        except TimeoutError:
            if not deadline.expired():
                raise
            kind = Unavailable if scope["method"] in _SAFE_METHODS else OutcomeUnknown
            raise kind(
                "request_timeout", f"The answer took longer than {REQUEST_S_MAX:g} s; ask again."
            ) from None


_answers = count(1)


def record_answer(method: str, route: str, status: int, took_s: float) -> None:
    """Count an answered request; log it if it failed, and some of the others."""
    metrics.observe_request(method, route, status, took_s)
    if status >= 500 or next(_answers) % ACCESS_LOG_EVERY == 0:
        log.info("request", method=method, route=route, status=status, took_ms=round(took_s * 1000, 2))


def read_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, bool, int]:
    """Request id (the caller's if it is fit to be logged), whether there is an Idempotency-Key, body length.

    The length is 0 without a body and -1 where it is not known in advance.
    """
    request_id = b""
    is_keyed = False
    length = 0
    for name, value in headers:
        if name == b"content-length":
            length = int(value)
        elif name == b"transfer-encoding":
            length = -1
        elif name == b"x-request-id":
            request_id = value if _REQUEST_ID.fullmatch(value) else b""
        elif name == b"idempotency-key":
            is_keyed = True
    return request_id or new_id().encode(), is_keyed, length
