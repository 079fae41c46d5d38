from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.conftest import Command, Server

PATH = "/v1/accounts/a1/differences"
POSTINGS = [
    {"ledger_account": "differences", "asset": "USDT", "amount": "10"},
    {"ledger_account": "available", "asset": "USDT", "amount": "-10"},
]


@pytest.fixture
def book(server: Server) -> Server:
    """With two differences, of which one is open."""
    found = {"found_at": "2026-01-02T03:04:05Z", "kind": "balance", "detail": "The venue has less."}
    both = [{"difference_id": "aaaa-1", "status": "open"}, {"difference_id": "aaaa-2", "status": "adopted"}]
    server.answers |= {
        ("GET", PATH): {"items": [{**found, **each} for each in both], "next_cursor": None},
        ("GET", f"{PATH}/aaaa-1/adoption"): {"difference_id": "aaaa-1", "postings": POSTINGS},
        ("POST", f"{PATH}/aaaa-1/adopt"): {"postings": POSTINGS, "journal_position": "7"},
        ("POST", f"{PATH}/aaaa-1/explain"): {"postings": [], "journal_position": "8"},
        ("GET", "/v1/accounts/a1/reconciliation"): {
            "venue": "binance",
            "compared_at": "2026-01-02T03:04:05Z",
            "balances": [{"asset": "USDT", "venue": "990", "book": "1000", "difference": "-10"}],
            "positions": [
                {
                    "instrument": "BTC-USDT-PERP.BYBIT",
                    "position_side": "net",
                    "venue": "-0.25",
                    "book": "-0.2",
                    "difference": "-0.05",
                }
            ],
        },
    }
    return server


def test_what_waits_is_listed(command: Command, data: Path, book: Server) -> None:
    result = command("reconciliation", "list", "main", "--data", data)
    assert result.exit_code == 0, result.stderr
    assert "The venue has less." in result.stdout


def test_the_report_shows_both_sides(command: Command, data: Path, book: Server) -> None:
    result = command("reconciliation", "show", "main", "--data", data)
    assert result.exit_code == 0, result.stderr
    assert "990" in result.stdout
    assert "-10" in result.stdout
    assert "BTC-USDT-PERP.BYBIT" in result.stdout
    assert "-0.25" in result.stdout


def test_it_is_compared_now_where_that_is_asked_for(command: Command, data: Path, book: Server) -> None:
    report = "/v1/accounts/a1/reconciliation"
    book.answers["POST", report] = book.answers["GET", report] | {"compared_at": "2026-01-02T04:00:00Z"}
    result = command("reconciliation", "compare", "main", "--data", data)
    assert result.exit_code == 0, result.stderr
    assert "2026-01-02T04:00:00Z" in result.stdout
    assert "-10" in result.stdout


def test_adopting_shows_the_postings_and_asks(command: Command, data: Path, book: Server) -> None:
    result = command("reconciliation", "adopt", "main", "aaaa-1", "--data", data)
    assert result.exit_code != 0
    assert "differences" in result.stdout
    assert not [each for each in book.asked if each[0] == "POST"]


def test_adopting_says_where_it_stands(command: Command, data: Path, book: Server) -> None:
    result = command(
        *("reconciliation", "adopt", "main", "aaaa-1", "--yes", "--reason", "by hand", "--json"),
        "--data",
        data,
    )
    assert json.loads(result.stdout) == {"postings": POSTINGS, "journal_position": "7"}
    assert book.asked[-1][:3] == ("POST", f"{PATH}/aaaa-1/adopt", {"reason": "by hand"})


def test_explaining_posts_nothing(command: Command, data: Path, book: Server) -> None:
    result = command("reconciliation", "explain", "main", "aaaa-1", "a gift", "--data", data)
    assert result.exit_code == 0, result.stderr
    assert "Recorded at position 8." in result.stdout
    assert "Nothing was posted." in result.stdout


def test_the_beginning_of_an_id_is_enough_where_it_names_one(
    command: Command, data: Path, book: Server
) -> None:
    both = command("reconciliation", "explain", "main", "aaaa", "x", "--data", data)
    assert "2 differences begin with 'aaaa'" in both.stderr
    none = command("reconciliation", "explain", "main", "zzzz", "x", "--data", data)
    assert none.exit_code == 4
    assert "tradebook reconciliation list" in none.stderr
