"""Brings an account's book in step with what its venue says, and finds out whether its stream is deaf.

Balances are believed where they stood still while all orders were compared: whatever led to them is in the
book by then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, auto

import msgspec
import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import AccountId, Asset
from tradebook.kernel.messages import Value
from tradebook.kernel.money import ZERO
from tradebook.trading.model.contracts import position_key
from tradebook.trading.ports import Compared, Reconcile, ReportSink
from tradebook.venues.accounts.client_ids import ClientIds
from tradebook.venues.accounts.cursors import Cursor, Cursors
from tradebook.venues.accounts.reports import EARLIER_FILLS_MAX, FilledOrder, Reports
from tradebook.venues.accounts.side import AccountSide, HoldsContracts, TellsFills, TellsTransfers
from tradebook.venues.connections.limits import sparing
from tradebook.venues.messages.account import Balance, Position

log = structlog.get_logger("tradebook.venues")

LOOKS_MAX = 5
"""At balances that do not stand still."""

OVERLAP = timedelta(minutes=1)
"""What was told on the way just then, by clocks that differ."""

ASKED_AGAIN_AFTER = timedelta(minutes=1)
"""Others' trades, where that is a question for each instrument."""

Totals = dict[Asset, Decimal]


class Heard(Value, frozen=True, kw_only=True):
    """How much an account's venue has said."""

    messages: int = 0
    """On the stream and in answers."""
    frames: int = 0
    """On the stream."""


class Finding(Enum):
    """What a comparison found out of the balances and the stream."""

    IN_STEP = auto()
    RESTLESS = auto()
    """The balances did not stand still: orders are in step, balances were not compared."""
    DEAF = auto()
    """Balances changed, and the stream said nothing since they were last compared."""


class Comparison:
    """One account's."""

    def __init__(
        self,
        account_id: AccountId,
        side: AccountSide,
        reports: Reports,
        client_ids: ClientIds,
        *,
        clock: Clock,
        sink: ReportSink,
        reconcile: Reconcile,
        cursors: Cursors,
    ) -> None:
        self._account_id = account_id
        self._side = side
        self._reports = reports
        self._client_ids = client_ids
        self._clock = clock
        self._sink = sink
        self._reconcile = reconcile
        self._cursors = cursors
        self._incomplete: dict[FilledOrder, None] = {}
        self._last: tuple[int, Totals] | None = None
        """Frames heard and what the account had, when they were last compared on this stream."""
        self._cursor: Cursor | None = None
        """None until it is known, or for good where the account was never compared."""
        self._is_cursor_known = False
        self._gaps = self._covered = 0
        """How often something may have been missed, and of how many of these it is recorded what it was."""
        self._asked_at: datetime | None = None
        """When others' trades were last asked for on this stream."""
        self._held: set[Asset] = set()
        """What was worked in at any time, by us or by others."""
        self.compared: Compared | None = None
        """The last time."""

    def ask_for_fills_of(self, order: FilledOrder) -> None:
        """The stream did not tell all of an order's fills."""
        self._incomplete[order] = None

    def begin_anew(self) -> None:
        """The stream is another one: it is heard or deaf by itself."""
        self._last = self._asked_at = None
        self.miss()

    def miss(self) -> None:
        """What the stream said was not understood, or it was away: that may have been anything."""
        self._gaps += 1

    async def run(self, heard: Callable[[], Heard]) -> Finding:
        """Compare everything once. Raises what the venue's questions raise, and Unavailable."""
        if not self._is_cursor_known:
            self._cursor = await self._cursors.load(self._account_id)
            self._is_cursor_known = True
        for _ in range(LOOKS_MAX):
            messages = heard().messages
            before = _totals(await self._side.balances())
            # Where these stand still, all that happened until here is in them, and nothing did since.
            stood_at = self._side.venue_now()
            await self._ask_for_fills()
            await self._reconcile(self._account_id)
            await self._look_for_others()
            is_all_recorded = await self._find_missed(before)
            await self._find_funding(before)
            await self._find_transfers(before)
            positions = await self._look_at_contracts()
            balances = await self._side.balances()
            if heard().messages == messages and _totals(balances) == before:
                # At once: what is heard from here on is behind it.
                report = self._reports.balances(balances, stood_at, positions)
                await self._sink(report)
                self.compared = Compared(
                    at=self._clock.now(),
                    totals=report.totals,
                    positions={
                        position_key(each.instrument_id, each.position_side): each.quantity
                        for each in report.positions
                    },
                )
                finding = self._listened(heard().frames, before)
                if finding is Finding.IN_STEP and is_all_recorded:
                    await self._settle(stood_at, before)
                return finding
        return Finding.RESTLESS

    async def _settle(self, at: datetime, totals: Totals) -> None:
        before = self._cursor or Cursor(first_at=at, settled_at=at, totals=totals)
        held = tuple(sorted(self._held.union(before.held, before.totals, totals)))
        await self._keep(msgspec.structs.replace(before, settled_at=at, totals=totals, held=held))

    async def look_back(self, time: timedelta) -> bool:
        """Record what was traded in the time before the book began, once; False while it has not begun.

        Raises what the venue's questions raise, and Unavailable.
        """
        if self._cursor is None:
            return False
        if self._cursor.has_history:
            return True
        first_at, assets = self._cursor.first_at, self._cursor.totals.keys()
        if isinstance(self._side, TellsFills):
            fills = await self._side.fills_since(assets, first_at - time, held=())
            earlier = [each for each in fills if each.at < first_at]
            if len(earlier) > EARLIER_FILLS_MAX:
                log.info("venue_history_cut", account_id=self._account_id, found=len(earlier))
            if earlier:
                await self._sink(self._reports.earlier(earlier, first_at))
        await self._keep(msgspec.structs.replace(self._cursor, has_history=True))
        return True

    async def _keep(self, cursor: Cursor) -> None:
        self._cursor = cursor
        await self._cursors.keep(self._account_id, cursor)

    async def _find_missed(self, totals: Totals) -> bool:
        """What others traded while the stream did not tell: a fill that was told is recorded once all the
        same, and ours are found by their orders. What was bought and sold again may have moved nothing. A
        stream may be deaf for a while before that is found out, so where it costs little it is asked whenever
        something moved; and where it costs much, not as often as frames come that cannot be read. Where a
        stream does not tell what others trade it is asked as well, of what moved.

        Whether all of it is recorded.
        """
        cursor, gaps = self._cursor, self._gaps
        if cursor is None or not isinstance(self._side, TellsFills):
            self._covered = gaps
            return True
        has_gap, is_cheap = self._covered != gaps, self._side.fills_are_one_question
        changed = {
            asset for asset in {*cursor.totals, *totals} if cursor.totals.get(asset) != totals.get(asset)
        }
        is_told = self._side.stream_tells_fills and not is_cheap
        if not has_gap and (is_told or not changed):
            return True
        if not is_cheap and self._has_asked_lately():
            return False
        # What moved without a break was moved by a trade between what has moved.
        held = self._held.union(cursor.held, cursor.totals, totals) if has_gap or is_cheap else ()
        with sparing():
            told = await self._side.fills_since(changed, _since(cursor), held=held)
            fills = await self._side.named(told)
        theirs = [each for each in fills if self._client_ids.order_id_of(each.client_order_id) is None]
        for report in self._reports.of_others(theirs):
            await self._sink(report)
        self._covered, self._asked_at = gaps, self._clock.now()
        return True

    def _has_asked_lately(self) -> bool:
        return self._asked_at is not None and self._clock.now() < self._asked_at + ASKED_AGAIN_AFTER

    async def _find_funding(self, totals: Totals) -> None:
        """What was paid between the sides since everything was recorded: some venues do not tell it by
        themselves, or not of which contract it was. What was recorded before changes nothing.
        """
        if self._cursor is None or not isinstance(self._side, HoldsContracts):
            return
        if totals == self._cursor.totals:
            return
        for payment in await self._side.fundings_since(_since(self._cursor)):
            await self._sink(self._reports.funding(payment))

    async def _find_transfers(self, totals: Totals) -> None:
        """What came and went since everything was recorded. What the stream has told changes nothing: it is
        known by the same reference.
        """
        if self._cursor is None or not isinstance(self._side, TellsTransfers):
            return
        if totals == self._cursor.totals:
            return
        for change in await self._side.transfers_since(_since(self._cursor)):
            for report in self._reports.of(change):
                await self._sink(report)

    async def _look_at_contracts(self) -> Sequence[Position]:
        """Which are open, once it is recorded how they are secured."""
        if not isinstance(self._side, HoldsContracts):
            return ()
        settings = await self._side.leverages()
        for report in self._reports.leverages(settings, self._side.venue_now()):
            await self._sink(report)
        return await self._side.positions()

    def _listened(self, frames: int, totals: Totals) -> Finding:
        last, self._last = self._last, (frames, totals)
        is_deaf = last is not None and last[0] == frames and last[1] != totals
        return Finding.DEAF if is_deaf else Finding.IN_STEP

    async def _look_for_others(self) -> None:
        for each in await self._side.open_orders():
            instrument = self._side.instrument(each.instrument_id)
            self._held |= {instrument.base_asset, instrument.quote_asset}
            if self._client_ids.order_id_of(each.client_order_id) is None:
                await self._sink(self._reports.outside(each))

    async def _ask_for_fills(self) -> None:
        while self._incomplete:
            order = next(iter(self._incomplete))
            fills = await self._side.fills_of(order.instrument_id, order.venue_order_id)
            ours = order.order_id
            found = self._reports.of_others(fills) if ours is None else self._reports.fills(fills, ours)
            for report in found:
                await self._sink(report)
            self._incomplete.pop(order, None)


def _since(cursor: Cursor) -> datetime:
    return max(cursor.settled_at - OVERLAP, cursor.first_at)


def _totals(balances: Sequence[Balance]) -> Totals:
    totals: Totals = {}
    for each in balances:
        totals[each.asset] = totals.get(each.asset, ZERO) + each.total
    return totals
