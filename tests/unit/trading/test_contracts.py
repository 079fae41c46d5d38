"""Positions in contracts: margin, what trades settle, funding, leverage, and closings by the venue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.trading.contract_examples import (
    COIN,
    COIN_ID,
    INVERSE,
    LINEAR,
    PERP,
    PERP_ID,
    TEN_TIMES,
    funding,
    liquidation,
    marked,
    on_perp,
    placed,
    told,
    traded,
)
from tests.unit.trading.examples import (
    AT,
    BTC,
    MAIN,
    NO_LIMITS,
    USDT,
    Given,
    deposit,
    fill,
    funded,
    kinds,
    oid,
    open_account,
    order,
    place,
    replace,
    sent,
    without,
)

from tradebook.kernel.errors import InvalidInput, Refused
from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO
from tradebook.ledger.postings import LedgerAccount as L
from tradebook.ledger.postings import imbalance
from tradebook.market.values import Contract
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.limits import AccountState, RiskLimits
from tradebook.trading.model import decide, evolve, initial
from tradebook.trading.model.contracts import CARRIED_FOR, gain, position_key, settle
from tradebook.trading.model.state import ContractPosition
from tradebook.trading.orders import (
    LegTerms,
    MarginMode,
    OrderType,
    PositionSide,
    Settled,
    Side,
)
from tradebook.trading.postings import postings


def leveraged(usdt: str = "1000", limits: RiskLimits = NO_LIMITS) -> Given:
    return funded(usdt, limits=limits).after(TEN_TIMES)


def denied(found: Sequence[e.TradingEvent]) -> str:
    [event] = found
    assert isinstance(event, e.OrderDenied)
    return event.code


# --- what is set aside


def test_an_order_sets_aside_its_margin_and_its_fee() -> None:
    account = leveraged()
    account.when(placed(on_perp("a", quantity="2")))
    assert account.held(USDT) == Decimal("20.2")  # 200 / 10, and 0.1 % of 200
    account.when(placed(on_perp("b", "sell", quantity="1", price="110")))
    assert account.held(USDT) == Decimal("31.31")
    assert account.held(BTC) == ZERO


def test_without_a_leverage_all_of_a_position_is_set_aside() -> None:
    account = funded("1000")
    account.when(placed(on_perp("a", quantity="2")))
    assert account.held(USDT) == Decimal("200.2")


def test_a_position_keeps_its_margin_and_gives_the_rest_of_the_hold_back() -> None:
    account = leveraged()
    account.after(*traded("a", "buy", "2", "100"))
    assert account.account.contracts[PERP_ID] == ContractPosition(Decimal(2), Decimal(200), Decimal(20))
    assert (account.held(USDT), account.available(USDT)) == (Decimal(20), Decimal(980))
    assert account.total(BTC) == ZERO


def test_a_new_price_sets_aside_in_proportion() -> None:
    account = leveraged()
    account.after(placed(on_perp("a", "sell")))
    moved = msgspec.structs.replace(replace("a", price="200"), instrument=PERP)
    account.after(moved)
    assert account.held(USDT) == Decimal("20.2")


def test_an_order_that_only_reduces_sets_nothing_aside() -> None:
    account = leveraged().after(*traded("a", "buy", "2", "100"))
    [event] = account.when(placed(on_perp("b", "sell", quantity="2", reduce_only=True)))
    assert isinstance(event, e.OrderPlaced)
    assert event.hold.amount == ZERO


def test_what_open_positions_have_lost_cannot_be_set_aside() -> None:
    account = leveraged("100").after(marked("80", "-20"))
    assert denied(account.when(placed(on_perp("a", quantity="9")))) == "insufficient_funds"
    account.after(marked("120", "20"))  # a gain that is not realised buys nothing
    assert denied(account.when(placed(on_perp("b", quantity="10")))) == "insufficient_funds"
    assert kinds(account.when(placed(on_perp("c", quantity="9")))) == ["OrderPlaced"]


# --- what trades settle


def test_closing_settles_the_gain_by_average_cost_and_gives_margin_back() -> None:
    account = leveraged().after(*traded("a", "buy", "2", "100"), *traded("b", "buy", "2", "120"))
    account.after(*traded("c", "sell", "1", "130"))
    assert account.account.contracts[PERP_ID] == ContractPosition(Decimal(3), Decimal(330), Decimal(33))
    assert account.total(USDT) == Decimal(1020)
    account.after(*traded("d", "sell", "3", "100"))
    assert account.account.contracts == {}
    assert (account.held(USDT), account.available(USDT)) == (ZERO, Decimal(990))


def test_a_trade_beyond_the_end_of_a_position_opens_one_the_other_way() -> None:
    account = leveraged().after(*traded("a", "buy", "1", "100"), *traded("b", "sell", "3", "110"))
    assert account.account.contracts[PERP_ID] == ContractPosition(Decimal(-2), Decimal(220), Decimal(22))
    assert account.total(USDT) == Decimal(1010)
    account.after(*traded("c", "buy", "2", "90"))
    assert account.total(USDT) == Decimal(1050)


def test_an_inverse_contract_gains_in_the_coin_as_its_value_there_shrinks() -> None:
    account = Given().after(open_account(), deposit("1", BTC))
    account.after(*traded("a", "buy", "10000", "50000", instrument=COIN))
    assert account.account.contracts[COIN_ID].cost == Decimal("0.2")
    account.after(*traded("b", "sell", "10000", "62500", instrument=COIN))
    assert account.total(BTC) == Decimal("1.04")  # 10,000 × (1/50,000 - 1/62,500)
    account.after(*traded("c", "sell", "10000", "50000", instrument=COIN))
    account.after(*traded("d", "buy", "10000", "40000", instrument=COIN))
    assert account.total(BTC) == Decimal("1.09")  # short: 10,000 × (1/40,000 - 1/50,000)


def test_sides_of_hedge_mode_are_positions_of_their_own() -> None:
    account = leveraged()
    account.after(*traded("a", "buy", "2", "100", position_side=PositionSide.LONG))
    account.after(*traded("b", "sell", "1", "100", position_side=PositionSide.SHORT))
    held = {key: each.quantity for key, each in account.account.contracts.items()}
    assert held == {f"{PERP_ID}:long": Decimal(2), f"{PERP_ID}:short": Decimal(-1)}
    closing = on_perp("c", "sell", reduce_only=True, position_side=PositionSide.SHORT)
    with pytest.raises(InvalidInput, match="opens a short position"):
        account.when(placed(closing))
    with pytest.raises(InvalidInput, match="can only reduce a long position"):
        account.when(placed(on_perp("d", "sell", position_side=PositionSide.LONG)))
    account.after(*traded("e", "sell", "2", "110", position_side=PositionSide.LONG, reduce_only=True))
    assert list(account.account.contracts) == [f"{PERP_ID}:short"]


# --- what is refused


def test_reducing_needs_a_position_of_that_size_on_the_other_side() -> None:
    account = leveraged()
    sell = on_perp("a", "sell", quantity="2", reduce_only=True)
    assert denied(account.when(placed(sell))) == "reduce_only"
    account.after(*traded("b", "buy", "1", "100"))
    assert denied(account.when(placed(without(sell, client_order_id="c")))) == "reduce_only"
    assert denied(account.when(placed(on_perp("d", "buy", reduce_only=True)))) == "reduce_only"
    assert kinds(account.when(placed(on_perp("e", "sell", reduce_only=True)))) == ["OrderPlaced"]


def test_a_leverage_beyond_the_limit_opens_nothing_and_closes_all() -> None:
    strict = msgspec.structs.replace(NO_LIMITS, max_leverage=Decimal(5))
    account = leveraged(limits=msgspec.structs.replace(NO_LIMITS, max_leverage=None))
    account.after(*traded("a", "buy", "1", "100"))
    account.account.limits = strict
    assert denied(account.when(placed(on_perp("b")))) == "limit_exceeded"
    assert kinds(account.when(placed(on_perp("c", "sell", reduce_only=True)))) == ["OrderPlaced"]


def test_a_reducing_account_may_close_either_way() -> None:
    account = leveraged().after(*traded("a", "sell", "1", "100"))
    account.account.state = AccountState.REDUCING
    assert denied(account.when(placed(on_perp("b", "sell", price="101")))) == "account_reducing"
    assert kinds(account.when(placed(on_perp("c", "buy")))) == ["OrderPlaced"]


def test_a_limit_on_positions_counts_both_ways_and_open_orders() -> None:
    limits = msgspec.structs.replace(NO_LIMITS, max_position_notional=Decimal(250))
    account = leveraged(limits=limits).after(*traded("a", "sell", "1", "100"))
    assert kinds(account.when(placed(on_perp("b", "sell")))) == ["OrderPlaced"]
    assert denied(account.when(placed(on_perp("c", "sell")))) == "limit_exceeded"  # -1 - 1 - 1 at 100
    assert kinds(account.when(placed(on_perp("d", quantity="3", price="99")))) == ["OrderPlaced"]  # to +2
    assert denied(account.when(placed(on_perp("e", price="99")))) == "limit_exceeded"  # to +3


def test_a_contract_is_sized_in_contracts() -> None:
    in_money = on_perp("a", type_="market", quantity=0, quote_quantity="100")
    with pytest.raises(InvalidInput, match="sized in contracts"):
        leveraged().when(placed(in_money))


def test_what_is_owned_has_no_position_side() -> None:
    with pytest.raises(InvalidInput, match="has no sides"):
        funded().when(place(without(order("a"), position_side=PositionSide.LONG)))


# --- exits


def test_a_short_entry_brings_exits_that_buy_and_set_nothing_aside() -> None:
    entry = on_perp(
        "a",
        "sell",
        take_profit=LegTerms(stop_price=Decimal(90)),
        stop_loss=LegTerms(stop_price=Decimal(110)),
    )
    account = leveraged().after(placed(entry), *sent("a"))
    filled = msgspec.structs.replace(fill("a", "1", "1", side="sell"), instrument_id=PERP_ID)
    first, *legs = account.when(filled)
    assert isinstance(first, e.OrderFilled)
    assert [each.terms.side for each in legs if isinstance(each, e.OrderPlaced)] == [Side.BUY, Side.BUY]
    assert all(each.terms.reduce_only for each in legs if isinstance(each, e.OrderPlaced))
    assert account.held(USDT) == Decimal(10)
    kinds_of = {each.terms.type for each in account.account.orders.values()}
    assert kinds_of == {OrderType.TAKE_PROFIT, OrderType.STOP}


def test_exits_of_a_short_entry_stand_the_other_way_round() -> None:
    entry = on_perp("a", "sell", stop_loss=LegTerms(stop_price=Decimal(90)))
    with pytest.raises(InvalidInput, match="is not above the entry's price"):
        leveraged().when(placed(entry))


# --- without an order


def test_funding_is_received_and_paid_once() -> None:
    account = leveraged()
    assert kinds(account.when(funding("-3"))) == ["FundingSettled"]
    assert account.when(funding("-3")) == []
    account.after(funding("1", "2"))
    assert account.available(USDT) == Decimal(998)


def test_a_liquidation_closes_the_position_once_whoever_ordered_it() -> None:
    account = leveraged().after(*traded("a", "buy", "2", "100"))
    assert kinds(account.when(liquidation("2", "91"))) == ["PositionClosedByVenue"]
    assert account.when(liquidation("2", "91")) == []
    assert account.account.contracts == {}
    assert (account.available(USDT), account.held(USDT)) == (Decimal(981), ZERO)


def test_another_leverage_sets_another_margin_aside() -> None:
    account = leveraged().after(*traded("a", "buy", "2", "100"))
    assert account.when(TEN_TIMES) == []
    twice = msgspec.structs.replace(TEN_TIMES, leverage=Decimal(2))
    assert kinds(account.when(twice)) == ["LeverageSet"]
    assert account.held(USDT) == Decimal(100)
    assert account.account.contracts[PERP_ID].margin == Decimal(100)


def test_a_trade_that_fits_no_order_settles_once_it_is_adopted() -> None:
    account = leveraged()
    strange = msgspec.structs.replace(
        fill("x", "1", "1"), order_id=oid("unknown"), instrument_id=PERP_ID, contract=LINEAR
    )
    assert kinds(account.when(strange)) == ["UnmatchedFillRecorded", "DifferenceFound"]
    assert account.account.contracts == {}
    adoption = c.AdoptUnmatchedFill(
        account_id=MAIN,
        at=AT,
        difference_id="d",
        found_position=1,
        by="user:me",
        reason="mine",
        filled_at=AT,
        contract=LINEAR,
        **{name: getattr(strange, name) for name in ADOPTED},
    )
    account.after(adoption)
    assert account.account.contracts[PERP_ID].quantity == 1
    assert account.account.suspended == {}


ADOPTED = (
    *("venue_order_id", "fill_id", "instrument_id", "side", "quantity", "price"),
    *("base_asset", "quote_asset", "fee", "fee_asset", "position_side"),
)


# --- what the venue tells of them


TOLD = (
    ("a", "buy", "1", "100", "0"),
    ("b", "buy", "1", "90", "0"),
    ("c", "sell", "1", "110", "15"),
    ("d", "sell", "3", "105", "10"),
    ("e", "buy", "1", "101", "4"),
)
"""At the end one is sold for 105."""


def test_what_the_venue_says_that_a_trade_gained_is_what_is_settled() -> None:
    account = leveraged().after(*told("a", "buy", "2", "100", "0"))
    *before, sold = told("b", "sell", "1", "110", "9.99999999")
    [filled] = account.after(*before).when(sold)
    assert isinstance(filled, e.OrderFilled)
    assert filled.settled == Settled(
        asset=USDT,
        realised=Decimal("9.99999999"),
        margin=Decimal(-10),
        quantity=Decimal(1),
        cost=Decimal("99.99999999"),
        average_price=Decimal("99.99999999"),
    )


@given(order_of=st.permutations(TOLD))
def test_trades_that_become_known_late_leave_the_same_balance(
    order_of: Sequence[tuple[str, str, str, str, str]],
) -> None:
    account = leveraged().after(*(each for trade in order_of for each in told(*trade)))
    assert account.total(USDT) == Decimal(1029)
    position = account.account.contracts[PERP_ID]
    assert (position.quantity, position.cost) == (Decimal(-1), Decimal(105))
    assert account.account.carried == {}


def test_what_is_not_explained_in_time_stays_out_of_the_next_position() -> None:
    account = leveraged().after(*told("a", "buy", "1", "100", "0"), *told("b", "sell", "1", "110", "7"))
    assert account.account.carried[PERP_ID].amount == Decimal(-3)
    *before, opened = told("c", "buy", "1", "90", "0")
    later = msgspec.structs.replace(opened, at=AT + CARRIED_FOR + timedelta(seconds=1))
    account.after(*before, later)
    assert account.account.contracts[PERP_ID].cost == Decimal(90)
    assert account.account.carried == {}


def test_what_the_venue_rounded_is_not_carried() -> None:
    sold = told("b", "sell", "1", "110", "9.99999999")
    account = leveraged().after(*told("a", "buy", "1", "100", "0"), *sold)
    assert account.account.carried == {}


def test_an_inverse_contract_costs_what_is_left_to_gain() -> None:
    position = ContractPosition(quantity=Decimal(100), cost=Decimal("0.01"))
    by_average = settle(position, INVERSE, Side.SELL, Decimal(50), Decimal(20000), leverage=Decimal(1))
    assert (by_average.realised, by_average.cost) == (Decimal("0.0025"), Decimal("0.005"))
    more = Decimal("0.0026")
    as_told = settle(
        position, INVERSE, Side.SELL, Decimal(50), Decimal(20000), leverage=Decimal(1), told=more
    )
    assert (as_told.realised, as_told.cost) == (more, Decimal("0.0049"))


def test_an_inverse_contract_that_costs_nothing_while_trades_are_missing_has_no_price() -> None:
    position = ContractPosition(quantity=Decimal(-94), cost=Decimal("0.95186556"))
    settled = settle(
        position,
        INVERSE,
        Side.BUY,
        Decimal(91),
        Decimal("93.75"),
        leverage=Decimal(5),
        told=Decimal("-0.10856501"),
    )
    assert (settled.quantity, settled.cost, settled.average_price) == (Decimal(-3), ZERO, ZERO)


# --- the books


def test_every_fact_about_a_contract_balances_and_agrees_with_the_account() -> None:
    account, sums = initial(), defaultdict[tuple[L, Asset], Decimal](Decimal)
    story = (
        *(open_account(), deposit("1000"), TEN_TIMES),
        *traded("a", "buy", "2", "100"),
        funding("-3"),
        *traded("b", "sell", "1", "90"),
        msgspec.structs.replace(TEN_TIMES, leverage=Decimal(3)),
        liquidation("1", "80"),
    )
    for command in story:
        for event in decide(command, account):
            entry = postings(event)
            assert imbalance(entry) == {}
            for line in entry:
                sums[line.ledger_account, line.asset] += line.amount
            evolve(account, event)
        balance = account.balance(USDT)
        assert balance.available == sums[L.AVAILABLE, USDT]
        assert balance.held == sums[L.HELD, USDT] + sums[L.MARGIN, USDT]
        assert sums[L.MARGIN, USDT] == sum((each.margin for each in account.contracts.values()), ZERO)
    assert {key: amount for key, amount in sums.items() if amount} == {
        (L.EXTERNAL, USDT): Decimal(-1000),
        (L.AVAILABLE, USDT): Decimal(966),
        (L.SETTLEMENT, USDT): Decimal(30),
        (L.FUNDING, USDT): Decimal(3),
        (L.FEES, USDT): Decimal(1),
    }


STEPS = st.lists(
    st.tuples(
        st.sampled_from(Side),
        st.integers(1, 50).map(Decimal),
        st.integers(1, 9999).map(lambda n: Decimal(n) / 7),
    ),
    min_size=1,
    max_size=12,
)


@given(STEPS, st.sampled_from([LINEAR, INVERSE]), st.integers(1, 20).map(Decimal))
def test_gains_are_what_was_paid_and_got_however_a_position_was_traded(
    steps: list[tuple[Side, Decimal, Decimal]], contract: Contract, leverage: Decimal
) -> None:
    position, realised, flow = ContractPosition(), ZERO, ZERO
    for side, quantity, price in steps:
        told = settle(position, contract, side, quantity, price, leverage=leverage)
        realised += told.realised
        value = contract.value(quantity, price)
        flow += value if (side is Side.SELL) == (contract.inverse_size is None) else -value
        position = after(position, told)
        assert position.cost >= 0
        assert bool(position.quantity) == bool(position.cost)
        assert position.margin * leverage >= position.cost
    last = steps[-1][2]
    open_gain = gain(contract, position.quantity, position.cost, last) if position.quantity else ZERO
    worth = contract.value(abs(position.quantity), last)
    owned = worth if (position.quantity > 0) == (contract.inverse_size is None) else -worth
    step_max = contract.settle_step * 2 * len(steps)  # each trade is rounded, and its share of the cost
    assert abs(realised + open_gain - (flow + owned)) <= step_max


def after(position: ContractPosition, told: Settled) -> ContractPosition:
    return ContractPosition(told.quantity, told.cost, position.margin + told.margin)


def test_a_position_is_kept_under_its_instrument_and_side() -> None:
    assert position_key(PERP_ID, PositionSide.NET) == PERP_ID
    assert position_key(PERP_ID, PositionSide.SHORT) == f"{PERP_ID}:short"


# --- leverage that is asked for


def wished(leverage: str) -> c.SetLeverage:
    return c.SetLeverage(
        account_id=MAIN,
        at=AT,
        instrument_id=PERP_ID,
        contract=LINEAR,
        leverage=Decimal(leverage),
        mode=MarginMode.CROSS,
    )


def test_a_leverage_is_set_within_what_contract_and_account_allow() -> None:
    account = funded("1000", limits=msgspec.structs.replace(NO_LIMITS, max_leverage=Decimal(20)))
    assert kinds(account.when(wished("20"))) == ["LeverageSet"]
    assert account.when(wished("20")) == []
    with pytest.raises(Refused, match="max_leverage of this account is 20"):
        account.when(wished("21"))
    for wrong in ("0.5", "101"):
        with pytest.raises(InvalidInput, match="is not from 1 to 100"):
            account.when(wished(wrong))


def test_a_leverage_stays_while_orders_hold_by_it() -> None:
    account = leveraged().after(placed(on_perp("a")))
    with pytest.raises(Refused, match="cancel them first"):
        account.when(wished("5"))


def test_less_leverage_needs_what_is_available() -> None:
    account = leveraged("100").after(*traded("a", "buy", "2", "100"))
    with pytest.raises(Refused, match="needed 180"):
        account.when(wished("1"))
    assert kinds(account.when(wished("2"))) == ["LeverageSet"]
    assert account.held(USDT) == Decimal(100)
