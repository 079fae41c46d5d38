"""1,000 WebSocket clients that watch quotes, in a process of their own: ``python -m bench.market_watchers``.

Reads a JSON job (``port``, ``clients``, ``watched``, ``warm_up_s``, ``seconds``) from standard input and
prints how many messages came and how old they were: every quote has the time of its sending in its number.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any, ClassVar

import picows
import uvloop

from bench.live_path import instrument_of
from bench.venue_frames import STAMP, SYMBOLS

CONNECT_AT_ONCE = 50
SAMPLES = 20_000
_CHANGE = b'"type":"change"'
_DIGITS = len(str(STAMP))
_TAIL = len('"}}')
_HEAD = len(f'{{"channel":"quotes:{instrument_of(SYMBOLS[0])}"')
"""All names are as long as each other."""


class Watcher(picows.WSListener):
    """Notes the age of every quote, in microseconds."""

    ages_us: ClassVar[list[int]] = []
    noting = False

    def __init__(self, channels: list[str]) -> None:
        self._channels = channels
        self.noted: Counter[bytes] = Counter()
        """Messages by channel."""

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        transport.send(picows.WSMsgType.TEXT, b'{"op":"auth","token":"any"}')
        subscribe = json.dumps({"op": "subscribe", "channels": self._channels}, separators=(",", ":"))
        transport.send(picows.WSMsgType.TEXT, subscribe.encode())

    def on_ws_frame(self, _: picows.WSTransport, frame: picows.WSFrame) -> None:
        if not Watcher.noting:
            return
        payload = frame.get_payload_as_bytes()
        if _CHANGE in payload:
            sent_us = int(payload[-_TAIL - _DIGITS : -_TAIL]) - STAMP
            Watcher.ages_us.append(time.monotonic_ns() // 1000 - sent_us)
            self.noted[payload[:_HEAD]] += 1


async def watch(job: dict[str, Any]) -> dict[str, Any]:
    """All of them."""
    url = f"ws://127.0.0.1:{job['port']}/v1/stream"
    watchers = [Watcher(_channels(number, job["watched"])) for number in range(job["clients"])]
    for start in range(0, len(watchers), CONNECT_AT_ONCE):
        await asyncio.gather(
            *(picows.ws_connect(_given(each), url) for each in watchers[start : start + CONNECT_AT_ONCE])
        )
    await asyncio.sleep(job["warm_up_s"])
    Watcher.noting = True
    began = time.monotonic()
    await asyncio.sleep(job["seconds"])
    Watcher.noting = False
    took_s = time.monotonic() - began
    ages = sorted(Watcher.ages_us)
    per_channel = [count / took_s for each in watchers for count in each.noted.values()]
    return {
        "rate": len(ages) / took_s,
        "ages_ms": [age / 1000 for age in ages[:: max(1, len(ages) // SAMPLES)]],
        "updates_per_s_max": round(max(per_channel, default=0), 2),
        "channels_heard": len(per_channel),
    }


def _channels(number: int, watched: int) -> list[str]:
    symbols = [SYMBOLS[(number + n) % len(SYMBOLS)] for n in range(watched)]
    return [f"quotes:{instrument_of(each)}" for each in symbols]


def _given(watcher: Watcher) -> Any:
    return lambda: watcher


if __name__ == "__main__":
    json.dump(uvloop.run(watch(json.load(sys.stdin))), sys.stdout)
