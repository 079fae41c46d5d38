from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.cli.conftest import ACCOUNTS, ORDER, Command, Server

from tradebook.cli.login_store import login_file, read_login


def test_the_local_key_signs_in_whoever_may_read_it(command: Command, data: Path, server: Server) -> None:
    result = command("accounts", "list", "--data", data, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == {"items": ACCOUNTS, "next_cursor": None}
    assert server.asked == [("GET", "/v1/accounts", None, "key")]


def test_a_running_demo_is_found_under_the_directory_it_was_started_for(command: Command, data: Path) -> None:
    data.rename(data.with_name("demo"))
    result = command("accounts", "list", "--data", data.parent, "--json")
    assert result.exit_code == 0, result.stderr


def test_a_table_shows_the_accounts(command: Command, data: Path) -> None:
    result = command("accounts", "list", "--data", data)
    assert "account id" in result.stdout
    assert "main" in result.stdout


def test_a_given_token_comes_before_the_local_key(command: Command, data: Path, server: Server) -> None:
    result = command("accounts", "list", "--data", data, "--token", "forged")
    assert result.exit_code == 3
    assert "This token is not known." in result.stderr
    assert "tradebook login" in result.stderr


def test_without_a_server_the_remedy_is_named(command: Command, tmp_path: Path) -> None:
    result = command("accounts", "list", "--data", tmp_path)
    assert result.exit_code == 5
    assert "tradebook up" in result.stderr
    assert "Traceback" not in result.output


def test_a_server_that_does_not_answer_is_named(command: Command, tmp_path: Path) -> None:
    result = command("accounts", "list", "--data", tmp_path, "--url", "http://127.0.0.1:1", "--token", "x")
    assert result.exit_code == 5
    assert "does not answer" in result.stderr


def test_without_a_login_one_is_asked_for(command: Command, data: Path) -> None:
    (data / "secrets" / "cli.key").unlink()
    result = command("accounts", "list", "--data", data)
    assert result.exit_code == 3
    assert "tradebook login" in result.stderr


def test_a_limit_order_is_placed_by_account_name(command: Command, data: Path, server: Server) -> None:
    result = command(
        *("orders", "place", "main", "buy", "0.01", "BTC-USDT.SIM", "--price", "100", "--post-only"),
        *("--client-order-id", "mine", "--data", data, "--json"),
    )
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["journal_position"] == "7"
    assert server.asked[-1][2] == {
        "account_id": "a1",
        "client_order_id": "mine",
        "instrument": "BTC-USDT.SIM",
        "side": "buy",
        "type": "limit",
        "quantity": "0.01",
        "price": "100",
        "time_in_force": "gtc",
        "post_only": True,
    }


def test_without_a_price_it_is_a_market_order(command: Command, data: Path, server: Server) -> None:
    command("orders", "place", "a1", "sell", "1", "BTC-USDT.SIM", "--data", data)
    assert server.asked[-1][2]["type"] == "market"


def test_an_ambiguous_name_is_not_guessed(command: Command, data: Path) -> None:
    result = command("orders", "place", "twin", "buy", "1", "BTC-USDT.SIM", "--data", data)
    assert result.exit_code == 1
    assert "2 accounts" in result.stderr
    unknown = command("accounts", "state", "nobody", "halted", "--data", data)
    assert unknown.exit_code == 4


def test_a_refusal_says_why(command: Command, data: Path, server: Server) -> None:
    server.answers["POST", "/v1/orders"] = {"status": 422, "detail": "Available 1 USDT, needed 2."}
    result = command("orders", "place", "main", "buy", "1", "BTC-USDT.SIM", "--data", data)
    assert result.exit_code == 1
    assert result.stderr == "tradebook: Available 1 USDT, needed 2.\n"
    assert result.stdout == ""


WISHES = [
    (
        "accounts open new",
        ("POST", "/v1/accounts", {"name": "new", "venue": "paper", "base_asset": "USDT"}),
    ),
    (
        "accounts deposit main USDT 10",
        ("POST", "/v1/accounts/a1/deposits", {"asset": "USDT", "amount": "10"}),
    ),
    (
        "accounts withdraw main USDT 10",
        ("POST", "/v1/accounts/a1/withdrawals", {"asset": "USDT", "amount": "10"}),
    ),
    (
        "accounts dead-mans-switch main --after 60 --when-stopped",
        ("PUT", "/v1/accounts/a1/dead-mans-switch", {"after_s": 60, "when_stopped": True}),
    ),
    (
        "accounts dead-mans-switch main --off",
        ("PUT", "/v1/accounts/a1/dead-mans-switch", {"after_s": None, "when_stopped": False}),
    ),
    ("accounts dead-mans-switch main", ("GET", "/v1/accounts/a1/dead-mans-switch", None)),
    (
        "accounts state main halted --reason storm",
        ("PUT", "/v1/accounts/a1/state", {"state": "halted", "reason": "storm"}),
    ),
    (
        "accounts limits main --set max_order_notional=1000 --set daily_loss=off",
        ("PUT", "/v1/accounts/a1/risk", {"max_order_notional": "1000", "daily_loss": None}),
    ),
    ("accounts limits main --set max_open_orders=5", ("PUT", "/v1/accounts/a1/risk", {"max_open_orders": 5})),
    ("accounts limits main", ("GET", "/v1/accounts/a1/risk", None)),
    ("orders cancel o1", ("DELETE", "/v1/orders/o1", None)),
    ("orders cancel-all --account main", ("POST", "/v1/orders/cancel-all", {"account_id": "a1"})),
    (
        "keys create bot --scope read --scope trade",
        ("POST", "/v1/auth/keys", {"name": "bot", "scopes": ["read", "trade"]}),
    ),
    ("keys revoke k1", ("DELETE", "/v1/auth/keys/k1", None)),
]


@pytest.mark.parametrize(("line", "asked"), WISHES)
def test_each_wish_reaches_its_route(
    command: Command, data: Path, server: Server, line: str, asked: tuple[str, str, object]
) -> None:
    server.answers[asked[:2]] = {"done": "yes"}
    for more in ((), ("--json",)):
        result = command(*line.split(), "--data", data, *more)
        assert result.exit_code == 0, result.stderr
        assert server.asked[-1] == (*asked, "key")


@pytest.mark.parametrize("change", ["nonsense", "max_open_orders=many", "=5"])
def test_an_unfit_limit_is_refused_with_a_remedy(command: Command, data: Path, change: str) -> None:
    result = command("accounts", "limits", "main", "--set", change, "--data", data)
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_orders_quotes_balances_and_keys_are_listed(command: Command, data: Path, server: Server) -> None:
    quote = {"instrument": "BTC-USDT.SIM", "bid": "1", "ask": "2"}
    server.answers |= {
        ("GET", "/v1/instruments"): {"items": [{"instrument_id": "BTC-USDT.SIM"}]},
        ("GET", "/v1/quotes/BTC-USDT.SIM"): quote,
        ("GET", "/v1/auth/keys"): {"items": [], "next_cursor": None},
        ("GET", "/v1/accounts/a1/balances"): {
            "items": [{"asset": "USDT", "total": "5"}],
            "next_cursor": None,
        },
    }
    assert "o1" in command("orders", "list", "--data", data).stdout
    assert json.loads(command("orders", "show", "o1", "--data", data, "--json").stdout) == ORDER
    assert json.loads(command("quotes", "--data", data, "--json").stdout)["items"] == [quote]
    assert "No key yet" in command("keys", "list", "--data", data).stdout
    assert "USDT" in command("accounts", "balances", "main", "--data", data).stdout


def test_pages_are_followed_up_to_the_limit(command: Command, data: Path, server: Server) -> None:
    server.answers["GET", "/v1/orders"] = {"items": [ORDER] * 200, "next_cursor": "more"}
    result = command("orders", "list", "--limit", "450", "--data", data, "--json")
    assert len(json.loads(result.stdout)["items"]) == 600
    assert len(server.asked) == 3


def test_a_login_is_kept_to_oneself_and_renewed_when_it_runs_out(
    command: Command, data: Path, server: Server
) -> None:
    result = command("login", "--email", "me@example.com", "--data", data, input="secret\n")
    assert result.exit_code == 0, result.output
    assert "secret" not in result.output
    assert login_file().stat().st_mode & 0o777 == 0o600
    assert read_login(server.url) == {"access_token": "old", "refresh_token": "r1"}
    assert command("accounts", "list", "--data", data).exit_code == 0
    assert read_login(server.url) == {"access_token": "new", "refresh_token": "r2"}
    server.answers["POST", "/v1/auth/logout"] = {"done": "yes"}
    assert command("logout", "--data", data).exit_code == 0
    assert read_login(server.url) == {}


def test_a_refused_renewal_forgets_the_login(command: Command, data: Path, server: Server) -> None:
    command("login", "--email", "me@example.com", "--data", data, input="secret\n")
    server.answers["POST", "/v1/auth/refresh"] = {"status": 401, "detail": "Used already."}
    assert command("accounts", "list", "--data", data).exit_code == 3
    assert read_login(server.url) == {}


def test_an_api_key_can_be_stored(command: Command, data: Path, server: Server) -> None:
    assert command("login", "--api-key", "--data", data, input="key\n").exit_code == 0
    assert read_login(server.url) == {"api_key": "key"}
    assert command("login", "--api-key", "--data", data, input="forged\n").exit_code == 3


@pytest.mark.parametrize("as_json", [True, False])
def test_orders_are_watched_until_the_server_hangs_up(
    command: Command, data: Path, server: Server, as_json: bool
) -> None:
    server.change_order_when_watched(9)
    result = command("orders", "watch", "--account", "main", "--data", data, *(["--json"] if as_json else []))
    assert result.exit_code == 5
    assert "the server is stopping" in result.stderr
    assert ('"position":"9"' if as_json else "#9  o1") in result.stdout
