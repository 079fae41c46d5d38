"""What Binance lets a key ask that may read futures: orders, trades, incomes, wallets and positions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.venues.simulators.binance.finding import lines
from tradebook.venues.simulators.binance.futures import documents
from tradebook.venues.simulators.binance.futures.accounts import FuturesAccount, FuturesAsked
from tradebook.venues.simulators.binance.futures.documents import PositionFigures
from tradebook.venues.simulators.binance.futures.events import POSITION_SIDES
from tradebook.venues.simulators.binance.futures.exchange import FuturesExchange
from tradebook.venues.simulators.binance.futures.symbols import FuturesSymbols, contract_of
from tradebook.venues.simulators.binance.futures.trading import FuturesHandlers, find_algo, find_order
from tradebook.venues.simulators.binance.numbers import digits, milliseconds
from tradebook.venues.simulators.binance.rejections import Rejection
from tradebook.venues.simulators.contracts.accounts import OpenPosition

_INCOMES, _INCOMES_MAX = 100, 1000
_TRADES_DAYS = 7
"""So much is told of trades at once, and of the last ones where no time is named."""


class FuturesReading:
    """Requests by method and path. Each may raise Rejection."""

    def __init__(self, symbols: FuturesSymbols, exchange: FuturesExchange, clock: Clock) -> None:
        self._symbols = symbols
        self._exchange = exchange
        self._clock = clock
        self.handlers: FuturesHandlers = {
            ("GET", "/fapi/v1/order"): self._order,
            ("GET", "/fapi/v1/openOrders"): self._open_orders,
            ("GET", "/fapi/v1/allOrders"): self._all_orders,
            ("GET", "/fapi/v1/algoOrder"): self._algo_order,
            ("GET", "/fapi/v1/openAlgoOrders"): self._open_algo_orders,
            ("GET", "/fapi/v1/userTrades"): self._trades,
            ("GET", "/fapi/v1/income"): self._incomes,
            ("GET", "/fapi/v2/balance"): self._balances,
            ("GET", "/fapi/v3/balance"): self._balances,
            ("GET", "/fapi/v2/account"): self._account,
            ("GET", "/fapi/v3/account"): self._account,
            ("GET", "/fapi/v2/positionRisk"): self._all_positions,
            ("GET", "/fapi/v3/positionRisk"): self._open_positions,
            ("GET", "/fapi/v1/leverageBracket"): self._brackets,
            ("GET", "/fapi/v1/symbolConfig"): self._symbol_configs,
            ("GET", "/fapi/v1/commissionRate"): self._fees,
            ("GET", "/fapi/v1/positionSide/dual"): self._hedge_mode,
            ("GET", "/fapi/v1/multiAssetsMargin"): self._no_multi_assets,
        }

    # --- orders and trades

    def _order(self, asked: FuturesAsked) -> dict[str, Any]:
        order = find_order(asked, self._symbols)
        if order is None:
            raise Rejection(-2013, "Order does not exist.")
        return documents.order(order)

    def _algo_order(self, asked: FuturesAsked) -> dict[str, Any]:
        order = find_algo(asked)
        if order is None:
            raise Rejection(-2013, "Order does not exist.")
        return documents.algo_order(order)

    def _open_orders(self, asked: FuturesAsked) -> list[dict[str, Any]]:
        orders = asked.account.open_orders(self._symbol_or_all(asked))
        return [documents.order(each) for each in orders if each.is_order]

    def _open_algo_orders(self, asked: FuturesAsked) -> list[dict[str, Any]]:
        orders = asked.account.open_orders(self._symbol_or_all(asked))
        return [documents.algo_order(each) for each in orders if each.is_conditional and not each.is_order]

    def _all_orders(self, asked: FuturesAsked) -> list[dict[str, Any]]:
        orders = [each for each in asked.account.orders(self._symbol(asked)) if each.is_order]
        wanted = lines(asked, orders, "orderId", lambda each: (each.order_id, each.created_at))
        return [documents.order(each) for each in wanted]

    def _trades(self, asked: FuturesAsked) -> list[dict[str, Any]]:
        symbol, order_id = self._symbol(asked), asked.integer("orderId")
        orders = {each.order_id: each for each in asked.account.orders(symbol)}
        fills = [
            each
            for each in asked.account.fills.get(symbol, [])
            if order_id is None or each.order_id == order_id
        ]
        if "startTime" not in asked and "endTime" not in asked:
            told_since = self._clock.now() - timedelta(days=_TRADES_DAYS)
            fills = [each for each in fills if each.at >= told_since]
        wanted = lines(asked, fills, "fromId", lambda each: (each.trade_id, each.at), days=_TRADES_DAYS)
        return [documents.trade(orders[each.order_id], each) for each in wanted]

    def _incomes(self, asked: FuturesAsked) -> list[dict[str, Any]]:
        """Oldest first, page by page."""
        start, end, page = asked.integer("startTime"), asked.integer("endTime"), asked.integer("page") or 1
        limit = asked.limit(default=_INCOMES, most=_INCOMES_MAX)
        kind = asked.text("incomeType") if "incomeType" in asked else None
        symbol = self._symbol_or_all(asked)
        found = [
            each
            for each in asked.account.incomes
            if kind in (None, each.kind)
            and symbol in (None, each.symbol)
            and (start is None or milliseconds(each.at) >= start)
            and (end is None or milliseconds(each.at) <= end)
        ]
        return [documents.income(each) for each in found[(page - 1) * limit : page * limit]]

    # --- the account

    def _balances(self, asked: FuturesAsked) -> list[dict[str, Any]]:
        account = asked.account
        return [
            documents.balance(account, asset, gained=self._gained(account, asset))
            for asset, _ in account.balances
        ]

    def _account(self, asked: FuturesAsked) -> dict[str, Any]:
        account = asked.account
        assets = [
            documents.asset_of_account(account, asset, gained=self._gained(account, asset))
            for asset, _ in account.balances
        ]
        names = ("walletBalance", "unrealizedProfit", "marginBalance", "availableBalance", "initialMargin")
        totals = {name: digits(sum((Decimal(each[name]) for each in assets), ZERO)) for name in names}
        return {
            "feeTier": 0,
            "canTrade": True,
            "canDeposit": True,
            "canWithdraw": True,
            "updateTime": 0,
            "multiAssetsMargin": False,
            "totalInitialMargin": totals["initialMargin"],
            "totalMaintMargin": digits(ZERO),
            "totalWalletBalance": totals["walletBalance"],
            "totalUnrealizedProfit": totals["unrealizedProfit"],
            "totalMarginBalance": totals["marginBalance"],
            "totalPositionInitialMargin": totals["initialMargin"],
            "totalOpenOrderInitialMargin": digits(ZERO),
            "totalCrossWalletBalance": totals["walletBalance"],
            "totalCrossUnPnl": totals["unrealizedProfit"],
            "availableBalance": totals["availableBalance"],
            "maxWithdrawAmount": totals["availableBalance"],
            "assets": assets,
            "positions": [documents.position_of_account(each) for each in self._all_positions(asked)],
        }

    def _all_positions(self, asked: FuturesAsked) -> list[dict[str, Any]]:
        """Flat ones too where they are listed, of each side that a symbol has."""
        symbol = self._symbol_or_all(asked)
        open_ones = self._open_by_name(asked.account)
        return [
            documents.position(
                asked.account,
                name,
                instrument,
                open_ones.get((name, side)) or PositionFigures(side=side, mark_price=self._mark(instrument)),
            )
            for name, instrument in self._symbols.instruments.items()
            for side in documents.side_words(asked.account)
            if symbol in (None, name) and (name not in self._symbols.unlisted or (name, side) in open_ones)
        ]

    def _open_positions(self, asked: FuturesAsked) -> list[dict[str, Any]]:
        symbol, account = self._symbol_or_all(asked), asked.account
        return [
            documents.position(account, name, self._symbols.instruments[name], figures)
            for (name, _), figures in self._open_by_name(account).items()
            if symbol in (None, name)
        ]

    def _brackets(self, asked: FuturesAsked) -> list[dict[str, Any]]:
        return [documents.bracket(name, each) for name, each in self._wanted(asked)]

    def _symbol_configs(self, asked: FuturesAsked) -> list[dict[str, Any]]:
        return [documents.symbol_config(asked.account, name, each) for name, each in self._wanted(asked)]

    def _fees(self, asked: FuturesAsked) -> dict[str, Any]:
        instrument = self._symbols.require(asked.text("symbol"))
        return {
            "symbol": asked.text("symbol"),
            "makerCommissionRate": digits(instrument.maker_fee_rate),
            "takerCommissionRate": digits(instrument.taker_fee_rate),
        }

    def _hedge_mode(self, asked: FuturesAsked) -> dict[str, Any]:
        return {"dualSidePosition": asked.account.is_hedged}

    def _no_multi_assets(self, _: FuturesAsked) -> dict[str, Any]:
        return {"multiAssetsMargin": False}

    # --- in between

    def _open_by_name(self, account: FuturesAccount) -> dict[tuple[str, str], PositionFigures]:
        return {
            (
                self._symbols.name(each.instrument.instrument_id),
                POSITION_SIDES[each.side],
            ): self._figures(account, each)
            for each in account.positions()
        }

    def _figures(self, account: FuturesAccount, position: OpenPosition) -> PositionFigures:
        return PositionFigures(
            side=POSITION_SIDES[position.side],
            quantity=position.held.quantity,
            entry_price=position.entry_price,
            mark_price=self._mark(position.instrument),
            gained=self._exchange.matching.gained(position),
            liquidation_price=self._exchange.clearing.liquidation_price(account, position),
            margin=position.held.margin,
        )

    def _gained(self, account: FuturesAccount, asset: str) -> Decimal:
        return sum(
            (
                self._exchange.matching.gained(each)
                for each in account.positions()
                if contract_of(each.instrument).settle_asset == asset
            ),
            ZERO,
        )

    def _mark(self, instrument: Instrument) -> Decimal:
        return self._exchange.matching.mark(instrument) or ZERO

    def _wanted(self, asked: FuturesAsked) -> Sequence[tuple[str, Instrument]]:
        symbol = self._symbol_or_all(asked)
        return [each for each in self._symbols.listed() if symbol in (None, each[0])]

    def _symbol(self, asked: FuturesAsked) -> str:
        symbol = asked.text("symbol")
        self._symbols.require(symbol)
        return symbol

    def _symbol_or_all(self, asked: FuturesAsked) -> str | None:
        return self._symbol(asked) if "symbol" in asked else None
