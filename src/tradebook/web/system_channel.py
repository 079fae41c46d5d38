"""The ``system`` channel: how the server's parts are, told again when one of them changes its state."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import msgspec

from tradebook.identity.principal import Principal
from tradebook.web.channels import SYSTEM, Channel, Snapshot
from tradebook.web.health import Check, Report, examine
from tradebook.web.hub import Hub
from tradebook.web.system_schemas import State

EXAMINE_EVERY_S = 5.0


class SystemChannel:
    """Snapshots and changes of ``system``; nothing is examined while nobody watches.

    The state of the server is no fact of the journal: in the place of a journal position its messages carry
    the number of the examination behind them, as those of the market carry a sequence.
    """

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._shown: dict[str, State] = {}
        self._differs = False
        """Whether somebody was shown other states than those: then all are told how it is by then."""
        self._examinations = 0

    async def snapshot(self, _: Principal, __: Channel) -> Snapshot:
        """How every part is now; its data is that of ``/health/ready``."""
        number, report = await self._examined()
        # What those who came before have been shown does not change because one more looks.
        self._shown = self._shown or _states(report)
        self._differs |= _states(report) != self._shown
        return Snapshot(position=number, data=_encoded(report))

    async def run(self, hub: Hub) -> None:
        """Tell the watchers of every change, without end."""
        while True:
            await asyncio.sleep(EXAMINE_EVERY_S)
            if not hub.is_watched(SYSTEM):
                continue
            number, report = await self._examined()
            if self._differs or _states(report) != self._shown:
                self._shown, self._differs = _states(report), False
                hub.publish_system(number, _encoded(report))

    async def _examined(self) -> tuple[int, Report]:
        """Numbered as it begins: what a later one found is newer, whichever ends first."""
        self._examinations += 1
        number = self._examinations
        return number, await examine(self._checks)


def _states(report: Report) -> dict[str, State]:
    return {name: finding.state for name, finding in report.parts.items()}


def _encoded(report: Report) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(report))
