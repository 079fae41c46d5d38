"""What becomes of a request that gets no answer."""

from __future__ import annotations

import pytest
from tests.support.server import free_port

from tradebook.venues.connections.http import HttpxHttp


async def test_a_venue_that_cannot_be_reached_is_named_without_what_was_asked() -> None:
    http = HttpxHttp()
    with pytest.raises(ConnectionError) as raised:
        await http("GET", f"http://127.0.0.1:{free_port()}/path?signature=secret")
    assert str(raised.value).startswith("127.0.0.1 cannot be reached: ")
    assert "secret" not in str(raised.value)
    await http.close()


async def test_what_is_asked_while_we_stop_is_told_as_not_reached() -> None:
    http = HttpxHttp()
    await http.close()
    with pytest.raises(ConnectionError, match="we are stopping"):
        await http("GET", "http://127.0.0.1:1/path")
