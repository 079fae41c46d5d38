"""``/docs``: the API's description as one page of plain HTML, without a script and without another host."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from tradebook.web.openapi import METHODS, Document

STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
code, pre { font-family: ui-monospace, monospace; font-size: .92em; }
section { border: 1px solid var(--line); border-radius: 10px; padding: .75rem 1rem; margin: 1rem 0; }
section h3 { margin: 0; font-size: 1rem; }
.method { display: inline-block; min-width: 4.2em; font-weight: 600; text-transform: uppercase; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
td { vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid var(--line); }
p { margin: .4rem 0; }
nav a { margin-right: 1rem; }
"""


def render(document: Document) -> str:
    """The whole page."""
    info = document["info"]
    groups = _by_room(document)
    links = "".join(f'<a href="#{escape(room)}">{escape(room)}</a>' for room in groups)
    body = "".join(
        f'<h2 id="{escape(room)}">{escape(room)}</h2>' + "".join(sections)
        for room, sections in groups.items()
    )
    schemas = "".join(_schema_section(name, schema) for name, schema in _schemas(document).items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1><p>{escape(info['description'])}</p>"
        f'<nav>{links}<a href="#schemas">schemas</a><a href="/openapi.json">openapi.json</a></nav>'
        f'{body}<h2 id="schemas">schemas</h2>{schemas}</body></html>'
    )


def _by_room(document: Document) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        room = path.removeprefix("/v1/").strip("/").split("/")[0]
        for method in METHODS:
            if method in operations:
                groups.setdefault(room, []).append(_operation_section(method, path, operations[method]))
    return groups


def _operation_section(method: str, path: str, operation: Document) -> str:
    parts = [f'<h3><span class="method">{method}</span> <code>{escape(path)}</code></h3>']
    parts += [f"<p>{escape(operation[key])}</p>" for key in ("summary", "description") if operation.get(key)]
    if not operation.get("security"):
        parts.append("<p>Needs no token.</p>")
    rows = [
        _row(
            p["name"],
            p["schema"],
            p.get("description", ""),
            is_required=p.get("required", False),
            where=p["in"],
        )
        for p in operation.get("parameters", [])
    ]
    parts.append(_table(rows))
    for content in operation.get("requestBody", {}).get("content", {}).values():
        parts.append(f"<p>Body: {_type(content['schema'])}</p>")
    for status, response in operation["responses"].items():
        schema = next((c.get("schema") for c in response.get("content", {}).values()), None)
        answer = f": {_type(schema)}" if schema else ""
        parts.append(f"<p><code>{escape(status)}</code> {escape(response['description'])}{answer}</p>")
    return f"<section>{''.join(parts)}</section>"


def _schema_section(name: str, schema: Document) -> str:
    required = schema.get("required", [])
    rows = [
        _row(field, described, described.get("description", ""), is_required=field in required)
        for field, described in schema.get("properties", {}).items()
    ]
    description = f"<p>{escape(schema['description'])}</p>" if schema.get("description") else ""
    simple = "" if rows else f"<p>{_type(schema)}</p>"
    return (
        f'<section id="schema-{escape(name)}"><h3>{escape(name)}</h3>'
        f"{description}{simple}{_table(rows)}</section>"
    )


def _schemas(document: Document) -> dict[str, Document]:
    schemas: dict[str, Document] = document["components"]["schemas"]
    return schemas


def _row(name: str, schema: Document, text: str, *, is_required: bool, where: str = "") -> str:
    note = ", ".join(filter(None, (where, "required" if is_required else "")))
    return (
        f"<tr><td><code>{escape(name)}</code></td><td>{_type(schema)}</td>"
        f"<td>{escape(note)}</td><td>{escape(text)}</td></tr>"
    )


def _table(rows: list[str]) -> str:
    return f"<table>{''.join(rows)}</table>" if rows else ""


def _type(schema: Document) -> str:
    """A schema in a few words, with links to those that have a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#schema-{name}">{name}</a>'
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return " or ".join(_type(option) for option in schema[key])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return escape(", ".join(_words(schema)) or "anything")


def _words(schema: dict[str, Any]) -> Iterator[str]:
    kind = schema.get("type")
    if kind:
        yield " or ".join(kind) if isinstance(kind, list) else str(kind)
    if "const" in schema:
        yield str(schema["const"])
    if "format" in schema:
        yield str(schema["format"])
    if "default" in schema and schema["default"] not in (None, "", []):
        yield f"default {schema['default']}"
