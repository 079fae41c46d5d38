"""What Bybit lets a key do that may trade: place orders, change them, cancel them, and secure positions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tradebook.kernel.money import ONE
from tradebook.market.values import Instrument
from tradebook.trading.orders import MarginMode
from tradebook.venues.simulators.bybit import documents
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.contract_exchange import ContractExchange
from tradebook.venues.simulators.bybit.exchange import SpotExchange
from tradebook.venues.simulators.bybit.orders import PLAIN, AnyOrder, BybitOrder, book_name
from tradebook.venues.simulators.bybit.protection import PRODUCTS
from tradebook.venues.simulators.bybit.rejections import Rejection, no_such_order, strange
from tradebook.venues.simulators.bybit.security import Asked
from tradebook.venues.simulators.bybit.symbols import CATEGORIES, INVERSE, LINEAR, SPOT, Symbols

Handlers = dict[tuple[str, str], Callable[[Asked], dict[str, Any]]]
"""By method and path."""

MARGIN_MODES = {"REGULAR_MARGIN": MarginMode.CROSS, "ISOLATED_MARGIN": MarginMode.ISOLATED}
WINDOW_S_MIN, WINDOW_S_MAX = 3, 300
POSITION_MODES = {"0": False, "3": True}
"""Whether an account is hedged: https://bybit-exchange.github.io/docs/v5/position/position-mode"""


class TradingSide:
    """Each request may raise Rejection."""

    def __init__(
        self, spot: SpotExchange, contracts: ContractExchange, symbols: Mapping[str, Symbols]
    ) -> None:
        self._spot = spot
        self._contracts = contracts
        self._symbols = symbols
        self.handlers: Handlers = {
            ("POST", "/v5/order/create"): self._create,
            ("POST", "/v5/order/amend"): self._amend,
            ("POST", "/v5/order/cancel"): self._cancel,
            ("POST", "/v5/order/cancel-all"): self._cancel_all,
            ("POST", "/v5/order/disconnected-cancel-all"): self._protect,
            ("POST", "/v5/position/set-leverage"): self._set_leverage,
            ("POST", "/v5/position/switch-mode"): self._switch_mode,
            ("POST", "/v5/account/set-margin-mode"): self._set_margin_mode,
        }

    def _create(self, asked: Asked) -> dict[str, Any]:
        exchange = self._spot if asked.word("category", CATEGORIES) == SPOT else self._contracts
        return documents.ids(exchange.place(asked.account, asked))

    def _amend(self, asked: Asked) -> dict[str, Any]:
        order = _open_order(asked)
        if isinstance(order, BybitOrder):
            self._spot.amend(asked.account, order, asked)
        else:
            self._contracts.amend(asked.account, order, asked)
        return documents.ids(order)

    def _cancel(self, asked: Asked) -> dict[str, Any]:
        order = _open_order(asked)
        if isinstance(order, BybitOrder) and _filter(asked) != order.filter:
            raise no_such_order(SPOT)
        self.end(asked.account, order)
        return documents.ids(order)

    def _cancel_all(self, asked: Asked) -> dict[str, Any]:
        """Of spot one kind of them; of contracts those of a symbol or of a settle coin."""
        category = asked.word("category", CATEGORIES)
        orders: list[AnyOrder] = [
            each
            for each in asked.account.open_orders()
            if each.category == category and _is_meant(asked, each)
        ]
        for each in orders:
            self.end(asked.account, each)
        return {"list": [documents.ids(each) for each in orders], "success": "1"}

    def end(self, account: BybitAccount, order: AnyOrder) -> None:
        """End an order that works or waits."""
        if isinstance(order, BybitOrder):
            self._spot.cancel(account, order)
        else:
            self._contracts.cancel(account, order)

    def _protect(self, asked: Asked) -> dict[str, Any]:
        product = asked.word("product", PRODUCTS)
        window_s = asked.integer("timeWindow", otherwise=0)
        if not WINDOW_S_MIN <= window_s <= WINDOW_S_MAX:
            raise strange("timeWindow")
        if product in asked.account.protected_s:
            asked.account.protected_s[product] = window_s
        return {}

    def _set_leverage(self, asked: Asked) -> dict[str, Any]:
        buying, selling = asked.amount("buyLeverage") or ONE, asked.amount("sellLeverage") or ONE
        if buying != selling:
            raise strange("sellLeverage")
        self._contracts.set_leverage(asked.account, self._contract(asked), buying)
        return {}

    def _switch_mode(self, asked: Asked) -> dict[str, Any]:
        is_hedged = POSITION_MODES[asked.word("mode", POSITION_MODES)]
        if asked.word("category", (LINEAR, INVERSE)) == INVERSE:
            raise Rejection(110029, "Hedge mode is not supported for this symbol.")
        self._contracts.switch_mode(asked.account, self._contract(asked), is_hedged=is_hedged)
        return {}

    def _set_margin_mode(self, asked: Asked) -> dict[str, Any]:
        self._contracts.secure_by(asked.account, MARGIN_MODES[asked.word("setMarginMode", MARGIN_MODES)])
        return {"reasons": []}

    def _contract(self, asked: Asked) -> Instrument:
        return self._symbols[asked.word("category", (LINEAR, INVERSE))].require(asked.text("symbol"))


_FILTERS = ("Order", "tpslOrder", "StopOrder", "OcoOrder", "BidirectionalTpslOrder")


def _filter(asked: Asked) -> str:
    return asked.word("orderFilter", _FILTERS, otherwise=PLAIN, no=170202)


def _is_meant(asked: Asked, order: AnyOrder) -> bool:
    if isinstance(order, BybitOrder) and order.filter != _filter(asked):
        return False
    if "symbol" in asked:
        return order.request.symbol == asked.text("symbol")
    return "settleCoin" not in asked or order.receives == asked.text("settleCoin")


def _open_order(asked: Asked) -> AnyOrder:
    category = asked.word("category", CATEGORIES)
    order_id = asked.text("orderId") if "orderId" in asked else None
    client_order_id = asked.client_order_id()
    if order_id is None and client_order_id is None:
        raise strange("orderId")
    if order_id is not None and not order_id.isdigit():
        raise no_such_order(category)
    order: AnyOrder | None = asked.account.find(
        book_name(category, asked.text("symbol")),
        order_id=None if order_id is None else int(order_id),
        client_order_id=client_order_id,
    )
    if order is None or not order.is_open:
        raise no_such_order(category)
    return order
