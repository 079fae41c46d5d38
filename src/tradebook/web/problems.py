"""Errors as RFC 9457 problems: one table of kernel errors and statuses, for routes and sockets alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import asyncpg
import msgspec
import redis.exceptions
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

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
from tradebook.web.route_table import methods_at

MEDIA_TYPE = "application/problem+json"

Problem = dict[str, Any]
"""``type``, ``title``, ``status``, ``detail``, ``code`` and beside them the figures that explain it."""

STATUS_OF_ERROR: dict[type[TradebookError], int] = {
    InvalidInput: 422,
    NotFound: 404,
    Conflict: 409,
    Refused: 422,
    Unauthenticated: 401,
    Forbidden: 403,
    RateLimited: 429,
    Unavailable: 503,
    TradebookError: 500,
}

STATUS_OF_CODE = {"malformed_json": 400, "body_too_large": 413}
"""Codes whose status is more precise than that of their class."""

_CODE_OF_STATUS = {400: "malformed_json", 413: "body_too_large"}
"""Codes of what the framework itself refuses, where the status has a name of ours."""

_REMEDY_OF_VALIDATION = {
    "missing": "add it",
    "extra_forbidden": "remove it",
}

AWAY = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    redis.exceptions.ConnectionError,
)
"""What libraries raise when a part we need is away."""


def status_of(error: TradebookError) -> int:
    """The HTTP status of a kernel error."""
    if error.code in STATUS_OF_CODE:
        return STATUS_OF_CODE[error.code]
    return next(STATUS_OF_ERROR[kind] for kind in type(error).__mro__ if kind in STATUS_OF_ERROR)


def problem(
    status: int, code: str, title: str, detail: str, figures: Mapping[str, object] | None = None
) -> Problem:
    """The members that every problem has; figures never hide one of them."""
    return {
        **(figures or {}),
        "type": f"urn:tradebook:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }


def problem_of(error: TradebookError) -> Problem:
    """A kernel error as a problem."""
    return problem(status_of(error), error.code, error.title, error.detail, error.figures)


def headers_of(error: TradebookError) -> dict[str, str]:
    """Headers that a client is owed beside the problem."""
    if isinstance(error, RateLimited):
        return {"retry-after": str(error.retry_after_s)}
    if isinstance(error, Unauthenticated):
        return {"www-authenticate": 'Bearer realm="tradebook"'}
    if isinstance(error, Unavailable):
        return {"retry-after": "1"}
    return {}


def as_kernel_error(error: Exception) -> TradebookError | None:
    """The kernel error that an exception means, or None when it is a defect of ours."""
    if isinstance(error, TradebookError):
        return error
    if isinstance(error, AWAY):
        return Unavailable("part_unavailable", "A part that this needs is away at the moment; try again.")
    if isinstance(error, msgspec.DecodeError):
        return of_decoding(error)
    return None


def of_decoding(error: msgspec.DecodeError) -> InvalidInput:
    """What is wrong with a message that could not be read, and where."""
    if not isinstance(error, msgspec.ValidationError):
        return InvalidInput("body", f"not JSON: {error}", "send one JSON document", code="malformed_json")
    reason, _, place = str(error).partition(" - at ")
    field = place.strip("`").removeprefix("$").removeprefix(".")
    return InvalidInput(field or "body", reason, "see the reference at /docs")


def unexpected_problem(correlation_id: str) -> Problem:
    """What a caller learns of a defect of ours: nothing but the id under which it is logged."""
    return problem(
        500,
        "internal_error",
        "Something went wrong",
        f"This is a defect of the server; its log has the details under {correlation_id}.",
        {"correlation_id": correlation_id},
    )


def body_too_large(bytes_max: int) -> InvalidInput:
    """More than this server reads at a time."""
    return InvalidInput("body", f"more than {bytes_max} bytes", "send less at a time", code="body_too_large")


def respond(body: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as an HTTP answer."""
    return Response(
        msgspec.json.encode(body), status_code=body["status"], media_type=MEDIA_TYPE, headers=headers
    )


def respond_to(error: Exception, correlation_id: str) -> Response:
    """Whatever was raised as an HTTP answer. The caller logs what is a defect (status 500)."""
    known = as_kernel_error(error)
    if known is None:
        return respond(unexpected_problem(correlation_id))
    return respond(problem_of(known), headers_of(known))


def validation_problem(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """Pydantic's findings: each with its field and what to do about it."""
    if any(error["type"] == "json_invalid" for error in errors):
        detail = "body: not JSON; send one JSON document."
        return problem(400, "malformed_json", InvalidInput.title, detail, {"field": "body"})
    found = [
        {
            "field": _field_of(error["loc"]),
            "problem": str(error["msg"]),
            "remedy": _REMEDY_OF_VALIDATION.get(error["type"], "see the reference at /docs"),
        }
        for error in errors[:20]
    ]
    first = found[0]
    detail = f"{first['field']}: {first['problem']}; {first['remedy']}."
    figures = {"field": first["field"], "errors": found}
    return problem(422, "invalid_input", InvalidInput.title, detail, figures)


def _field_of(location: Sequence[str | int]) -> str:
    parts = location[1:] if location and location[0] in ("body", "query", "path", "header") else location
    return ".".join(str(part) for part in parts) or "body"


# --- what FastAPI calls


def _correlation_id(request: Request) -> str:
    return getattr(request.state, "correlation_id", "")


async def on_known(request: Request, error: Exception) -> Response:
    """Kernel errors, and library errors that mean one."""
    return respond_to(error, _correlation_id(request))


async def on_validation(_: Request, error: RequestValidationError) -> Response:
    """A body, path or query that does not have the shape."""
    return respond(validation_problem(error.errors()))


async def on_http(request: Request, error: HTTPException) -> Response:
    """What Starlette itself refuses: no such path, no such method, an unreadable body."""
    status, headers = HTTPStatus(error.status_code), error.headers
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        methods = methods_at(request.app, request.url.path)
        if methods:
            status, headers = HTTPStatus.METHOD_NOT_ALLOWED, {"allow": ", ".join(sorted(methods))}
    detail = {
        404: f"There is nothing at {request.url.path[:256]}.",
        405: f"{request.method} is not answered here.",
        400: "body: it cannot be read as JSON in UTF-8; send one JSON document.",
        413: "body: larger than this server reads; send less at a time.",
    }.get(status.value, str(error.detail))
    code = _CODE_OF_STATUS.get(status.value) or status.phrase.lower().replace(" ", "_").replace("-", "_")
    figures = {"field": "body"} if error.status_code in _CODE_OF_STATUS else None
    return respond(problem(status.value, code, status.phrase, detail, figures), headers)


EXCEPTION_HANDLERS: dict[Any, Any] = {
    TradebookError: on_known,
    RequestValidationError: on_validation,
    HTTPException: on_http,
    Exception: on_known,
} | dict.fromkeys(AWAY, on_known)
