"""What an audit found."""

from __future__ import annotations

import msgspec

FINDINGS_MAX = 1_000


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it must be."""

    check: str
    """``event``, ``leaf``, ``chain``, ``numbering``, ``version``, ``time``, ``head``, ``stream``,
    ``command``, ``checkpoint``, ``balance`` or ``view``."""
    what: str
    position: int | None = None
    """Journal position, where there is one."""


class Verification(msgspec.Struct, kw_only=True):
    """The outcome of an audit. At most 1,000 findings are kept; ``found`` counts them all."""

    events: int = 0
    """Events recomputed."""
    checkpoints: int = 0
    """Checkpoints held against them."""
    found: int = 0
    findings: list[Finding] = []

    @property
    def agrees(self) -> bool:
        """Whether everything is as it must be."""
        return self.found == 0

    def add(self, check: str, what: str, position: int | None = None) -> None:
        """Note a finding."""
        self.found += 1
        if self.found <= FINDINGS_MAX:
            self.findings.append(Finding(check=check, what=what, position=position))
