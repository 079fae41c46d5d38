"""A server that has every kind of trouble with the secrets that it is given, and then crashes.

``python -m tests.support.leaking DATABASE_URL DATA`` reads the secrets from standard input. It prints every
answer of its API, logs all it can, and writes each defect, its own crash too, with all local variables, as
the most talkative of crash reporters would. Whoever started it looks for the secrets in all of that.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, NoReturn

import asyncpg
import httpx
import structlog
from msgspec.structs import replace

from tests.support.credentials import HARMLESS, SENTENCE, Venue
from tests.support.web import Tokens, principal
from tradebook.bootstrap.catalogue import catalogue
from tradebook.identity.principal import Principal
from tradebook.identity.venue_credentials.api import ROUTERS
from tradebook.identity.venue_credentials.places import keyring
from tradebook.identity.venue_credentials.rotation import rotate_keys
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.identity.venue_credentials.service import VenueCredentials
from tradebook.identity.venue_credentials.store import CredentialStore
from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.logs import configure_logs
from tradebook.journal.postgres import PostgresJournal
from tradebook.kernel.clock import SystemClock
from tradebook.kernel.errors import Refused
from tradebook.kernel.ids import AccountId
from tradebook.web import edge
from tradebook.web.app import create_app
from tradebook.web.idempotency import Idempotency

ACCOUNT = AccountId("0d2b1f5e-0000-8000-8000-000000000001")
PATH = f"/v1/accounts/{ACCOUNT}/venue-credential"


class Given:
    """The secrets, held so that no local variable of ours shows them."""

    def __init__(self) -> None:
        self._values: dict[str, str] = json.loads(sys.stdin.readline())

    def body(self, **more: object) -> dict[str, object]:
        return {"secrets": self._values, **more}

    def malformed(self) -> dict[str, object]:
        return {"secrets": {**self._values, "secret": {"inner": self._values["secret"]}}}

    def misplaced(self) -> dict[str, object]:
        return {"secrets": self._values["secret"], "venue": 1}

    def error(self, kind: type[Exception]) -> Exception:
        """Of a venue that repeats what it was sent."""
        text = f"invalid request {self._values}"
        return Refused("moon_1", text, dict(self._values)) if kind is Refused else kind(text)


class Broken(CredentialStore):
    """Has a defect where the secrets have just been sealed."""

    is_broken = False

    async def put(self, *given: Any, **more: Any) -> None:
        if self.is_broken:
            raise RuntimeError("a defect of ours")
        await super().put(*given, **more)


class Dumping:
    """In place of the edge's log: what was not expected, with every local variable."""

    def exception(self, event: str, **more: object) -> None:
        structlog.get_logger("ours").exception(event, **more)
        dump(*sys.exc_info())

    def info(self, event: str, **more: object) -> None:
        structlog.get_logger("ours").info(event, **more)


def dump(_: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
    """The whole chain of errors with what every frame held."""
    assert error is not None
    dumped = traceback.TracebackException.from_exception(error, capture_locals=True)
    sys.stderr.write("".join(dumped.format()) + "\n")


class Parts:
    """The server's, and its venue."""

    def __init__(self, pool: asyncpg.Pool, journal: PostgresJournal, directory: DataDirectory) -> None:
        self.venue = Venue()
        self.journal = journal
        self.store = Broken(pool)
        own_file = directory.keys / "credentials.key"
        self.keys = keyring(None, None, own_file=own_file, made_when=self.store.is_empty)
        self.credentials = VenueCredentials(
            journal=journal,
            store=self.store,
            keys=self.keys,
            clock=SystemClock(),
            permission_checks={"moon": self.venue},
            venue_of=self.venue_of,
        )
        self.tokens = Tokens(owner=principal())
        self.idempotency = Idempotency(pool=pool, authenticator=self.tokens, secret=b"s" * 32)

    async def venue_of(self, _: Principal, __: AccountId) -> str:
        return "moon"


@asynccontextmanager
async def caller(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    """Who asks the API, as the owner."""
    system = SimpleNamespace(authenticator=parts.tokens, venue_credentials=parts.credentials)
    app = create_app(system, routers=ROUTERS, idempotency=parts.idempotency)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"authorization": "Bearer owner"}
    async with httpx.AsyncClient(transport=transport, base_url="http://book", headers=headers) as http:
        yield http


_requests = count(1)


async def ask(http: httpx.AsyncClient, method: str, body: Mapping[str, object] | None = None) -> None:
    """Print status and answer; a POST carries a key, so that its answer is kept."""
    headers = {"idempotency-key": f"request {next(_requests)}"} if method == "POST" else {}
    answer = await http.request(method, PATH, json=body, headers=headers)
    print(answer.status_code, answer.text, dict(answer.headers), flush=True)


async def live(parts: Parts, given: Given) -> None:
    """Everything that goes well, is refused, or is a defect."""
    async with caller(parts) as http:
        for kind in (Refused, TimeoutError, ConnectionError, RuntimeError, ValueError):
            parts.venue.says = given.error(kind)
            await ask(http, "POST", given.body())
        for says in (replace(HARMLESS, can_withdraw=True), replace(HARMLESS, can_withdraw=None)):
            parts.venue.says = says
            await ask(http, "POST", given.body())
        await ask(http, "POST", given.malformed())
        await ask(http, "POST", given.misplaced())
        await ask(http, "POST", given.body(confirmed_by_owner=str(given.body())[:400]))
        parts.store.is_broken = True
        await ask(http, "POST", given.body(confirmed_by_owner=f"{SENTENCE} Really."))
        parts.store.is_broken = False
        await ask(http, "POST", given.body(confirmed_by_owner=SENTENCE))
        await ask(http, "POST", given.body(confirmed_by_owner=f"{SENTENCE} Again."))
        await ask(http, "GET")
    await rotate_keys(store=parts.store, keys=parts.keys, journal=parts.journal, clock=SystemClock())


def crash(opened: SecretFields, parts: Parts) -> NoReturn:
    """With the secrets at hand."""
    structlog.get_logger("ours").error("about to crash", fields=opened, more=[opened], parts=parts)
    held = {"opened": opened, "again": (opened,)}
    raise RuntimeError(f"a crash with {held}")


async def main(url: str, data: Path) -> None:
    directory = DataDirectory(data)
    given = Given()
    async with (
        asyncpg.create_pool(url, min_size=1, max_size=4) as pool,
        PostgresJournal(url, pool, catalogue()) as journal,
    ):
        parts = Parts(pool, journal, directory)
        await live(parts, given)
        crash(await parts.credentials.open_for(ACCOUNT), parts)


if __name__ == "__main__":
    configure_logs(level="debug", as_json=False)
    edge.log = Dumping()
    sys.excepthook = dump
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
