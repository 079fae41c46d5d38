"""What a venue says of an account as a whole: where its book begins, and what it is held against."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
from tests.unit.trading.contract_examples import (
    LINEAR,
    PERP_ID,
    TEN_TIMES,
    funding,
    liquidation,
    traded,
)
from tests.unit.trading.examples import (
    AT,
    BTC,
    BTC_USDT,
    MAIN,
    USDT,
    Given,
    about,
    fill,
    kinds,
    open_account,
    order,
    place,
    submit,
)

from tradebook.kernel.money import plain
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model import evolve
from tradebook.trading.orders import PositionSide, Side


def balances(**totals: str) -> c.RecordBalances:
    told = {BTC: totals.get("btc"), USDT: totals.get("usdt")}
    return c.RecordBalances(
        account_id=MAIN,
        at=AT,
        totals={asset: Decimal(total) for asset, total in told.items() if total is not None},
    )


def transfer(amount: str, reference: str = "tx") -> c.RecordTransfer:
    return c.RecordTransfer(account_id=MAIN, at=AT, asset=USDT, amount=Decimal(amount), reference=reference)


def outside(venue_order_id: str = "7", price: Decimal | None = Decimal(90)) -> c.RecordOutsideOrder:
    return c.RecordOutsideOrder(
        account_id=MAIN,
        at=AT,
        venue_order_id=venue_order_id,
        instrument_id=BTC_USDT.instrument_id,
        side=Side.BUY,
        quantity=Decimal(1),
        price=price,
    )


def at_no_paper_venue() -> Given:
    """Connected, and not compared yet."""
    return Given().after(msgspec.structs.replace(open_account(), paper=False))


def connected(**totals: str) -> Given:
    return Given().after(open_account(), balances(**(totals or {"usdt": "1000"})))


def deposits(events: list[e.TradingEvent]) -> list[tuple[str, str, str]]:
    return [
        (each.asset, plain(each.amount), each.reference)
        for each in events
        if isinstance(each, e.FundsDeposited)
    ]


def differences(events: list[e.TradingEvent]) -> list[tuple[str, str]]:
    found = [each for each in events if isinstance(each, e.DifferenceFound)]
    assert len(found) == len([each for each in events if not isinstance(each, e.AccountBegan)])
    return [(each.figures["asset"], each.figures["difference"]) for each in found]


# --- where the book begins


def test_what_the_account_has_when_it_is_connected_is_booked() -> None:
    events = Given().after(open_account()).when(balances(usdt="1000", btc="2"))
    assert deposits(events) == [("BTC", "2", e.OPENING), ("USDT", "1000", e.OPENING)]


def test_what_came_before_the_book_began_is_not_booked_twice_whenever_it_is_told() -> None:
    account = at_no_paper_venue()
    assert account.when(transfer("100", "told at once")) == []
    assert deposits(account.when(balances(usdt="1000"))) == [("USDT", "1000", e.OPENING)]
    before = AT - timedelta(milliseconds=1)
    assert account.when(msgspec.structs.replace(transfer("100", "told late"), at=before)) == []
    assert account.when(msgspec.structs.replace(transfer("-100", "told late"), at=before)) == []
    assert account.when(balances(usdt="1000")) == []
    assert deposits(account.when(transfer("100", "since"))) == [("USDT", "100", "since")]


def test_what_others_traded_before_the_book_began_is_not_told_beside_what_it_begins_with() -> None:
    theirs = fill("nobody's", "f1", "1")
    account = at_no_paper_venue()
    assert account.when(theirs) == []
    account.after(balances(usdt="1000"))
    before = AT - timedelta(milliseconds=1)
    assert account.when(msgspec.structs.replace(theirs, at=before)) == []
    assert kinds(account.when(theirs)) == ["UnmatchedFillRecorded", "DifferenceFound"]


def test_an_account_that_has_nothing_begins_all_the_same() -> None:
    account = at_no_paper_venue()
    assert account.when(balances()) == [e.AccountBegan(account_id=MAIN, at=AT)]
    assert account.account.has_begun
    assert kinds(account.when(funding("-1"))) == ["FundingSettled"]
    assert kinds(account.when(liquidation("1", "90"))) == ["PositionClosedByVenue"]


def test_an_account_begins_once() -> None:
    account = at_no_paper_venue().after(balances())
    later = msgspec.structs.replace(balances(usdt="5"), at=AT + timedelta(hours=1))
    assert differences(account.when(later)) == [("USDT", "5")]
    assert account.account.begun_at == AT


def test_a_book_from_before_beginnings_were_recorded_has_begun_with_its_opening_balances() -> None:
    account = at_no_paper_venue().account
    booked = e.FundsDeposited(account_id=MAIN, at=AT, asset=USDT, amount=Decimal(5), reference=e.OPENING)
    assert evolve(account, booked).begun_at == AT


def test_less_than_what_is_booked_is_a_difference_from_the_beginning() -> None:
    account = Given().after(open_account(), transfer("100"))
    assert differences(account.when(balances(usdt="40"))) == [("USDT", "-60")]


# --- what the book is held against


def test_balances_that_agree_say_nothing() -> None:
    assert connected().when(balances(usdt="1000")) == []


def test_a_difference_is_told_once_for_each_asset() -> None:
    account = connected(usdt="1000", btc="2")
    found = account.when(balances(usdt="990"))
    assert differences(found) == [("BTC", "-2"), ("USDT", "-10")]
    assert isinstance(found[1], e.DifferenceFound)
    assert found[1].detail == "The venue has 990 USDT, this book 1000."
    assert account.when(balances(usdt="990")) == []


def test_the_same_difference_stays_one_while_both_go_on() -> None:
    account = connected().after(balances(usdt="990"), transfer("50"))
    assert account.when(balances(usdt="1040")) == []


def test_a_difference_that_comes_back_is_told_again() -> None:
    account = connected()
    told = [differences(account.when(balances(usdt=total))) for total in ("990", "980", "990", "1000", "990")]
    assert told == [[("USDT", each)] for each in ("-10", "-20", "-10", "0", "-10")]


def test_that_a_difference_is_gone_is_told() -> None:
    account = connected().after(balances(usdt="990"))
    (gone,) = account.when(balances(usdt="1000"))
    assert isinstance(gone, e.DifferenceFound)
    assert gone.detail == "The venue and this book have 1000 USDT again."


def test_nothing_is_compared_while_an_order_may_or_may_not_be_at_the_venue() -> None:
    account = connected().after(place(order("a")), submit("a"))
    assert account.when(balances(usdt="900")) == []
    account.after(about(c.MarkUnknown, "a", reason="timeout"))
    assert account.when(balances(usdt="900")) == []
    account.after(about(c.RecordRejection, "a", reason="not_received"))
    assert differences(account.when(balances(usdt="900"))) == [("USDT", "-100")]


# --- money that comes and goes


def test_transfers_are_deposits_and_withdrawals() -> None:
    account = connected()
    assert deposits(account.when(transfer("5", "in"))) == [("USDT", "5", "in")]
    (out,) = account.when(transfer("-7", "out"))
    assert isinstance(out, e.FundsWithdrawn)
    assert (plain(out.amount), out.reference) == ("7", "out")
    assert account.total(USDT) == 998


def test_a_transfer_of_nothing_is_nothing() -> None:
    assert connected().when(transfer("0")) == []


# --- orders of others


def test_an_order_that_is_not_ours_is_named_once() -> None:
    account = connected()
    (found,) = account.when(outside())
    assert isinstance(found, e.DifferenceFound)
    assert found.kind == "outside_order"
    assert found.figures["price"] == "90"
    assert account.when(outside()) == []
    (other,) = account.when(outside("8", price=None))
    assert isinstance(other, e.DifferenceFound)
    assert other.figures["price"] == ""


# --- contracts


def stated(
    quantity: str, entry_price: str = "100", side: PositionSide = PositionSide.NET
) -> c.StatedPosition:
    return c.StatedPosition(
        instrument_id=PERP_ID,
        contract=LINEAR,
        base_asset=BTC,
        quote_asset=USDT,
        position_side=side,
        quantity=Decimal(quantity),
        entry_price=Decimal(entry_price),
    )


def with_positions(usdt: str, *positions: c.StatedPosition) -> c.RecordBalances:
    return msgspec.structs.replace(balances(usdt=usdt), positions=positions)


def at_a_venue(*positions: c.StatedPosition) -> Given:
    return at_no_paper_venue().after(TEN_TIMES, with_positions("1000", *positions))


def difference(events: list[e.TradingEvent]) -> e.DifferenceFound:
    [event] = events
    assert isinstance(event, e.DifferenceFound)
    return event


def test_the_book_begins_with_the_positions_that_are_open_there() -> None:
    account = at_a_venue(stated("2"))
    position = account.account.contracts[PERP_ID]
    assert (position.quantity, position.cost, position.margin) == (Decimal(2), Decimal(200), Decimal(20))
    assert account.when(with_positions("1000", stated("2", "101"))) == []


def test_each_side_of_hedge_mode_is_brought_forward() -> None:
    account = at_a_venue(stated("2", side=PositionSide.LONG), stated("-1", side=PositionSide.SHORT))
    assert {key: each.quantity for key, each in account.account.contracts.items()} == {
        f"{PERP_ID}:long": Decimal(2),
        f"{PERP_ID}:short": Decimal(-1),
    }


def test_a_position_that_differs_is_said_once_for_each_amount() -> None:
    account = at_a_venue(stated("2"))
    found = difference(account.when(with_positions("1000", stated("3"))))
    assert (found.kind, found.figures) == (
        "position",
        {"position": PERP_ID, "venue": "3", "book": "2", "difference": "1"},
    )
    assert account.when(with_positions("1000", stated("3"))) == []
    gone = difference(account.when(with_positions("1000")))
    assert gone.figures["difference"] == "-2"
    again = difference(account.when(with_positions("1000", stated("2"))))
    assert again.figures["difference"] == "0"
    assert account.account.undecided == {}


def test_positions_are_not_held_against_the_book_while_an_order_is_in_question() -> None:
    account = at_a_venue()
    *placed, _ = traded("a", "buy", "1", "100")
    account.after(*placed[:2])
    assert account.when(with_positions("1000", stated("1"))) == []


def test_what_was_paid_and_closed_before_the_book_began_is_in_what_it_begins_with() -> None:
    account = at_a_venue(stated("2"))
    before = AT - timedelta(seconds=1)
    assert account.when(msgspec.structs.replace(funding("-1"), at=before)) == []
    assert account.when(msgspec.structs.replace(liquidation("1", "90"), at=before)) == []
    assert kinds(account.when(funding("-1"))) == ["FundingSettled"]
    assert kinds(account.when(liquidation("1", "90"))) == ["PositionClosedByVenue"]


def test_nothing_is_booked_of_contracts_before_the_book_begins() -> None:
    account = at_no_paper_venue()
    assert account.when(funding("-1")) == []
    assert account.when(liquidation("1", "90")) == []
