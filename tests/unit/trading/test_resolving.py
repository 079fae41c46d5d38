"""What a person decides about differences: on what was seen, once, and so that the books balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.trading.examples import AT, BTC, MAIN, USDT, Given, fill, kinds, open_account
from tests.unit.trading.test_statements import balances, connected, outside

from tradebook.kernel.errors import Conflict, InvalidInput, Refused
from tradebook.kernel.ids import Asset
from tradebook.ledger.postings import LedgerAccount, imbalance
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.model import command_id_of, decide, evolve
from tradebook.trading.model.difference_folds import moved_by
from tradebook.trading.postings import postings

ALICE, BOB = "user:alice", "user:bob"
BNB = Asset("BNB")


def heading(found: e.DifferenceFound, by: str, reason: str) -> dict[str, Any]:
    return {
        "account_id": MAIN,
        "at": AT,
        "difference_id": e.difference_id_of(found),
        "found_position": 7,
        "by": by,
        "reason": reason,
    }


def adopt(found: e.TradingEvent, by: str = ALICE, rate: str | None = None) -> c.AdoptBalance:
    assert isinstance(found, e.DifferenceFound)
    return c.AdoptBalance(
        **heading(found, by, "a deposit by hand"),
        asset=Asset(found.figures["asset"]),
        difference=Decimal(found.figures["difference"]),
        rate=None if rate is None else Decimal(rate),
    )


def adopt_fill(events: Sequence[e.TradingEvent], by: str = ALICE) -> c.AdoptUnmatchedFill:
    recorded, found = events
    assert isinstance(recorded, e.UnmatchedFillRecorded)
    assert isinstance(found, e.DifferenceFound)
    terms = ("venue_order_id", "fill_id", "instrument_id", "side", "quantity", "price")
    assets = ("base_asset", "quote_asset", "fee", "fee_asset")
    return c.AdoptUnmatchedFill(
        **heading(found, by, "sold by hand"),
        **{name: getattr(recorded, name) for name in (*terms, *assets)},
        filled_at=recorded.at,
    )


def explain(
    found: e.TradingEvent, by: str = ALICE, reason: str = "a gift", *assets: Asset
) -> c.ExplainDifference:
    assert isinstance(found, e.DifferenceFound)
    about = (Asset(found.figures["asset"]),) if found.kind == e.BALANCE else assets
    return c.ExplainDifference(**heading(found, by, reason), kind=found.kind, assets=about)


def theirs(name: str, quantity: str = "1", price: str = "90", **rest: Any) -> c.RecordFill:
    """A fill of an order that is not ours."""
    told = fill(name, f"f-{name}", quantity, price, **rest)
    return c.RecordFill(**{**{f: getattr(told, f) for f in told.__struct_fields__}, "order_id": None})


# --- a balance


def test_an_adopted_balance_is_what_the_venue_has() -> None:
    account = connected()
    (found,) = account.when(balances(usdt="990"))
    (adjusted,) = account.when(adopt(found))
    assert isinstance(adjusted, e.BalanceAdjusted)
    assert (adjusted.by, adjusted.reason, adjusted.found_position) == (ALICE, "a deposit by hand", 7)
    assert account.total(USDT) == 990
    assert account.when(balances(usdt="990")) == []


def test_it_is_posted_against_an_account_of_its_own() -> None:
    account = connected()
    (found,) = account.when(balances(usdt="990"))
    (adjusted,) = account.when(adopt(found))
    lines = {line.ledger_account: line.amount for line in postings(adjusted)}
    assert lines == {LedgerAccount.AVAILABLE: Decimal(-10), LedgerAccount.DIFFERENCES: Decimal(10)}


def test_what_both_traded_since_it_was_found_stays_right() -> None:
    account = connected()
    (found,) = account.when(balances(usdt="990"))
    account.after(c.RecordTransfer(account_id=MAIN, at=AT, asset=USDT, amount=Decimal(50), reference="x"))
    account.after(adopt(found))
    assert account.total(USDT) == 1040
    assert account.when(balances(usdt="1040")) == []


def test_a_balance_that_is_adopted_twice_is_booked_once() -> None:
    account = connected()
    (found,) = account.when(balances(usdt="990"))
    account.after(adopt(found))
    assert account.when(adopt(found)) == []
    assert account.total(USDT) == 990


def test_who_comes_second_is_told_who_was_first() -> None:
    account = connected()
    (found,) = account.when(balances(usdt="990"))
    account.after(adopt(found))
    with pytest.raises(Conflict) as refused:
        account.when(adopt(found, BOB))
    assert refused.value.code == "already_resolved"
    assert refused.value.figures["by"] == ALICE
    with pytest.raises(Conflict, match="adopted by you"):
        account.when(explain(found))


def test_a_figure_that_is_no_longer_true_is_refused_with_the_one_that_is() -> None:
    account = connected()
    (seen,) = account.when(balances(usdt="990"))
    (now,) = account.when(balances(usdt="980"))
    for stale in (adopt(seen), explain(seen)):
        with pytest.raises(Conflict) as refused:
            account.when(stale)
        assert refused.value.code == "difference_changed"
        assert refused.value.figures == {"asset": "USDT", "difference": "-20"}
    assert kinds(account.when(adopt(now))) == ["BalanceAdjusted"]


def test_a_difference_that_is_gone_cannot_be_adopted() -> None:
    account = connected()
    (found,) = account.when(balances(usdt="990"))
    account.after(balances(usdt="1000"))
    with pytest.raises(Conflict, match="nothing in USDT waits"):
        account.when(adopt(found))


def test_what_was_adopted_by_mistake_is_reversed_by_adopting_the_opposite() -> None:
    account = connected()
    (wrong,) = account.when(balances(usdt="990"))
    account.after(adopt(wrong))
    (opposite,) = account.when(balances(usdt="1000"))
    (reversal,) = account.when(adopt(opposite))
    assert isinstance(reversal, e.BalanceAdjusted)
    assert reversal.amount == 10
    assert account.total(USDT) == 1000


def test_the_same_difference_a_day_later_is_another_one() -> None:
    account = connected()
    (first,) = account.when(balances(usdt="990"))
    account.after(adopt(first))
    later = balances(usdt="980")
    later = c.RecordBalances(account_id=MAIN, at=AT.replace(day=3), totals=later.totals)
    (second,) = account.when(later)
    assert isinstance(first, e.DifferenceFound)
    assert isinstance(second, e.DifferenceFound)
    assert first.figures["difference"] == second.figures["difference"]
    assert e.difference_id_of(first) != e.difference_id_of(second)
    assert command_id_of(adopt(first)) != command_id_of(adopt(second))


def test_found_money_is_neither_profit_nor_loss() -> None:
    account = connected(usdt="1000", btc="1")
    account.after(
        c.MarkEquity(account_id=MAIN, at=AT, day=AT.date(), equity=Decimal(1100)),
    )
    (found,) = account.when(balances(usdt="1000", btc="3"))
    account.after(adopt(found, rate="100"))
    assert account.account.marks is not None
    assert account.account.marks.day_open == account.account.marks.peak == 1300


# --- a fill


def test_an_adopted_fill_is_a_trade_with_its_fee() -> None:
    account = connected()
    events = account.when(theirs("x", "2", "90", fee="0.5"))
    assert account.total(USDT) == 1000
    (adopted,) = account.when(adopt_fill(events))
    assert isinstance(adopted, e.UnmatchedFillAdopted)
    assert [account.total(BTC), account.total(USDT)] == [2, Decimal("819.5")]
    assert account.when(adopt_fill(events)) == []
    with pytest.raises(Conflict, match=ALICE):
        account.when(adopt_fill(events, BOB))


def test_it_leaves_nothing_in_suspense() -> None:
    account = connected()
    told = account.when(theirs("x", "2", "90", fee="0.5", fee_asset=BNB))
    told = [*told, *account.when(adopt_fill(told))]
    sums = defaultdict[tuple[LedgerAccount, Asset], Decimal](Decimal)
    for event in told:
        for line in postings(event):
            sums[line.ledger_account, line.asset] += line.amount
    assert not any(amount for (each, _), amount in sums.items() if each is LedgerAccount.SUSPENSE)
    assert sums[LedgerAccount.FEES, BNB] == Decimal("0.5")
    assert sums[LedgerAccount.CONVERSION, USDT] == 180


def test_a_balance_waits_until_the_fills_behind_it_are_decided_about() -> None:
    account = connected()
    fills = [account.when(theirs("x")), account.when(theirs("y"))]
    found = account.when(balances(usdt="820", btc="2"))
    with pytest.raises(Refused) as refused:
        account.when(adopt(found[1]))
    assert refused.value.code == "fills_first"
    assert refused.value.figures == {"asset": "USDT", "fills": "2"}
    account.after(adopt_fill(fills[0]))
    with pytest.raises(Conflict):
        account.when(adopt(found[1]))  # by then it is another amount


def test_what_is_left_after_a_fill_was_adopted_is_told_anew() -> None:
    account = connected()
    fills = account.when(theirs("x"))
    account.after(balances(usdt="905", btc="1"), adopt_fill(fills))
    (rest,) = account.when(balances(usdt="905", btc="1"))
    assert isinstance(rest, e.DifferenceFound)
    assert (rest.figures["asset"], rest.figures["difference"]) == ("USDT", "-5")
    account.after(adopt(rest))
    assert account.when(balances(usdt="905", btc="1")) == []


def test_a_fill_that_is_explained_stays_aside_and_its_balances_can_be_adopted() -> None:
    account = connected()
    fills = account.when(theirs("x"))
    (btc, usdt) = account.when(balances(usdt="910", btc="1"))
    recorded = fills[0]
    assert isinstance(recorded, e.UnmatchedFillRecorded)
    account.after(explain(fills[1], ALICE, "told twice", *moved_by(recorded)))
    account.after(adopt(btc), adopt(usdt))
    assert [account.total(BTC), account.total(USDT)] == [1, 910]


# --- words


def test_an_explanation_moves_nothing_and_is_not_asked_for_again() -> None:
    account = connected()
    (found,) = account.when(balances(usdt="990"))
    (explained,) = account.when(explain(found))
    assert postings(explained) == []
    assert account.total(USDT) == 1000
    assert account.when(explain(found)) == []
    assert account.when(balances(usdt="990")) == []
    assert kinds(account.when(balances(usdt="985"))) == ["DifferenceFound"]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_an_explanation_has_words(reason: str) -> None:
    account = connected()
    (found,) = account.when(outside())
    with pytest.raises(InvalidInput, match="reason"):
        account.when(explain(found, ALICE, reason))
    assert kinds(account.when(explain(found))) == ["DifferenceResolved"]


def test_decisions_are_forgotten_only_when_many_came_after() -> None:
    account = connected()
    found = [account.when(outside(str(number)))[0] for number in range(300)]
    for each in found:
        account.after(explain(each))
    assert len(account.account.decided) == 256
    with pytest.raises(Conflict):
        account.when(explain(found[-1], BOB))


# --- whatever happens


class Beside:
    """An account, and what the venue has of it while somebody acts there beside us."""

    def __init__(self) -> None:
        self.account = Given()
        self.venue = defaultdict[Asset, Decimal](Decimal, {USDT: Decimal(10_000)})
        self.facts: list[e.TradingEvent] = []
        self.happen(open_account())
        self.compare()

    def happen(self, command: c.TradingCommand) -> list[e.TradingEvent]:
        events = decide(command, self.account.account)
        for event in events:
            assert imbalance(postings(event)) == {}
            evolve(self.account.account, event)
        self.facts.extend(events)
        return events

    def compare(self) -> list[e.TradingEvent]:
        totals = {asset: total for asset, total in self.venue.items() if total}
        return self.happen(c.RecordBalances(account_id=MAIN, at=AT, totals=totals))

    def move(self, asset: Asset, amount: Decimal) -> None:
        self.venue[asset] += amount

    def trade(self, number: int, side: str, quantity: Decimal, price: Decimal) -> None:
        sign = 1 if side == "buy" else -1
        self.move(BTC, sign * quantity)
        self.move(USDT, -sign * quantity * price)
        self.move(BNB, Decimal("-0.1"))
        self.happen(theirs(str(number), str(quantity), str(price), side=side, fee="0.1", fee_asset=BNB))

    def fills(self) -> list[Sequence[e.TradingEvent]]:
        places = [n for n, each in enumerate(self.facts) if isinstance(each, e.UnmatchedFillRecorded)]
        return [self.facts[n : n + 2] for n in places]

    def open_balances(self) -> list[e.DifferenceFound]:
        ids = set(self.account.account.undecided.values())
        found = [
            each for each in self.facts if isinstance(each, e.DifferenceFound) and each.kind == e.BALANCE
        ]
        return list({i: each for each in found if (i := e.difference_id_of(each)) in ids}.values())


amounts = st.decimals(min_value="0.01", max_value="5000", places=2)
happenings = st.one_of(
    st.tuples(st.sampled_from([USDT, BTC, BNB]), amounts, st.booleans()),
    st.tuples(st.sampled_from(["buy", "sell"]), amounts, amounts),
    st.just(()),
)


def test_what_the_book_never_had_and_the_venue_has_no_more_differs_no_more() -> None:
    it = Beside()
    it.move(BNB, Decimal("0.01"))
    assert kinds(it.compare()) == ["DifferenceFound"]
    it.move(BNB, Decimal("-0.01"))
    assert kinds(it.compare()) == ["DifferenceFound"]
    assert it.open_balances() == []
    assert it.compare() == []


@settings(deadline=None)
@given(st.lists(happenings, max_size=12), st.randoms(use_true_random=False))
def test_whatever_was_done_beside_us_the_book_can_be_made_to_equal_the_venue(
    happened: list[tuple[Any, ...]], chance: Any
) -> None:
    """Everything is decided twice; the books balance throughout, and in the end nothing differs."""
    it = Beside()
    for number, what in enumerate(happened):
        match what:
            case (str() as asset, amount, bool() as came):
                it.move(Asset(asset), amount if came else -amount)
            case (side, quantity, price):
                it.trade(number, side, quantity, price)
            case _:
                it.compare()
    for each in chance.sample(fills := it.fills(), len(fills)) * 2:
        it.happen(adopt_fill(each))
    it.compare()
    for found in it.open_balances() * 2:
        it.happen(adopt(found))
    assert it.compare() == []
    owned = {asset: each.total for asset, each in it.account.account.balances.items() if each.total}
    assert owned == {asset: total for asset, total in it.venue.items() if total}
    assert not it.account.account.suspended
    assert Given(*it.facts).account == it.account.account
