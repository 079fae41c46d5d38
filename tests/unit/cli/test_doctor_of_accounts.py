"""The doctor tells how each connected account is at its venue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.cli.conftest import Command, FakeBootstrap, Server

DIFFERENCE = {"difference_id": "aaaa-1", "kind": "balance", "status": "open"}


def connected(
    server: Server, *, stage: str = "trading", problem: str = "", waiting: int = 0, unheard: str = ""
) -> None:
    account = {"account_id": "a1", "stage": stage, "problem": problem, "switch_problem": unheard}
    server.answers |= {
        ("GET", "/v1/venues/health"): {
            "items": [{"venue": "binance", "accounts": [account]}, {"venue": "paper", "accounts": []}],
            "next_cursor": None,
        },
        ("GET", "/v1/accounts/a1/reconciliation"): {
            "venue": "binance",
            "compared_at": "2026-01-02T03:04:05Z" if stage == "trading" else None,
        },
        ("GET", "/v1/accounts/a1/differences"): {"items": [DIFFERENCE] * waiting, "next_cursor": None},
    }


@pytest.fixture
def told(command: Command, data: Path, parts: FakeBootstrap) -> Any:
    def ask() -> tuple[int, dict[str, str] | None]:
        result = command("doctor", "--data", data, "--json")
        found = json.loads(result.stdout)["parts"]
        return result.exit_code, next((each for each in found if each["part"] == "account main"), None)

    return ask


def test_an_account_that_trades_in_step_is_healthy(server: Server, told: Any) -> None:
    connected(server)
    assert told() == (
        0,
        {
            "part": "account main",
            "state": "ok",
            "detail": "At binance: trading, last compared 2026-01-02T03:04:05Z, 0 open differences.",
            "remedy": "",
        },
    )


def test_one_that_is_not_in_step_says_why(server: Server, told: Any) -> None:
    connected(server, stage="connecting", problem="its key was refused")
    exit_code, finding = told()
    assert (exit_code, finding["state"]) == (1, "degraded")
    assert "connecting (its key was refused), not yet compared" in finding["detail"]
    assert "tried again by itself" in finding["remedy"]


def test_differences_that_wait_are_counted(server: Server, told: Any) -> None:
    connected(server, waiting=1)
    exit_code, finding = told()
    assert (exit_code, finding["state"]) == (1, "degraded")
    assert "1 open difference." in finding["detail"]
    assert finding["remedy"] == "Decide about them: tradebook reconciliation list main"


def test_a_dead_mans_switch_that_cannot_be_put_off_is_told(server: Server, told: Any) -> None:
    connected(server, unheard="the venue did not answer")
    exit_code, finding = told()
    assert (exit_code, finding["state"]) == (1, "degraded")
    assert "cannot be put off: the venue did not answer" in finding["detail"]
    assert "tried again by itself" in finding["remedy"]


def test_one_that_the_server_says_nothing_of_is_told_all_the_same(server: Server, told: Any) -> None:
    connected(server)
    del server.answers["GET", "/v1/accounts/a1/reconciliation"]
    exit_code, finding = told()
    assert (exit_code, finding["state"]) == (1, "degraded")
    assert "did not say how it compares with its venue" in finding["detail"]


def test_where_nobody_is_signed_in_the_rest_is_told(server: Server, told: Any) -> None:
    server.good_tokens.clear()
    assert told() == (0, None)
