"""Bybit's stream tells orders as they are: what has changed is seen by what was told before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.support.market import BTC_USDT

from tradebook.trading.orders import OrderStatus, OrderType, Side, TimeInForce
from tradebook.venues.bybit.told_terms import ToldTerms
from tradebook.venues.messages.account import ExecType, ExecutionReport

AT = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


def news(after_s: int, quantity: str = "2", **differing: Any) -> ExecutionReport:
    facts: dict[str, Any] = {
        "exec_type": ExecType.NEW,
        "instrument_id": BTC_USDT.instrument_id,
        "venue_order_id": "v1",
        "status": OrderStatus.ACCEPTED,
        "side": Side.BUY,
        "type": OrderType.LIMIT,
        "time_in_force": TimeInForce.GTC,
        "quantity": Decimal(quantity),
        "price": Decimal(99),
        "at": AT + timedelta(seconds=after_s),
    }
    return ExecutionReport(**(facts | differing))


def kinds(*told: ExecutionReport) -> list[ExecType]:
    terms = ToldTerms()
    return [terms.read(each).exec_type for each in told]


def test_the_first_news_of_an_order_tells_of_no_change() -> None:
    assert kinds(news(0)) == [ExecType.NEW]


def test_other_terms_than_before_are_a_change() -> None:
    assert kinds(news(0), news(1, "3"), news(2, "3"), news(3, "3", price=Decimal(98))) == [
        ExecType.NEW,
        ExecType.REPLACED,
        ExecType.NEW,
        ExecType.REPLACED,
    ]


def test_a_partial_fill_may_bring_the_news_of_a_change() -> None:
    partial = {"status": OrderStatus.PARTIALLY_FILLED, "exec_type": ExecType.STATUS}
    assert kinds(news(0), news(1, "3", **partial)) == [ExecType.NEW, ExecType.REPLACED]


def test_a_frame_that_was_overtaken_changes_nothing_back() -> None:
    assert kinds(news(0), news(2, "3"), news(1), news(3, "3")) == [
        ExecType.NEW,
        ExecType.REPLACED,
        ExecType.NEW,
        ExecType.NEW,
    ]


def test_an_end_is_an_end_and_an_order_by_value_has_no_terms_to_change() -> None:
    ended = {"status": OrderStatus.CANCELLED, "exec_type": ExecType.CANCELLED}
    assert kinds(news(0), news(1, "3", **ended)) == [ExecType.NEW, ExecType.CANCELLED]
    by_value = {"quote_quantity": Decimal(100)}
    assert kinds(news(0, "0", **by_value), news(1, "1", **by_value)) == [ExecType.NEW, ExecType.NEW]


def test_orders_are_told_apart() -> None:
    assert kinds(news(0), news(1, "3", venue_order_id="v2")) == [ExecType.NEW, ExecType.NEW]
