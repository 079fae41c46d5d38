"""Keeps a process from appending once another one serves the database."""

from __future__ import annotations

import asyncio


class Fence:
    """The epoch that a process appends in. It is broken once the journal is known to be in a later one."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self._is_broken = asyncio.Event()

    @property
    def is_broken(self) -> bool:
        """Whether nothing may be appended any more."""
        return self._is_broken.is_set()

    def break_down(self) -> None:
        """Another process serves the database."""
        self._is_broken.set()

    async def broken(self) -> None:
        """Return once it is broken."""
        await self._is_broken.wait()
