"""``tradebook venue-sim``: what is chosen on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.cli.conftest import Command

from tradebook.cli import venue_sim


class FakeSimulation:
    """Remembers how it was started, and ends at once."""

    def __init__(self) -> None:
        self.chosen: dict[str, Any] = {}

    async def simulate_venue(
        self, *, on_milestone: Callable[[str, Mapping[str, str]], None], **chosen: Any
    ) -> None:
        self.chosen = chosen
        on_milestone("ready", {"url": "http://127.0.0.1:9001"})
        if chosen["key_pair"] is None:
            on_milestone("key", {"api_key": "made", "api_secret": "made too"})


@pytest.fixture
def simulation(monkeypatch: pytest.MonkeyPatch) -> FakeSimulation:
    simulation = FakeSimulation()
    monkeypatch.setattr(venue_sim, "bootstrap", lambda: simulation)
    return simulation


def test_without_a_key_one_is_made_and_told(command: Command, simulation: FakeSimulation) -> None:
    result = command("venue-sim")
    assert result.stdout.splitlines() == [
        "The simulated venue is at http://127.0.0.1:9001",
        "Its account: API key made, secret made too",
    ]
    assert simulation.chosen == {
        "port": 9001,
        "seed": 1,
        "key_pair": None,
        "can_withdraw": False,
        "balances": {"USDT": Decimal(100000), "BTC": Decimal(1), "ETH": Decimal(10)},
        "faults": None,
        "stream_faults": 0.05,
        "clock_skew_s": 0.0,
        "venue": "binance",
    }


def test_a_program_reads_where_it_is_in_the_first_line(command: Command, simulation: FakeSimulation) -> None:
    first, second = map(json.loads, command("venue-sim", "--json").stdout.splitlines())
    assert (first["milestone"], first["url"]) == ("ready", "http://127.0.0.1:9001")
    assert (second["api_key"], second["api_secret"]) == ("made", "made too")


def test_everything_may_be_chosen_and_a_secret_that_is_given_is_not_told(
    command: Command, simulation: FakeSimulation
) -> None:
    result = command(
        *(
            "venue-sim",
            "--api-key",
            "mine",
            "--api-secret",
            "hidden",
            "--balance",
            "usdt=5",
            "--can-withdraw",
        ),
        *("--balance", "SOL=1.5", "--faults", "7:0.25", "--clock-skew", "-2"),
    )
    assert "hidden" not in result.output
    assert simulation.chosen["key_pair"] == ("mine", "hidden")
    assert simulation.chosen["balances"] == {"USDT": Decimal(5), "SOL": Decimal("1.5")}
    assert simulation.chosen["can_withdraw"] is True
    assert (simulation.chosen["faults"], simulation.chosen["clock_skew_s"]) == ((7, 0.25), -2.0)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--api-key", "mine"), "a key without its secret"),
        (("--api-key", "my-key", "--api-secret", "x"), "letters and digits"),
        (("--balance", "USDT"), "'USDT' is no balance"),
        (("--balance", "USDT=-1"), "'USDT=-1' is no balance"),
        (("--faults", "0.5"), "'0.5' says no faults"),
        (("--faults", "1:2"), "'1:2' says no faults"),
    ],
)
def test_what_cannot_be_read_is_named(
    command: Command, simulation: FakeSimulation, arguments: tuple[str, ...], problem: str
) -> None:
    result = command("venue-sim", *arguments)
    assert (result.exit_code, simulation.chosen) == (1, {})
    assert problem in result.stderr
