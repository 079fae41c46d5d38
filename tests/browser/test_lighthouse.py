"""What Lighthouse's desktop preset says of the production build: at the door, and signed in."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.machine import slowness
from tests.support.server import OWNER_EMAIL, OWNER_PASSWORD, Server

pytestmark = pytest.mark.browser
AUDIT = Path(__file__).parents[1] / "lighthouse/audit.js"
SCORE_MIN = 95


def test_lighthouse_gives_95_or_more_at_the_door_and_on_the_overview(server: Server, account_id: str) -> None:
    assert account_id
    chromium, node = shutil.which("chromium"), shutil.which("node")
    assert chromium, "run deploy/ensure-chromium"
    assert node, "Node 20.19 or newer is needed"
    audited = subprocess.run(
        [node, AUDIT.name, chromium, server.url, OWNER_EMAIL, OWNER_PASSWORD, str(slowness())],
        cwd=AUDIT.parent,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert audited.returncode == 0, audited.stderr
    pages = json.loads(audited.stdout)
    print(json.dumps(pages), audited.stderr)
    assert set(pages) == {"door", "overview"}
    for page, found in pages.items():
        lost = found.pop("lost")
        assert min(found.values()) >= SCORE_MIN, f"{page}: {found}, for {lost}"
