"""What Hyperliquid answers to an action: once for all of it, or for each order that is in it.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/error-responses
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tradebook.kernel.money import ZERO
from tradebook.trading.orders import OrderStatus, OrderType, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.figures import require_finite
from tradebook.venues.hyperliquid.execution import client_order_id_of
from tradebook.venues.hyperliquid.reading import VENUE, convert, decode
from tradebook.venues.messages.account import ExecType, ExecutionReport, VenueProblem

WHAT = "an action's answer"
DONE = "success"
WAITING = ("waitingForFill", "waitingForTrigger")
"""Exits that were taken and wait for their entry; their numbers are told by ``orderUpdates``."""

PROBLEMS = (
    ("Price must be divisible by tick size", "Tick"),
    ("Order must have minimum value of $10", "MinTradeNtl"),
    ("Order must have minimum value of 10 ", "MinTradeSpotNtl"),
    ("Insufficient margin to place order", "PerpMargin"),
    ("Reduce only order would increase position", "ReduceOnly"),
    ("Post only order would have immediately matched", "BadAloPx"),
    ("Order could not immediately match against any resting orders", "IocCancel"),
    ("Invalid TP/SL price", "BadTriggerPx"),
    ("No liquidity available for market order", "MarketOrderNoLiquidity"),
    ("Order would increase open interest while open interest is capped", "OpenInterestCap"),
    ("Order rejected due to price more aggressive than oracle", "TooAggressiveAtOpenInterestCap"),
    ("Order would increase open interest too quickly", "OpenInterestIncrease"),
    ("Order has insufficient spot balance to trade", "InsufficientSpotBalance"),
    ("Insufficient spot balance", "InsufficientSpotBalance"),
    ("Order price too far from oracle", "Oracle"),
    ("Order would cause position to exceed margin tier limit", "PerpMaxPosition"),
    ("Order was never placed, already canceled, or filled", "MissingOrder"),
    ("Cannot modify canceled or filled order", "MissingOrder"),
    ("Invalid nonce", "Nonce"),
    ("User or API Wallet", "UnknownSigner"),
    ("Too many cumulative requests sent", "RateLimit"),
)
"""How the venue's sentences begin, and the names that its documentation has for them."""
OTHER_PROBLEM = "Other"
USED_NONCE = "duplicate nonce"
"""Stands in the complaint about a request whose like was carried out before: something sent it twice."""


class Resting(msgspec.Struct, frozen=True):
    oid: int


class Filled(msgspec.Struct, frozen=True, rename="camel"):
    oid: int
    total_sz: Decimal
    avg_px: Decimal

    def __post_init__(self) -> None:
        require_finite(self)


class Outcome(msgspec.Struct, frozen=True):
    """One of the three."""

    resting: Resting | None = None
    filled: Filled | None = None
    error: str | None = None


class Statuses(msgspec.Struct, frozen=True):
    statuses: list[str | Outcome]


class Response(msgspec.Struct, frozen=True):
    data: Statuses | None = None
    type: str = ""


class Answer(msgspec.Struct, frozen=True):
    """``ok`` comes with a response, ``err`` with a sentence."""

    status: str
    response: Any = None


def decode_placement(
    data: bytes, orders: Sequence[VenueOrder], *, at: datetime
) -> Sequence[ExecutionReport | VenueProblem]:
    """The answer to orders placed with one action, one for each that it tells of.

    ``at`` is when it came: the answer has no time. Fills are told by ``userFills``. A problem with the action
    as a whole is every order's. Raises UndecodableFrame.
    """
    outcomes = _outcomes(data, len(orders))
    if isinstance(outcomes, str):
        return [_problem(outcomes, order) for order in orders]
    told = [_placed(outcome, order, at) for outcome, order in zip(outcomes, orders, strict=True)]
    return [each for each in told if each is not None]


def decode_acknowledgement(data: bytes, orders: Sequence[VenueOrder]) -> Sequence[VenueProblem]:
    """The answer to cancels, a change or a setting: what went wrong with it, nothing where nothing did.

    That an order was cancelled or changed is told by ``orderUpdates``. Raises UndecodableFrame.
    """
    outcomes = _outcomes(data, len(orders))
    if isinstance(outcomes, str):
        return [_problem(outcomes, order) for order in orders] or [problem_of(outcomes)]
    errors = [outcome.error if isinstance(outcome, Outcome) else None for outcome in outcomes]
    return [_problem(error, order) for error, order in zip(errors, orders, strict=True) if error is not None]


def problem_of(sentence: str, client_order_id: str = "") -> VenueProblem:
    """The venue's no, under the name that its documentation has for it."""
    code = next((code for begin, code in PROBLEMS if sentence.startswith(begin)), OTHER_PROBLEM)
    return VenueProblem(code=code, message=sentence, client_order_id=client_order_id)


def _outcomes(data: bytes, count: int) -> Sequence[str | Outcome] | str:
    """An outcome for each order, or the one sentence about all of them."""
    answer = decode(data, Answer, WHAT)
    if answer.status == "err":
        return convert(answer.response, str, WHAT)
    if answer.status != "ok":
        raise UndecodableFrame(VENUE, WHAT, f"status {answer.status[:40]!r} is not known")
    response = convert(answer.response, Response, WHAT)
    if response.data is None:
        if response.type != "default":
            raise UndecodableFrame(VENUE, WHAT, "a response without data")
        return [DONE] * count
    statuses = response.data.statuses
    if unknown := [each for each in statuses if isinstance(each, str) and each not in (DONE, *WAITING)]:
        raise UndecodableFrame(VENUE, WHAT, f"outcome {unknown[0][:40]!r} is not known")
    if len(statuses) == 1 and count > 1 and isinstance(statuses[0], Outcome) and statuses[0].error:
        # The batch failed before anybody looked at its orders.
        return statuses[0].error
    if len(statuses) != count:
        raise UndecodableFrame(VENUE, WHAT, f"{len(statuses)} outcomes for {count} orders")
    return statuses


def _placed(outcome: str | Outcome, order: VenueOrder, at: datetime) -> ExecutionReport | VenueProblem | None:
    if isinstance(outcome, str):
        return None
    if outcome.error is not None:
        return _problem(outcome.error, order)
    if outcome.resting is not None:
        return _report(order, outcome.resting.oid, OrderStatus.ACCEPTED, at)
    if outcome.filled is not None:
        filled = outcome.filled
        return _report(
            order,
            filled.oid,
            _status_of(order, filled.total_sz),
            at,
            filled=filled.total_sz,
            average_price=filled.avg_px,
        )
    raise UndecodableFrame(VENUE, WHAT, "an outcome that is neither resting, filled nor an error")


def _status_of(order: VenueOrder, filled: Decimal) -> OrderStatus:
    if filled >= order.quantity:
        return OrderStatus.FILLED
    at_once = order.terms.type is OrderType.MARKET or order.terms.time_in_force is TimeInForce.IOC
    return OrderStatus.EXPIRED if at_once else OrderStatus.PARTIALLY_FILLED


def _report(
    order: VenueOrder,
    oid: int,
    status: OrderStatus,
    at: datetime,
    *,
    filled: Decimal = ZERO,
    average_price: Decimal | None = None,
) -> ExecutionReport:
    terms = order.terms
    return ExecutionReport(
        exec_type=ExecType.STATUS if filled else ExecType.NEW,
        instrument_id=order.instrument.instrument_id,
        venue_order_id=str(oid),
        client_order_id=client_order_id_of(order),
        status=status,
        side=terms.side,
        type=terms.type,
        time_in_force=terms.time_in_force,
        quantity=order.quantity,
        price=terms.price,
        stop_price=terms.stop_price,
        cumulative_quantity=filled,
        average_price=average_price,
        post_only=terms.post_only,
        reduce_only=terms.reduce_only,
        at=at,
    )


def _problem(sentence: str, order: VenueOrder) -> VenueProblem:
    return problem_of(sentence, client_order_id_of(order))
