"""``tradebook accounts``: the accounts of the book and what lies in them."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from tradebook.cli.client import Api, connect
from tradebook.cli.errors import EXIT_NOT_FOUND, CommandFailed
from tradebook.cli.options import Data, Json, Token, Url
from tradebook.cli.output import print_fields, print_json, print_line, print_table, show

app = typer.Typer(no_args_is_help=True, help="Accounts: open them, fund them, limit them.")

FINDING_COLUMNS = ("order", "fact", "field", "one", "other")
COLUMNS = ("account_id", "name", "venue", "base_asset", "state", "paper")
Account = Annotated[str, typer.Argument(help="Its id, or its name.")]


def find_account(api: Api, wanted: str) -> str:
    """The id of an account that is named by its id or, where that is unambiguous, its name."""
    accounts = api.items("/v1/accounts", limit=10_000)
    matches = [a["account_id"] for a in accounts if wanted in (a["account_id"], a["name"])]
    if len(matches) == 1:
        return str(matches[0])
    if matches:
        raise CommandFailed(
            f"{len(matches)} accounts are named {wanted!r}", f"Use the id: {', '.join(matches)}."
        )
    raise CommandFailed(
        f"there is no account {wanted!r}",
        "`tradebook accounts list` shows those there are.",
        exit_code=EXIT_NOT_FOUND,
    )


def _say(document: dict[str, Any], *, as_json: bool) -> None:
    print_json(document) if as_json else print_fields(document)


@app.command("list")
def list_accounts(*, data: Data, token: Token = None, url: Url = None, as_json: Json = False) -> None:
    """All accounts that you may see."""
    accounts = connect(data, url, token).items("/v1/accounts", limit=10_000)
    show(accounts, COLUMNS, as_json=as_json, nothing="No account yet; open one: tradebook accounts open main")


@app.command("open")
def open_account(
    *,
    name: Annotated[str, typer.Argument(help="What you call it.")],
    data: Data,
    venue: Annotated[str, typer.Option(help="Where its orders go.")] = "paper",
    base_asset: Annotated[str, typer.Option(help="What its worth and its limits are counted in.")] = "USDT",
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Open an account."""
    api = connect(data, url, token)
    same = [a["account_id"] for a in api.items("/v1/accounts", limit=10_000) if a["name"] == name]
    if same:  # the API allows it, but commands could no longer call either by its name
        raise CommandFailed(f"there is an account {name!r} already: {same[0]}", "Choose another name.")
    body = {"name": name, "venue": venue, "base_asset": base_asset}
    _say(api.call("POST", "/v1/accounts", body), as_json=as_json)


def _move(kind: str, account: str, asset: str, amount: str, api: Api, *, as_json: bool) -> None:
    path = f"/v1/accounts/{find_account(api, account)}/{kind}"
    _say(api.call("POST", path, {"asset": asset.upper(), "amount": amount}), as_json=as_json)


Asset = Annotated[str, typer.Argument(help="Such as USDT.")]
Amount = Annotated[str, typer.Argument(help="Such as 1000.50.")]


@app.command()
def deposit(
    *,
    account: Account,
    asset: Asset,
    amount: Amount,
    data: Data,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Pay into a paper account."""
    _move("deposits", account, asset, amount, connect(data, url, token), as_json=as_json)


@app.command()
def withdraw(
    *,
    account: Account,
    asset: Asset,
    amount: Amount,
    data: Data,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Take out of a paper account."""
    _move("withdrawals", account, asset, amount, connect(data, url, token), as_json=as_json)


@app.command()
def balances(
    *, account: Account, data: Data, token: Token = None, url: Url = None, as_json: Json = False
) -> None:
    """What lies in an account: all of it, what is free and what is held for orders."""
    api = connect(data, url, token)
    items = api.get(f"/v1/accounts/{find_account(api, account)}/balances")["items"]
    show(
        items,
        ("asset", "total", "available", "held"),
        as_json=as_json,
        nothing="Nothing in it; pay something in: tradebook accounts deposit",
    )


@app.command()
def parity(
    *,
    account: Account,
    other: Annotated[str, typer.Argument(help="The account to compare with: its id, or its name.")],
    data: Data,
    since: Annotated[str, typer.Option(help="A journal position or a time to begin at.")] = "0",
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """What two accounts that were asked for the same did not do the same: paper and the real thing, say."""
    api = connect(data, url, token)
    path = f"/v1/accounts/{find_account(api, account)}/parity"
    report = api.get(path, other=find_account(api, other), since=since)
    if as_json:
        print_json(report)
        return
    counts = (report[name] for name in ("orders", "facts", "findings_count"))
    print_line("{} orders, {} facts compared, {} findings".format(*counts))
    print_table(report["findings"], FINDING_COLUMNS, nothing="Both did the same.")


@app.command()
def state(
    *,
    account: Account,
    wanted: Annotated[str, typer.Argument(metavar="active|reducing|halted", help="What it may do.")],
    data: Data,
    reason: Annotated[str, typer.Option(help="Why, for the journal.")] = "",
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Let an account trade, only reduce, or do nothing."""
    api = connect(data, url, token)
    path = f"/v1/accounts/{find_account(api, account)}/state"
    _say(api.call("PUT", path, {"state": wanted, "reason": reason}), as_json=as_json)


@app.command()
def limits(
    *,
    account: Account,
    data: Data,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Change a limit; `off` switches it off; may be repeated. Shares are like 0.05 for 5 %.",
            show_default=False,
        ),
    ] = None,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Show an account's risk limits, or change some: tradebook accounts limits main --set daily_loss=0.03"""
    api = connect(data, url, token)
    path = f"/v1/accounts/{find_account(api, account)}/risk"
    if not changes:
        _say(api.get(path), as_json=as_json)
        return
    _say(api.call("PUT", path, dict(map(_read_change, changes))), as_json=as_json)


@app.command("dead-mans-switch")
def dead_mans_switch(
    *,
    account: Account,
    data: Data,
    after: Annotated[
        int | None,
        typer.Option(help="Switch it on: seconds without a word from the server.", show_default=False),
    ] = None,
    when_stopped: Annotated[
        bool, typer.Option("--when-stopped", help="Also where the server is stopped on purpose.")
    ] = False,
    off: Annotated[bool, typer.Option("--off", help="Switch it off.")] = False,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Show whether the venue cancels all orders when the server is gone, or have it so."""
    if off and (after is not None or when_stopped):
        raise CommandFailed("it cannot be switched on and off at once", "Give --after SECONDS, or --off.")
    if when_stopped and after is None:
        raise CommandFailed("--when-stopped goes with a time", "Give --after SECONDS too.")
    api = connect(data, url, token)
    path = f"/v1/accounts/{find_account(api, account)}/dead-mans-switch"
    if after is None and not off:
        _say(api.get(path), as_json=as_json)
        return
    body = {"after_s": after, "when_stopped": when_stopped}
    _say(api.call("PUT", path, body), as_json=as_json)


def _read_change(text: str) -> tuple[str, object]:
    """``name=value``: whole numbers and lists as JSON, decimals as strings, ``off`` as null."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise CommandFailed(
            f"{text!r} is no change of a limit", "Write it like --set max_order_notional=1000."
        )
    if value == "off":
        return name, None
    if value.startswith("[") or name in ("orders_per_minute", "max_open_orders", "price_age_s_max"):
        try:
            return name, json.loads(value)
        except json.JSONDecodeError:
            raise CommandFailed(f"{name}: {value!r} is not a whole number or a list") from None
    return name, value
