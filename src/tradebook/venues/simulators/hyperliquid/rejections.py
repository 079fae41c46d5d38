"""Hyperliquid's no: to an action as a whole, or to one order of it.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/error-responses
"""

from __future__ import annotations

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


TICK = "Price must be divisible by tick size. asset={asset}", "tickRejected"
SIZE = "Order has invalid size.", ""
MIN_VALUE = "Order must have minimum value of 10 USDC. asset={asset}", "minTradeSpotNtlRejected"
MARGIN = "Insufficient margin to place order. asset={asset}", "perpMarginRejected"
BALANCE = (
    "Insufficient spot balance asset={asset}",
    "insufficientSpotBalanceRejected",
)
WOULD_MATCH = (
    "Post only order would have immediately matched, bbo was {bbo}. asset={asset}",
    "badAloPxRejected",
)
NO_MATCH = (
    "Order could not immediately match against any resting orders. asset={asset}",
    "iocCancelRejected",
)
NO_TRIGGERS = "Invalid TP/SL price. asset={asset}", "badTriggerPxRejected"


def refuse(reason: tuple[str, str], *, asset: int, bbo: str = "") -> OrderRefusal:
    """The refusal of an order for one of the reasons above."""
    sentence, status = reason
    return OrderRefusal(sentence.format(asset=asset, bbo=bbo), status)


def missing(asset: int) -> OrderRefusal:
    """There is nothing to cancel."""
    return OrderRefusal(f"Order was never placed, already canceled, or filled. asset={asset}")
