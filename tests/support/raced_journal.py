"""A journal on which another writer is always a moment earlier, as often as told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tradebook.journal.encoding import EncodedAppend
from tradebook.journal.errors import VersionConflict
from tradebook.journal.group_commit import Outcome
from tradebook.journal.memory import MemoryJournal


class RacedJournal(MemoryJournal):
    """Every append of the next ``races`` commits loses."""

    races = 0

    async def _commit(self, batch: Sequence[EncodedAppend]) -> Sequence[Outcome]:
        if not self.races:
            return await super()._commit(batch)
        self.races -= 1
        await asyncio.sleep(0)
        return [VersionConflict(each.append.stream, each.append.expected_version) for each in batch]
