"""Benchmarks: that each one named exists, and that all of them say the same things."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from bench.__main__ import NAMES
from bench.order_templates import BUY, SELL, Requests
from bench.report import report
from bench.ws_client import masked_text_frame

from tradebook.trading.services.requests import OrderRequest, terms_of

DOCUMENT = Path(__file__).parents[3] / "docs/reference/benchmarks.md"


def test_the_reference_describes_every_benchmark_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|[^|]*\|[^|]*\|$", DOCUMENT.read_text(), re.MULTILINE)

    assert sorted(rows) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_without_being_told_anything(name: str) -> None:
    run = importlib.import_module(f"bench.{name}").run

    assert inspect.iscoroutinefunction(run)
    assert not inspect.signature(run).parameters


def test_a_report_has_every_field() -> None:
    result = report("x", 30.0, "orders/s", baseline_name="y", baseline=20.0, latencies_ms=[3, 1, 2], errors=1)

    assert result.pop("machine")
    assert result == {
        "name": "x",
        "value": 30.0,
        "unit": "orders/s",
        "baseline": {"name": "y", "value": 20.0},
        "ratio": 1.5,
        "p50_ms": 2,
        "p99_ms": 3,
        "errors": 1,
    }


def test_without_single_times_the_percentiles_are_null() -> None:
    result = report("x", 1, "MB", baseline_name="y", baseline=0)

    assert (result["p50_ms"], result["p99_ms"], result["ratio"]) == (None, None, None)


def test_an_unknown_name_is_refused() -> None:
    command = [sys.executable, "-m", "bench", "nothing"]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


def test_the_load_writes_orders_that_the_server_understands() -> None:
    requests = Requests([BUY, SELL], ["one", "two", "three"], "run")

    orders = [msgspec.json.decode(requests.order(n), type=OrderRequest) for n in range(4)]

    assert [terms_of(order).side for order in orders] == ["buy", "sell", "buy", "sell"]
    assert [order.account_id for order in orders] == ["one", "two", "three", "one"]
    assert orders[3].client_order_id == "run-00000003"


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_says_its_length_and_leaves_the_payload_readable(size: int) -> None:
    frame = masked_text_frame(b"x" * size)

    short = frame[1] & 0x7F
    extended = {126: 2, 127: 8}.get(short, 0)
    length = int.from_bytes(frame[2 : 2 + extended], "big") if extended else short
    assert frame[0] == 0x81
    assert frame[1] & 0x80
    assert length == size
    assert frame[2 + extended :] == bytes(4) + b"x" * size
