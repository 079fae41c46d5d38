"""The table of an order's life."""

from __future__ import annotations

import pytest

from tradebook.trading import events as e
from tradebook.trading.lifecycle import (
    AT_VENUE,
    OURS,
    TERMINAL,
    TRANSITIONS,
    next_status,
    render_mermaid,
    works_on,
)
from tradebook.trading.orders import OrderStatus as S


def test_every_state_is_ours_or_at_the_venue_or_over() -> None:
    assert set(S) == OURS | AT_VENUE | TERMINAL
    assert not OURS & AT_VENUE
    assert not (OURS | AT_VENUE) & TERMINAL


def test_every_fact_about_an_order_has_its_row() -> None:
    facts = {kind.__name__ for kind in e.OrderEvent.__subclasses__()}
    assert set(TRANSITIONS) == facts - {"TrailingStopMoved", "OrderExitsChanged"} | {"OrderPartiallyFilled"}


@pytest.mark.parametrize("fact", TRANSITIONS)
def test_nothing_leads_back_from_the_end(fact: str) -> None:
    for status in TERMINAL:
        assert next_status(fact, status) in (status, S.FILLED)


@pytest.mark.parametrize("fact", ["OrderCancelled", "OrderExpired", "OrderRejected"])
def test_an_end_is_an_end_from_everywhere(fact: str) -> None:
    assert all(next_status(fact, status) in TERMINAL for status in S)


def test_an_answered_request_leads_back_to_what_the_order_was() -> None:
    fact = "OrderCancelRejected"
    assert works_on(fact, S.PENDING_CANCEL, is_accepted=False, has_fills=False) is S.SUBMITTED
    assert works_on(fact, S.PENDING_CANCEL, is_accepted=True, has_fills=False) is S.ACCEPTED
    assert works_on(fact, S.PENDING_CANCEL, is_accepted=False, has_fills=True) is S.PARTIALLY_FILLED
    assert works_on("OrderReplaced", S.PARKED, is_accepted=False, has_fills=False) is S.PARKED


def test_the_diagram_shows_every_state_and_transition() -> None:
    diagram = render_mermaid()
    assert diagram.startswith("stateDiagram-v2\n")
    assert all(status.value in diagram for status in S)
    count = sum(len(moves) for moves in TRANSITIONS.values())
    assert diagram.count(" --> ") == count + 3 + len(TERMINAL)
