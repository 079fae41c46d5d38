"""How positions are secured, as far as Hyperliquid has told it: with each that is open, else coin by coin."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec

from tradebook.kernel.ids import InstrumentId
from tradebook.venues.hyperliquid.reading import decode, reading
from tradebook.venues.hyperliquid.states import Leverage, mode_of
from tradebook.venues.hyperliquid.symbols import Universe
from tradebook.venues.messages.account import LeverageSetting, Position

NEW_MAX = 3
"""Asked for at once: each is a question of its own."""


class ActiveAsset(msgspec.Struct, frozen=True):
    coin: str
    leverage: Leverage


class ToldLeverages:
    """One account's."""

    def __init__(self) -> None:
        self._told: dict[InstrumentId, LeverageSetting] = {}
        self._concerned: dict[InstrumentId, None] = {}
        """What is traded or looked at; what was asked for longest ago stands first."""

    def concern(self, instrument_ids: Iterable[InstrumentId]) -> None:
        """They are traded or looked at."""
        for each in instrument_ids:
            self._concerned.setdefault(each)

    def take(self, setting: LeverageSetting) -> None:
        """It was told, or was set."""
        self._told[setting.instrument_id] = setting

    def take_position(self, position: Position) -> None:
        """What an open position says of itself."""
        self.concern([position.instrument_id])
        if position.leverage is not None:
            self.take(
                LeverageSetting(
                    instrument_id=position.instrument_id,
                    leverage=position.leverage,
                    margin_mode=position.margin_mode,
                )
            )

    def to_ask_for(self, *, known: Collection[InstrumentId]) -> Sequence[InstrumentId]:
        """A few that were never told, else the one that was asked for longest ago; none of those that are
        known from elsewhere just now.
        """
        concerned = [each for each in self._concerned if each not in known]
        new = [each for each in concerned if each not in self._told][:NEW_MAX]
        chosen = new or concerned[:1]
        for each in chosen:
            del self._concerned[each]
            self._concerned[each] = None
        return chosen

    def settings(self) -> Sequence[LeverageSetting]:
        """All that were told."""
        return list(self._told.values())


def decode_active_asset(data: bytes, universe: Universe) -> LeverageSetting:
    """The answer to ``activeAssetData``: what a position would be opened with. Raises UndecodableFrame."""
    told = decode(data, ActiveAsset, "activeAssetData")
    with reading("activeAssetData"):
        return LeverageSetting(
            instrument_id=universe.instrument_of(told.coin),
            leverage=told.leverage.value,
            margin_mode=mode_of(told.leverage),
        )
