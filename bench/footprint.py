"""What a server with all its processes takes: memory, processor time, open files."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import psutil


class Use(NamedTuple):
    """Of one process, or the sum of several."""

    pss: int
    """Bytes of memory, what is shared counted in shares (proportional set size)."""
    cpu_s: float
    files: int
    threads: int

    def plus(self, other: Use) -> Use:
        """Both together."""
        return Use(
            pss=self.pss + other.pss,
            cpu_s=self.cpu_s + other.cpu_s,
            files=self.files + other.files,
            threads=self.threads + other.threads,
        )


NOTHING = Use(0, 0.0, 0, 0)


def footprint(server_pid: int) -> dict[str, Use]:
    """Of the server's processes, by what they are: ``server``, ``projector``, ``postgres``, ``redis``."""
    root = psutil.Process(server_pid)
    uses: dict[str, Use] = defaultdict(lambda: NOTHING)
    uses["server"] = _use_of(root)
    for child in root.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
            name = _kind_of(child)
            uses[name] = uses[name].plus(_use_of(child))
    return dict(uses)


def total(uses: Mapping[str, Use]) -> Use:
    """All together."""
    whole = NOTHING
    for use in uses.values():
        whole = whole.plus(use)
    return whole


def pss_of(pid: int) -> int:
    """Bytes of one process."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024


def megabytes(size: float) -> float:
    """Rounded for reading."""
    return round(size / 1e6, 2)


def _use_of(process: psutil.Process) -> Use:
    times = process.cpu_times()
    return Use(pss_of(process.pid), times.user + times.system, process.num_fds(), process.num_threads())


def _kind_of(process: psutil.Process) -> str:
    name: str = process.name()
    if name.startswith(("postgres", "redis")):
        return name.partition("-")[0]
    return "projector" if "projector" in process.cmdline() else "other"
