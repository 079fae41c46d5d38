"""After all that can happen to it, a secret stands nowhere but in its ciphertext."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import asyncpg
import pytest
from tests.support.credentials import VALUES
from tests.support.embedded import contents
from tests.support.postgres import PostgresServer

from tradebook.infra.backup import backup
from tradebook.infra.data_directory import DataDirectory
from tradebook.infra.migrations import revisions
from tradebook.infra.postgres_clients import dump_database, load_database


class Lived(NamedTuple):
    """What a server left behind that was given secrets and crashed."""

    answers: str
    logs: str
    url: str
    directory: DataDirectory


@pytest.fixture(scope="module")
def lived(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    directory = DataDirectory(tmp_path_factory.mktemp("leaking") / "data")
    directory.prepare()
    url = asyncio.run(postgres_server.create_database())
    server = subprocess.run(
        [sys.executable, "-m", "tests.support.leaking", url, str(directory.root)],
        input=json.dumps(VALUES) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert server.returncode == 1
    return Lived(server.stdout, server.stderr, url, directory)


def test_everything_has_happened(lived: Lived) -> None:
    statuses = [int(line.split()[0]) for line in lived.answers.splitlines()]
    assert statuses == [422, *[503] * 4, *[422] * 5, 500, 201, 201, 200]
    assert "a defect of ours" in lived.logs
    assert "RuntimeError: a crash with {'opened': SecretFields(api_key=***, passphrase=***" in lived.logs
    assert "opened = SecretFields(" in lived.logs
    assert "permission_check_failed" in lived.logs


def test_no_answer_and_no_log_and_no_crash_dump_shows_a_secret(lived: Lived) -> None:
    for form in forms_of_secrets():
        assert form not in lived.answers
        assert form not in lived.logs


async def test_no_row_of_the_journal_or_any_other_table_shows_a_secret(lived: Lived) -> None:
    rows = await contents(lived.url)
    assert len(rows["identity.venue_credentials"]) == 1
    assert any("VenueCredentialReplaced" in row for row in rows["journal.events"])
    assert any("WithdrawalRiskConfirmed" in row for row in rows["journal.events"])
    assert rows["web.idempotent_answers"]
    written = json.dumps(rows, ensure_ascii=False)
    for form in forms_of_secrets():
        assert form not in written


async def test_no_backup_shows_a_secret_or_holds_the_key_that_opens_it(
    lived: Lived, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    await as_migrated(lived.url)
    made = tmp_path / "book.tar"
    manifest = await backup(made, lived.directory, lived.url)
    assert not [name for name in manifest.files if name.startswith("keys")]
    key = read_key(lived.directory)
    archive = read(made)
    for form in (*forms_of_secrets(), key, base64.b64decode(key).hex()):
        assert form.encode() not in archive
    dump, copy = tmp_path / "dump", await postgres_server.create_database(template="template0")
    await dump_database(lived.url, dump)
    await load_database(copy, dump)
    restored = json.dumps(await contents(copy), ensure_ascii=False)
    assert "WithdrawalRiskConfirmed" in restored
    for form in (*forms_of_secrets(), key, base64.b64decode(key).hex()):
        assert form not in restored


def forms_of_secrets() -> Iterator[str]:
    """Each as it is, and as it would stand in rows of bytes, in base 64 and backwards."""
    for value in VALUES.values():
        yield value
        yield value.encode().hex()
        yield base64.b64encode(value.encode()).decode().rstrip("=")[:-2]
        yield value[::-1]


async def as_migrated(url: str) -> None:
    """The databases of tests are made without Alembic, which a backup asks for the revision."""
    connection = await asyncpg.connect(url)
    await connection.execute("create table public.alembic_version (version_num text)")
    await connection.execute("insert into public.alembic_version values ($1)", revisions()[-1])
    await connection.close()


def read_key(directory: DataDirectory) -> str:
    return (directory.keys / "credentials.key").read_text().strip()


def read(file: Path) -> bytes:
    return file.read_bytes()
