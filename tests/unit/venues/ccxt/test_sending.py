"""What leaves, how often and until when; and what becomes of ccxt's errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import ccxt  # type: ignore[import-untyped]  # it ships no types
import pytest
from tests.support.ccxt_recorded import market_of
from tests.support.simulated_binance import START, HandClock

from tradebook.venues.ccxt.exchange import make_exchange
from tradebook.venues.ccxt.problems import in_our_words
from tradebook.venues.ccxt.transport import Sending, Transport, sending
from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.connections.limits import VenueBusy
from tradebook.venues.errors import Inexpressible, NotConnected, TooLate, UnknownOrder, VenueRefusal

URL = "https://exchange.test/order?signature=abc"


class Http:
    def __init__(self, status: int = 200, *, body: bytes = b"{}", **headers: str) -> None:
        self.sent: list[str] = []
        self._body = body
        self._status, self._headers = status, headers

    async def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        self.sent.append(method)
        named = {name.replace("_", "-"): value for name, value in self._headers.items()}
        return HttpAnswer(status=self._status, headers=named, body=self._body)


def transport(http: Http | None = None) -> Transport:
    return Transport("okx", http or Http(), HandClock())


async def send(through: Transport, method: str) -> None:
    await through.send(method, URL, headers={}, body=None)


async def test_what_changes_something_leaves_once_within_a_wish() -> None:
    http = Http()
    through = transport(http)
    with sending(START + timedelta(seconds=1)) as it:
        await send(through, "GET")
        sent = [it.is_sent]
        await send(through, "POST")
        sent.append(it.is_sent)
        with pytest.raises(ConnectionError, match="held back"):
            await send(through, "POST")
    assert http.sent == ["GET", "POST"]
    assert sent == [False, True]


async def test_nothing_leaves_after_its_time() -> None:
    http = Http()
    with sending(START) as it, pytest.raises(TooLate):
        await send(transport(http), "POST")
    assert not http.sent
    assert not it.is_sent


async def test_who_is_asked_to_stop_is_silent_for_as_long_as_was_said() -> None:
    through = transport(Http(429, retry_after="25"))
    await send(through, "GET")
    assert through.limiter.silent_until == START + timedelta(seconds=25)


def raising(error: Exception) -> Callable[[], Awaitable[None]]:
    async def call() -> None:
        raise error

    return call


SENT, HELD = Sending(None), Sending(None)
SENT.is_sent = True

WORDS = [
    (ccxt.InsufficientFunds("no funds"), SENT, VenueRefusal),
    (ccxt.InvalidOrder("too small"), SENT, VenueRefusal),
    (ccxt.InvalidOrder("too small"), HELD, Inexpressible),
    (ccxt.OrderNotFound("gone"), None, UnknownOrder),
    (ccxt.DuplicateOrderId("there"), SENT, ConnectionError),
    (ccxt.InvalidOrder("binance Duplicate order sent."), SENT, ConnectionError),
    (ccxt.RateLimitExceeded("slow"), SENT, VenueBusy),
    (ccxt.ExchangeNotAvailable("503"), SENT, ConnectionError),
    (ccxt.ExchangeNotAvailable("503"), HELD, NotConnected),
    (ccxt.RequestTimeout("late"), SENT, ConnectionError),
    (ccxt.ExchangeError("a code that ccxt has no name for"), SENT, ConnectionError),
    (KeyError("result"), SENT, ConnectionError),
    (TimeoutError("late"), SENT, TimeoutError),
    (TimeoutError("late"), HELD, NotConnected),
]


@pytest.mark.parametrize(("error", "of", "ours"), WORDS, ids=lambda each: getattr(each, "__name__", None))
async def test_an_error_is_a_no_only_where_ccxt_has_a_name_for_it(
    error: Exception, of: Sending | None, ours: type[Exception]
) -> None:
    with pytest.raises(ours):
        await in_our_words(raising(error), transport(), lambda text: text, of)


async def test_an_error_tells_neither_the_query_nor_the_secret() -> None:
    complaint = ccxt.BadRequest(f"okx GET {URL} 400 hidden")
    with pytest.raises(VenueRefusal) as told:
        await in_our_words(raising(complaint), transport(), lambda text: text.replace("hidden", "***"))
    assert "abc" not in str(told.value)
    assert "hidden" not in str(told.value)
    assert told.value.__context__ is None


@pytest.mark.parametrize("status", [400, 401, 403, 407, 502, 511])
async def test_a_page_of_whoever_is_on_the_way_is_no_no_of_the_exchange(status: int) -> None:
    through = transport(Http(status, body=b"<html>Who are you?</html>"))
    client = make_exchange("okx", through, secrets={"apiKey": "key", "secret": "secret", "password": "words"})
    client.set_markets([market_of(client, "BTC-USDT")])
    with sending() as it, pytest.raises(ConnectionError):
        await in_our_words(
            lambda: client.create_order("BTC/USDT", "limit", "buy", "1", "100"),
            through,
            lambda text: text,
            it,
        )
    assert it.is_sent
