"""Every payload of OKX, Coinbase and Kraken that lies beside the project passes through ccxt into our words,
or is listed with the reason why the long tail has no use for it.
"""

from __future__ import annotations

import pytest
from tests.conformance.venues.ccxt_cases import said
from tests.conformance.venues.ccxt_coinbase_table import COINBASE_SAYS
from tests.conformance.venues.ccxt_files import NOT_APPLIED, READ
from tests.conformance.venues.ccxt_kraken_table import KRAKEN_SAYS
from tests.conformance.venues.ccxt_okx_table import OKX_SAYS
from tests.support.ccxt_recorded import RECORDED, read

SAYS = OKX_SAYS | COINBASE_SAYS | KRAKEN_SAYS
OWN = {"binance", "binance_py", "bybit", "hyperliquid"}
"""Their payloads are read by adapters of our own."""


@pytest.mark.parametrize("name", READ)
def test_a_payload_says_what_is_written_in_the_table(name: str) -> None:
    assert said(READ[name], read(name)) == SAYS[name]


def test_every_payload_is_read_or_listed_with_a_reason() -> None:
    found = {
        path.relative_to(RECORDED).as_posix()
        for folder in RECORDED.iterdir()
        if folder.name not in OWN
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert found == READ.keys() | NOT_APPLIED.keys()
    assert not READ.keys() & NOT_APPLIED.keys()
    assert SAYS.keys() == READ.keys()


def test_nothing_that_is_read_is_a_float() -> None:
    def floats(value: object) -> bool:
        if isinstance(value, dict):
            return any(map(floats, value.values()))
        if isinstance(value, list):
            return any(map(floats, value))
        return isinstance(value, float)

    assert not [name for name, says in SAYS.items() if floats(says)]
