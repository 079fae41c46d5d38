"""``tradebook up`` and ``tradebook run``: the server itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from tradebook.cli.errors import CommandFailed
from tradebook.cli.options import Data, Json
from tradebook.cli.output import print_json, print_line
from tradebook.cli.wiring import Milestone, bootstrap, run, settings_for

ROLES = ("api", "projector")
IN_API = ("query", "accounts", "execution", "feeds")
"""Parts that the role ``api`` has in it: they share its memory (ADR 0022)."""
LATER_ROLES = ("relay", "worker", "scheduler")

SENTENCES = {
    "ready": "Tradebook is ready: {url}",
    "owner_link": "Make it yours (works once): {url}",
}
"""What a person is told; other milestones are for programs and the log."""


def up(
    *,
    data: Data,
    host: Annotated[str | None, typer.Option(help="Where to listen.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, show_default="8000")] = None,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo", help="A demo book in a directory of its own, with a day of simulated trading behind it."
        ),
    ] = False,
    market: Annotated[
        str | None,
        typer.Option(
            metavar="simulated|replay:PATH[,PATH…]|live|none",
            help="Where prices come from.",
            show_default="none; simulated with --demo",
        ),
    ] = None,
    replay_speed: Annotated[
        str | None, typer.Option(metavar="1|N|max", help="Of a replay.", show_default="1")
    ] = None,
    as_json: Json = False,
) -> None:
    """Start everything on this machine."""
    settings = settings_for(
        data, host=host, port=port, demo=demo or None, market=market, replay_speed=replay_speed
    )

    run(bootstrap().serve(settings, tell(SENTENCES, as_json=as_json)))


def tell(sentences: Mapping[str, str], *, as_json: bool) -> Milestone:
    """Milestones as lines: for a person those that have a sentence, for programs all."""

    def on_milestone(name: str, figures: Mapping[str, str]) -> None:
        if as_json:
            print_json({"milestone": name, **figures})
        elif name in sentences:
            print_line(sentences[name].format(**figures))

    return on_milestone


def run_role(
    *,
    role: Annotated[str, typer.Argument(metavar="|".join(ROLES), help="What this process does.")],
    data: Data,
    as_json: Json = False,
    as_child: Annotated[
        bool, typer.Option("--as-child", hidden=True, help="End when standard input ends.")
    ] = False,
) -> None:
    """Run one role of a cluster on the PostgreSQL and Redis of TRADEBOOK_DATABASE_URL and _REDIS_URL."""
    known = f"There are: {', '.join(ROLES)}."
    if role in IN_API:
        raise CommandFailed(f"the role {role} runs inside the role api in version 0.1", known)
    if role in LATER_ROLES:
        raise CommandFailed(f"the role {role} has nothing to do in version 0.1", known)
    if role not in ROLES:
        raise CommandFailed(f"there is no role {role!r}", known)
    run(bootstrap().run_role(role, settings_for(data), tell(SENTENCES, as_json=as_json), as_child=as_child))
