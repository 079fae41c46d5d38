"""Commands on the book itself: verify, export, rebuild, back up, restore, diagnose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradebook.cli.connected_accounts import account_findings
from tradebook.cli.errors import EXIT_FAILED, CommandFailed
from tradebook.cli.options import Data, Json
from tradebook.cli.output import print_fields, print_json, print_line, print_table, progress_bar, show
from tradebook.cli.wiring import book_settings, bootstrap, run, settings_for, with_book

if TYPE_CHECKING:
    from tradebook.cli.wiring import Book

audit = typer.Typer(no_args_is_help=True, help="Prove the book.")
views = typer.Typer(no_args_is_help=True, help="Views: disposable, and rebuilt from the journal.")

Target = Annotated[Path, typer.Argument(help="What to write; must not exist yet.")]


@audit.command()
def verify(data: Data, as_json: Json = False) -> None:
    """Recompute the hash chain, the trial balance and every view; exit 0 only if all agree."""
    with progress_bar("Verifying", as_json=as_json) as progress:

        async def work(book: Book) -> Any:
            return await book.verify(progress)

        verdict = with_book(data, work)
    if as_json:
        print_json(verdict)
    else:
        _say_verdict(verdict)
    if not verdict["ok"]:
        raise typer.Exit(EXIT_FAILED)


def _say_verdict(verdict: Mapping[str, Any]) -> None:
    print_line(
        f"Recomputed {verdict['events']} events and every view of {verdict['data']}, "
        f"and held them against {verdict['checkpoints']} checkpoints kept outside the database."
    )
    if verdict["ok"]:
        print_line("The book agrees with itself.")
        return
    shown = verdict["checks"]
    print_table(shown, ("name", "position", "detail"), nothing="")
    more = verdict["found"] - len(shown)
    print_line(
        "The book does NOT agree with itself." + (f" {more} more findings are not shown." if more else "")
    )


@audit.command()
def export(target: Target, data: Data, as_json: Json = False) -> None:
    """Write journal and proofs as files that can be checked without the server."""
    with progress_bar("Exporting", as_json=as_json) as progress:

        async def work(book: Book) -> Any:
            return await book.export(target, progress)

        written = with_book(data, work)
    print_json(written) if as_json else print_fields(written)


@views.command()
def rebuild(
    data: Data,
    name: Annotated[str | None, typer.Argument(help="One view; without it: all.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """Drop and replay the views."""
    with progress_bar("Rebuilding", as_json=as_json) as progress:

        async def work(book: Book) -> Any:
            return await book.rebuild_views(name, progress)

        rebuilt = with_book(data, work)
    show(rebuilt, ("view", "events"), as_json=as_json, nothing="There is no view to rebuild.")


def backup(target: Target, data: Data, as_json: Json = False) -> None:
    """Write everything that a restore needs into one file."""
    with progress_bar("Backing up", as_json=as_json) as progress:

        async def work(book: Book) -> Any:
            return await book.backup(target, progress)

        written = with_book(data, work)
    print_json(written) if as_json else print_fields(written)


def restore(
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `backup` wrote.")],
    data: Data,
    as_json: Json = False,
) -> None:
    """Make an empty data directory the book of a backup."""
    with progress_bar("Restoring", as_json=as_json) as progress:
        restored = run(bootstrap().restore(settings_for(data), source, progress))
    print_json(restored) if as_json else print_fields(restored)


def doctor(data: Data, as_json: Json = False) -> None:
    """What works, what does not, and what to do about it; exit 0 only if healthy."""
    try:
        settings = book_settings(data)
    except CommandFailed:  # before the first start there is a machine to look at all the same
        settings = settings_for(data)
    findings = [*run(bootstrap().diagnose(settings)), *account_findings(data)]
    is_healthy = all(finding["state"] == "ok" for finding in findings)
    if as_json:
        print_json({"healthy": is_healthy, "parts": findings})
    else:
        print_table(findings, ("part", "state", "detail", "remedy"), nothing="Nothing to look at.")
    if not is_healthy:
        raise typer.Exit(EXIT_FAILED)


def database_url(data: Data, as_json: Json = False) -> None:
    """The embedded server's URL, for psql."""

    async def work(book: Book) -> str:
        return book.database_url

    url = with_book(data, work)
    print_json({"database_url": url}) if as_json else print_line(url)


def owner_link(data: Data, as_json: Json = False) -> None:
    """A fresh one-time link: to become the owner, or, where there is one, to choose a new password."""

    async def work(book: Book) -> str:
        return await book.owner_link()

    link = with_book(data, work)
    print_json({"url": link}) if as_json else print_line(link)


def openapi() -> None:
    """The API's description (OpenAPI), as a generated client needs it."""
    import json

    print_line(json.dumps(bootstrap().api_document(), indent=1))
