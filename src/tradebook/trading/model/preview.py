"""What would come of an order, decided as placing it decides, and nothing of it a fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.errors import Conflict, RateLimited, Refused
from tradebook.kernel.ids import Asset
from tradebook.trading.commands import PlaceOrder
from tradebook.trading.events import OrderDenied, OrderPlaced
from tradebook.trading.model.measures import Usage, usage_after
from tradebook.trading.model.placing import client_order_id_reused, covered_by_group, place, propose
from tradebook.trading.model.risk import Refusal
from tradebook.trading.model.state import Account
from tradebook.trading.model.workings import Working, of_available, of_hold, of_notional, of_share
from tradebook.trading.model.worst_fee import Fee, worst_fee
from tradebook.trading.orders import Hold


class Preview(NamedTuple):
    """The answer that placing the order now would get, and the figures behind it."""

    refusal: Refusal | None
    """Why it would not be placed; None where it would be."""
    is_repetition: bool = False
    """Whether it is placed already, so that placing it again changes nothing."""
    notional: Decimal | None = None
    hold: Hold | None = None
    """What placing it sets aside, or would need to; beyond what its OCO group holds."""
    fee: Fee | None = None
    price_used: Decimal | None = None
    """What its size is judged at: its own price, or what a buy would pay and a sell would get."""
    price_at: datetime | None = None
    """When that was seen in the market; None for the order's own price."""
    available: Mapping[Asset, Decimal] = {}
    """Of the assets that it trades, once it is placed; as now where it would not be."""
    limits: Sequence[Usage] = ()
    """What it would make of the limits that it is measured by."""
    workings: Sequence[Working] = ()
    """How each of these figures is computed."""


def preview(
    command: PlaceOrder, account: Account, recorded: OrderPlaced | OrderDenied | None = None
) -> Preview:
    """``recorded`` is what was recorded under the command's id before, where the account may have forgotten.

    Raises InvalidInput for terms that make no sense, as placing does.
    """
    try:
        _check_recorded(command, recorded)
        events = () if recorded is not None else place(command, account)
    except (Conflict, Refused, RateLimited) as error:
        return _figures(command, account, Refusal.of(error))
    if events and isinstance(events[0], OrderDenied):
        return _figures(command, account, Refusal.of(events[0]))
    if events:
        return _figures(command, account, None)
    known = account.find(command.order_id)
    denied = known.denied if known is not None else recorded
    refusal = Refusal.of(denied) if isinstance(denied, OrderDenied) else None
    return Preview(refusal, is_repetition=True, available=_available(command, account))


def _check_recorded(command: PlaceOrder, recorded: OrderPlaced | OrderDenied | None) -> None:
    if recorded is not None and recorded.terms != command.terms:
        raise client_order_id_reused(command.terms)


def _figures(command: PlaceOrder, account: Account, refusal: Refusal | None) -> Preview:
    try:
        proposal = propose(command, account)
    except Conflict:  # without the group it would be another order: there are no figures of this one
        return Preview(refusal, available=_available(command, account))
    hold = Hold(asset=proposal.hold_asset, amount=proposal.hold)
    available, limits = _available(command, account), usage_after(proposal)
    fee, of_fee = worst_fee(proposal) or (None, None)
    if refusal is None:
        available[hold.asset] -= hold.amount
    workings = [
        *of_notional(proposal),
        *of_hold(proposal, covered_by_group(proposal)),
        *([] if of_fee is None else [of_fee]),
        *(of_available(account, hold, asset, after) for asset, after in available.items()),
        *(of_share(usage) for usage in limits if usage.share is not None),
    ]
    return Preview(
        refusal,
        notional=proposal.notional,
        hold=hold,
        fee=fee,
        price_used=proposal.reference,
        price_at=None if command.terms.names_price or command.seen is None else command.seen.bid_and_ask_at,
        available=available,
        limits=limits,
        workings=workings,
    )


def _available(command: PlaceOrder, account: Account) -> dict[Asset, Decimal]:
    instrument = command.instrument
    assets = sorted({instrument.base_asset, instrument.quote_asset})
    return {asset: account.balance(asset).available for asset in assets}
