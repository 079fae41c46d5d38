"""A vocabulary for examples of the account: given events, when command, then events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from tradebook.kernel.ids import AccountId, Asset, ClientOrderId, InstrumentId, OrderId, PartyId
from tradebook.market.values import Instrument
from tradebook.trading import commands as c
from tradebook.trading.events import TradingEvent
from tradebook.trading.limits import RiskLimits
from tradebook.trading.model import decide, dump, evolve, initial, load, order_id_of
from tradebook.trading.orders import Liquidity, OrderTerms, OrderType, PriceSeen, RestsAt, Side

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MAIN = AccountId("main")
BTC, USDT = Asset("BTC"), Asset("USDT")
BTC_USDT = Instrument(
    instrument_id=InstrumentId("BTC-USDT.SIM"),
    symbol="BTC/USDT",
    venue="paper",
    base_asset=BTC,
    quote_asset=USDT,
    tick_size=Decimal("0.01"),
    lot_size=Decimal("0.001"),
    min_notional=Decimal(5),
    maker_fee_rate=Decimal("0.001"),
    taker_fee_rate=Decimal("0.001"),
)
NO_LIMITS = RiskLimits(price_collar=None, daily_loss=None, drawdown=None, max_open_orders=None)
SEEN = PriceSeen(bid=Decimal(99), ask=Decimal(101), last=Decimal(100), source="test", at=AT, sequence=1)
_DECIMALS = frozenset(
    {"quantity", "quote_quantity", "price", "stop_price", "trailing_offset", "amount", "fee", "equity"}
    | {"anchor", "trigger_price"}
)


def _read(values: dict[str, Any]) -> dict[str, Any]:
    return {k: Decimal(v) if k in _DECIMALS and isinstance(v, str | int) else v for k, v in values.items()}


class Given:
    """An account to which things have happened."""

    def __init__(self, *events: TradingEvent) -> None:
        self.account = initial()
        for event in events:
            evolve(self.account, event)

    def after(self, *commands: c.TradingCommand) -> Given:
        """More has happened."""
        for command in commands:
            for event in decide(command, self.account):
                evolve(self.account, event)
        return self

    def when(self, command: c.TradingCommand) -> list[TradingEvent]:
        """What is decided; the account learns of it."""
        before = dump(self.account)
        events = decide(command, self.account)
        assert dump(self.account) == before, "deciding changed the account"
        for event in events:
            evolve(self.account, event)
        assert load(dump(self.account)) == self.account
        return events

    def total(self, asset: Asset) -> Decimal:
        return self.account.balance(asset).total

    def held(self, asset: Asset) -> Decimal:
        return self.account.balance(asset).held

    def available(self, asset: Asset) -> Decimal:
        return self.account.balance(asset).available


def open_account(limits: RiskLimits = NO_LIMITS) -> c.OpenAccount:
    return c.OpenAccount(
        account_id=MAIN,
        at=AT,
        party_id=PartyId("me"),
        name="Main",
        venue="paper",
        base_asset=USDT,
        paper=True,
        limits=limits,
    )


def deposit(amount: str, asset: Asset = USDT, **rates: str) -> c.DepositFunds:
    return c.DepositFunds(account_id=MAIN, at=AT, asset=asset, amount=Decimal(amount), rates=_rates(rates))


def withdraw(amount: str, asset: Asset = USDT, **rates: str) -> c.WithdrawFunds:
    return c.WithdrawFunds(account_id=MAIN, at=AT, asset=asset, amount=Decimal(amount), rates=_rates(rates))


def _rates(rates: dict[str, str]) -> dict[Asset, Decimal]:
    return {Asset(asset): Decimal(rate) for asset, rate in rates.items()}


def funded(usdt: str = "100000", btc: str = "0", *, limits: RiskLimits = NO_LIMITS) -> Given:
    account = Given().after(open_account(limits), deposit(usdt))
    return account.after(deposit(btc, BTC)) if btc != "0" else account


def oid(name: str) -> OrderId:
    return order_id_of(MAIN, name)


def order(
    name: str, side: str = "buy", type_: str = "limit", quantity: str | int = "1", **rest: Any
) -> OrderTerms:
    """Terms; a limit order has the price 100 unless it says otherwise."""
    if type_ == "limit":
        rest.setdefault("price", "100")
    return OrderTerms(
        client_order_id=ClientOrderId(name),
        instrument_id=BTC_USDT.instrument_id,
        side=Side(side),
        type=OrderType(type_),
        **_read({"quantity": quantity, **rest}),
    )


def place(
    terms: OrderTerms,
    *,
    seen: PriceSeen | None = SEEN,
    at: datetime = AT,
    rests_at: RestsAt = RestsAt.TRADING,
    instrument: Instrument = BTC_USDT,
) -> c.PlaceOrder:
    return c.PlaceOrder(
        account_id=MAIN,
        at=at,
        order_id=oid(terms.client_order_id),
        terms=terms,
        instrument=instrument,
        seen=seen,
        rests_at=rests_at,
    )


def about(kind: type[Any], name: str, **rest: Any) -> Any:
    """A command or report about the named order."""
    return kind(account_id=MAIN, at=rest.pop("at", AT), order_id=oid(name), **_read(rest))


def cancel(name: str) -> c.CancelOrder:
    return about(c.CancelOrder, name)  # type: ignore[no-any-return]  # built by kind


def replace(name: str, *, seen: PriceSeen | None = SEEN, **changes: Any) -> c.ReplaceOrder:
    return about(c.ReplaceOrder, name, instrument=BTC_USDT, seen=seen, **changes)  # type: ignore[no-any-return]  # same


def submit(name: str) -> c.MarkSubmitted:
    return about(c.MarkSubmitted, name, send_before=AT + timedelta(seconds=5))  # type: ignore[no-any-return]  # same


def accept(name: str) -> c.RecordAcceptance:
    return about(c.RecordAcceptance, name, venue_order_id=f"v-{name}")  # type: ignore[no-any-return]  # same


def sent(name: str) -> Sequence[c.TradingCommand]:
    """The order works at the venue."""
    return submit(name), accept(name)


def fill(
    name: str, fill_id: str, quantity: str, price: str = "100", *, side: str = "buy", **rest: Any
) -> c.RecordFill:
    rest.setdefault("fee", "0")
    rest.setdefault("fee_asset", USDT)
    return c.RecordFill(
        account_id=MAIN,
        at=AT,
        order_id=oid(name),
        venue_order_id=f"v-{name}",
        fill_id=fill_id,
        instrument_id=BTC_USDT.instrument_id,
        side=Side(side),
        base_asset=BTC,
        quote_asset=USDT,
        liquidity=Liquidity.TAKER,
        **_read({"quantity": quantity, "price": price, **rest}),
    )


def kinds(events: Sequence[TradingEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


def without(terms: OrderTerms, **changes: Any) -> OrderTerms:
    """The same terms with other values."""
    return msgspec.structs.replace(terms, **_read(changes))
