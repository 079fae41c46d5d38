"""Runs a script as its reader would: on its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run_script(script: Path, *arguments: Path) -> str:
    """What it printed when it ended well, else an empty string."""
    run = subprocess.run(
        [sys.executable, "-I", script, *arguments], capture_output=True, check=False, text=True
    )
    return run.stdout if run.returncode == 0 else ""
