"""What can go wrong between a venue's wire and us."""

from __future__ import annotations

from tradebook.kernel.errors import TradebookError


class UndecodableFrame(TradebookError):
    """A venue said something that we cannot read; the frame's kind and field are named, never its content."""

    title = "The venue was not understood"

    def __init__(self, venue: str, what: str, detail: str) -> None:
        super().__init__(
            "undecodable_frame",
            f"{venue}: {what}: {detail}",
            {"venue": venue, "what": what, "detail": detail},
        )
        self.venue = venue
        self.what = what
