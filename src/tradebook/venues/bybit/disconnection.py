"""The dead man's switch of an account at Bybit: it watches the account's stream, and wants no other word.

How long it waits stays set at the venue; whether it watches is in the stream's subscription. So putting it
off is no more than seeing that all is still as it was: https://bybit-exchange.github.io/docs/v5/order/dcp and
``/account/dcp-info``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tradebook.kernel.errors import Refused
from tradebook.venues.bybit import requests
from tradebook.venues.bybit.account_questions import AccountQuestions
from tradebook.venues.bybit.execution import DisconnectProduct, cancel_all_on_disconnect
from tradebook.venues.bybit.rest import SignedRest
from tradebook.venues.bybit.wire.account import Protections
from tradebook.venues.bybit.wire.base import VENUE, amount, answered
from tradebook.venues.errors import VenueRefusal
from tradebook.venues.messages.account import VenueProblem

TOPICS = {DisconnectProduct.SPOT: "dcp.spot", DisconnectProduct.DERIVATIVES: "dcp.future"}
_protections = msgspec.json.Decoder(Protections)


class CancelOnDisconnect:
    """One account's, for all that its key may see."""

    def __init__(self, rest: SignedRest, asks: AccountQuestions) -> None:
        self._rest = rest
        self._asks = asks

    @property
    def topics(self) -> Sequence[str]:
        """What is subscribed to meanwhile."""
        return [TOPICS[each] for each in self._products()]

    async def require(self, after_s: int) -> None:
        """See that Bybit waits so long. Raises Refused where it has not opened the function."""
        windows = decode_windows(await self._rest.ask(requests.disconnect_windows()))
        closed = [each.value for each in self._products() if each not in windows]
        if closed:
            raise Refused(
                "dead_mans_switch_closed",
                "Bybit has not opened disconnection protect (DCP) to this account: ask its manager there.",
                {"venue": VENUE, "products": ",".join(closed)},
            )
        for each in self._products():
            if windows[each] != after_s:
                await self._rest.ask(cancel_all_on_disconnect(each, after_s=after_s))

    def _products(self) -> Sequence[DisconnectProduct]:
        derivatives = [DisconnectProduct.DERIVATIVES] if self._asks.contracts else []
        return [DisconnectProduct.SPOT, *derivatives]


def decode_windows(data: bytes) -> Mapping[str, int]:
    """``/v5/account/query-dcp-info``: seconds by product, of those for which it is on.

    Raises UndecodableFrame and VenueRefusal.
    """
    opened = answered(data, _protections, "query-dcp-info")
    if isinstance(opened, VenueProblem):
        raise VenueRefusal(VENUE, opened.code, opened.message)
    told = opened[0].dcp_infos
    return {
        each.product: int(amount(each.time_window, "dcpInfos.timeWindow"))
        for each in told
        if each.dcp_status == "ON"
    }
