from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.unit.cli.conftest import Command, FakeBootstrap, begin_book


def test_up_tells_a_person_the_url_and_the_owner_link(
    command: Command, parts: FakeBootstrap, tmp_path: Path
) -> None:
    result = command("up", "--data", tmp_path, "--port", "8123", "--market", "simulated")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "Make it yours (works once): http://127.0.0.1:8000/setup#t",
        "Tradebook is ready: http://127.0.0.1:8000",
    ]
    settings = parts.served[0]
    assert (settings.data_dir, settings.port, settings.market) == (tmp_path, 8123, "simulated")


def test_up_tells_a_program_every_milestone(command: Command, parts: FakeBootstrap, tmp_path: Path) -> None:
    lines = command("up", "--data", tmp_path, "--json").stdout.splitlines()
    assert [json.loads(line)["milestone"] for line in lines] == ["database", "owner_link", "ready"]


def test_an_unfit_setting_is_named(command: Command, parts: FakeBootstrap, tmp_path: Path) -> None:
    result = command("up", "--data", tmp_path, "--market", "bazaar")
    assert result.exit_code == 1
    assert "MARKET" in result.stderr
    assert parts.served == []


def test_two_roles_run_and_the_others_say_where_they_are(
    command: Command, parts: FakeBootstrap, tmp_path: Path
) -> None:
    done = command("run", "api", "--data", tmp_path)
    assert (done.exit_code, parts.served[0][0]) == (0, "api")
    assert "ready" in done.stdout
    assert command("run", "projector", "--data", tmp_path).exit_code == 0
    for role in ("query", "accounts", "execution", "feeds"):
        within = command("run", role, "--data", tmp_path)
        assert within.exit_code == 1
        assert f"{role} runs inside the role api" in within.stderr
    assert [name for name, _ in parts.served] == ["api", "projector"]
    later, unknown = command("run", "relay", "--data", tmp_path), command("run", "king", "--data", tmp_path)
    assert (later.exit_code, unknown.exit_code) == (1, 1)
    assert "nothing to do in version 0.1" in later.stderr
    assert "no role 'king'" in unknown.stderr


@pytest.mark.parametrize("as_json", [True, False])
def test_verify_exits_0_only_if_all_agree(
    command: Command, parts: FakeBootstrap, tmp_path: Path, as_json: bool
) -> None:
    more = ["--json"] if as_json else []
    whole = command("audit", "verify", "--data", tmp_path, *more)
    parts.book.is_whole = False
    broken = command("audit", "verify", "--data", tmp_path, *more)
    assert (whole.exit_code, broken.exit_code) == (0, 1)
    assert ('"ok":false' if as_json else "does NOT agree") in broken.stdout
    if not as_json:
        assert whole.stdout.startswith("Recomputed 7 events")
        assert "does not follow" in broken.stdout
        assert "2 more findings" in broken.stdout


def test_a_command_on_the_book_never_begins_one(
    command: Command, parts: FakeBootstrap, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere"
    for arguments in (("audit", "verify"), ("backup", "out.tar"), ("owner-link",), ("views", "rebuild")):
        result = command(*arguments, "--data", nowhere)
        assert (result.exit_code, parts.opened) == (4, [])
        assert f"there is no book in {nowhere}" in result.stderr
    assert command("doctor", "--data", nowhere).exit_code == 0
    assert not nowhere.exists()


def test_a_command_finds_the_demo_book_where_that_is_all_there_is(
    command: Command, parts: FakeBootstrap, tmp_path: Path
) -> None:
    only_demo, both = tmp_path / "only-demo", tmp_path / "both"
    for data in (only_demo / "demo", both, both / "demo"):
        begin_book(data)
    assert command("audit", "verify", "--data", only_demo).exit_code == 0
    assert command("backup", "out.tar", "--data", both).exit_code == 0
    assert parts.opened == [only_demo / "demo", both]


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit", "export", "out"),
        ("views", "rebuild"),
        ("views", "rebuild", "orders"),
        ("backup", "out.tar"),
        ("restore", __file__),
        ("doctor",),
        ("credentials", "list"),
        ("credentials", "rotate-key"),
    ],
)
def test_each_command_answers_people_and_programs(
    command: Command, parts: FakeBootstrap, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    person = command(*arguments, "--data", tmp_path)
    program = command(*arguments, "--data", tmp_path, "--json")
    assert (person.exit_code, program.exit_code) == (0, 0), person.output + program.output
    assert json.loads(program.stdout)


def test_credentials_are_listed_by_their_hints(
    command: Command, parts: FakeBootstrap, tmp_path: Path
) -> None:
    assert "vmPU…x5Jr" in command("credentials", "list", "--data", tmp_path).stdout
    assert "rewrapped  7" in command("credentials", "rotate-key", "--data", tmp_path).stdout


def test_doctor_exits_0_only_if_healthy(command: Command, parts: FakeBootstrap, tmp_path: Path) -> None:
    parts.health.append({"part": "redis", "state": "degraded", "detail": "away", "remedy": "start it"})
    result = command("doctor", "--data", tmp_path)
    assert result.exit_code == 1
    assert "start it" in result.stdout


def test_the_database_url_and_the_owner_link_are_printed_bare(
    command: Command, parts: FakeBootstrap, tmp_path: Path
) -> None:
    assert command("database-url", "--data", tmp_path).stdout.strip() == parts.book.database_url
    assert command("owner-link", "--data", tmp_path).stdout.startswith("http://127.0.0.1:8000/setup")
    parts.book.has_owner = True
    refused = command("owner-link", "--data", tmp_path)
    assert (refused.exit_code, refused.stderr) == (1, "tradebook: This book has an owner.\n")


def test_the_api_s_description_is_printed(command: Command, parts: FakeBootstrap) -> None:
    assert json.loads(command("openapi").stdout) == {"openapi": "3.1.0"}


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from tradebook.cli.main import app\n"
        "heavy = {'httpx', 'rich', 'fastapi', 'asyncpg', 'pydantic', 'uvicorn'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", code], check=True)
    assert time.monotonic() - began < 3
