"""What could be read in two ways is refused: a misspelt name is not none, a second value not a mend."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from tradebook.kernel.errors import InvalidInput


def require_known(names: Sequence[str], known: Collection[str]) -> None:
    """Raises InvalidInput for a name that is not ``known``, or that comes twice."""
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise InvalidInput(unknown[0][:64] or "query", "there is no such parameter", "leave it out")
    if len(names) > len(set(names)):
        twice = max(names, key=names.count)
        raise InvalidInput(twice, "it is given more than once", "give it once")


def require_distinct_keys(data: bytes) -> None:
    """Raises InvalidInput for JSON in which an object has a key twice.

    Decoders take the last and say nothing; whoever wrote it may have meant the first.
    """
    # A key has a colon and nothing else needs one: as many colons as different keys, and none came twice.
    try:
        colons, outer = data.count(b":"), _outline(data)
        objects = [outer] if isinstance(outer, dict) else outer
        if colons == sum(map(len, objects)):
            return
        inner = [_members(raw) for each in objects for raw in each.values() if bytes(raw).startswith(b"{")]
        if colons == sum(map(len, objects)) + sum(map(len, inner)):
            return
    except (msgspec.DecodeError, RecursionError):
        pass  # of another shape, or no JSON: that is for others to say
    try:
        _look_for_repetition(data.decode())
    except _Repeated as found:
        raise InvalidInput(found.key[:64] or "body", "it is given more than once", "give it once") from None
    except (ValueError, RecursionError):
        return


class _Repeated(Exception):
    """Ends the search."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _require_distinct(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise _Repeated(key)
        seen.add(key)


_outline = msgspec.json.Decoder(dict[str, msgspec.Raw] | list[dict[str, msgspec.Raw]]).decode
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_look_for_repetition = json.JSONDecoder(
    object_pairs_hook=_require_distinct, parse_float=str, parse_int=str, parse_constant=str
).decode
