"""What is asked of an exchange until all of a history is told, and when that cannot be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tradebook.venues.ccxt.pages import LINES_MIN, Line, Order, Pages, all_lines

PAGE = 50


def line(number: int, at: int) -> Line:
    return {"id": str(number), "order": "one", "timestamp": at, "info": {"id": str(number)}}


class Exchange:
    """One that nothing is known of."""

    def __init__(
        self, lines: Sequence[Line], *, newest_first: bool = False, knows_until: bool = True
    ) -> None:
        self.lines = lines
        self.questions = 0
        self._newest_first = newest_first
        self._knows_until = knows_until

    async def ask(self, since_ms: int | None, params: Mapping[str, Any]) -> Sequence[Line]:
        self.questions += 1
        until = params.get("until") if self._knows_until else None
        chosen = [
            each
            for each in self.lines
            if (since_ms is None or each["timestamp"] >= since_ms)
            and (until is None or each["timestamp"] <= until)
        ]
        return chosen[-PAGE:] if self._newest_first else chosen[:PAGE]


def names(lines: Sequence[Line]) -> list[int]:
    return [int(each["id"]) for each in lines]


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 7 * PAGE])
async def test_a_history_is_read_from_either_end(count: int, newest_first: bool) -> None:
    exchange = Exchange([line(each, each // 3) for each in range(count)], newest_first=newest_first)
    assert sorted(names(await all_lines(Pages(), 0, exchange.ask))) == list(range(count))


@pytest.mark.parametrize("since_ms", [None, 0])
@pytest.mark.parametrize("count", [0, PAGE, PAGE + 1, 3 * PAGE])
async def test_ids_that_rise_lead_past_a_moment_that_fills_pages(count: int, since_ms: int | None) -> None:
    lines = [line(each, 7) for each in range(count)]

    async def ask(since: int | None, params: Mapping[str, Any]) -> Sequence[Line]:
        assert params if since is None else since == since_ms
        return [each for each in lines if int(each["id"]) >= params.get("fromId", 0)][:PAGE]

    pages = Pages(order=Order.NEWER_BY_ID, param="fromId", id_field="id", lines_max=PAGE)
    assert names(await all_lines(pages, since_ms, ask)) == list(range(count))


async def test_a_page_that_ends_between_both_sides_of_a_trade_loses_neither() -> None:
    lines = [line(each, each) for each in range(PAGE)]
    lines.append({**lines[-1], "order": "another"})

    async def ask(since: int | None, params: Mapping[str, Any]) -> Sequence[Line]:
        return [each for each in lines if int(each["id"]) >= params.get("fromId", 0)][:PAGE]

    pages = Pages(order=Order.NEWER_BY_ID, param="fromId", id_field="id", lines_max=PAGE)
    assert await all_lines(pages, 0, ask) == lines


async def test_a_few_lines_are_one_question() -> None:
    exchange = Exchange([line(each, each) for each in range(LINES_MIN - 1)])
    assert len(await all_lines(Pages(), 0, exchange.ask)) == LINES_MIN - 1
    assert exchange.questions == 1


async def test_an_exchange_that_begins_at_the_end_and_goes_no_further_back_is_not_believed() -> None:
    exchange = Exchange([line(each, each) for each in range(PAGE + 1)], newest_first=True, knows_until=False)
    with pytest.raises(ConnectionError, match="cannot be shown"):
        await all_lines(Pages(), 0, exchange.ask)


@pytest.mark.parametrize("order", [Order.UNKNOWN, Order.OLDER_BY_TIME])
async def test_more_in_one_moment_than_a_page_holds_is_not_guessed(order: Order) -> None:
    exchange = Exchange([line(each, 7) for each in range(PAGE + 1)], newest_first=True)
    with pytest.raises(ConnectionError, match="cannot be shown"):
        await all_lines(Pages(order=order, lines_max=PAGE), 0, exchange.ask)


@pytest.mark.parametrize("field", ["id", "timestamp", "info"])
async def test_a_line_that_lacks_what_pages_go_by_is_not_passed_over(field: str) -> None:
    async def ask(since_ms: int | None, params: Mapping[str, Any]) -> Sequence[Line]:
        lacking = {name: told for name, told in line(1, 1).items() if name != field}
        return [] if params else [lacking]

    with pytest.raises(ConnectionError, match="is not as it was"):
        await all_lines(Pages(order=Order.OLDER_BY_ID, param="before", id_field="id"), 0, ask)


async def test_an_exchange_that_tells_the_same_page_again_is_not_believed() -> None:
    exchange = Exchange([line(each, each) for each in range(PAGE + 1)], newest_first=True)
    with pytest.raises(ConnectionError, match="cannot be shown"):
        await all_lines(Pages(order=Order.OLDER_BY_ID, param="before", id_field="id"), 0, exchange.ask)


async def test_what_is_traded_while_pages_are_skipped_loses_nothing() -> None:
    traded = [line(each, each) for each in range(120)]

    async def ask(since_ms: int | None, params: Mapping[str, Any]) -> Sequence[Line]:
        newest_first = list(reversed(traded))
        if len(traded) < 125:
            traded.append(line(len(traded), len(traded)))
        return newest_first[params["ofs"] : params["ofs"] + PAGE]

    found = names(await all_lines(Pages(order=Order.OLDER_BY_OFFSET, param="ofs"), 0, ask))
    assert found[:120] == list(range(120))
