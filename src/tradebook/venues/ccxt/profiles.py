"""What has to be known of an exchange beside what ccxt says, before orders may be sent there.

An order whose answer is lost is asked for by the id that we gave it. Where ccxt has no way to do that, an
account can be watched and cannot trade: nothing else would tell a lost order from one that never arrived.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from tradebook.kernel.messages import Value
from tradebook.trading.orders import TimeInForce
from tradebook.trading.ports import Capabilities
from tradebook.venues.ccxt.pages import Order, Pages

RECV_WINDOW_MS = 5000
_CLOCKS_DIFFER_S = 5.0
_NO_EXPIRY_S = 60.0
"""Where a request carries no time of its death: no answer is waited for so long, on any way."""
_DEADLINE_MAX = timedelta(seconds=30)


class Finds(Enum):
    """How an order is found again by the id that we gave it."""

    BY_ID = auto()
    """The exchange is asked for that id."""
    IN_LISTS = auto()
    """Its lists of open and of ended orders are asked for it."""
    NOWHERE = auto()


class Profile(Value, frozen=True, kw_only=True):
    """One exchange."""

    name: str
    """For people."""
    capabilities: Capabilities
    finds: Finds = Finds.NOWHERE
    tells_all_fills: bool = False
    """Whether fills can be asked for without naming an instrument."""
    has_deadline: bool = False
    """Whether an order may carry the moment after which the exchange does not take it."""
    pages: Pages = Pages()
    """How it tells fills."""
    open_pages: Pages | None = None
    """How it tells open orders, where one answer may not hold all of them."""
    order_id_param: str = ""
    """What the exchange calls an order's id where its fills are asked for among all fills; ccxt has a request
    of its own for that where this is empty.
    """
    names_trades: bool = False
    """Whether it tells an order's fills only by their own ids, which it tells with the order."""
    poll_every_s: float = 5.0
    streams: bool = True
    """Whether what ccxt listens to there is text, which is all that is read here."""
    options: Mapping[str, Any] = {}
    """For ccxt."""

    @property
    def why_not(self) -> str:
        """Why no order may be sent there; empty where it may."""
        if self.finds is not Finds.NOWHERE:
            return ""
        return "an order whose answer is lost could not be found again there, so accounts are only read"


def _capabilities(
    *, fill_or_kill: bool = True, post_only: bool = True, expiry_s: float = _NO_EXPIRY_S
) -> Capabilities:
    at_once = {TimeInForce.IOC, TimeInForce.FOK} if fill_or_kill else {TimeInForce.IOC}
    return Capabilities(
        rests=frozenset(),
        times_in_force=frozenset({TimeInForce.GTC, *at_once}),
        post_only=post_only,
        reduce_only=False,
        replace=False,
        request_expiry_s=expiry_s,
    )


_IN_WINDOW_S = RECV_WINDOW_MS / 1000 + _CLOCKS_DIFFER_S
_BINANCE = Profile(
    name="Binance.US",
    capabilities=_capabilities(expiry_s=_IN_WINDOW_S),
    finds=Finds.BY_ID,
    pages=Pages(order=Order.NEWER_BY_ID, param="fromId", id_field="id", lines_max=1000),
    order_id_param="orderId",
    options={
        "defaultType": "spot",
        "recvWindow": RECV_WINDOW_MS,
        "fetchMarkets": {"types": ["spot"]},
        "fetchMargins": False,
        "warnOnFetchOpenOrdersWithoutSymbol": False,
    },
)

PROFILES: Mapping[str, Profile] = {
    "okx": Profile(
        name="OKX",
        capabilities=_capabilities(),
        finds=Finds.BY_ID,
        tells_all_fills=True,
        pages=Pages(order=Order.OLDER_BY_ID, param="after", id_field="billId"),
        open_pages=Pages(order=Order.OLDER_BY_ID, param="after", id_field="ordId"),
        order_id_param="ordId",
        options={
            "defaultType": "spot",
            "fetchMarkets": {"types": ["spot"]},
            "createMarketBuyOrderRequiresPrice": False,
        },
    ),
    "kraken": Profile(
        name="Kraken",
        capabilities=_capabilities(
            fill_or_kill=False, expiry_s=_DEADLINE_MAX.total_seconds() + _CLOCKS_DIFFER_S
        ),
        finds=Finds.IN_LISTS,
        tells_all_fills=True,
        pages=Pages(order=Order.OLDER_BY_OFFSET, param="ofs", lines_max=50),
        names_trades=True,
        has_deadline=True,
        poll_every_s=10.0,
    ),
    "bitget": Profile(
        name="Bitget",
        capabilities=_capabilities(),
        finds=Finds.BY_ID,
        pages=Pages(order=Order.OLDER_BY_ID, param="idLessThan", id_field="tradeId"),
        open_pages=Pages(order=Order.OLDER_BY_ID, param="idLessThan", id_field="orderId"),
        order_id_param="orderId",
        options={"defaultType": "spot", "fetchMarkets": {"types": ["spot"]}},
    ),
    "mexc": Profile(
        name="MEXC",
        capabilities=_capabilities(expiry_s=_IN_WINDOW_S),
        finds=Finds.BY_ID,
        pages=Pages(order=Order.OLDER_BY_TIME),
        order_id_param="orderId",
        streams=False,
        options={"defaultType": "spot", "recvWindow": RECV_WINDOW_MS},
    ),
    "coinbase": Profile(
        name="Coinbase",
        capabilities=_capabilities(fill_or_kill=False, post_only=False),
        tells_all_fills=True,
        pages=Pages(order=Order.OLDER_BY_TIME),
        options={"defaultType": "spot", "fetchBalance": "v3PrivateGetBrokerageAccounts"},
    ),
    "binanceus": _BINANCE,
    # Binance has an adapter of its own; through ccxt it is the proof of this one, at its simulator.
    "binance": _BINANCE,
}


def profile_of(exchange_id: str) -> Profile:
    """What is known of it; of others only that nothing is."""
    return PROFILES.get(exchange_id) or Profile(
        name=exchange_id, capabilities=_capabilities(fill_or_kill=False, post_only=False)
    )


def deadline(now: datetime, lives_for: timedelta) -> str:
    """When an order is dead, for exchanges that take a time, by their clock: RFC 3339, and not further than
    they allow.
    """
    at = now + min(lives_for, _DEADLINE_MAX)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
