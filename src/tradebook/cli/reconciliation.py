"""``tradebook reconciliation``: how accounts compare with their venues, and what to do about differences."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tradebook.cli.accounts import Account, find_account
from tradebook.cli.client import Api, connect
from tradebook.cli.errors import EXIT_NOT_FOUND, CommandFailed
from tradebook.cli.options import Data, Json, Token, Url
from tradebook.cli.output import print_fields, print_json, print_line, print_table, show

app = typer.Typer(
    no_args_is_help=True,
    help="Reconciliation: what a venue says that does not fit the book, and your decision.",
)

BALANCES = ("asset", "venue", "book", "difference")
POSITIONS = ("instrument", "position_side", "venue", "book", "difference")
COLUMNS = ("difference_id", "found_at", "kind", "detail", "status")
POSTINGS = ("ledger_account", "asset", "amount")
Difference = Annotated[str, typer.Argument(help="Its id, or how it begins.")]
SHORTEST = 4
"""Of ids that are cut short."""


@app.command("show")
def show_report(
    *, account: Account, data: Data, token: Token = None, url: Url = None, as_json: Json = False
) -> None:
    """How an account compares with its venue, by the last comparison."""
    api = connect(data, url, token)
    _show(api.get(_report(api, account)), as_json=as_json)


@app.command("compare")
def compare_now(
    *, account: Account, data: Data, token: Token = None, url: Url = None, as_json: Json = False
) -> None:
    """Compare an account with its venue now, and show how they compare."""
    api = connect(data, url, token)
    _show(api.call("POST", _report(api, account)), as_json=as_json)


@app.command("list")
def list_differences(
    *,
    account: Account,
    data: Data,
    every: Annotated[bool, typer.Option("--all", help="Those too that wait for nobody any more.")] = False,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """What waits for a decision, the newest first."""
    api = connect(data, url, token)
    status = "all" if every else "open"
    found = api.items(_path(api, account), limit=10_000, status=status)
    show(found, COLUMNS, as_json=as_json, nothing="Nothing waits: what the venue said fits the book.")


@app.command()
def adopt(
    *,
    account: Account,
    difference: Difference,
    data: Data,
    reason: Annotated[str, typer.Option(help="What is known of it, for the journal.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is posted.")] = False,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Book what the venue says: shows the postings first, and asks."""
    api = connect(data, url, token)
    path = f"{_path(api, account)}/{_find(api, account, difference)}"
    planned = api.get(f"{path}/adoption")["postings"]
    if not yes:
        print_table(planned, POSTINGS, nothing="It is adopted already.")
        typer.confirm("Post this?", abort=True)
    _say(api.call("POST", f"{path}/adopt", {"reason": reason}), as_json=as_json)


@app.command()
def explain(
    *,
    account: Account,
    difference: Difference,
    reason: Annotated[str, typer.Argument(help="What it is, in your words.")],
    data: Data,
    token: Token = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Say what a difference is. Nothing is posted."""
    api = connect(data, url, token)
    path = f"{_path(api, account)}/{_find(api, account, difference)}"
    _say(api.call("POST", f"{path}/explain", {"reason": reason}), as_json=as_json)


def _report(api: Api, account: str) -> str:
    return f"/v1/accounts/{find_account(api, account)}/reconciliation"


def _show(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    balances, positions = report.pop("balances"), report.pop("positions")
    print_fields(report)
    print_table(balances, BALANCES, nothing="Nothing was compared since the server started.")
    print_table(positions, POSITIONS, nothing="No contract is open, there or here.")


def _path(api: Api, account: str) -> str:
    return f"/v1/accounts/{find_account(api, account)}/differences"


def _find(api: Api, account: str, wanted: str) -> str:
    """The id that is meant, by its beginning where that is unambiguous."""
    every = [each["difference_id"] for each in api.items(_path(api, account), limit=10_000)]
    found = [
        each for each in every if each == wanted or (len(wanted) >= SHORTEST and each.startswith(wanted))
    ]
    if len(found) == 1:
        return str(found[0])
    if found:
        raise CommandFailed(f"{len(found)} differences begin with {wanted!r}", "Write more of the id.")
    raise CommandFailed(
        f"there is no difference {wanted!r}",
        "`tradebook reconciliation list ACCOUNT` shows those that wait.",
        exit_code=EXIT_NOT_FOUND,
    )


def _say(decided: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(decided)
        return
    print_line(f"Recorded at position {decided['journal_position']}.")
    print_table(decided["postings"], POSTINGS, nothing="Nothing was posted.")
