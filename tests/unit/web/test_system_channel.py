from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgspec
import pytest
from tests.support.web import principal

from tradebook.web import system_channel
from tradebook.web.channels import Channel
from tradebook.web.health import Finding
from tradebook.web.system_channel import SystemChannel
from tradebook.web.system_schemas import State

SYSTEM = Channel(name="system", kind="system")


class Watched:
    """A hub as far as the channel knows it."""

    def __init__(self) -> None:
        self.watchers = True
        self.published: list[Any] = []
        self.numbers: list[int] = []

    def is_watched(self, channel: str) -> bool:
        assert channel == "system"
        return self.watchers

    def publish_system(self, number: int, data: msgspec.Raw) -> None:
        self.published.append(msgspec.json.decode(data))
        self.numbers.append(number)


class Part:
    """A part whose state a test sets."""

    def __init__(self) -> None:
        self.state = State.OK
        self.asked = 0

    async def __call__(self) -> Finding:
        self.asked += 1
        return Finding(state=self.state, detail=f"asked {self.asked} times")


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Part:
    monkeypatch.setattr(system_channel, "EXAMINE_EVERY_S", 0.001)
    return Part()


async def run_for_a_while(channel: SystemChannel, hub: Watched) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.05):
            await channel.run(hub)  # type: ignore[arg-type]  # a stand-in


async def test_a_snapshot_says_how_every_part_is(part: Part) -> None:
    part.state = State.DEGRADED
    snapshot = await SystemChannel({"redis": part}).snapshot(principal(), SYSTEM)
    assert msgspec.json.decode(snapshot.data) == {
        "state": "degraded",
        "parts": {"redis": {"state": "degraded", "detail": "asked 1 times"}},
    }


async def test_only_a_changed_state_is_told(part: Part) -> None:
    channel, hub = SystemChannel({"redis": part}), Watched()
    await channel.snapshot(principal(), SYSTEM)
    await run_for_a_while(channel, hub)
    assert hub.published == []
    part.state = State.FAILED
    await run_for_a_while(channel, hub)
    assert [each["state"] for each in hub.published] == ["failed"]


async def test_each_message_is_numbered_by_its_examination_so_that_none_shows_an_older_state(
    part: Part,
) -> None:
    channel, hub = SystemChannel({"redis": part}), Watched()
    first = await channel.snapshot(principal(), SYSTEM)
    part.state = State.FAILED
    await run_for_a_while(channel, hub)
    later = await channel.snapshot(principal(), SYSTEM)
    assert 0 < first.position < hub.numbers[0] < later.position


async def test_one_who_comes_to_look_takes_no_change_from_those_who_watch(part: Part) -> None:
    channel, hub = SystemChannel({"redis": part}), Watched()
    await channel.snapshot(principal(), SYSTEM)
    part.state = State.FAILED
    await channel.snapshot(principal(), SYSTEM)
    await run_for_a_while(channel, hub)
    assert [each["state"] for each in hub.published] == ["failed"]


async def test_whoever_was_shown_something_else_is_told_that_it_passed(part: Part) -> None:
    channel, hub = SystemChannel({"redis": part}), Watched()
    await channel.snapshot(principal(), SYSTEM)
    part.state = State.FAILED
    await channel.snapshot(principal(), SYSTEM)
    part.state = State.OK
    await run_for_a_while(channel, hub)
    assert [each["state"] for each in hub.published] == ["ok"]


async def test_nothing_is_examined_while_nobody_watches(part: Part) -> None:
    channel, hub = SystemChannel({"redis": part}), Watched()
    hub.watchers = False
    await run_for_a_while(channel, hub)
    assert part.asked == 0
