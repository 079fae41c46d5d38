"""An event of the size of a placed order, for benchmarks of the journal alone."""

from __future__ import annotations

from decimal import Decimal

from tradebook.journal.catalogue import EventCatalogue, EventSchema
from tradebook.kernel.messages import Event


class OrderNoted(Event, frozen=True, kw_only=True):
    """What an order needs to be held and shown."""

    account_id: str
    order_id: str
    client_order_id: str
    instrument: str
    side: str
    price: Decimal
    quantity: Decimal
    hold_asset: str
    hold_amount: Decimal


CATALOGUE = EventCatalogue([EventSchema(name="bench.OrderNoted", kind=OrderNoted)])


def order_noted(account_id: str, number: int) -> OrderNoted:
    """The ``number``-th order of an account."""
    return OrderNoted(
        account_id=account_id,
        order_id=f"0190c3f2-0000-7000-8000-{number:012d}",
        client_order_id=f"client-{number}",
        instrument="BTC-USDT.SIM",
        side="buy",
        price=Decimal("50000.12"),
        quantity=Decimal("0.005"),
        hold_asset="USDT",
        hold_amount=Decimal("250.2506"),
    )
