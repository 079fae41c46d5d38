"""What is installed is whole: the page and the database's steps come with the code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[3]
PAGE = ("web/ui/index.html", "web/ui/assets/main-abc.js", "web/ui/assets/main-abc.js.br", "web/ui/icon.svg")


def test_the_wheel_has_the_built_page_and_the_steps_of_the_database(tmp_path: Path) -> None:
    project = tmp_path / "project"
    package = project / "src/tradebook"
    shutil.copytree(
        ROOT / "src/tradebook", package, ignore=shutil.ignore_patterns("ui", "__pycache__", "*.egg-info")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE", "requirements.in"):
        shutil.copy(ROOT / name, project)
    for name in PAGE:
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(name)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    build = f"from setuptools.build_meta import build_wheel; build_wheel({str(tmp_path)!r})"
    done = subprocess.run(
        [sys.executable, "-c", build],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [wheel] = tmp_path.glob("*.whl")
    contained = set(ZipFile(wheel).namelist())
    steps = {f"infra/migrations/sql/{file.name}" for file in (ROOT / "src/tradebook").rglob("sql/*.sql")}
    assert steps
    assert {f"tradebook/{name}" for name in (*PAGE, *steps, "py.typed")} <= contained
