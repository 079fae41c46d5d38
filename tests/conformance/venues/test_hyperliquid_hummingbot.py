"""The payloads of another bot's tests: each is decoded, or refused because the venue does not talk like that.

They are answers and frames of Hyperliquid with made-up coins, some cut short, some malformed on purpose.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from tests.support.hyperliquid import (
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

from tradebook.kernel.ids import AccountId, Asset, ClientOrderId, InstrumentId, OrderId
from tradebook.market.values import Aggressor, Trade
from tradebook.trading.orders import (
    Liquidity,
    MarginMode,
    OrderStatus,
    OrderTerms,
    OrderType,
    Side,
    TimeInForce,
)
from tradebook.trading.ports import VenueOrder
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.hyperliquid.account_data import decode_account
from tradebook.venues.hyperliquid.answers import decode_acknowledgement, decode_placement
from tradebook.venues.hyperliquid.contexts import take_perpetual_contexts, take_spot_contexts
from tradebook.venues.hyperliquid.execution import client_order_id_of, place
from tradebook.venues.hyperliquid.fills import decode_fills
from tradebook.venues.hyperliquid.funding import decode_funding
from tradebook.venues.hyperliquid.market_data import decode_book, decode_market, decode_recent_trades
from tradebook.venues.hyperliquid.orders import decode_order_status
from tradebook.venues.hyperliquid.requests import subscription
from tradebook.venues.hyperliquid.states import decode_perpetual_state, decode_spot_state
from tradebook.venues.hyperliquid.symbols import Universe, take_all_perpetual_metas
from tradebook.venues.messages.account import (
    Balance,
    ExecType,
    Execution,
    ExecutionReport,
    FundingPayment,
    Position,
)
from tradebook.venues.messages.market import (
    DayStatistics,
    LastPrice,
    MarketMessage,
    MarkPrice,
    OpenInterest,
)

D = Decimal
PERPETUAL = json.loads((WIRE / "hummingbot" / "derivative_hyperliquid_perpetual.json").read_bytes())[
    "payloads"
]
SPOT = json.loads((WIRE / "hummingbot" / "exchange_hyperliquid.json").read_bytes())["payloads"]

CLOID = "0x48424f54534548554436306163343632"
HASH = "0x6065d86346c0ee0f5d9504081647930115005f95c201c3a6fb5ba2440507f2cf"
COMPUTED: dict[str, Any] = {
    "<order.price>": "10000.0",
    "<order.amount>": "0.01",
    "<float(order.amount)>": 0.01,
    "<order.exchange_order_id>": 8,
    "<int(order.exchange_order_id)>": 8,
    "<order.exchange_order_id or '1640b725-75e9-407d-bea9-aae4fc666d33'>": 8,
    "<order.exchange_order_id or 'EOID1'>": 8,
    "<self.expected_exchange_order_id>": 8,
    "<order.client_order_id>": CLOID,
    "<order.client_order_id or ''>": CLOID,
    "<self.expected_latest_price>": "9999.9",
    "<self.expected_fill_fee.flat_fees[0].amount>": "30",
    "<self.expected_fill_fee.flat_fees[0].token>": "USDC",
    "<self.expected_fill_trade_id>": HASH,
    "<self.api_address>": OWNER,
    "<leverage>": "10.00000000",
    "<dex_perp_meta>": PERPETUAL[35]["payload"],
    "<existing_symbols[:2]>": PERPETUAL[17]["payload"][0]["universe"],
}
"""What their tests fill in when they run."""

decoded: dict[str, set[int]] = {"perpetual": set(), "spot": set()}
Test = TypeVar("Test", bound=Callable[..., None])


def decodes(*, perpetual: tuple[int, ...] = (), spot: tuple[int, ...] = ()) -> Callable[[Test], Test]:
    """Marks which payloads a test reads."""
    decoded["perpetual"].update(perpetual)
    decoded["spot"].update(spot)
    return lambda test: test


def filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: filled(each) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each) for each in value]
    return COMPUTED[value] if isinstance(value, str) and value.startswith("<") else value


def of_perpetual(index: int) -> Any:
    return filled(PERPETUAL[index]["payload"])


def of_spot(index: int) -> Any:
    return filled(SPOT[index]["payload"])


def listed_there() -> Universe:
    """Their spot coins, and a perpetual of the name that some of their frames leave unqualified."""
    listed = Universe()
    take_spot_contexts(wire(of_spot(9)), listed)
    listed.take_perpetuals(perpetual_meta("COINALPHA"))
    return listed


COINALPHA = perpetual("COINALPHA")
COINALPHA_USDC = InstrumentId("COINALPHA-USDC.HYPERLIQUID")
PURR_USDC = InstrumentId("PURR-USDC.HYPERLIQUID")
BTC, ETH = perpetual("BTC"), perpetual("ETH")


def test_every_payload_is_decoded_or_refused() -> None:
    assert decoded["perpetual"] | set(REFUSED_PERPETUAL) == set(range(len(PERPETUAL)))
    assert decoded["spot"] | set(REFUSED_SPOT) == set(range(len(SPOT)))
    assert not decoded["perpetual"] & set(REFUSED_PERPETUAL)
    assert not decoded["spot"] & set(REFUSED_SPOT)


# --- what is refused


def contexts(payload: Any) -> Any:
    return take_perpetual_contexts(wire(payload), Universe())


def dexs(payload: Any) -> list[tuple[list[str], list[MarketMessage]]]:
    """How that bot keeps the answers about the dexs of builders, given back the shape they came in."""
    listed, told = Universe(), []
    for index, dex in enumerate(payload, start=1):
        answer = [{"universe": dex["perpMeta"]}, dex.get("assetCtxs", [])]
        instruments, messages = take_perpetual_contexts(wire(answer), listed, dex_index=index)
        told.append(([each.venue_symbol for each in instruments], list(messages)))
    return told


def spot_contexts(payload: Any) -> Any:
    return take_spot_contexts(wire(payload), Universe())


def market(payload: Any) -> Any:
    return decode_market(wire(payload), universe())


def account(payload: Any) -> Any:
    return decode_account(wire(payload), universe(), owner=OWNER)


def fills(payload: Any) -> Any:
    return decode_fills(wire(payload), universe(), owner=OWNER)


def acknowledged(payload: Any) -> Any:
    return decode_acknowledgement(wire(payload), [])


NO_DECIMALS = "`szDecimals`"
"""Without them neither tick nor lot is known."""
NO_CHANNEL = "`channel`"
"""A frame that does not say what it is."""
NO_TRADE_ID = "`tid`"
"""Such a fill could not be told from its repetition."""

REFUSED_PERPETUAL: dict[int, tuple[Callable[[Any], Any], str]] = {
    4: (contexts, NO_DECIMALS),
    5: (market, NO_CHANNEL),
    7: (market, NO_CHANNEL),
    8: (market, NO_CHANNEL),
    13: (contexts, NO_DECIMALS),
    14: (market, NO_CHANNEL),
    15: (market, NO_CHANNEL),
    25: (acknowledged, "status 'error' is not known"),
    26: (acknowledged, "got `null`"),
    32: (fills, NO_TRADE_ID),
    34: (fills, NO_TRADE_ID),
    38: (dexs, "missing required field `name`"),
    40: (dexs, "do not all bear its name"),
    48: (lambda payload: decode_perpetual_state(wire(payload), universe()), "'UNKNOWN_COIN' is not listed"),
    54: (contexts, NO_DECIMALS),
    59: (contexts, NO_DECIMALS),
    60: (contexts, NO_DECIMALS),
    61: (contexts, NO_DECIMALS),
    64: (lambda payload: dexs(payload[1:]), NO_DECIMALS),
    65: (contexts, NO_DECIMALS),
    68: (account, NO_TRADE_ID),
}
REFUSED_SPOT: dict[int, tuple[Callable[[Any], Any], str]] = {
    5: (market, NO_CHANNEL),
    12: (spot_contexts, NO_DECIMALS),
    20: (fills, NO_TRADE_ID),
    22: (fills, NO_TRADE_ID),
    29: (account, NO_TRADE_ID),
}


@pytest.mark.parametrize("index", REFUSED_PERPETUAL)
def test_what_is_malformed_or_cut_short_is_refused(index: int) -> None:
    decode, detail = REFUSED_PERPETUAL[index]
    with pytest.raises(UndecodableFrame, match=detail):
        decode(of_perpetual(index))


@pytest.mark.parametrize("index", REFUSED_SPOT)
def test_what_is_malformed_or_cut_short_on_spot_is_refused(index: int) -> None:
    decode, detail = REFUSED_SPOT[index]
    with pytest.raises(UndecodableFrame, match=detail):
        decode(of_spot(index))


# --- instruments and how they stand


def stands(
    instrument: InstrumentId,
    mark: str,
    *,
    mid: str = "",
    index: str = "",
    funding: str = "",
    interest: str = "",
    day: str = "",
) -> list[MarketMessage]:
    """What a context becomes; ``day`` is the price of a day ago, the volume and the turnover."""
    told: list[MarketMessage] = [
        MarkPrice(
            instrument_id=instrument,
            mark=D(mark),
            index=D(index) if index else None,
            funding_rate=D(funding) if funding else None,
            at=None,
        )
    ]
    if mid:
        told.append(LastPrice(instrument_id=instrument, price=D(mid), at=None))
    if interest:
        told.append(OpenInterest(instrument_id=instrument, quantity=D(interest), at=None))
    if day:
        opened, volume, turnover = (D(each) for each in day.split())
        told.append(
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
    return told


BTC_STANDS: dict[str, Any] = {
    "mid": "36730.0",
    "index": "36717.0",
    "funding": "0.00001793",
    "interest": "34.37756",
}
ETH_STANDS: dict[str, Any] = {"mid": "1923.05", "index": "1921.7", "funding": "0.00005324"}
ETH_NOW = stands(ETH, "1923.1", interest="638.89157", **ETH_STANDS)
ETH_OTHER = stands(ETH, "1923.1", interest="638.8957", **ETH_STANDS)


@decodes(perpetual=(17, 18, 19, 41, 52, 55, 58, 62))
@pytest.mark.parametrize(
    ("index", "coins", "expected"),
    [
        (17, ["BTC", "ETH"], stands(BTC, "36733.0", **BTC_STANDS) + ETH_NOW),
        (
            18,
            ["BTC", "ETH"],
            stands(BTC, "9999.9", **BTC_STANDS) + stands(ETH, "9999.9", interest="638.8957", **ETH_STANDS),
        ),
        (19, ["COINALPHA", "ETH"], stands(COINALPHA, "36733.0", **BTC_STANDS) + ETH_OTHER),
        (41, ["BTC"], stands(BTC, "50000.0")),
        (
            52,
            ["BTC", "ETH"],
            stands(BTC, "123.456789", interest="1000.123") + stands(ETH, "0.001", interest="100.1"),
        ),
        (55, ["BTC"], stands(BTC, "36733.0", interest="34.37756", funding="0.0001")),
        (58, ["BTC"], stands(BTC, "36733.0")),
        (62, ["BTC"], stands(BTC, "36733.0", interest="34.37756")),
    ],
)
def test_perpetuals_and_how_they_stand(index: int, coins: list[str], expected: list[MarketMessage]) -> None:
    instruments, told = contexts(of_perpetual(index))
    assert [each.venue_symbol for each in instruments] == coins
    assert told == expected


XYZ100 = perpetual("xyz:XYZ100")
XYZ100_STANDS = stands(
    XYZ100,
    "25349.0",
    mid="25350.0",
    index="25349.0",
    funding="0.00000625",
    interest="2994.5222",
    day="25004.0 6334.6544 159393702.057199955",
)
TSLA_STANDS = stands(
    perpetual("xyz:TSLA"),
    "483.02",
    mid="483.025",
    index="482.91",
    funding="0.00000625",
    interest="61339.114",
    day="483.99 30504.829 14785221.9612099975",
)


@decodes(perpetual=(9, 12, 50, 57))
@pytest.mark.parametrize(
    ("index", "coins", "expected"),
    [
        (
            9,
            ["xyz:AAPL"],
            stands(perpetual("xyz:AAPL"), "150.7", index="150.5", funding="0.0001", interest="1000.0"),
        ),
        (
            12,
            ["xyz:GOOG"],
            stands(perpetual("xyz:GOOG"), "200.0", index="199.5", funding="0.0002", interest="500.0"),
        ),
        (50, ["xyz:XYZ100"], XYZ100_STANDS),
        (57, ["xyz:AAPL"], stands(perpetual("xyz:AAPL"), "175.50", interest="100.5")),
    ],
)
def test_perpetuals_of_a_builder_and_how_they_stand(
    index: int, coins: list[str], expected: list[MarketMessage]
) -> None:
    instruments, told = take_perpetual_contexts(wire(of_perpetual(index)), Universe(), dex_index=1)
    assert [each.venue_symbol for each in instruments] == coins
    assert told == expected


@decodes(perpetual=(35, 36, 37))
def test_lists_of_all_dexs() -> None:
    listed = Universe()
    metas = take_all_perpetual_metas(wire(of_perpetual(37)), listed)
    assert [each.venue_symbol for each in metas] == ["BTC", "xyz:XYZ100", "xyz:TSLA"]
    assert [str(each.instrument.lot_size) for each in metas] == ["0.00001", "0.001", "0.01"]
    assert listed.asset_number(perpetual("xyz:TSLA")) == 110_001

    answer = [{"universe": of_perpetual(35)}, of_perpetual(36)]
    _, told = take_perpetual_contexts(wire(answer), Universe(), dex_index=1)
    tesla = perpetual("xyz:TSLA")
    assert told == stands(XYZ100, "100.0", interest="1.0") + stands(tesla, "200.0", interest="1.0")


@decodes(perpetual=(39, 46, 51, 53, 56, 63))
@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (39, [(["xyz:XYZ100"], []), (["abc:MSFT"], [])]),
        (46, [(["xyz:XYZ100"], [])]),
        (51, [(["xyz:XYZ100", "xyz:TSLA"], XYZ100_STANDS + TSLA_STANDS)]),
        (
            53,
            [
                (["xyz:XYZ100", "xyz:TSLA"], XYZ100_STANDS + TSLA_STANDS),
                (["dex2:SOL"], stands(perpetual("dex2:SOL"), "189.5", interest="50.5")),
            ],
        ),
        # One context for two coins: it is the first one's.
        (56, [(["xyz:AAPL", "xyz:GOOG"], stands(perpetual("xyz:AAPL"), "175.50", interest="100.5"))]),
        (63, [(["xyz:AAPL"], [])]),
    ],
)
def test_dexs_as_that_bot_keeps_them(index: int, expected: list[Any]) -> None:
    assert dexs(of_perpetual(index)) == expected


SPOT_STANDS = stands(COINALPHA_USDC, "0.22923", mid="0.229235")
PURR_STANDS = stands(PURR_USDC, "25.011", mid="24.9835")


@decodes(spot=(4, 9, 10, 11, 26))
@pytest.mark.parametrize(
    ("index", "instruments", "expected"),
    [
        (
            4,
            ["COINALPHA-HBOT", "PURR-HBOT"],
            stands(InstrumentId("COINALPHA-HBOT.HYPERLIQUID"), "0.22923", mid="0.229235")
            + stands(InstrumentId("PURR-HBOT.HYPERLIQUID"), "25.011", mid="24.9835"),
        ),
        (9, ["COINALPHA-USDC", "PURR-USDC"], SPOT_STANDS + PURR_STANDS),
        (
            10,
            ["COINALPHA-USDC", "PURR-USDC"],
            stands(COINALPHA_USDC, "9999.9", mid="24.9835") + PURR_STANDS,
        ),
        # The context is of a coin that is not listed.
        (11, ["COINALPHA-HBOT"], []),
        # One pair more is of a token that is not listed.
        (
            26,
            ["COINALPHA-HBOT", "PURR-HBOT"],
            stands(InstrumentId("COINALPHA-HBOT.HYPERLIQUID"), "0.22923", mid="0.229235")
            + stands(InstrumentId("PURR-HBOT.HYPERLIQUID"), "25.011", mid="24.9835"),
        ),
    ],
)
def test_spot_pairs_and_how_they_stand(
    index: int, instruments: list[str], expected: list[MarketMessage]
) -> None:
    listed, told = spot_contexts(of_spot(index))
    assert [each.instrument.instrument_id for each in listed] == [
        f"{each}.HYPERLIQUID" for each in instruments
    ]
    assert told == expected


# --- market data

BIDS = levels("2080.3 74.6923", "2080.0 162.2829", "1825.5 0.0259", "1823.6 0.0259")
HIGHER_BIDS = levels("2080.4 74.6923", "2080.0 162.2829", "1825.5 0.0259", "1823.6 0.0259")
ASKS = levels("2080.5 73.018", "2080.6 74.6799", "2118.9 377.495", "2122.1 348.8644")


@decodes(perpetual=(0, 1, 2, 3, 10), spot=(0, 1, 2, 3))
def test_books() -> None:
    dydx = decode_book(wire(of_perpetual(0)), universe())
    assert dydx == book(perpetual("DYDX"), 1700687397643, BIDS, ASKS)
    assert market(of_perpetual(1)) == (book(BTC, 1700687397641, BIDS, ASKS),)
    assert market(of_perpetual(2)) == (book(BTC, 1700687397642, BIDS, ASKS),)
    assert market(of_perpetual(3)) == (book(BTC, 1700687397642, HIGHER_BIDS, ASKS),)
    assert market(of_perpetual(10)) == (
        book(COINALPHA, 1700687397643, levels("36000.0 1.5"), levels("36100.0 2.0")),
    )

    there = listed_there()
    asked = decode_book(wire(of_spot(0)), there)
    assert asked == book(COINALPHA_USDC, 1700687397643, BIDS, ASKS)
    pushed = [decode_market(wire(of_spot(index)), there) for index in (1, 2, 3)]
    assert pushed == [
        (book(COINALPHA_USDC, 1700687397641, BIDS, ASKS),),
        (book(COINALPHA_USDC, 1700687397642, BIDS, ASKS),),
        (book(COINALPHA_USDC, 1700687397642, HIGHER_BIDS, ASKS),),
    ]


def trade(  # noqa: PLR0917 - a line of the tape
    instrument: InstrumentId, trade_id: str, price: str, quantity: str, aggressor: Aggressor, time: int
) -> Trade:
    return Trade(
        instrument_id=instrument,
        trade_id=trade_id,
        price=D(price),
        quantity=D(quantity),
        aggressor=aggressor,
        at=at(time),
        sequence=time,
    )


SELL_HASH = "0x3e2bc327cc925903cebe0408315a98010b002fda921d23fd1468bbb5d573f902"
BUY_HASH = "0x0b2e11dc4ac8efee94660408315a690109003301ae47ae3512cded47641a42b1"


@decodes(perpetual=(6, 11), spot=(6, 27))
def test_trades_without_an_id_bear_their_transaction() -> None:
    assert market(of_perpetual(6)) == [
        trade(BTC, SELL_HASH, "2009.0", "0.0079", Aggressor.SELL, 1701156061468),
        trade(BTC, BUY_HASH, "2009.0", "0.0079", Aggressor.BUY, 1701156052596),
    ]
    assert market(of_perpetual(11)) == [
        trade(COINALPHA, "abc123", "36500.0", "0.5", Aggressor.BUY, 1700687397643)
    ]
    on_spot = [trade(COINALPHA_USDC, SELL_HASH, "2009.0", "0.0079", Aggressor.SELL, 1701156061468)]
    assert decode_market(wire(of_spot(6)), listed_there()) == on_spot
    assert decode_recent_trades(wire([of_spot(27)]), listed_there()) == on_spot


# --- orders and fills


def update(
    instrument: InstrumentId, exec_type: ExecType, status: OrderStatus, filled: str, reason: str = ""
) -> ExecutionReport:
    return ExecutionReport(
        exec_type=exec_type,
        instrument_id=instrument,
        venue_order_id="8",
        client_order_id=CLOID,
        status=status,
        side=Side.BUY,
        type=None,
        time_in_force=None,
        quantity=D("0.01"),
        price=D("10000.0"),
        cumulative_quantity=D(filled),
        reason=reason,
        at=at(1700818867334),
    )


@decodes(perpetual=(27, 28, 29), spot=(15, 16, 17))
@pytest.mark.parametrize(
    ("payloads", "instrument"), [((27, 28, 29), BTC), ((15, 16, 17), COINALPHA)], ids=["perpetual", "spot"]
)
def test_updates_of_an_order(payloads: tuple[int, ...], instrument: InstrumentId) -> None:
    load = of_perpetual if instrument == BTC else of_spot
    assert [account(load(index)) for index in payloads] == [
        [update(instrument, ExecType.NEW, OrderStatus.ACCEPTED, "0")],
        [update(instrument, ExecType.CANCELLED, OrderStatus.CANCELLED, "0", "canceled")],
        [update(instrument, ExecType.STATUS, OrderStatus.FILLED, "0.01")],
    ]


@decodes(perpetual=(67,), spot=(28,))
@pytest.mark.parametrize(("payload", "instrument"), [(of_perpetual(67), ETH), (of_spot(28), COINALPHA)])
def test_a_recorded_cancellation(payload: Any, instrument: InstrumentId) -> None:
    assert account(payload) == [
        ExecutionReport(
            exec_type=ExecType.CANCELLED,
            instrument_id=instrument,
            venue_order_id="2260108845",
            client_order_id=CLOID,
            status=OrderStatus.CANCELLED,
            side=Side.SELL,
            type=None,
            time_in_force=None,
            quantity=D("0.01"),
            price=D("2112.8"),
            cumulative_quantity=D("0.00"),
            reason="canceled",
            at=at(1700688453173),
        )
    ]


@decodes(perpetual=(33,), spot=(21,))
@pytest.mark.parametrize("payload", [of_perpetual(33), of_spot(21)], ids=["perpetual", "spot"])
def test_an_order_that_was_asked_for(payload: Any) -> None:
    assert decode_order_status(wire(payload), universe()) == ExecutionReport(
        exec_type=ExecType.STATUS,
        instrument_id=COINALPHA,
        venue_order_id="8",
        client_order_id=CLOID,
        status=OrderStatus.FILLED,
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        quantity=D("0.01"),
        price=D("10000.0"),
        cumulative_quantity=D("0.01"),
        at=at(1700818403290),
    )


@decodes(perpetual=(30,), spot=(18, 23, 24))
def test_fills_with_their_trade_ids() -> None:
    bought: dict[str, Any] = {
        "fill_id": f"8:{HASH}",
        "venue_order_id": "8",
        "client_order_id": CLOID,
        "side": Side.BUY,
        "quantity": D("0.01"),
        "price": D("10000.0"),
        "fee": D(30),
        "liquidity": Liquidity.TAKER,
        "realised_pnl": D("0.0"),
        "at": at(1700819083138),
    }
    assert account(of_perpetual(30)) == [Execution(instrument_id=BTC, fee_asset=None, **bought)]
    assert decode_account(wire(of_spot(18)), listed_there(), owner=OWNER) == [
        Execution(instrument_id=COINALPHA_USDC, fee_asset=USDC, **bought)
    ]

    common: dict[str, Any] = {
        "instrument_id": COINALPHA,
        "side": Side.BUY,
        "price": D(9999),
        "fee": D("10.10000000"),
        "fee_asset": Asset("HBOT"),
        "liquidity": Liquidity.MAKER,
        "realised_pnl": D("0.0"),
        "at": at(1499865549590),
    }
    ours = Execution(fill_id="8:30000", venue_order_id="8", quantity=D(1), **common)
    outside = Execution(fill_id="99999:30000", venue_order_id="99999", quantity=D(12), **common)
    assert fills([of_spot(23), of_spot(24)]) == [ours, outside]


# --- requests and what is answered at once


def where_ether_is_asset_four() -> Universe:
    listed = Universe()
    listed.take_perpetuals(perpetual_meta("BTC", "ATOM", "SOL", "AVAX", "ETH"))
    return listed


def an_order() -> VenueOrder:
    instrument = where_ether_is_asset_four().listed(ETH).instrument
    return VenueOrder(
        account_id=AccountId("alice"),
        order_id=OrderId("one"),
        instrument=instrument,
        terms=OrderTerms(
            client_order_id=ClientOrderId("one"),
            instrument_id=instrument.instrument_id,
            side=Side.BUY,
            type=OrderType.LIMIT,
            quantity=D("0.01"),
            price=D(1201),
        ),
        quantity=D("0.01"),
        attempt=1,
    )


@decodes(perpetual=(16,), spot=(7, 8))
@pytest.mark.parametrize("payload", [of_perpetual(16), of_spot(7), of_spot(8)])
def test_their_order_is_said_in_the_words_of_the_wire(payload: Any) -> None:
    """Their own object for it, which their client turns into what is sent."""
    said = payload["orders"]
    order = an_order()
    assert place([order], where_ether_is_asset_four()) == {
        "type": payload["type"],
        "orders": [
            {
                "a": said["asset"],
                "b": said["isBuy"],
                "p": str(said["limitPx"]),
                "s": str(said["sz"]),
                "r": said["reduceOnly"],
                "t": said["orderType"],
                "c": client_order_id_of(order),
            }
        ],
        "grouping": payload["grouping"],
    }


@decodes(perpetual=(20, 66), spot=(13, 25))
@pytest.mark.parametrize(
    ("payload", "oid"),
    [(of_perpetual(20), "8"), (of_perpetual(66), "7"), (of_spot(13), "8"), (of_spot(25), "7")],
)
def test_an_order_rests(payload: Any, oid: str) -> None:
    order = an_order()
    now = at(1700818867334)
    assert decode_placement(wire(payload), [order], at=now) == [
        ExecutionReport(
            exec_type=ExecType.NEW,
            instrument_id=ETH,
            venue_order_id=oid,
            client_order_id=client_order_id_of(order),
            status=OrderStatus.ACCEPTED,
            side=Side.BUY,
            type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTC,
            quantity=D("0.01"),
            price=D(1201),
            at=now,
        )
    ]


@decodes(perpetual=(31,), spot=(19,))
@pytest.mark.parametrize("payload", [of_perpetual(31), of_spot(19)], ids=["perpetual", "spot"])
def test_a_cancel_that_succeeds_is_no_problem(payload: Any) -> None:
    assert decode_acknowledgement(wire(payload), [an_order()]) == []


@decodes(perpetual=(69, 70), spot=(30, 31))
@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (of_perpetual(69), "orderUpdates"),
        (of_perpetual(70), "user"),
        (of_spot(30), "orderUpdates"),
        (of_spot(31), "userFills"),
    ],
)
def test_streams_are_asked_for_by_user(payload: Any, kind: str) -> None:
    assert json.loads(subscription(kind, user=OWNER)) == payload


# --- balances, positions, funding


def balance(asset: str, total: str, available: str, locked: str) -> Balance:
    return Balance(
        asset=Asset(asset), total=D(total), available=D(available), locked=D(locked), wallet="spot"
    )


@decodes(perpetual=(22, 23, 24), spot=(14,))
def test_balances_of_spot() -> None:
    said = [decode_spot_state(wire(of_perpetual(index))) for index in (22, 23, 24)]
    assert said == [
        [balance("USDC", "14.625485", "14.625485", "0.0"), balance("PURR", "2000", "2000", "0")],
        [balance("USDC", "300.0", "298.5", "1.5")],
        [balance("PURR", "2000", "2000", "0")],
    ]
    assert decode_spot_state(wire(of_spot(14))) == [
        balance("COINALPHA", "2000", "2000", "0.0"),
        balance("HBOT", "2000", "2000", "0"),
    ]


@decodes(perpetual=(21,))
def test_an_isolated_position_has_margin_of_its_own() -> None:
    assert decode_perpetual_state(wire(of_perpetual(21)), universe()) == [
        Position(
            instrument_id=ETH,
            quantity=D("0.0335"),
            entry_price=D("2986.3"),
            liquidation_price=D("2866.26936529"),
            leverage=D(20),
            margin_mode=MarginMode.ISOLATED,
            margin=D("4.967826"),
            unrealised_pnl=D("-0.0134"),
            at=at(1708622398623),
        ),
        Balance(
            asset=USDC,
            total=D("13109.495728"),
            available=D("13104.514502"),
            locked=D("4.967826"),
            wallet="perp",
            at=at(1708622398623),
        ),
    ]


@decodes(perpetual=(44, 45, 47, 49))
@pytest.mark.parametrize(
    ("index", "coin", "quantity", "entry", "profit", "leverage"),
    [
        (44, "BTC", "0.5", "50000.0", "100.0", 10),
        (45, "BTC", "0", "50000.0", "0", 10),
        (47, "xyz:XYZ100", "10.0", "25.0", "50.0", 5),
        (49, "BTC", "-0.5", "50000.0", "-100.0", 10),
    ],
)
def test_positions_without_a_summary(  # noqa: PLR0917 - a row of the table
    index: int, coin: str, quantity: str, entry: str, profit: str, leverage: int
) -> None:
    assert decode_perpetual_state(wire(of_perpetual(index)), universe()) == [
        Position(
            instrument_id=perpetual(coin),
            quantity=D(quantity),
            entry_price=D(entry),
            leverage=D(leverage),
            unrealised_pnl=D(profit),
            at=None,
        )
    ]


@decodes(perpetual=(42, 43))
@pytest.mark.parametrize(("index", "amount"), [(42, "0.5"), (43, "0")])
def test_funding_that_does_not_name_the_position(index: int, amount: str) -> None:
    assert decode_funding(wire(of_perpetual(index)), universe()) == [
        FundingPayment(
            instrument_id=BTC, asset=USDC, amount=D(amount), rate=D("0.0001"), at=at(1640780000000)
        )
    ]
