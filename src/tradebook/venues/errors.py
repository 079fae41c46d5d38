"""What an adapter cannot do with what a venue says."""

from __future__ import annotations

from tradebook.kernel.errors import TradebookError


class UndecodableFrame(TradebookError):
    """A venue said something that its adapter does not understand; nothing of it was taken."""

    title = "A venue's message was not understood"

    def __init__(self, venue: str, what: str, detail: str) -> None:
        """``what`` names the kind of frame and, where known, the field; ``detail`` says what is wrong with it
        and holds no more of the frame than a word."""
        super().__init__(
            "undecodable_frame",
            f"{venue}: {what}: {detail}",
            {"venue": venue, "what": what, "detail": detail},
        )
        self.venue = venue
        self.what = what
