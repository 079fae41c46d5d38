"""Puts off an account's dead man's switch at its venue, again and again, as long as we are here.

::

    off ──► on: the venue is told at once, then RENEWALS times in every span ──► lifted
                 │ we are gone                                                    as its owner says so,
                 ▼                                                                or we end on purpose
            the venue cancels all orders

What does not get through is said again until it does, and what may have got through though it was given up is
taken back.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import Refused, TradebookError
from tradebook.trading.limits import DeadMansSwitch
from tradebook.trading.ports import SwitchStanding
from tradebook.venues.accounts.side import CancelsWhenGone
from tradebook.venues.connections.connection import Connection

log = structlog.get_logger("tradebook.venues")

RENEWALS = 4
"""Within the time of a switch, so that one may fail and the next is still in time."""
LOOK_EVERY_S = 1.0
LIFTED_WITHIN_S = 3.0
"""When we end: the switch fires where the venue does not answer by then."""
SENT_AFTER_S = 0.05
SILENT = "the venue did not answer"


class SwitchKeeper:
    """One account's."""

    def __init__(self, name: str, side: CancelsWhenGone, connection: Connection, clock: Clock) -> None:
        self._name = name
        self._side = side
        self._connection = connection
        self._clock = clock
        self._switch: DeadMansSwitch | None = None
        self._is_needed = asyncio.Event()
        """It is on, or may be at the venue though it should not."""
        self._due_at = clock.now()
        self._turn = asyncio.Lock()
        self._put_off_at: datetime | None = None
        self._problem = ""

    @property
    def standing(self) -> SwitchStanding | None:
        """How it is; None where it is off."""
        if self._switch is None:
            return None
        return SwitchStanding(put_off_at=self._put_off_at, problem=self._problem)

    def keep(self, switch: DeadMansSwitch) -> None:
        """It is on: from now on the venue is told again and again."""
        self._switch = switch
        new = [each for each in self._side.switch_streams if each not in self._connection.streams]
        self._connection.add(new)
        self._is_needed.set()

    async def set(self, switch: DeadMansSwitch | None) -> None:
        """At the venue first. Raises as any request; then it is made what it was before."""
        async with self._turn:
            try:
                await self._make(switch)
            except Refused:
                raise  # nothing has changed there
            except BaseException:
                self._due_at = self._clock.now()
                self._is_needed.set()
                raise

    async def run(self) -> None:
        """Without end."""
        while True:
            await self._is_needed.wait()
            if self._clock.now() >= self._due_at:
                await self._look()
            await self._clock.sleep(LOOK_EVERY_S)

    async def leave(self) -> None:
        """We end on purpose: lift it, unless its owner wants it to fire then too."""
        switch = self._switch
        if switch is None or switch.when_stopped:
            return
        try:
            async with asyncio.timeout(LIFTED_WITHIN_S), self._turn:
                await self._lift()
        except (OSError, TradebookError) as error:
            fires_at = self._clock.now() + timedelta(seconds=switch.after_s)
            why = str(error) or SILENT
            log.warning("dead_mans_switch_not_lifted", account=self._name, fires_by=fires_at, why=why)

    async def _look(self) -> None:
        """Tell the venue that we are here. What does not get through is said again at the next look, and what
        the venue refused when it would have been said again anyway.
        """
        async with self._turn:
            switch = self._switch
            within_s = LIFTED_WITHIN_S if switch is None else switch.after_s / RENEWALS
            try:
                async with asyncio.timeout(within_s):
                    await self._make(switch)
            except Refused as error:
                self._fails(error)
                self._due_at = self._clock.now() + timedelta(seconds=within_s)
                if switch is None:
                    self._is_needed.clear()
            except (OSError, TradebookError) as error:
                self._fails(error)

    async def _make(self, switch: DeadMansSwitch | None) -> None:
        if switch is not None:
            await self._put_off(switch)
            self.keep(switch)
        elif self._is_needed.is_set():
            await self._lift()

    def _fails(self, error: Exception) -> None:
        self._problem = str(error) or SILENT
        log.warning("dead_mans_switch_not_put_off", account=self._name, problem=self._problem)

    async def _put_off(self, switch: DeadMansSwitch) -> None:
        begun_at = self._clock.now()
        await self._side.cancel_when_gone(switch.after_s)
        self._put_off_at, self._problem = begun_at, ""
        self._due_at = begun_at + timedelta(seconds=switch.after_s / RENEWALS)

    async def _lift(self) -> None:
        streams = [each for each in self._side.switch_streams if each in self._connection.streams]
        if streams and not self._connection.is_open:
            raise ConnectionError("the stream that the venue watches is away")
        # What was listened to is ended before the connection is: to a venue that watches it we would be gone.
        self._connection.remove(streams)
        while self._connection.is_open and not self._connection.has_asked:
            await self._clock.sleep(SENT_AFTER_S)
        try:
            await self._side.lift_switch()
        except BaseException:
            self._connection.add(streams)
            raise
        self._switch, self._put_off_at, self._problem = None, None, ""
        self._is_needed.clear()
