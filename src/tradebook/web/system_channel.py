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
    """Snapshots and changes of ``system``; nothing is examined while nobody watches."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._shown: dict[str, State] = {}

    async def snapshot(self, _: Principal, __: Channel) -> Snapshot:
        """How every part is now; its data is that of ``/health/ready``."""
        report = await examine(self._checks)
        self._shown = _states(report)
        return Snapshot(position=0, data=_encoded(report))

    async def run(self, hub: Hub) -> None:
        """Tell the watchers of every change, without end."""
        while True:
            await asyncio.sleep(EXAMINE_EVERY_S)
            if not hub.is_watched(SYSTEM):
                continue
            report = await examine(self._checks)
            if _states(report) != self._shown:
                self._shown = _states(report)
                hub.publish_system(_encoded(report))


def _states(report: Report) -> dict[str, State]:
    return {name: finding.state for name, finding in report.parts.items()}


def _encoded(report: Report) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(report))
