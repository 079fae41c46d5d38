"""A change of an order that is refused may have been made before, by a request whose answer was lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.support.virtual_time import run
from tests.unit.venues.accounts.examples import report

from tradebook.kernel.errors import Unavailable
from tradebook.trading.orders import OrderStatus
from tradebook.venues.binance.changes import changed_before
from tradebook.venues.errors import VenueRefusal
from tradebook.venues.messages.account import ExecType, ExecutionReport

REFUSAL = VenueRefusal("binance", "-5027", "No need to modify the order.")


def found(answer: ExecutionReport | Exception | None) -> ExecutionReport:
    """What a refused change to 2 at 100 was, where the order is asked for and this is the answer."""

    async def standing() -> ExecutionReport | None:
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def main() -> ExecutionReport:
        return await changed_before(REFUSAL, standing(), quantity=Decimal(2), price=Decimal(100))

    return run(main())


def test_an_order_that_has_the_terms_was_changed_to_them() -> None:
    assert found(report(ExecType.STATUS)).exec_type is ExecType.REPLACED


@pytest.mark.parametrize("other", [{"quantity": Decimal(1)}, {"price": Decimal(99)}])
def test_one_that_has_others_was_not(other: dict[str, Any]) -> None:
    with pytest.raises(VenueRefusal) as refused:
        found(report(ExecType.STATUS, **other))
    assert refused.value is REFUSAL


def test_nor_one_that_is_over() -> None:
    with pytest.raises(VenueRefusal):
        found(report(ExecType.STATUS, OrderStatus.FILLED))


@pytest.mark.parametrize("answer", [None, VenueRefusal("binance", "-1003", "Too many requests.")])
def test_where_it_is_not_told_how_the_order_stands_nothing_is_known(answer: Exception | None) -> None:
    with pytest.raises(ConnectionError):
        found(answer)


def test_nor_where_nothing_was_asked() -> None:
    with pytest.raises(Unavailable):
        found(Unavailable("venue_busy", "later"))
