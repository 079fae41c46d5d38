"""Every recorded answer and frame of Hyperliquid becomes what it says, or is listed as saying nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
import pytest
from tests.support.hyperliquid import (
    COINS,
    OWNER,
    USDC,
    WIRE,
    at,
    book,
    levels,
    perpetual,
    perpetual_meta,
    universe,
    wire,
)

from tradebook.kernel.ids import Asset, InstrumentId
from tradebook.market.values import Aggressor, Candle, Contract, Instrument, Interval, Trade
from tradebook.trading.orders import Liquidity, MarginMode, OrderStatus, OrderType, Side, TimeInForce
from tradebook.venues.hyperliquid.account_data import decode_account
from tradebook.venues.hyperliquid.fills import decode_fills
from tradebook.venues.hyperliquid.funding import decode_funding
from tradebook.venues.hyperliquid.ledger import decode_ledger
from tradebook.venues.hyperliquid.market_data import (
    decode_book,
    decode_candles,
    decode_funding_history,
    decode_market,
    decode_mids,
    decode_recent_trades,
)
from tradebook.venues.hyperliquid.orders import decode_historical_orders, decode_open_orders
from tradebook.venues.hyperliquid.permissions import decode_agents, decode_request_budget, decode_role
from tradebook.venues.hyperliquid.staking import decode_staking
from tradebook.venues.hyperliquid.states import (
    decode_perpetual_state,
    decode_spot_state,
    decode_vault_equities,
)
from tradebook.venues.hyperliquid.symbols import (
    Universe,
    take_all_perpetual_metas,
    take_perpetual_meta,
    take_spot_meta,
)
from tradebook.venues.messages.account import (
    Balance,
    BalanceChange,
    BalanceReason,
    Cause,
    ExecType,
    Execution,
    ExecutionReport,
    FundingPayment,
    KeyPermissions,
    Position,
)
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus
from tradebook.venues.messages.market import (
    CandleUpdate,
    DayStatistics,
    FundingRate,
    LastPrice,
    MarkPrice,
    OpenInterest,
)

D = Decimal
NAUTILUS = "nautilus/hyperliquid"
ANSWERS = "hyperliquid_info_api"

IGNORED = {
    f"{ANSWERS}/test_portfolio.json": "curves of the account's value and profit for the venue's own page",
}
"""Files that concern no order, fill, balance, position, price or instrument, and why."""

decoded: set[str] = set()
Test = TypeVar("Test", bound=Callable[..., None])


def decodes(*files: str) -> Callable[[Test], Test]:
    """Marks what a test reads."""
    decoded.update(files)
    return lambda test: test


def raw(file: str) -> bytes:
    return (WIRE / file).read_bytes()


def answer(file: str, *, entry: int = -1) -> bytes:
    """A recorded answer of the venue, without the request before it."""
    return wire(json.loads(raw(f"{ANSWERS}/{file}"))[entry]["response"])


def test_every_file_is_decoded_or_listed_as_ignored() -> None:
    there = {f"{folder}/{file.name}" for folder in (NAUTILUS, ANSWERS) for file in (WIRE / folder).iterdir()}
    assert there == decoded | set(IGNORED)
    assert not decoded & set(IGNORED)


# --- lists of instruments


def listed(coin: str, quote: str, *, tick: str, lot: str, leverage: int, fees: str) -> ListedInstrument:
    base = coin.replace(":", "_")
    maker, taker = fees.split()
    return ListedInstrument(
        instrument=Instrument(
            instrument_id=perpetual(coin, quote),
            symbol=f"{coin}/{quote}",
            venue="hyperliquid",
            base_asset=Asset(base),
            quote_asset=Asset(quote),
            tick_size=D(tick),
            lot_size=D(lot),
            min_notional=D(10),
            maker_fee_rate=D(maker),
            taker_fee_rate=D(taker),
            contract=Contract(
                settle_asset=Asset(quote),
                settle_step=D("0.000001"),
                max_leverage=D(leverage),
                maintenance_rate=D(1) / (2 * leverage),
            ),
        ),
        venue_symbol=coin,
        kind=InstrumentKind.PERPETUAL,
        status=ListingStatus.TRADING,
        settle_asset=Asset(quote),
        max_leverage=D(leverage),
    )


OWN_FEES = "0.00015 0.00045"
BUILDER_FEES = "0.0003 0.0009"


@decodes(f"{NAUTILUS}/http_meta_perp_sample.json")
def test_perpetuals_are_listed_with_ticks_lots_and_leverage() -> None:
    assert take_perpetual_meta(raw(f"{NAUTILUS}/http_meta_perp_sample.json"), Universe()) == [
        listed("BTC", "USDC", tick="0.1", lot="0.00001", leverage=40, fees=OWN_FEES),
        listed("ETH", "USDC", tick="0.01", lot="0.0001", leverage=25, fees=OWN_FEES),
        listed("ATOM", "USDC", tick="0.0001", lot="0.01", leverage=5, fees=OWN_FEES),
    ]


@decodes(
    f"{NAUTILUS}/http_all_perp_metas_non_usdc_collateral.json",
    f"{NAUTILUS}/http_spot_meta_non_usdc_collateral.json",
)
def test_dexs_of_builders_are_paid_in_tokens_of_theirs_and_numbered_apart() -> None:
    universe = Universe()
    assert take_spot_meta(raw(f"{NAUTILUS}/http_spot_meta_non_usdc_collateral.json"), universe) == []
    metas = raw(f"{NAUTILUS}/http_all_perp_metas_non_usdc_collateral.json")
    assert take_all_perpetual_metas(metas, universe) == [
        listed("BTC", "USDC", tick="0.1", lot="0.00001", leverage=40, fees=OWN_FEES),
        listed("km:US500", "USDH", tick="0.001", lot="0.001", leverage=20, fees=BUILDER_FEES),
        listed("hyna:BTC", "USDE", tick="0.1", lot="0.00001", leverage=20, fees=BUILDER_FEES),
    ]
    assert universe.asset_number(perpetual("BTC")) == 0
    assert universe.asset_number(perpetual("km:US500", "USDH")) == 110_000
    assert universe.asset_number(perpetual("hyna:BTC", "USDE")) == 120_000


@decodes(f"{ANSWERS}/test_get_info.json")
def test_the_list_of_2023_is_read_too() -> None:
    universe = Universe()
    taken = take_perpetual_meta(answer("test_get_info.json"), universe)
    assert len(taken) == 28
    assert taken[0] == listed("BTC", "USDC", tick="0.1", lot="0.00001", leverage=50, fees=OWN_FEES)
    assert taken[15] == listed("kPEPE", "USDC", tick="0.000001", lot="1", leverage=50, fees=OWN_FEES)
    assert taken[-1] == listed("APT", "USDC", tick="0.0001", lot="0.01", leverage=50, fees=OWN_FEES)
    assert universe.asset_number(perpetual("APT")) == 27


# --- market data

BTC = perpetual("BTC")


@decodes(f"{NAUTILUS}/http_l2_book_btc.json", f"{NAUTILUS}/http_l2_book_snapshot.json")
def test_books_are_whole() -> None:
    assert decode_book(raw(f"{NAUTILUS}/http_l2_book_btc.json"), universe()) == book(
        BTC,
        1761786491067,
        levels(
            "110427.0 4.11882", "110426.0 0.31694", "110425.0 1.30796", "110424.0 0.28581", "110423.0 3.07847"
        ),
        levels(
            "110428.0 3.72573", "110430.0 0.03586", "110431.0 1.35809", "110432.0 1.35805", "110433.0 1.27191"
        ),
    )
    assert decode_book(raw(f"{NAUTILUS}/http_l2_book_snapshot.json"), universe()) == BOOK_OF_2023


BOOK_OF_2023 = book(
    BTC,
    1703875200000,
    levels("98450.50 2.5", "98449.75 1.8", "98449.00 0.75", "98448.25 3.2", "98447.50 1.1"),
    levels("98451.00 1.5", "98451.75 2.1", "98452.50 0.9", "98453.25 1.7", "98454.00 2.8"),
)


@decodes(f"{NAUTILUS}/ws_book_data.json")
def test_a_pushed_book_is_the_same_in_a_frame() -> None:
    data = raw(f"{NAUTILUS}/ws_book_data.json")
    assert decode_book(data, universe()) == BOOK_OF_2023
    assert decode_market(b'{"channel":"l2Book","data":' + data + b"}", universe()) == (BOOK_OF_2023,)


@decodes(f"{ANSWERS}/test_get_l2_snapshot.json")
def test_a_recorded_book_has_twenty_levels_a_side() -> None:
    update = decode_book(answer("test_get_l2_snapshot.json"), universe())
    assert take_perpetual_meta(answer("test_get_l2_snapshot.json", entry=0), Universe())
    assert (update.instrument_id, update.is_snapshot) == (perpetual("DYDX"), True)
    assert (update.at, update.sequence) == (at(1689630203930), 1689630203930)
    assert (len(update.bids), len(update.asks)) == (20, 20)
    assert (update.bids[0], update.bids[-1]) == levels("2.111 134.4", "1.81 2397.0")
    assert (update.asks[0], update.asks[-1]) == levels("2.1124 352.3", "2.1518 62.0")


@decodes(f"{NAUTILUS}/http_recent_trades_btc.json")
def test_trades_are_told_newest_first() -> None:
    def trade(trade_id: str, price: str, quantity: str, aggressor: Aggressor, time: int) -> Trade:
        return Trade(
            instrument_id=BTC,
            trade_id=trade_id,
            price=D(price),
            quantity=D(quantity),
            aggressor=aggressor,
            at=at(time),
            sequence=time,
        )

    assert decode_recent_trades(raw(f"{NAUTILUS}/http_recent_trades_btc.json"), universe()) == [
        trade("300003", "104320.0", "0.01500", Aggressor.SELL, 1769916002000),
        trade("300002", "104310.5", "0.02000", Aggressor.BUY, 1769916001000),
        trade("300001", "104300.0", "0.00500", Aggressor.SELL, 1769916000000),
    ]


@decodes(f"{NAUTILUS}/ws_allmids.json")
def test_mids_of_what_is_listed_are_last_prices() -> None:
    assert decode_market(raw(f"{NAUTILUS}/ws_allmids.json"), universe()) == [
        LastPrice(instrument_id=InstrumentId("UBTC-USDC.HYPERLIQUID"), price=D("80907.5"), at=None),
        LastPrice(instrument_id=BTC, price=D("80868.5"), at=None),
        LastPrice(instrument_id=perpetual("ETH"), price=D("2296.45"), at=None),
        LastPrice(instrument_id=perpetual("SOL"), price=D("94.8775"), at=None),
        LastPrice(instrument_id=InstrumentId("PURR-USDC.HYPERLIQUID"), price=D("0.067131"), at=None),
    ]


@decodes(f"{ANSWERS}/test_get_all_mids.json")
def test_mids_that_were_asked_for_are_the_same() -> None:
    mids = json.loads(answer("test_get_all_mids.json"))
    every = Universe()
    every.take_perpetuals(perpetual_meta(*mids))
    told = decode_mids(wire(mids), every)
    assert len(told) == 28
    assert told[0] == LastPrice(instrument_id=perpetual("APE"), price=D("1.96595"), at=None)
    assert told[3] == LastPrice(instrument_id=perpetual("ATOM"), price=D("9.3384"), at=None)
    assert told[-1] == LastPrice(instrument_id=perpetual("kPEPE"), price=D("0.001565"), at=None)


@decodes(f"{ANSWERS}/test_get_candles_snapshot.json")
def test_candles_are_closed_once_their_time_is_over() -> None:
    assert take_perpetual_meta(answer("test_get_candles_snapshot.json", entry=0), Universe())
    data = answer("test_get_candles_snapshot.json")
    candles = decode_candles(data, universe(), asked_at=at(1684784807000))
    assert len(candles) == 24
    assert candles[0] == CandleUpdate(
        candle=Candle(
            instrument_id=perpetual("kPEPE"),
            interval=Interval.H1,
            start=at(1684699200000),
            open=D("0.001601"),
            high=D("0.001616"),
            low=D("0.001601"),
            close=D("0.001604"),
            volume=D("520665683.0"),
            trade_count=709,
        ),
        is_closed=True,
    )
    assert candles[-1] == CandleUpdate(
        candle=Candle(
            instrument_id=perpetual("kPEPE"),
            interval=Interval.H1,
            start=at(1684782000000),
            open=D("0.001538"),
            high=D("0.001548"),
            low=D("0.001536"),
            close=D("0.00154"),
            volume=D("308219489.0"),
            trade_count=430,
        ),
        is_closed=False,
    )
    assert [each.is_closed for each in candles] == [True] * 23 + [False]


def rate(coin: str, rate: str, time: int) -> FundingRate:
    return FundingRate(instrument_id=perpetual(coin), rate=D(rate), at=at(time))


@decodes(f"{NAUTILUS}/http_funding_history.json")
def test_funding_rates_are_told_with_their_times() -> None:
    assert decode_funding_history(raw(f"{NAUTILUS}/http_funding_history.json"), universe()) == [
        rate("BTC", "0.0000125", 1769908800000),
        rate("BTC", "-0.0000081", 1769912400000),
        rate("BTC", "0.0000033", 1769916000000),
    ]


FIRST_RATE = rate("BTC", "-0.00061334", 1683849600048)
LOWEST_RATE = rate("BTC", "-0.00081798", 1683907200253)


@decodes(
    f"{ANSWERS}/test_get_funding_history_1684811870000.json", f"{ANSWERS}/test_get_funding_history_None.json"
)
@pytest.mark.parametrize(
    ("file", "count", "last"),
    [
        ("test_get_funding_history_1684811870000.json", 34, rate("BTC", "-0.00018991", 1684800000022)),
        ("test_get_funding_history_None.json", 1038, rate("BTC", "0.0000125", 1689627600065)),
    ],
)
def test_recorded_funding_rates(file: str, count: int, last: FundingRate) -> None:
    assert take_perpetual_meta(answer(file, entry=0), Universe())
    rates = decode_funding_history(answer(file), universe())
    assert (len(rates), rates[0], rates[-1]) == (count, FIRST_RATE, last)
    assert min(rates, key=lambda each: each.rate) == LOWEST_RATE


@decodes(f"{NAUTILUS}/ws_all_dexs_asset_ctxs.json")
def test_contexts_of_all_dexs_belong_to_coins_by_their_places() -> None:
    data = raw(f"{NAUTILUS}/ws_all_dexs_asset_ctxs.json")
    counts = {dex: len(contexts) for dex, contexts in json.loads(data)["data"]["ctxs"]}
    every = Universe()
    for index, (dex, count) in enumerate(counts.items()):
        names = [f"{dex}:C{place}" if dex else f"C{place}" for place in range(count)]
        every.take_perpetuals(perpetual_meta(*names), dex_index=index)

    told: Sequence[Any] = decode_market(data, every)

    # 412 contexts; where nobody quotes (78 of them) there is no mid.
    assert len(told) == 412 * 3 + (412 - 78)
    first = perpetual("C0")
    assert told[:4] == [
        MarkPrice(
            instrument_id=first,
            mark=D("77562.0"),
            index=D("77605.0"),
            funding_rate=D("-0.0000015186"),
            at=None,
        ),
        LastPrice(instrument_id=first, price=D("77558.5"), at=None),
        OpenInterest(instrument_id=first, quantity=D("27353.17682"), at=None),
        DayStatistics(
            instrument_id=first,
            open=D("76317.0"),
            high=None,
            low=None,
            last=None,
            volume=D("19707.77457"),
            turnover=D("1516669192.1953897476"),
            at=None,
        ),
    ]
    last = perpetual("xyz:C79")
    assert told[-3:] == [
        MarkPrice(instrument_id=last, mark=D("100.0"), index=D("100.0"), funding_rate=D("0.0"), at=None),
        OpenInterest(instrument_id=last, quantity=D("0.0"), at=None),
        DayStatistics(
            instrument_id=last,
            open=D("100.0"),
            high=None,
            low=None,
            last=None,
            volume=D("0.0"),
            turnover=D("0.0"),
            at=None,
        ),
    ]
    unmoved = [each for each in told if each.instrument_id == perpetual("C3")]
    assert [type(each) for each in unmoved] == [MarkPrice, OpenInterest, DayStatistics]
    assert unmoved[0] == MarkPrice(
        instrument_id=perpetual("C3"), mark=D("0.37621"), index=D("0.3754"), funding_rate=D("0.0"), at=None
    )


def test_contexts_of_dexs_that_are_not_listed_are_left_out() -> None:
    told: Sequence[Any] = decode_market(raw(f"{NAUTILUS}/ws_all_dexs_asset_ctxs.json"), universe())
    assert {each.instrument_id for each in told} == {
        *(perpetual(coin) for coin in COINS),
        perpetual("xyz:XYZ100"),
        perpetual("xyz:AAPL"),
        perpetual("km:US500", "USDH"),
    }


# --- orders and fills


@decodes(f"{ANSWERS}/test_get_frontend_open_orders.json")
def test_open_orders_of_the_frontend_tell_what_belongs_together() -> None:
    common: dict[str, Any] = {
        "exec_type": ExecType.STATUS,
        "instrument_id": perpetual("INJ"),
        "status": OrderStatus.ACCEPTED,
        "quantity": D("12.5"),
        "cumulative_quantity": D("0.0"),
        "order_list_id": "3184595905",
        "at": at(1700126022555),
    }
    assert decode_open_orders(answer("test_get_frontend_open_orders.json"), universe()) == [
        ExecutionReport(
            **common,
            venue_order_id="3184595907",
            side=Side.SELL,
            type=OrderType.TAKE_PROFIT,
            time_in_force=None,
            stop_price=D("10.004"),
            reduce_only=True,
        ),
        ExecutionReport(
            **common,
            venue_order_id="3184595906",
            side=Side.SELL,
            type=OrderType.STOP,
            time_in_force=None,
            stop_price=D("9.995"),
            reduce_only=True,
        ),
        ExecutionReport(
            **common,
            venue_order_id="3184595905",
            side=Side.BUY,
            type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTC,
            price=D("10.0"),
        ),
    ]


@decodes(f"{ANSWERS}/test_get_open_orders.json")
def test_open_orders_without_their_original_size_say_what_is_left() -> None:
    def left(  # noqa: PLR0917 - a row of the list
        oid: str, coin: str, side: Side, quantity: str, price: str, time: int
    ) -> ExecutionReport:
        return ExecutionReport(
            exec_type=ExecType.STATUS,
            instrument_id=perpetual(coin),
            venue_order_id=oid,
            status=OrderStatus.ACCEPTED,
            side=side,
            type=None,
            time_in_force=None,
            quantity=D(quantity),
            price=D(price),
            cumulative_quantity=None,
            at=at(time),
        )

    orders = decode_open_orders(answer("test_get_open_orders.json"), universe())
    assert len(orders) == 196
    assert orders[0] == left("62269971", "MATIC", Side.BUY, "208.7", "1.0357", 1679940217356)
    assert orders[1] == left("62269969", "ARB", Side.SELL, "173.7", "1.1795", 1679940216844)
    assert orders[-1] == left("62126835", "AVAX", Side.BUY, "232.88", "15.907", 1679935945307)


@decodes(f"{ANSWERS}/test_historical_orders.json")
def test_orders_that_ended_say_why() -> None:
    def ended(
        oid: str,
        coin: str,
        quantity: str,
        price: str,
        time: int,
        *,
        status: OrderStatus = OrderStatus.REJECTED,
        exec_type: ExecType = ExecType.REJECTED,
        time_in_force: TimeInForce = TimeInForce.IOC,
        post_only: bool = False,
        reason: str = "iocCancelRejected",
    ) -> ExecutionReport:
        return ExecutionReport(
            exec_type=exec_type,
            instrument_id=perpetual(coin),
            venue_order_id=oid,
            status=status,
            side=Side.BUY,
            type=OrderType.LIMIT,
            time_in_force=time_in_force,
            quantity=D(quantity),
            price=D(price),
            cumulative_quantity=D("0.0"),
            post_only=post_only,
            reason=reason,
            at=at(time),
        )

    by_hand: dict[str, Any] = {
        "status": OrderStatus.CANCELLED,
        "exec_type": ExecType.CANCELLED,
        "time_in_force": TimeInForce.GTC,
        "post_only": True,
        "reason": "canceled",
    }
    assert decode_historical_orders(answer("test_historical_orders.json"), universe()) == [
        ended("141682155424", "TON", "81.7", "3.2502", 1755863118217),
        ended("141682155423", "ORDI", "3.15", "8.6328", 1755863118217),
        ended("141682155422", "GRIFFAIN", "529.0", "0.035057", 1755863118217),
        ended("141682147400", "DYDX", "1500.3", "0.62613", 1755863118217, **by_hand),
        ended("141682147399", "DYDX", "1614.3", "0.62689", 1755863118217, **by_hand),
    ]


@decodes(f"{NAUTILUS}/http_user_fills_dust_conversion.json")
def test_fills_have_fees_in_any_token_and_say_who_caused_them() -> None:
    def fill(fill_id: str, instrument: InstrumentId, side: Side, size: str, **rest: Any) -> Execution:
        quantity, price = size.split(" @ ")
        return Execution(
            fill_id=fill_id,
            instrument_id=instrument,
            venue_order_id=fill_id.partition(":")[0],
            side=side,
            quantity=D(quantity),
            price=D(price),
            **{"fee": D("0.0"), "fee_asset": USDC, "realised_pnl": D("0.0"), **rest},
        )

    fills = decode_fills(raw(f"{NAUTILUS}/http_user_fills_dust_conversion.json"), universe(), owner=OWNER)
    assert fills == [
        fill(
            "481029459465:17679709382320",
            perpetual("ARB"),
            Side.BUY,
            "8552.3 @ 0.07482",
            liquidity=Liquidity.MAKER,
            at=at(1782526679879),
        ),
        fill(
            "481029451261:122379282851005",
            perpetual("JUP"),
            Side.BUY,
            "440.0 @ 0.22683",
            liquidity=Liquidity.MAKER,
            realised_pnl=D("0.7106"),
            at=at(1782526678933),
        ),
        fill(
            "228721726126:567745090281031",
            InstrumentId("USOL-USDC.HYPERLIQUID"),
            Side.BUY,
            "1.267 @ 160.32",
            fee=D("0.00088689"),
            fee_asset=Asset("USOL"),
            liquidity=Liquidity.TAKER,
            at=at(1762697535160),
        ),
        fill(
            "229209068357:0",
            InstrumentId("UBTC-USDC.HYPERLIQUID"),
            Side.SELL,
            "0.0000086141 @ 104730.168",
            liquidity=Liquidity.TAKER,
            cause=Cause.VENUE,
            at=at(1762732800049),
        ),
        fill(
            "481029437374:540560505431791",
            perpetual("MANTA"),
            Side.SELL,
            "114.3 @ 0.08495",
            liquidity=Liquidity.TAKER,
            cause=Cause.VENUE,
            at=at(1782526675814),
        ),
    ]


@decodes(f"{NAUTILUS}/ws_user_fill_liquidation.json")
def test_a_liquidation_is_one_only_for_whom_it_befell() -> None:
    frame = raw(f"{NAUTILUS}/ws_user_fill_liquidation.json")
    maker = Execution(
        fill_id="55030848197:745210434703679",
        instrument_id=BTC,
        venue_order_id="55030848197",
        client_order_id="0xe8d5fd7ebbb4c3cff4d1803472a11463",
        side=Side.SELL,
        quantity=D("0.001"),
        price=D("66653.0"),
        fee=D("0.009997"),
        fee_asset=USDC,
        liquidity=Liquidity.MAKER,
        realised_pnl=D("0.0"),
        at=at(1781528065899),
    )
    assert decode_account(frame, universe(), owner="0x" + "1" * 40) == [maker]
    befell = msgspec.structs.replace(maker, cause=Cause.LIQUIDATION)
    assert decode_account(frame, universe(), owner=OWNER) == [befell]


# --- balances and positions


@decodes(f"{NAUTILUS}/http_clearinghouse_state_negative_total_raw_usd.json")
def test_collateral_is_told_by_the_cross_summary_where_there_is_no_other() -> None:
    data = raw(f"{NAUTILUS}/http_clearinghouse_state_negative_total_raw_usd.json")
    assert decode_perpetual_state(data, universe()) == [
        Balance(
            asset=USDC,
            total=D("1736.030875"),
            available=D("772.232111"),
            locked=D("963.798764"),
            wallet="perp",
            at=at(1700000000000),
        )
    ]


@decodes(f"{ANSWERS}/test_get_user_state.json")
def test_positions_come_with_the_balance_behind_them() -> None:
    told = decode_perpetual_state(answer("test_get_user_state.json"), universe())
    assert len(told) == 13
    assert told[0] == Position(
        instrument_id=BTC,
        quantity=D("-0.00785"),
        entry_price=D("26951.0"),
        liquidation_price=D("173198.69592357"),
        leverage=D(20),
        margin_mode=MarginMode.CROSS,
        unrealised_pnl=D("-0.08007"),
        at=None,
    )
    assert told[7] == Position(
        instrument_id=perpetual("BNB"),
        quantity=D("1.916"),
        entry_price=D("306.509"),
        leverage=D(20),
        margin_mode=MarginMode.CROSS,
        unrealised_pnl=D("0.749156"),
        at=None,
    )
    assert told[11] == Position(
        instrument_id=perpetual("ARB"),
        quantity=D("246.5"),
        entry_price=D("1.17991"),
        leverage=D(20),
        margin_mode=MarginMode.CROSS,
        unrealised_pnl=D("-0.027115"),
        at=None,
    )
    # The account is worth 1182.312496, of which 0.688018 is profit that was not taken.
    assert told[12] == Balance(
        asset=USDC,
        total=D("1181.624478"),
        available=D("1010.57173"),
        locked=D("171.740766"),
        wallet="perp",
    )


@decodes(f"{NAUTILUS}/http_spot_clearinghouse_state.json")
def test_spot_tokens_are_balances_and_what_orders_hold_is_locked() -> None:
    def spot(asset: str, total: str, available: str, locked: str) -> Balance:
        return Balance(
            asset=Asset(asset), total=D(total), available=D(available), locked=D(locked), wallet="spot"
        )

    assert decode_spot_state(raw(f"{NAUTILUS}/http_spot_clearinghouse_state.json")) == [
        spot("USDC", "14.625485", "14.625485", "0.0"),
        spot("PURR", "2000", "1900", "100"),
        spot("HYPE", "5.2", "5.2", "0"),
        spot("+10", "25", "25", "0"),
    ]


@decodes(f"{ANSWERS}/test_user_vault_equities.json")
def test_shares_of_vaults_are_balances_that_are_not_at_hand() -> None:
    first, second = "0x07fd993f0fa3a185f7207adccd29f7a87404689d", "0x7f6ce756bdee0db22a8fbda15aa48023aae5a8be"
    assert decode_vault_equities(answer("test_user_vault_equities.json")) == [
        Balance(asset=USDC, total=D("688536.0314879999"), available=None, wallet=f"vault:{first}"),
        Balance(asset=USDC, total=D("100.003834"), available=None, wallet=f"vault:{second}"),
    ]


# --- money that moved


def paid(  # noqa: PLR0917 - a row of the list
    coin: str, amount: str, rate: str, quantity: str, reference: str, time: int
) -> FundingPayment:
    return FundingPayment(
        instrument_id=perpetual(coin),
        asset=USDC,
        amount=D(amount),
        rate=D(rate),
        quantity=D(quantity),
        reference=reference,
        at=at(time),
    )


FIRST_FUNDING = paid(
    "APE",
    "0.145796",
    "-0.00029319",
    "40.13333333",
    "0xe3f4c682738ae2ee62510a7282db05c55f1b2032b6a366be9af99d6c809ac899",
    1681948800000,
)


@decodes(f"{ANSWERS}/test_user_funding_history_with_end_time.json")
def test_funding_that_was_received_is_positive_and_paid_negative() -> None:
    payments = decode_funding(answer("test_user_funding_history_with_end_time.json"), universe())
    assert (len(payments), payments[0]) == (13, FIRST_FUNDING)
    assert payments[3] == paid(
        "AVAX",
        "-0.572915",
        "0.0001",
        "100.86333333",
        "0x5babee5f9e95b33e153dd81fbc4bb82a887687eac7cc8dce24a65107d17774d2",
        1681948800000,
    )
    assert payments[-1] == paid(
        "SOL",
        "0.023856",
        "0.0001",
        "-3.48",
        "0x19f78c806cdd1b1e298899a52e9ff1b66e4d151f2973d42220dd3bebe7043dcf",
        1681948800000,
    )


@decodes(f"{ANSWERS}/test_user_funding_history_without_end_time.json")
def test_a_long_history_of_funding() -> None:
    payments = decode_funding(answer("test_user_funding_history_without_end_time.json"), universe())
    assert (len(payments), payments[0]) == (218, FIRST_FUNDING)
    assert max(payments, key=lambda each: abs(each.amount)) == paid(
        "MATIC",
        "101.011422",
        "-0.00101895",
        "33990.96666667",
        "0x82bec34b7cd91b3fd8ea02c7427369382633c809c350389218f873fef8aa2ea2",
        1682380800000,
    )
    assert payments[-1] == paid(
        "SUI",
        "-1.357286",
        "-0.00057709",
        "-1768.0",
        "0x4dab8a4e96698d3e8a02076a3cb59486efcf725a5880c833fad1b8aec559e13b",
        1683244800000,
    )


def moved(  # noqa: PLR0917 - a row of the ledger
    amount: str, reason: BalanceReason, wallet: str, reference: str, time: int, asset: str = "USDC"
) -> BalanceChange:
    return BalanceChange(
        asset=Asset(asset),
        amount=D(amount),
        reason=reason,
        wallet=wallet,
        reference=reference,
        at=at(time),
    )


@decodes(
    f"{ANSWERS}/test_user_non_funding_ledger_updates_with_end_time.json",
    f"{ANSWERS}/test_user_non_funding_ledger_updates_without_end_time.json",
)
def test_the_ledger_tells_what_moved_in_and_out_of_each_wallet() -> None:
    owner = "0x2ba553d9f990a3b66b03b2dc0d030dfc1c061036"
    empty = answer("test_user_non_funding_ledger_updates_with_end_time.json")
    assert decode_ledger(empty, owner=owner) == []

    transfer = BalanceReason.TRANSFER
    deposit = ("0x09ddd9f712b5df0945af34b055bbb3329c88ca001aff41bbfd4341d80bc760ce", 1731999196516)
    small = ("0x1ddfe341d6a65a05392a0417f410fd014100a311417ccf11da13fcddea1429c9", 1732834706761)
    sent = ("0x2ceac78e94d15a1af8660417f418400175003b84f5f2d86615b352360e4d48ac", 1732834825313)
    large = ("0xb43e5536dbe1e0393ac60417fb7e2301a400281569835033a92471582fbc705a", 1732865846906)
    again = ("0xfba2579369bfd93f45b5ea54942e59f81aa72b422064d8969917a0feb0c68694", 1732867345893)
    data = answer("test_user_non_funding_ledger_updates_without_end_time.json")
    assert decode_ledger(data, owner=owner) == [
        moved("2703997.4500000002", BalanceReason.DEPOSIT, "perp", *deposit),
        moved("-12.0", transfer, "perp", *small),
        moved("12.0", transfer, "spot", *small),
        moved("-10.5", transfer, "spot", *sent),
        moved("-1.0", BalanceReason.FEE, "spot", *sent),
        moved("-2684105.0099999998", transfer, "perp", *large),
        moved("2684105.0099999998", transfer, "spot", *large),
        moved("1099994.98", BalanceReason.DEPOSIT, "perp", *again),
    ]
    recipient = decode_ledger(data, owner="0xAAA0c2769cb990f4f37db951a9e48de2385c2733")
    assert moved("10.5", transfer, "spot", *sent) in recipient
    assert moved("-1.0", BalanceReason.FEE, "spot", *sent) not in recipient


@decodes(f"{ANSWERS}/test_delegator_history.json")
def test_staking_moves_between_wallets() -> None:
    newest = ("0xaea14981ae79c88826b104269e1e61020161008a69327e1bd0716a870eb0032e", 1751382238782)
    second = ("0xa41a74f16345b8b0ba4e04269e1d5d018200756676283eee1bbc9d4e86d0d942", 1751382217852)
    third = ("0x1520bf77c0dae738c8130422ff52cf01cc00f7c6f145792f2eeca62d178cd048", 1746636092325)
    oldest = ("0x88f45bda40a6b572ef230422ff50cf01e20075ab01e3a48566ea9979a7ac6313", 1746636051729)
    transfer = BalanceReason.TRANSFER
    assert decode_staking(answer("test_delegator_history.json")) == [
        moved("-89968.0", transfer, "staking", *newest, "HYPE"),
        moved("89968.0", transfer, "delegated", *newest, "HYPE"),
        moved("89968.0", transfer, "staking", *second, "HYPE"),
        moved("-10000.1", transfer, "staking", *third, "HYPE"),
        moved("10000.1", transfer, "delegated", *third, "HYPE"),
        moved("10000.1", transfer, "staking", *oldest, "HYPE"),
    ]


# --- what an account and its keys may do


@decodes(f"{ANSWERS}/test_extra_agents.json")
def test_agents_trade_until_they_expire_and_never_withdraw() -> None:
    def agent(expires_at: int) -> KeyPermissions:
        return KeyPermissions(can_read=True, can_trade=True, can_withdraw=False, expires_at=at(expires_at))

    assert decode_agents(answer("test_extra_agents.json")) == {
        "0x286edfa08c04f6899dab3bfdecf2dd133f9733b9": agent(1767776120478),
        "0xc06e6617005c1888aeb8b3017fe00f82b7b84fc0": agent(1771174068515),
    }


@decodes(f"{ANSWERS}/test_user_role.json")
def test_a_vault_has_no_key_of_its_own() -> None:
    role = decode_role(answer("test_user_role.json"))
    assert role == KeyPermissions(can_read=True, can_trade=False, can_withdraw=False)


@decodes(f"{ANSWERS}/test_user_rate_limit.json")
def test_what_an_address_may_still_ask() -> None:
    budget = decode_request_budget(answer("test_user_rate_limit.json"))
    assert (budget.n_requests_used, budget.n_requests_cap) == (36_589_831_368, 170_043_731_737)
    assert budget.cum_vlm == D("170043721737.450012207")
