"""50 seeds of contracts. To see one: ``python -m tests.simulation --at binance-usdm --seed N --trace``."""

from __future__ import annotations

import pytest

from tests.simulation.at_contracts import run


@pytest.mark.parametrize("seed", range(50))
def test_venue_account_and_journal_agree_on_orders_fills_and_positions(seed: int) -> None:
    run(seed)
