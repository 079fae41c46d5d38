"""What Binance lets a key ask that may read: orders, trades, balances, fees, and what the key may do."""

from __future__ import annotations

from typing import Any

from tradebook.venues.simulators.binance import documents
from tradebook.venues.simulators.binance.accounts import SpotAsked
from tradebook.venues.simulators.binance.finding import Handlers, lines, order_of
from tradebook.venues.simulators.binance.numbers import digits
from tradebook.venues.simulators.binance.rejections import Rejection
from tradebook.venues.simulators.binance.symbols import Symbols
from tradebook.venues.simulators.spot.orders import SpotFill


class ReadingSide:
    """Requests by method and path. Each may raise Rejection."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self.handlers: Handlers = {
            ("GET", "/api/v3/order"): self._order,
            ("GET", "/api/v3/openOrders"): self._open_orders,
            ("GET", "/api/v3/allOrders"): self._all_orders,
            ("GET", "/api/v3/myTrades"): self._trades,
            ("GET", "/api/v3/account"): self._account,
            ("GET", "/sapi/v1/account/apiRestrictions"): self._restrictions,
            ("GET", "/sapi/v1/asset/tradeFee"): self._fees,
            ("GET", "/sapi/v1/capital/config/getall"): self._coins,
            ("GET", "/sapi/v1/margin/allPairs"): self._no_margin,
            ("GET", "/sapi/v1/margin/isolated/allPairs"): self._no_margin,
        }

    def _order(self, asked: SpotAsked) -> dict[str, Any]:
        order = order_of(asked, self._symbols, "orderId", "origClientOrderId")
        if order is None:
            raise Rejection(-2013, "Order does not exist.")
        return documents.order_asked_for(order)

    def _open_orders(self, asked: SpotAsked) -> list[dict[str, Any]]:
        symbol = self._symbol(asked) if "symbol" in asked else None
        return [documents.order_asked_for(each) for each in asked.account.open_orders(symbol)]

    def _all_orders(self, asked: SpotAsked) -> list[dict[str, Any]]:
        orders = asked.account.orders(self._symbol(asked))
        wanted = lines(asked, orders, "orderId", lambda each: (each.order_id, each.created_at))
        return [documents.order_asked_for(each) for each in wanted]

    def _trades(self, asked: SpotAsked) -> list[dict[str, Any]]:
        symbol, order_id = self._symbol(asked), asked.integer("orderId")
        fills: list[SpotFill] = asked.account.fills.get(symbol, [])
        if order_id is not None:
            fills = [each for each in fills if each.order_id == order_id]
        wanted = lines(asked, fills, "fromId", lambda each: (each.trade_id, each.at))
        return [documents.trade(symbol, each) for each in wanted]

    def _account(self, asked: SpotAsked) -> dict[str, Any]:
        first = next(iter(self._symbols.instruments.values()))
        return documents.account_asked_for(
            asked.account,
            maker=first.maker_fee_rate,
            taker=first.taker_fee_rate,
            can_trade=True,
            without_zeros="omitZeroBalances" in asked and asked.text("omitZeroBalances") == "true",
        )

    def _restrictions(self, asked: SpotAsked) -> dict[str, Any]:
        may = asked.key.permissions
        return {
            "ipRestrict": False,
            "createTime": 1698645219000,
            "enableReading": may.reading,
            "enableWithdrawals": may.withdrawals,
            "enableInternalTransfer": False,
            "enableMargin": False,
            "enableFutures": may.trading,
            "permitsUniversalTransfer": False,
            "enableVanillaOptions": False,
            "enableFixApiTrade": False,
            "enableFixReadOnly": False,
            "enableSpotAndMarginTrading": may.trading,
            "enablePortfolioMarginTrading": False,
        }

    def _fees(self, asked: SpotAsked) -> list[dict[str, Any]]:
        wanted = [self._symbol(asked)] if "symbol" in asked else list(self._symbols.instruments)
        rates = ((each, self._symbols.instruments[each]) for each in wanted)
        return [
            {
                "symbol": name,
                "makerCommission": digits(each.maker_fee_rate),
                "takerCommission": digits(each.taker_fee_rate),
            }
            for name, each in rates
        ]

    def _coins(self, asked: SpotAsked) -> list[dict[str, Any]]:
        assets: dict[str, None] = {}
        for each in self._symbols.instruments.values():
            assets |= {each.base_asset: None, each.quote_asset: None}
        assets |= dict.fromkeys(asset for asset, _ in asked.account.balances)
        return [documents.coin(each, asked.account) for each in assets]

    def _no_margin(self, _: SpotAsked) -> list[dict[str, Any]]:
        return []

    def _symbol(self, asked: SpotAsked) -> str:
        symbol = asked.text("symbol")
        self._symbols.require(symbol)
        return symbol
