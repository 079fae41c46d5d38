"""The built page: files with a hash in their name are kept for ever, the page itself never."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

DIRECTORY = Path(__file__).parent / "ui"
PAGE_PATH = "/{path:path}"
HASHED = "assets"
"""Vite puts what carries a hash in its name under this folder."""
NOT_BUILT = """Tradebook is running, but its page has not been built.

  make ui        builds it (needs Node 20.19 or newer)

The API is at /v1, its reference at /docs.
"""

_SERVER_PATHS = ("v1", "health", "docs", "redoc", "openapi.json", "metrics", ".well-known")


def page_route(directory: Path = DIRECTORY) -> Route:
    """The last route of all: a file of the page, or the page itself for any address of its own."""
    root = directory.resolve()

    async def serve_page(request: Request) -> Response:
        path = request.path_params["path"]
        if path.split("/", 1)[0] in _SERVER_PATHS:
            raise HTTPException(404)
        file = (root / path).resolve()
        if path and file.is_relative_to(root) and file.is_file():
            hashed = file.is_relative_to(root / HASHED)
            return FileResponse(file, headers={"cache-control": _cache_control(is_hashed=hashed)})
        if path.startswith(f"{HASHED}/"):
            raise HTTPException(404)
        index = root / "index.html"
        if not index.is_file():
            return PlainTextResponse(NOT_BUILT)
        return FileResponse(index, headers={"cache-control": _cache_control(is_hashed=False)})

    return Route(PAGE_PATH, serve_page, methods=["GET", "HEAD"], include_in_schema=False)


def _cache_control(*, is_hashed: bool) -> str:
    return "public, max-age=31536000, immutable" if is_hashed else "no-store"
