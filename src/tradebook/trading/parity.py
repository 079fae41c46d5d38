"""What two accounts that were asked for the same did not do the same, fact by fact.

Paper, a venue's simulator and the venue itself are decided for by the same code: the same wishes at the same
prices make the same facts. What each side names as it likes, and when it says it, is left out of the
comparison; whatever differs beside that is a finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any

import msgspec

from tradebook.kernel.ids import OrderId
from tradebook.kernel.messages import Value
from tradebook.kernel.money import plain
from tradebook.trading.events import (
    AccountBegan,
    AccountEvent,
    AccountOpened,
    EquityMarked,
    OrderDenied,
    OrderPlaced,
)

NAMES_AND_TIMES = frozenset(
    {
        "account_id",
        "at",
        "order_id",
        "client_order_id",
        "venue_order_id",
        "fill_id",
        "reference",
        "send_before",
        "market_sequence",
        "source",
        "sequence",
        "quoted_at",
        "parent_order_id",
        "reason",
        "detail",
    }
)
"""Fields that differ between any two accounts, moments or venues; words are each venue's own."""
OF_THE_ACCOUNT = (AccountOpened, AccountBegan, EquityMarked)
"""Facts about the account as such: what it is called, from when on it follows a venue, its worth."""

Fields = Mapping[str, str]


class Fact(Value, frozen=True, kw_only=True):
    """One fact without names and times."""

    kind: str
    """Such as ``OrderFilled``."""
    fields: dict[str, str]
    """What it says, by the path of each field: ``terms.price``."""


class Finding(Value, frozen=True, kw_only=True):
    """One thing that differs."""

    order: str
    """Client order id, for the leg of a bracket that of its entry and the leg; empty for the account."""
    fact: str
    field: str = ""
    """Empty where one side has no such fact at all."""
    one: str | None
    """What the first account has; None for nothing."""
    other: str | None


class Parity(Value, frozen=True, kw_only=True):
    """How two accounts compare."""

    orders: int
    """That either was asked for."""
    facts: int
    """That were compared, those of one side only among them."""
    findings: tuple[Finding, ...]


def parity(one: Iterable[AccountEvent], other: Iterable[AccountEvent]) -> Parity:
    """Compare two accounts by their facts, each in the order of its journal."""
    mine, theirs = lives(one), lives(other)
    orders = [*mine, *(each for each in theirs if each not in mine)]
    findings: list[Finding] = []
    facts = 0
    for order in orders:
        pairs = list(_aligned(mine.get(order, ()), theirs.get(order, ())))
        facts += len(pairs)
        for pair in pairs:
            findings += _findings(order, *pair)
    return Parity(orders=sum(map(bool, orders)), facts=facts, findings=tuple(findings))


def lives(events: Iterable[AccountEvent]) -> dict[str, list[Fact]]:
    """The facts of each order by what the client called it, those of the account under an empty name.

    Facts of orders whose beginning is not among the events are left out.
    """
    called: dict[str, str] = {}
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for event in events:
        if isinstance(event, OF_THE_ACCOUNT):
            continue
        if isinstance(event, OrderPlaced | OrderDenied):
            called[event.order_id] = _name(event, called)
        order_id: OrderId | None = getattr(event, "order_id", None)
        if order_id is None:
            found[""].append(_fact(event))
        elif order_id in called:
            found[called[order_id]].append(_fact(event))
    return dict(found)


def _name(event: OrderPlaced | OrderDenied, called: Mapping[str, str]) -> str:
    """A leg is called after its entry, whose own id is one of the account's."""
    entry, _, leg = event.terms.client_order_id.rpartition(":")
    return f"{called[entry]}:{leg}" if entry in called else event.terms.client_order_id


def _fact(event: AccountEvent) -> Fact:
    document = msgspec.to_builtins(event, str_keys=True)
    return Fact(kind=type(event).__name__, fields=dict(_flat(document)))


def _flat(document: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in document.items():
        if name in NAMES_AND_TIMES:
            continue
        if isinstance(value, dict):
            yield from _flat(value, f"{path}{name}.")
        elif name == "instrument_id":
            yield f"{path}{name}", value.rpartition(".")[0]  # each venue has its own of the same pair
        else:
            yield f"{path}{name}", _plain(value)


def _plain(value: object) -> str:
    """Numbers are the same however many zeros end them."""
    text = str(value)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return plain(number) if number.is_finite() else text


def _aligned(one: Sequence[Fact], other: Sequence[Fact]) -> Iterator[tuple[Fact | None, Fact | None]]:
    """Facts of a kind side by side, in order; what only one side has stands alone."""
    kinds = [each.kind for each in one], [each.kind for each in other]
    for how, a, b, c, d in SequenceMatcher(a=kinds[0], b=kinds[1], autojunk=False).get_opcodes():
        if how == "equal":
            yield from zip(one[a:b], other[c:d], strict=True)
            continue
        yield from ((each, None) for each in one[a:b])
        yield from ((None, each) for each in other[c:d])


def _findings(order: str, one: Fact | None, other: Fact | None) -> Iterator[Finding]:
    if one is None or other is None:
        present = one or other
        assert present is not None
        said = ", ".join(f"{name} {value}" for name, value in present.fields.items())
        yield Finding(
            order=order, fact=present.kind, one=said if one else None, other=said if other else None
        )
        return
    for name in [*one.fields, *(each for each in other.fields if each not in one.fields)]:
        ours, theirs = one.fields.get(name), other.fields.get(name)
        if ours != theirs:
            yield Finding(order=order, fact=one.kind, field=name, one=ours, other=theirs)
