"""The projector ends when it is told to, whatever its libraries make of that."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from redis.exceptions import RedisError
from tests.support.core import ALICE
from tests.support.redis_server import RedisServer
from tests.unit.trading.examples import AT, BTC_USDT

from tradebook.bootstrap.foundation import Foundation, foundation
from tradebook.bootstrap.projector import run_projector
from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.settings import load_settings
from tradebook.journal.projections import ViewChange
from tradebook.journal.records import Append, Metadata
from tradebook.kernel.ids import PartyId, new_id
from tradebook.trading.events import AccountOpened
from tradebook.web.view_channel import ViewPublisher


async def open_account(base: Foundation) -> None:
    opened = AccountOpened(
        account_id=ALICE,
        at=AT,
        party_id=PartyId("me"),
        name="Main",
        venue="paper",
        base_asset=BTC_USDT.quote_asset,
        paper=True,
    )
    metadata = Metadata(actor="user:me", command_id=new_id())
    await base.journal.append(
        Append(stream=f"account-{ALICE}", expected_version=0, events=[opened], metadata=metadata)
    )


async def test_it_ends_although_a_broken_connection_hides_that_it_was_told_to(
    database_url: str, redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing = asyncio.Event()

    async def publish(_: ViewPublisher, changes: Sequence[ViewChange]) -> None:
        publishing.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise RedisError("the connection broke while the request was taken back") from None

    monkeypatch.setattr(ViewPublisher, "publish", publish)
    settings = load_settings(data_dir=tmp_path)
    async with foundation(
        settings,
        DataDirectory(tmp_path),
        database_url=database_url,
        redis_url=redis_server.url,
        name="test",
    ) as base:
        projector = asyncio.create_task(run_projector(base))
        await open_account(base)
        await asyncio.wait_for(publishing.wait(), 10)
        projector.cancel()
        done, _ = await asyncio.wait([projector], timeout=10)
        assert done
        assert projector.cancelled()
