"""A new command or event cannot be forgotten anywhere: every table of them is complete."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from tradebook.bootstrap.catalogue import SCHEMAS, projections
from tradebook.kernel.messages import Command, Event
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model import _DECISIONS
from tradebook.trading.model.evolve import _FOLDS
from tradebook.trading.postings import MOVES_MONEY

AMOUNTS = {"amount", "hold", "held", "released", "fee", "margin", "settled"}
"""Fields through which a fact moves money."""
MOVED_BEFORE = {e.EarlierFillRecorded}
"""What these moved is in what the book began with."""


def concrete(kind: type) -> set[type]:
    """The classes below ``kind`` that nothing is derived from: what there can be instances of."""
    below: list[type] = kind.__subclasses__()
    return {kind} if not below else set[type]().union(*map(concrete, below))


def of(module: str, kinds: Iterable[type]) -> set[type]:
    return {kind for kind in kinds if kind.__module__.startswith(module)}


def test_every_command_is_decided() -> None:
    commands = of("tradebook.trading", concrete(Command))
    assert commands == set(get_args(c.TradingCommand)) == set(_DECISIONS)


def test_every_event_is_folded() -> None:
    events = of("tradebook.trading", concrete(Event))
    assert events == set(get_args(e.TradingEvent)) == set(_FOLDS)


def test_every_event_of_every_room_has_a_schema_under_its_rooms_name() -> None:
    assert {schema.kind for schema in SCHEMAS} == of("tradebook.", concrete(Event))
    for schema in SCHEMAS:
        assert schema.name.split(".")[0] == schema.kind.__module__.split(".")[1]


def test_every_event_of_trading_changes_a_view() -> None:
    shown = set[type[Event]]().union(*(projection.handles for projection in projections()))
    assert shown == set(get_args(e.TradingEvent))


def test_every_fact_that_carries_an_amount_is_posted() -> None:
    with_money = {kind for kind in get_args(e.TradingEvent) if AMOUNTS & set(kind.__struct_fields__)}
    assert with_money - MOVED_BEFORE == MOVES_MONEY
