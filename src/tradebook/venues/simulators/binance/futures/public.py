"""What Binance says to everybody of its USD-M futures.

https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams

Trades are told by what one order took, and books say which update came before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from tradebook.kernel.money import ZERO
from tradebook.market.values import MarketEvent
from tradebook.venues.simulators.binance import public as spot
from tradebook.venues.simulators.binance.numbers import digits, milliseconds


class FuturesPublic(spot.PublicSide):
    """The market's events become frames by stream; books are kept to be asked for."""

    def frames(self, events: Sequence[MarketEvent]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Streams and what is said on them."""
        for event in events:
            at = milliseconds(event.at)
            for stream, told in super().frames([event]):
                name, _, kind = stream.partition("@")
                if kind == "bookTicker":
                    yield stream, {"e": "bookTicker", **told, "T": at, "E": at}
                elif kind == "trade":
                    yield f"{name}@aggTrade", _aggregate(told)
                else:
                    yield stream, {**told, "T": at, "pu": told["U"] - 1}

    def depth_at(self, symbol: str, limit: int, now: datetime) -> dict[str, Any]:
        """``GET /fapi/v1/depth``. Raises KeyError for a symbol that there is not."""
        at = milliseconds(now)
        return {**self.depth(symbol, limit), "E": at, "T": at}


def _aggregate(trade: Mapping[str, Any]) -> dict[str, Any]:
    number = trade["t"]
    return {
        "e": "aggTrade",
        "E": trade["E"],
        "s": trade["s"],
        "a": number,
        "p": trade["p"],
        "q": trade["q"],
        "f": number,
        "l": number,
        "T": trade["T"],
        "m": trade["m"],
    }


def premium_index(
    symbol: str, mark: Decimal | None, *, rate: Decimal, next_at: datetime, now: datetime
) -> dict[str, Any]:
    """A line of ``GET /fapi/v1/premiumIndex``."""
    price = digits(mark or ZERO)
    return {
        "symbol": symbol,
        "markPrice": price,
        "indexPrice": price,
        "estimatedSettlePrice": price,
        "lastFundingRate": digits(rate),
        "interestRate": digits(rate),
        "nextFundingTime": milliseconds(next_at),
        "time": milliseconds(now),
    }
