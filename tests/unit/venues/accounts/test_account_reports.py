"""What a venue says of an account, as what is recorded of it: one table, and what is between the lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.unit.venues.accounts.examples import (
    AT,
    BNB,
    BTC,
    MAIN,
    ORDER_ID,
    OURS,
    PERP,
    USDT,
    balance,
    execution,
    on_perp,
    report,
    reports,
)

from tradebook.kernel.money import ZERO
from tradebook.trading import commands as c
from tradebook.trading.orders import (
    MarginMode,
    OrderStatus,
    OrderType,
    PositionSide,
    TermsInForce,
    TimeInForce,
)
from tradebook.venues.accounts.reports import FilledOrder, Reports
from tradebook.venues.messages.account import (
    AccountMessage,
    BalanceChange,
    BalanceReason,
    Cause,
    ExecType,
    FundingPayment,
    LeverageSetting,
    Position,
    StreamReady,
)

THEIRS = "by-hand"
S, X = OrderStatus, ExecType


def change(reason: BalanceReason, amount: str = "5", reference: str = "tx") -> BalanceChange:
    return BalanceChange(asset=USDT, amount=Decimal(amount), reason=reason, reference=reference, at=AT)


@pytest.mark.parametrize(
    ("message", "recorded"),
    [
        (report(X.NEW), [c.RecordAcceptance]),
        (report(X.TRADE, S.PARTIALLY_FILLED, last=execution()), [c.RecordFill]),
        (report(X.TRADE, S.FILLED, last=execution(fee=None)), []),
        (report(X.TRADE, S.FILLED), []),
        (report(X.TRIGGERED, stop_price=Decimal(99)), [c.RecordTrigger]),
        (report(X.TRIGGERED), []),
        (report(X.REPLACED), [c.RecordReplacement]),
        (report(X.CANCELLED, S.CANCELLED), [c.RecordCancellation]),
        (report(X.EXPIRED, S.EXPIRED), [c.RecordExpiry]),
        (report(X.REJECTED, S.REJECTED), [c.RecordRejection]),
        (report(X.EXPIRED, S.PARTIALLY_FILLED), []),
        (report(X.PENDING_CANCEL, S.PENDING_CANCEL), []),
        (report(X.STATUS), []),
        (report(X.NEW, client_order_id=THEIRS), [c.RecordOutsideOrder]),
        (report(X.NEW, client_order_id=THEIRS, price=None, stop_price=Decimal(9)), [c.RecordOutsideOrder]),
        (report(X.NEW, client_order_id=THEIRS, price=None), []),
        (report(X.NEW, client_order_id=THEIRS, time_in_force=TimeInForce.IOC), []),
        (report(X.NEW, S.FILLED, client_order_id=THEIRS), []),
        (report(X.CANCELLED, S.CANCELLED, client_order_id=THEIRS), []),
        (report(X.TRADE, S.FILLED, client_order_id=THEIRS, last=execution()), [c.RecordFill]),
        (report(X.TRADE, S.FILLED, client_order_id=THEIRS, last=execution(fee=None)), []),
        (execution(), [c.RecordFill]),
        (execution(client_order_id=THEIRS), [c.RecordFill]),
        (execution(liquidity=None), []),
        (change(BalanceReason.DEPOSIT), [c.RecordTransfer]),
        (change(BalanceReason.WITHDRAWAL), [c.RecordTransfer]),
        (change(BalanceReason.TRANSFER), [c.RecordTransfer]),
        (change(BalanceReason.EXTERNAL), [c.RecordTransfer]),
        (change(BalanceReason.INTEREST), []),
        (balance(USDT, "1"), []),
        (StreamReady(), []),
    ],
)
def test_what_is_recorded_of_a_message(message: AccountMessage, recorded: list[type]) -> None:
    assert [type(each) for each in reports().of(message)] == recorded


def test_a_fill_is_of_our_order_or_of_none() -> None:
    ours, theirs = (reports().of(execution(client_order_id=name))[0] for name in (OURS, THEIRS))
    assert isinstance(ours, c.RecordFill)
    assert isinstance(theirs, c.RecordFill)
    assert (ours.order_id, theirs.order_id) == (ORDER_ID, None)
    assert (ours.account_id, ours.fill_id, ours.fee, ours.fee_asset) == (MAIN, "f1", Decimal("0.001"), BTC)
    assert (ours.base_asset, ours.quote_asset) == (BTC, USDT)


@pytest.mark.parametrize(("status", "leaves_nothing"), [(S.FILLED, True), (S.PARTIALLY_FILLED, False)])
def test_the_last_fill_says_that_nothing_is_left(status: OrderStatus, leaves_nothing: bool) -> None:
    (fill,) = reports().of(report(X.TRADE, status, last=execution()))
    assert isinstance(fill, c.RecordFill)
    assert fill.leaves_nothing is leaves_nothing


def test_the_last_fill_of_an_answer_that_says_filled_leaves_nothing() -> None:
    fills = [execution(), execution(fill_id="f2")]
    answers: dict[OrderStatus, list[AccountMessage]] = {
        status: [report(X.NEW, status), *fills] for status in (S.FILLED, S.PARTIALLY_FILLED)
    }
    left = {
        status: [each.leaves_nothing for each in reports().of_all(answer) if isinstance(each, c.RecordFill)]
        for status, answer in answers.items()
    }
    assert left == {S.FILLED: [False, True], S.PARTIALLY_FILLED: [False, False]}


def test_a_fee_without_an_asset_is_in_the_quote_asset() -> None:
    (fill,) = reports().of(execution(fee_asset=None))
    assert isinstance(fill, c.RecordFill)
    assert fill.fee_asset == USDT


def test_an_order_that_goes_by_a_new_name_is_known_by_its_old_one() -> None:
    renamed = report(X.CANCELLED, S.CANCELLED, client_order_id="cancel-1", replaces=OURS)
    (cancelled,) = reports().of(renamed)
    assert isinstance(cancelled, c.RecordCancellation)
    assert cancelled.order_id == ORDER_ID


def test_the_venues_reason_is_told_and_where_there_is_none_what_became_of_the_order() -> None:
    told, untold = (
        reports().of(report(X.EXPIRED, S.EXPIRED, reason=reason))[0] for reason in ("self trade", "")
    )
    assert isinstance(told, c.RecordExpiry)
    assert isinstance(untold, c.RecordExpiry)
    assert (told.reason, untold.reason) == ("self trade", "expired")


@pytest.mark.parametrize(
    ("message", "to_ask"),
    [
        (execution(), False),
        (execution(fee=None), True),
        (execution(position_side=None), True),
        (execution(liquidity=None), True),
        (report(X.TRADE, S.FILLED), True),
        (report(X.TRADE, S.FILLED, last=execution(fee=None)), True),
        (report(X.TRADE, S.FILLED, last=execution()), False),
        (report(X.NEW), False),
        (balance(BNB, "1"), False),
    ],
)
def test_fills_of_which_not_all_is_told_are_to_be_asked_for(message: AccountMessage, to_ask: bool) -> None:
    expected = FilledOrder(execution().instrument_id, "v1", ORDER_ID) if to_ask else None
    assert reports().fill_to_ask_for(message) == expected


def test_fills_that_were_asked_for_are_of_the_order_whatever_they_are_called() -> None:
    nameless = [execution(client_order_id=""), execution(fill_id="f2", client_order_id="", fee=None)]
    assert [(each.order_id, each.fill_id) for each in reports().fills(nameless, ORDER_ID)] == [
        (ORDER_ID, "f1")
    ]


def test_a_transfer_without_an_id_is_named_by_its_time_and_amount() -> None:
    named, nameless = (
        reports().of(change(BalanceReason.EXTERNAL, "-5", reference))[0] for reference in ("tx", "")
    )
    assert isinstance(named, c.RecordTransfer)
    assert isinstance(nameless, c.RecordTransfer)
    assert (named.reference, named.amount) == ("tx", Decimal(-5))
    assert nameless.reference == "2026-01-05T12:00:00+00:00 -5"


def test_a_transfer_and_funding_are_the_same_however_their_amount_is_written() -> None:
    told, asked = (reports().of(change(BalanceReason.EXTERNAL, each, ""))[0] for each in ("-0.1", "-0.100"))
    assert isinstance(told, c.RecordTransfer)
    assert isinstance(asked, c.RecordTransfer)
    assert told.reference == asked.reference
    paid = FundingPayment(instrument_id=PERP.instrument_id, asset=USDT, amount=Decimal("0.1"), at=AT)
    again = msgspec.structs.replace(paid, amount=Decimal("0.10"))
    assert of_contracts().funding(paid).funding_id == of_contracts().funding(again).funding_id


def test_balances_of_all_wallets_are_one_and_nothing_is_not_told() -> None:
    told = reports().balances([balance(USDT, "1"), balance(USDT, "2"), balance(BTC, "0")], AT)
    assert told.totals == {USDT: 3}


def test_an_order_is_told_with_its_fills_and_its_end() -> None:
    asked = report(X.STATUS, S.CANCELLED, cumulative_quantity=Decimal(1))
    state = reports().state(ORDER_ID, asked, [execution(client_order_id="")])
    assert [type(each) for each in state.reports] == [
        c.RecordAcceptance,
        c.RecordFill,
        c.RecordCancellation,
    ]
    assert (state.status, state.filled_quantity) == (S.CANCELLED, Decimal(1))


def test_the_end_is_not_told_before_all_fills_are_known() -> None:
    asked = report(X.STATUS, S.CANCELLED, cumulative_quantity=Decimal(2))
    unfinished = [execution(), execution(fill_id="f2", fee=None)]
    for fills in ([execution()], unfinished):
        state = reports().state(ORDER_ID, asked, fills)
        assert [type(each) for each in state.reports] == [c.RecordAcceptance, c.RecordFill]


def test_only_the_last_of_all_fills_leaves_nothing() -> None:
    asked = report(X.STATUS, S.FILLED, cumulative_quantity=Decimal(2))
    state = reports().state(ORDER_ID, asked, [execution(), execution(fill_id="f2")])
    fills = [each for each in state.reports if isinstance(each, c.RecordFill)]
    assert [each.leaves_nothing for each in fills] == [False, True]


def test_an_order_sized_by_an_amount_of_money_is_over_when_the_venue_says_so() -> None:
    asked = report(X.STATUS, S.FILLED, quote_quantity=Decimal(200), cumulative_quantity=Decimal(1))
    state = reports().state(ORDER_ID, asked, [execution()])
    assert isinstance(state.reports[-1], c.RecordCancellation)


@pytest.mark.parametrize(
    ("status", "differing", "terms"),
    [
        (S.ACCEPTED, {}, TermsInForce(quantity=Decimal(2), price=Decimal(100))),
        (S.FILLED, {"cumulative_quantity": Decimal(2)}, TermsInForce(quantity=Decimal(2))),
        (S.FILLED, {"cumulative_quantity": Decimal(1)}, None),
        (S.CANCELLED, {}, None),
        (S.ACCEPTED, {"type": OrderType.MARKET}, None),
        (S.ACCEPTED, {"cumulative_quantity": None}, TermsInForce(price=Decimal(100))),
        (S.ACCEPTED, {"close_position": True}, TermsInForce(price=Decimal(100))),
    ],
)
def test_the_terms_of_an_order_are_told_as_far_as_they_mean_the_same_as_ours(
    status: OrderStatus, differing: dict[str, Any], terms: TermsInForce | None
) -> None:
    assert Reports.standing(ORDER_ID, report(X.STATUS, status, **differing)).terms == terms


def test_a_rejected_order_was_never_accepted() -> None:
    state = reports().state(ORDER_ID, report(X.STATUS, S.REJECTED, cumulative_quantity=None), [])
    assert [type(each) for each in state.reports] == [c.RecordRejection]
    assert state.filled_quantity == ZERO


# --- contracts


def of_contracts() -> Reports:
    return Reports(MAIN, order_id_of={OURS: ORDER_ID}.get, instrument_of=lambda _: PERP)


def test_a_fill_of_a_contract_says_of_which_position_and_what_it_gained() -> None:
    told = on_perp(position_side=PositionSide.LONG, realised_pnl=Decimal(7))
    (filled,) = of_contracts().fills([told], ORDER_ID)
    assert (filled.contract, filled.position_side, filled.realised) == (
        PERP.contract,
        PositionSide.LONG,
        Decimal(7),
    )
    (bought,) = reports().fills([execution(realised_pnl=Decimal(7))], ORDER_ID)
    assert (bought.contract, bought.realised) == (None, None)


def test_what_nobody_ordered_closes_a_position() -> None:
    forced = on_perp(client_order_id="autoclose-1", cause=Cause.LIQUIDATION, realised_pnl=Decimal(-7))
    (told,) = of_contracts().of(report(X.TRADE, S.FILLED, client_order_id="autoclose-1", last=forced))
    assert isinstance(told, c.RecordClosing)
    assert (told.reason, told.realised, told.contract) == ("liquidation", Decimal(-7), PERP.contract)
    assert list(of_contracts().of_others([forced])) == [told]
    assert of_contracts().of(forced) == (told,)


def test_of_which_position_nobody_knows_nothing_is_recorded_before_that_is_asked_for() -> None:
    closing = on_perp(cause=Cause.LIQUIDATION, position_side=None, client_order_id="")
    assert not of_contracts().of(closing)
    assert of_contracts().fill_to_ask_for(closing) is not None


def test_what_others_traded_is_a_fill_of_no_order_of_ours() -> None:
    (told,) = of_contracts().of_others([on_perp(client_order_id=THEIRS)])
    assert isinstance(told, c.RecordFill)
    assert told.order_id is None


def test_funding_is_known_by_the_venues_number_or_by_its_time_and_amount() -> None:
    payment = FundingPayment(
        instrument_id=PERP.instrument_id, asset=USDT, amount=Decimal(-3), reference="tx", at=AT
    )
    assert of_contracts().funding(payment).funding_id == "tx"
    nameless = msgspec.structs.replace(payment, reference="")
    assert of_contracts().funding(nameless).funding_id == f"{AT.isoformat()} -3"


def test_only_what_is_settled_has_a_leverage() -> None:
    setting = LeverageSetting(
        instrument_id=PERP.instrument_id, leverage=Decimal(5), margin_mode=MarginMode.ISOLATED
    )
    (told,) = of_contracts().leverages([setting], AT)
    assert (told.leverage, told.mode) == (Decimal(5), MarginMode.ISOLATED)
    assert list(reports().leverages([setting], AT)) == []


def test_open_positions_are_stated_and_flat_ones_are_not() -> None:
    held = Position(
        instrument_id=PERP.instrument_id,
        quantity=Decimal(-2),
        position_side=PositionSide.SHORT,
        entry_price=Decimal(100),
        at=AT,
    )
    flat = msgspec.structs.replace(held, quantity=ZERO, position_side=PositionSide.LONG)
    told = of_contracts().balances([balance(USDT, "10")], AT, [held, flat])
    assert told.positions == (
        c.StatedPosition(
            instrument_id=PERP.instrument_id,
            contract=told.positions[0].contract,
            base_asset=BTC,
            quote_asset=USDT,
            position_side=PositionSide.SHORT,
            quantity=Decimal(-2),
            entry_price=Decimal(100),
        ),
    )
