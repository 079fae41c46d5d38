"""What can go wrong when recording."""

from __future__ import annotations

from tradebook.kernel.errors import Conflict, OutcomeUnknown, Unavailable


class VersionConflict(Conflict):
    """Someone else appended to the stream since the decision's state was read: reload and decide again."""

    def __init__(self, stream: str, expected: int) -> None:
        super().__init__(
            "version_conflict",
            f"Stream {stream} has moved past version {expected}.",
            {"stream": stream, "expected_version": str(expected)},
        )


class JournalUnavailable(Unavailable):
    """The journal cannot record now; nothing was recorded."""

    def __init__(self, detail: str) -> None:
        super().__init__("journal_unavailable", detail)


class JournalOutcomeUnknown(OutcomeUnknown):
    """The connection broke during commit and the journal could not be asked what became of it."""

    def __init__(self, detail: str) -> None:
        super().__init__("journal_outcome_unknown", detail)
