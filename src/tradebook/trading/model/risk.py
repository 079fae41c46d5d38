"""What is checked before every order. Each check is one function; each refusal has a code and its figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import ceil
from typing import NamedTuple

from tradebook.kernel.errors import RateLimited, TradebookError
from tradebook.kernel.money import divide, is_multiple, plain
from tradebook.trading.commands import PlaceOrder
from tradebook.trading.events import OrderDenied
from tradebook.trading.limits import AccountState
from tradebook.trading.model.contracts import leverage_of, reducible
from tradebook.trading.model.measures import (
    RATE_WINDOW,
    day_open,
    fall,
    order_notional,
    orders_after,
    orders_max,
    position_notional,
)
from tradebook.trading.model.proposal import Proposal
from tradebook.trading.model.state import Account
from tradebook.trading.orders import OrderType, Side


class Refusal(NamedTuple):
    """Why an order is denied."""

    code: str
    detail: str
    figures: dict[str, str]

    @classmethod
    def of(cls, said: TradebookError | OrderDenied) -> Refusal:
        """What was said elsewhere."""
        return cls(said.code, said.detail, said.figures)


Check = Callable[[Proposal], Refusal | None]


def check_rate(account: Account, command: PlaceOrder) -> None:
    """Raises RateLimited; such refusals are counted, not journaled."""
    limit = account.limits.orders_per_minute
    if limit is None:
        return
    if len(account.placed_at) < limit:
        return
    passed = command.at - account.placed_at[-limit]
    if passed < RATE_WINDOW:
        wait_s = ceil((RATE_WINDOW - passed).total_seconds())
        raise RateLimited(f"This account places at most {limit} orders a minute.", wait_s)


def refusal(proposal: Proposal, checks: Sequence[Check]) -> Refusal | None:
    """The first check that says no."""
    for check in checks:
        found = check(proposal)
        if found is not None:
            return found
    return None


def _halted(p: Proposal) -> Refusal | None:
    if p.account.state is AccountState.HALTED:
        return Refusal("account_halted", "The account is halted.", {})
    return None


def _reducing(p: Proposal) -> Refusal | None:
    if p.account.state is AccountState.REDUCING and p.adds_exposure:
        return Refusal("account_reducing", "The account may only lessen its exposure.", {})
    return None


def _reduce_only(p: Proposal) -> Refusal | None:
    if not p.terms.reduce_only:
        return None
    if p.instrument.contract is None:
        return Refusal("reduce_only", "On a spot account a buy never reduces.", {}) if p.is_buy else None
    most = reducible(p.account, p.terms)
    if p.terms.quantity <= most:
        return None
    figures = {"quantity": plain(p.terms.quantity), "position": plain(most)}
    return Refusal("reduce_only", f"There are {plain(most)} to reduce on this side.", figures)


def _leverage(p: Proposal) -> Refusal | None:
    limit = p.account.limits.max_leverage
    if p.instrument.contract is None or limit is None or not p.adds_exposure:
        return None
    return _limit("max_leverage", leverage_of(p.account, p.terms.instrument_id), limit)


def _allowed(p: Proposal) -> Refusal | None:
    allowed = p.account.limits.allowed_instruments
    if allowed and p.terms.instrument_id not in allowed:
        return Refusal(
            "instrument_not_allowed", f"{p.terms.instrument_id} is not on this account's list.", {}
        )
    return None


def _steps(p: Proposal) -> Refusal | None:
    terms, tick, lot = p.terms, p.instrument.tick_size, p.instrument.lot_size
    prices = {"price": terms.price}
    if terms.type is not OrderType.TRAILING_STOP:  # its stop price is computed, and nothing is sent at it
        prices["stop_price"] = terms.stop_price
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
    seen = p.seen
    if seen is None:
        # However it is spelled here, the market was asked for one before deciding, and waited for.
        what = f"There is no price for {p.terms.instrument_id} yet"
        return Refusal("no_price", f"{what}: try again in a moment, or see how its venue is.", {})
    seen_at = seen.at if p.terms.names_price else seen.bid_and_ask_at
    age_s = (p.at - seen_at).total_seconds()
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
    collar, price, seen = p.account.limits.price_collar, p.terms.price, p.seen
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
    limit = p.account.limits.max_order_notional
    if limit is None or p.notional is None:
        return None
    value = order_notional(p)
    if value is None:
        return _unmeasured(p, "max_order_notional")
    return _limit("max_order_notional", value, limit)


def _unmeasured(p: Proposal, name: str) -> Refusal:
    quote, base = p.instrument.quote_asset, p.account.base_asset
    return Refusal("no_price", f"There is no price of {quote} in {base} to measure it by.", {"limit": name})


def _position_notional(p: Proposal) -> Refusal | None:
    limit = p.account.limits.max_position_notional
    if limit is None or p.notional is None or p.reference is None or not p.adds_exposure:
        return None
    value = position_notional(p)
    if value is None:
        return _unmeasured(p, "max_position_notional")
    return _limit("max_position_notional", value, limit)


def _open_orders(p: Proposal) -> Refusal | None:
    return _limit("max_open_orders", Decimal(orders_after(p)), Decimal(orders_max(p.account)))


def _limit(name: str, value: Decimal, limit: Decimal) -> Refusal | None:
    if value <= limit:
        return None
    figures = {"limit": name, "value": plain(value), "max": plain(limit)}
    return Refusal("limit_exceeded", f"{name} is {plain(limit)}, this would make {plain(value)}.", figures)


def _losses(p: Proposal) -> Refusal | None:
    """Loss limits stop what adds exposure; lessening it is always possible."""
    marks, limits = p.account.marks, p.account.limits
    opened = day_open(p.account, p.at)
    if marks is None or opened is None or not p.adds_exposure:
        return None
    found = _fall(opened, marks.equity, limits.daily_loss)
    if found is not None:
        return Refusal(
            "daily_loss_exceeded",
            f"Equity fell today from {plain(opened)} to {plain(marks.equity)}.",
            found,
        )
    found = _fall(marks.peak, marks.equity, limits.drawdown)
    if found is not None:
        return Refusal(
            "drawdown_exceeded",
            f"Equity fell from its peak {plain(marks.peak)} to {plain(marks.equity)}.",
            found,
        )
    return None


def _fall(high: Decimal, equity: Decimal, limit: Decimal | None) -> dict[str, str] | None:
    """The figures of a fall that reaches the limit, which is a fraction of ``high``."""
    if limit is None or high <= 0 or fall(high, equity) < limit:
        return None
    return {"equity": plain(equity), "reference": plain(high), "max": plain(limit)}


def _self_trade(p: Proposal) -> Refusal | None:
    """Own resting orders must not be the other side of a trade."""
    interest, price = p.account.interests.get(p.terms.instrument_id), p.reference
    if interest is None or price is None or p.waits_for_trigger:
        return None
    against = interest.asks if p.is_buy else interest.bids
    if not against:
        return None
    own = against[0] if p.is_buy else against[-1]
    if price < own if p.is_buy else price > own:
        return None
    return Refusal(
        "self_trade", f"Your own order at {plain(own)} would be the other side.", {"own_price": plain(own)}
    )


def _funds(p: Proposal) -> Refusal | None:
    if not p.hold:
        return None if p.is_covered else Refusal("no_price", "There is no price to hold funds by.", {})
    available = p.available
    if p.hold <= available:
        return None
    figures = {"asset": p.hold_asset, "available": plain(available), "needed": plain(p.hold)}
    detail = f"Available {plain(available)} {p.hold_asset}, needed {plain(p.hold)}."
    if p.is_buy or p.instrument.contract is not None:
        return Refusal("insufficient_funds", detail, figures)
    return Refusal("insufficient_position", detail, figures)


PLACING: tuple[Check, ...] = (
    _halted,
    _reducing,
    _reduce_only,
    _leverage,
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

REPLACING: tuple[Check, ...] = (
    _halted,
    _reducing,
    _steps,
    _min_notional,
    _collar,
    _order_notional,
    _position_notional,
    _losses,
    _self_trade,
    _funds,
)

CHANGING_EXITS: tuple[Check, ...] = (
    _halted,
    _steps,
)
"""An exit adds no exposure, and holds nothing before its entry fills."""
