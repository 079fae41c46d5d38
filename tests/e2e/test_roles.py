"""A cluster of roles on a PostgreSQL and a Redis that are somebody else's."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.support.redis_server import RedisServer
from tests.support.server import Client, Role

from tradebook.bootstrap.lease import BEGIN_EPOCH
from tradebook.infra import locks

Start = Callable[[str], Role]


@pytest.fixture
def start(empty_database_url: str, redis_server: RedisServer, tmp_path_open: Path) -> Iterator[Start]:
    """Begins a role, without waiting, in a directory of its own; all are ended."""
    roles: list[Role] = []

    def begin(role: str) -> Role:
        begun = Role(
            role,
            tmp_path_open / f"{role}-{len(roles)}",
            database_url=empty_database_url,
            redis_url=redis_server.url,
            TRADEBOOK_MARKET="simulated",
        )
        begun.begin()
        roles.append(begun)
        return begun

    yield begin
    for role in roles:
        role.stop()


def buy(client: Client, account_id: str, name: str) -> dict[str, Any]:
    order = {"account_id": account_id, "client_order_id": name, "instrument": "BTC-USDT.SIM"}
    placed = client.post("/v1/orders", {**order, "side": "buy", "type": "market", "quantity": "0.01"})
    path = f"/v1/orders/{placed['order']['order_id']}"
    filled: dict[str, Any] = client.wait_until(path, lambda shown: shown["status"] == "filled")
    return filled


def test_an_order_goes_through_an_api_and_a_projector(start: Start) -> None:
    start("projector")  # waits for the schema, which the api brings
    api = start("api")
    api.wait_until_ready()
    client = api.login()
    account_id = client.open_account(deposits={"USDT": "100000"})
    assert buy(client, account_id, "one")["filled_quantity"] == "0.01"
    assert not api.children()
    checked = api.cli("audit", "verify", "--json")
    assert json.loads(checked.stdout)["ok"], checked.stdout + checked.stderr
    assert api.stop() == 0


async def test_a_second_api_takes_over_and_the_first_ends_instead_of_writing_beside_it(
    start: Start, empty_database_url: str
) -> None:
    start("projector")
    first = start("api")
    first.wait_until_ready()
    client = first.login()
    account_id = client.open_account(deposits={"USDT": "100000"})
    buy(client, account_id, "one")
    second = start("api")
    until(lambda: "standing_by" in second.tail_of_log())
    assert first.process is not None
    async with a_third_that_has_the_lease(empty_database_url) as begin:
        buy(client, account_id, "meanwhile")  # whoever has the lease does not serve yet
        await begin()
        assert first.process.wait(30) == 1
    assert "this one ends" in first.tail_of_log()
    second.wait_until_ready()
    client = second.login()
    buy(client, account_id, "two")
    names = [order["client_order_id"] for order in client.all_items(f"/v1/orders?account_id={account_id}")]
    assert sorted(names) == ["meanwhile", "one", "two"]


@asynccontextmanager
async def a_third_that_has_the_lease(database_url: str) -> AsyncIterator[Callable[[], Awaitable[object]]]:
    """The holder's connection breaks, and somebody else stood first in the queue; answers how it begins."""
    third, operator = await asyncpg.connect(database_url), await asyncpg.connect(database_url)
    taking = asyncio.create_task(third.execute(f"select pg_advisory_lock({locks.SERVER})"))
    await asyncio.sleep(0.2)
    await operator.execute(
        "select pg_terminate_backend(a.pid) from pg_stat_activity a join pg_locks l using (pid)"
        " where l.locktype = 'advisory' and l.granted and a.application_name = 'tradebook lease'"
    )
    await taking
    yield partial(third.execute, BEGIN_EPOCH)
    await third.close()
    await operator.close()


def until(holds: Callable[[], bool], within_s: float = 120) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
