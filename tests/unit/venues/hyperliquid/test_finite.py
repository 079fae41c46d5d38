"""A number that is none is believed nowhere: JSON's strings may spell it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.support.hyperliquid import universe

from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.hyperliquid.account_data import decode_account
from tradebook.venues.hyperliquid.market_data import (
    decode_book,
    decode_candles,
    decode_funding_history,
    decode_market,
    decode_mids,
)
from tradebook.venues.hyperliquid.reading import time_of
from tradebook.venues.messages.market import Refusal

OWNER = "0x" + "a" * 40
AT = 1_761_786_491_067
LEVEL = {"px": "1", "sz": "1", "n": 1}
PRINT = {"coin": "BTC", "side": "B", "px": "1", "sz": "1", "time": AT, "hash": "0x0", "tid": 1}
CANDLE = {"s": "BTC", "i": "1m", "t": AT, "T": AT, "n": 1, **dict.fromkeys("ohlcv", "1")}
FILL = {**PRINT, "dir": "Open Long", "startPosition": "0", "closedPnl": "0", "oid": 1, "crossed": True}
FILL |= {"fee": "0", "feeToken": "USDC", "time": AT}
FRAMES: dict[str, Any] = {
    "bbo": {"coin": "BTC", "time": AT, "bbo": [LEVEL, LEVEL]},
    "l2Book": {"coin": "BTC", "time": AT, "levels": [[LEVEL], [LEVEL]]},
    "trades": [PRINT],
    "candle": CANDLE,
    "allMids": {"mids": {"BTC": "1"}},
    "activeAssetCtx": {"coin": "BTC", "ctx": {"markPx": "1", "funding": "1", "openInterest": "1"}},
}


def spoilt(document: Any, word: str) -> list[Any]:
    """The document with one of its numbers spelt so, for each of them."""
    if document == "1":
        return [word]
    if isinstance(document, dict):
        return [{**document, key: each} for key, value in document.items() for each in spoilt(value, word)]
    if isinstance(document, list):
        return [
            [*document[:n], each, *document[n + 1 :]]
            for n, value in enumerate(document)
            for each in spoilt(value, word)
        ]
    return []


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "sNaN"])
@pytest.mark.parametrize("channel", FRAMES)
def test_no_frame_of_a_market_is_believed_with_a_number_that_is_none(channel: str, word: str) -> None:
    assert decode_market(_frame(channel, FRAMES[channel]), universe())
    found = spoilt(FRAMES[channel], word)
    assert found
    for each in found:
        with pytest.raises(UndecodableFrame):
            decode_market(_frame(channel, each), universe())


@pytest.mark.parametrize("word", ["NaN", "Infinity"])
def test_no_answer_is_believed_with_a_number_that_is_none(word: str) -> None:
    listed, asked_at = universe(), time_of(AT)
    for document, decode in (
        (FRAMES["l2Book"], lambda data: decode_book(data, listed)),
        ([CANDLE], lambda data: decode_candles(data, listed, asked_at=asked_at)),
        ({"BTC": "1"}, lambda data: decode_mids(data, listed)),
        (
            [{"coin": "BTC", "fundingRate": "1", "time": AT}],
            lambda data: decode_funding_history(data, listed),
        ),
    ):
        for each in spoilt(document, word):
            with pytest.raises(UndecodableFrame):
                decode(json.dumps(each).encode())


@pytest.mark.parametrize("word", ["NaN", "Infinity"])
def test_no_fill_is_believed_with_a_number_that_is_none(word: str) -> None:
    for each in spoilt(FILL, word):
        frame = _frame("userFills", {"user": OWNER, "fills": [each]})
        with pytest.raises(UndecodableFrame, match="not a finite number"):
            decode_account(frame, universe(), owner=OWNER)


def test_a_complaint_names_the_stream_that_is_refused_and_one_about_what_is_there_already_says_nothing() -> (
    None
):
    sentence = 'Invalid subscription {"type":"l2Book","coin":"NOPE"}'
    assert list(decode_market(_frame("error", sentence), universe())) == [
        Refusal(streams=("l2Book:NOPE",), reason=sentence)
    ]
    assert list(decode_market(_frame("error", "Too many subscriptions"), universe())) == [
        Refusal(reason="Too many subscriptions")
    ]
    for known in ("Already subscribed: {}", "Already unsubscribed: {}"):
        assert list(decode_market(_frame("error", known), universe())) == []


def _frame(channel: str, data: Any) -> bytes:
    return json.dumps({"channel": channel, "data": data}).encode()
