"""How accounts are at their venues, for the doctor: only a running server knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tradebook.cli.client import Api, connect
from tradebook.cli.errors import CommandFailed

VENUES_MAX = 100
ACCOUNTS_MAX = 10_000
DIFFERENCES_MAX = 100
"""Counted of an account; with more of them the number is not what matters."""


def account_findings(data: Path) -> Sequence[Mapping[str, str]]:
    """A finding for every connected account that you may see; none where no server answers to you."""
    try:
        api = connect(data, None, None)
        venues = api.items("/v1/venues/health", limit=VENUES_MAX)
        accounts = api.items("/v1/accounts", limit=ACCOUNTS_MAX)
    except CommandFailed:
        return []
    names = {each["account_id"]: each["name"] for each in accounts}
    return [
        _finding(api, names.get(each["account_id"], each["account_id"]), each)
        for venue in venues
        for each in venue["accounts"]
    ]


def _finding(api: Api, name: str, standing: Mapping[str, Any]) -> Mapping[str, str]:
    path, part = f"/v1/accounts/{standing['account_id']}", f"account {name}"
    try:
        report = api.get(f"{path}/reconciliation")
        waiting = len(api.items(f"{path}/differences", limit=DIFFERENCES_MAX, status="open"))
    except CommandFailed as error:
        detail = f"The server did not say how it compares with its venue: {error}"
        return {"part": part, "state": "degraded", "detail": detail, "remedy": error.remedy}
    trades, unheard = standing["stage"] == "trading", standing["switch_problem"]
    problem = f" ({standing['problem']})" if standing["problem"] else ""
    compared = f"last compared {report['compared_at']}" if report["compared_at"] else "not yet compared"
    differences = f"{waiting} open difference{'' if waiting == 1 else 's'}"
    return {
        "part": part,
        "state": "ok" if trades and not waiting and not unheard else "degraded",
        "detail": f"At {report['venue']}: {standing['stage']}{problem}, {compared}, {differences}."
        + (f" Its dead man's switch cannot be put off: {unheard}" if unheard else ""),
        "remedy": _remedy(name, out=not trades or bool(unheard), waiting=waiting),
    }


def _remedy(name: str, *, out: bool, waiting: int) -> str:
    if out:
        return "It is tried again by itself; Settings, Venues says what is in the way."
    return f"Decide about them: tradebook reconciliation list {name}" if waiting else ""
