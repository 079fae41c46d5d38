"""What an account may ask of Binance: at the right time, within its limits; what each kind of no means."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.support.virtual_time import VirtualClock, run

from tradebook.venues.binance.requests import Request, signed
from tradebook.venues.binance.rest import ORDERS, WEIGHT, PublicRest, SignedRest
from tradebook.venues.binance.signing import Credentials, HmacSigner
from tradebook.venues.binance.wire import VENUE
from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.connections.limits import Limiter, VenueBusy
from tradebook.venues.errors import TooLate, UnknownOrder, VenueRefusal
from tradebook.venues.messages.limits import Budget

ORDER = signed("POST", "/api/v3/order", symbol="BTCUSDT")


def no(status: int, code: int, message: str = "no") -> HttpAnswer:
    return HttpAnswer(status=status, headers={}, body=json.dumps({"code": code, "msg": message}).encode())


GOOD = HttpAnswer(status=200, headers={}, body=b"{}")
WRONG_TIME = no(400, -1021)


class Asked:
    """Binance, as the test wants it to answer; its clock is ahead."""

    def __init__(self, *answers: HttpAnswer | Exception, ahead_s: float = 0) -> None:
        self.clock = VirtualClock()
        self.ahead = timedelta(seconds=ahead_s)
        self.answers = list(answers)
        self.requests: list[tuple[str, int]] = []
        """Paths and timestamps."""
        self.limiter = Limiter(VENUE, self.clock, [Budget(kind=WEIGHT, interval_s=60, limit=100)])
        self.orders = Limiter(VENUE, self.clock, [Budget(kind=ORDERS, interval_s=10, limit=10)])
        self.rest = SignedRest(
            PublicRest("https://binance.test", self._http, self.limiter),
            Credentials("key", HmacSigner("secret")),
            clock=self.clock,
            limiter=self.limiter,
            orders=self.orders,
        )

    async def _http(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        assert (method, body) in {("POST", None), ("GET", None)}
        parts = urlsplit(url)
        if parts.path == "/api/v3/time":
            told = {"serverTime": self._milliseconds()}
            return HttpAnswer(status=200, headers={}, body=json.dumps(told).encode())
        assert headers is not None
        assert headers["X-MBX-APIKEY"] == "key"
        self.requests.append((parts.path, int(parse_qs(parts.query)["timestamp"][0])))
        answer = self.answers.pop(0) if self.answers else GOOD
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _milliseconds(self) -> int:
        return round((self.clock.now() + self.ahead).timestamp() * 1000)

    async def ask(self, request: Request = ORDER, *, send_before: datetime | None = None) -> bytes:
        return await self.rest.ask(request, weight=1, is_order=True, send_before=send_before)


def told(
    story: Callable[[Asked], Awaitable[None]], *answers: HttpAnswer | Exception, ahead_s: float = 0
) -> None:
    async def main() -> None:
        await story(Asked(*answers, ahead_s=ahead_s))

    run(main())


def test_a_request_carries_the_venues_time() -> None:
    async def story(it: Asked) -> None:
        assert await it.ask() == b"{}"
        assert it.requests == [("/api/v3/order", it._milliseconds())]

    told(story, ahead_s=40)


def test_where_the_time_was_wrong_it_is_measured_and_asked_once_more() -> None:
    async def story(it: Asked) -> None:
        await it.rest.venue_clock.measure()
        it.ahead = timedelta(seconds=-9)
        assert await it.ask() == b"{}"
        assert [at - it._milliseconds() for _, at in it.requests] == [9000, 0]

    told(story, WRONG_TIME)


def test_only_once() -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(VenueRefusal, match="-1021"):
            await it.ask()
        assert len(it.requests) == 2

    told(story, WRONG_TIME, WRONG_TIME)


def test_nothing_is_sent_once_it_is_too_late() -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(TooLate):
            await it.ask(send_before=it.clock.now())
        assert it.requests == []

    told(story)


def test_waiting_for_the_limit_makes_it_too_late() -> None:
    async def story(it: Asked) -> None:
        for _ in range(9):
            await it.ask()
        with pytest.raises(TooLate):
            await it.ask(send_before=it.clock.now() + timedelta(seconds=1))
        assert len(it.requests) == 9

    told(story)


@pytest.mark.parametrize("status", [429, 418])
def test_who_is_told_to_be_silent_is(status: int) -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(VenueBusy):
            await it.ask()
        until = it.limiter.silent_until
        assert until is not None
        assert (until - it.clock.now()).total_seconds() == 40
        with pytest.raises(VenueBusy):
            await it.ask()
        assert len(it.requests) == 1
        await it.clock.sleep(41)
        assert await it.ask() == b"{}"

    told(story, HttpAnswer(status=status, headers={"retry-after": "40"}, body=b"<html>"))


def test_an_overloaded_venue_has_looked_at_nothing() -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(VenueBusy):
            await it.ask()

    told(story, no(503, -1008))


@pytest.mark.parametrize(
    "answer",
    [
        no(500, -1000),
        no(400, -1006),
        no(504, -1007),
        no(400, -2010, "Duplicate order sent."),
        HttpAnswer(status=502, headers={}, body=b"<html>"),
    ],
)
def test_what_does_not_say_what_was_done_is_unknown(answer: HttpAnswer) -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(ConnectionError):
            await it.ask()

    told(story, answer)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 407, 413])
@pytest.mark.parametrize("body", [b"<html><h1>Forbidden</h1></html>", b"", b'{"error":"blocked"}'])
def test_a_page_of_something_on_the_way_is_no_word_of_the_venues(status: int, body: bytes) -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(ConnectionError):
            await it.ask()

    told(story, HttpAnswer(status=status, headers={}, body=body))


def test_no_answer_is_unknown() -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(TimeoutError):
            await it.ask()

    told(story, TimeoutError())


def test_a_no_is_told_with_its_code() -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(VenueRefusal) as refused:
            await it.ask()
        assert (refused.value.venue_code, refused.value.message) == (
            "-2010",
            "Account has insufficient balance",
        )

    told(story, no(400, -2010, "Account has insufficient balance"))


@pytest.mark.parametrize("code", [-2013, -2011])
def test_that_there_is_no_such_order_is_a_no_of_its_own(code: int) -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(UnknownOrder):
            await it.ask()

    told(story, no(400, code))
