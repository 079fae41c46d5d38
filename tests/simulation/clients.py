"""Random wishes: every type of order, changes and cancellations, repetitions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.simulation.market import TICK, WalkingMarket
from tests.support.core import Core, seen_in
from tests.support.market import BTC_USDT
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.trading.commands import (
    CancelAllOrders,
    CancelOrder,
    DepositFunds,
    PlaceOrder,
    ReplaceOrder,
    SetAccountState,
    TradingCommand,
    WithdrawFunds,
)
from tradebook.trading.limits import AccountState
from tradebook.trading.orders import LegTerms, OffsetType, OrderType, Side, TimeInForce

ACCOUNTS = (AccountId("alice"), AccountId("bob"))


class Client:
    """Makes up commands from a seed. It remembers what it has placed, also across crashes."""

    def __init__(self, random: Random, market: WalkingMarket) -> None:
        self._random = random
        self._market = market
        self._count = 0
        self.placed: list[PlaceOrder] = []

    def command(self, core: Core) -> TradingCommand:
        """The next wish."""
        kinds: list[tuple[int, Callable[[Core], TradingCommand]]] = [
            (60, self._place),
            (14, self._cancel),
            (14, self._replace),
            (4, self._repeat),
            (2, self._cancel_all),
            (2, self._funds),
            (2, self._state),
        ]
        weights = [weight for weight, _ in kinds]
        _, make = self._random.choices(kinds, weights)[0]
        return make(core)

    def _place(self, core: Core) -> PlaceOrder:
        random = self._random
        self._count += 1
        account_id, side = random.choice(ACCOUNTS), random.choice(list(Side))
        type_ = random.choices(list(OrderType), (3, 6, 2, 2, 2, 2))[0]
        terms: dict[str, object] = {"type": type_, "quantity": self._quantity()}
        if type_ is OrderType.MARKET and random.random() < 0.3:
            terms |= {"quantity": Decimal(0), "quote_quantity": Decimal(random.randint(1, 300))}
        if type_ in (OrderType.LIMIT, OrderType.STOP_LIMIT):
            terms["price"] = self._price()
        if type_ in (OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT):
            terms["stop_price"] = self._price()
        if type_ is OrderType.TRAILING_STOP:
            terms["trailing_offset"] = Decimal(random.randint(1, 200)) * TICK
            terms["trailing_offset_type"] = random.choice(list(OffsetType))
        terms |= self._life(type_)
        if type_ is OrderType.LIMIT and terms["time_in_force"] not in (TimeInForce.IOC, TimeInForce.FOK):
            terms["post_only"] = random.random() < 0.2
        if type_ is not OrderType.MARKET and random.random() < 0.3:
            terms["oco_group"] = f"group {random.randint(1, 4)}"
        elif side is Side.BUY and "quote_quantity" not in terms and random.random() < 0.3:
            price = self._market.price
            terms["take_profit"] = LegTerms(stop_price=price + random.randint(1, 200) * TICK)
            terms["stop_loss"] = LegTerms(stop_price=price - random.randint(1, 200) * TICK)
        command = core.place(f"order {self._count}", side, account_id=account_id, **terms)
        self.placed.append(command)
        return command

    def _life(self, type_: OrderType) -> dict[str, object]:
        at_once = (TimeInForce.IOC, TimeInForce.FOK) if type_ is OrderType.LIMIT else ()
        life = self._random.choice(
            (TimeInForce.GTC, TimeInForce.GTC, TimeInForce.GTD, TimeInForce.DAY, *at_once)
        )
        if life is not TimeInForce.GTD:
            return {"time_in_force": life}
        until = self._market.now() + timedelta(seconds=self._random.randint(1, 20))
        return {"time_in_force": life, "expires_at": until}

    def _repeat(self, core: Core) -> TradingCommand:
        return self._random.choice(self.placed) if self.placed else self._place(core)

    def _cancel(self, core: Core) -> TradingCommand:
        if not self.placed:
            return self._place(core)
        account_id, order_id = self._some_order()
        return CancelOrder(account_id=account_id, at=self._market.now(), order_id=order_id)

    def _replace(self, core: Core) -> TradingCommand:
        if not self.placed:
            return self._place(core)
        account_id, order_id = self._some_order()
        wanted: dict[str, Any] = {
            "quantity": self._quantity(),
            "price": self._price(),
            "stop_price": self._price(),
        }
        chosen = self._random.sample(sorted(wanted), self._random.randint(1, 2))
        return ReplaceOrder(
            account_id=account_id,
            at=self._market.now(),
            order_id=order_id,
            instrument=BTC_USDT,
            seen=seen_in(self._market, BTC_USDT),
            **{name: wanted[name] for name in chosen},
        )

    def _cancel_all(self, core: Core) -> TradingCommand:
        return CancelAllOrders(account_id=self._random.choice(ACCOUNTS), at=self._market.now())

    def _funds(self, core: Core) -> TradingCommand:
        kind = self._random.choice((DepositFunds, WithdrawFunds))
        return kind(
            account_id=self._random.choice(ACCOUNTS),
            at=self._market.now(),
            asset=self._random.choice((BTC_USDT.base_asset, BTC_USDT.quote_asset)),
            amount=Decimal(self._random.randint(1, 50)),
            rates={BTC_USDT.base_asset: self._market.price},
        )

    def _state(self, core: Core) -> TradingCommand:
        state = self._random.choices(list(AccountState), (8, 1, 1))[0]
        return SetAccountState(account_id=self._random.choice(ACCOUNTS), at=self._market.now(), state=state)

    def _some_order(self) -> tuple[AccountId, OrderId]:
        command = self._random.choice(self.placed[-10:])
        return command.account_id, command.order_id

    def _quantity(self) -> Decimal:
        return Decimal(self._random.randint(1, 3000)) / 1000

    def _price(self) -> Decimal:
        return self._market.price + self._random.randint(-150, 150) * TICK
