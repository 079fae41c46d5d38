"""The desk in Debian's Chromium, signed in as the owner of the bench's book."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import CDPSession, Page, async_playwright

from bench.book import EMAIL, PASSWORD, BenchServer

SCREEN = {"width": 1440, "height": 900}
DRAWN_AFTER_S = 5.0
WALK = """(() => {
  const rooms = ["Overview", "Journal", "Risk", "Trade"];
  const links = () => [...document.querySelectorAll("nav a")];
  let next = 0;
  setInterval(() => {
    if (!window.isWalking) return;
    links().find((each) => each.textContent.trim() === rooms[next % rooms.length])?.click();
    next += 1;
    window.isWalking = next % rooms.length > 0;
  }, 1250);
})()"""
"""By a script of the page's own: whatever is evaluated from outside leaves compiled code in the page."""


@asynccontextmanager
async def open_desk(server: BenchServer, *, script: str = "") -> AsyncIterator[Page]:
    """The Trade page with its charts drawn; ``script`` runs in it before anything of its own."""
    executable = shutil.which("chromium")
    if executable is None:
        raise RuntimeError("Chromium is needed: deploy/ensure-chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = await browser.new_page(viewport=SCREEN)  # type: ignore[arg-type]  # a plain dict is one
        await page.add_init_script(script)
        await page.add_init_script(WALK)
        await page.goto(f"{server.url}/trade")
        await page.get_by_label("Email").fill(EMAIL)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("tab", name="Order history").wait_for()
        await asyncio.sleep(DRAWN_AFTER_S)
        yield page
        await browser.close()


async def go_round(page: Page) -> None:
    """Through the rooms and back to Trade within some seconds: what a page leaves behind shows."""
    await page.evaluate("window.isWalking = true")


class PageMemory:
    """What a page holds once its garbage is gone."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    @classmethod
    async def of(cls, page: Page) -> PageMemory:
        """Through the browser's own instruments."""
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable")
        return cls(session)

    async def look(self) -> dict[str, float]:
        """Megabytes of its heap, elements and listeners."""
        await self._session.send("HeapProfiler.collectGarbage")
        answer: dict[str, Any] = await self._session.send("Performance.getMetrics")
        metrics = {each["name"]: each["value"] for each in answer["metrics"]}
        return {
            "page_heap_mb": round(metrics["JSHeapUsedSize"] / 1e6, 2),
            "page_elements": metrics["Nodes"],
            "page_listeners": metrics["JSEventListeners"],
        }
