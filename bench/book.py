"""A server on a fresh book for benchmarks, with an API key whose rate limits are raised."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.embedded.postgres import EmbeddedPostgres

EMAIL, PASSWORD = "bench@example.com", "correct horse battery staple"
NO_RATE = 10_000_000


def free_port() -> int:
    """A loopback port below the ephemeral range that nobody listens on."""
    while True:
        port = random.randint(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def fresh_directory() -> Iterator[Path]:
    """A directory that the embedded servers' unprivileged user can reach, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="tradebook-bench-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        yield directory


async def spawn_python(*arguments: str) -> asyncio.subprocess.Process:
    """Run the same interpreter."""
    return await asyncio.create_subprocess_exec(sys.executable, *arguments)


@contextlib.contextmanager
def running_server(market: str = "simulated") -> Iterator[BenchServer]:
    """A server on a fresh book, stopped and removed afterwards."""
    with fresh_directory() as directory:
        server = BenchServer(directory / "data", market)
        with server.running():
            yield server


class BenchServer:
    """``tradebook up`` with the simulated market, projector and execution running."""

    def __init__(self, data: Path, market: str = "simulated") -> None:
        self.data = data
        self.port = free_port()
        self.market = market
        self.key = ""
        self._log = data.parent / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the server's own process; PostgreSQL, Redis and the projector are its children."""
        assert self._process is not None
        return self._process.pid

    @property
    def database_url(self) -> str:
        """Of its embedded PostgreSQL; a secret."""
        return EmbeddedPostgres(DataDirectory(self.data)).url

    def start(self, ready_within_s: float = 60) -> None:
        """Start, wait until ready, and make the key."""
        command = [
            *(sys.executable, "-m", "tradebook.cli.main", "up", "--data", str(self.data)),
            *("--port", str(self.port), "--market", self.market, "--json"),
        ]
        environment = {**os.environ, "TRADEBOOK_OWNER_EMAIL": EMAIL, "TRADEBOOK_OWNER_PASSWORD": PASSWORD}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        self._wait_until_ready(ready_within_s)
        signed_in = self._post("/v1/auth/login", {"email": EMAIL, "password": PASSWORD}, "")
        terms = {
            "name": "bench",
            "scopes": ["read", "trade", "manage", "audit"],
            "requests_per_minute": NO_RATE,
            "orders_per_minute": NO_RATE,
        }
        self.key = str(self._post("/v1/auth/keys", terms, str(signed_in["access_token"]))["api_key"])

    def stop(self) -> None:
        """Stop cleanly."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(60)

    @contextlib.contextmanager
    def running(self, ready_within_s: float = 60) -> Iterator[None]:
        """Started, and stopped whatever happens."""
        try:
            self.start(ready_within_s)
            yield
        finally:
            self.stop()

    def open_account(self, name: str) -> str:
        """A paper account with plenty of money and wide limits; its id."""
        account_id = str(self._post("/v1/accounts", {"name": name}, self.key)["account_id"])
        self._post(
            f"/v1/accounts/{account_id}/deposits", {"asset": "USDT", "amount": "1000000000000"}, self.key
        )
        limits = {"max_open_orders": None, "max_position_notional": None, "max_order_notional": None}
        answer = httpx.put(f"{self.url}/v1/accounts/{account_id}/risk", json=limits, headers=self.headers)
        answer.raise_for_status()
        return account_id

    @property
    def headers(self) -> dict[str, str]:
        """Authorization by the key."""
        return {"authorization": f"Bearer {self.key}"}

    def seconds_until_views_are_level(self, timeout_s: float = 300) -> float:
        """How long the views need from now to show everything recorded until now."""
        began = time.monotonic()
        head = httpx.get(f"{self.url}/v1/journal/head", headers=self.headers).json()["position"]
        headers = {**self.headers, "tradebook-position": str(head)}
        while httpx.get(f"{self.url}/v1/orders?limit=1", headers=headers, timeout=10).status_code != 200:
            if time.monotonic() - began > timeout_s:
                raise TimeoutError("the views do not become level")
            time.sleep(0.2)
        return time.monotonic() - began

    def settle(self, timeout_s: float = 300) -> float:
        """Wait until every order has reached its venue and the views show it; how many seconds that took."""
        began = time.monotonic()
        underway = f"{self.url}/v1/orders?status=pending,submitted&limit=1"
        while True:
            self.seconds_until_views_are_level(timeout_s)
            if not httpx.get(underway, headers=self.headers, timeout=10).json()["items"]:
                return time.monotonic() - began
            if time.monotonic() - began > timeout_s:
                raise TimeoutError("orders are still under way")
            time.sleep(0.2)

    def _post(self, path: str, body: dict[str, object], token: str) -> dict[str, object]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = httpx.post(f"{self.url}{path}", json=body, headers=headers, timeout=30)
        if answer.status_code >= 300:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text}")
        document: dict[str, object] = answer.json()
        return document

    def _wait_until_ready(self, within_s: float) -> None:
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health/ready", timeout=2).status_code == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError(self._log.read_text()[-2000:])
