"""Many paper accounts at once, with plenty of money and no limit that a benchmark could run into."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from bench.book import BenchServer
from bench.http_client import HttpClient, connected

AT_ONCE = 32
FUNDS = {"USDT": "1000000000", "BTC": "100000"}
NO_LIMITS = {
    "max_open_orders": None,
    "max_position_notional": None,
    "max_order_notional": None,
    "daily_loss": None,
    "drawdown": None,
}


async def open_accounts(server: BenchServer, count: int, *, prefix: str = "a") -> list[str]:
    """Their ids."""
    numbers = iter(range(count))
    opened = await asyncio.gather(*(_open_some(server, numbers, prefix) for _ in range(min(count, AT_ONCE))))
    return [account_id for some in opened for account_id in some]


async def _open_some(server: BenchServer, numbers: Iterator[int], prefix: str) -> list[str]:
    async with connected(server.port, server.key) as client:
        return [await _open_one(client, f"{prefix}{number}") for number in numbers]


async def _open_one(client: HttpClient, name: str) -> str:
    account = await client.call(
        "POST", "/v1/accounts", {"name": name, "venue": "paper", "base_asset": "USDT"}
    )
    path = f"/v1/accounts/{account['account_id']}"
    for asset, amount in FUNDS.items():
        await client.call("POST", f"{path}/deposits", {"asset": asset, "amount": amount})
    await client.call("PUT", f"{path}/risk", NO_LIMITS)
    return str(account["account_id"])
