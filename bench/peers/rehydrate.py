# mypy: ignore-errors
"""Rehydrates aggregates with the `eventsourcing` library: the baseline of `replay`, in its own environment.

Reads the connection from the library's own environment variables; prints events a second. (Not type-checked:
the library is not installed where types are checked.)
"""

from __future__ import annotations

import sys
import time
from decimal import Decimal
from uuid import uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

SAVE_EVENTS = 500


class Account(Aggregate):
    """Folds what `bench/replay.py` folds."""

    def __init__(self, account_id: str) -> None:
        self.account_id = account_id
        self.held = Decimal(0)
        self.newest = ""

    class OrderNoted(Aggregate.Event):
        """The same fields as there."""

        account_id: str
        order_id: str
        client_order_id: str
        instrument: str
        side: str
        price: Decimal
        quantity: Decimal
        hold_asset: str
        hold_amount: Decimal

        def apply(self, aggregate: Account) -> None:
            """The state after it."""
            aggregate.held += self.hold_amount
            aggregate.newest = self.order_id

    def note(self, number: int) -> None:
        """The ``number``-th order."""
        self.trigger_event(
            self.OrderNoted,
            account_id=self.account_id,
            order_id=f"0190c3f2-0000-7000-8000-{number:012d}",
            client_order_id=f"client-{number}",
            instrument="BTC-USDT.SIM",
            side="buy",
            price=Decimal("50000.12"),
            quantity=Decimal("0.005"),
            hold_asset="USDT",
            hold_amount=Decimal("250.2506"),
        )


def main() -> None:
    """Store so many accounts of so many events each, then load them all again."""
    accounts, events = int(sys.argv[1]), int(sys.argv[2])
    application = Application()
    ids = []
    for _ in range(accounts):
        account = Account(account_id=str(uuid4()))
        for number in range(events):
            account.note(number)
            if number % SAVE_EVENTS == 0:
                application.save(account)
        application.save(account)
        ids.append(account.id)
    start = time.perf_counter()
    for id_ in ids:
        loaded = application.repository.get(id_)
        if loaded.held != events * Decimal("250.2506"):
            raise ValueError(loaded.held)
    print(accounts * events / (time.perf_counter() - start))
    application.close()


if __name__ == "__main__":
    main()
