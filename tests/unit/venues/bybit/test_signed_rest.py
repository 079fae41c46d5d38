"""What an account may ask of Bybit: at the right time, within its limits; what each kind of no means."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from tests.support.virtual_time import VirtualClock, run

from tradebook.venues.bybit.requests import Request
from tradebook.venues.bybit.rest import PublicRest, SignedRest
from tradebook.venues.bybit.signing import Credentials
from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.connections.limits import VenueBusy
from tradebook.venues.errors import TooLate, UnknownOrder, VenueRefusal

ORDER = Request(method="POST", path="/v5/order/create", params={"symbol": "BTCUSDT"})


def said(code: int, message: str = "no", **headers: str) -> HttpAnswer:
    document = {"retCode": code, "retMsg": message, "result": {}}
    return HttpAnswer(status=200, headers=headers, body=json.dumps(document).encode())


GOOD, WRONG_TIME = said(0, "OK"), said(10002)


class Asked:
    """Bybit, as the test wants it to answer; its clock is ahead."""

    def __init__(self, *answers: HttpAnswer | Exception, ahead_s: float = 0) -> None:
        self.clock = VirtualClock()
        self.ahead = timedelta(seconds=ahead_s)
        self.answers = list(answers)
        self.stamps: list[int] = []
        """Of requests about orders."""
        public = PublicRest("https://bybit.test", self._http, self.clock)
        self.rest = SignedRest(public, Credentials("key", "secret"), clock=self.clock)

    async def _http(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> HttpAnswer:
        if urlsplit(url).path == "/v5/market/time":
            told = {"timeSecond": "0", "timeNano": f"{self.milliseconds() * 1_000_000}"}
            document = {"retCode": 0, "retMsg": "OK", "result": told}
            return HttpAnswer(status=200, headers={}, body=json.dumps(document).encode())
        assert headers is not None
        assert (method, body, headers["X-BAPI-API-KEY"]) == ("POST", b'{"symbol":"BTCUSDT"}', "key")
        self.stamps.append(int(headers["X-BAPI-TIMESTAMP"]))
        answer = self.answers.pop(0) if self.answers else GOOD
        if isinstance(answer, Exception):
            raise answer
        return answer

    def milliseconds(self) -> int:
        return round((self.clock.now() + self.ahead).timestamp() * 1000)

    async def ask(self, *, send_before: datetime | None = None) -> bytes:
        return await self.rest.ask(ORDER, send_before=send_before)


def told(
    story: Callable[[Asked], Awaitable[None]], *answers: HttpAnswer | Exception, ahead_s: float = 0
) -> None:
    async def main() -> None:
        await story(Asked(*answers, ahead_s=ahead_s))

    run(main())


def test_a_request_carries_the_venues_time() -> None:
    async def story(it: Asked) -> None:
        assert await it.ask() == GOOD.body
        assert it.stamps == [it.milliseconds()]

    told(story, ahead_s=40)


def test_where_the_time_was_wrong_it_is_measured_and_asked_once_more() -> None:
    async def story(it: Asked) -> None:
        await it.rest.venue_clock.measure()
        it.ahead = timedelta(seconds=-9)
        assert await it.ask() == GOOD.body
        assert [at - it.milliseconds() for at in it.stamps] == [9000, 0]

    told(story, WRONG_TIME)


def test_only_once() -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(VenueRefusal, match="10002"):
            await it.ask()
        assert len(it.stamps) == 2

    told(story, WRONG_TIME, WRONG_TIME)


def test_nothing_is_sent_once_it_is_too_late() -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(TooLate):
            await it.ask(send_before=it.clock.now())
        assert it.stamps == []

    told(story)


def test_who_has_asked_too_often_is_silent_until_the_limit_begins_anew() -> None:
    async def story(it: Asked) -> None:
        resets_at = str(it.milliseconds() + 40_000)
        it.answers.append(
            said(
                10006,
                **{
                    "x-bapi-limit": "20",
                    "x-bapi-limit-status": "0",
                    "x-bapi-limit-reset-timestamp": resets_at,
                },
            )
        )
        with pytest.raises(VenueBusy):
            await it.ask()
        with pytest.raises(VenueBusy):
            await it.ask()
        assert len(it.stamps) == 1
        await it.clock.sleep(41)
        assert await it.ask() == GOOD.body

    told(story)


@pytest.mark.parametrize("status", [403, 429])
def test_an_address_that_may_not_ask_has_sent_nothing(status: int) -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(VenueBusy, match=f"HTTP {status}"):
            await it.ask()

    told(story, HttpAnswer(status=status, headers={}, body=b"<html>"))


@pytest.mark.parametrize(
    "answer",
    [
        said(10000, "Server Timeout"),
        said(10016),
        said(170007),
        said(170141, "Duplicate clientOrderId."),
        said(12345),
        HttpAnswer(status=502, headers={}, body=b"<html>"),
        HttpAnswer(status=200, headers={}, body=b"<html>"),
    ],
)
def test_what_does_not_say_what_was_done_is_unknown(answer: HttpAnswer) -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(ConnectionError):
            await it.ask()

    told(story, answer)


def test_no_answer_is_unknown() -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(TimeoutError):
            await it.ask()

    told(story, TimeoutError())


def test_a_no_is_told_with_its_code() -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(VenueRefusal) as refused:
            await it.ask()
        assert (refused.value.venue_code, refused.value.message) == ("170131", "Insufficient balance.")

    told(story, said(170131, "Insufficient balance."))


@pytest.mark.parametrize("code", [170213, 170142])
def test_that_there_is_no_such_order_is_a_no_of_its_own(code: int) -> None:
    async def story(it: Asked) -> None:
        with pytest.raises(UnknownOrder):
            await it.ask()

    told(story, said(code))
