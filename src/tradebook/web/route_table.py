"""Every HTTP route that an application has, however it was put together."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi.routing import iter_route_contexts
from starlette.applications import Starlette
from starlette.routing import compile_path

from tradebook.web.static import PAGE_PATH


def routes_of(app: Starlette) -> Iterator[tuple[str, frozenset[str]]]:
    """Path and methods of each route but the page's, which answers for any address that is left."""
    for route in iter_route_contexts(app.routes):
        if route.path is not None and route.path != PAGE_PATH:
            yield route.path, frozenset(route.methods or ())


def methods_at(app: Starlette, path: str) -> frozenset[str]:
    """What a path answers to, over the routes written just like it, or else all that it fits."""
    fitting = [(template, methods) for template, methods in routes_of(app) if _fits(template, path)]
    exact = [(template, methods) for template, methods in fitting if template == path]
    return frozenset().union(*(methods for _, methods in exact or fitting))


def _fits(template: str, path: str) -> bool:
    return compile_path(template)[0].match(path) is not None
