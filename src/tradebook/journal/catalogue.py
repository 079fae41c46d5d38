"""Which events exist, under which stable names and schema versions, and how old ones become new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import msgspec

from tradebook.kernel import wire
from tradebook.kernel.messages import Event

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the JSON object of one schema version into that of the next."""


class EventSchema(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of event: its stored name, today's schema version and the way there from older ones."""

    name: str
    """Stable name, ``room.Fact``; never changes, even when the class is renamed."""
    kind: type[Event]
    version: int = 1
    upcasters: Mapping[int, Upcaster] = {}
    """``upcasters[n]`` lifts schema n to n+1; there is one for every n below ``version``."""


class UnknownEventType(LookupError):
    """The journal holds an event that this build does not know: it was written by a newer one."""


class EventCatalogue:
    """All event kinds of all rooms, by name and by class."""

    def __init__(self, schemas: Iterable[EventSchema]) -> None:
        self._by_type: dict[str, EventSchema] = {}
        self._by_kind: dict[type[Event], EventSchema] = {}
        self._decoders: dict[str, msgspec.json.Decoder[Event]] = {}
        for schema in schemas:
            missing = [n for n in range(1, schema.version) if n not in schema.upcasters]
            if missing:
                raise ValueError(f"{schema.name} lacks upcasters from versions {missing}")
            if schema.name in self._by_type or schema.kind in self._by_kind:
                raise ValueError(f"{schema.name} is registered twice")
            self._by_type[schema.name] = schema
            self._by_kind[schema.kind] = schema
            self._decoders[schema.name] = msgspec.json.Decoder(schema.kind)

    def schema_of(self, event: Event) -> EventSchema:
        """The schema under which an event of this class is stored."""
        return self._by_kind[type(event)]

    def decode(self, type_: str, schema: int, data: str | bytes) -> Event:
        """Read an event, lifting it through the upcasters when it was stored under an older schema."""
        known = self._by_type.get(type_)
        if known is None or schema > known.version:
            raise UnknownEventType(f"{type_} schema {schema} is not known to this build")
        if schema == known.version:
            return self._decoders[type_].decode(data)
        raw = wire.decode(data, dict)
        for version in range(schema, known.version):
            raw = known.upcasters[version](raw)
        return msgspec.convert(raw, known.kind)

    def decoder(self, type_: str, schema: int) -> Callable[[str | bytes], Event]:
        """What reads events stored under this name and schema: look it up once, use it for many."""
        known = self._by_type.get(type_)
        if known is not None and schema == known.version:
            return self._decoders[type_].decode
        return partial(self.decode, type_, schema)
