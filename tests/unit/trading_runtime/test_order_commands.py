"""What is added to a wish before it is decided: the rate that limits are measured by, and who watches."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.support.core import ALICE, Core
from tests.support.market import BTC_USDT, HandMarket

from tradebook.kernel.errors import Refused
from tradebook.kernel.ids import Asset, InstrumentId, PartyId
from tradebook.market.values import Contract
from tradebook.trading.commands import SetRiskLimits
from tradebook.trading.conditions import CONDITIONAL_TYPES
from tradebook.trading.events import OrderDenied, OrderPlaced
from tradebook.trading.limits import LimitChanges
from tradebook.trading.orders import OrderType, RestsAt, Side
from tradebook.trading.ports import Capabilities
from tradebook.trading.services.known_accounts import AccountFacts
from tradebook.trading.services.order_commands import OrderCommands
from tradebook.trading.services.requests import LegRequest, OrderRequest, ReplaceRequest
from tradebook.venues.paper.venue import PaperVenue

ETH_BTC = msgspec.structs.replace(
    BTC_USDT,
    instrument_id=InstrumentId("ETH-BTC.SIM"),
    symbol="ETH/BTC",
    base_asset=Asset("ETH"),
    quote_asset=Asset("BTC"),
    tick_size=Decimal("0.0001"),
    quote_step=Decimal("0.00000001"),
)
IN_USDT = AccountFacts(PartyId("person"), "sim", Asset("USDT"), paper=True)


def commands(market: HandMarket, *, rests: frozenset[OrderType] = CONDITIONAL_TYPES) -> OrderCommands:
    paper = PaperVenue("sim", market, run_id="run").capabilities
    capabilities: Capabilities = msgspec.structs.replace(paper, rests=rests)
    return OrderCommands(market, {"sim": capabilities})


def request(**changes: Any) -> OrderRequest:
    order = OrderRequest(
        account_id=ALICE,
        client_order_id="one",
        instrument="ETH-BTC.SIM",
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity="10",
        price="0.05",
    )
    return msgspec.structs.replace(order, **changes)


@pytest.fixture
async def rich(core: Core, market: HandMarket) -> Core:
    """Alice, whose money is USDT, has bitcoin to spend and a limit of 100 USDT a position."""
    market.add_instruments([ETH_BTC])
    changes = LimitChanges(max_position_notional=Decimal(100))
    await core.handle(SetRiskLimits(account_id=ALICE, at=market.now(), changes=changes))
    await core.deposit(ALICE, BTC="5")
    return core


async def test_a_limit_measures_what_is_quoted_in_another_asset(rich: Core, market: HandMarket) -> None:
    # 10 ETH at 0.05 BTC are 0.5 BTC; at 100 USDT a bitcoin that is 50 USDT of the 100 allowed.
    outcome = await rich.handle(commands(market).place(request(), IN_USDT))
    assert isinstance(outcome.events[0], OrderPlaced)
    market.trade_at("300")
    too_much = commands(market).place(request(client_order_id="two"), IN_USDT)
    [denied] = (await rich.handle(too_much)).events
    assert isinstance(denied, OrderDenied)
    assert (denied.code, denied.figures["value"]) == ("limit_exceeded", "300")


async def test_bid_and_ask_are_as_old_as_their_quote_however_fresh_a_print_is(
    core: Core, market: HandMarket
) -> None:
    market.pass_time(31)
    market.trade_at("130")  # the quote is stuck at 99 to 101
    wish = {"instrument": "BTC-USDT.SIM", "quantity": "1", "price": None}
    limits = SetRiskLimits(account_id=ALICE, at=market.now(), changes=LimitChanges(price_age_s_max=30))
    await core.handle(limits)

    async def place(name: str, **changes: Any) -> Any:
        wanted = request(client_order_id=name, **wish, **changes)
        command = commands(market).place(wanted, IN_USDT)
        return (await core.handle(command)).events[0]

    for sized_by_quote in (
        {"type": OrderType.MARKET},
        {"type": OrderType.TRAILING_STOP, "trailing_offset": "5"},
    ):
        denied = await place(sized_by_quote["type"], **sized_by_quote)
        assert isinstance(denied, OrderDenied)
        assert (denied.code, denied.figures["price_age_s"]) == ("price_stale", "31.0")
    assert isinstance(await place("stop", type=OrderType.STOP, stop_price="140"), OrderPlaced)
    market.quote_at("129", "131")
    assert isinstance(await place("fresh", type=OrderType.MARKET), OrderPlaced)


async def test_a_replaced_order_is_measured_the_same_way(rich: Core, market: HandMarket) -> None:
    placed = commands(market).place(request(), IN_USDT)
    await rich.handle(placed)

    def bigger(quantity: str) -> Any:
        change = ReplaceRequest(quantity=quantity)
        return commands(market).replace(ALICE, IN_USDT, placed.order_id, ETH_BTC.instrument_id, change)

    await rich.handle(bigger("20"))
    with pytest.raises(Refused) as refusal:
        await rich.handle(bigger("21"))
    assert refusal.value.code == "limit_exceeded"


def test_a_rate_is_turned_around_where_only_the_other_direction_is_traded(market: HandMarket) -> None:
    market.trade_at("80")
    assert market.rate(Asset("BTC"), Asset("USDT")) == 80
    assert market.rate(Asset("USDT"), Asset("BTC")) == Decimal("0.0125")
    assert market.rate(Asset("USDT"), Asset("USDT")) == 1
    assert market.rate(Asset("ETH"), Asset("USDT")) is None


def test_before_the_first_trade_the_middle_of_the_quote_is_the_rate() -> None:
    market = HandMarket()
    assert market.rate(Asset("BTC"), Asset("USDT")) is None
    market.quote_at("99", "101")
    assert market.rate(Asset("BTC"), Asset("USDT")) == 100


EXITS = {
    "take_profit": LegRequest(stop_price="120"),
    "stop_loss": LegRequest(stop_price="90", price="89"),
}


@pytest.mark.parametrize(
    ("wish", "rests", "expected"),
    [
        ({}, CONDITIONAL_TYPES, RestsAt.TRADING),
        (EXITS, CONDITIONAL_TYPES, RestsAt.VENUE),
        (EXITS, frozenset({OrderType.TAKE_PROFIT, OrderType.STOP}), RestsAt.TRADING),
        (EXITS, frozenset({OrderType.TAKE_PROFIT, OrderType.STOP_LIMIT}), RestsAt.VENUE),
        (EXITS, frozenset(), RestsAt.TRADING),
        ({"type": OrderType.STOP, "price": None, "stop_price": "90"}, CONDITIONAL_TYPES, RestsAt.VENUE),
        ({"type": OrderType.STOP, "price": None, "stop_price": "90"}, frozenset(), RestsAt.TRADING),
    ],
)
def test_the_venue_watches_what_it_can_rest_and_exits_as_well(
    market: HandMarket, wish: dict[str, Any], rests: frozenset[OrderType], expected: RestsAt
) -> None:
    order = request(instrument="BTC-USDT.SIM", price="100", quantity="1")
    wanted = msgspec.structs.replace(order, **wish)
    assert commands(market, rests=rests).place(wanted, IN_USDT).rests_at is expected


def test_what_a_real_account_cannot_trade_is_refused_before_it_is_decided(market: HandMarket) -> None:
    perpetual = msgspec.structs.replace(
        ETH_BTC, instrument_id=InstrumentId("ETH-BTC-PERP.SIM"), is_derivative=True
    )
    elsewhere = msgspec.structs.replace(ETH_BTC, instrument_id=InstrumentId("ETH-BTC.MOON"), venue="moon")
    market.add_instruments([perpetual, elsewhere])
    assert market.between(Asset("ETH"), Asset("BTC")) == ["ETH-BTC.MOON"]
    real = msgspec.structs.replace(IN_USDT, paper=False)
    with pytest.raises(Refused) as raised:
        commands(market).place(request(instrument="ETH-BTC-PERP.SIM"), IN_USDT)
    assert raised.value.code == "derivative"
    with pytest.raises(Refused) as raised:
        commands(market).place(request(instrument="ETH-BTC.MOON"), real)
    assert raised.value.code == "instrument_of_other_venue"
    assert commands(market).place(request(instrument="ETH-BTC.MOON"), IN_USDT).instrument == elsewhere


def test_a_contract_is_traded_where_its_venue_is(market: HandMarket) -> None:
    contract = msgspec.structs.replace(
        ETH_BTC,
        instrument_id=InstrumentId("ETH-BTC-PERP.SIM"),
        venue=IN_USDT.venue,
        is_derivative=True,
        contract=Contract(settle_asset=Asset("BTC")),
    )
    market.add_instruments([contract])
    real = msgspec.structs.replace(IN_USDT, paper=False)
    assert commands(market).place(request(instrument="ETH-BTC-PERP.SIM"), real).instrument == contract
