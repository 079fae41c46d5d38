"""Positions in contracts: what a trade makes of one and what it settles, by average cost.

A position is opened for a cost, its value at the prices of its trades. What is closed gains the difference
between its value and its share of that cost. Margin is the cost over the leverage. All of it is in the settle
asset and rounded to its smallest unit.

Where the venue tells what a trade gained, that is what is booked, and the cost follows from it: what a
position is worth and what was settled of it make up for each other. So the order in which trades become known
matters to neither, nor how the venue rounds. While an earlier trade is missing, more may be settled than any
cost can take: that is carried until the trade is found, or CARRIED_FOR is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from tradebook.kernel.errors import InvalidInput, Refused
from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import ONE, ZERO, divide, plain, round_half_even, round_up
from tradebook.market.values import Contract
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model.holds import protection_price
from tradebook.trading.model.state import Account, Carried, ContractPosition, Leverage
from tradebook.trading.orders import Hold, OrderTerms, PositionSide, Settled, Side

Trade = c.RecordFill | c.RecordClosing | c.AdoptUnmatchedFill

CARRIED_FOR = timedelta(minutes=10)
"""Longer than missing trades are looked for; what is not explained by then will not be."""
ROUNDED_MAX = 10
"""So many units may be left of the venue's own rounding: nothing is missing."""
DEFAULT_LEVERAGE = ONE
"""Where nobody has set another."""


def position_key(instrument_id: InstrumentId, side: PositionSide) -> str:
    """Under which key the account keeps the position."""
    return instrument_id if side is PositionSide.NET else f"{instrument_id}:{side.value}"


def parse_position_key(key: str) -> tuple[InstrumentId, PositionSide]:
    """The instrument and the side of a position."""
    for side in (PositionSide.LONG, PositionSide.SHORT):
        instrument_id = key.removesuffix(f":{side.value}")
        if instrument_id != key:
            return InstrumentId(instrument_id), side
    return InstrumentId(key), PositionSide.NET


def leverage_of(account: Account, instrument_id: InstrumentId) -> Decimal:
    """How many times its margin a position may be worth."""
    found = account.leverages.get(instrument_id)
    return DEFAULT_LEVERAGE if found is None else found.leverage


def reducible(account: Account, terms: OrderTerms) -> Decimal:
    """How much an order on its side could close of the position that it is about."""
    position = account.contracts.get(position_key(terms.instrument_id, terms.position_side))
    if position is None or (position.quantity > 0) == (terms.side is Side.BUY):
        return ZERO
    return abs(position.quantity)


def margin_of(cost: Decimal, leverage: Decimal, contract: Contract) -> Decimal:
    """What is set aside for a position that was opened for ``cost``."""
    return round_up(divide(cost, leverage), contract.settle_step)


def unit_margin(command: c.PlaceOrder, contract: Contract, account: Account) -> Decimal:
    """What an order has to set aside for one unit: margin for the position that it opens, and the fee.

    One that only reduces sets nothing aside: what it closes gives its margin back.
    """
    terms = command.terms
    if terms.reduce_only:
        return ZERO
    price = terms.price if terms.price is not None else _price_at_worst(command, account)
    if not price:
        return ZERO
    share = divide(ONE, leverage_of(account, terms.instrument_id)) + command.instrument.taker_fee_rate
    return contract.value(ONE, price) * share


def _price_at_worst(command: c.PlaceOrder, account: Account) -> Decimal | None:
    terms, seen = command.terms, command.seen
    if terms.side is Side.BUY:
        return protection_price(terms, seen, account.limits)
    if terms.stop_price is not None:
        return terms.stop_price
    return None if seen is None else seen.bid


def settle(
    position: ContractPosition,
    contract: Contract,
    side: Side,
    quantity: Decimal,
    price: Decimal,
    *,
    leverage: Decimal,
    told: Decimal | None = None,
    carried: Decimal = ZERO,
) -> Settled:
    """What a trade makes of the position. One beyond its end opens one the other way.

    ``told`` is what it gained as the venue says, where it does; ``carried`` what is settled so far and not
    explained.
    """
    direction = 1 if side is Side.BUY else -1
    held, cost, realised, opening = position.quantity, position.cost, ZERO, quantity
    if held * direction < 0:
        closing = min(quantity, abs(held))
        share = cost if closing == abs(held) else _in_steps(divide(cost * closing, abs(held)), contract)
        realised = gain(contract, closing * -direction, share, price)
        held, cost, opening = held + direction * closing, cost - share, quantity - closing
    cost += _in_steps(contract.value(opening, price), contract)
    held += direction * opening
    if told is not None:
        cost, carried = _cost_by(told - realised + carried, held, cost, contract)
        realised = told
    margin = margin_of(cost, leverage, contract)
    return Settled(
        asset=contract.settle_asset,
        realised=realised,
        margin=margin - position.margin,
        quantity=held,
        cost=cost,
        average_price=contract.price_of(abs(held), cost) if held else ZERO,
        carried=carried,
    )


def settled_by(trade: Trade, account: Account, contract: Contract, side: PositionSide) -> Settled:
    """What a trade settles of the account's position."""
    key = position_key(trade.instrument_id, side)
    position = account.contracts.get(key) or ContractPosition()
    leverage = leverage_of(account, trade.instrument_id)
    return settle(
        position,
        contract,
        trade.side,
        trade.quantity,
        trade.price,
        leverage=leverage,
        told=trade.realised,
        carried=carried_to(trade.at, account.carried.get(key)),
    )


def carried_to(at: datetime, carried: Carried | None) -> Decimal:
    """What a trade at that time still has to explain."""
    return ZERO if carried is None or at > carried.at + CARRIED_FOR else carried.amount


def _cost_by(more: Decimal, held: Decimal, cost: Decimal, contract: Contract) -> tuple[Decimal, Decimal]:
    """What a position cost of which so much more is settled than by average cost: that much less is left to
    gain. It is never less than nothing, as long as trades are missing: the rest is carried.
    """
    is_with_cost = (held > 0) == (contract.inverse_size is None)
    exact = cost + more if is_with_cost else cost - more
    cost = max(exact, ZERO) if held else ZERO
    rest = exact - cost
    if abs(rest) <= ROUNDED_MAX * contract.settle_step:
        return cost, ZERO
    return cost, rest if is_with_cost else -rest


def gain(contract: Contract, quantity: Decimal, cost: Decimal, price: Decimal) -> Decimal:
    """What a position of ``quantity`` (negative: short) that was opened for ``cost`` has gained at ``price``.

    A linear one gains as its value grows, an inverse one as it shrinks: its value is in what it is a bet on.
    """
    more = _in_steps(contract.value(abs(quantity), price), contract) - cost
    is_with_value = (quantity > 0) == (contract.inverse_size is None)
    return more if is_with_value else -more


def _in_steps(amount: Decimal, contract: Contract) -> Decimal:
    return round_half_even(amount, contract.settle_step)


def closing(command: c.RecordClosing, account: Account) -> list[e.TradingEvent]:
    """PositionClosedByVenue; nothing for a repetition, nor for what is in the opening balances."""
    if e.closing_key(command.instrument_id, command.fill_id) in account.noted:
        return []
    if not account.covers(command.at):
        return []
    side = command.position_side
    return [
        e.PositionClosedByVenue(
            account_id=command.account_id,
            at=command.at,
            reason=command.reason,
            fill_id=command.fill_id,
            instrument_id=command.instrument_id,
            side=command.side,
            quantity=command.quantity,
            price=command.price,
            base_asset=command.base_asset,
            quote_asset=command.quote_asset,
            fee=command.fee,
            fee_asset=command.fee_asset,
            position_side=side,
            settled=settled_by(command, account, command.contract, side),
        )
    ]


def funding(command: c.RecordFunding, account: Account) -> list[e.TradingEvent]:
    """FundingSettled; nothing for a repetition, nor for what is in the opening balances."""
    if e.funding_key(command.instrument_id, command.funding_id) in account.noted:
        return []
    if not account.covers(command.at):
        return []
    return [
        e.FundingSettled(
            account_id=command.account_id,
            at=command.at,
            funding_id=command.funding_id,
            instrument_id=command.instrument_id,
            asset=command.asset,
            amount=command.amount,
            rate=command.rate,
        )
    ]


def set_leverage(command: c.SetLeverage, account: Account) -> list[e.TradingEvent]:
    """LeverageSet; nothing where it is so already.

    Raises InvalidInput for a leverage that the contract does not have, Refused where it is beyond the
    account's limit, where open orders hold by another one, or where a larger margin is not available.
    """
    _check_leverage(command, account)
    event = _leverage_set(command, account)
    if event is None:
        return []
    needed = sum((more.amount for more in event.margin.values()), ZERO)
    asset = command.contract.settle_asset
    available = account.balance(asset).available + min(account.unrealised.get(asset, ZERO), ZERO)
    if needed > available:
        figures = {"asset": asset, "available": plain(available), "needed": plain(needed)}
        raise Refused(
            "insufficient_funds", f"Available {plain(available)} {asset}, needed {plain(needed)}.", figures
        )
    return [event]


def _check_leverage(command: c.SetLeverage, account: Account) -> None:
    wanted, most, limit = command.leverage, command.contract.max_leverage, account.limits.max_leverage
    if not ONE <= wanted <= most:
        problem = f"{plain(wanted)} is not from 1 to {plain(most)}"
        raise InvalidInput("leverage", problem, "choose one that is")
    if limit is not None and wanted > limit:
        figures = {"limit": "max_leverage", "value": plain(wanted), "max": plain(limit)}
        raise Refused("limit_exceeded", f"max_leverage of this account is {plain(limit)}.", figures)
    if any(order.terms.instrument_id == command.instrument_id for order in account.orders.values()):
        raise Refused(
            "open_orders_first",
            f"Open orders of {command.instrument_id} hold by the leverage that it has: cancel them first.",
            {"instrument": command.instrument_id},
        )


def leverage_reported(command: c.RecordLeverage, account: Account) -> list[e.TradingEvent]:
    """LeverageSet, with what open positions need set aside from now on; nothing where it is so already."""
    event = _leverage_set(command, account)
    return [] if event is None else [event]


def _leverage_set(command: c.RecordLeverage | c.SetLeverage, account: Account) -> e.LeverageSet | None:
    if account.leverages.get(command.instrument_id) == Leverage(command.leverage, command.mode):
        return None
    asset, margin = command.contract.settle_asset, dict[str, Hold]()
    for side in PositionSide:
        key = position_key(command.instrument_id, side)
        position = account.contracts.get(key)
        if position is not None:
            more = margin_of(position.cost, command.leverage, command.contract) - position.margin
            margin[key] = Hold(asset=asset, amount=more)
    return e.LeverageSet(
        account_id=command.account_id,
        at=command.at,
        instrument_id=command.instrument_id,
        leverage=command.leverage,
        mode=command.mode,
        margin=margin,
    )
