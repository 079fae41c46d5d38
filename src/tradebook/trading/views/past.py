"""Accounts as they stood: folded from the nearest kept state, so that a look back reads few events."""

from __future__ import annotations

import structlog

from tradebook.journal.ports import Journal
from tradebook.journal.records import KEPT_SNAPSHOT_VERSIONS, Recorded, Snapshot
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import AccountId
from tradebook.trading import model
from tradebook.trading.events import stream_of
from tradebook.trading.model import Account

log = structlog.get_logger(__name__)


class PastAccounts:
    """Folds accounts up to a position.

    States are kept by the writer, one in KEPT_SNAPSHOT_VERSIONS events. Where there is none (the account is
    older than they are, or its state has got another shape since), the first look back keeps those that it
    comes by.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def at(self, account_id: AccountId, position: int) -> Account:
        """The account after everything up to ``position``; without an id where it was not open yet."""
        stream = stream_of(account_id)
        snapshot = await self._journal.load_snapshot(
            stream, schema=model.SNAPSHOT_SCHEMA, until_position=position
        )
        account = model.load(snapshot.data) if snapshot else model.initial()
        version = snapshot.version if snapshot else 0
        async for page in self._journal.read_stream(stream, after_version=version, until_position=position):
            for recorded in page:
                account = model.evolve(account, recorded.event)
                if recorded.version % KEPT_SNAPSHOT_VERSIONS == 0:
                    await self._keep(account, recorded)
        return account

    async def _keep(self, account: Account, recorded: Recorded) -> None:
        snapshot = Snapshot(
            stream=recorded.stream,
            version=recorded.version,
            position=recorded.position,
            schema=model.SNAPSHOT_SCHEMA,
            data=model.dump(account),
        )
        try:
            await self._journal.keep_snapshot(snapshot)
        except TradebookError as error:
            log.warning("snapshot_not_kept", stream=recorded.stream, reason=error.code)
