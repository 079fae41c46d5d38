"""Hyperliquid's no: to an action as a whole, or to one order of it.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/error-responses
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from tradebook.venues.simulators.venue import SimulatedAnswer


class NotUnderstood(Exception):
    """The body is not what the path expects: HTTP 422."""

    answer = SimulatedAnswer(status=422, body=b'"Failed to deserialize the JSON body into the target type"')


class ActionRefusal(Exception):
    """An action that is not carried out."""

    @property
    def answer(self) -> SimulatedAnswer:
        """As it is sent: with status 200, as everything that was understood."""
        return SimulatedAnswer(body=msgspec.json.encode({"status": "err", "response": str(self)}))


class OrderRefusal(Exception):
    """One order, cancel or change of an action that is not carried out; the others are.

    ``status`` is how the order stands then, where it came so far as to have a number.
    """

    def __init__(self, message: str, status: str = "") -> None:
        super().__init__(message)
        self.status = status


class Reason(NamedTuple):
    """Why an order is refused: what is said of it, and how it stands then."""

    sentence: str
    status: str


TICK = Reason("Price must be divisible by tick size. asset={asset}", "tickRejected")
SIZE = Reason("Order has invalid size.", "")
MIN_VALUE = Reason("Order must have minimum value of $10. asset={asset}", "minTradeNtlRejected")
MIN_VALUE_OF_PAIR = Reason(
    "Order must have minimum value of 10 USDC. asset={asset}", "minTradeSpotNtlRejected"
)
MARGIN = Reason("Insufficient margin to place order. asset={asset}", "perpMarginRejected")
BALANCE = Reason("Insufficient spot balance asset={asset}", "insufficientSpotBalanceRejected")
WOULD_MATCH = Reason(
    "Post only order would have immediately matched, bbo was {bbo}. asset={asset}", "badAloPxRejected"
)
NO_MATCH = Reason(
    "Order could not immediately match against any resting orders. asset={asset}", "iocCancelRejected"
)
NO_TRIGGERS = Reason("Invalid TP/SL price. asset={asset}", "badTriggerPxRejected")
NOTHING_TO_REDUCE = Reason("Reduce only order would increase position. asset={asset}", "reduceOnlyRejected")


def refuse(reason: Reason, *, asset: int, bbo: str = "") -> OrderRefusal:
    """The refusal of an order for one of the reasons above."""
    return OrderRefusal(reason.sentence.format(asset=asset, bbo=bbo), reason.status)


def missing(asset: int) -> OrderRefusal:
    """There is nothing to cancel."""
    return OrderRefusal(f"Order was never placed, already canceled, or filled. asset={asset}")
