"""The catalogue of events."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.journal_events import CATALOGUE, CoinsAdded, CoinsRemoved

from tradebook.journal.catalogue import EventCatalogue, EventSchema, UnknownEventType


def test_an_older_schema_is_lifted_to_todays() -> None:
    old = '{"purse":"a","value":"5"}'
    assert CATALOGUE.decode("purse.CoinsRemoved", 1, old) == CoinsRemoved(purse="a", amount=Decimal(5))
    assert CATALOGUE.decoder("purse.CoinsRemoved", 1)(old) == CoinsRemoved(purse="a", amount=Decimal(5))


def test_todays_schema_is_read_directly() -> None:
    new = '{"purse":"a","amount":"5"}'
    assert CATALOGUE.decode("purse.CoinsRemoved", 2, new) == CoinsRemoved(purse="a", amount=Decimal(5))
    assert CATALOGUE.decoder("purse.CoinsRemoved", 2)(new) == CoinsRemoved(purse="a", amount=Decimal(5))


@pytest.mark.parametrize(("type_", "schema"), [("purse.Nothing", 1), ("purse.CoinsAdded", 2)])
def test_what_a_newer_build_wrote_is_not_guessed_at(type_: str, schema: int) -> None:
    with pytest.raises(UnknownEventType):
        CATALOGUE.decode(type_, schema, "{}")
    with pytest.raises(UnknownEventType):
        CATALOGUE.decoder(type_, schema)("{}")


def test_a_schema_without_a_way_from_its_older_versions_is_a_defect() -> None:
    with pytest.raises(ValueError, match="lacks upcasters"):
        EventCatalogue([EventSchema(name="purse.CoinsAdded", kind=CoinsAdded, version=2)])


def test_a_name_or_a_class_belongs_to_one_schema() -> None:
    added = EventSchema(name="purse.CoinsAdded", kind=CoinsAdded)
    with pytest.raises(ValueError, match="twice"):
        EventCatalogue([added, EventSchema(name="purse.CoinsAdded", kind=CoinsRemoved)])
    with pytest.raises(ValueError, match="twice"):
        EventCatalogue([added, EventSchema(name="purse.Other", kind=CoinsAdded)])
