"""Wishes and facts, and the shape of everything that decides.

A *command* is a wish in the imperative; an *event* is a fact in the past tense. Both are frozen values.
A decider is two pure functions: ``decide(command, state) -> events`` and ``evolve(state, event) -> state``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A frozen value. A field's default never changes once released: absent means that default."""


class Command(Value, frozen=True, kw_only=True):
    """A wish. It carries time, ids and prices; deciding looks nothing up."""


class Event(Value, frozen=True, kw_only=True):
    """A fact. It carries every figure that a projection needs, so that folding looks nothing up."""


S = TypeVar("S")
C_contra = TypeVar("C_contra", contravariant=True)
E = TypeVar("E", bound=Event)


class Decider(Protocol[S, C_contra, E]):
    """The shape shared by every aggregate."""

    def initial(self) -> S:
        """The state before any event."""
        ...

    def decide(self, command: C_contra, state: S) -> Sequence[E]:
        """What follows from the wish; raises Refused or InvalidInput when it must not be recorded."""
        ...

    def evolve(self, state: S, event: E) -> S:
        """The state after the event. Takes ownership of ``state``: the caller uses only what is returned."""
        ...
