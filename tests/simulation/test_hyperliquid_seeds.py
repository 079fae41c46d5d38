"""50 seeds. To see one again: ``python -m tests.simulation --at hyperliquid --seed N --trace``."""

from __future__ import annotations

import pytest

from tests.simulation.at_hyperliquid import run


@pytest.mark.parametrize("seed", range(50))
def test_venue_account_and_journal_agree_whatever_gets_lost(seed: int) -> None:
    run(seed)
