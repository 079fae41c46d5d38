"""What became of an order whose change was refused."""

from __future__ import annotations

from collections.abc import Awaitable
from decimal import Decimal

import msgspec

from tradebook.trading.lifecycle import TERMINAL
from tradebook.venues.errors import VenueRefusal
from tradebook.venues.messages.account import ExecType, ExecutionReport


async def changed_before(
    refusal: VenueRefusal,
    standing: Awaitable[ExecutionReport | None],
    *,
    quantity: Decimal,
    price: Decimal | None,
) -> ExecutionReport:
    """The order as it was changed by a request before the one that was refused: its answer was lost.

    Raises the refusal where the order has other terms, ConnectionError where Binance does not say.
    """
    try:
        now = await standing
    except VenueRefusal as error:
        raise ConnectionError(f"how the order stands was not told: {error.detail}") from error
    if now is None:
        raise ConnectionError("Binance refused to change an order, and does not find it")
    if now.status in TERMINAL or now.quantity != quantity or price not in (None, now.price):
        raise refusal
    return msgspec.structs.replace(now, exec_type=ExecType.REPLACED)
