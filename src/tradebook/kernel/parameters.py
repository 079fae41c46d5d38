"""Names of what a caller may ask with: a misspelt one must not be taken for none."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tradebook.kernel.errors import InvalidInput


def require_known(names: Sequence[str], known: Collection[str]) -> None:
    """Raises InvalidInput for a name that is not ``known``, or that comes twice."""
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise InvalidInput(unknown[0][:64] or "query", "there is no such parameter", "leave it out")
    if len(names) > len(set(names)):
        twice = max(names, key=names.count)
        raise InvalidInput(twice, "it is given more than once", "give it once")
