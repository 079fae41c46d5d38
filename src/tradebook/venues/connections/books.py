"""Joins a book's snapshot with the changes that come on another way, and sees when one is missing.

::

    changes that wait ──► snapshot ──► in step: each change must follow the one before, else a gap
          ▲                                                                           │
          └──────────────────────────── the book is emptied, a new snapshot asked for ┘

Where the venue sends the whole book on the same way as the changes, it begins anew with each.

Rules: a change follows when ``previous`` is the last one's number, or where the venue does not tell it, when
``first`` is at most one more than that; the first after a snapshot must reach over the snapshot's number.
https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md#how-to-manage-a-local-order-book-correctly
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime

from tradebook.kernel.ids import InstrumentId
from tradebook.market.values import BookUpdate
from tradebook.venues.messages.market import BookChange

WAITING_MAX = 5_000
"""Changes kept for a snapshot; with more of them the oldest go, and the snapshot must be newer."""


class BookInStep:
    """One instrument's book."""

    def __init__(self, instrument_id: InstrumentId) -> None:
        self._instrument_id = instrument_id
        self._waiting: deque[BookChange] = deque(maxlen=WAITING_MAX)
        self._last: int | None = None
        """The venue's number of the newest change that is in it."""
        self._last_sequence = 0
        self._is_fresh = False
        """Nothing has followed the snapshot yet."""
        self.gaps = 0
        self.losses = 0
        """A snapshot that was asked for before the last of them says nothing about what is waiting now."""

    @property
    def is_in_step(self) -> bool:
        """Whether what was given out is the venue's book."""
        return self._last is not None

    def change(self, change: BookChange) -> Sequence[BookUpdate]:
        """What the picture has to take in; an empty book where a gap shows.

        A change that brings the whole book comes on the same way as the others, so it always counts.
        """
        if change.update.is_snapshot:
            self._waiting.clear()
            return self._begin(change.update, change.number)
        if self._last is None:
            self._waiting.append(change)
            return ()
        if change.number <= self._last:
            return ()  # told before
        if not self._follows(change, self._last):
            self.gaps += 1
            emptied = self.lose(change.update.at)
            self._waiting.append(change)
            return emptied
        self._last, self._last_sequence, self._is_fresh = change.number, change.update.sequence, False
        return (change.update,)

    def snapshot(self, book: BookUpdate) -> Sequence[BookUpdate]:
        """The whole book, asked for on another way and numbered as the changes are; nothing where it is older
        than those that are known: ask again.
        """
        waiting = [each for each in self._waiting if each.number > book.sequence]
        if waiting and waiting[0].first > book.sequence + 1 and waiting[0].previous != book.sequence:
            return ()
        self._waiting.clear()
        begun = self._begin(book, book.sequence)
        return [*begun, *(update for each in waiting for update in self.change(each))]

    def lose(self, at: datetime) -> Sequence[BookUpdate]:
        """It is not known any more: an empty book until the next snapshot; nothing where none was known."""
        self._waiting.clear()
        self.losses += 1
        if self._last is None:
            return ()
        self._last = None
        return (
            BookUpdate(
                instrument_id=self._instrument_id,
                bids=(),
                asks=(),
                is_snapshot=True,
                at=at,
                sequence=self._last_sequence,
            ),
        )

    def _begin(self, book: BookUpdate, number: int) -> Sequence[BookUpdate]:
        self._last, self._last_sequence, self._is_fresh = number, book.sequence, True
        return (book,)

    def _follows(self, change: BookChange, last: int) -> bool:
        reaches = change.first <= last + 1
        return change.previous == last or (reaches and (self._is_fresh or change.previous is None))
