"""Finds listed instruments by what somebody typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tradebook.market.values import Instrument

_BETWEEN_WORDS = re.compile(r"[\s/\-:._]+")


def found(instruments: Iterable[Instrument], typed: str) -> Sequence[Instrument]:
    """Those in which every typed word begins a word, or all of it the symbol without its slash; best first.

    ``doge``, ``doge bybit`` and ``dogeusdt`` all find DOGE-USDT. The earlier a word stands the better; among
    equals shorter ids come first, so that a pair comes before what is derived from it.
    """
    wanted = [word for word in _BETWEEN_WORDS.split(typed.casefold()) if word]
    scored = [(score, each) for each in instruments if (score := _score(each, wanted))]
    scored.sort(key=lambda pair: (-pair[0], len(pair[1].instrument_id), pair[1].instrument_id))
    return [each for _, each in scored]


def _score(instrument: Instrument, wanted: Sequence[str]) -> float:
    words = _BETWEEN_WORDS.split(instrument.instrument_id.casefold())
    joined = f"{instrument.base_asset}{instrument.quote_asset}".casefold()
    score = 1.0
    for word in wanted:
        place = next((n for n, each in enumerate(words) if each.startswith(word)), None)
        if place is None and joined.startswith(word):
            place = 0
        if place is None:
            return 0.0
        score += 1 / (1 + place) + (words[place] == word)
    return score
