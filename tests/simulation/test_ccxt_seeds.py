"""Some seeds through ccxt. For more: ``python -m tests.simulation --at ccxt --count 50``."""

from __future__ import annotations

import pytest

from tests.simulation.at_venue import run


@pytest.mark.parametrize("seed", range(8))
def test_venue_account_and_journal_agree_also_through_ccxt(seed: int) -> None:
    run("ccxt", seed)
