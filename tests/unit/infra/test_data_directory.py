from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from tradebook.infra.data_directory import DataDirectory, write_atomically
from tradebook.infra.embedded.process import explain
from tradebook.infra.embedded.sockets import LONGEST_NAME, SOCKET_PATH_BYTES_MAX, socket_folder
from tradebook.kernel.errors import Conflict, Unavailable


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "data")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_others_may_list_and_read_nothing(directory: DataDirectory) -> None:
    directory.prepare()
    assert not mode_of(directory.root) & 0o066
    for folder in (directory.secrets, directory.checkpoints, directory.logs):
        assert mode_of(folder) == 0o700
    directory.read_or_create_secret("tokens.key")
    assert mode_of(directory.secrets / "tokens.key") == 0o600


def test_a_directory_that_was_there_keeps_what_its_owner_allowed(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    DataDirectory(tmp_path).prepare()
    assert mode_of(tmp_path) == 0o1777


def test_who_holds_the_lock_is_told_to_who_comes_second(directory: DataDirectory) -> None:
    directory.claim()
    directory.announce(url="http://127.0.0.1:8000/a-rather-long-way-to-say-where")
    directory.announce(url="http://127.0.0.1:8000")
    second = DataDirectory(directory.root)
    assert second.is_claimed()
    assert not second.is_ours()
    with pytest.raises(Conflict) as refused:
        second.claim()
    assert refused.value.figures.keys() == {"pid", "since", "url"}
    assert f"process {os.getpid()}, http://127.0.0.1:8000);" in refused.value.detail
    directory.release()
    assert not second.is_claimed()
    second.claim()
    second.release()


def test_a_look_at_the_lock_does_not_turn_a_start_away(directory: DataDirectory) -> None:
    directory.prepare()
    directory.claim()
    directory.release()
    stopping = threading.Event()

    def look() -> None:
        while not stopping.is_set():
            DataDirectory(directory.root).is_claimed()

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(50):
            directory.claim()
            directory.release()
    finally:
        stopping.set()
        looker.join()


def test_all_who_make_a_secret_at_once_get_the_same(directory: DataDirectory) -> None:
    directory.prepare()
    made: list[bytes] = []
    start = threading.Barrier(8)

    def make() -> None:
        start.wait()
        made.append(directory.read_or_create_secret("s"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert [path.name for path in directory.secrets.iterdir()] == ["s"]


def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    write_atomically(file, b"old", mode=0o600)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(file, b"new", mode=0o600)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_in_the_way_is_a_clear_message(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(Unavailable, match="choose another with --data"):
        DataDirectory(tmp_path / "data").claim()


def test_a_socket_s_path_fits_however_deep_the_data_lies() -> None:
    for depth in (1, 40, 400):
        folder = socket_folder(Path("/" + "d" * depth) / "ä" / "postgres")
        assert len(os.fsencode(folder)) + len(LONGEST_NAME) <= SOCKET_PATH_BYTES_MAX


def test_a_full_disk_is_named_with_its_remedy() -> None:
    said = "initdb: error: could not write: No space left on device\nremoving contents\n" + "more\n" * 9
    assert explain(said).startswith("The disk is full: free some space")
    assert explain("a\nb\nc\nd\ne") == "It said: b / c / d / e"
