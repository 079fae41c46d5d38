"""``tradebook venue-sim`` as a program of its own, traded on by ours."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from tradebook.kernel.clock import SystemClock
from tradebook.venues.binance.requests import Request, signed
from tradebook.venues.binance.signing import Credentials, sign, signer_of
from tradebook.venues.connections.http import HttpxHttp

ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quoteOrderQty": "1000"}


@contextmanager
def venue_sim(*options: str) -> Iterator[tuple[str, Credentials]]:
    """Where it is, and the account that it made; at the end it has to end well."""
    command = [sys.executable, "-m", "tradebook.cli.main", "venue-sim", "--port", "0", "--json", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = json.loads(process.stdout.readline())["url"]
        key = json.loads(process.stdout.readline())
        yield url, Credentials(key["api_key"], signer_of(key["api_secret"]))
    finally:
        process.terminate()
        assert process.wait(20) == 0
        process.stdout.close()


async def answers(url: str, credentials: Credentials, *requests: Request) -> list[Any]:
    http = HttpxHttp()
    documents = []
    for request in requests:
        ready = sign(request, credentials, at=SystemClock().now())
        answer = await http(ready.method, f"{url}{ready.path}?{ready.query}", headers=ready.headers)
        documents.append(json.loads(answer.body))
    await http.close()
    return documents


def test_the_account_that_it_makes_trades_at_its_prices() -> None:
    with venue_sim("--balance", "USDT=5000") as (url, credentials):
        placed, account = asyncio.run(
            answers(
                url,
                credentials,
                signed("POST", "/api/v3/order", **ORDER),
                signed("GET", "/api/v3/account", omitZeroBalances="true"),
            )
        )
        assert placed["status"] == "FILLED"
        held = {each["asset"]: Decimal(each["free"]) for each in account["balances"]}
        assert held["USDT"] == 5000 - Decimal(placed["cummulativeQuoteQty"])
        assert held["BTC"] == Decimal(placed["executedQty"]) - sum(
            Decimal(each["commission"]) for each in placed["fills"]
        )
