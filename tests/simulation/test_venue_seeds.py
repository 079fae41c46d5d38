"""20 seeds at each venue. To see one again: ``python -m tests.simulation --at bybit --seed N --trace``."""

from __future__ import annotations

import pytest

from tests.simulation.at_venue import run


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("venue", ["binance", "bybit", "hyperliquid"])
def test_venue_account_and_journal_agree_whatever_gets_lost(venue: str, seed: int) -> None:
    run(venue, seed)
