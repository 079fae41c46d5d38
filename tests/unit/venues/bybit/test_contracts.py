"""What Bybit tells of contracts only in part: of which position a fill is, what secures it, what it needs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.support.bybit.markets import BTC_PERP, MARKETS

from tradebook.trading.orders import MarginMode, PositionSide, Side
from tradebook.venues.bybit.account_data import decode_executions, decode_margin_mode
from tradebook.venues.bybit.leverages import ToldLeverages
from tradebook.venues.bybit.permissions import decode_sees_contracts
from tradebook.venues.bybit.position_modes import PositionModes
from tradebook.venues.bybit.risk_limits import decode_maintenance_rates
from tradebook.venues.bybit.symbols import Category, decode_instruments
from tradebook.venues.bybit.transactions import decode_gains
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import Execution, Position, VenueProblem
from tradebook.venues.messages.instruments import ListedInstrument
from tradebook.venues.simulated.instruments import CHARACTERS
from tradebook.venues.simulators.bybit.symbols import INVERSE, LINEAR, Symbols

NET, LONG, SHORT = PositionSide.NET, PositionSide.LONG, PositionSide.SHORT


def answer(**result: Any) -> bytes:
    return msgspec.json.encode({"retCode": 0, "retMsg": "OK", "result": result, "time": 1})


def position(side: PositionSide, leverage: str | None) -> Position:
    return Position(
        instrument_id=BTC_PERP,
        quantity=Decimal(0),
        position_side=side,
        entry_price=None,
        leverage=None if leverage is None else Decimal(leverage),
        at=None,
    )


# --- fills


@pytest.mark.parametrize(
    ("side", "closes", "which"),
    [
        (Side.BUY, False, LONG),
        (Side.SELL, True, LONG),
        (Side.SELL, False, SHORT),
        (Side.BUY, True, SHORT),
    ],
)
def test_where_an_account_is_hedged_a_fill_opens_one_side_or_closes_the_other(
    side: Side, closes: bool, which: PositionSide
) -> None:
    modes = PositionModes()
    assert modes.of_fill(BTC_PERP, side, closes) is None
    modes.take(position(LONG, "1"))
    assert modes.of_fill(BTC_PERP, side, closes) is which
    modes.take(position(NET, "1"))
    assert modes.of_fill(BTC_PERP, side, closes) is NET


def test_a_fill_says_whether_it_closed_anything() -> None:
    modes = PositionModes()
    modes.learn(BTC_PERP, LONG)
    line = {
        "symbol": "BTCUSDT",
        "execId": "1",
        "execPrice": "100",
        "execQty": "1",
        "orderId": "2",
        "side": "Sell",
        "execTime": "1",
        "isMaker": False,
        "execFee": "0.1",
    }
    page = answer(list=[{**line, "closedSize": "1"}, {**line, "closedSize": "0"}])
    told = decode_executions(MARKETS, Category.LINEAR, page, modes.of_fill)
    assert [each.position_side for each in told if isinstance(each, Execution)] == [LONG, SHORT]


LOGGED = {"id": "1", "currency": "USDT", "change": "1", "transactionTime": "1", "symbol": "BTCUSDT"}


def test_what_a_fill_gained_is_told_by_the_accounts_log() -> None:
    page = answer(
        list=[
            {**LOGGED, "type": "TRADE", "tradeId": "a", "side": "Sell", "cashFlow": "3"},
            {**LOGGED, "type": "LIQUIDATION", "tradeId": "b", "side": "Buy", "cashFlow": "-2"},
            {**LOGGED, "type": "SETTLEMENT", "tradeId": "c", "side": "Buy", "cashFlow": "0", "funding": "1"},
        ]
    )
    assert decode_gains(page) == {"a:sell": Decimal(3), "b:buy": Decimal(-2)}


def test_each_side_of_a_trade_with_oneself_gained_its_own() -> None:
    page = answer(
        list=[
            {**LOGGED, "type": "TRADE", "tradeId": "a", "side": "Sell", "cashFlow": "3"},
            {**LOGGED, "type": "TRADE", "tradeId": "a", "side": "Buy", "cashFlow": "0"},
        ]
    )
    assert decode_gains(page) == {"a:sell": Decimal(3), "a:buy": Decimal(0)}


def test_a_delivery_without_a_side_gained_what_it_says() -> None:
    page = answer(list=[{**LOGGED, "type": "DELIVERY", "tradeId": "a", "side": "None", "cashFlow": "3"}])
    told = decode_gains(page)
    assert not isinstance(told, VenueProblem)
    assert told["a:sell"] == told["a:buy"] == Decimal(3)


# --- what secures positions


def test_a_leverage_is_news_where_it_is_another_one() -> None:
    leverages = ToldLeverages()
    assert [leverages.take(position(NET, each)) for each in ("5", "5", "6", None)] == [
        True,
        False,
        True,
        False,
    ]
    assert leverages.of(BTC_PERP) == Decimal(6)


def test_of_two_sides_the_one_that_sets_more_aside_counts() -> None:
    leverages = ToldLeverages()
    for side, leverage in ((NET, "2"), (LONG, "5"), (SHORT, "3")):
        leverages.take(position(side, leverage))
    assert leverages.of(BTC_PERP) == Decimal(3)
    leverages.set(BTC_PERP, Decimal(7))
    (setting,) = leverages.settings(MarginMode.ISOLATED)
    assert (setting.leverage, setting.margin_mode) == (Decimal(7), MarginMode.ISOLATED)


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("REGULAR_MARGIN", MarginMode.CROSS),
        ("PORTFOLIO_MARGIN", MarginMode.CROSS),
        ("ISOLATED_MARGIN", MarginMode.ISOLATED),
    ],
)
def test_the_margin_mode_is_the_accounts(word: str, mode: MarginMode) -> None:
    assert decode_margin_mode(answer(marginMode=word)) is mode


def test_a_margin_mode_that_we_do_not_know_is_not_understood() -> None:
    with pytest.raises(UndecodableFrame, match="marginMode"):
        decode_margin_mode(answer(marginMode="ANOTHER"))


# --- what a key may see


@pytest.mark.parametrize(
    ("permissions", "sees"),
    [
        ({"ContractTrade": ["Order", "Position"]}, True),
        ({"Derivatives": ["DerivativesTrade"]}, True),
        ({"Spot": ["SpotTrade"], "ContractTrade": []}, False),
    ],
)
def test_a_key_for_spot_sees_no_contracts(permissions: dict[str, list[str]], sees: bool) -> None:
    assert decode_sees_contracts(answer(readOnly=0, permissions=permissions, ips=["*"])) is sees


# --- what is listed


@pytest.mark.parametrize(
    ("maintenance", "initial", "most"),
    [("0.5", "1", "100.00"), ("0.005", "0.01", "100.00"), ("0.5", "1.5", "66.67")],
)
def test_a_rate_is_a_rate_whether_it_is_told_in_percent_or_not(
    maintenance: str, initial: str, most: str
) -> None:
    lowest = {
        "symbol": "BTCUSD",
        "maintenanceMargin": maintenance,
        "initialMargin": initial,
        "maxLeverage": most,
        "isLowestRisk": 1,
    }
    higher = {**lowest, "maintenanceMargin": "1", "isLowestRisk": 0}
    assert decode_maintenance_rates(answer(list=[lowest, higher])) == {"BTCUSD": Decimal("0.005")}


@pytest.mark.parametrize(
    ("category", "settled_in", "size"), [(LINEAR, "USDT", None), (INVERSE, "BTC", Decimal(1))]
)
def test_a_contract_says_what_it_is_settled_in(category: str, settled_in: str, size: Decimal | None) -> None:
    (contract,) = [each.instrument.contract for each in listed(category)]
    assert contract is not None
    assert (contract.settle_asset, contract.inverse_size) == (settled_in, size)
    assert contract.max_leverage == Decimal(100)


def test_what_settles_without_a_trade_is_shown_and_not_traded() -> None:
    (usdc,) = listed(LINEAR, settleCoin="USDC", quoteCoin="USDC", symbol="BTCPERP")
    assert usdc.instrument.contract is None


def listed(category: str, **told: str) -> list[ListedInstrument]:
    (line,) = Symbols([CHARACTERS[0].instrument], category).listed()
    found = decode_instruments(Category(category), answer(list=[line | told]))
    return [each for each in found if isinstance(each, ListedInstrument)]
