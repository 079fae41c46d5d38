"""How fast this machine is at the moment, for tests that hold the program to seconds."""

from __future__ import annotations

import time

ADDITIONS = 2_000_000
TAKES_S = 0.13
"""On the class of machine that our figures are given for: two cores of 2.5 GHz to ourselves."""


def slowness() -> float:
    """How many times longer than there an everyday loop takes here and now; at least 1."""
    began = time.monotonic()
    total = 0
    for number in range(ADDITIONS):
        total += number
    return max(1.0, (time.monotonic() - began) / TAKES_S)
