"""What is checked before every order. Each check is one function; each refusal has a code and its figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.errors import RateLimited
from tradebook.kernel.money import ZERO, divide, is_multiple, plain
from tradebook.market.values import Instrument
from tradebook.trading.commands import PlaceOrder
from tradebook.trading.limits import AccountState
from tradebook.trading.model.state import Account
from tradebook.trading.model.validation import CONDITIONAL
from tradebook.trading.orders import Hold, OrderTerms, OrderType, PriceSeen, Side


class Refusal(NamedTuple):
    """Why an order is denied."""

    code: str
    detail: str
    figures: dict[str, str]


class Proposal(NamedTuple):
    """The order as the checks see it."""

    account: Account
    command: PlaceOrder
    hold: Hold
    """What it would add to the account's holds."""

    @property
    def terms(self) -> OrderTerms:
        """What the client asked for."""
        return self.command.terms

    @property
    def instrument(self) -> Instrument:
        """The rules of its venue."""
        return self.command.instrument

    @property
    def reference(self) -> Decimal | None:
        """The price that its size is judged at."""
        terms, seen = self.terms, self.command.seen
        if terms.price is not None:
            return terms.price
        if terms.stop_price is not None:
            return terms.stop_price
        return market_price(seen, terms.side) if seen is not None else None

    @property
    def notional(self) -> Decimal | None:
        """Its size in the quote asset."""
        if self.terms.quote_quantity is not None:
            return self.terms.quote_quantity
        reference = self.reference
        return None if reference is None else self.terms.quantity * reference


def market_price(seen: PriceSeen, side: Side) -> Decimal:
    """What an order at the market would pay or get."""
    return seen.ask if side is Side.BUY else seen.bid


def check_rate(account: Account, command: PlaceOrder) -> None:
    """Raises RateLimited; such refusals are counted, not journaled."""
    limit = account.limits.orders_per_minute
    if limit is None:
        return
    recent = [at for at in account.placed_at if at > command.at - timedelta(seconds=60)]
    if len(recent) >= limit:
        wait = 60 - int((command.at - recent[-limit]).total_seconds())
        raise RateLimited(f"This account places at most {limit} orders a minute.", max(wait, 1))


def refusal(proposal: Proposal) -> Refusal | None:
    """The first check that says no."""
    for check in CHECKS:
        found = check(proposal)
        if found is not None:
            return found
    return None


def _state(p: Proposal) -> Refusal | None:
    if p.account.state is AccountState.HALTED:
        return Refusal("account_halted", "The account is halted.", {})
    if p.account.state is AccountState.REDUCING and p.terms.side is Side.BUY:
        return Refusal("account_reducing", "The account may only lessen its exposure.", {})
    return None


def _reduce_only(p: Proposal) -> Refusal | None:
    if p.terms.reduce_only and p.terms.side is Side.BUY:
        return Refusal("reduce_only", "On a spot account a buy never reduces.", {})
    return None


def _allowed(p: Proposal) -> Refusal | None:
    allowed = p.account.limits.allowed_instruments
    if allowed and p.terms.instrument_id not in allowed:
        return Refusal(
            "instrument_not_allowed", f"{p.terms.instrument_id} is not on this account's list.", {}
        )
    return None


def _steps(p: Proposal) -> Refusal | None:
    terms, tick, lot = p.terms, p.instrument.tick_size, p.instrument.lot_size
    prices = {"price": terms.price, "stop_price": terms.stop_price}
    for leg_name, leg in (("take_profit", terms.take_profit), ("stop_loss", terms.stop_loss)):
        if leg is not None:
            prices |= {f"{leg_name}.stop_price": leg.stop_price, f"{leg_name}.price": leg.price}
    for name, price in prices.items():
        if price is not None and not is_multiple(price, tick):
            figures = {name: plain(price), "tick_size": plain(tick)}
            return Refusal(
                "price_tick", f"{name} {plain(price)} is not a multiple of {plain(tick)}.", figures
            )
    if not is_multiple(terms.quantity, lot):
        figures = {"quantity": plain(terms.quantity), "lot_size": plain(lot)}
        return Refusal("quantity_lot", f"{plain(terms.quantity)} is not a multiple of {plain(lot)}.", figures)
    return None


def _fresh_price(p: Proposal) -> Refusal | None:
    if p.terms.type is OrderType.LIMIT:
        return None
    seen = p.command.seen
    if seen is None:
        return Refusal("no_price", f"There is no price for {p.terms.instrument_id} yet.", {})
    age_s = (p.command.at - seen.at).total_seconds()
    limit_s = p.account.limits.price_age_s_max
    if age_s > limit_s:
        figures = {"price_age_s": f"{age_s:.1f}", "price_age_s_max": str(limit_s)}
        return Refusal(
            "price_stale", f"The last price is {age_s:.0f} s old; at most {limit_s} s pass.", figures
        )
    return None


def _min_notional(p: Proposal) -> Refusal | None:
    notional, least = p.notional, p.instrument.min_notional
    if notional is not None and notional < least:
        figures = {"notional": plain(notional), "min_notional": plain(least)}
        return Refusal("min_notional", f"{plain(notional)} is below the venue's {plain(least)}.", figures)
    return None


def _collar(p: Proposal) -> Refusal | None:
    """Guards against paying too much or selling too cheap; an order far on the patient side harms nobody.

    A conditional order stands away from the market on purpose: its limit is held to its own stop.
    """
    collar, price, seen = p.account.limits.price_collar, p.terms.price, p.command.seen
    if collar is None or price is None:
        return None
    reference = p.terms.stop_price
    if p.terms.type is OrderType.LIMIT:
        reference = seen.last if seen is not None else None
    if reference is None or not reference:
        return None
    worse = price - reference if p.terms.side is Side.BUY else reference - price
    distance = divide(worse, reference)
    if distance <= collar:
        return None
    figures = {"price": plain(price), "reference": plain(reference), "price_collar": plain(collar)}
    return Refusal("price_collar", f"{plain(price)} is too far from {plain(reference)}.", figures)


def _order_notional(p: Proposal) -> Refusal | None:
    return _limit("max_order_notional", p.notional, p.account.limits.max_order_notional)


def _position_notional(p: Proposal) -> Refusal | None:
    limit, notional, reference = p.account.limits.max_position_notional, p.notional, p.reference
    if limit is None or notional is None or not reference or p.terms.side is Side.SELL:
        return None
    interest = p.account.interests.get(p.terms.instrument_id)
    buying = interest.buying if interest is not None else ZERO
    owned = p.account.balance(p.instrument.base_asset).total + buying
    return _limit("max_position_notional", owned * reference + notional, limit)


def _open_orders(p: Proposal) -> Refusal | None:
    limit = p.account.limits.max_open_orders
    if limit is None:
        return None
    return _limit("max_open_orders", Decimal(len(p.account.orders) + 1), Decimal(limit))


def _limit(name: str, value: Decimal | None, limit: Decimal | None) -> Refusal | None:
    if value is None or limit is None or value <= limit:
        return None
    figures = {"limit": name, "value": plain(value), "max": plain(limit)}
    return Refusal("limit_exceeded", f"{name} is {plain(limit)}, this would make {plain(value)}.", figures)


def _losses(p: Proposal) -> Refusal | None:
    """Loss limits stop what adds exposure; lessening it is always possible."""
    marks, limits = p.account.marks, p.account.limits
    if marks is None or p.terms.side is Side.SELL:
        return None
    for code, high, limit in (
        (
            "daily_loss_exceeded",
            marks.day_open if marks.day == p.command.at.date() else marks.equity,
            limits.daily_loss,
        ),
        ("drawdown_exceeded", marks.peak, limits.drawdown),
    ):
        if limit is None or high <= 0:
            continue
        loss = divide(high - marks.equity, high)
        if loss >= limit:
            figures = {"equity": plain(marks.equity), "reference": plain(high), "max": plain(limit)}
            return Refusal(code, f"Equity fell from {plain(high)} to {plain(marks.equity)}.", figures)
    return None


def _self_trade(p: Proposal) -> Refusal | None:
    """Own resting orders must not be the other side of a trade."""
    interest, terms = p.account.interests.get(p.terms.instrument_id), p.terms
    if interest is None or terms.type in CONDITIONAL:
        return None
    against = interest.asks[:1] if terms.side is Side.BUY else interest.bids[-1:]
    if not against:
        return None
    own = against[0]
    crosses = terms.price is None or (terms.price >= own if terms.side is Side.BUY else terms.price <= own)
    if terms.price is None and p.command.seen is not None:
        best = market_price(p.command.seen, terms.side)
        crosses = own <= best if terms.side is Side.BUY else own >= best
    if not crosses:
        return None
    return Refusal(
        "self_trade", f"Your own order at {plain(own)} would be the other side.", {"own_price": plain(own)}
    )


def _funds(p: Proposal) -> Refusal | None:
    available = p.account.balance(p.hold.asset).available
    if p.hold.amount <= available:
        return None
    code = "insufficient_funds" if p.terms.side is Side.BUY else "insufficient_position"
    figures = {"asset": p.hold.asset, "available": plain(available), "needed": plain(p.hold.amount)}
    detail = f"Available {plain(available)} {p.hold.asset}, needed {plain(p.hold.amount)}."
    return Refusal(code, detail, figures)


CHECKS: tuple[Callable[[Proposal], Refusal | None], ...] = (
    _state,
    _reduce_only,
    _allowed,
    _steps,
    _fresh_price,
    _min_notional,
    _collar,
    _order_notional,
    _position_notional,
    _open_orders,
    _losses,
    _self_trade,
    _funds,
)
