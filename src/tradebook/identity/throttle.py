"""How often: failures to sign in, and requests of a principal. Both remember a bounded number of callers."""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from datetime import datetime, timedelta

from tradebook.identity.principal import Principal
from tradebook.kernel.errors import RateLimited

CALLERS_MAX = 20_000


class AttemptThrottle:
    """At most ``limit`` attempts of one subject within a sliding window.

    An attempt counts from its beginning, so that many at once cannot slip past; ``forgive`` gives a
    successful one back. When the memory is full the subject that tried least recently is forgotten.
    """

    def __init__(self, *, limit: int = 5, window: timedelta = timedelta(minutes=5)) -> None:
        self.limit = limit
        self.window = window
        self._attempts: OrderedDict[str, list[datetime]] = OrderedDict()

    def attempt(self, subject: str, now: datetime) -> int:
        """Count an attempt and say how many stand. Raises RateLimited when it is one too many."""
        recent = [at for at in self._attempts.get(subject, ()) if now - at < self.window]
        if len(recent) >= self.limit:
            retry_after_s = math.ceil((recent[0] + self.window - now).total_seconds())
            raise RateLimited("Too many attempts to sign in; wait before the next.", max(1, retry_after_s))
        recent.append(now)
        self._attempts[subject] = recent
        self._attempts.move_to_end(subject)
        if len(self._attempts) > CALLERS_MAX:
            self._attempts.popitem(last=False)
        return len(recent)

    def forgive(self, subject: str, at: datetime) -> None:
        """Take back one attempt: it succeeded, or the other throttle refused it."""
        recent = self._attempts.get(subject)
        if recent is not None and at in recent:
            recent.remove(at)

    def forget(self, subject: str) -> None:
        """Start the subject afresh."""
        self._attempts.pop(subject, None)


def network_of(address: str) -> str:
    """What one caller has for themselves: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


class RequestRates:
    """A token bucket per principal: a minute's worth at once, refilled evenly."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, principal: Principal, now_s: float) -> None:
        """Spend one request. Raises RateLimited when the principal's minute is spent."""
        capacity = principal.requests_per_minute
        tokens, seen_s = self._buckets.get(principal.actor, (float(capacity), now_s))
        tokens = min(capacity, tokens + max(0.0, now_s - seen_s) * capacity / 60)
        if tokens < 1:
            raise RateLimited(
                f"More than {capacity} requests a minute.", max(1, math.ceil((1 - tokens) * 60 / capacity))
            )
        self._buckets[principal.actor] = (tokens - 1, now_s)
        self._buckets.move_to_end(principal.actor)
        if len(self._buckets) > CALLERS_MAX:
            self._buckets.popitem(last=False)
