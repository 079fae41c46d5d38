"""The contexts of assets: mark, oracle and mid price, funding, open interest, the last day.

They carry no time. A perpetual of a dex is known by its place in the dex's list, which only grows.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import InstrumentId
from tradebook.venues.figures import require_finite
from tradebook.venues.hyperliquid.reading import decode, reading
from tradebook.venues.hyperliquid.symbols import PerpetualMeta, SpotMeta, Universe
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.messages.market import (
    DayStatistics,
    LastPrice,
    MarketMessage,
    MarkPrice,
    OpenInterest,
)


class Context(msgspec.Struct, rename="camel", gc=False):
    """Of a perpetual or a spot pair; a spot pair has neither oracle, funding nor open interest."""

    mark_px: Decimal | None = None
    mid_px: Decimal | None = None
    oracle_px: Decimal | None = None
    funding: Decimal | None = None
    open_interest: Decimal | None = None
    prev_day_px: Decimal | None = None
    day_ntl_vlm: Decimal | None = None
    day_base_vlm: Decimal | None = None

    def __post_init__(self) -> None:
        require_finite(self)


class SpotContext(Context):
    """In lists, spot contexts name their pair."""

    coin: str = ""


class CoinContext(msgspec.Struct):
    coin: str
    ctx: Context


class AllContexts(msgspec.Struct):
    ctxs: list[tuple[str, list[Context]]]
    """Dex and contexts, in the order of its universe."""


class ContextFrame(msgspec.Struct, tag_field="channel", tag="activeAssetCtx"):
    data: CoinContext


class SpotContextFrame(msgspec.Struct, tag_field="channel", tag="activeSpotAssetCtx"):
    data: CoinContext


class AllContextsFrame(msgspec.Struct, tag_field="channel", tag="allDexsAssetCtxs"):
    data: AllContexts


Told = tuple[Sequence[ListedInstrument], Sequence[MarketMessage]]


def take_perpetual_contexts(data: bytes, universe: Universe, *, dex_index: int = 0) -> Told:
    """The answer to ``metaAndAssetCtxs``: what is listed, taken into the universe, and how it stands.

    Raises UndecodableFrame.
    """
    meta, contexts = decode(data, tuple[PerpetualMeta, list[Context]], "metaAndAssetCtxs")
    with reading("metaAndAssetCtxs"):
        listed = universe.take_perpetuals(meta, dex_index=dex_index)
    messages = [
        message
        for one, context in zip(listed, contexts, strict=False)
        for message in messages_of(one.instrument.instrument_id, context)
    ]
    return listed, messages


def take_spot_contexts(data: bytes, universe: Universe) -> Told:
    """The answer to ``spotMetaAndAssetCtxs``, likewise. Raises UndecodableFrame."""
    meta, contexts = decode(data, tuple[SpotMeta, list[SpotContext]], "spotMetaAndAssetCtxs")
    listed = universe.take_spot(meta)
    messages = [
        message
        for context in contexts
        if universe.lists(context.coin)
        for message in messages_of(universe.instrument_of(context.coin), context)
    ]
    return listed, messages


def messages_of_all(contexts: AllContexts, universe: Universe) -> Sequence[MarketMessage]:
    """Of every dex; dexs and places that are not listed yet are left out."""
    return [
        message
        for dex, of_dex in contexts.ctxs
        for coin, context in zip(universe.coins_of(dex), of_dex, strict=False)
        for message in messages_of(universe.instrument_of(coin), context)
    ]


def messages_of(instrument: InstrumentId, context: Context) -> Sequence[MarketMessage]:
    """What a context tells, and nothing of what it leaves out."""
    messages: list[MarketMessage] = []
    if context.mark_px is not None:
        messages.append(
            MarkPrice(
                instrument_id=instrument,
                mark=context.mark_px,
                index=context.oracle_px,
                funding_rate=context.funding,
                at=None,
            )
        )
    if context.mid_px is not None:
        messages.append(LastPrice(instrument_id=instrument, price=context.mid_px, at=None))
    if context.open_interest is not None:
        messages.append(OpenInterest(instrument_id=instrument, quantity=context.open_interest, at=None))
    opened, volume, turnover = context.prev_day_px, context.day_base_vlm, context.day_ntl_vlm
    if opened is not None and volume is not None and turnover is not None:
        messages.append(
            DayStatistics(
                instrument_id=instrument,
                open=opened,
                high=None,
                low=None,
                last=None,
                volume=volume,
                turnover=turnover,
                at=None,
            )
        )
    return messages
