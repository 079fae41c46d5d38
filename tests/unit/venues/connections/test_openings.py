"""Connections are opened no more often than the venue allows."""

from __future__ import annotations

import asyncio

import msgspec
from tests.support.streams import ENDPOINT, FakeNetwork
from tests.support.virtual_time import VirtualClock, run

from tradebook.venues.connections.openings import PacedConnector
from tradebook.venues.messages.limits import Budget


def test_attempts_beyond_the_budget_wait_for_the_next_interval() -> None:
    async def main() -> None:
        network = FakeNetwork()
        budget = Budget(kind="CONNECTIONS", interval_s=60, limit=10)
        endpoint = msgspec.structs.replace(ENDPOINT, openings=budget)
        connect = PacedConnector(network.connect, "Test", VirtualClock()).to(endpoint)
        tasks = [asyncio.create_task(connect(endpoint.url, lambda _: None)) for _ in range(12)]
        await asyncio.sleep(0.5)
        assert len(network.attempts) == 9  # a tenth is left to other programs on this address
        await asyncio.sleep(61)
        assert len(network.attempts) == 12
        await asyncio.gather(*tasks)

    run(main())


def test_where_nothing_is_said_nothing_waits() -> None:
    network = FakeNetwork()
    connector = network.connect
    assert PacedConnector(connector, "Test", VirtualClock()).to(ENDPOINT) == connector
