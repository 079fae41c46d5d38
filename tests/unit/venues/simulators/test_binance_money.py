"""Whatever is traded on the simulated Binance, money neither comes from nowhere nor goes there."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from random import Random

import pytest
from tests.support.simulated_binance import Exchange

from tradebook.venues.simulators.binance.symbols import SELF_TRADE_PREVENTION

TYPES = ("LIMIT", "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "AMOUNT")


def terms(random: Random, kind: str) -> dict[str, str]:
    """Of an order that may or may not be in order."""
    words = {"quantity": str(Decimal(random.randint(1, 3000)) / 1000)}
    if kind == "AMOUNT":
        return {"type": "MARKET", "quoteOrderQty": str(random.randint(1, 400))}
    if "LIMIT" in kind:
        words["price"] = str(random.randint(90, 110)) + random.choice(("", ".5", ".01"))
    if kind in ("LIMIT", "STOP_LOSS_LIMIT"):
        words["timeInForce"] = random.choice(["GTC", "GTC", "IOC", "FOK"])
    if kind.startswith(("STOP", "TAKE")):
        words["stopPrice"] = str(random.randint(90, 110))
    return {"type": kind, **words}


def live(exchange: Exchange, random: Random) -> None:
    """Requests and a market at random."""
    middle = 100
    for _ in range(300):
        middle = min(max(middle + random.randint(-2, 2), 92), 108)
        exchange.quote(str(middle - 1), str(middle + 1), size=str(random.randint(1, 5)))
        exchange.trade(str(middle + random.choice((-1, 0, 1))), str(random.randint(1, 3)))
        kind, side = random.choice(TYPES), random.choice(("BUY", "SELL"))
        mode = random.choice(SELF_TRADE_PREVENTION)
        words = {"symbol": "BTCUSDT", "side": side, "selfTradePreventionMode": mode}
        exchange.ask("POST", "/api/v3/order", **words, **terms(random, kind))
        order_id = random.randint(1, 300)
        if random.random() < 0.3:
            exchange.ask("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=order_id)
        elif random.random() < 0.3:
            exchange.ask(
                "PUT",
                "/api/v3/order/amend/keepPriority",
                symbol="BTCUSDT",
                orderId=order_id,
                newQty=str(random.randint(1, 5)),
            )
        exchange.pass_time(1)


@pytest.mark.parametrize("seed", range(8))
def test_balances_are_what_they_were_and_what_trades_made_of_it(seed: int) -> None:
    random = Random(seed)
    exchange = Exchange(USDT="10000", BTC="50", BNB="0.05")
    begun = {asset: holding.free for asset, holding in exchange.account.balances}
    exchange.account.pays_fees_in_bnb = seed % 2 == 1
    exchange.trade("100")
    exchange.listen()
    live(exchange, random)

    made: defaultdict[str, Decimal] = defaultdict(Decimal)
    fills = exchange.account.fills["BTCUSDT"]
    for each in fills:
        sign = 1 if each.is_buyer else -1
        made["BTC"] += sign * each.quantity
        made["USDT"] -= sign * each.price * each.quantity
        made[each.fee_asset] -= each.fee
    for asset, holding in exchange.account.balances:
        assert holding.free >= 0
        assert holding.free + holding.locked == begun[asset] + made[asset]

    orders = exchange.account.orders("BTCUSDT")
    for order in orders:
        of_order = [each for each in fills if each.order_id == order.order_id]
        assert order.filled == sum(each.quantity for each in of_order)
        assert order.locked == order.to_lock()
    needed = sum(order.locked for order in orders if order.is_buy)
    assert exchange.account.balances.of("USDT").locked == needed
    assert len({each.trade_id for each in fills}) == len(fills) > 20

    exchange.ask("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")
    assert not any(holding.locked for _, holding in exchange.account.balances)


def test_the_stream_tells_what_the_account_then_has() -> None:
    exchange = Exchange(USDT="10000", BTC="50", BNB="0.05")
    exchange.trade("100")
    exchange.listen()
    live(exchange, Random(99))
    told: dict[str, tuple[str, str]] = {}
    positions = [each["event"] for each in exchange.heard if each["event"]["e"] == "outboundAccountPosition"]
    for position in positions:
        for each in position["B"]:
            told[each["a"]] = (each["f"], each["l"])
    for asset, balance in told.items():
        assert exchange.balances()[asset] == balance
