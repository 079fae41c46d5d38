"""Fills with the client order ids of their orders, where a venue does not tell the two together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from tradebook.kernel.ids import InstrumentId
from tradebook.venues.messages.account import Execution


async def with_names(
    fills: Sequence[Execution], name_of: Callable[[InstrumentId, str], Awaitable[str]]
) -> Sequence[Execution]:
    """The same fills. ``name_of`` is asked once for each order, by its instrument and the venue's number.

    Raises what that raises.
    """
    names = {each: await name_of(*each) for each in {_order_of(fill) for fill in fills}}
    return [msgspec.structs.replace(each, client_order_id=names[_order_of(each)]) for each in fills]


def _order_of(fill: Execution) -> tuple[InstrumentId, str]:
    return fill.instrument_id, fill.venue_order_id
