"""Fills page by page, as no answer of Binance has more than a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tests.support.virtual_time import run
from tests.unit.venues.accounts.examples import AT, execution

from tradebook.venues.binance.fill_pages import PAGE, all_of
from tradebook.venues.messages.account import Execution


class History:
    """So many trades, one a second."""

    def __init__(self, trades: int) -> None:
        self.fills = [
            execution(fill_id=f"{number}-1", at=AT + timedelta(seconds=number)) for number in range(trades)
        ]
        self.asked: list[int] = []

    async def page_from(self, trade_id: int) -> Sequence[Execution]:
        self.asked.append(trade_id)
        return self.fills[trade_id : trade_id + PAGE]


def test_all_pages_are_asked_for_and_each_fill_is_told_once() -> None:
    async def main() -> None:
        history = History(2_500)
        assert await all_of(history.fills[:PAGE], history.page_from) == history.fills
        assert history.asked == [999, 1_998]

    run(main())


def test_no_page_is_asked_for_behind_what_is_wanted() -> None:
    async def main() -> None:
        history = History(10_000)
        until = AT + timedelta(seconds=1_500)
        found = await all_of(history.fills[:PAGE], history.page_from, until=until)
        assert history.asked == [999]
        assert [each for each in found if each.at < until] == history.fills[:1_500]

    run(main())


def test_fills_that_are_told_no_more_end_the_pages() -> None:
    async def main() -> None:
        history = History(PAGE)
        full, history.fills = history.fills, []
        assert await all_of(full, history.page_from) == full

    run(main())
