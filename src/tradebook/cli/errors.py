"""What a command says when it cannot, and how it exits."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import typer.core

from tradebook.kernel.errors import TradebookError

EXIT_FAILED = 1
EXIT_NOT_ALLOWED = 3
EXIT_NOT_FOUND = 4
EXIT_UNREACHABLE = 5

_EXIT_OF_STATUS = {401: EXIT_NOT_ALLOWED, 403: EXIT_NOT_ALLOWED, 404: EXIT_NOT_FOUND, 503: EXIT_UNREACHABLE}


class CommandFailed(Exception):
    """The command cannot be done: what is wrong, and what to do about it."""

    def __init__(self, problem: str, remedy: str = "", *, exit_code: int = EXIT_FAILED) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.exit_code = exit_code


class ProblemAnswer(CommandFailed):
    """The server answered with a problem."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        status = int(body.get("status", 500))
        remedy = "Sign in with `tradebook login`." if status == 401 else ""
        detail = body.get("detail") or body.get("title") or f"the server answered {status}"
        if status == 422 and body.get("code") not in (None, "invalid_input", "invalid_order"):
            detail = f"{detail} ({body['code']})"  # what the list of refusals is looked up by
        super().__init__(str(detail), remedy, exit_code=_EXIT_OF_STATUS.get(status, EXIT_FAILED))
        self.body = dict(body)


class Commands(typer.core.TyperGroup):
    """The root of all commands: expected errors end in a line on stderr, never in a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; see ``_click.Group.invoke``."""
        try:
            return super().invoke(ctx)
        except CommandFailed as failed:
            _say(failed.problem, failed.remedy)
            raise typer.Exit(failed.exit_code) from None
        except TradebookError as error:
            _say(error.detail, "")
            raise typer.Exit(EXIT_FAILED) from None
        except BrokenPipeError:  # `tradebook … | head`
            raise typer.Exit(EXIT_FAILED) from None


def _say(problem: str, remedy: str) -> None:
    sys.stderr.write(f"tradebook: {problem}\n")
    if remedy:
        sys.stderr.write(f"  {remedy}\n")
