"""Exchanges of the long tail that tell what was traded page by page, each as its documentation says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from tests.support.ccxt_recorded import market_of
from tests.support.simulated_binance import START, HandClock
from tradebook.venues.ccxt.market import CcxtMarket
from tradebook.venues.ccxt.polling import PolledConnector
from tradebook.venues.ccxt.side import CcxtSide
from tradebook.venues.ccxt.symbols import decode_markets
from tradebook.venues.connections.http import HttpAnswer

BEGAN_MS = round(START.timestamp() * 1000)
SYMBOL = "BTC/USDT"
_SECRETS = {"apiKey": "key", "secret": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "password": "words"}
_IDS = {
    "bitget": "BTCUSDT",
    "mexc": "BTCUSDT",
    "kraken": "XBTUSDT",
    "okx": "BTC-USDT",
    "coinbase": "BTC-USDT",
}
_TIMES: Mapping[str, Any] = {
    "kraken": {"error": [], "result": {"unixtime": BEGAN_MS // 1000}},
    "okx": {"code": "0", "data": [{"ts": str(BEGAN_MS)}], "msg": ""},
    "bitget": {"code": "00000", "msg": "success", "data": {"serverTime": str(BEGAN_MS)}},
    "mexc": {"serverTime": BEGAN_MS},
    "coinbase": {"data": {"epoch": BEGAN_MS // 1000}},
}

Fill = tuple[int, int, str]
"""Its number, its time in milliseconds, and its order."""
Asked = Mapping[str, str]


def fills(count: int, *, of: str = "one", in_one_ms: int = 3) -> list[Fill]:
    """Oldest first, several in each millisecond."""
    return [(each, BEGAN_MS + each // in_one_ms, of) for each in range(1, count + 1)]


class History:
    """Implements ``Http`` for an exchange at which this was traded."""

    def __init__(self, exchange_id: str, traded: Sequence[Fill], *, instrument: str = "") -> None:
        """``instrument`` is what it says that all of it was, instead of what is listed."""
        self.traded = list(traded)
        self.asked: list[tuple[str, Asked]] = []
        self._exchange_id = exchange_id
        self._instrument = instrument or _IDS[exchange_id]

    async def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        del method, headers
        at = urlsplit(url)
        asked = dict(parse_qsl(at.query or (body or b"").decode()))
        self.asked.append((at.path, asked))
        if at.path.lower().endswith("/time"):
            answer = _TIMES[self._exchange_id]
        elif at.path.endswith("/public/instruments"):
            answer = {"code": "0", "data": [], "msg": ""}  # of OKX: nothing that was not listed before
        else:
            answer = _ANSWERS[self._exchange_id](self.traded, at.path, asked)
        headers = {"content-type": "application/json"}
        told = msgspec.json.encode(answer).replace(
            f'"{_IDS[self._exchange_id]}"'.encode(), f'"{self._instrument}"'.encode()
        )
        return HttpAnswer(status=200, headers=headers, body=told)


def side_at(exchange_id: str, http: History, clock: HandClock | None = None) -> CcxtSide:
    """An account there, that knows what is listed."""
    clock = clock or HandClock()
    market = CcxtMarket(exchange_id, http, clock)
    listed = {**market_of(market.client, "BTC-USDT"), "id": _IDS[exchange_id]}
    market.client.set_markets([{**listed, "info": {"altname": _IDS[exchange_id]}}])
    market.symbols.take(decode_markets(market.client.markets.values(), exchange_id, 4)[0])
    client = market.client_of(_SECRETS)
    return CcxtSide(market, client, PolledConnector(clock), name="alice", mask=lambda text: text)


# --- Kraken: https://docs.kraken.com/api-reference/account-data/get-trades-history

KRAKENS_PAGE, KRAKENS_IDS_MAX = 50, 20


def _kraken(traded: Sequence[Fill], path: str, asked: Asked) -> Any:
    lines = {
        f"T{number}": {
            "ordertxid": of,
            "pair": "XBTUSDT",
            "time": at / 1000,
            "type": "buy",
            "ordertype": "limit",
            "price": "100.0",
            "cost": "100.0",
            "fee": "0.1",
            "vol": "1.0",
            "maker": True,
        }
        for number, at, of in reversed(traded)
        if at / 1000 > float(asked.get("start", 0))
    }
    if path.endswith("/QueryTrades"):
        names = asked["txid"].split(",") if "txid" in asked else []
        if not 0 < len(names) <= KRAKENS_IDS_MAX:
            return {"error": ["EGeneral:Invalid arguments"]}
        return {"error": [], "result": {each: lines[each] for each in names}}
    if path.endswith("/QueryOrders"):
        return {"error": [], "result": {asked["txid"]: _krakens_order(traded, asked["txid"])}}
    skipped = int(asked.get("ofs", 0))
    page = dict(list(lines.items())[skipped : skipped + KRAKENS_PAGE])
    return {"error": [], "result": {"trades": page, "count": len(lines)}}


def _krakens_order(traded: Sequence[Fill], name: str) -> Any:
    its = [f"T{number}" for number, _, of in traded if of == name]
    terms = {"pair": "XBTUSDT", "type": "buy", "ordertype": "limit", "price": "100.0", "price2": "0"}
    return {
        "status": "closed",
        "cl_ord_id": "ours",
        "opentm": BEGAN_MS / 1000,
        "descr": {**terms, "order": f"buy {len(its)} XBTUSDT @ limit 100.0"},
        "vol": str(len(its)),
        "vol_exec": str(len(its)),
        "cost": "100.0",
        "fee": "0.1",
        "price": "100.0",
        "oflags": "fciq",
        "trades": its,
    }


# --- OKX: https://www.okx.com/docs-v5/en/#order-book-trading-trade-get-transaction-details-last-3-months


def _okx(traded: Sequence[Fill], path: str, asked: Asked) -> Any:
    if path.endswith("/orders-pending"):
        return {"code": "0", "data": _okx_working(traded, asked), "msg": ""}
    lines = [
        {
            "side": "buy",
            "fillSz": "1",
            "fillPx": "100",
            "fee": "-0.1",
            "feeCcy": "USDT",
            "ordId": of,
            "instType": "SPOT",
            "instId": "BTC-USDT",
            "billId": str(1000 + number),
            "tradeId": str(number),
            "execType": "M",
            "ts": str(at),
        }
        for number, at, of in reversed(traded)
        if at >= int(asked.get("begin", 0))
        and at <= int(asked.get("end", at))
        and of == asked.get("ordId", of)
        and 1000 + number < int(asked.get("after", 10**9))
    ]
    return {"code": "0", "data": lines[: int(asked.get("limit", 100))], "msg": ""}


def _okx_working(placed: Sequence[Fill], asked: Asked) -> Any:
    lines = [
        {
            "ordId": str(number),
            "clOrdId": f"ours{number}",
            "instId": "BTC-USDT",
            "side": "buy",
            "ordType": "limit",
            "px": "100",
            "sz": "1",
            "accFillSz": "0",
            "state": "live",
            "cTime": str(at),
            "uTime": str(at),
        }
        for number, at, _ in reversed(placed)
        if number < int(asked.get("after", 10**9))
    ]
    return lines[: int(asked.get("limit", 100))]


# --- Bitget: https://www.bitget.com/api-doc/spot/trade/Get-Fills


def _bitget(traded: Sequence[Fill], path: str, asked: Asked) -> Any:
    if path.endswith("/unfilled-orders"):
        return {"code": "00000", "msg": "success", "data": _bitget_working(traded, asked)}
    lines = [
        {
            "symbol": "BTCUSDT",
            "orderId": of,
            "tradeId": str(number),
            "side": "buy",
            "priceAvg": "100",
            "size": "1",
            "amount": "100",
            "feeDetail": {"feeCoin": "USDT", "totalFee": "-0.1"},
            "tradeScope": "maker",
            "cTime": str(at),
        }
        for number, at, of in reversed(traded)
        if at >= int(asked.get("startTime", 0))
        and of == asked.get("orderId", of)
        and number < int(asked.get("idLessThan", 10**9))
    ]
    return {"code": "00000", "msg": "success", "data": lines[: int(asked.get("limit", 100))]}


def _bitget_working(placed: Sequence[Fill], asked: Asked) -> Any:
    lines = [
        {
            "symbol": "BTCUSDT",
            "orderId": str(number),
            "clientOid": f"ours{number}",
            "priceAvg": "100",
            "size": "1",
            "orderType": "limit",
            "side": "buy",
            "status": "live",
            "baseVolume": "0",
            "quoteVolume": "0",
            "cTime": str(at),
            "uTime": str(at),
        }
        for number, at, _ in reversed(placed)
        if number < int(asked.get("idLessThan", 10**9))
    ]
    return lines[: int(asked.get("limit", 100))]


# --- MEXC: https://www.mexc.com/api-docs/spot-v3/spot-account-trade#account-trade-list


def _mexc(traded: Sequence[Fill], path: str, asked: Asked) -> Any:
    del path
    lines = [
        {
            "symbol": "BTCUSDT",
            "id": str(number),
            "orderId": of,
            "price": "100",
            "qty": "1",
            "commission": "0.1",
            "commissionAsset": "USDT",
            "time": str(at),
            "isBuyer": True,
            "isMaker": True,
        }
        for number, at, of in reversed(traded)
        if at >= int(asked.get("startTime", 0))
        and at <= int(asked.get("endTime", at))
        and of == asked.get("orderId", of)
    ]
    return lines[: int(asked.get("limit", 100))]


# --- Coinbase: https://docs.cdp.coinbase.com/api-reference/advanced-trade-api/rest-api/orders/list-fills


def _coinbase(traded: Sequence[Fill], path: str, asked: Asked) -> Any:
    del path
    start, end = (asked.get(f"{each}_sequence_timestamp", "") for each in ("start", "end"))
    lines = [
        {
            "trade_id": str(number),
            "order_id": of,
            "product_id": "BTC-USDT",
            "trade_time": told_at,
            "sequence_timestamp": told_at,
            "trade_type": "FILL",
            "price": "100",
            "size": "1",
            "commission": "0.1",
            "side": "BUY",
            "liquidity_indicator": "MAKER",
        }
        for number, at, of in reversed(traded)
        if start <= (told_at := _iso(at)) and (not end or told_at < end)
    ]
    return {"fills": lines[: int(asked.get("limit", 100))], "cursor": ""}


def _iso(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


_ANSWERS: Mapping[str, Callable[[Sequence[Fill], str, Asked], Any]] = {
    "kraken": _kraken,
    "okx": _okx,
    "bitget": _bitget,
    "mexc": _mexc,
    "coinbase": _coinbase,
}
