"""What an answer to an action means by its status: a no, or that it is not known what was done."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from tests.support.nonces import NoncesInMemory
from tests.support.simulated_hyperliquid import AGENT_KEY
from tests.support.virtual_time import VirtualClock, run

from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.errors import VenueRefusal
from tradebook.venues.hyperliquid.actions import SignedActions
from tradebook.venues.hyperliquid.execution import burn_nonce
from tradebook.venues.hyperliquid.rest import PublicRest
from tradebook.venues.hyperliquid.signing import Signer


async def answered(status: int, body: bytes) -> bytes:
    """What becomes of an action that is answered so."""
    clock = VirtualClock()

    async def http(
        method: str,  # of the protocol
        url: str,
        *,
        headers: Mapping[str, str] | None = None,  # of the protocol
        body: bytes | None = None,  # of the protocol
    ) -> HttpAnswer:
        if url.endswith("/info"):
            now = {"time": round(clock.now().timestamp() * 1000)}
            return HttpAnswer(status=200, headers={}, body=json.dumps(now).encode())
        return HttpAnswer(status=status, headers={}, body=answer)

    answer = body
    actions = SignedActions(
        PublicRest("https://hyperliquid.test", http, clock),
        Signer(AGENT_KEY),
        NoncesInMemory(),
        clock,
        is_mainnet=True,
        vault=None,
    )
    return await actions.act(burn_nonce())


def test_what_it_does_not_understand_it_has_not_done() -> None:
    with pytest.raises(VenueRefusal, match="did not understand"):
        run(answered(422, b"Failed to deserialize the JSON body into the target type"))


@pytest.mark.parametrize("status", [302, 400, 403, 404, 407, 422])
def test_a_page_of_something_on_the_way_is_no_word_of_the_venues(status: int) -> None:
    with pytest.raises(ConnectionError):
        run(answered(status, b"<html><h1>Forbidden</h1></html>"))
