"""What Bybit lets a key ask that may read: orders, executions, positions, the wallet, what the key may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from tradebook.kernel.clock import Clock
from tradebook.kernel.money import plain
from tradebook.venues.simulators.bybit import documents
from tradebook.venues.simulators.bybit.contract_exchange import ContractExchange
from tradebook.venues.simulators.bybit.orders import AnyOrder
from tradebook.venues.simulators.bybit.rejections import Rejection, strange
from tradebook.venues.simulators.bybit.security import Asked
from tradebook.venues.simulators.bybit.symbols import (
    CATEGORIES,
    INVERSE,
    LINEAR,
    SPOT,
    Symbols,
    milliseconds,
)
from tradebook.venues.simulators.bybit.trading import MARGIN_MODES, Handlers

RECENT_MAX = 500
"""Orders that ended and are still found among those that work."""
NEVER_TOLD = ""
"""In place of a key's secret."""
DAY_MS = 86_400_000
SPAN_MS_MAX = 7 * DAY_MS
"""Of what is told at once of executions and of the log."""
T = TypeVar("T")


class ReadingSide:
    """Each request may raise Rejection."""

    def __init__(self, symbols: Mapping[str, Symbols], contracts: ContractExchange, clock: Clock) -> None:
        """``symbols`` are by category."""
        self._symbols = symbols
        self._contracts = contracts
        self._clock = clock
        self.handlers: Handlers = {
            ("GET", "/v5/order/realtime"): self._realtime,
            ("GET", "/v5/order/history"): self._history,
            ("GET", "/v5/execution/list"): self._executions,
            ("GET", "/v5/position/list"): self._positions,
            ("GET", "/v5/account/wallet-balance"): self._wallet,
            ("GET", "/v5/account/transaction-log"): self._log,
            ("GET", "/v5/account/fee-rate"): self._fees,
            ("GET", "/v5/account/info"): self._info,
            ("GET", "/v5/account/query-dcp-info"): self._protected,
            ("GET", "/v5/user/query-api"): self._key,
            ("GET", "/v5/asset/coin/query-info"): self._coins,
        }

    def _realtime(self, asked: Asked) -> dict[str, Any]:
        """Open orders; those that have just ended where ``openOnly`` is 1, or where one is named."""
        _require_named(asked)
        cleared_at = asked.account.cleared_at
        ended = [each for each in _ended(asked) if cleared_at is None or each.updated_at > cleared_at]
        ended = ended[-RECENT_MAX:]
        works = asked.account.open_orders()
        if "orderId" in asked or "orderLinkId" in asked:
            orders: Iterable[AnyOrder] = [*works, *ended]
        else:
            orders = ended if asked.integer("openOnly", otherwise=0) else works
        return self._orders(asked, orders)

    def _history(self, asked: Asked) -> dict[str, Any]:
        """Of the last week all, and of before those of which something was filled."""
        start, end = self._span(asked, otherwise_ms=SPAN_MS_MAX)
        told = [each for each in _ended(asked) if start <= milliseconds(each.updated_at) <= end]
        last_week = self._now_ms() - SPAN_MS_MAX
        recent = [each for each in told if each.filled or milliseconds(each.updated_at) >= last_week]
        return self._orders(asked, recent)

    def _orders(self, asked: Asked, orders: Iterable[AnyOrder]) -> dict[str, Any]:
        is_meant = _is_meant(asked)
        chosen = sorted(
            (each for each in orders if is_meant(documents.order(each), each.category, each.receives)),
            key=lambda each: each.order_id,
        )
        places = [each.order_id for each in chosen]
        return _page(asked, chosen, places, documents.order, default=20, most=50)

    def _executions(self, asked: Asked) -> dict[str, Any]:
        is_meant = _is_meant(asked)
        start, end = self._span(asked, otherwise_ms=SPAN_MS_MAX)
        kind = asked.text("execType") if "execType" in asked else ""
        found = [
            (place, each)
            for place, each in enumerate(asked.account.executions, start=1)
            if is_meant(each, each["category"], "")
            and start <= int(each["execTime"]) <= end
            and kind in {"", each["execType"]}
        ]
        lines, places = [each for _, each in found], [place for place, _ in found]
        return _page(asked, lines, places, lambda line: line, default=50, most=100)

    def _positions(self, asked: Asked) -> dict[str, Any]:
        """Of a symbol that trades, open or not; otherwise those that are open."""
        category = asked.word("category", (LINEAR, INVERSE))
        _require_named(asked)
        listed = self._symbols[category]
        if "symbol" in asked:
            symbol = asked.text("symbol")
            lines = self._contracts.positions(asked.account, listed.require(symbol))
            if not listed.trades(symbol) and not any(each["side"] for each in lines):
                raise strange("symbol")
        else:
            lines = [
                position
                for each in listed.instruments.values()
                if each.contract and asked.text_or("settleCoin", "") in {"", each.contract.settle_asset}
                for position in self._contracts.positions(asked.account, each)
                if position["side"]
            ]
        return _page(asked, lines[::-1], range(1, len(lines) + 1), lambda line: line, default=20, most=200)

    def _log(self, asked: Asked) -> dict[str, Any]:
        asked.word("accountType", ("UNIFIED",), otherwise="UNIFIED")
        category = asked.text_or("category", "")
        start, end = self._span(asked, otherwise_ms=DAY_MS)
        found = [
            (place, each)
            for place, each in enumerate(asked.account.transactions, start=1)
            if start <= int(each["transactionTime"]) <= end and category in {"", each["category"]}
        ]
        lines, places = [each for _, each in found], [place for place, _ in found]
        return _page(asked, lines, places, lambda line: line, default=20, most=50)

    def _span(self, asked: Asked, *, otherwise_ms: int) -> tuple[int, int]:
        """From when to when is asked for: so much where it is not said, and no more than seven days."""
        start = asked.integer("startTime", otherwise=0)
        end = asked.integer("endTime", otherwise=start + otherwise_ms if start else self._now_ms())
        start = start or end - otherwise_ms
        if not 0 <= end - start <= SPAN_MS_MAX:
            raise Rejection(10001, "The time range cannot exceed 7 days.")
        return start, end

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())

    def _wallet(self, asked: Asked) -> dict[str, Any]:
        asked.word("accountType", ("UNIFIED",))
        wanted = set(asked.text("coin").split(",")) if "coin" in asked else None
        assets = [
            asset
            for asset, holding in asked.account.balances
            if (holding.free or holding.locked) and (wanted is None or asset in wanted)
        ]
        return {"list": [documents.wallet(asked.account, assets)]}

    def _fees(self, asked: Asked) -> dict[str, Any]:
        category = asked.word("category", CATEGORIES)
        listed = self._symbols[category]
        wanted = [asked.text("symbol")] if "symbol" in asked else list(listed.instruments)
        rates = ((name, listed.require(name)) for name in wanted)
        return {
            "category": category,
            "list": [
                {
                    "symbol": name,
                    "takerFeeRate": plain(each.taker_fee_rate),
                    "makerFeeRate": plain(each.maker_fee_rate),
                }
                for name, each in rates
            ],
        }

    def _info(self, asked: Asked) -> dict[str, Any]:
        modes = {mode: word for word, mode in MARGIN_MODES.items()}
        return {
            "marginMode": modes[asked.account.margin_mode],
            "updatedTime": "1698645219000",
            "unifiedMarginStatus": 6,
            "dcpStatus": "OFF",
            "timeWindow": 0,
            "smpGroup": 0,
            "isMasterTrader": False,
            "spotHedgingStatus": "OFF",
        }

    def _protected(self, asked: Asked) -> dict[str, Any]:
        windows = asked.account.protected_s.items()
        return {
            "dcpInfos": [
                {"product": product, "dcpStatus": "ON", "timeWindow": f"{seconds}"}
                for product, seconds in windows
            ]
        }

    def _key(self, asked: Asked) -> dict[str, Any]:
        may = asked.key.permissions
        return {
            "id": "1",
            "note": "simulated",
            "apiKey": asked.key.api_key,
            "readOnly": 0 if may.trading else 1,
            "secret": NEVER_TOLD,
            "permissions": {
                "ContractTrade": ["Order", "Position"] if may.contracts else [],
                "Spot": ["SpotTrade"],
                "Wallet": ["AccountTransfer", "Withdraw"] if may.withdrawals else ["AccountTransfer"],
                "Options": [],
                "Derivatives": ["DerivativesTrade"] if may.contracts else [],
                "CopyTrading": [],
                "BlockTrade": [],
                "Exchange": [],
                "NFT": [],
                "Affiliate": [],
            },
            "ips": ["*"],
            "type": 1,
            "deadlineDay": 90,
            "expiredAt": "2099-01-01T00:00:00Z",
            "createdAt": "2026-01-01T00:00:00Z",
            "unified": 0,
            "uta": 1,
            "userID": asked.account.uid,
            "inviterID": 0,
            "vipLevel": "No VIP",
            "isMaster": True,
            "parentUid": "0",
        }

    def _coins(self, asked: Asked) -> dict[str, Any]:
        assets: dict[str, None] = {}
        for each in self._symbols[SPOT].instruments.values():
            assets |= {each.base_asset: None, each.quote_asset: None}
        wanted = [asked.text("coin")] if "coin" in asked else list(assets)
        return {"rows": [{"name": each, "coin": each, "remainAmount": "0", "chains": []} for each in wanted]}


def _ended(asked: Asked) -> list[AnyOrder]:
    return [each for each in asked.account.orders() if not each.is_open]


def _require_named(asked: Asked) -> None:
    """Of linear contracts not everything may be asked for at once."""
    named = any(name in asked for name in ("symbol", "settleCoin", "baseCoin"))
    if asked.word("category", CATEGORIES) == LINEAR and not named:
        raise Rejection(
            10001, "params error: Missing some parameters that must be filled in, symbol or settleCoin"
        )


def _is_meant(asked: Asked) -> Callable[[Mapping[str, Any], str, str], bool]:
    """Whether a request asks for a line, by its names and its symbol, its category, and its settle coin where
    that is asked for.
    """
    category = asked.word("category", CATEGORIES)
    wanted = {name: asked.text(name) for name in ("orderId", "orderLinkId", "symbol") if name in asked}
    coin = asked.text_or("settleCoin", "")

    def is_meant(line: Mapping[str, Any], its_category: str, its_coin: str) -> bool:
        fits = its_category == category and (not coin or not its_coin or its_coin == coin)
        return fits and all(line[name] == value for name, value in wanted.items())

    return is_meant


def _page(
    asked: Asked,
    lines: Sequence[T],
    places: Sequence[int],
    told: Callable[[T], dict[str, Any]],
    *,
    default: int,
    most: int,
) -> dict[str, Any]:
    """The newest of them, or those before the place that the cursor names; ``places`` ascend."""
    limit = min(asked.integer("limit", otherwise=default), most)
    before = int(asked.text("cursor").removeprefix("before:")) if "cursor" in asked else 2**63
    older = [(place, line) for place, line in zip(places, lines, strict=True) if place < before]
    page = older[-limit:][::-1]
    more = len(older) > len(page)
    return {
        "category": asked.text_or("category", ""),
        "nextPageCursor": f"before%3A{page[-1][0]}" if more else "",
        "list": [told(line) for _, line in page],
    }
