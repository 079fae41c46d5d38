"""What Hyperliquid lists, in which order, and what it calls it.

Coins are named ``BTC`` (a perpetual), ``xyz:AAPL`` (a perpetual of the builder-deployed dex ``xyz``),
``PURR/USDC`` or ``@107`` (spot). Orders name an asset by a number that follows from its place in the lists:
https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/asset-ids

Ticks and lots: https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/tick-and-lot-size
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.kernel.money import ONE, divide
from tradebook.market.values import Contract, Instrument
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.hyperliquid.reading import VENUE, decode, reading
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus
from tradebook.venues.symbols import SymbolTable, instrument_id

USDC = Asset("USDC")
SPOT_ASSETS_FROM = 10_000
DEX_ASSETS_FROM = 100_000
ASSETS_PER_DEX = 10_000
PERPETUAL_DECIMALS_MAX = 6
SPOT_DECIMALS_MAX = 8
MIN_NOTIONAL = Decimal(10)
"""``Order must have minimum value of $10``; of the quote token on spot."""

COLLATERAL_STEP = Decimal("0.000001")
"""What collateral, gains, fees and funding of perpetuals are counted in."""

# The rates of who has traded nothing yet; what a person really pays is told by ``userFees``. Dexs of builders
# cost twice as much. https://hyperliquid.gitbook.io/hyperliquid-docs/trading/fees
_PERPETUAL_FEES = (Decimal("0.00015"), Decimal("0.00045"))
_BUILDER_FEES = (Decimal("0.0003"), Decimal("0.0009"))
_SPOT_FEES = (Decimal("0.0004"), Decimal("0.0007"))


class PerpetualTerms(msgspec.Struct, frozen=True, rename="camel"):
    """One line of a perpetual universe."""

    name: str
    sz_decimals: int
    max_leverage: int | None = None
    is_delisted: bool | None = None


class PerpetualMeta(msgspec.Struct, frozen=True, rename="camel"):
    """The perpetuals of one dex, in the order that numbers them."""

    universe: list[PerpetualTerms]
    collateral_token: int = 0


class Token(msgspec.Struct, frozen=True, rename="camel"):
    """A spot token; tokens and pairs are numbered apart."""

    name: str
    index: int
    sz_decimals: int
    wei_decimals: int


class SpotPair(msgspec.Struct, frozen=True):
    """A pair: its name on the wire, base and quote token, and its number."""

    name: str
    tokens: tuple[int, int]
    index: int


class SpotMeta(msgspec.Struct, frozen=True):
    """Spot tokens and the pairs that are made of them."""

    tokens: list[Token]
    universe: list[SpotPair]


class Universe(SymbolTable):
    """The instruments of all dexs and of spot, with the numbers that orders need.

    Tokens come first: dexs name their collateral by them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._tokens: dict[int, Asset] = {0: USDC}
        self._assets: dict[InstrumentId, int] = {}
        self._coins: dict[str, tuple[str, ...]] = {}
        self._collateral: dict[str, Asset] = {"": USDC}

    def take_spot(self, meta: SpotMeta) -> Sequence[ListedInstrument]:
        """Add tokens and pairs. A pair of tokens that are not listed has no name and is left out."""
        tokens = {token.index: token for token in meta.tokens}
        self._tokens.update((index, Asset(token.name)) for index, token in tokens.items())
        listed = []
        for pair in meta.universe:
            base, quote = (tokens.get(index) for index in pair.tokens)
            if base is not None and quote is not None:
                one = _spot(pair, base, quote)
                self._assets[one.instrument.instrument_id] = SPOT_ASSETS_FROM + pair.index
                listed.append(one)
        self.take(listed)
        return listed

    def take_perpetuals(self, meta: PerpetualMeta, *, dex_index: int = 0) -> Sequence[ListedInstrument]:
        """Add the perpetuals of a dex; ``dex_index`` is its place in the list of all, 0 the venue's own.

        Raises KeyError where the dex is paid in a token that is not listed, and UndecodableFrame where not
        all of its coins bear its name.
        """
        dexs = {dex_of(terms.name) for terms in meta.universe}
        if len(dexs) > 1:
            raise UndecodableFrame(VENUE, "meta", "the coins of a dex do not all bear its name")
        collateral = self._tokens[meta.collateral_token]
        first = DEX_ASSETS_FROM + dex_index * ASSETS_PER_DEX if dex_index else 0
        listed = []
        for index, terms in enumerate(meta.universe):
            one = _perpetual(terms, collateral)
            self._assets[one.instrument.instrument_id] = first + index
            listed.append(one)
        self.take(listed)
        for dex in dexs:
            self._coins[dex] = tuple(terms.name for terms in meta.universe)
            self._collateral[dex] = collateral
        return listed

    def asset_number(self, instrument: InstrumentId) -> int:
        """The number that orders name the instrument by. Raises KeyError for one that is not listed."""
        return self._assets[instrument]

    def lists(self, coin: str) -> bool:
        """Whether the coin is listed."""
        return coin in self._by_symbol

    def coins_of(self, dex: str) -> Sequence[str]:
        """The coins of a dex in its order; none of a dex that is not listed."""
        return self._coins.get(dex, ())

    def collateral_of(self, dex: str) -> Asset:
        """What a dex is margined and settled in. Raises KeyError for one that is not listed."""
        return self._collateral[dex]

    def settle_asset_of(self, coin: str) -> Asset:
        """What profit and funding of a coin are paid in. Raises KeyError for one that is not listed."""
        return self._by_symbol[coin].settle_asset


TakesCoin = Callable[[str], bool]
"""Whether what is told of a coin is wanted."""


def is_spot(coin: str) -> bool:
    """Whether it is a pair: ``PURR/USDC`` or ``@107``."""
    return coin.startswith("@") or "/" in coin


def is_booked(coin: str) -> bool:
    """Whether what happens in it is booked: pairs, and the perpetuals of the venue's own dex.

    What is neither, as an outcome that is bet on (``#92260``), begins with a sign.
    """
    return is_spot(coin) or (coin[:1].isalnum() and not dex_of(coin))


def any_coin(_: str) -> bool:
    """All of them."""
    return True


def dex_of(coin: str) -> str:
    """The dex that a perpetual belongs to: empty for the venue's own."""
    return coin.partition(":")[0] if ":" in coin else ""


def take_spot_meta(data: bytes, universe: Universe) -> Sequence[ListedInstrument]:
    """Read the answer to ``spotMeta`` into the universe. Raises UndecodableFrame."""
    return universe.take_spot(decode(data, SpotMeta, "spotMeta"))


def take_perpetual_meta(data: bytes, universe: Universe, *, dex_index: int = 0) -> Sequence[ListedInstrument]:
    """Read the answer to ``meta``, of one dex, into the universe. Raises UndecodableFrame."""
    meta = decode(data, PerpetualMeta, "meta")
    with reading("meta"):
        return universe.take_perpetuals(meta, dex_index=dex_index)


def take_all_perpetual_metas(data: bytes, universe: Universe) -> Sequence[ListedInstrument]:
    """Read the answer to ``allPerpMetas``, of all dexs, into the universe. Raises UndecodableFrame."""
    metas = decode(data, list[PerpetualMeta], "allPerpMetas")
    with reading("allPerpMetas"):
        return [
            one for index, meta in enumerate(metas) for one in universe.take_perpetuals(meta, dex_index=index)
        ]


def _perpetual(terms: PerpetualTerms, collateral: Asset) -> ListedInstrument:
    # A colon would not be safe in every part of a URL.
    base = Asset(terms.name.replace(":", "_"))
    maker, taker = _BUILDER_FEES if dex_of(terms.name) else _PERPETUAL_FEES
    return ListedInstrument(
        instrument=Instrument(
            instrument_id=instrument_id(base, collateral, VENUE, InstrumentKind.PERPETUAL),
            symbol=f"{terms.name}/{collateral}",
            venue=VENUE,
            base_asset=base,
            quote_asset=collateral,
            tick_size=_step(PERPETUAL_DECIMALS_MAX - terms.sz_decimals),
            lot_size=_step(terms.sz_decimals),
            min_notional=MIN_NOTIONAL,
            maker_fee_rate=maker,
            taker_fee_rate=taker,
            contract=_contract(terms, collateral),
        ),
        venue_symbol=terms.name,
        kind=InstrumentKind.PERPETUAL,
        status=ListingStatus.DELISTED if terms.is_delisted else ListingStatus.TRADING,
        settle_asset=collateral,
        max_leverage=None if terms.max_leverage is None else Decimal(terms.max_leverage),
    )


def _contract(terms: PerpetualTerms, collateral: Asset) -> Contract | None:
    """How it is settled; None where it is not told how far it may be levered.

    Half of the margin that the greatest leverage sets aside has to be left
    (https://hyperliquid.gitbook.io/hyperliquid-docs/trading/margining).
    """
    if terms.max_leverage is None:
        return None
    most = Decimal(terms.max_leverage)
    return Contract(
        settle_asset=collateral,
        settle_step=COLLATERAL_STEP,
        max_leverage=most,
        maintenance_rate=divide(ONE, 2 * most),
    )


def _spot(pair: SpotPair, base: Token, quote: Token) -> ListedInstrument:
    maker, taker = _SPOT_FEES
    return ListedInstrument(
        instrument=Instrument(
            instrument_id=instrument_id(Asset(base.name), Asset(quote.name), VENUE),
            symbol=f"{base.name}/{quote.name}",
            venue=VENUE,
            base_asset=Asset(base.name),
            quote_asset=Asset(quote.name),
            tick_size=_step(SPOT_DECIMALS_MAX - base.sz_decimals),
            lot_size=_step(base.sz_decimals),
            min_notional=MIN_NOTIONAL,
            quote_step=_step(quote.wei_decimals),
            maker_fee_rate=maker,
            taker_fee_rate=taker,
            base_fee_step=_step(base.wei_decimals),
        ),
        venue_symbol=pair.name,
        kind=InstrumentKind.SPOT,
        status=ListingStatus.TRADING,
        settle_asset=Asset(quote.name),
    )


def _step(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-max(decimals, 0))
