"""Public frames of Binance spot, shaped as its combined stream sends them, of a market that a seed lives.

With every quote one size is new, or both prices move: so it is in real feeds, where what was seen before can
be used again and what is new cannot. https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from random import Random

SYMBOLS = tuple(f"{base}{number}USDT" for base in ("BTC", "ETH", "SOL", "XRP", "ADA") for number in range(10))
"""Fifty of five characters; nobody lists them."""
BEGIN, END = "BEGINUSDT", "ENDUSDT"
"""Quoted once each, where what is measured begins and ends."""
STAMP = 10**15
"""In place of an update's number where a sender writes when it sent: so large that the width stays."""
BOOK_LEVELS = 1_000
TICK, MIDDLE = 0.01, 50_000.0
QUOTES, TRADES = 0.80, 0.15
"""Of a mixture; the rest are changes of books, which come ten times a second and not with every order."""
NEAR = 60
"""Ticks from the touch within which books change."""
DAY_MS = 1_789_000_000_000


class VenueFrames:
    """A market's frames, made as they are asked for; the same seed makes the same."""

    def __init__(self, seed: int = 7, symbols: tuple[str, ...] = SYMBOLS) -> None:
        self._draw = Random(seed)
        self._lives = {symbol: _Life() for symbol in symbols}
        self._symbols = symbols
        self._made = 0

    def listing(self) -> bytes:
        """``GET /api/v3/exchangeInfo``."""
        symbols = [_listed(each) for each in (*self._symbols, BEGIN, END)]
        return json.dumps({"rateLimits": [], "symbols": symbols}).encode()

    @staticmethod
    def book() -> bytes:
        """``GET /api/v3/depth``: how every book begins."""
        bids = [[_price(-1 - n), "1.00000000"] for n in range(BOOK_LEVELS)]
        asks = [[_price(1 + n), "1.00000000"] for n in range(BOOK_LEVELS)]
        return json.dumps({"lastUpdateId": 0, "bids": bids, "asks": asks}).encode()

    def mixed(self, count: int, *, stamped: bool = False) -> list[bytes]:
        """Quotes, trades and changes of books; ``stamped`` leaves room in quotes for when they are sent."""
        make: dict[str, Callable[[], bytes]] = {
            "quote": partial(self._quote, STAMP if stamped else None),
            "trade": self._trade,
            "book": self._book_change,
        }
        kinds = self._draw.choices(list(make), (QUOTES, TRADES, 1 - QUOTES - TRADES), k=count)
        return [make[each]() for each in kinds]

    def quotes(self, count: int) -> list[bytes]:
        """Quotes alone."""
        return [self._quote() for _ in range(count)]

    def book_changes(self, count: int) -> list[bytes]:
        """Changes of books alone."""
        return [self._book_change() for _ in range(count)]

    def opening(self) -> list[bytes]:
        """A change of each book, so that all of them are asked for."""
        return [self._book_change(each) for each in self._symbols]

    def _quote(self, number: int | None = None) -> bytes:
        symbol, life = self._next()
        chance = self._draw.random()
        if chance < 0.45:
            life.bid_size = self._size()
        elif chance < 0.9:
            life.ask_size = self._size()
        else:
            life.middle += self._draw.choice((-1, 1))
        bid, ask = _price(life.middle - 1), _price(life.middle + 1)
        body = (
            f'"u":{number or self._made},"s":"{symbol}",'
            f'"b":"{bid}","B":"{life.bid_size}","a":"{ask}","A":"{life.ask_size}"'
        )
        return _combined(symbol, "bookTicker", body)

    def _trade(self) -> bytes:
        symbol, life = self._next()
        side = self._draw.choice((-1, 1))
        at = DAY_MS + self._made // 50
        body = (
            f'"e":"trade","E":{at + 1},"s":"{symbol}","t":{self._made},"p":"{_price(life.middle + side)}",'
            f'"q":"{self._size()}","T":{at},"m":{"true" if side < 0 else "false"},"M":true'
        )
        return _combined(symbol, "trade", body)

    def _book_change(self, of: str | None = None) -> bytes:
        symbol, life = self._next() if of is None else (of, self._lives[of])
        first = life.last_update + 1
        life.last_update += self._draw.randint(1, 9)
        bids, asks = (self._levels(life.middle, side) for side in (-1, 1))
        body = (
            f'"e":"depthUpdate","E":{DAY_MS + self._made // 50},"s":"{symbol}","U":{first},'
            f'"u":{life.last_update},"b":[{bids}],"a":[{asks}]'
        )
        return _combined(symbol, "depth@100ms", body)

    def _levels(self, middle: int, side: int) -> str:
        """What the touch passed over goes; some near it change, some go."""
        passed = [f'["{_price(middle + n * -side)}","0.00000000"]' for n in range(2)]
        places = self._draw.sample(range(1, NEAR), self._draw.randint(1, 8))
        sizes = ["0.00000000" if self._draw.random() < 0.3 else self._size() for _ in places]
        changed = [f'["{_price(middle + n * side)}","{size}"]' for n, size in zip(places, sizes, strict=True)]
        return ",".join(changed + passed)

    def _next(self) -> tuple[str, _Life]:
        self._made += 1
        symbol = self._draw.choice(self._symbols)
        return symbol, self._lives[symbol]

    def _size(self) -> str:
        return f"{self._draw.expovariate(1) + 0.00001:.5f}000"


def mark(symbol: str) -> bytes:
    """The one quote of BEGIN or END."""
    return _combined(symbol, "bookTicker", f'"u":1,"s":"{symbol}","b":"1","B":"1","a":"2","A":"1"')


class _Life:
    """What one instrument's frames say next."""

    def __init__(self) -> None:
        self.middle = 0
        """Ticks from where it began."""
        self.bid_size = self.ask_size = "1.00000000"
        self.last_update = 0


def _price(ticks: int) -> str:
    return f"{MIDDLE + ticks * TICK:.2f}000000"


def _combined(symbol: str, stream: str, body: str) -> bytes:
    return f'{{"stream":"{symbol.lower()}@{stream}","data":{{{body}}}}}'.encode()


def _listed(symbol: str) -> dict[str, object]:
    base = symbol.removesuffix("USDT")
    return {
        "symbol": symbol,
        "status": "TRADING",
        "baseAsset": base,
        "baseAssetPrecision": 8,
        "quoteAsset": "USDT",
        "quotePrecision": 8,
        "isSpotTradingAllowed": True,
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
            {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
        ],
    }
