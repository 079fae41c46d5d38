"""The documents tell the truth: their shell sessions work as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.server import Server

ROOT = Path(__file__).parents[2]
SESSION = re.compile(r"<!-- The tests run these lines[^>]*-->\n```sh\n(?P<lines>.*?)```", re.DOTALL)


def run(lines: str, **environment: Path) -> str:
    """What the lines print; they must succeed, every one of them."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        cwd=ROOT,
        env={**os.environ, "PATH": path, **{name: str(place) for name, place in environment.items()}},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_shell_session_of_the_readme_works(tmp_path_open: Path) -> None:
    [lines] = SESSION.findall((ROOT / "README.md").read_text())
    server = Server(tmp_path_open / "data", "--market", "simulated").start()
    try:
        server.login().wait_for_views()
        said = run(lines, TRADEBOOK_DATA=server.data)
    finally:
        server.stop()
    assert "BTC-USDT.SIM" in said


def test_the_shell_sessions_of_the_operators_guide_work(tmp_path_open: Path) -> None:
    beside, after, credentials = SESSION.findall((ROOT / "docs/guide/operating.md").read_text())
    places = {"BACKUPS": tmp_path_open / "backups", "RESTORED": tmp_path_open / "restored"}
    places["BACKUPS"].mkdir()
    server = Server(tmp_path_open / "data", "--market", "simulated").start()
    try:
        server.login().open_account(deposits={"USDT": "1000"})
        of_credentials = run(credentials, TRADEBOOK_DATA=server.data)
        said = run(beside, TRADEBOOK_DATA=server.data, **places)
    finally:
        server.stop()
    assert "No account is connected to a venue." in of_credentials
    assert "The book agrees with itself." in said
    said = run(after, **places)
    assert "The book agrees with itself." in said
