from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from asyncpg import InterfaceError
from tests.support.web import Shown, a_change, a_hub, principal

from tradebook.identity.principal import Principal, Role
from tradebook.kernel.errors import NotFound
from tradebook.web import hub as hub_module
from tradebook.web.channels import parse_channel
from tradebook.web.hub import Hub
from tradebook.web.outbox import Outbox


class Watcher:
    """A client without a socket."""

    def __init__(self, who: Principal | None = None) -> None:
        self.principal: Principal | None = who or principal()
        self.written = b""
        self.has_fallen_behind = False
        self.outbox = Outbox(self._write)

    def _write(self, frames: bytes) -> None:
        self.written += frames

    def fall_behind(self) -> None:
        self.has_fallen_behind = True

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What was written, taken out of its frames (all shorter than 64 KiB)."""
        self.outbox.flush()
        messages, at = [], 0
        while at < len(self.written):
            size, begin = self.written[at + 1], at + 2
            if size == 126:
                size, begin = int.from_bytes(self.written[at + 2 : at + 4], "big"), at + 4
            messages.append(msgspec.json.decode(self.written[begin : begin + size]))
            at = begin + size
        return messages

    @property
    def seen(self) -> list[tuple[str, str]]:
        return [(message["type"], message["position"]) for message in self.messages]


@pytest.fixture
def shown() -> Shown:
    return Shown()


@pytest.fixture
async def hub(shown: Shown) -> Hub:
    return a_hub(shown)


async def test_a_snapshot_comes_first_and_then_what_is_above_it(hub: Hub, shown: Shown) -> None:
    shown.position = 5
    watcher = Watcher()
    await hub.subscribe(watcher, parse_channel("orders"))
    hub.publish([a_change(5), a_change(6)])
    await asyncio.sleep(0.01)
    assert watcher.seen == [("snapshot", "5"), ("change", "6")]


async def test_changes_during_the_snapshot_follow_it(hub: Hub, shown: Shown) -> None:
    shown.gate = asyncio.Event()
    shown.position = 5
    watcher = Watcher()
    subscribing = asyncio.create_task(hub.subscribe(watcher, parse_channel("orders:a1")))
    await asyncio.sleep(0.01)
    hub.publish([a_change(4), a_change(6), a_change(7)])
    await asyncio.sleep(0.01)
    shown.gate.set()
    await subscribing
    assert watcher.seen == [("snapshot", "5"), ("change", "6"), ("change", "7")]


async def test_a_channel_of_one_account_hears_nothing_of_another(hub: Hub) -> None:
    watcher = Watcher()
    await hub.subscribe(watcher, parse_channel("orders:a1"))
    hub.publish([a_change(1, account="a2"), a_change(2, account="a1"), a_change(3, channel="fills")])
    await asyncio.sleep(0.01)
    assert watcher.seen == [("snapshot", "0"), ("change", "2")]


async def test_nobody_hears_of_accounts_of_other_parties(hub: Hub) -> None:
    mine = Watcher(principal(Role.TRADER, parties=frozenset({"p1"})))
    everyone = Watcher()
    for watcher in (mine, everyone):
        await hub.subscribe(watcher, parse_channel("orders"))
    hub.publish([a_change(1, account="a1"), a_change(2, account="a2")])
    await asyncio.sleep(0.01)
    assert [p for _, p in mine.seen] == ["0", "1"]
    assert [p for _, p in everyone.seen] == ["0", "1", "2"]


async def test_a_new_account_is_learned_from_its_own_change(hub: Hub) -> None:
    watcher = Watcher(principal(Role.TRADER, parties=frozenset({"p9"})))
    for channel in ("accounts", "balances"):
        await hub.subscribe(watcher, parse_channel(channel))
    hub.publish([a_change(1, account="a9", channel="accounts", party_id="p9")])
    hub.publish([a_change(2, account="a9", channel="balances")])
    assert [message["position"] for message in watcher.messages][2:] == ["1", "2"]


async def test_a_change_of_an_account_nobody_knows_brings_fresh_snapshots(shown: Shown) -> None:
    hub = a_hub(shown, parties={})
    watcher = Watcher()
    await hub.subscribe(watcher, parse_channel("orders"))
    shown.position = 8
    hub.publish([a_change(8, account="new")])
    await asyncio.sleep(0.01)
    assert watcher.seen == [("snapshot", "0"), ("snapshot", "8")]


async def test_after_a_gap_everyone_gets_a_fresh_snapshot(hub: Hub, shown: Shown) -> None:
    watcher = Watcher()
    await hub.subscribe(watcher, parse_channel("orders"))
    await hub.subscribe(watcher, parse_channel("quotes:BTC-USDT.SIM"))
    shown.position = 9
    hub.refresh()
    hub.publish([a_change(10)])
    await asyncio.sleep(0.01)
    assert watcher.seen[2:] == [("snapshot", "9"), ("change", "10")]


async def test_whoever_cannot_be_given_a_fresh_snapshot_is_sent_away(hub: Hub, shown: Shown) -> None:
    watcher = Watcher()
    await hub.subscribe(watcher, parse_channel("orders"))
    shown.failure = InterfaceError("the connection broke")
    hub.refresh()
    await asyncio.sleep(0.01)
    assert watcher.has_fallen_behind


async def test_a_failing_snapshot_leaves_no_subscription(hub: Hub) -> None:
    watcher = Watcher()
    with pytest.raises(NotFound):
        await hub.subscribe(watcher, parse_channel("orders:missing"))
    assert not hub.is_watched("orders:missing")


async def test_a_market_message_reaches_those_who_watch_it(hub: Hub) -> None:
    watcher = Watcher()
    await hub.subscribe(watcher, parse_channel("quotes:BTC-USDT.SIM"))
    hub.publish_latest("quotes:BTC-USDT.SIM", 7, b'{"bid":"1"}')
    hub.publish_latest("quotes:ETH-USDT.SIM", 8, b'{"bid":"2"}')
    hub.unsubscribe(watcher, "quotes:BTC-USDT.SIM")
    hub.publish_latest("quotes:BTC-USDT.SIM", 9, b'{"bid":"3"}')
    assert watcher.messages[1:] == [
        {"channel": "quotes:BTC-USDT.SIM", "type": "change", "position": "7", "data": {"bid": "1"}}
    ]


async def test_a_client_whose_backlog_is_full_is_sent_away(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradebook.web.outbox.BACKLOG_MAX", 3)
    slow, quick = Watcher(), Watcher()
    for watcher in (slow, quick):
        await hub.subscribe(watcher, parse_channel("orders"))
    slow.outbox.pause()
    hub.publish([a_change(n) for n in range(1, 6)])
    await asyncio.sleep(0.01)
    assert slow.has_fallen_behind
    assert not quick.has_fallen_behind
    assert len(quick.messages) == 6


async def test_a_client_that_waits_too_long_for_its_snapshot_is_sent_away(
    hub: Hub, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "PENDING_MAX", 3)
    hub.publish([a_change(1, channel="accounts", party_id="p1")])
    shown.gate = asyncio.Event()
    watcher = Watcher()
    subscribing = asyncio.create_task(hub.subscribe(watcher, parse_channel("orders")))
    await asyncio.sleep(0)
    hub.publish([a_change(n) for n in range(1, 6)])
    assert watcher.has_fallen_behind
    shown.gate.set()
    await subscribing
