"""Wishes and facts, and the shape of everything that decides.

A *command* is a wish in the imperative; an *event* is a fact in the past tense. Both are frozen values.
A decider is two pure functions: ``decide(command, state) -> events`` and ``evolve(state, event) -> state``.
"""

from __future__ import annotations

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A frozen value. A field's default never changes once released: absent means that default."""


class Command(Value, frozen=True, kw_only=True):
    """A wish. It carries time, ids and prices; deciding looks nothing up."""


class Event(Value, frozen=True, kw_only=True):
    """A fact. It carries every figure that a projection needs, so that folding looks nothing up."""
