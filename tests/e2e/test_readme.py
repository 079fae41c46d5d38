"""The README tells the truth: its shell session works as it stands."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.support.server import Server

ROOT = Path(__file__).parents[2]
SESSION = re.compile(r"<!-- The tests run these lines[^>]*-->\n```sh\n(?P<lines>.*?)```", re.DOTALL)


def test_the_shell_session_of_the_readme_works(tmp_path_open: Path) -> None:
    found = SESSION.search((ROOT / "README.md").read_text())
    assert found is not None
    server = Server(tmp_path_open / "data", "--market", "simulated").start()
    try:
        server.login().wait_for_views()
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", found["lines"]],
            cwd=ROOT,
            env={**os.environ, "TRADEBOOK_DATA": str(server.data)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        server.stop()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "BTC-USDT.SIM" in done.stdout
