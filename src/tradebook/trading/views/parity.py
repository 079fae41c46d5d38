"""Reads what ``parity`` compares: what two accounts lived since a moment, from their own streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from tradebook.journal.ports import Journal
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import AccountId
from tradebook.trading import model
from tradebook.trading.events import AccountEvent, stream_of
from tradebook.trading.parity import Finding, parity
from tradebook.trading.views.moments import Moment, Moments

if TYPE_CHECKING:
    from asyncpg import Pool

FACTS_MAX = 50_000
"""Of each account in one comparison."""
FINDINGS_MAX = 1_000
"""That are told; how many there are is told in any case."""


class ParityDocument(msgspec.Struct, frozen=True, kw_only=True):
    """How two accounts compare."""

    one: str
    """Account ids."""
    other: str
    orders: int
    """That either was asked for."""
    facts: int
    """That were compared, those of one side only among them."""
    findings_count: int
    findings: tuple[Finding, ...]
    """The first thousand of them, by order."""


class ParityReports:
    """Access is checked by the caller."""

    def __init__(self, pool: Pool, journal: Journal) -> None:
        self._journal = journal
        self._moments = Moments(pool)

    async def compare(self, one: AccountId, other: AccountId, since: Moment) -> ParityDocument:
        """Everything that the accounts lived behind the moment.

        Raises InvalidInput for a position that the journal has not come to, and where there is too much.
        """
        position = await self._moments.position(since, field="since")
        found = parity(await self._facts(one, position), await self._facts(other, position))
        return ParityDocument(
            one=one,
            other=other,
            orders=found.orders,
            facts=found.facts,
            findings_count=len(found.findings),
            findings=found.findings[:FINDINGS_MAX],
        )

    async def _facts(self, account_id: AccountId, position: int) -> list[AccountEvent]:
        """Begins at the newest state that was kept by then: before it there is nothing to look for."""
        stream = stream_of(account_id)
        kept = await self._journal.load_snapshot(
            stream, schema=model.SNAPSHOT_SCHEMA, until_position=position
        )
        facts: list[AccountEvent] = []
        async for page in self._journal.read_stream(stream, after_version=kept.version if kept else 0):
            facts += [cast("AccountEvent", each.event) for each in page if each.position > position]
            if len(facts) > FACTS_MAX:
                raise InvalidInput(
                    "since",
                    f"account {account_id} has lived more than {FACTS_MAX} facts since then",
                    "begin later",
                )
        return facts
