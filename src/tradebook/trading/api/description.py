"""The room's part of the OpenAPI document, written from the endpoints themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from tradebook.trading.api.endpoint import Endpoint

REF = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"{(\w+)}")

POSITION_PARAMETER: dict[str, Any] = {
    "name": "Tradebook-Position",
    "in": "header",
    "required": False,
    "description": "Wait (at most 2 s) until the view has reached this journal position.",
    "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
}


POSITION_HEADER: dict[str, Any] = {
    "description": "Where this stands in the journal: send it with a GET to see this in its answer.",
    "schema": POSITION_PARAMETER["schema"],
}


def describe(endpoints: Sequence[Endpoint], tag: str) -> dict[str, Any]:
    """Paths and schemas of these endpoints."""
    kinds = [kind for each in endpoints for kind in (each.answer, each.body) if kind is not None]
    schemas, components = msgspec.json.schema_components(kinds, ref_template=REF)
    of_kind = dict(zip(map(_key, kinds), schemas, strict=True))
    renamed = {name: _public(name) for name in components}
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, of_kind, tag)
    document = {"paths": paths, "components": {"schemas": components}}
    renamed_document: dict[str, Any] = _rename(document, renamed)
    return renamed_document


def _operation(endpoint: Endpoint, of_kind: dict[str, Any], tag: str) -> dict[str, Any]:
    summary, _, rest = (endpoint.handler.__doc__ or "").strip().partition("\n\n")
    answer: dict[str, Any] = {
        "content": {"application/json": {"schema": of_kind[_key(endpoint.answer)]}},
        "description": "Done.",
    }
    if endpoint.method != "GET" and "journal_position" in getattr(endpoint.answer, "__struct_fields__", ()):
        answer["headers"] = {POSITION_PARAMETER["name"]: POSITION_HEADER}
    operation: dict[str, Any] = {
        "tags": [tag],
        "operationId": endpoint.handler.__name__,
        "summary": " ".join(summary.split()),
        "parameters": _parameters(endpoint),
        "responses": {str(status): answer for status in (endpoint.status, *endpoint.also)},
    }
    if rest:
        operation["description"] = " ".join(rest.split())
    if endpoint.body is not None:
        content = {"application/json": {"schema": of_kind[_key(endpoint.body)]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(endpoint.path)
    ]
    if endpoint.query is not None:
        (schema,), components = msgspec.json.schema_components([endpoint.query], ref_template=REF)
        own = components[schema["$ref"].rpartition("/")[2]]
        for name, described in own["properties"].items():
            schema, required = _inline(described, components), name in own.get("required", ())
            parameters.append({"name": name, "in": "query", "required": required, "schema": schema})
    if endpoint.method == "GET":
        parameters.append(POSITION_PARAMETER)
    return parameters


def _inline(schema: Any, components: dict[str, Any]) -> Any:
    """Query parameters are simple: nothing of them is shared. Absent is said by absence, not by null."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inline(components[schema["$ref"].rpartition("/")[2]], components)
        choices = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
        if len(choices) == 1:
            return _inline(choices[0], components)
        return {key: _inline(value, components) for key, value in schema.items() if key != "default"}
    return schema


def _key(kind: Any) -> str:
    return repr(kind)


def _public(name: str) -> str:
    """Class names without what only our own code needs to tell apart: OrderDocument is an Order."""
    generic = re.fullmatch(r"Page_(\w+?)_?", name)
    return f"{_public(generic[1])}List" if generic else name.removesuffix("Document")


def _rename(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            names.get(key, key): f"#/components/schemas/{names[item.rpartition('/')[2]]}"
            if key == "$ref"
            else _rename(item, names)
            for key, item in value.items()
        }
    return [_rename(item, names) for item in value] if isinstance(value, list) else value
