"""What every adapter raises when its venue is not understood, or cannot do what is asked."""

from __future__ import annotations

from tradebook.kernel.errors import Refused, TradebookError


class UndecodableFrame(TradebookError):
    """A venue said something that we do not understand; nothing of it is believed."""

    title = "Undecodable frame"

    def __init__(self, venue: str, what: str, detail: str) -> None:
        """``what`` names the kind of frame or answer, ``detail`` the field and the trouble with it.

        The frame itself is never held: it may carry what must not be logged.
        """
        super().__init__("undecodable_frame", f"{venue}: {what}: {detail}", {"venue": venue, "what": what})
        self.venue = venue
        self.what = what


class Inexpressible(Refused):
    """The venue has no words for the order: it would become another one there, so it is not sent."""

    title = "The venue cannot hold this order"

    def __init__(self, venue: str, field: str, problem: str) -> None:
        super().__init__("inexpressible", f"{venue}: {field}: {problem}", {"venue": venue, "field": field})
        self.field = field
