"""First prices of what nobody has watched: asked for, and waited for no longer than a person would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.data import LiveMarketData
from tradebook.market.needs import Needs
from tradebook.market.values import Instrument

FIRST_PRICE_WITHIN_S = 5.0
LOOK_EVERY_S = 0.05


class AllAtHand:
    """Implements ``Prices`` for a market that tells of all its instruments by itself."""

    def are_at_hand(self, instrument_id: InstrumentId, unit: Asset) -> bool:  # noqa: ARG002  # of the protocol
        """As far as there ever will be any."""
        return True

    def call(self, instruments: Iterable[InstrumentId]) -> None:
        """They are told of anyway."""

    async def bring(self, instrument_id: InstrumentId, unit: Asset) -> None:
        """Nothing would bring more."""


class FirstPrices:
    """Implements ``Prices`` for live markets."""

    def __init__(self, market: LiveMarketData, needs: Needs, clock: Clock) -> None:
        self._market = market
        self._needs = needs
        self._clock = clock
        self._asked_at: dict[InstrumentId, datetime] = {}
        """What is waited for; whoever comes later waits only for the rest of that time."""

    def are_at_hand(self, instrument_id: InstrumentId, unit: Asset) -> bool:
        """Whether the instrument has a price, and its quote asset one in ``unit``."""
        instrument = self._market.instrument(instrument_id)
        if instrument is None:
            return True  # nothing that could be waited for
        return self._has_price(instrument_id) and not self._rate_missing(instrument, unit)

    def call(self, instruments: Iterable[InstrumentId]) -> None:
        """Ask for those that are listed and have none, without waiting."""
        now = self._clock.now()
        self._forget_old(now)
        for each in instruments:
            if self._market.instrument(each) is not None and not self._has_price(each):
                self._needs.touch(each)
                self._asked_at.setdefault(each, now)

    async def bring(self, instrument_id: InstrumentId, unit: Asset) -> None:
        """Return when they are at hand, or cannot be waited for any longer."""
        instrument = self._market.instrument(instrument_id)
        if instrument is None:
            return
        wanted = [instrument_id, *self._rate_missing(instrument, unit)]
        self.call(wanted)
        asked_at = [self._asked_at[each] for each in wanted if each in self._asked_at]
        if not asked_at:
            return
        deadline = max(asked_at) + _WITHIN
        while not all(map(self._has_price, wanted)) and self._clock.now() < deadline:
            await self._clock.sleep(LOOK_EVERY_S)

    def _forget_old(self, now: datetime) -> None:
        """What has a price now, or was waited for so long ago that nobody keeps its streams any more."""
        for each, at in list(self._asked_at.items()):
            if self._has_price(each) or now - at > _ANEW_AFTER:
                del self._asked_at[each]

    def _has_price(self, instrument_id: InstrumentId) -> bool:
        market = self._market
        return market.quote(instrument_id) is not None or market.last_trade(instrument_id) is not None

    def _rate_missing(self, instrument: Instrument, unit: Asset) -> Sequence[InstrumentId]:
        """The instrument that would tell what the quote asset is worth, where none does and there is one."""
        asset = instrument.quote_asset
        if asset == unit or self._market.rate(asset, unit) is not None:
            return ()
        pair = pair_of(self._market, asset, unit, venue=instrument.venue)
        return () if pair is None else (pair,)


_WITHIN, _ANEW_AFTER = timedelta(seconds=FIRST_PRICE_WITHIN_S), timedelta(seconds=60)


def pair_of(market: LiveMarketData, asset: Asset, unit: Asset, *, venue: str) -> InstrumentId | None:
    """The listed instrument by which an asset is measured in another: at that venue if it has one."""
    pairs: Iterable[InstrumentId] = (*market.between(asset, unit), *market.between(unit, asset))
    own = f".{venue.upper()}"
    return min(pairs, key=lambda each: not each.endswith(own), default=None)
