"""Processes of our own program beside the server, restarted when they die, ended when we do."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping

import structlog

RESTART_AFTER_S_MIN = 0.2
RESTART_AFTER_S_MAX = 10.0
LIVED_WELL_S = 30.0
STOP_WITHIN_S = 5.0

log = structlog.get_logger("tradebook.children")


class Child:
    """One role in a process of its own. It reads its standard input, which ends when we do."""

    def __init__(self, role: str, environment: Mapping[str, str]) -> None:
        self._role = role
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    def start(self) -> None:
        """Begin to keep it running."""
        self._task = asyncio.create_task(self._keep_running(), name=f"child {self._role}")

    async def stop(self) -> None:
        """End it: by closing its input, then by force."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        process = self._process
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _keep_running(self) -> None:
        loop = asyncio.get_running_loop()
        delay_s = RESTART_AFTER_S_MIN
        while True:
            began = loop.time()
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tradebook.cli.main", "run", self._role, "--as-child"),
                stdin=asyncio.subprocess.PIPE,
                env={**os.environ, **self._environment},
            )
            code = await self._process.wait()
            lived_s = loop.time() - began
            delay_s = RESTART_AFTER_S_MIN if lived_s > LIVED_WELL_S else min(delay_s * 2, RESTART_AFTER_S_MAX)
            log.error(
                "child_died", role=self._role, code=code, lived_s=round(lived_s, 1), restart_in_s=delay_s
            )
            await asyncio.sleep(delay_s)
