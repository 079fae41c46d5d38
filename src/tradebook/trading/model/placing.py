"""Placing an order: a repetition, a refusal, or an acceptance with its hold: one decision."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.errors import Conflict
from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO, round_up
from tradebook.market.values import Instrument
from tradebook.trading.commands import PlaceOrder
from tradebook.trading.conditions import CONDITIONAL_TYPES, trailing_stop_price
from tradebook.trading.events import OrderDenied, OrderPlaced, TradingEvent
from tradebook.trading.model.contracts import unit_margin
from tradebook.trading.model.facts import about
from tradebook.trading.model.holds import Holding, needed, protection_price, unit_hold
from tradebook.trading.model.proposal import Proposal
from tradebook.trading.model.risk import PLACING, check_rate, refusal
from tradebook.trading.model.state import OCO_GROUP_MAX, Account
from tradebook.trading.model.validation import validate
from tradebook.trading.orders import Hold, OrderTerms, OrderType, RestsAt, Side


def place(command: PlaceOrder, account: Account) -> list[TradingEvent]:
    """OrderPlaced or OrderDenied; nothing for a repetition.

    Raises Conflict when the client order id was used for other terms, InvalidInput for terms that make no
    sense, RateLimited.
    """
    known = account.find(command.order_id)
    if known is not None:
        if known.terms == command.terms:
            return []
        raise client_order_id_reused(command.terms)
    validate(command.terms, command.at, command.instrument.contract)
    check_rate(account, command)
    placed = _placed(command, account)
    found = refusal(_proposal(command, account, placed.hold), PLACING)
    if found is None:
        return [placed]
    return [
        OrderDenied(
            **about(command.order_id, command),
            terms=command.terms,
            code=found.code,
            detail=found.detail,
            figures=found.figures,
        )
    ]


def covered_by_group(p: Proposal) -> Decimal:
    """What the order's OCO group holds already of what the order has to hold."""
    return _covered(p.terms, p.hold_asset, p.account)


def propose(command: PlaceOrder, account: Account) -> Proposal:
    """The order as the risk checks see it. Raises Conflict for an OCO group that it does not fit."""
    return _proposal(command, account, _placed(command, account).hold)


def client_order_id_reused(terms: OrderTerms) -> Conflict:
    """The refusal of another order under a client order id that is taken."""
    return Conflict(
        "client_order_id_reused",
        f"client_order_id {terms.client_order_id!r} already names an order with other terms.",
        {"client_order_id": terms.client_order_id},
    )


def _proposal(command: PlaceOrder, account: Account, hold: Hold) -> Proposal:
    return Proposal(
        account=account,
        at=command.at,
        terms=command.terms,
        instrument=command.instrument,
        seen=command.seen,
        quote_rate=command.quote_rate,
        hold_asset=hold.asset,
        hold=hold.amount,
    )


def _placed(command: PlaceOrder, account: Account) -> OrderPlaced:
    terms, instrument = command.terms, command.instrument
    asset = _hold_asset(terms, instrument)
    unit, step, amount = _hold_terms(command, account)
    is_bracket = terms.take_profit is not None or terms.stop_loss is not None
    is_trailing = terms.type is OrderType.TRAILING_STOP
    anchor = command.seen.last if is_trailing and command.seen is not None else None
    return OrderPlaced(
        **about(command.order_id, command),
        terms=terms,
        rests_at=command.rests_at,
        base_asset=instrument.base_asset,
        quote_asset=instrument.quote_asset,
        hold=Hold(asset=asset, amount=max(amount - _covered(terms, asset, account), ZERO)),
        seen=command.seen,
        unit_hold=unit,
        hold_step=step,
        lot_size=instrument.lot_size if is_bracket else ZERO,
        parked=terms.type in CONDITIONAL_TYPES and command.rests_at is RestsAt.TRADING,
        stop_price=trailing_stop_price(terms, anchor) if anchor is not None else None,
        anchor=anchor,
        protection_price=protection_price(terms, command.seen, account.limits),
        contract=instrument.contract,
    )


def _hold_asset(terms: OrderTerms, instrument: Instrument) -> Asset:
    if instrument.contract is not None:
        return instrument.contract.settle_asset
    return instrument.quote_asset if terms.side is Side.BUY else instrument.base_asset


def _hold_terms(command: PlaceOrder, account: Account) -> tuple[Decimal, Decimal, Decimal]:
    """Per unit, rounding step, and in all. Sized in the quote asset, it spends that much, fee included."""
    terms, instrument = command.terms, command.instrument
    if instrument.contract is not None:
        unit = unit_margin(command, instrument.contract, account)
        step = instrument.contract.settle_step
        return unit, step, needed(unit, terms.quantity, step)
    if terms.quote_quantity is not None and terms.side is Side.BUY:
        return ZERO, instrument.quote_step, terms.quote_quantity
    if terms.quote_quantity is not None:
        worst = protection_price(terms, command.seen, account.limits) or ZERO
        quantity = round_up(terms.quote_quantity / worst, instrument.lot_size) if worst > 0 else ZERO
        return ZERO, ZERO, quantity
    step = instrument.quote_step if terms.side is Side.BUY else ZERO
    unit = unit_hold(terms, instrument, command.seen, account.limits)
    return unit, step, needed(unit, terms.quantity, step)


def _covered(terms: OrderTerms, asset: Asset, account: Account) -> Decimal:
    """What the hold of the order's OCO group already covers."""
    if not terms.oco_group:
        return ZERO
    members = account.members(terms.oco_group)
    if members and not members[0].goes_with(terms):
        raise Conflict(
            "oco_group_mixed",
            f"OCO group {terms.oco_group!r} holds orders of another instrument or side.",
            {"oco_group": terms.oco_group},
        )
    if len(members) >= OCO_GROUP_MAX:
        raise Conflict(
            "oco_group_full",
            f"OCO group {terms.oco_group!r} holds {len(members)} open orders, as many as it may.",
            {"oco_group": terms.oco_group, "max": str(OCO_GROUP_MAX)},
        )
    return Holding.of_group(account, terms.oco_group, asset).held
