"""How heavy the first page is, and how soon it is there."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import sign_in
from tests.support.machine import slowness
from tests.support.server import Server

pytestmark = pytest.mark.browser

SCRIPT_BYTES_MAX = 250_000
FIRST_PAINT_MS_MAX = 1_000
SCRIPTS = (
    "performance.getEntriesByType('resource').map((each) => each.name).filter((name) => /\\.js$/.test(name))"
)
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def gzipped_bytes(urls: list[str]) -> int:
    """What the server sends for them to a browser that knows gzip and nothing better."""
    total = 0
    for url in urls:
        with httpx.stream("GET", url, headers={"accept-encoding": "gzip"}) as answer:
            total += sum(len(part) for part in answer.iter_raw())
    return total


def test_the_door_is_light_and_paints_within_a_second(page: Page, server: Server) -> None:
    page.goto(server.url)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    scripts = page.evaluate(SCRIPTS)
    assert scripts
    size, painted_ms = gzipped_bytes(scripts), page.evaluate(FIRST_PAINT)
    print(f"door: {size} bytes of script, painted after {painted_ms:.0f} ms")
    assert size <= SCRIPT_BYTES_MAX
    assert painted_ms <= FIRST_PAINT_MS_MAX * slowness()


def test_the_first_page_after_the_door_is_light_too(page: Page, server: Server, account_id: str) -> None:
    assert account_id
    sign_in(page, server, "/")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    size = gzipped_bytes(page.evaluate(SCRIPTS))
    print(f"overview: {size} bytes of script")
    assert size <= SCRIPT_BYTES_MAX
