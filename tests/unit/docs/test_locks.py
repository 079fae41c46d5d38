"""Lock files say what is installed, by its hash, and not where from."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "ui/package-lock.json",
    "tests/lighthouse/package-lock.json",
)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert text.count("sha512-") + text.count("--hash=sha256:") > 20
