"""Every error a caller can cause or must know about.

::

    TradebookError            code, title, figures
     ├ InvalidInput           a field is malformed: says which, and the remedy
     ├ NotFound
     ├ Conflict               the state forbids it (already done, other content under the same id)
     ├ Refused                a business rule said no; carries the figures behind it
     ├ Unauthenticated        we do not know who asks
     ├ Forbidden              we know, and they may not
     ├ RateLimited            too often; carries retry_after_s
     └ Unavailable            a part we need is away; try again
        └ OutcomeUnknown      we cannot say whether it happened; ask by id before repeating

What each becomes over HTTP is decided at the edge (``web/problems.py``), nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping


class TradebookError(Exception):
    """The root. ``code`` is stable and machine-readable, ``figures`` explain it (values as wire strings)."""

    title = "Something went wrong"

    def __init__(self, code: str, detail: str, figures: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.figures: dict[str, str] = dict(figures or {})


class InvalidInput(TradebookError):
    """A field is malformed."""

    title = "Invalid input"

    def __init__(self, field: str, problem: str, remedy: str, *, code: str = "invalid_input") -> None:
        super().__init__(code, f"{field}: {problem}; {remedy}.", {"field": field})
        self.field = field
        self.remedy = remedy


class NotFound(TradebookError):
    """There is no such thing, or the caller may not know that there is."""

    title = "Not found"

    def __init__(self, kind: str, key: str) -> None:
        super().__init__("not_found", f"There is no {kind} {key[:128]!r}.", {"kind": kind})


class Conflict(TradebookError):
    """The present state forbids it."""

    title = "Conflict"


class Refused(TradebookError):
    """A business rule said no."""

    title = "Refused"


class Unauthenticated(TradebookError):
    """The caller is not known."""

    title = "Not signed in"


class Forbidden(TradebookError):
    """The caller is known and may not."""

    title = "Not allowed"


class RateLimited(TradebookError):
    """Too many requests."""

    title = "Too many requests"

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__("rate_limited", detail, {"retry_after_s": str(retry_after_s)})
        self.retry_after_s = retry_after_s


class Unavailable(TradebookError):
    """A part we need is away."""

    title = "Temporarily unavailable"


class OutcomeUnknown(Unavailable):
    """It may or may not have happened; ask before repeating."""

    title = "Outcome unknown"
