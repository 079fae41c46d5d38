"""The one description of the API: FastAPI's routes, hot routes by their own word, problems everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

import tradebook
from tradebook.web.problems import MEDIA_TYPE

Document = dict[str, Any]
Fragment = Mapping[str, Any]
"""``{"paths": {path: {method: operation}}, "components": {"schemas": {…}}}`` of routes outside FastAPI."""

SECURITY_SCHEME = "HTTPBearer"
METHODS = ("get", "put", "post", "patch", "delete")

DESCRIPTION = """\
Decimals and 64-bit integers are strings, times are RFC 3339 in UTC. Every refusal is a problem (RFC 9457)
whose `code` is stable. Lists answer `{items, next_cursor}`. `Tradebook-Position: N` on a GET waits until the
view has seen journal position N. WebSockets: `/v1/stream` to watch, `/v1/trade` to enter orders."""

PROBLEM: Document = {
    "type": "object",
    "title": "Problem",
    "description": "Why not, and the figures behind it (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "`urn:tradebook:problem:` and the code."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for a person."},
        "code": {"type": "string", "description": "Stable name for a program, e.g. `insufficient_funds`."},
    },
    "additionalProperties": True,
}

IDEMPOTENCY_KEY: Document = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request gets the same answer again, for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}


def describe(app: FastAPI, fragments: Sequence[Fragment]) -> Document:
    """The OpenAPI document of the application and of the routes that describe themselves."""
    document = get_openapi(
        title="Tradebook",
        version=tradebook.__version__,
        description=DESCRIPTION,
        routes=app.routes,
        separate_input_output_schemas=False,
    )
    document.setdefault("paths", {})
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for fragment in fragments:
        _merge(document, fragment)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = PROBLEM
    components.setdefault("securitySchemes", {}).setdefault(
        SECURITY_SCHEME, {"type": "http", "scheme": "bearer"}
    )
    for method, operation in operations(document):
        _complete(method, operation)
    document["paths"] = dict(sorted(document["paths"].items()))
    components["schemas"] = dict(sorted(schemas.items()))
    return document


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    """Every operation with its method."""
    for path in document["paths"].values():
        for method in METHODS:
            if method in path:
                yield method, path[method]


def _merge(document: Document, fragment: Fragment) -> None:
    for path, described in fragment.get("paths", {}).items():
        for method, operation in described.items():
            secured = {"security": [{SECURITY_SCHEME: []}], **operation}
            document["paths"].setdefault(path, {})[method] = secured
    document["components"]["schemas"].update(fragment.get("components", {}).get("schemas", {}))


def _complete(method: str, operation: Document) -> None:
    """Say what every operation answers when it cannot, and what every POST understands."""
    responses = operation.setdefault("responses", {})
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]
    responses["default"] = {
        "description": "Not done; the problem says why.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if method == "post":
        operation["parameters"] = [*operation.get("parameters", []), IDEMPOTENCY_KEY]
