"""``python -m tests.browser.screenshots``: the pages as the demo book shows them, for the documentation."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.browser.conftest import DESK, prefer, sign_in
from tests.support.server import Server, open_directory

IMAGES = Path(__file__).parents[2] / "docs/images"
PAGES = {
    "overview": "/",
    "trade": "/trade",
    "risk": "/risk",
    "journal": "/journal",
    "system": "/settings/system",
}
SETTLE_MS = 6_000
"""Until prices have moved a little and nothing is on its way any more."""


def main() -> int:
    """Write them all; the exit code."""
    executable = shutil.which("chromium")
    if executable is None:
        print("Run deploy/ensure-chromium first.", file=sys.stderr)
        return 1
    IMAGES.mkdir(exist_ok=True)
    with open_directory() as directory, sync_playwright() as playwright:
        server = Server(directory / "data", "--demo").start()
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport=DESK)  # type: ignore[arg-type]  # a plain dict is one
        prefer(page, theme="dark", hasSeenTour=True)
        sign_in(page, server, "/")
        page.wait_for_timeout(SETTLE_MS)
        for name, path in PAGES.items():
            page.goto(f"{server.url}{path}")
            page.wait_for_timeout(SETTLE_MS)
            page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
        browser.close()
        return server.stop()


if __name__ == "__main__":
    sys.exit(main())
