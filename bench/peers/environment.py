"""The environment of the libraries that benchmarks are held against, made from their lock file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENV = ROOT / "build/peers"
LOCK = Path(__file__).with_name("requirements.lock")


def python() -> Path:
    """The interpreter of the peers' environment."""
    uv = Path(sys.executable).with_name("uv")
    interpreter = VENV / "bin/python"
    if not interpreter.exists():
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, VENV], check=True)
    subprocess.run(
        [str(uv), "pip", "sync", "--quiet", "--python", str(interpreter), "--require-hashes", str(LOCK)],
        check=True,
    )
    return interpreter
