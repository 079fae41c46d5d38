"""How often somebody may fail to sign in; a bounded number of callers is remembered."""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from datetime import datetime, timedelta

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
