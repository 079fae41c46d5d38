"""Orders of ours in the venue's words, what it answers, and numbers that are used once."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.hyperliquid import at, perpetual, universe, wire

from tradebook.kernel.errors import InvalidInput
from tradebook.kernel.ids import AccountId, ClientOrderId, InstrumentId, OrderId
from tradebook.trading.conditions import CONDITIONAL_TYPES
from tradebook.trading.orders import OrderStatus, OrderTerms, OrderType, Side, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.hyperliquid import capabilities
from tradebook.venues.hyperliquid.answers import PROBLEMS, decode_acknowledgement, decode_placement
from tradebook.venues.hyperliquid.execution import (
    Grouping,
    burn_nonce,
    cancel,
    cancel_adopted,
    client_order_id_of,
    modify,
    place,
    schedule_cancel,
    set_leverage,
)
from tradebook.venues.hyperliquid.limits import weight_of_action, weight_of_question
from tradebook.venues.hyperliquid.prices import bounded_price, is_price
from tradebook.venues.hyperliquid.requests import act, ask, ask_candles, ask_order, ask_since, unsubscription
from tradebook.venues.hyperliquid.signing import Signer, sign_action
from tradebook.venues.messages.account import ExecType, ExecutionReport, VenueProblem

D = Decimal
ETH = perpetual("ETH")
HYPE_USDC = InstrumentId("HYPE-USDC.HYPERLIQUID")
NOW = at(1700000000000)


def an_order(
    order_type: OrderType = OrderType.LIMIT,
    side: Side = Side.BUY,
    quantity: str = "0.02",
    *,
    instrument_id: InstrumentId = ETH,
    protection: str | None = None,
    attempt: int = 1,
    order_id: str = "one",
    account: str = "alice",
    **terms: Any,
) -> VenueOrder:
    for name in ("price", "stop_price", "quote_quantity", "trailing_offset"):
        if name in terms:
            terms[name] = D(terms[name])
    if order_type is OrderType.LIMIT:
        terms.setdefault("price", D("1891.4"))
    return VenueOrder(
        account_id=AccountId(account),
        order_id=OrderId(order_id),
        instrument=universe().listed(instrument_id).instrument,
        terms=OrderTerms(
            client_order_id=ClientOrderId(order_id),
            instrument_id=instrument_id,
            side=side,
            type=order_type,
            quantity=D(quantity),
            **terms,
        ),
        quantity=D(quantity),
        attempt=attempt,
        protection_price=None if protection is None else D(protection),
    )


def wired(order: VenueOrder) -> Any:
    return place([order], universe())["orders"][0]


# --- orders


def test_a_limit_order_has_its_keys_in_the_order_that_is_signed() -> None:
    order = an_order(reduce_only=True)
    assert json.dumps(place([order], universe())) == json.dumps(
        {
            "type": "order",
            "orders": [
                {
                    "a": 1,
                    "b": True,
                    "p": "1891.4",
                    "s": "0.02",
                    "r": True,
                    "t": {"limit": {"tif": "Gtc"}},
                    "c": client_order_id_of(order),
                }
            ],
            "grouping": "na",
        }
    )


@pytest.mark.parametrize(
    ("time_in_force", "post_only", "tif"),
    [
        (TimeInForce.GTC, False, "Gtc"),
        (TimeInForce.GTC, True, "Alo"),
        (TimeInForce.IOC, False, "Ioc"),
        # We end these ourselves.
        (TimeInForce.GTD, False, "Gtc"),
        (TimeInForce.DAY, True, "Alo"),
    ],
)
def test_times_in_force(time_in_force: TimeInForce, post_only: bool, tif: str) -> None:
    order = an_order(time_in_force=time_in_force, post_only=post_only)
    assert wired(order)["t"] == {"limit": {"tif": tif}}


def test_a_market_order_is_a_limit_that_protects_it() -> None:
    buy = wired(an_order(OrderType.MARKET, protection="1903.987"))
    sell = wired(an_order(OrderType.MARKET, Side.SELL, protection="1876.123"))
    assert (buy["p"], buy["t"]) == ("1903.9", {"limit": {"tif": "Ioc"}})
    assert (sell["p"], sell["b"]) == ("1876.2", False)


@pytest.mark.parametrize(
    ("order_type", "terms", "expected", "limit"),
    [
        (OrderType.STOP, {}, {"isMarket": True, "triggerPx": "1800", "tpsl": "sl"}, "1620"),
        (
            OrderType.STOP_LIMIT,
            {"price": "1790"},
            {"isMarket": False, "triggerPx": "1800", "tpsl": "sl"},
            "1790",
        ),
        (OrderType.TAKE_PROFIT, {}, {"isMarket": True, "triggerPx": "1800", "tpsl": "tp"}, "1620"),
        (
            OrderType.TAKE_PROFIT,
            {"price": "1805"},
            {"isMarket": False, "triggerPx": "1800", "tpsl": "tp"},
            "1805",
        ),
    ],
)
def test_stops_rest_as_triggers(
    order_type: OrderType, terms: dict[str, Any], expected: dict[str, Any], limit: str
) -> None:
    order = wired(an_order(order_type, Side.SELL, stop_price="1800", **terms))
    assert (order["t"], order["p"]) == ({"trigger": expected}, limit)


def test_a_stop_trades_no_further_than_its_protection() -> None:
    assert (
        wired(an_order(OrderType.STOP, Side.SELL, stop_price="1800", protection="1750.04"))["p"] == "1750.1"
    )
    assert wired(an_order(OrderType.STOP, stop_price="1800"))["p"] == "1980"


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (an_order(OrderType.MARKET), "protection_price"),
        (an_order(OrderType.MARKET, quantity="0", quote_quantity="100", protection="1900"), "quote_quantity"),
        (an_order(time_in_force=TimeInForce.FOK), "time_in_force"),
        (an_order(OrderType.TRAILING_STOP, trailing_offset="5", protection="1900"), "type"),
        (an_order(price="1891.42"), "price"),
        (an_order(price="0.000001"), "price"),
        (an_order(quantity="0.00001"), "quantity"),
        (an_order(quantity="0"), "quantity"),
        (an_order(OrderType.STOP, stop_price="1800.123"), "stop_price"),
        (an_order(OrderType.MARKET, protection="0.0000001"), "protection_price"),
    ],
)
def test_what_the_venue_would_refuse_is_not_sent(order: VenueOrder, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        place([order], universe())
    assert (refused.value.field, refused.value.code) == (field, "invalid_order")


def test_instruments_are_named_by_their_numbers() -> None:
    assert wired(an_order(instrument_id=HYPE_USDC, price="45.123"))["a"] == 10_107
    assert wired(an_order(instrument_id=perpetual("xyz:AAPL"), price="270"))["a"] == 110_001


def test_exits_go_with_their_entry() -> None:
    entry = an_order()
    stop = an_order(OrderType.STOP, Side.SELL, order_id="one:stop", stop_price="1800", reduce_only=True)
    action = place([entry, stop], universe(), grouping=Grouping.ENTRY_AND_EXITS)
    assert (action["grouping"], len(action["orders"])) == ("normalTpsl", 2)


def test_the_other_actions() -> None:
    order = an_order()
    cloid = client_order_id_of(order)
    assert cancel([order], universe()) == {"type": "cancelByCloid", "cancels": [{"asset": 1, "cloid": cloid}]}
    assert cancel_adopted(universe(), [(order, 77)]) == {"type": "cancel", "cancels": [{"a": 1, "o": 77}]}
    changed = modify(order, universe(), left=D("0.01"), price=D("1900.5"), stop_price=None)
    assert changed == {
        "type": "modify",
        "oid": cloid,
        "order": {**wired(order), "p": "1900.5", "s": "0.01"},
    }
    assert schedule_cancel(NOW) == {"type": "scheduleCancel", "time": 1700000000000}
    assert schedule_cancel(None) == {"type": "scheduleCancel"}
    assert set_leverage(1, leverage=5, is_cross=False) == {
        "type": "updateLeverage",
        "asset": 1,
        "isCross": False,
        "leverage": 5,
    }
    assert burn_nonce() == {"type": "noop"}


def test_client_order_ids_are_functions_of_account_order_and_attempt() -> None:
    orders = [
        an_order(),
        an_order(attempt=2),
        an_order(order_id="two"),
        an_order(account="bob"),
    ]
    ids = [client_order_id_of(order) for order in orders]
    assert len(set(ids)) == 4
    assert ids == [client_order_id_of(order) for order in orders]
    for each in ids:
        assert each.startswith("0x")
        assert len(bytes.fromhex(each[2:])) == 16


# --- prices


@pytest.mark.parametrize(
    ("coin", "price", "is_one"),
    [
        ("BTC", "110427", True),
        ("BTC", "110427.5", False),
        ("BTC", "9999.5", True),
        ("BTC", "9999.55", False),
        ("ETH", "1234.5", True),
        ("ETH", "1234.56", False),
        ("kPEPE", "0.001604", True),
        ("kPEPE", "0.0016041", False),
        ("SOL", "0.0123", True),
        ("SOL", "0.01234", False),
        ("SUI", "0.01234", True),
        ("SUI", "0.012345", False),
    ],
)
def test_prices_have_five_figures_or_none_behind_the_point(coin: str, price: str, is_one: bool) -> None:
    assert is_price(D(price), universe().listed(perpetual(coin)).instrument) is is_one


COINS = st.sampled_from(["BTC", "ETH", "kPEPE", "SOL"])
LISTED = universe()


@given(
    coin=COINS,
    side=st.sampled_from(list(Side)),
    price=st.decimals(min_value=D("0.001"), max_value=D(10) ** 7, places=9),
)
def test_a_bounded_price_is_one_and_no_worse(coin: str, side: Side, price: Decimal) -> None:
    instrument = LISTED.listed(perpetual(coin)).instrument
    bounded = bounded_price(side, price, instrument)
    assert bounded <= price if side is Side.BUY else bounded >= price
    assert not bounded or is_price(bounded, instrument)
    assert abs(bounded - price) <= max(price / 10_000, instrument.tick_size)


# --- answers


def ok(*statuses: Any) -> bytes:
    return wire({"status": "ok", "response": {"type": "order", "data": {"statuses": list(statuses)}}})


def answered(order: VenueOrder, status: Any) -> Any:
    (told,) = decode_placement(ok(status), [order], at=NOW)
    return told


@pytest.mark.parametrize(
    ("order", "total", "status"),
    [
        (an_order(), "0.02", OrderStatus.FILLED),
        (an_order(), "0.01", OrderStatus.PARTIALLY_FILLED),
        (an_order(time_in_force=TimeInForce.IOC), "0.01", OrderStatus.EXPIRED),
        (an_order(OrderType.MARKET, protection="1900"), "0.01", OrderStatus.EXPIRED),
    ],
)
def test_what_was_filled_at_once_is_told(order: VenueOrder, total: str, status: OrderStatus) -> None:
    assert answered(order, {"filled": {"totalSz": total, "avgPx": "1891.4", "oid": 77747314}}) == (
        ExecutionReport(
            exec_type=ExecType.STATUS,
            instrument_id=perpetual("ETH"),
            venue_order_id="77747314",
            client_order_id=client_order_id_of(order),
            status=status,
            side=Side.BUY,
            type=order.terms.type,
            time_in_force=order.terms.time_in_force,
            quantity=D("0.02"),
            price=order.terms.price,
            cumulative_quantity=D(total),
            average_price=D("1891.4"),
            at=NOW,
        )
    )


@pytest.mark.parametrize(("begin", "code"), PROBLEMS)
def test_a_no_of_the_venue_has_the_name_of_its_documentation(begin: str, code: str) -> None:
    order = an_order()
    assert answered(order, {"error": f"{begin} and so on"}) == VenueProblem(
        code=code, message=f"{begin} and so on", client_order_id=client_order_id_of(order)
    )


def test_a_no_that_is_not_known_is_still_a_no() -> None:
    assert answered(an_order(), {"error": "Because."}).code == "Other"


@pytest.mark.parametrize(
    "data",
    [
        ok({"error": "Order must have minimum value of $10."}),
        wire({"status": "err", "response": "Order must have minimum value of $10."}),
    ],
    ids=["of a batch", "of the request"],
)
def test_a_problem_with_all_of_it_is_every_orders(data: bytes) -> None:
    orders = [an_order(), an_order(order_id="two")]
    for told in (decode_placement(data, orders, at=NOW), decode_acknowledgement(data, orders)):
        assert [each.client_order_id for each in told] == [client_order_id_of(order) for order in orders]
        assert all(isinstance(each, VenueProblem) and each.code == "MinTradeNtl" for each in told)


def test_exits_that_wait_for_their_entry_are_no_problem() -> None:
    orders = [an_order(), an_order(order_id="two")]
    told = decode_placement(ok({"resting": {"oid": 1}}, "waitingForFill"), orders, at=NOW)
    assert len(told) == 1
    assert decode_acknowledgement(ok("success", {"error": "x"}), orders) == [
        VenueProblem(code="Other", message="x", client_order_id=client_order_id_of(orders[1]))
    ]


def test_a_setting_is_acknowledged_without_orders() -> None:
    assert decode_acknowledgement(wire({"status": "ok", "response": {"type": "default"}}), []) == []
    (problem,) = decode_acknowledgement(wire({"status": "err", "response": "Invalid nonce: too low"}), [])
    assert problem == VenueProblem(code="Nonce", message="Invalid nonce: too low")


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"<html>", "malformed|invalid"),
        (wire({"status": "maybe"}), "status 'maybe' is not known"),
        (ok(), "0 outcomes for 1 orders"),
        (ok({}), "neither resting"),
        (ok("perhaps"), "outcome 'perhaps' is not known"),
        (wire({"status": "ok", "response": {"type": "order"}}), "a response without data"),
    ],
)
def test_an_answer_that_is_not_understood_is_not_guessed_at(data: bytes, detail: str) -> None:
    with pytest.raises(UndecodableFrame, match=detail):
        decode_placement(data, [an_order()], at=NOW)


# --- requests


def test_an_action_goes_out_signed_with_its_expiry_for_its_vault() -> None:
    signer = Signer("0x" + "01" * 32)
    vault = "0x1719884EB866cb12b2287399b15f7db5e7d775ea"
    action = place([an_order()], universe())
    expires_at = NOW + timedelta(seconds=5)
    request = act(signer, action, nonce=7, is_mainnet=True, vault=vault, expires_at=expires_at)
    expires_after = 1700000005000
    signature = sign_action(
        signer, action, nonce=7, is_mainnet=True, vault=vault.lower(), expires_after=expires_after
    )
    assert request.path == "/exchange"
    assert json.loads(request.body) == {
        "action": action,
        "nonce": 7,
        "signature": msgspec.to_builtins(signature),
        "vaultAddress": vault.lower(),
        "expiresAfter": expires_after,
    }
    plain = act(signer, action, nonce=7, is_mainnet=True)
    assert set(json.loads(plain.body)) == {"action", "nonce", "signature"}
    assert "0101" not in repr(request)


def test_questions() -> None:
    user = "0x" + "a" * 40
    asked = [
        ask("meta", dex=None),
        ask_order(user, "0xabc"),
        ask_since("userFunding", user, start=NOW),
        ask_since("userFillsByTime", user, start=NOW, end=NOW),
        ask_candles("BTC", "1m", start=NOW, end=NOW),
    ]
    assert {each.path for each in asked} == {"/info"}
    span = {"startTime": 1700000000000, "endTime": 1700000000000}
    assert [json.loads(each.body) for each in asked] == [
        {"type": "meta"},
        {"type": "orderStatus", "user": user, "oid": "0xabc"},
        {"type": "userFunding", "user": user, "startTime": 1700000000000},
        {"type": "userFillsByTime", "user": user, **span},
        {"type": "candleSnapshot", "req": {"coin": "BTC", "interval": "1m", **span}},
    ]
    assert json.loads(unsubscription("bbo", coin="BTC")) == {
        "method": "unsubscribe",
        "subscription": {"type": "bbo", "coin": "BTC"},
    }


def test_weights_are_those_of_the_documentation() -> None:
    assert [weight_of_question(each) for each in ("l2Book", "meta", "userRole")] == [2, 20, 60]
    assert weight_of_question("userFillsByTime", items=2000) == 120
    assert weight_of_question("candleSnapshot", items=5000) == 103
    assert [weight_of_action(), weight_of_action(79), weight_of_action(80)] == [1, 2, 3]


# --- capabilities


def test_the_table_tells_what_the_capabilities_say() -> None:
    told = {each.feature: each.at_venue for each in capabilities.TABLE}
    for order_type in CONDITIONAL_TYPES:
        assert told[order_type.value] is (order_type in capabilities.PERPETUALS.rests)
    for time_in_force in TimeInForce:
        assert told[time_in_force.value] is (time_in_force in capabilities.PERPETUALS.times_in_force)
    assert told["post_only"] is capabilities.PERPETUALS.post_only
    assert told["reduce_only"] is capabilities.PERPETUALS.reduce_only
    assert told["replace"] is capabilities.PERPETUALS.replace
    assert not capabilities.SPOT.rests
    assert all(each.page.startswith("https://hyperliquid.gitbook.io/") for each in capabilities.TABLE)
