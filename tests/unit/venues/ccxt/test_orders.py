"""What ccxt is told to write, where orders may go, and what keys are asked for."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs
from tests.support.ccxt_histories import History, side_at
from tests.support.ccxt_recorded import Answering
from tests.support.market import BTC_USDT
from tests.support.simulated_binance import START, HandClock
from tests.support.venue_memory import CursorsInMemory

from tradebook.bootstrap.long_tail import CcxtAccounts
from tradebook.identity.venue_credentials.secret_fields import SecretFields
from tradebook.infra.settings import load_settings
from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import AccountId, ClientOrderId, InstrumentId, OrderId
from tradebook.trading.orders import OrderTerms, OrderType, Side, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.ccxt.market import CcxtMarket
from tradebook.venues.ccxt.orders import client_order_id_of, placing_of
from tradebook.venues.ccxt.permissions import ASKING
from tradebook.venues.ccxt.polling import PolledConnector
from tradebook.venues.ccxt.profiles import PROFILES, Finds, deadline, profile_of
from tradebook.venues.errors import Inexpressible


def order(attempt: int = 1, protection: str | None = None, **terms: Any) -> VenueOrder:
    stated = {"side": Side.BUY, "type": OrderType.LIMIT, "quantity": Decimal("0.5"), **terms}
    return VenueOrder(
        account_id=AccountId("alice"),
        order_id=OrderId("one"),
        instrument=BTC_USDT,
        terms=OrderTerms(
            client_order_id=ClientOrderId("mine"), instrument_id=BTC_USDT.instrument_id, **stated
        ),
        quantity=stated["quantity"],
        attempt=attempt,
        protection_price=None if protection is None else Decimal(protection),
    )


def test_ids_are_functions_of_order_and_attempt_in_letters_that_every_exchange_takes() -> None:
    first, second = (client_order_id_of("okx", order(attempt=each)) for each in (1, 2))
    assert first == client_order_id_of("okx", order())
    assert first != second
    assert re.fullmatch("[0-9a-f]{32}", first)


def test_an_order_is_written_with_texts_for_numbers() -> None:
    placing = placing_of(order(price=Decimal("100.10"), post_only=True), "okx", "BTC/USDT")
    assert placing[:5] == ("BTC/USDT", "limit", "buy", "0.5", "100.1")
    assert placing.params == {"clientOrderId": client_order_id_of("okx", order()), "postOnly": True}


def test_an_order_for_money_is_a_purchase_of_so_much() -> None:
    terms: dict[str, Any] = {
        "type": OrderType.MARKET,
        "quantity": Decimal(0),
        "quote_quantity": Decimal(200),
    }
    placing = placing_of(order(**terms), "okx", "BTC/USDT")
    assert (placing.is_cost, placing.amount) == (True, "200")
    with pytest.raises(Inexpressible, match="quote_quantity"):
        placing_of(order(**{**terms, "side": Side.SELL}), "okx", "BTC/USDT")


def test_what_would_become_another_order_is_not_written() -> None:
    with pytest.raises(Inexpressible, match="watched by us"):
        placing_of(order(type=OrderType.STOP, stop_price=Decimal(90)), "okx", "BTC/USDT")
    with pytest.raises(Inexpressible, match="reduce_only"):
        placing_of(order(price=Decimal(90), reduce_only=True), "okx", "BTC/USDT")


def test_a_deadline_is_never_after_what_was_said_nor_further_than_half_a_minute() -> None:
    assert deadline(START, timedelta(seconds=5)) == "2026-01-05T12:00:05.000Z"
    assert deadline(START, timedelta(hours=5)) == "2026-01-05T12:00:30.000Z"


@pytest.mark.parametrize("behind_s", [-20, 0, 20])
async def test_a_deadline_is_as_far_away_by_the_exchanges_clock_as_it_is_by_ours(behind_s: float) -> None:
    http, clock = History("kraken", []), HandClock()
    clock.at -= timedelta(seconds=behind_s)
    side = side_at("kraken", http, clock)
    await side.prepare()
    instrument = side.instrument(InstrumentId("BTC-USDT.KRAKEN"))
    placed = structs.replace(order(price=Decimal(100)), instrument=instrument)
    with pytest.raises(ConnectionError):  # it answers no order
        await side.place(placed, send_before=clock.now() + timedelta(seconds=5))
    assert http.asked[-1][1]["deadline"] == "2026-01-05T12:00:05.000Z"


def test_an_exchange_without_a_profile_is_read_and_says_why() -> None:
    assert "could not be found again" in profile_of("gemini").why_not
    assert "could not be found again" in PROFILES["coinbase"].why_not
    trade = {name for name, each in PROFILES.items() if each.finds is not Finds.NOWHERE}
    assert trade == {"okx", "kraken", "bitget", "mexc", "binanceus", "binance"}
    assert all(TimeInForce.GTC in each.capabilities.times_in_force for each in PROFILES.values())


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("binance", "an adapter of its own"),
        ("OKX", "small letters"),
        ("okx,../etc", "no name of an exchange"),
    ],
)
def test_only_exchanges_of_the_long_tail_are_named_in_the_settings(given: str, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem):
        load_settings(ccxt_exchanges=given)
    assert load_settings(ccxt_exchanges="okx, kraken,okx").ccxt_exchanges == ("okx", "kraken")


def test_an_exchange_that_ccxt_does_not_know_is_named() -> None:
    with pytest.raises(InvalidInput, match="knows no exchange 'atlantis'"):
        CcxtMarket("atlantis", Answering(b"{}"), HandClock())


def test_a_key_lacks_nothing_that_its_exchange_needs() -> None:
    market = CcxtMarket("okx", Answering(b"{}"), HandClock())
    venue = CcxtAccounts(market, PolledConnector(HandClock()), HandClock(), CursorsInMemory())
    with pytest.raises(InvalidInput, match=r"secrets\.passphrase: is missing"):
        venue.side_of(SecretFields({"api_key": "key", "secret": "secret"}))


def test_what_a_key_may_do_is_told_by_the_exchange() -> None:
    okx = ASKING["okx"].read({"data": [{"perm": "read_only,trade,withdraw", "ip": "192.0.2.1"}]})
    assert (okx.can_trade, okx.can_withdraw, okx.is_bound_to_addresses) == (True, True, True)
    coinbase = ASKING["coinbase"].read({"can_view": True, "can_trade": False, "can_transfer": False})
    assert (coinbase.can_read, coinbase.can_trade, coinbase.can_withdraw) == (True, False, False)
    assert (okx.account, coinbase.account) == (None, None)


def test_whose_a_key_is_is_told_by_the_exchange() -> None:
    okx = ASKING["okx"].read({"data": [{"perm": "read_only", "uid": "44705892343619584"}]})
    assert okx.account == "44705892343619584"
    may = {"can_view": True, "can_trade": True, "can_transfer": False}
    coinbase = ASKING["coinbase"].read({**may, "portfolio_uuid": "14d3a3a0"})
    assert coinbase.account == "14d3a3a0"
