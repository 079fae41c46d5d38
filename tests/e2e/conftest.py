"""Fixtures of the end-to-end tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path_open() -> Iterator[Path]:
    """A fresh directory that the embedded servers' unprivileged user can reach when the tests run as root."""
    directory = Path(tempfile.mkdtemp(prefix="tradebook-e2e-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)
