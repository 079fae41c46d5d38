"""What Binance says of symbols that are not listed, as far as we know.

A contract that is delisted or settled leaves the list, while lines about it stay in answers; one that is new
comes to the list after we last asked. So where a symbol is not known the list is asked for anew, once in a
while. What is not in it then is left out, with a line in the log, and all the rest is believed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta

import msgspec
import structlog

from tradebook.kernel.clock import Clock
from tradebook.venues.binance.wire import Answer, NotListed, reader
from tradebook.venues.messages.account import StreamEnded
from tradebook.venues.symbols import SymbolTable

log = structlog.get_logger("tradebook.venues")

LOOK_EVERY = timedelta(minutes=1)
ABSENT_FOR = timedelta(minutes=10)
"""A symbol that the list did not have is not looked for again so soon."""


class _Named(Answer, frozen=True, kw_only=True):
    """As much as is read of every line."""

    symbol: str = ""
    client_order_id: str = ""
    client_algo_id: str = ""


_read_lines = reader(list[msgspec.Raw], "lines")
_read_names = reader(list[_Named], "lines")


class Listed:
    """Of one market, for all of its accounts."""

    def __init__(
        self, symbols: SymbolTable, list_anew: Callable[[], Awaitable[object]], clock: Clock
    ) -> None:
        """``list_anew`` asks for the list and takes it into ``symbols``."""
        self._symbols = symbols
        self._list_anew = list_anew
        self._clock = clock
        self._looked_at: datetime | None = None
        """When the list was last told."""
        self._absent: dict[str, datetime] = {}
        """When the list last did not have a symbol."""
        self._missed: set[str] = set()
        """Told of by a stream that was ended for it."""
        self._left_out: set[str] = set()
        """What the log has named."""

    async def only(self, body: bytes, *, what: str) -> bytes:
        """An answer without the lines about what is not listed. Raises as asking for the list."""
        kept, _ = await self._split(body, what)
        return kept

    async def orders(self, body: bytes, *, what: str) -> tuple[bytes, Collection[str]]:
        """The same of orders, and the client order ids of those that are left out."""
        kept, left_out = await self._split(body, what)
        return kept, [each.client_order_id or each.client_algo_id for each in left_out]

    async def _split(self, body: bytes, what: str) -> tuple[bytes, Sequence[_Named]]:
        if not body.lstrip().startswith(b"["):
            return body, ()
        read = _read_names(body)
        names = [each.symbol for each in read]
        unknown = self._unknown(names)
        if not unknown:
            return body, ()
        if self._is_to_be_looked_for(unknown):
            await self._look_for(unknown)
            unknown = self._unknown(names)
        for each in unknown:
            self._leave_out(each, what)
        kept = [line for name, line in zip(names, _read_lines(body), strict=True) if name not in unknown]
        left_out = [each for each in read if each.symbol in unknown]
        return b"[" + b",".join(map(bytes, kept)) + b"]", left_out

    def unheard(self, frame: NotListed) -> Sequence[StreamEnded]:
        """What is to be done about a frame that names what is not listed: where the list may have it by now
        another stream begins with asking for it, and with what was missed on this one.
        """
        if self._is_to_be_looked_for({frame.symbol}):
            self._missed.add(frame.symbol)
            return (StreamEnded(reason=frame.detail),)
        self._leave_out(frame.symbol, frame.what)
        return ()

    async def find_missed(self) -> None:
        """Ask for the list where a stream was ended for it. Raises as that."""
        if self._missed:
            await self._look_for(self._missed)
            self._missed.clear()

    def _is_to_be_looked_for(self, names: Collection[str]) -> bool:
        now = self._clock.now()
        if self._looked_at is not None and now - self._looked_at < LOOK_EVERY:
            return False
        return any(name not in self._absent or now - self._absent[name] >= ABSENT_FOR for name in names)

    async def _look_for(self, names: Collection[str]) -> None:
        await self._list_anew()
        # Not before: while it is on the way, or where it was not told, nothing is known to be absent.
        self._looked_at = self._clock.now()
        self._absent.update(dict.fromkeys(self._unknown(names), self._looked_at))

    def _unknown(self, names: Collection[str]) -> set[str]:
        return {name for name in names if name and not self._symbols.has(name)}

    def _leave_out(self, name: str, what: str) -> None:
        if name not in self._left_out:
            self._left_out.add(name)
            log.warning("venue_symbol_not_listed", symbol=name[:40], left_out_of=what)
