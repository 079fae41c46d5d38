"""Binance's no, and whether it is one: https://github.com/binance/binance-spot-api-docs/blob/master/errors.md."""

from __future__ import annotations

import msgspec

from tradebook.venues.binance.wire import Answer
from tradebook.venues.messages.account import VenueProblem

CLOCK_IS_WRONG = "-1021"
"""The request's time is outside of the receive window: it was not taken, and our clock is to be corrected."""
ORDER_IS_NOT_KNOWN = "-2013"
"""The answer to a query for an order that Binance has never seen, or has forgotten."""
NOTHING_TO_CANCEL = "-2011"
NO_SUCH_LISTEN_KEY = "-1125"
"""The stream of the account has ended: another one is to be started."""
ANOTHER_POSITION_MODE = "-4061"
"""An order says which of two positions it is about, and there is one; or the other way around."""
SECURED_SO_ALREADY = "-4046"
"""A symbol has this margin type already."""
CONDITIONAL_ORDERS_LIVE_ELSEWHERE = "-4120"
"""A conditional futures order was sent to the endpoint of plain ones."""

STOP = (418, 429)
"""HTTP: banned, and asked to stop for a while."""

_PERHAPS_DONE = frozenset({"-1000", "-1001", "-1006", "-1007"})
"""Unknown error, disconnected, unexpected response, timeout: by the documentation none of them means no."""
_IS_THERE = ("-2010", "Duplicate order sent.")
"""An order with this id works: ours, if something on the way sent it twice. Ids are never used again."""
_IS_THERE_ON_FUTURES = "-4116"
"""The same on futures."""
_OVERLOADED = frozenset({"-1008"})
"""Refused before it was looked at."""
_OF_ANOTHER = "HTTP "
"""What the codes of answers begin with that are not Binance's own."""


class _Problem(Answer, frozen=True, kw_only=True):
    code: int
    msg: str


_decode = msgspec.json.Decoder(_Problem).decode


def decode_problem(http_status: int, body: bytes, *, client_order_id: str = "") -> VenueProblem:
    """What an answer other than 2xx says; pages of a proxy in between say only their HTTP status."""
    try:
        read = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return VenueProblem(
            code=f"{_OF_ANOTHER}{http_status}",
            message="no answer of Binance itself",
            client_order_id=client_order_id,
        )
    return VenueProblem(code=str(read.code), message=read.msg, client_order_id=client_order_id)


def is_too_busy(http_status: int, problem: VenueProblem) -> bool:
    """Whether the request was not looked at: it is no answer to what was asked, and may be asked again."""
    return http_status in STOP or problem.code in _OVERLOADED


def is_outcome_unknown(http_status: int, problem: VenueProblem) -> bool:
    """Whether the request may have been carried out all the same: then it is asked for, never sent again.

    What something on the way answers, a proxy or a firewall, is no word of Binance's, whatever its status.
    """
    if is_too_busy(http_status, problem):
        return False
    if problem.code.startswith(_OF_ANOTHER):
        return True
    if (problem.code, problem.message) == _IS_THERE or problem.code == _IS_THERE_ON_FUTURES:
        return True
    return http_status >= 500 or problem.code in _PERHAPS_DONE
