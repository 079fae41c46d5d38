"""A tape of any length for a replay: prices that wander about a middle, with quotes and trades."""

from __future__ import annotations

import csv
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

BEGINS = datetime(2026, 1, 5, tzinfo=UTC)
PER_S = 5
MIDDLE = 60_000.0
PULL = 0.001
"""Of the way back to the middle at each step, so that resting orders far off stay unfilled."""
INSTRUMENT = "BTC-USDT.REPLAY"


def write_tape(directory: Path, seconds: float) -> str:
    """``seconds`` of five quotes and five trades a second; what ``--market`` takes."""
    draw = random.Random(7)
    price = MIDDLE
    trades, quotes = directory / "btcusdt-trades.csv", directory / "btcusdt-quotes.csv"
    with trades.open("w", newline="") as of_trades, quotes.open("w", newline="") as of_quotes:
        traded, quoted = csv.writer(of_trades), csv.writer(of_quotes)
        traded.writerow(("timestamp", "trade_id", "price", "quantity", "buyer_maker"))
        quoted.writerow(("timestamp", "symbol", "ask_size", "ask", "bid_size", "bid"))
        for number in range(int(seconds * PER_S)):
            at = (BEGINS + timedelta(seconds=number / PER_S)).isoformat().replace("+00:00", "Z")
            price += draw.gauss(0, 3) + (MIDDLE - price) * PULL
            quoted.writerow((at, "BTC/USDT", "5", f"{price + 0.5:.2f}", "5", f"{price - 0.5:.2f}"))
            traded.writerow((at, number, f"{price:.2f}", "0.01", draw.choice((True, False))))
    return f"replay:{trades},{quotes}"
