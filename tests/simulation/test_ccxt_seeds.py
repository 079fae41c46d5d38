"""Some seeds through ccxt, with its streams and without. For more: ``python -m tests.simulation --at ccxt
--count 50``, and ``--at ccxt-asked``.
"""

from __future__ import annotations

import pytest

from tests.simulation.at_venue import run


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("venue", ["ccxt", "ccxt-asked"])
def test_venue_account_and_journal_agree_also_through_ccxt(venue: str, seed: int) -> None:
    run(venue, seed)
