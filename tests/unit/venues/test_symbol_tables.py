"""What an account may have traded, by what it has, had, and has now more or less of."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from tests.support.market import BTC_USDT

from tradebook.kernel.ids import Asset
from tradebook.venues.messages.instruments import InstrumentKind, ListedInstrument, ListingStatus
from tradebook.venues.symbols import ASKED_ONE_BY_ONE_MAX, SymbolTable, instrument_id


def listed(base: str, quote: str) -> ListedInstrument:
    instrument = msgspec.structs.replace(
        BTC_USDT,
        instrument_id=instrument_id(Asset(base), Asset(quote), "venue"),
        base_asset=Asset(base),
        quote_asset=Asset(quote),
    )
    return ListedInstrument(
        instrument=instrument,
        venue_symbol=base + quote,
        kind=InstrumentKind.SPOT,
        status=ListingStatus.TRADING,
        settle_asset=Asset(quote),
        min_quantity=Decimal(0),
    )


def traded(table: SymbolTable, changed: str, held: str) -> list[str]:
    assets = [[Asset(each) for each in names.split()] for names in (changed, held)]
    return [each.venue_symbol for each in table.perhaps_traded(*assets)]


def test_everything_between_what_changed_and_what_is_held_may_have_been_traded_the_likeliest_first() -> None:
    pairs = [
        ("BNB", "BTC"),
        ("BNB", "USDT"),
        ("BTC", "USDT"),
        ("BTC", "EUR"),
        ("ETH", "USDT"),
        ("ETH", "EUR"),
    ]
    table = SymbolTable(listed(*each) for each in pairs)
    assert traded(table, "USDT BNB", "BTC USDT") == ["BNBUSDT", "BNBBTC", "BTCUSDT"]
    assert traded(table, "", "BTC USDT BNB") == ["BNBBTC", "BNBUSDT", "BTCUSDT"]
    assert traded(table, "USDT", "") == []


def test_where_there_are_too_many_the_likeliest_are_told() -> None:
    coins = [f"C{number}" for number in range(ASKED_ONE_BY_ONE_MAX + 1)]
    table = SymbolTable(listed(each, "USDT") for each in [*coins, "BTC"])
    found = traded(table, "BTC USDT", " ".join(coins))
    assert (found[0], len(found)) == ("BTCUSDT", ASKED_ONE_BY_ONE_MAX)
