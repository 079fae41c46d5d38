"""A server and a book for commands to talk to: small, but over a real socket."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from tests.support.web import Shown, Tokens, a_change, a_hub, principal
from typer.testing import CliRunner, Result

from tradebook.cli.main import app
from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.settings import load_settings
from tradebook.kernel.errors import Conflict
from tradebook.web import problems
from tradebook.web.direct import DirectRoutes
from tradebook.web.server import server_config

ORDER = {
    "order_id": "o1",
    "client_order_id": "c1",
    "instrument": "BTC-USDT.SIM",
    "side": "buy",
    "type": "limit",
    "quantity": "1",
    "price": "100",
    "filled_quantity": "0",
    "status": "accepted",
}
ACCOUNTS = [
    {"account_id": account_id, "name": name, "venue": "paper", "base_asset": "USDT", "state": "active"}
    for account_id, name in (("a1", "main"), ("a2", "twin"), ("a3", "twin"))
]


class Server:
    """Answers like the API, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any, str]] = []
        self.answers: dict[tuple[str, str], Any] = {
            ("GET", "/v1/accounts"): {"items": ACCOUNTS, "next_cursor": None},
            ("GET", "/v1/orders"): {"items": [ORDER], "next_cursor": None},
            ("GET", "/v1/orders/o1"): ORDER,
            ("POST", "/v1/orders"): {"order": ORDER, "journal_position": "7"},
            ("GET", "/v1/auth/me"): {"email": "me@example.com"},
            ("POST", "/v1/auth/login"): {"access_token": "old", "refresh_token": "r1", "expires_in": 900},
            ("POST", "/v1/auth/refresh"): {"access_token": "new", "refresh_token": "r2", "expires_in": 900},
        }
        self.good_tokens = {"key", "new"}
        self.hub = a_hub(Shown())
        self.url = ""

    async def answer(self, request: Request) -> JSONResponse:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        body = await request.body()
        self.asked.append((request.method, request.url.path, json.loads(body) if body else None, token))
        is_open = request.url.path in ("/v1/auth/login", "/v1/auth/refresh")
        if not is_open and token not in self.good_tokens:
            body_of_problem = problems.problem(
                401, "unauthenticated", "Not signed in", "This token is not known."
            )
            return JSONResponse(body_of_problem, status_code=401)
        answer = self.answers.get((request.method, request.url.path))
        if answer is None:
            answer = problems.problem(404, "not_found", "Not found", f"There is no {request.url.path}.")
            return JSONResponse(answer, status_code=404)
        status = answer.get("status")
        return JSONResponse(answer, status_code=status if isinstance(status, int) else 200)

    def run(self, ready: threading.Event) -> None:
        asyncio.run(self._run(ready))

    async def _run(self, ready: threading.Event) -> None:
        api = FastAPI(openapi_url=None)
        api.add_route("/{path:path}", self.answer, methods=["GET", "POST", "PUT", "DELETE"])
        orders: Any = None
        config = server_config(
            api,
            direct=DirectRoutes(None, {}),
            host="127.0.0.1",
            port=0,
            hub=self.hub,
            authenticator=Tokens(key=principal()),
            orders=orders,
        )
        config.loop = "asyncio"
        self.server = uvicorn.Server(config)
        serving = asyncio.create_task(self.server.serve())
        while not self.server.started:  # noqa: ASYNC110  # uvicorn tells nobody
            await asyncio.sleep(0.005)
        self.url = f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"
        self.loop = asyncio.get_running_loop()
        ready.set()
        await serving

    def change_order_when_watched(self, position: int) -> None:
        """Publish a change as soon as somebody watches, then hang up."""

        async def publish() -> None:
            while not self.hub.is_watched("orders:a1"):  # noqa: ASYNC110  # nor does the hub
                await asyncio.sleep(0.005)
            self.hub.publish([a_change(position, **ORDER)])
            await asyncio.sleep(0.05)
            self.server.should_exit = True

        asyncio.run_coroutine_threadsafe(publish(), self.loop)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    ready = threading.Event()
    thread = threading.Thread(target=running.run, args=(ready,), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield running
    running.server.should_exit = True
    thread.join(10)


@pytest.fixture
def data(server: Server, tmp_path: Path) -> Iterator[Path]:
    """The data directory of the running server, with the owner's local key in it."""
    directory = DataDirectory(tmp_path / "data")
    directory.claim()
    directory.announce(url=server.url)
    (directory.secrets / "cli.key").write_text("key")
    yield directory.root
    directory.release()


Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs ``tradebook`` with these arguments, as a user with a configuration of their own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("TRADEBOOK_TOKEN", "TRADEBOOK_URL", "TRADEBOOK_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, **options: Any) -> Result:
        return CliRunner().invoke(app, list(map(str, arguments)), **options)

    return run


class FakeBook:
    """A book that says what it is told to say."""

    database_url = "postgresql://tradebook@/tradebook"
    data = Path("book")
    is_whole = True
    has_owner = False

    async def verify(self, progress: Callable[[int, int], None]) -> Mapping[str, Any]:
        progress(1, 1)
        return {
            "ok": self.is_whole,
            "data": str(self.data),
            "events": 7,
            "checkpoints": 2,
            "found": 0 if self.is_whole else 3,
            "checks": []
            if self.is_whole
            else [{"name": "chain", "ok": False, "position": 5, "detail": "does not follow"}],
        }

    async def export(self, target: Path, progress: Callable[[int, int], None]) -> Mapping[str, Any]:
        return {"target": str(target), "events": 7}

    async def rebuild_views(self, name: str | None, progress: Any) -> list[Mapping[str, Any]]:
        return [{"view": name or "all", "events": 7}]

    async def backup(self, target: Path, progress: Any) -> Mapping[str, Any]:
        return {"target": str(target), "events": 7}

    async def credentials(self) -> list[Mapping[str, Any]]:
        return [{"account_id": "a1", "venue": "moon", "hint": "vmPU…x5Jr", "key_id": "aes:0"}]

    async def rotate_credentials_key(self) -> Mapping[str, Any]:
        return {"key_id": "aes:1", "rewrapped": 7}

    async def owner_link(self) -> str:
        if self.has_owner:
            raise Conflict("has_owner", "This book has an owner.")
        return "http://127.0.0.1:8000/setup#token"


class FakeBootstrap:
    """Stands in for ``tradebook.bootstrap``."""

    def __init__(self) -> None:
        self.book = FakeBook()
        self.health = [{"part": "database", "state": "ok", "detail": "", "remedy": ""}]
        self.served: list[Any] = []
        self.opened: list[Path] = []

    def load_settings(self, *, data: Path | None = None, **given: object) -> Any:
        return load_settings(data_dir=data, **given)

    async def serve(self, settings: Any, on_milestone: Callable[[str, Mapping[str, str]], None]) -> None:
        self.served.append(settings)
        on_milestone("database", {"version": "18"})
        on_milestone("owner_link", {"url": "http://127.0.0.1:8000/setup#t"})
        on_milestone("ready", {"url": "http://127.0.0.1:8000"})

    async def run_role(
        self, name: str, settings: Any, on_milestone: Callable[..., None], *, as_child: bool = False
    ) -> None:
        on_milestone("ready", {"url": "http://127.0.0.1:8000"})
        self.served.append((name, settings))

    @asynccontextmanager
    async def open_book(self, settings: Any) -> Any:
        self.opened.append(settings.data_dir)
        yield self.book

    async def restore(self, settings: Any, source: Path, progress: Any) -> Mapping[str, Any]:
        return {"source": str(source), "events": 7}

    async def diagnose(self, _: Any) -> list[dict[str, str]]:
        return self.health

    def api_document(self) -> Mapping[str, Any]:
        return {"openapi": "3.1.0"}


def begin_book(data: Path) -> None:
    """What a first start leaves: a directory with keys in it."""
    DataDirectory(data).prepare()
    DataDirectory(data).read_or_create_secret("checkpoints.key")


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeBootstrap:
    """What ``tradebook.bootstrap`` is for these tests; there is a book in ``tmp_path``."""
    fake = FakeBootstrap()
    begin_book(tmp_path)
    monkeypatch.setitem(sys.modules, "tradebook.bootstrap", fake)
    return fake
