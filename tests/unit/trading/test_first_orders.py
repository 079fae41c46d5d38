"""The shortest life of an order: deposit, place, submit, accept, fill."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from tradebook.kernel.ids import AccountId, Asset, ClientOrderId, InstrumentId, PartyId
from tradebook.ledger.postings import imbalance
from tradebook.market.values import Instrument
from tradebook.trading import commands as c
from tradebook.trading.limits import DEFAULT_LIMITS
from tradebook.trading.model import Account, decide, dump, evolve, initial, load, order_id_of
from tradebook.trading.orders import Liquidity, OrderStatus, OrderTerms, OrderType, PriceSeen, Side
from tradebook.trading.postings import postings

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MAIN = AccountId("main")
BTC = Instrument(
    instrument_id=InstrumentId("BTC-USDT.SIM"),
    symbol="BTC/USDT",
    venue="paper",
    base_asset=Asset("BTC"),
    quote_asset=Asset("USDT"),
    tick_size=Decimal("0.01"),
    lot_size=Decimal("0.0001"),
    taker_fee_rate=Decimal("0.001"),
)
SEEN = PriceSeen(bid=Decimal(99), ask=Decimal(100), last=Decimal(100), source="test", at=AT, sequence=1)


def apply(account: Account, *commands: c.TradingCommand) -> Account:
    for command in commands:
        for event in decide(command, account):
            assert not imbalance(postings(event))
            evolve(account, event)
    return account


def funded() -> Account:
    return apply(
        initial(),
        c.OpenAccount(
            account_id=MAIN,
            at=AT,
            party_id=PartyId("me"),
            name="main",
            venue="paper",
            base_asset=Asset("USDT"),
            paper=True,
            limits=DEFAULT_LIMITS,
        ),
        c.DepositFunds(account_id=MAIN, at=AT, asset=Asset("USDT"), amount=Decimal(1000)),
    )


def limit_buy(name: str, quantity: str, price: str) -> c.PlaceOrder:
    terms = OrderTerms(
        client_order_id=ClientOrderId(name),
        instrument_id=BTC.instrument_id,
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=Decimal(quantity),
        price=Decimal(price),
    )
    return c.PlaceOrder(
        account_id=MAIN, at=AT, order_id=order_id_of(MAIN, name), terms=terms, instrument=BTC, seen=SEEN
    )


def fill(name: str, fill_id: str, quantity: str, price: str) -> c.RecordFill:
    return c.RecordFill(
        account_id=MAIN,
        at=AT,
        order_id=order_id_of(MAIN, name),
        venue_order_id="v1",
        fill_id=fill_id,
        instrument_id=BTC.instrument_id,
        side=Side.BUY,
        quantity=Decimal(quantity),
        price=Decimal(price),
        base_asset=BTC.base_asset,
        quote_asset=BTC.quote_asset,
        fee=Decimal("0.2"),
        fee_asset=Asset("USDT"),
        liquidity=Liquidity.TAKER,
    )


def test_a_filled_buy_leaves_what_was_bought_and_nothing_held() -> None:
    account = apply(funded(), limit_buy("a", "2", "100"))
    assert account.balance(Asset("USDT")).held == Decimal("200.2")
    order_id = order_id_of(MAIN, "a")
    account = apply(
        account,
        c.MarkSubmitted(account_id=MAIN, at=AT, order_id=order_id, send_before=AT),
        c.RecordAcceptance(account_id=MAIN, at=AT, order_id=order_id, venue_order_id="v1"),
        fill("a", "f1", "1", "100"),
        fill("a", "f1", "1", "100"),
        fill("a", "f2", "1", "99"),
    )
    assert account.balance(Asset("USDT")).available == Decimal("800.6")
    assert account.balance(Asset("USDT")).held == 0
    assert account.balance(Asset("BTC")).available == 2
    assert account.recent[order_id].status is OrderStatus.FILLED
    assert not account.orders
    assert load(dump(account)) == account
