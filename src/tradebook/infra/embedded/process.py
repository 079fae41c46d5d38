"""Starting, finding and ending server processes: in a session of their own, under an unprivileged user."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

import psutil

from tradebook.kernel.errors import Unavailable

STOP_WITHIN_S = 8.0
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
"""What servers inherit: no setting of ours, and no secret."""


class RunAs(TypedDict):
    """Arguments of Popen that choose the user."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


def run_as() -> RunAs:
    """Servers refuse to run as root: then an unprivileged user that exists everywhere; else ourselves."""
    if os.geteuid() != 0:
        return {"user": None, "group": None, "extra_groups": None}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Hand a file or folder to the servers' user."""
    user = run_as()
    if user["user"] is not None and user["group"] is not None:
        os.chown(path, user["user"], user["group"])


def own_folder(folder: Path) -> Path:
    """A folder that belongs to the servers' user. Raises Unavailable when that user cannot reach it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid not in (os.geteuid(), run_as()["user"]):
        # A link or a folder that somebody laid where anyone may write would get us to give away another.
        raise Unavailable("folder_not_ours", f"{folder} is not a folder of ours: remove it and start again.")
    give(folder)
    folder.chmod(0o700)
    closed = closed_parent(folder)
    if closed is not None:
        raise Unavailable(
            "data_directory_unreachable",
            f"As root, Tradebook runs its servers under an unprivileged user, who cannot pass through "
            f"{closed}; choose a directory outside it with --data, or run as another user.",
        )
    return folder


def closed_parent(path: Path) -> Path | None:
    """The folder above ``path`` that keeps the servers' user out, if there is one and we are root."""
    if os.geteuid() != 0:
        return None
    user = run_as()["user"]

    def is_open(folder: Path) -> bool:
        about = folder.stat()
        return bool(about.st_mode & (0o100 if about.st_uid == user else 0o001))

    return next((parent for parent in path.parents if not is_open(parent)), None)


def reachable(binaries: Path, home: Path) -> Path:
    """The binaries, or a copy beside ``home`` where the servers' user cannot reach them (in /root)."""
    if closed_parent(binaries) is None:
        return binaries
    copies = home.parent / "servers"
    copies.mkdir(exist_ok=True)
    copies.chmod(0o711)
    copy = copies / hashlib.sha256(str(binaries).encode()).hexdigest()[:12]
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(binaries, unfinished, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                mode = stat.S_IMODE(path.stat().st_mode)
                path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))
        unfinished.rename(copy)
    return copy


def spawn(arguments: Sequence[str | Path], *, log: Path, directory: Path) -> psutil.Popen:
    """Start a server in a session of its own, so that a signal to us is not one to it."""
    with log.open("ab") as output:
        return psutil.Popen(
            [str(argument) for argument in arguments],
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            close_fds=True,
            env=ENVIRONMENT,
            **run_as(),
        )


def installed(package: str) -> Path:
    """Where a package that carries binaries lies; found without importing it, which would cost memory."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise Unavailable("package_missing", f"The package {package} is not installed: run `make setup`.")
    return Path(spec.origin).parent


def find_orphans(name: str, *directories: Path) -> list[psutil.Process]:
    """Processes of this name that work in one of these directories: what a killed parent left behind.

    Judged by what they are, not by a remembered pid that may by now be somebody else's.
    """
    where = {str(directory.resolve()) for directory in directories}
    every = psutil.process_iter(["name", "cwd"])
    return [process for process in every if process.info["name"] == name and process.info["cwd"] in where]


def end(
    processes: Sequence[psutil.Process], *, first: signal.Signals, within_s: float = STOP_WITHIN_S
) -> None:
    """Ask politely, wait, then insist. Returns when none is left."""
    for process in processes:
        _signal(process, first)
    left = _wait(processes, within_s=within_s)
    for process in left:
        _signal(process, signal.SIGKILL)
    _wait(left, within_s=2)


def _wait(processes: Sequence[psutil.Process], *, within_s: float) -> list[psutil.Process]:
    """Those that are left when all are gone or the time is over."""
    deadline = time.monotonic() + within_s
    while (left := [each for each in processes if not _is_gone(each)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _is_gone(process: psutil.Process) -> bool:
    """A zombie holds nothing any more; one that is not our child may stay for as long as its parent likes."""
    try:
        if isinstance(process, psutil.Popen):
            return process.poll() is not None
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def wait_until(
    ready: Callable[[], bool], process: psutil.Popen, *, what: str, log: Path, within_s: float
) -> None:
    """Poll ``ready()`` until it is true. Raises Unavailable with the end of the log when it never is."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.02)
    raise Unavailable(
        f"{what.lower()}_did_not_start",
        f"{what} did not start. {explain(log.read_text(errors='replace') if log.exists() else '')}",
    )


def explain(said: str) -> str:
    """The last lines of what a server said, with the remedy where the cause is a common one."""
    tail = " / ".join(said.splitlines()[-4:])
    if "No space left on device" in said:
        return f"The disk is full: free some space and start again; nothing is lost. ({tail})"
    return f"It said: {tail}"
