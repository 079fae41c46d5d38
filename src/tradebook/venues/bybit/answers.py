"""How Bybit answers a request that was to change something, and how much of its limit is left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from tradebook.kernel.messages import Value
from tradebook.venues.bybit.wire.account import OrderIds
from tradebook.venues.bybit.wire.base import VENUE, Wire, moment_of
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import VenueProblem


class Outcome(StrEnum):
    """What an answer means for the request."""

    TAKEN = "taken"
    REFUSED = "refused"
    """It had no effect and will have none."""
    UNKNOWN = "unknown"
    """It may have had: ask by client order id."""
    REPEATED = "repeated"
    """The venue has an order of this client order id: ask what became of it."""
    NO_SUCH_ORDER = "no_such_order"
    """There is no such order that works: it has ended, or never was."""
    TOO_OFTEN = "too_often"
    """Refused for now; the limit tells when it may be sent again."""


OUTCOMES = {
    0: Outcome.TAKEN,
    # Of the system, whatever was asked.
    10000: Outcome.UNKNOWN,
    10016: Outcome.UNKNOWN,
    20006: Outcome.UNKNOWN,
    10014: Outcome.REPEATED,
    **dict.fromkeys((429, 10006, 10018, 10429, 20003), Outcome.TOO_OFTEN),
    **dict.fromkeys((-1, 10001, 10002, 10003, 10004, 10005, 10007, 10008, 10009, 10010), Outcome.REFUSED),
    **dict.fromkeys((10017, 10019, 10024, 10027, 10028, 10029, 10404), Outcome.REFUSED),
    **dict.fromkeys((-2015, 33004), Outcome.REFUSED),
    # Of derivatives.
    **dict.fromkeys((110001, 110008, 110010), Outcome.NO_SUCH_ORDER),
    110072: Outcome.REPEATED,
    # Of spot.
    **dict.fromkeys((170007, 170146, 170147), Outcome.UNKNOWN),
    **dict.fromkeys((170139, 170142, 170143, 170213), Outcome.NO_SUCH_ORDER),
    170141: Outcome.REPEATED,
}
"""https://bybit-exchange.github.io/docs/v5/error: what is not a plain refusal, and the system's refusals."""

BUSINESS_CODES_FROM = 100_000
"""A code from here on is a market's no to the order itself. One below that is not in the table may be any
failure of the system, so that the outcome is not known."""


def outcome_of(code: int) -> Outcome:
    """What a ``retCode`` means for the request."""
    default = Outcome.REFUSED if code >= BUSINESS_CODES_FROM else Outcome.UNKNOWN
    return OUTCOMES.get(code, default)


class RateLimit(Value, frozen=True, kw_only=True):
    """How often one may still ask (https://bybit-exchange.github.io/docs/v5/rate-limit)."""

    limit: int
    left: int
    resets_at: datetime


class Answer(Value, frozen=True, kw_only=True):
    """What was said to a request that was to change an order."""

    outcome: Outcome
    venue_order_id: str = ""
    client_order_id: str = ""
    request_id: str = ""
    """As it was sent on the trade stream; empty over REST."""
    problem: VenueProblem | None = None
    rate_limit: RateLimit | None = None


class _Said(Wire, frozen=True):
    ret_code: int
    ret_msg: str = ""
    req_id: str = ""
    data: OrderIds | None = None
    """On the trade stream."""
    result: OrderIds | None = None
    """Over REST."""
    header: dict[str, str] = msgspec.field(default_factory=dict)


_said = msgspec.json.Decoder(_Said)


def decode_answer(data: bytes) -> Answer:
    """The answer to placing, changing or cancelling, from REST or from the trade stream.

    Raises UndecodableFrame, after which the outcome is not known.
    """
    try:
        said = _said.decode(data)
    except msgspec.DecodeError as problem:
        raise UndecodableFrame(VENUE, "answer", str(problem)) from None
    ids = said.data or said.result or OrderIds()
    outcome = outcome_of(said.ret_code)
    no = None
    if outcome is not Outcome.TAKEN:
        no = VenueProblem(code=str(said.ret_code), message=said.ret_msg, client_order_id=ids.order_link_id)
    return Answer(
        outcome=outcome,
        venue_order_id=ids.order_id,
        client_order_id=ids.order_link_id,
        request_id=said.req_id,
        problem=no,
        rate_limit=rate_limit_of(said.header),
    )


def rate_limit_of(headers: Mapping[str, str]) -> RateLimit | None:
    """What an answer's headers, or the header in a frame of the trade stream, tell of the limit."""
    lower = {name.lower(): value for name, value in headers.items()}
    limit, left = lower.get("x-bapi-limit", ""), lower.get("x-bapi-limit-status", "")
    resets_at = lower.get("x-bapi-limit-reset-timestamp", "")
    if not (limit.isdigit() and left.isdigit() and resets_at.isdigit()):
        return None
    return RateLimit(limit=int(limit), left=int(left), resets_at=moment_of(resets_at, "rate limit"))
