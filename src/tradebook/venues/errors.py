"""What every adapter raises when its venue is not understood, or cannot do what is asked."""

from __future__ import annotations

from tradebook.kernel.errors import Refused, TradebookError, Unavailable


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


class NotListed(UndecodableFrame):
    """It speaks of something that was listed after we have asked what is: prepared anew, it is understood."""


class Inexpressible(Refused):
    """The venue has no words for the order: it would become another one there, so it is not sent."""

    title = "The venue cannot hold this order"

    def __init__(self, venue: str, field: str, problem: str) -> None:
        super().__init__("inexpressible", f"{venue}: {field}: {problem}", {"venue": venue, "field": field})
        self.field = field


class VenueRefusal(Refused):
    """The venue's no: what was asked for did not happen."""

    title = "The venue refused"

    def __init__(self, venue: str, code: str, message: str) -> None:
        super().__init__("venue_refused", f"{venue}: {code} {message}", {"venue": venue, "venue_code": code})
        self.venue_code = code
        self.message = message


class UnknownOrder(VenueRefusal):
    """The venue does not know the order, or nothing of it works any more."""


class NotConnected(Unavailable):
    """The account is not in step with its venue; nothing was sent."""

    title = "The account is not connected"

    def __init__(self, venue: str, why: str) -> None:
        super().__init__("venue_not_connected", f"{venue}: {why}", {"venue": venue})


class TooLate(Unavailable):
    """The time within which the order could be sent was over before it was its turn; nothing was sent."""

    title = "Too late to be sent"

    def __init__(self, venue: str) -> None:
        super().__init__("too_late", f"{venue}: the order was not sent in time.", {"venue": venue})
