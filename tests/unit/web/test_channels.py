from __future__ import annotations

import pytest

from tradebook.kernel.errors import InvalidInput
from tradebook.web.channels import parse_channel


@pytest.mark.parametrize(
    ("text", "kind", "argument"),
    [
        ("orders", "orders", ""),
        ("orders:a1", "orders", "a1"),
        ("quotes:BTC-USDT.SIM", "quotes", "BTC-USDT.SIM"),
        ("candles:BTC-USDT.SIM:1m", "candles", "BTC-USDT.SIM:1m"),
        ("system", "system", ""),
    ],
)
def test_a_channel_is_read(text: str, kind: str, argument: str) -> None:
    channel = parse_channel(text)
    assert (channel.name, channel.kind, channel.argument) == (text, kind, argument)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "orders:",
        "nothing",
        "quotes",
        "quotes:",
        "candles:BTC",
        "candles:BTC:2m",
        "trades:B:1m",
        "x" * 200,
        "system:x",
    ],
)
def test_an_unfit_channel_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(InvalidInput, match="channels"):
        parse_channel(text)
