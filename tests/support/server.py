"""A whole Tradebook in a process of its own, as a person would start it, for tests that kill it."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil

READY_WITHIN_S = 180
"""On a machine that is busy with other tests."""
OWNER_EMAIL = "owner@example.com"
OWNER_PASSWORD = "correct horse battery staple"


def free_port() -> int:
    """A loopback port that nobody listens on.

    Below the ephemeral range: a client that retries while the server is down could be given the server's own
    port as its source and connect to itself.
    """
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def open_directory() -> Iterator[Path]:
    """A fresh directory that the embedded servers' unprivileged user can reach when the tests run as root."""
    directory = Path(tempfile.mkdtemp(prefix="tradebook-e2e-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


class Server:
    """``tradebook up`` on a data directory; may be killed and started again."""

    def __init__(self, data: Path, *arguments: str, port: int | None = None) -> None:
        self.data = data
        self.given: dict[str, str] = {}
        self.arguments = arguments
        self.port = port or free_port()
        self.process: subprocess.Popen[str] | None = None
        self.log = data.parent / f"{data.name}.log"
        self._clients: list[Client] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "TRADEBOOK_OWNER_EMAIL": OWNER_EMAIL,
            "TRADEBOOK_OWNER_PASSWORD": OWNER_PASSWORD,
            **self.given,
        }

    @property
    def starting(self) -> tuple[str, ...]:
        return ("up", "--port", str(self.port), "--json", *self.arguments)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "tradebook.cli.main", *arguments, "--data", str(self.data)]

    def start(self, timeout_s: float = READY_WITHIN_S) -> Server:
        """Start and wait until it is ready."""
        self.begin()
        self.wait_until_ready(timeout_s)
        return self

    def begin(self) -> None:
        """Start and wait for nothing."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command(*self.starting),
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )

    def wait_until_ready(self, timeout_s: float = READY_WITHIN_S) -> None:
        """Return once /health/ready answers 200."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(
                    f"the server ended with {self.process.returncode}:\n{self.tail_of_log()}"
                )
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health/ready", timeout=2).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"not ready after {timeout_s} s:\n{self.tail_of_log()}")

    def tail_of_log(self) -> str:
        return self.log.read_text()[-4000:]

    def kill(self) -> None:
        """SIGKILL to the server itself; its children become orphans."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def kill_postgres(self) -> None:
        """SIGKILL to the embedded PostgreSQL's postmaster."""
        for pid_file in self.data.rglob("postmaster.pid"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)

    def stop(self, timeout_s: float = 90) -> int:
        """A clean stop; returns the exit code."""
        for client in self._clients:
            client.http.close()
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout_s)

    def children(self) -> list[psutil.Process]:
        """Every process under the server."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def cli(self, *arguments: str, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command of the CLI on the same data directory."""
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def login(self) -> Client:
        """A client signed in as the owner."""
        answer = httpx.post(
            f"{self.url}/v1/auth/login", json={"email": OWNER_EMAIL, "password": OWNER_PASSWORD}, timeout=10
        )
        assert answer.status_code == 200, answer.text
        return self.client(answer.json()["access_token"])

    def client(self, token: str) -> Client:
        """A client with this token; closed when the server is stopped."""
        client = Client(self.url, token)
        self._clients.append(client)
        return client


class WithoutOwner(Server):
    """A book that nobody owns yet."""

    @property
    def environment(self) -> dict[str, str]:
        return {name: value for name, value in super().environment.items() if "OWNER" not in name}


class Role(Server):
    """``tradebook run ROLE`` on servers that are given by URL."""

    def __init__(self, role: str, data: Path, *, database_url: str, redis_url: str, **more: str) -> None:
        super().__init__(data)
        self.given = {
            "TRADEBOOK_DATABASE_URL": database_url,
            "TRADEBOOK_REDIS_URL": redis_url,
            "TRADEBOOK_PORT": str(self.port),
            **more,
        }
        self.role = role

    @property
    def starting(self) -> tuple[str, ...]:
        return ("run", self.role, "--json")


class Client:
    """The API with JSON in and out; anything but the expected status fails the test and shows the answer."""

    def __init__(self, url: str, token: str) -> None:
        self.token = token
        self.http = httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=60)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        expect: int | tuple[int, ...] = (200, 201),
        **more: Any,
    ) -> Any:
        answer = self.http.request(method, path, json=body, **more)
        expected = (expect,) if isinstance(expect, int) else expect
        assert answer.status_code in expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def get(self, path: str, **more: Any) -> Any:
        return self.call("GET", path, **more)

    def post(self, path: str, body: Any, **more: Any) -> Any:
        return self.call("POST", path, body, **more)

    def open_account(self, *, venue: str = "paper", deposits: dict[str, str], **fields: Any) -> str:
        """A funded paper account; returns its id."""
        account = self.post("/v1/accounts", {"name": "main", "venue": venue, "base_asset": "USDT", **fields})
        for asset, amount in deposits.items():
            self.post(f"/v1/accounts/{account['account_id']}/deposits", {"asset": asset, "amount": amount})
        self.wait_for_views()
        account_id: str = account["account_id"]
        return account_id

    def wait_until(self, path: str, holds: Callable[[Any], bool], timeout_s: float = 60) -> Any:
        """The first answer of ``path`` for which ``holds``; what a view does not show yet may be missing."""
        deadline = time.monotonic() + timeout_s
        while True:
            answer = self.get(path, expect=(200, 404))
            if answer.get("status") != 404 and holds(answer):
                return answer
            assert time.monotonic() < deadline, f"{path} still answers {answer}"
            time.sleep(0.05)

    def wait_for_views(self, timeout_s: float = 180) -> None:
        """Return once the views show everything that is recorded now. Each goes its own pace."""
        headers = {"tradebook-position": str(self.get("/v1/journal/head")["position"])}
        deadline = time.monotonic() + timeout_s
        paths = ["/v1/accounts?limit=1", "/v1/orders?limit=1"]
        while paths:
            answer = self.http.get(paths[0], headers=headers)
            if answer.status_code == 200:
                path = paths.pop(0)
                if path.startswith("/v1/accounts?"):
                    of_account = (f"/v1/accounts/{each['account_id']}" for each in answer.json()["items"])
                    views = ("balances", "positions", "fills?limit=1", "ledger?limit=1")
                    paths += [f"{account}/{view}" for account in of_account for view in views]
                continue
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.1)

    def all_items(self, path: str) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        items: list[dict[str, Any]] = []
        separator = "&" if "?" in path else "?"
        cursor = ""
        while True:
            page = self.get(f"{path}{separator}limit=500" + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return items
