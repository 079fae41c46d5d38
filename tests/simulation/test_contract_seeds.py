"""20 seeds of contracts at each venue. To see one: ``python -m tests.simulation --at bybit-linear``."""

from __future__ import annotations

import pytest

from tests.simulation.at_contracts import DESKS, run


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("venue", list(DESKS))
def test_venue_account_and_journal_agree_on_orders_fills_and_positions(venue: str, seed: int) -> None:
    run(venue, seed)
