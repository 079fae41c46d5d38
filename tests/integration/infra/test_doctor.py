"""The doctor names what is wrong, what to do about it, and changes nothing."""

from __future__ import annotations

import shutil
import socket
import time
from collections import namedtuple
from pathlib import Path

import asyncpg
import pytest
from tests.integration.infra.conftest import Running
from tests.support.embedded import settings_of
from tests.support.machine import slowness

from tradebook.infra.data_directory import DataDirectory, write_atomically
from tradebook.infra.doctor import Finding, examine

NOWHERE = "postgresql://tradebook@127.0.0.1:1/tradebook"
Usage = namedtuple("Usage", "total used free")


def found(findings: list[Finding]) -> dict[str, str]:
    return {finding.part: finding.state for finding in findings}


def the(findings: list[Finding], part: str) -> Finding:
    return next(finding for finding in findings if finding.part == part)


async def test_all_is_well_where_a_server_runs(running: Running) -> None:
    findings = await examine(settings_of(running.data))
    assert found(findings) == dict.fromkeys(
        ("data directory", "space", "server", "port", "database", "schema", "redis"), "ok"
    )
    assert "http://127.0.0.1:8000" in the(findings, "server").detail
    assert the(findings, "database").detail.startswith("PostgreSQL 18.")
    assert not any(finding.remedy for finding in findings)


async def test_nothing_runs_and_nothing_is_made(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "data", port=0)
    findings = await examine(settings)
    assert found(findings) == {"data directory": "ok", "space": "ok", "server": "degraded", "port": "ok"}
    assert "tradebook up" in the(findings, "server").remedy
    assert not DataDirectory(settings.data_dir).root.exists()


async def test_servers_that_do_not_answer_are_found_soon(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, database_url=NOWHERE, redis_url="redis://127.0.0.1:1")
    began = time.monotonic()
    findings = await examine(settings)
    assert time.monotonic() - began < 20 * slowness()
    assert {the(findings, part).state for part in ("database", "schema", "redis")} == {"failed"}
    assert "ConnectionRefusedError" in the(findings, "database").detail


async def test_a_database_that_may_forget_is_found(database_url: str, tmp_path: Path) -> None:
    connection = await asyncpg.connect(database_url)
    name = await connection.fetchval("select current_database()")
    await connection.execute(f"alter database {name} set synchronous_commit = off")
    await connection.close()
    findings = await examine(settings_of(tmp_path, database_url=database_url))
    assert the(findings, "database") == Finding(
        "database", "failed", "It may forget what it committed: synchronous_commit off.", "Turn it on."
    )


@pytest.mark.parametrize(
    ("revision", "state"), [("0001", "degraded"), ("9999", "failed"), (None, "degraded")]
)
async def test_a_schema_of_another_program_is_found(
    empty_database_url: str, tmp_path: Path, revision: str | None, state: str
) -> None:
    if revision is not None:
        connection = await asyncpg.connect(empty_database_url)
        await connection.execute("create table alembic_version (version_num text)")
        await connection.execute("insert into alembic_version values ($1)", revision)
        await connection.close()
    findings = await examine(settings_of(tmp_path, database_url=empty_database_url))
    assert the(findings, "schema").state == state


async def test_a_taken_port_is_found(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        findings = await examine(settings_of(tmp_path, port=other.getsockname()[1]))
    assert "Address already in use" in the(findings, "port").detail
    assert "--port" in the(findings, "port").remedy


async def test_secrets_that_others_may_read_are_found(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data")
    directory.prepare()
    directory.read_or_create_secret("tokens.json")
    (directory.secrets / "tokens.json").chmod(0o644)
    finding = the(await examine(settings_of(directory.root)), "data directory")
    assert (finding.state, finding.remedy) == ("degraded", f"chmod 600 {directory.secrets}/*")
    directory.keys.mkdir()
    write_atomically(directory.keys / "credentials.key", b"opens everything", mode=0o640)
    finding = the(await examine(settings_of(directory.root)), "data directory")
    assert finding.remedy == f"chmod 600 {directory.keys}/* {directory.secrets}/*"
    assert "credentials.key" in finding.detail


async def test_a_disk_that_fills_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, state in ((10 << 30, "ok"), (1 << 30, "degraded"), (1 << 20, "failed")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: Usage(free, 0, free))
        assert the(await examine(settings_of(tmp_path)), "space").state == state


async def test_an_interrupted_restore_and_a_start_under_way_are_found(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data")
    directory.claim()
    assert "starting" in the(await examine(settings_of(directory.root)), "server").detail
    directory.release()
    directory.restoring.touch()
    assert the(await examine(settings_of(directory.root)), "data directory").state == "failed"


async def test_dead_servers_are_found_although_ours_runs(running: Running) -> None:
    await running.servers.stop()
    assert {the(await examine(settings_of(running.data)), part).state for part in ("database", "redis")} == {
        "failed"
    }
