"""The built page: files with a hash in their name are kept for ever, the page itself is always asked for.

What compresses well was compressed when the page was built, and lies beside the file; nothing is compressed
while somebody waits.
"""

from __future__ import annotations

import re
from mimetypes import guess_type
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

DIRECTORY = Path(__file__).parent / "ui"
PAGE_PATH = "/{path:path}"
HASHED = "assets"
"""Vite puts what carries a hash in its name under this folder."""
COMPRESSED = (("br", ".br"), ("gzip", ".gz"))
"""The smaller form first; ``deploy/compress-page`` makes them."""
KINDS = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""Of what a page is made of, whatever the machine's own table says: browsers are told not to guess."""
_NOT_AT_ALL = re.compile(r"q=0(\.0{0,3})?")
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
            return _file(request, file, is_hashed=file.is_relative_to(root / HASHED))
        if path.startswith(f"{HASHED}/"):
            raise HTTPException(404)
        index = root / "index.html"
        if not index.is_file():
            return PlainTextResponse(NOT_BUILT)
        return _file(request, index, is_hashed=False)

    return Route(PAGE_PATH, serve_page, methods=["GET", "HEAD"], include_in_schema=False)


def _file(request: Request, file: Path, *, is_hashed: bool) -> Response:
    """The file, or the best of its compressed forms that the caller takes."""
    headers = {
        "cache-control": "public, max-age=31536000, immutable" if is_hashed else "no-cache",
        "vary": "Accept-Encoding",
    }
    kind = KINDS.get(file.suffix) or guess_type(file.name)[0] or "application/octet-stream"
    taken = _taken(request.headers.get("accept-encoding", ""))
    for encoding, suffix in COMPRESSED:
        compressed = file.with_name(file.name + suffix)
        if encoding in taken and compressed.is_file():
            return FileResponse(
                compressed, media_type=kind, headers={**headers, "content-encoding": encoding}
            )
    return FileResponse(file, media_type=kind, headers=headers)


def _taken(accept_encoding: str) -> frozenset[str]:
    """The encodings named there, but for those that are ruled out (RFC 9110, 12.5.3)."""
    named = (each.replace(" ", "").lower().partition(";") for each in accept_encoding.split(","))
    return frozenset(encoding for encoding, _, weight in named if not _NOT_AT_ALL.fullmatch(weight))
