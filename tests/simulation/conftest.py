"""Seeds run at full speed: after the first few, another one covers no line that was not covered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

COVERED = 3
"""Seeds of a test whose coverage is measured, which takes them twice as long."""
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Implements pytest's hook."""
    for item in items:
        if isinstance(item, pytest.Function) and item.path.parent == HERE and hasattr(item, "callspec"):
            seed = item.callspec.params.get("seed")
            if isinstance(seed, int) and seed >= COVERED:
                item.add_marker(pytest.mark.no_cover)
