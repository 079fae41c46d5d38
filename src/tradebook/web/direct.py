"""The short way of hot routes: a whole request in, a whole answer out, nothing between parser and route.

It serves what order entry sends tens of thousands of times a second. Whatever is unusual about a request
(chunked, keyed, upgraded, pipelined) takes the long way through the Edge, to the same route::

    HttpProtocol ─┬─ plain, hot ──► DirectRoutes ─┐
                  └─ all else ────► Edge ─────────┴──► the route
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any, NamedTuple, Protocol

import structlog
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from tradebook.web import problems
from tradebook.web.edge import API_HEADERS, BODY_BYTES_MAX, read_headers, record_answer

Headers = Sequence[tuple[bytes, bytes]]

_UNUSUAL = frozenset({b"expect", b"idempotency-key", b"transfer-encoding", b"upgrade"})

log = structlog.get_logger("tradebook.web")


class DirectEndpoint(Protocol):
    """A route that can be asked without ASGI."""

    async def answer(
        self, system: Any, headers: Headers, body: bytes, *, correlation_id: str
    ) -> tuple[int, bytes, Headers]:
        """Status, JSON body and further headers. Raises what the long way would turn into a problem."""
        ...


class DirectRoute(NamedTuple):
    """Where a request goes, and under which name it is counted."""

    method: str
    path: str
    endpoint: DirectEndpoint


class DirectRoutes:
    """The hot routes by method and path."""

    def __init__(self, system: Any, endpoints: Mapping[tuple[str, str], DirectEndpoint]) -> None:
        self._system = system
        self._routes = {
            (method.encode(), path.encode()): DirectRoute(method, path, endpoint)
            for (method, path), endpoint in endpoints.items()
        }

    def find(self, method: bytes, url: bytes, headers: Headers) -> DirectRoute | None:
        """The route, if it is a hot one and nothing about the request is unusual."""
        route = self._routes.get((method, url))
        if route is None:
            return None
        length = b""
        for name, value in headers:
            if name == b"content-length":
                length = value
            elif name in _UNUSUAL or (name == b"connection" and value.lower() != b"keep-alive"):
                return None
        return route if length.isdigit() and int(length) <= BODY_BYTES_MAX else None

    async def answer(self, route: DirectRoute, headers: Headers, body: bytes) -> bytes:
        """The whole answer, head and body; never raises but when it is cancelled."""
        began = perf_counter()
        request_id = read_headers(headers)[0]
        correlation_id = request_id.decode()
        structlog.contextvars.bind_contextvars(correlation_id=correlation_id)
        try:
            status, document, further = await route.endpoint.answer(
                self._system, headers, body, correlation_id=correlation_id
            )
            answer = b"%b%b%bx-request-id: %b\r\ncontent-length: %d\r\n\r\n%b" % (
                *(STATUS_LINE[status], _COMMON, _lines(further), request_id),
                *(len(document), document),
            )
        except Exception as error:  # the last place that can answer
            if problems.as_kernel_error(error) is None:
                log.exception("request failed", method=route.method, path=route.path)
            response = problems.respond_to(error, correlation_id)
            status, answer = response.status_code, _written(response, request_id)
        record_answer(route.method, route.path, status, perf_counter() - began)
        return answer


def _lines(headers: Headers) -> bytes:
    return b"".join([b"%b: %b\r\n" % header for header in headers])


_COMMON = _lines([(b"content-type", b"application/json"), *API_HEADERS])


def _written(response: Response, request_id: bytes) -> bytes:
    head = _lines([*response.raw_headers, *API_HEADERS, (b"x-request-id", request_id)])
    return b"%b%b\r\n%b" % (STATUS_LINE[response.status_code], head, bytes(response.body))
