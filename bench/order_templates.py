"""The orders that load is made of, and how they are written for ``/v1/trade`` at little cost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

RESTING = {
    "instrument": "BTC-USDT.SIM",
    "side": "buy",
    "type": "limit",
    "quantity": "0.001",
    "price": "50000",
}
"""Far from the simulated market's price: it is held, sent and accepted, and stays open."""
BUY = {"instrument": "BTC-USDT.SIM", "side": "buy", "type": "market", "quantity": "0.001"}
SELL = {"instrument": "BTC-USDT.SIM", "side": "sell", "type": "market", "quantity": "0.001"}


class Requests:
    """Numbered requests that go round the accounts and the templates; the number is in both ids."""

    def __init__(self, templates: Sequence[dict[str, Any]], accounts: Sequence[str], run: str) -> None:
        self._terms = [json.dumps(template)[1:].encode() for template in templates]
        self._accounts = [account.encode() for account in accounts]
        self._run = run.encode()

    def place(self, number: int) -> bytes:
        """The ``number``-th order as a message."""
        return b'{"id":%d,"op":"place","order":%b}' % (number, self.order(number))

    def order(self, number: int) -> bytes:
        """The ``number``-th order alone."""
        return b'{"account_id":"%b","client_order_id":"%b-%08d",%b' % (
            *(self._accounts[number % len(self._accounts)], self._run, number),
            self._terms[number % len(self._terms)],
        )

    @staticmethod
    def cancel(number: int, order_id: bytes) -> bytes:
        """A request to cancel."""
        return b'{"id":%d,"op":"cancel","order_id":"%b"}' % (number, order_id)
