"""Random lives of an account: whatever people ask and venues report, the books hold."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.unit.trading.examples import AT, BTC, BTC_USDT, MAIN, SEEN, USDT, deposit, fill, open_account

from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import Asset, ClientOrderId, OrderId
from tradebook.kernel.money import ZERO
from tradebook.ledger.postings import LedgerAccount, imbalance
from tradebook.trading import commands as c
from tradebook.trading import events as e
from tradebook.trading.lifecycle import OURS, TERMINAL
from tradebook.trading.limits import AccountState, RiskLimits
from tradebook.trading.model import decide, dump, evolve, initial, load, order_id_of
from tradebook.trading.model.holds import group_key, need_of
from tradebook.trading.model.preview import preview
from tradebook.trading.model.state import Order
from tradebook.trading.orders import (
    LegTerms,
    Liquidity,
    OrderStatus,
    OrderTerms,
    OrderType,
    RestsAt,
    Side,
    TimeInForce,
)
from tradebook.trading.postings import postings

LIMITS = RiskLimits(price_collar=None, daily_loss=None, drawdown=None, max_open_orders=20)
QUANTITIES = st.sampled_from([Decimal(n) for n in ("0.1", "0.5", "1", "2", "3.001", "7")])
PRICES = st.sampled_from([Decimal(n) for n in ("80", "90.01", "100", "110", "123.45")])
FEE_RATES = st.sampled_from([Decimal(n) for n in ("0", "0.001", "0.01", "-0.0002")])
SEEDS = st.integers(0, 2**32)


@st.composite
def terms(draw: st.DrawFn, name: str) -> OrderTerms:
    """Mostly sensible orders."""
    kind = draw(st.sampled_from(OrderType))
    side = draw(st.sampled_from(Side))
    conditional = kind not in (OrderType.MARKET, OrderType.LIMIT)
    by_quote = kind is OrderType.MARKET and draw(st.booleans())
    priced = kind in (OrderType.LIMIT, OrderType.STOP_LIMIT)
    price = draw(PRICES) if priced else None
    brackets = not conditional and side is Side.BUY and not by_quote and draw(st.booleans())
    group = draw(st.sampled_from(["", "a"])) if kind is not OrderType.MARKET else ""
    return OrderTerms(
        client_order_id=ClientOrderId(name),
        instrument_id=BTC_USDT.instrument_id,
        side=side,
        type=kind,
        quantity=ZERO if by_quote else draw(QUANTITIES),
        quote_quantity=Decimal(500) if by_quote else None,
        price=price,
        stop_price=draw(PRICES) if conditional and kind is not OrderType.TRAILING_STOP else None,
        trailing_offset=Decimal(5) if kind is OrderType.TRAILING_STOP else None,
        time_in_force=TimeInForce.DAY if kind is OrderType.LIMIT and draw(st.booleans()) else TimeInForce.GTC,
        oco_group=f"{group}-{side}" if group else "",
        take_profit=LegTerms(stop_price=Decimal(140)) if brackets and draw(st.booleans()) else None,
        stop_loss=LegTerms(stop_price=Decimal(70), price=Decimal(69)) if brackets else None,
    )


class AccountMachine(RuleBasedStateMachine):
    """The account beside a ledger that only adds up postings."""

    def __init__(self) -> None:
        super().__init__()
        self.account = initial()
        self.ledger: dict[tuple[LedgerAccount, Asset], Decimal] = defaultdict(lambda: ZERO)
        self.names = 0
        self.fills = 0
        self.placed: list[c.PlaceOrder] = []
        self.reports: list[c.TradingCommand] = []
        """Everything venues have said or will say, to be said again in any order."""
        self.history: list[e.TradingEvent] = []
        self.booked: dict[OrderId, dict[str, Decimal]] = defaultdict(dict)
        """What was filled, by order and fill id."""

    # --- machinery

    def tell(self, command: c.TradingCommand) -> list[e.TradingEvent]:
        before = dump(self.account)
        try:
            events = decide(command, self.account)
        except TradebookError:
            assert not isinstance(command, c.VenueReport), "a report was refused"
            assert dump(self.account) == before
            return []
        assert dump(self.account) == before, "deciding changed the account"
        if not isinstance(command, c.VenueReport):
            self.must_be_covered(events)
        for event in events:
            self.history.append(event)
            if isinstance(event, e.OrderFilled):
                assert event.fill_id not in self.booked[event.order_id], "a fill was booked twice"
                self.booked[event.order_id][event.fill_id] = event.quantity
            entry = postings(event)
            assert not imbalance(entry), event
            for line in entry:
                self.ledger[line.ledger_account, line.asset] += line.amount
            evolve(self.account, event)
        return events

    def must_be_covered(self, events: list[e.TradingEvent]) -> None:
        """A wish spends what is there; only what a venue reports may take an account below zero."""
        for asset in (BTC, USDT):
            moved = sum(
                (
                    line.amount
                    for event in events
                    for line in postings(event)
                    if (line.ledger_account, line.asset) == (LedgerAccount.AVAILABLE, asset)
                ),
                ZERO,
            )
            assert moved >= 0 or self.account.balance(asset).available + moved >= 0, (asset, events)

    def report(self, command: c.TradingCommand) -> None:
        self.reports.append(command)
        self.tell(command)

    def any_order(self, seed: int, *, only_open: bool = True) -> Order | None:
        known = list(self.account.orders.values())
        if not only_open:
            known += [o for o in self.account.recent.values() if o.denied is None]
        return random.Random(seed).choice(known) if known else None

    def heading(self, order_id: OrderId, *, days: int = 0) -> dict[str, Any]:
        return {"account_id": MAIN, "at": AT + timedelta(days=days), "order_id": order_id}

    # --- people

    @initialize()
    def open(self) -> None:
        self.tell(open_account(LIMITS))
        self.tell(deposit("5000"))
        self.tell(deposit("20", BTC))

    @rule(data=st.data(), rests_at=st.sampled_from(RestsAt))
    def place(self, data: st.DataObject, rests_at: RestsAt) -> None:
        self.names += 1
        wanted = data.draw(terms(f"o{self.names}"))
        command = c.PlaceOrder(
            account_id=MAIN,
            at=AT,
            order_id=order_id_of(MAIN, wanted.client_order_id),
            terms=wanted,
            instrument=BTC_USDT,
            seen=SEEN,
            rests_at=rests_at,
        )
        self.placed.append(command)
        self.must_be_as_previewed(command)

    def must_be_as_previewed(self, command: c.PlaceOrder) -> None:
        """A preview says what placing right after does, and sets nothing aside itself."""
        before = dump(self.account)
        held = {asset: self.account.balance(asset).held for asset in (BTC, USDT)}
        shown = preview(command, self.account)
        assert dump(self.account) == before, "previewing changed the account"
        events = self.tell(command)
        is_placed = bool(events) and isinstance(events[0], e.OrderPlaced)
        assert (shown.refusal is None) == is_placed, (shown.refusal, events)
        if events and isinstance(events[0], e.OrderDenied):
            denied = events[0]
            assert shown.refusal == (denied.code, denied.detail, denied.figures)
        if is_placed:
            assert shown.hold is not None
            held[shown.hold.asset] += shown.hold.amount
        assert held == {asset: self.account.balance(asset).held for asset in (BTC, USDT)}
        assert shown.available == {asset: self.account.balance(asset).available for asset in (BTC, USDT)}

    @precondition(lambda self: self.placed)
    @rule(seed=SEEDS)
    def place_again(self, seed: int) -> None:
        command = random.Random(seed).choice(self.placed)
        known = self.account.find(command.order_id) is not None
        assert not self.tell(command) or not known

    @rule(seed=SEEDS)
    def cancel(self, seed: int) -> None:
        if order := self.any_order(seed):
            command = c.CancelOrder(**self.heading(order.order_id))
            if self.tell(command) and order.order_id in self.account.orders and order.status not in OURS:
                assert self.tell(command) == []

    @rule(one=st.booleans())
    def cancel_all(self, one: bool) -> None:
        instrument_id = BTC_USDT.instrument_id if one else None
        self.tell(c.CancelAllOrders(account_id=MAIN, at=AT, instrument_id=instrument_id))
        assert all(o.status not in OURS for o in self.account.orders.values())

    @rule(seed=SEEDS, quantity=st.none() | QUANTITIES, price=st.none() | PRICES, stop=st.none() | PRICES)
    def replace(
        self, seed: int, quantity: Decimal | None, price: Decimal | None, stop: Decimal | None
    ) -> None:
        if order := self.any_order(seed):
            self.tell(
                c.ReplaceOrder(
                    **self.heading(order.order_id),
                    instrument=BTC_USDT,
                    seen=SEEN,
                    quantity=quantity,
                    price=price if order.price is not None else None,
                    stop_price=stop,
                )
            )

    @rule(seed=SEEDS, profit=st.none() | PRICES, loss=st.none() | PRICES)
    def move_exits(self, seed: int, profit: Decimal | None, loss: Decimal | None) -> None:
        if order := self.any_order(seed):
            self.tell(
                c.ReplaceOrder(
                    **self.heading(order.order_id),
                    instrument=BTC_USDT,
                    seen=SEEN,
                    take_profit=c.ExitChange(stop_price=profit) if profit else None,
                    stop_loss=c.ExitChange(stop_price=loss) if loss else None,
                )
            )

    @rule(amount=QUANTITIES, asset=st.sampled_from([BTC, USDT]), out=st.booleans())
    def move_funds(self, amount: Decimal, asset: Asset, out: bool) -> None:
        kind = c.WithdrawFunds if out else c.DepositFunds
        self.tell(kind(account_id=MAIN, at=AT, asset=asset, amount=amount))

    @rule(state=st.sampled_from(AccountState))
    def set_state(self, state: AccountState) -> None:
        command = c.SetAccountState(account_id=MAIN, at=AT, state=state)
        self.tell(command)
        assert self.tell(command) == []

    # --- processes

    @rule(seed=SEEDS)
    def submit(self, seed: int) -> None:
        if order := self.any_order(seed):
            self.tell(c.MarkSubmitted(**self.heading(order.order_id), send_before=AT))

    @rule()
    def send_everything(self) -> None:
        for order in list(self.account.orders.values()):
            self.tell(c.MarkSubmitted(**self.heading(order.order_id), send_before=AT))
            if order.status is OrderStatus.SUBMITTED:
                self.report(c.RecordAcceptance(**self.heading(order.order_id), venue_order_id="v"))

    @rule(seed=SEEDS)
    def lose_the_answer(self, seed: int) -> None:
        if order := self.any_order(seed):
            self.tell(c.MarkUnknown(**self.heading(order.order_id), reason="timeout"))

    @rule(seed=SEEDS, price=PRICES)
    def trigger(self, seed: int, price: Decimal) -> None:
        if order := self.any_order(seed):
            heading = self.heading(order.order_id)
            self.tell(c.TriggerOrder(**heading, trigger_price=price, market_sequence=1))

    @rule(seed=SEEDS, price=PRICES)
    def trail(self, seed: int, price: Decimal) -> None:
        if order := self.any_order(seed):
            self.tell(c.MoveTrailingStop(**self.heading(order.order_id), anchor=price))

    @rule(seed=SEEDS, days=st.integers(0, 2))
    def expire(self, seed: int, days: int) -> None:
        if order := self.any_order(seed):
            self.tell(c.ExpireOrder(**self.heading(order.order_id, days=days)))

    @rule(equity=st.integers(0, 9000), day=st.integers(1, 3))
    def mark(self, equity: int, day: int) -> None:
        command = c.MarkEquity(account_id=MAIN, at=AT, day=date(2026, 1, day), equity=Decimal(equity))
        self.tell(command)
        assert self.tell(command) == []

    # --- venues

    @rule(seed=SEEDS)
    def accept(self, seed: int) -> None:
        if order := self.any_order(seed, only_open=False):
            self.report(c.RecordAcceptance(**self.heading(order.order_id), venue_order_id="v"))

    @rule(seed=SEEDS, quantity=QUANTITIES, price=PRICES, rate=FEE_RATES, late=st.booleans())
    def fill(self, *, seed: int, quantity: Decimal, price: Decimal, rate: Decimal, late: bool) -> None:
        order = self.any_order(seed, only_open=not late)
        if order is None:
            return
        self.fills += 1
        fee_asset = random.Random(seed).choice([BTC, USDT])
        self.report(
            c.RecordFill(
                **self.heading(order.order_id),
                venue_order_id="v",
                fill_id=f"f{self.fills}",
                instrument_id=BTC_USDT.instrument_id,
                side=order.terms.side,
                quantity=quantity,
                price=price,
                base_asset=BTC,
                quote_asset=USDT,
                fee=(quantity if fee_asset == BTC else quantity * price) * rate,
                fee_asset=fee_asset,
                liquidity=Liquidity.TAKER,
                leaves_nothing=seed % 2 == 0 and not order.quantity,
            )
        )

    @rule(seed=SEEDS, kind=st.sampled_from([c.RecordCancellation, c.RecordRejection, c.RecordExpiry]))
    def end(self, seed: int, kind: Any) -> None:
        if order := self.any_order(seed, only_open=False):
            self.report(kind(**self.heading(order.order_id), reason="said so"))

    @rule(seed=SEEDS, kind=st.sampled_from([c.RecordCancelRejection, c.RecordReplaceRejection]))
    def refuse_request(self, seed: int, kind: Any) -> None:
        asked = [
            o.order_id
            for o in self.account.orders.values()
            if o.replacement is not None or o.status is OrderStatus.PENDING_CANCEL
        ]
        if asked:
            self.report(kind(**self.heading(random.Random(seed).choice(asked)), reason="no"))

    @rule(seed=SEEDS, quantity=QUANTITIES, price=PRICES, asked=st.booleans())
    def confirm_replacement(self, seed: int, quantity: Decimal, price: Decimal, asked: bool) -> None:
        order = self.any_order(seed)
        if order is None or not order.quantity:
            return
        new = order.replacement
        if asked and new is not None:
            quantity = new.quantity
        heading = self.heading(order.order_id)
        new_price = price if order.price is not None else None
        self.report(c.RecordReplacement(**heading, quantity=quantity, price=new_price))

    @rule(seed=SEEDS, price=PRICES)
    def trigger_at_venue(self, seed: int, price: Decimal) -> None:
        order = self.any_order(seed)
        if order is not None and order.terms.type not in (OrderType.MARKET, OrderType.LIMIT):
            self.report(c.RecordTrigger(**self.heading(order.order_id), trigger_price=price))

    @precondition(lambda self: self.reports)
    @rule(seed=SEEDS)
    def report_again(self, seed: int) -> None:
        """Late, out of order, twice: as venues do after a reconnect."""
        command = random.Random(seed).choice(self.reports)
        self.tell(command)
        if not isinstance(command, c.RecordReplacement | c.RecordReplaceRejection | c.RecordCancelRejection):
            assert self.tell(command) == []

    @rule(name=st.sampled_from(["stranger", "ghost"]), quantity=QUANTITIES)
    def trade_by_hand(self, name: str, quantity: Decimal) -> None:
        """At the venue's own screen, past this book."""
        heading = self.heading(order_id_of(MAIN, name))
        self.report(c.RecordAcceptance(**heading, venue_order_id="x"))
        self.report(fill(name, f"by hand {quantity}", str(quantity)))
        self.report(c.RecordCancellation(**heading, reason="by hand"))

    # --- what always holds

    @invariant()
    def the_trial_balance_is_zero(self) -> None:
        totals: dict[Asset, Decimal] = defaultdict(lambda: ZERO)
        for (_, asset), amount in self.ledger.items():
            totals[asset] += amount
        assert not any(totals.values())

    @invariant()
    def balances_are_what_was_posted(self) -> None:
        for asset in (BTC, USDT):
            balance = self.account.balance(asset)
            assert balance.available == self.ledger[LedgerAccount.AVAILABLE, asset]
            assert balance.held == self.ledger[LedgerAccount.HELD, asset]

    @invariant()
    def holds_are_what_open_orders_need(self) -> None:
        held: dict[Asset, Decimal] = defaultdict(lambda: ZERO)
        needs: dict[str, Decimal] = {}
        for order in self.account.orders.values():
            key = group_key(order)
            if order.quantity:
                needs[key] = max(needs.get(key, ZERO), need_of(order))
            else:
                needs[key] = self.account.group_held[key]
        assert self.account.group_held == needs
        assets = {group_key(o): o.hold_asset for o in self.account.orders.values()}
        for key, need in needs.items():
            assert need >= 0
            held[assets[key]] += need
        for asset in (BTC, USDT):
            assert self.account.balance(asset).held == held[asset]

    @invariant()
    def an_order_has_filled_what_its_fills_say(self) -> None:
        known = (*self.account.orders.values(), *self.account.recent.values())
        for order in known:
            if order.denied is None:
                fills = self.booked[order.order_id]
                assert order.filled == sum(fills.values(), ZERO)
                assert order.fill_ids == set(fills)

    def teardown(self) -> None:
        """The whole life again from its facts alone."""
        again = initial()
        for event in self.history:
            again = evolve(again, event)
        assert again == self.account

    @invariant()
    def open_orders_are_open_and_closed_ones_closed(self) -> None:
        assert all(o.status not in TERMINAL for o in self.account.orders.values())
        assert all(o.status in TERMINAL for o in self.account.recent.values())
        grouped = sorted(i for members in self.account.group_members.values() for i in members)
        assert grouped == sorted(o.order_id for o in self.account.orders.values() if o.group)

    @invariant()
    def own_interest_is_what_rests(self) -> None:
        orders = self.account.orders.values()
        for interest in self.account.interests.values():
            for side, prices in ((Side.BUY, interest.bids), (Side.SELL, interest.asks)):
                resting = [o.price for o in orders if o.terms.side is side and o.rests_in_book]
                assert prices == sorted(p for p in resting if p is not None)
            assert interest.buying == sum((o.remaining for o in orders if o.is_buy), ZERO)

    @invariant()
    def a_snapshot_is_the_account(self) -> None:
        assert load(dump(self.account)) == self.account


AccountMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)
test_whatever_happens_the_books_hold = AccountMachine.TestCase
