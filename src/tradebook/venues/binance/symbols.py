"""Binance's lists of instruments: ``exchangeInfo`` of spot and of USD-M futures.

https://github.com/binance/binance-spot-api-docs/blob/master/filters.md says what the filters mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import Asset
from tradebook.kernel.messages import Value
from tradebook.kernel.money import ZERO
from tradebook.market.values import Contract, Instrument
from tradebook.venues.binance import words
from tradebook.venues.binance.wire import USDM, VENUE, Answer, moment, reader, told, word
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument
from tradebook.venues.messages.limits import Budget
from tradebook.venues.symbols import instrument_id

_WHAT = "exchange information"
_BALANCE_DIGITS = 8
"""Digits after the point of every balance of USD-M futures."""
LEVERAGE_MAX = Decimal(125)
"""Of any symbol; Binance refuses what is more than it has. That, and its maintenance rate, is told to
accounts only (``leverageBracket``): ``requiredMarginPercent`` and ``maintMarginPercent`` of the list are to
be ignored, says the page Exchange-Information."""


class Listing(Value, frozen=True, kw_only=True):
    """What a list of instruments says."""

    listed: tuple[ListedInstrument, ...]
    unreadable: tuple[str, ...] = ()
    """What is wrong with those that were left out: a new kind of contract must not take the others away."""


class _Filter(Answer, frozen=True, kw_only=True):
    filter_type: str
    tick_size: Decimal = ZERO
    step_size: Decimal = ZERO
    min_qty: Decimal = ZERO
    max_qty: Decimal = ZERO
    min_notional: Decimal = ZERO
    notional: Decimal = ZERO


class _Symbol(Answer, frozen=True, kw_only=True):
    symbol: str
    status: str
    base_asset: str
    quote_asset: str
    filters: list[_Filter]


class _SpotSymbol(_Symbol, frozen=True, kw_only=True):
    base_asset_precision: int
    quote_precision: int


class _FuturesSymbol(_Symbol, frozen=True, kw_only=True):
    contract_type: str
    margin_asset: str
    price_precision: int
    quantity_precision: int
    delivery_date: int = 0


class _ListAnswer(Answer, frozen=True, kw_only=True):
    symbols: list[msgspec.Raw]


class _RateLimit(Answer, frozen=True, kw_only=True):
    rate_limit_type: str
    interval: str
    interval_num: int
    limit: int


class _LimitsAnswer(Answer, frozen=True, kw_only=True):
    rate_limits: list[_RateLimit]


_read_list = reader(_ListAnswer, _WHAT)
_read_limits = reader(_LimitsAnswer, _WHAT)
_read_spot_symbol = reader(_SpotSymbol, _WHAT)
_read_futures_symbol = reader(_FuturesSymbol, _WHAT)

_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400}


def decode_spot_instruments(body: bytes) -> Listing:
    """What ``GET /api/v3/exchangeInfo`` lists. Raises UndecodableFrame where it is no list."""
    return _listing(body, lambda line: _spot(_read_spot_symbol(line)))


def decode_futures_instruments(body: bytes) -> Listing:
    """What ``GET /fapi/v1/exchangeInfo`` lists. Raises UndecodableFrame where it is no list."""
    return _listing(body, lambda line: _futures(_read_futures_symbol(line)))


def decode_budgets(body: bytes) -> tuple[Budget, ...]:
    """The limits that either ``exchangeInfo`` states. Raises UndecodableFrame."""
    return tuple(
        Budget(
            kind=each.rate_limit_type,
            interval_s=each.interval_num * word(_SECONDS, each.interval, what=_WHAT, field="interval"),
            limit=each.limit,
        )
        for each in _read_limits(body).rate_limits
    )


def _listing(body: bytes, of_line: Callable[[bytes], ListedInstrument]) -> Listing:
    listed, unreadable = [], []
    for line in _read_list(body).symbols:
        try:
            listed.append(of_line(bytes(line)))
        except UndecodableFrame as error:
            unreadable.append(error.detail)
    return Listing(listed=tuple(listed), unreadable=tuple(unreadable))


def _spot(symbol: _SpotSymbol) -> ListedInstrument:
    base, quote = Asset(symbol.base_asset), Asset(symbol.quote_asset)
    rules = _Rules(symbol.filters)
    return ListedInstrument(
        instrument=Instrument(
            instrument_id=instrument_id(base, quote, VENUE),
            symbol=f"{base}/{quote}",
            venue=VENUE,
            base_asset=base,
            quote_asset=quote,
            tick_size=rules.tick_size or _digits(symbol.quote_precision),
            lot_size=rules.lot_size or _digits(symbol.base_asset_precision),
            min_notional=rules.min_notional,
            quote_step=_digits(symbol.quote_precision),
        ),
        venue_symbol=symbol.symbol,
        kind=InstrumentKind.SPOT,
        status=word(words.SPOT_LISTING_STATUS, symbol.status, what=_WHAT, field=f"status of {symbol.symbol}"),
        settle_asset=quote,
        min_quantity=rules.min_quantity,
        max_quantity=rules.max_quantity,
    )


def _futures(symbol: _FuturesSymbol) -> ListedInstrument:
    base, quote = Asset(symbol.base_asset), Asset(symbol.quote_asset)
    kind = word(
        words.CONTRACT_KIND, symbol.contract_type, what=_WHAT, field=f"contract type of {symbol.symbol}"
    )
    expires_at = _expiry(symbol) if kind is InstrumentKind.FUTURE else None
    rules = _Rules(symbol.filters)
    suffix = "PERP" if expires_at is None else f"{expires_at:%Y%m%d}"
    return ListedInstrument(
        instrument=Instrument(
            instrument_id=instrument_id(
                base, quote, VENUE, kind, expires_on=expires_at.date() if expires_at else None
            ),
            symbol=f"{base}/{quote}-{suffix}",
            venue=USDM,
            base_asset=base,
            quote_asset=quote,
            tick_size=rules.tick_size or _digits(symbol.price_precision),
            lot_size=rules.lot_size or _digits(symbol.quantity_precision),
            min_notional=rules.min_notional,
            quote_step=_digits(_BALANCE_DIGITS),
            contract=Contract(
                settle_asset=Asset(symbol.margin_asset),
                settle_step=_digits(_BALANCE_DIGITS),
                max_leverage=LEVERAGE_MAX,
            ),
        ),
        venue_symbol=symbol.symbol,
        kind=kind,
        status=word(
            words.FUTURES_LISTING_STATUS, symbol.status, what=_WHAT, field=f"status of {symbol.symbol}"
        ),
        settle_asset=Asset(symbol.margin_asset),
        min_quantity=rules.min_quantity,
        max_quantity=rules.max_quantity,
        expires_at=expires_at,
    )


def _expiry(symbol: _FuturesSymbol) -> datetime:
    if not symbol.delivery_date:
        raise UndecodableFrame(VENUE, _WHAT, f"{symbol.symbol} expires and does not say when")
    return moment(symbol.delivery_date)


class _Rules:
    """What the filters of a symbol demand; a filter of zero demands nothing."""

    def __init__(self, filters: Iterable[_Filter]) -> None:
        by_type = {each.filter_type: each for each in filters}
        price, lot = by_type.get("PRICE_FILTER"), by_type.get("LOT_SIZE")
        worth = by_type.get("NOTIONAL") or by_type.get("MIN_NOTIONAL")
        self.tick_size = told(price.tick_size) if price else None
        self.lot_size = told(lot.step_size) if lot else None
        self.min_quantity = told(lot.min_qty) if lot else None
        self.max_quantity = told(lot.max_qty) if lot else None
        self.min_notional = (worth.min_notional or worth.notional) if worth else ZERO


def _digits(places: int) -> Decimal:
    # Where no filter names a step, the precision of the asset is the only limit there is.
    return Decimal(1).scaleb(-places)
