"""200 seeds. To see one again: ``python -m tests.simulation --seed N --trace``."""

from __future__ import annotations

import pytest

from tests.simulation.world import run


@pytest.mark.parametrize("seed", range(200))
def test_the_promises_hold_whatever_happens(seed: int) -> None:
    run(seed)


def test_a_seed_gives_the_same_run_again() -> None:
    first: list[str] = []
    second: list[str] = []
    run(7, first.append)
    run(7, second.append)
    assert first == second
