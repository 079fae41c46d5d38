"""Signed actions to Hyperliquid: in an agent's name, under a nonce of their own, and with a time to live."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError
from tradebook.venues.connections.venue_clock import VenueClock
from tradebook.venues.errors import TooLate, VenueRefusal
from tradebook.venues.hyperliquid.answers import USED_NONCE, WHAT
from tradebook.venues.hyperliquid.capabilities import REQUEST_EXPIRY_S
from tradebook.venues.hyperliquid.limits import weight_of_action
from tradebook.venues.hyperliquid.nonces import NonceBook
from tradebook.venues.hyperliquid.reading import VENUE, decode, time_of
from tradebook.venues.hyperliquid.requests import act
from tradebook.venues.hyperliquid.rest import PublicRest
from tradebook.venues.hyperliquid.signing import Action, Signer

log = structlog.get_logger("tradebook.venues")

CLOCKS_DIFFER_S = 2.0
"""That much earlier than we believe an action expires there: times are measured and blocks are cut."""
NOT_UNDERSTOOD, ITS_WORDS = 422, b"Failed to deserialize"
"""Its own answer to what it cannot read; any other of this status is of something on the way."""


class _Status(msgspec.Struct, frozen=True):
    time: int


class SignedActions:
    """One account's."""

    def __init__(
        self,
        rest: PublicRest,
        signer: Signer,
        nonces: NonceBook,
        clock: Clock,
        *,
        is_mainnet: bool,
        vault: str | None,
    ) -> None:
        """``vault`` is the address of the sub-account or vault that is traded for, None for the owner's."""
        self._rest = rest
        self._signer = signer
        self._nonces = nonces
        self._clock = clock
        self._is_mainnet = is_mainnet
        self._vault = vault
        self.venue_clock = VenueClock(VENUE, clock, self._time_there)

    async def act(self, action: Action, *, send_before: datetime | None = None) -> bytes:
        """The body of the answer, in which the venue may still say no.

        Raises VenueRefusal, VenueBusy, TooLate or Unavailable where the venue did nothing, ConnectionError or
        TimeoutError where it is not known what it did.
        """
        await self.keep_time()
        await self._rest.make_room(weight_of_action())
        nonce = await self._nonces.take(self._signer.address, self.venue_clock.now())
        if send_before is not None and self._clock.now() >= send_before:
            raise TooLate(VENUE)
        request = act(
            self._signer,
            action,
            nonce=nonce,
            is_mainnet=self._is_mainnet,
            vault=self._vault,
            expires_at=self.venue_clock.now() + timedelta(seconds=REQUEST_EXPIRY_S - CLOCKS_DIFFER_S),
        )
        answer = await self._rest.send(request)
        if answer.status == NOT_UNDERSTOOD and ITS_WORDS in answer.body:
            raise VenueRefusal(VENUE, str(answer.status), "it did not understand the action")
        if not answer.is_ok:
            raise ConnectionError(f"{WHAT}: HTTP {answer.status}")
        if USED_NONCE.encode() in answer.body:
            # Nonces are ours alone: the venue has carried out this very action, and said so to nobody.
            raise ConnectionError("something sent the action twice")
        return answer.body

    async def keep_time(self) -> None:
        """Measure by how much the venue's clock differs, where it is due. Raises as any question."""
        if self.venue_clock.is_due:
            await self.venue_clock.measure()

    async def look_at_the_clock(self) -> None:
        """The venue refused an action for a reason that may be the time of it."""
        try:
            await self.venue_clock.measure()
        except (OSError, TradebookError) as error:
            log.warning("venue_clock_not_measured", venue=VENUE, problem=str(error))

    async def _time_there(self) -> datetime:
        return time_of(decode(await self._rest.ask("exchangeStatus"), _Status, "exchangeStatus").time)
