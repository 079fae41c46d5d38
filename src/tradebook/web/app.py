"""The whole HTTP edge put together: rooms' routes, health, reference and page behind one Edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import APIRouter, Depends, FastAPI
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import ParamTypes
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tradebook.kernel.unambiguous import require_distinct_keys, require_known
from tradebook.web import openapi, problems, reference
from tradebook.web.edge import BODY_BYTES_MAX, Around, Edge
from tradebook.web.health import Check, Measure, health_routes
from tradebook.web.static import page_route

COMPRESS_FROM_BYTES = 1024


def create_app(
    system: Any,
    *,
    routers: Sequence[APIRouter],
    hot_routes: Sequence[Route] = (),
    fragments: Sequence[openapi.Fragment] = (),
    checks: Mapping[str, Check] | None = None,
    measure: Measure | None = None,
    idempotency: Around | None = None,
) -> Edge:
    """Everything that HTTP reaches.

    ``system`` is what the rooms find under ``request.app.state.system``; ``hot_routes`` are Starlette routes
    that describe themselves by ``fragments``. Those without parameters in their path are called straight from
    the Edge with nothing in between.
    """
    app = api(routers)
    app.state.system = system
    app.router.routes[:0] = hot_routes
    app.router.routes.extend(_documentation(app, fragments))
    app.router.routes.extend(health_routes(checks or {}, system.authenticator, measure))
    app.router.routes.append(page_route())
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESS_FROM_BYTES)
    return Edge(app, hot=_hot_endpoints(hot_routes), idempotency=idempotency)


def api(routers: Sequence[APIRouter]) -> FastAPI:
    """The rooms' routes under FastAPI, with problems for whatever goes wrong."""
    app = FastAPI(
        title="Tradebook",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=BODY_BYTES_MAX,
        exception_handlers=problems.EXCEPTION_HANDLERS,
        dependencies=[Depends(_require_known_parameters), Depends(_require_distinct_keys)],
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    for router in routers:
        app.include_router(router)
    return app


async def _require_known_parameters(request: Request) -> None:
    """FastAPI itself would overlook what it does not know.

    Like every dependency here it is a coroutine: FastAPI sends plain functions through a pool of threads.
    """
    given = request.query_params.multi_items()
    if given:
        parameters = get_flat_params(request.scope["route"].dependant)
        known = [
            each.alias for each in parameters if getattr(each.field_info, "in_", None) is ParamTypes.query
        ]
        require_known([name for name, _ in given], known)


async def _require_distinct_keys(request: Request) -> None:
    if request.method in ("POST", "PUT", "PATCH"):
        require_distinct_keys(await request.body())


def _hot_endpoints(routes: Sequence[Route]) -> dict[tuple[str, str], ASGIApp]:
    return {
        (method, route.path): route.app
        for route in routes
        if "{" not in route.path
        for method in route.methods or ()
    }


def _documentation(app: FastAPI, fragments: Sequence[openapi.Fragment]) -> list[Route]:
    documents: dict[str, bytes] = {}

    def written(path: str) -> bytes:
        """Each is made at its first use and kept."""
        if not documents:
            document = openapi.describe(app, fragments)
            documents["/openapi.json"] = msgspec.json.encode(document)
            documents["/docs"] = reference.render(document).encode()
        return documents[path]

    async def serve_document(_: Request) -> Response:
        return Response(written("/openapi.json"), media_type="application/json")

    async def serve_reference(_: Request) -> Response:
        return HTMLResponse(written("/docs"))

    return [
        Route("/openapi.json", serve_document, include_in_schema=False),
        Route("/docs", serve_reference, include_in_schema=False),
        Route("/redoc", serve_reference, include_in_schema=False),
    ]
