"""Routes of the market: what there is, what it costs, what it cost, and the tape's buttons."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from tradebook.identity.guard import caller
from tradebook.identity.principal import Scope
from tradebook.kernel.errors import Conflict, InvalidInput, NotFound
from tradebook.kernel.ids import InstrumentId
from tradebook.kernel.money import plain
from tradebook.market import values
from tradebook.market.backfill import Backfill, PastProgress, PastState
from tradebook.market.data import STALE_AFTER_S, LiveMarketData
from tradebook.market.finding import found
from tradebook.market.queries import NEWEST, Place
from tradebook.market.values import Aggressor, Interval

router = APIRouter(prefix="/v1", tags=["market"], dependencies=[Depends(caller(Scope.READ))])
ROUTERS = (router,)


class Contract(BaseModel):
    """How a perpetual or a future is settled."""

    settle_asset: str
    inverse_size: str | None = Field(
        description="Null where quantities are in the base asset and gains in the quote asset. Else "
        "quantities are contracts of this much of the quote asset, and gains are in the base asset."
    )
    max_leverage: str
    maintenance_rate: str = Field(
        description="The part of a position's value that its margin must not fall below."
    )


class Instrument(BaseModel):
    """A tradable pair and the rules of its venue."""

    instrument_id: str
    symbol: str
    venue: str
    base_asset: str
    quote_asset: str
    tick_size: str
    lot_size: str
    min_notional: str
    maker_fee_rate: str
    taker_fee_rate: str
    buy_fee_asset: str = Field(
        description="Of what a buyer's fee is taken: of the quote asset on top of the cost, "
        "or of the base asset that was bought."
    )
    contract: Contract | None = Field(description="Null where it is owned, and not settled.")


class InstrumentList(BaseModel):
    """Every instrument."""

    items: list[Instrument]
    next_cursor: str | None = None


class StreamAge(BaseModel):
    """How long one stream of an instrument has been silent."""

    stream: values.MarketStream
    age_s: float
    stale: bool


class Quote(BaseModel):
    """Best bid and ask, the last print, and how old that is; in all and by stream."""

    instrument: str
    bid: str | None
    bid_size: str | None
    ask: str | None
    ask_size: str | None
    last: str | None
    at: datetime | None
    age_s: float | None
    stale: bool
    streams: list[StreamAge]


class Candle(BaseModel):
    """Open, high, low, close and volume from ``start``."""

    start: datetime
    open: str
    high: str
    low: str
    close: str
    volume: str
    trade_count: int
    source: values.CandleSource = values.CandleSource.RECORDED
    """Of the trades that we saw, or as the venue tells its past."""
    differs: bool = False
    """Of a venue's: whether we have recorded another one for the same time."""


class PastCandles(BaseModel):
    """How far the venue's own candles are here."""

    state: PastState
    """``no_source`` where nobody tells the past of the instrument."""
    since: datetime | None
    """What the venue has from here until now is here."""
    wanted_from: datetime | None
    is_whole: bool
    """The venue has nothing older than ``since``."""
    detail: str
    """Why it waits, where it does."""


class CandleList(BaseModel):
    """Candles, oldest first."""

    items: list[Candle]
    next_cursor: str | None = None


class Trade(BaseModel):
    """A print on the tape."""

    trade_id: str
    price: str
    quantity: str
    aggressor: Aggressor
    at: datetime
    sequence: str


class TradeList(BaseModel):
    """Prints, the newest first."""

    items: list[Trade]
    next_cursor: str | None = None


PriceAndSize = Annotated[list[str], Field(min_length=2, max_length=2)]


class Depth(BaseModel):
    """The best levels as [price, size], best first."""

    instrument: str
    bids: list[PriceAndSize]
    asks: list[PriceAndSize]


class Tape(BaseModel):
    """Where a replay stands."""

    state: str
    now: datetime | None
    events_played: int
    events_total: int


class TapeOrder(BaseModel):
    """Run or stop the tape; with ``until`` it runs to that time and stops there."""

    model_config = ConfigDict(extra="forbid")
    state: str = Field(pattern="^(running|paused)$")
    until: datetime | None = None


async def _system(request: Request) -> Any:
    return request.app.state.system


System = Annotated[Any, Depends(_system)]


def _known(system: Any, instrument: str) -> values.Instrument:
    market: LiveMarketData = system.market
    known = market.instrument(InstrumentId(instrument))
    if known is None:
        raise NotFound("instrument", instrument)
    return known


@router.get("/instruments")
async def list_instruments(
    system: System,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
    search: Annotated[str | None, Query(min_length=1, max_length=64)] = None,
) -> InstrumentList:
    """What has prices all the time, by id. With ``search`` the best of everything listed, on one page.

    Whatever is listed gets prices as soon as somebody watches it or orders it.
    """
    if search is not None:
        items = found(system.market.listed(), search)[:limit]
        return InstrumentList(items=[_instrument(each) for each in items])
    every = system.market.instruments()
    rest = [each for each in every if each.instrument_id > (cursor or "")]
    more = rest[limit - 1].instrument_id if len(rest) > limit else None
    return InstrumentList(items=[_instrument(each) for each in rest[:limit]], next_cursor=more)


@router.get("/instruments/{instrument}")
async def get_instrument(instrument: str, system: System) -> Instrument:
    """One that is listed, whether or not anybody watches it."""
    return _instrument(_known(system, instrument))


@router.get("/quotes/{instrument}")
async def get_quote(instrument: str, system: System) -> Quote:
    """The newest price. Of an instrument that nobody watched it may take some seconds to come."""
    known = _known(system, instrument)
    await system.prices.bring(known.instrument_id, known.quote_asset)
    market: LiveMarketData = system.market
    quote, trade = market.quote(known.instrument_id), market.last_trade(known.instrument_id)
    newest = max((each.at for each in (quote, trade) if each is not None), default=None)
    return Quote(
        instrument=instrument,
        bid=plain(quote.bid) if quote else None,
        bid_size=plain(quote.bid_size) if quote else None,
        ask=plain(quote.ask) if quote else None,
        ask_size=plain(quote.ask_size) if quote else None,
        last=plain(trade.price) if trade else None,
        at=newest,
        age_s=market.age_s(known.instrument_id),
        stale=market.is_stale(known.instrument_id),
        streams=[
            StreamAge(stream=stream, age_s=age_s, stale=age_s > STALE_AFTER_S)
            for stream, age_s in sorted(market.ages_s(known.instrument_id).items())
        ],
    )


@router.get("/depth/{instrument}")
async def get_depth(
    instrument: str, system: System, levels: Annotated[int, Query(ge=1, le=100)] = 25
) -> Depth:
    """The visible book."""
    known = _known(system, instrument)
    bids, asks = system.market.depth(known.instrument_id, levels)
    return Depth(instrument=instrument, bids=_levels(bids), asks=_levels(asks))


@router.get("/trades/{instrument}")
async def list_trades(
    instrument: str,
    system: System,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> TradeList:
    """Prints, the newest first."""
    known = _known(system, instrument)
    before = NEWEST if cursor is None else _place(cursor)
    trades: list[values.Trade] = await system.market_queries.trades(known.instrument_id, limit, before=before)
    last = trades[-1] if len(trades) == limit else None
    return TradeList(
        next_cursor=last and f"{last.at.isoformat()},{last.sequence}",
        items=[
            Trade(
                trade_id=each.trade_id,
                price=plain(each.price),
                quantity=plain(each.quantity),
                aggressor=each.aggressor,
                at=each.at,
                sequence=str(each.sequence),
            )
            for each in trades
        ],
    )


@router.get("/candles/{instrument}")
async def list_candles(
    instrument: str,
    system: System,
    *,
    interval: Interval = Interval.M1,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    cursor: datetime | None = None,
) -> CandleList:
    """Candles that begin in [start, end), page by page; with neither of the two the newest, on one page."""
    known = _known(system, instrument).instrument_id
    queries = system.market_queries
    next_cursor = None
    if start is None and end is None and cursor is None:
        candles = await queries.newest_candles(known, interval, limit)
    else:
        candles, next_start = await queries.candles(known, interval, cursor or start, end, limit)
        next_cursor = next_start and next_start.isoformat()
    return CandleList(
        next_cursor=next_cursor,
        items=[
            Candle(
                start=each.start,
                open=plain(each.open),
                high=plain(each.high),
                low=plain(each.low),
                close=plain(each.close),
                volume=plain(each.volume),
                trade_count=each.trade_count,
                source=each.source,
                differs=each.differs,
            )
            for each in candles
        ],
    )


@router.get("/candles/{instrument}/past")
async def fetch_past_candles(
    instrument: str, start: datetime, system: System, interval: Interval = Interval.M1
) -> PastCandles:
    """Have the venue's candles from ``start`` on fetched in the background; how far that is by now."""
    if start.tzinfo is None:
        raise InvalidInput("start", "it has no time zone", "write it with an offset, as in 2026-01-01T00:00Z")
    known = _known(system, instrument).instrument_id
    backfill: Backfill | None = system.backfill
    told = PastProgress(state=PastState.NO_SOURCE)
    if backfill is not None:
        told = await backfill.want(known, interval, start)
    return PastCandles(
        state=told.state,
        since=told.since,
        wanted_from=told.wanted_from,
        is_whole=told.is_whole,
        detail=told.detail,
    )


@router.get("/market/replay")
async def get_tape(system: System) -> Tape:
    """Where the replay stands."""
    return _tape(_required_tape(system))


@router.put("/market/replay", dependencies=[Depends(caller(Scope.ADMIN))])
async def control_tape(order: TapeOrder, system: System) -> Tape:
    """Run or pause the replay, for everybody. With ``until`` the answer comes when the tape has got there."""
    tape = _required_tape(system)
    if order.state == "paused":
        tape.pause()
    elif order.until is not None:
        await tape.run_until(order.until)
    else:
        tape.run()
    return _tape(tape)


def _required_tape(system: Any) -> Any:
    if system.tape is None:
        raise Conflict("no_replay", "No tape runs here: start with --market replay:PATH.")
    return system.tape


def _place(cursor: str) -> Place:
    at, _, sequence = cursor.partition(",")
    try:
        place = datetime.fromisoformat(at), int(sequence)
    except ValueError:
        place = None
    if place is None or place[0].tzinfo is None or not 0 <= place[1] < 1 << 63:
        raise InvalidInput("cursor", "it is not one of ours", "use next_cursor of the page before, or none")
    return place


def _tape(tape: Any) -> Tape:
    return Tape(state=tape.state, now=tape.now, events_played=tape.played, events_total=tape.total)


def _levels(levels: Any) -> list[PriceAndSize]:
    return [[plain(level.price), plain(level.size)] for level in levels]


def _instrument(each: values.Instrument) -> Instrument:
    return Instrument(
        instrument_id=each.instrument_id,
        symbol=each.symbol,
        venue=each.venue,
        base_asset=each.base_asset,
        quote_asset=each.quote_asset,
        tick_size=plain(each.tick_size),
        lot_size=plain(each.lot_size),
        min_notional=plain(each.min_notional),
        maker_fee_rate=plain(each.maker_fee_rate),
        taker_fee_rate=plain(each.taker_fee_rate),
        buy_fee_asset=each.buy_fee_asset,
        contract=None if each.contract is None else _contract(each.contract),
    )


def _contract(each: values.Contract) -> Contract:
    return Contract(
        settle_asset=each.settle_asset,
        inverse_size=None if each.inverse_size is None else plain(each.inverse_size),
        max_leverage=plain(each.max_leverage),
        maintenance_rate=plain(each.maintenance_rate),
    )
