"""``tradebook``: every command by its noun. They import what they need when they run: help is quick."""

from __future__ import annotations

import typer

from tradebook.cli import accounts, book, credentials, orders, reconciliation, session
from tradebook.cli.errors import Commands
from tradebook.cli.quotes import quotes
from tradebook.cli.server import run_role, up
from tradebook.cli.venue_sim import venue_sim

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Trade, automate and account for everything you own, in one book that can prove itself.",
)

app.command()(up)
app.command("run")(run_role)
app.command("venue-sim")(venue_sim)
app.command()(book.doctor)
app.add_typer(book.audit, name="audit")
app.add_typer(book.views, name="views")
app.command()(book.backup)
app.command()(book.restore)
app.command("database-url")(book.database_url)
app.command("owner-link")(book.owner_link)
app.command()(book.openapi)
app.add_typer(accounts.app, name="accounts")
app.add_typer(orders.app, name="orders")
app.add_typer(reconciliation.app, name="reconciliation")
app.add_typer(credentials.app, name="credentials")
app.command()(quotes)
app.command()(session.login)
app.command()(session.logout)
app.add_typer(session.keys, name="keys")

if __name__ == "__main__":
    app()
