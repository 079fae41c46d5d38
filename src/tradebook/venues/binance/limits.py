"""What Binance says of its limits in the headers of an answer.

https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits: weight counts per address,
orders per account; 429 asks to stop for a while and 418 is a ban, which grows from two minutes to three
days.
"""

from __future__ import annotations

from collections.abc import Mapping

from tradebook.venues.binance.problems import STOP
from tradebook.venues.messages.limits import Used

_KINDS = {"x-mbx-used-weight-": "REQUEST_WEIGHT", "x-mbx-order-count-": "ORDERS"}
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PAUSE_S_DEFAULT = 120
"""The shortest ban, where a ban does not say how long it is."""


def used_of(headers: Mapping[str, str]) -> tuple[Used, ...]:
    """What the headers count. Names are looked at without their case."""
    found = []
    for name, value in headers.items():
        for beginning, kind in _KINDS.items():
            interval_s = _interval_s(name.lower().removeprefix(beginning))
            if name.lower().startswith(beginning) and interval_s and value.isdigit():
                found.append(Used(kind=kind, interval_s=interval_s, used=int(value)))
    return tuple(found)


def pause_s(http_status: int, headers: Mapping[str, str]) -> int:
    """For how long nothing may be sent; 0 where nothing is said against it."""
    if http_status not in STOP:
        return 0
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return int(told) if told.isdigit() else _PAUSE_S_DEFAULT


def _interval_s(text: str) -> int:
    number, unit = text[:-1], text[-1:]
    return int(number) * _UNIT_S[unit] if number.isdigit() and unit in _UNIT_S else 0
