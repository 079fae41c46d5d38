"""What is believed of symbols that are not on the list, while the list is asked for or was not told."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.virtual_time import VirtualClock, run

from tradebook.venues.binance.listed import Listed
from tradebook.venues.binance.wire import NotListed
from tradebook.venues.messages.account import StreamEnded
from tradebook.venues.symbols import SymbolTable

LINES = b'[{"symbol":"BTCUSDT"}]'
FRAME = NotListed("executionReport", "BTCUSDT")


class Exchange:
    """It takes a second to tell what it lists, or does not tell it."""

    def __init__(self) -> None:
        self.symbols = SymbolTable()
        self.fails = 0
        self.listed = Listed(self.symbols, self._list, VirtualClock())

    async def _list(self) -> None:
        await asyncio.sleep(1)
        if self.fails:
            self.fails -= 1
            raise ConnectionError("no answer")


def test_nothing_is_left_out_where_the_list_was_not_told() -> None:
    async def main() -> None:
        it = Exchange()
        it.fails = 2
        for _ in range(2):
            with pytest.raises(ConnectionError):
                await it.listed.only(LINES, what="incomes")
        assert await it.listed.only(LINES, what="incomes") == b"[]"

    run(main())


def test_a_frame_is_not_passed_over_while_the_list_is_asked_for() -> None:
    async def main() -> None:
        it = Exchange()
        asked_for_another = asyncio.create_task(it.listed.only(LINES, what="incomes"))
        await asyncio.sleep(0.5)
        (told,) = it.listed.unheard(FRAME)
        assert isinstance(told, StreamEnded)
        await asked_for_another
        assert it.listed.unheard(FRAME) == ()

    run(main())
