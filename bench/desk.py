"""The desk in Chromium: 200 quotes a second on the Trade page; 10,000 rows of order history scrolled through.

The figure is the longest frame that the browser itself reports (its Long Animation Frames, which are those
over 50 ms) against the 50 ms that a hand notices; 0 where there was none. Quotes are multiplied in the page:
each that the server sends is handed to the page's socket again and again, with its prices moved by a tick.
"""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import Page

from bench.accounts import open_accounts
from bench.book import BenchServer, running_server
from bench.desk_page import open_desk
from bench.http_client import connected
from bench.report import report

FRAME_MS_MAX = 50.0
QUOTES_PER_S = 200
WATCHED_S = 10.0
ROWS = 10_000
BATCH = 100
INSTRUMENT = "BTC-USDT.SIM"

HOOK = """
window.frames50 = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.frames50.push(entry.duration);
}).observe({ type: "long-animation-frame", buffered: false });
const Native = WebSocket;
window.last = new Map();
window.WebSocket = class extends Native {
  constructor(...given) {
    super(...given);
    window.socket = this;
    this.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.channel?.startsWith("quotes:") && !frame.made) window.last.set(frame.channel, frame);
    });
  }
};
"""
MULTIPLY = """(perSecond) => {
  let made = 0;
  const began = performance.now();
  window.multiplying = setInterval(() => {
    const due = Math.floor((performance.now() - began) * perSecond / 1000);
    const frames = [...window.last.values()];
    for (; made < due; made += 1) {
      const frame = frames[made % frames.length];
      const price = (Number(frame.data.bid) + (made % 7) * 0.01).toFixed(4);
      const data = { ...frame.data, bid: price, at: new Date().toISOString() };
      const position = String(BigInt(frame.position) + BigInt(made));
      const again = { ...frame, type: "change", position, data, made: true };
      window.socket.onmessage(new MessageEvent("message", { data: JSON.stringify(again) }));
    }
    window.made = made;
  }, 5);
}"""
SCROLL = """async (step) => {
  const list = document.querySelector('[role=region][aria-label="Order history"]');
  for (let quiet = 0; quiet < 40; ) {
    const before = list.scrollTop;
    list.scrollTop += step;
    await new Promise(requestAnimationFrame);
    quiet = list.scrollTop === before ? quiet + 1 : 0;
    if (quiet) await new Promise((go) => setTimeout(go, 25));
  }
  return Number(list.querySelector("table").getAttribute("aria-rowcount")) - 1;
}"""


async def run() -> dict[str, Any]:
    """The benchmark's report."""
    with running_server() as server:
        (account_id,) = await open_accounts(server, 1)
        await _fill_history(server, account_id)
        async with open_desk(server, script=HOOK) as page:
            made, quotes = await _watch_quotes(page)
            rows, scrolling = await _scroll_history(page)
    return report(
        "desk",
        max([*quotes, *scrolling], default=0.0),
        "ms, longest frame over 50 ms",
        baseline_name="what a hand notices",
        baseline=FRAME_MS_MAX,
        quotes_per_s=round(made / WATCHED_S),
        frames_over_50_ms_with_quotes=[round(each) for each in quotes],
        rows_scrolled=rows,
        frames_over_50_ms_while_scrolling=[round(each) for each in scrolling],
    )


async def _fill_history(server: BenchServer, account_id: str) -> None:
    """Orders that could not fill at once and are over."""
    async with connected(server.port, server.key) as client:
        for start in range(0, ROWS, BATCH):
            await client.call(
                "POST", "/v1/orders/batch", [_order(account_id, start + n) for n in range(BATCH)]
            )


def _order(account_id: str, number: int) -> dict[str, str]:
    return {
        "account_id": account_id,
        "client_order_id": f"row-{number}",
        "instrument": INSTRUMENT,
        "side": "buy",
        "type": "limit",
        "quantity": "0.001",
        "price": "60000",
        "time_in_force": "ioc",
    }


async def _watch_quotes(page: Page) -> tuple[int, list[float]]:
    await page.evaluate("window.frames50.length = 0")
    await page.evaluate(MULTIPLY, QUOTES_PER_S)
    await asyncio.sleep(WATCHED_S)
    await page.evaluate("clearInterval(window.multiplying)")
    return await page.evaluate("window.made"), await page.evaluate("window.frames50")


async def _scroll_history(page: Page) -> tuple[int, list[float]]:
    await page.get_by_role("tab", name="Order history").click()
    await page.get_by_role("region", name="Order history", exact=True).wait_for()
    await asyncio.sleep(1)
    await page.evaluate("window.frames50.length = 0")
    rows = await page.evaluate(SCROLL, 900)
    return rows, await page.evaluate("window.frames50")
