"""How much of each limit is used: what the checks refuse by, and what is shown before they have to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import ZERO, divide, plain
from tradebook.market.values import Instrument
from tradebook.trading.model.exposure import Exposure, exposure
from tradebook.trading.model.inputs import FRACTION, Input
from tradebook.trading.model.proposal import Proposal, rate_in
from tradebook.trading.model.state import OPEN_ORDERS_MAX, Account

RATE_WINDOW = timedelta(seconds=60)
ORDERS = "orders"
TIMES = "times"
"""The unit of a leverage."""
SHOWN_TO = Decimal("0.000001")
"""Shares and fractions are shown to this step; what decides is exact."""


_SHOWN = "; shown to 6 decimals, rounded half to even"
LOSS_TODAY = f"(day_open - equity) / day_open to 28 digits, or 0 where that is less{_SHOWN}"
LOSS_FROM_PEAK = f"(peak - equity) / peak to 28 digits, or 0 where that is less{_SHOWN}"
NOT_MEASURED = "0 while equity was not measured yet"
OPEN = "the number of open orders"
OPEN_AFTER = "open_orders + 1 + exits, where exits are those that the order brings"
PLACED = "the number of orders that were placed or denied in the last 60 s"
PLACED_AFTER = "placed_in_60_s + 1"
_RATE = "quote_rate: one unit of the quote asset in the account's base asset"
ORDER_NOTIONAL = f"notional × quote_rate. {_RATE}"
POSITION_AFTER = f"((owned + buying) × price_used + notional) × quote_rate. {_RATE}"


class Usage(NamedTuple):
    """One limit in force and what stands against it."""

    name: str
    used: Decimal | None
    """None for limits on each order by itself, and where there is no price to measure by."""
    limit: Decimal
    unit: str
    """``orders``, ``fraction``, ``seconds``, ``times`` or the account's base asset."""
    detail: str = ""
    instrument_id: InstrumentId | None = None
    formula: str = ""
    """How ``used`` is computed from ``inputs``; empty where it is not."""
    inputs: tuple[Input, ...] = ()

    @property
    def share(self) -> Decimal | None:
        """How much of the limit is used, 1 for all of it; None where that cannot be said."""
        return divide(self.used, self.limit) if self.used is not None and self.limit > 0 else None


class Priced(NamedTuple):
    """An instrument and what its position is measured by."""

    instrument: Instrument
    price: Decimal | None
    """What a buy at the market would pay."""
    quote_rate: Decimal | None
    """As in PlaceOrder."""


def orders_in_window(account: Account, at: datetime) -> int:
    """Orders of the minute before ``at`` that count against the order rate; none while there is no limit."""
    return len(account.placed_at) - bisect_right(account.placed_at, at - RATE_WINDOW)


def orders_max(account: Account) -> int:
    """How many open orders the account may have."""
    limit = account.limits.max_open_orders
    return OPEN_ORDERS_MAX if limit is None else min(limit, OPEN_ORDERS_MAX)


def orders_after(p: Proposal) -> int:
    """Open orders once the order is one of them, with the exits that it brings."""
    exits = (p.terms.take_profit is not None) + (p.terms.stop_loss is not None)
    return len(p.account.orders) + 1 + exits


def order_notional(p: Proposal) -> Decimal | None:
    """The order's size in the account's base asset."""
    return None if p.notional is None or p.base_rate is None else p.notional * p.base_rate


def position_notional(p: Proposal) -> Decimal | None:
    """The position that the order may lead to, at its own price, in the account's base asset."""
    if p.notional is None or p.reference is None or p.base_rate is None:
        return None
    if p.instrument.contract is not None:
        return p.instrument.notional(_exposure_after(p).quantity, p.reference) * p.base_rate
    owned = exposure(p.account, p.instrument).quantity
    if p.replaces is not None:
        owned -= p.replaces.remaining + p.replaces.filled
    return (owned * p.reference + p.notional) * p.base_rate


def _exposure_after(p: Proposal) -> Exposure:
    """With the order of a contract among the open ones, in the place of that which it replaces."""
    more = p.terms.quantity
    if p.replaces is not None:
        more -= p.replaces.remaining + p.replaces.filled
    return exposure(p.account, p.instrument, **{"buying" if p.is_buy else "selling": more})


def day_open(account: Account, at: datetime) -> Decimal | None:
    """Equity at the beginning of the day, which begins with what the last one left."""
    marks = account.marks
    if marks is None:
        return None
    return marks.day_open if marks.day == at.date() else marks.equity


def fall(high: Decimal, equity: Decimal) -> Decimal:
    """How much of ``high`` is lost; below zero where there is a gain."""
    return divide(high - equity, high) if high > 0 else ZERO


def usage_now(account: Account, at: datetime, priced: Iterable[Priced]) -> list[Usage]:
    """Every limit in force, as an order placed now would find it."""
    limits, base = account.limits, account.base_asset
    found = [*_losses(account, at), *_counts(account, at)]
    if limits.max_order_notional is not None:
        found.append(_of_each("max_order_notional", limits.max_order_notional, base))
    if limits.max_position_notional is not None:
        found += _positions(account, limits.max_position_notional, priced)
    if limits.max_leverage is not None:
        found.append(_of_each("max_leverage", limits.max_leverage, TIMES))
    if limits.price_collar is not None:
        found.append(_of_each("price_collar", limits.price_collar, FRACTION))
    found.append(_of_each("price_age_s_max", Decimal(limits.price_age_s_max), "seconds"))
    return found


def usage_after(p: Proposal) -> list[Usage]:
    """What the order would make of the limits that it is measured by."""
    limits, base, found = p.account.limits, p.account.base_asset, list[Usage]()
    size = Input("notional", p.notional, p.instrument.quote_asset)
    rate = Input("quote_rate", p.base_rate, base)
    if limits.max_order_notional is not None:
        used, limit = order_notional(p), limits.max_order_notional
        found.append(
            Usage("max_order_notional", used, limit, base, formula=ORDER_NOTIONAL, inputs=(size, rate))
        )
    if limits.max_position_notional is not None and p.adds_exposure:
        found.append(_position_after(p, limits.max_position_notional, size, rate))
    return [
        *found,
        *_counts_after(p),
        *(_losses(p.account, p.at) if p.adds_exposure else ()),
    ]


def _position_after(p: Proposal, limit: Decimal, size: Input, rate: Input) -> Usage:
    price = Input("price_used", p.reference, p.instrument.quote_asset)
    if p.instrument.contract is None:
        formula, inputs = POSITION_AFTER, (*exposure(p.account, p.instrument).inputs, price, size, rate)
    else:
        after = _exposure_after(p)
        formula = after.formula.replace("× price ", "× price_used ")
        inputs = (*after.inputs, price, rate)
    return Usage(
        "max_position_notional",
        position_notional(p),
        limit,
        p.account.base_asset,
        instrument_id=p.terms.instrument_id,
        formula=formula,
        inputs=inputs,
    )


def _counts(account: Account, at: datetime) -> Iterable[Usage]:
    limits = account.limits
    if limits.max_open_orders is not None:
        count, most = Decimal(len(account.orders)), Decimal(orders_max(account))
        inputs = (Input("open_orders", count, ORDERS),)
        yield Usage("max_open_orders", count, most, ORDERS, formula=OPEN, inputs=inputs)
    if limits.orders_per_minute is not None:
        count, most = Decimal(orders_in_window(account, at)), Decimal(limits.orders_per_minute)
        inputs = (Input("placed_in_60_s", count, ORDERS),)
        yield Usage("orders_per_minute", count, most, ORDERS, formula=PLACED, inputs=inputs)


def _counts_after(p: Proposal) -> Iterable[Usage]:
    for now in _counts(p.account, p.at):
        [count] = now.inputs
        if now.name == "max_open_orders":
            after = Decimal(orders_after(p))
            exits = Input("exits", after - len(p.account.orders) - 1, ORDERS)
            yield now._replace(used=after, formula=OPEN_AFTER, inputs=(count, exits))
        else:
            used = orders_in_window(p.account, p.at) + 1
            yield now._replace(used=Decimal(used), formula=PLACED_AFTER)


def _losses(account: Account, at: datetime) -> Iterable[Usage]:
    marks, limits, base = account.marks, account.limits, account.base_asset
    opened, peak = day_open(account, at), None if marks is None else marks.peak
    for name, limit, high, since, reference, formula in (
        ("daily_loss", limits.daily_loss, opened, "when the day opened", "day_open", LOSS_TODAY),
        ("drawdown", limits.drawdown, peak, "at its peak", "peak", LOSS_FROM_PEAK),
    ):
        if limit is None:
            continue
        if marks is None or high is None:
            unmeasured = "Equity was not measured yet."
            yield Usage(name, ZERO, limit, FRACTION, unmeasured, formula=NOT_MEASURED)
            continue
        detail = f"Equity {plain(marks.equity)}, {since} {plain(high)} {base}."
        inputs = (Input("equity", marks.equity, base), Input(reference, high, base))
        used = max(fall(high, marks.equity), ZERO)
        yield Usage(name, used, limit, FRACTION, detail, formula=formula, inputs=inputs)


def _positions(account: Account, limit: Decimal, priced: Iterable[Priced]) -> Iterable[Usage]:
    for instrument, price, quote_rate in priced:
        found = exposure(account, instrument)
        if not found.quantity:
            continue
        rate = rate_in(account.base_asset, instrument, price, quote_rate)
        used = None
        if price is not None and rate is not None:
            used = instrument.notional(found.quantity, price) * rate
        size = f"{plain(found.quantity)} {instrument.base_asset}"
        detail = f"{size} at {plain(price)}." if price is not None else f"{size}, and no price to measure by."
        yield Usage(
            "max_position_notional",
            used,
            limit,
            account.base_asset,
            detail,
            instrument.instrument_id,
            formula=found.formula,
            inputs=(
                *found.inputs,
                Input("price", price, instrument.quote_asset),
                Input("quote_rate", rate, account.base_asset),
            ),
        )


def _of_each(name: str, limit: Decimal, unit: str) -> Usage:
    return Usage(name, None, limit, unit, "Holds for each order by itself.")
