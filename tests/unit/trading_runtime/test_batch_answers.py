"""What one order of a batch is answered."""

from __future__ import annotations

from tradebook.kernel.errors import Conflict, Unavailable
from tradebook.trading.api.orders import item_of


def test_an_order_that_may_be_recorded_all_the_same_is_told_from_one_that_was_refused() -> None:
    behind = item_of(Unavailable("view_behind", "The order is recorded, but the view is behind; ask again."))
    refused = item_of(Conflict("oco_group_full", "It is full."))

    assert behind.problem is not None
    assert behind.problem.may_be_recorded
    assert refused.problem is not None
    assert not refused.problem.may_be_recorded
