"""Fixtures of the end-to-end tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.server import open_directory


@pytest.fixture
def tmp_path_open() -> Iterator[Path]:
    """A fresh directory that the embedded servers' unprivileged user can reach when the tests run as root."""
    with open_directory() as directory:
        yield directory
