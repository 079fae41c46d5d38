"""The file that a backup is: a tar archive whose last member, a manifest, has the SHA-256 of all others."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from tradebook.infra.migrations import revisions
from tradebook.kernel.errors import InvalidInput

FORMAT = "tradebook backup 1"
MANIFEST = "manifest.json"
DATABASE = "database.dump"
FOLDERS = ("checkpoints", "secrets")
OF_THIS_MACHINE = {"postgres.password", "redis.password"}
"""Secrets between us and the embedded servers: a restored book makes its own."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says about itself. ``files`` maps each member's name to its SHA-256 in hexadecimal."""

    format: str
    made_at: datetime
    program: str
    """Version of Tradebook."""
    revision: str
    """Of the database's schema."""
    files: dict[str, str]


def is_kept(name: str) -> bool:
    """Whether a backup holds the file of this name in the data directory."""
    path = PurePosixPath(name)
    is_beside = len(path.parts) == 2 and path.parts[0] in FOLDERS
    is_being_written = path.name.startswith(".")
    return is_beside and not is_being_written and path.name not in OF_THIS_MACHINE


def write_archive(target: Path, dump: Path, kept: Mapping[str, bytes], *, revision: str) -> Manifest:
    """Write the archive, for its owner alone; durable when it returns. Raises OSError."""
    files: dict[str, str] = {}
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            with dump.open("rb") as content:
                files[DATABASE] = hashlib.file_digest(content, "sha256").hexdigest()
                content.seek(0)
                _add(archive, DATABASE, content, size=dump.stat().st_size)
            for name, secret in kept.items():
                files[name] = hashlib.sha256(secret).hexdigest()
                _add(archive, name, io.BytesIO(secret), size=len(secret))
            manifest = Manifest(
                format=FORMAT,
                made_at=datetime.now(UTC),
                program=version("tradebook"),
                revision=revision,
                files=files,
            )
            document = msgspec.json.format(msgspec.json.encode(manifest))
            _add(archive, MANIFEST, io.BytesIO(document), size=len(document))
        file.flush()
        os.fsync(descriptor)
    return manifest


def check_archive(source: Path) -> Manifest:
    """Read all of it and compare every member with the manifest. Raises InvalidInput."""
    try:
        with tarfile.open(source, "r:") as archive:
            found = {name: _digest(archive, name) for name in archive.getnames() if name != MANIFEST}
            with open_member(archive, MANIFEST) as content:
                manifest = msgspec.json.decode(content.read(), type=Manifest)
    except (OSError, tarfile.TarError, KeyError, msgspec.MsgspecError) as error:
        raise _unfit(source, f"is no whole backup ({type(error).__name__})") from None
    if manifest.format != FORMAT:
        raise _unfit(source, f"has the format {manifest.format[:40]!r}, not {FORMAT!r}")
    altered = {name for name, _ in found.items() ^ manifest.files.items()}
    if altered:
        raise _unfit(source, f"was altered: {', '.join(sorted(altered))}")
    if DATABASE not in found or not all(is_kept(name) for name in found.keys() - {DATABASE}):
        raise _unfit(source, "does not hold what a backup holds")
    if manifest.revision not in revisions():
        raise _unfit(source, f"was made by Tradebook {manifest.program}, which is newer than this one")
    return manifest


def open_member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    """A member's content. Raises KeyError for one that is missing or is no file."""
    content = archive.extractfile(name)
    if content is None:
        raise KeyError(name)
    return content


def _digest(archive: tarfile.TarFile, name: str) -> str:
    with open_member(archive, name) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # has readinto


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], *, size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    member.mtime = int(datetime.now(UTC).timestamp())
    archive.addfile(member, content)


def _unfit(source: Path, problem: str) -> InvalidInput:
    return InvalidInput(str(source), problem, "nothing was changed; take another backup")
