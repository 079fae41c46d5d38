"""A small room of events to test the journal with, one of them grown from an older schema."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradebook.journal.catalogue import EventCatalogue, EventSchema
from tradebook.journal.records import Append, Metadata
from tradebook.kernel.ids import new_id
from tradebook.kernel.messages import Event


class CoinsAdded(Event, frozen=True, kw_only=True):
    purse: str
    amount: Decimal
    note: str = ""


class CoinsRemoved(Event, frozen=True, kw_only=True):
    """Schema 2: ``amount`` was called ``value``."""

    purse: str
    amount: Decimal


class CoinsOrdered(Event, frozen=True, kw_only=True):
    """A part of an order may name the whole."""

    order_id: str
    parent_order_id: str | None = None


class CoinsRemovedOnce(Event, frozen=True, kw_only=True):
    """Schema 1 of ``CoinsRemoved``, as an older build wrote it."""

    purse: str
    value: Decimal


def rename_value(old: dict[str, Any]) -> dict[str, Any]:
    return {"purse": old["purse"], "amount": old["value"]}


CATALOGUE = EventCatalogue(
    [
        EventSchema(name="purse.CoinsAdded", kind=CoinsAdded),
        EventSchema(name="purse.CoinsRemoved", kind=CoinsRemoved, version=2, upcasters={1: rename_value}),
        EventSchema(name="purse.CoinsOrdered", kind=CoinsOrdered),
    ]
)
OLDER_CATALOGUE = EventCatalogue(
    [
        EventSchema(name="purse.CoinsAdded", kind=CoinsAdded),
        EventSchema(name="purse.CoinsRemoved", kind=CoinsRemovedOnce),
    ]
)


def coins(purse: str, amount: int) -> CoinsAdded:
    return CoinsAdded(purse=purse, amount=Decimal(amount))


def append_of(
    stream: str, *amounts: int, after: int = 0, command_id: str | None = None, actor: str = "user:1"
) -> Append:
    """An append of one ``CoinsAdded`` per amount."""
    return Append(
        stream=stream,
        expected_version=after,
        events=[coins(stream, amount) for amount in amounts],
        metadata=Metadata(actor=actor, command_id=command_id or new_id()),
    )
