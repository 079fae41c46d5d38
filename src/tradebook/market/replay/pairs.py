"""What a recorded file is about, told from its name: ``btcusdt-trades.csv`` is BTC/USDT."""

from __future__ import annotations

import re

QUOTES = ("USDT", "USDC", "BUSD", "USD", "EUR", "GBP", "JPY", "CHF", "BTC", "ETH", "BNB")
_WORD = re.compile(r"[A-Za-z0-9]+")
_NOT_A_PAIR = frozenset(
    {"TRADES", "QUOTES", "QUOTE", "DAILY", "DEPTH", "PUBLIC", "PERP", "SNAP", "UPDATE", "M1", "1M", "TICK"}
)


def pair_of(name: str) -> tuple[str, str]:
    """Base and quote asset of a file name without its ending. A lone name is quoted in USD, as stocks are."""
    words = [word.upper() for word in _WORD.findall(name)]
    if len(words) > 1 and words[1] in QUOTES and words[0] not in _NOT_A_PAIR:
        return words[0], words[1]
    for quote in QUOTES:
        if words[0].endswith(quote) and len(words[0]) > len(quote):
            return words[0][: -len(quote)], quote
    return words[0], "USD"
