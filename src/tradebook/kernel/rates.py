"""How often somebody may: a minute's worth at once, refilled evenly."""

from __future__ import annotations

CALLERS_MAX = 20_000


class Rates:
    """A token bucket per caller, kept as the moment at which it would be full again (GCRA, ITU-T I.371).

    Whoever's bucket is full needs no memory; beyond CALLERS_MAX the fullest are forgotten first.
    """

    def __init__(self) -> None:
        self._full_at: dict[str, float] = {}

    def take(self, caller: str, count: int, *, per_minute: int, now_s: float) -> float:
        """Spend ``count`` of the caller's minute, all or none. Answers 0, or the seconds to wait."""
        full_at = self._full_at.get(caller, 0.0)
        full_at = max(now_s, full_at) + count * 60 / per_minute
        wait_s = full_at - now_s - 60
        if wait_s > 1e-9:  # the sum of many shares of a minute is not quite a minute
            return wait_s
        if len(self._full_at) >= CALLERS_MAX and caller not in self._full_at:
            self._forget(now_s)
        self._full_at[caller] = full_at
        return 0.0

    def _forget(self, now_s: float) -> None:
        spent = sorted((at, caller) for caller, at in self._full_at.items() if at > now_s)
        self._full_at = {caller: at for at, caller in spent[-CALLERS_MAX // 2 :]}
