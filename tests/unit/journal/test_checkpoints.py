"""Keys, checkpoints and the file that keeps them."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from tradebook.journal import checkpoints
from tradebook.journal.checkpoints import CheckpointFile, SignedCheckpoint, sign
from tradebook.journal.signing import SigningKey, VerifyingKey


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKey.load_or_create(tmp_path / "key.pem")


def signed_by(key: SigningKey, size: int) -> SignedCheckpoint:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    return sign(key, size=size, chain_hash=bytes(32), root=bytes(32), time=moment)


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path, key: SigningKey) -> None:
    path = tmp_path / "key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.load_or_create(path).public.pem == key.public.pem


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1())
    path = tmp_path / "other.pem"
    path.write_bytes(
        other.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(ValueError, match="Ed25519"):
        SigningKey.load_or_create(path)
    public = other.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with pytest.raises(ValueError, match="Ed25519"):
        VerifyingKey.from_pem(public)


def test_a_checkpoint_is_signed_over_its_canonical_text(key: SigningKey) -> None:
    signed = signed_by(key, 1024)
    assert signed.text == (
        f'{{"format":"tradebook checkpoint 1","hash":"{"00" * 32}","key":"{key.public.key_id}",'
        f'"root":"{"00" * 32}","size":"1024","time":"2026-01-02T03:04:05Z"}}'
    )
    public = VerifyingKey.from_pem(key.public.pem)
    assert public.signed(signed.text, signed.signature)
    assert not public.signed(signed.text.replace("1024", "1025"), signed.signature)
    assert not public.signed(signed.text, "no signature")
    assert signed.size == 1024


def test_the_file_keeps_checkpoints_in_order(tmp_path: Path, key: SigningKey) -> None:
    file = CheckpointFile(tmp_path / "checkpoints.jsonl")
    assert file.take_up() is None
    assert file.read() == []
    for size in (1, 2, 3):
        file.append(signed_by(key, size))
        assert file.take_up() == signed_by(key, size)
    file.append(signed_by(key, 4), signed_by(key, 5))
    assert [signed.size for signed in file.read()] == [1, 2, 3, 4, 5]


def test_a_line_torn_by_a_crash_does_not_count_and_is_dropped(tmp_path: Path, key: SigningKey) -> None:
    file = CheckpointFile(tmp_path / "checkpoints.jsonl")
    file.append(signed_by(key, 1))
    file.append(signed_by(key, 2))
    file.path.write_bytes(file.path.read_bytes()[:-10])
    assert [signed.size for signed in file.read()] == [1]
    assert file.take_up() == signed_by(key, 1)
    file.append(signed_by(key, 2))
    assert [signed.size for signed in file.read()] == [1, 2]


@pytest.mark.parametrize("chunk", [1, 7, 4_096])
@pytest.mark.parametrize("content", [b"", b"torn"])
def test_a_file_without_a_whole_checkpoint_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, content: bytes
) -> None:
    monkeypatch.setattr(checkpoints, "TAIL_BYTES", chunk)
    file = CheckpointFile(tmp_path / "checkpoints.jsonl")
    file.path.write_bytes(content)
    assert file.take_up() is None
    assert file.path.read_bytes() == b""


@pytest.mark.parametrize("chunk", [1, 7, 4_096])
def test_the_last_line_is_found_from_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: SigningKey, chunk: int
) -> None:
    monkeypatch.setattr(checkpoints, "TAIL_BYTES", chunk)
    file = CheckpointFile(tmp_path / "checkpoints.jsonl")
    file.append(*(signed_by(key, size) for size in (1, 2, 3)))
    file.path.write_bytes(file.path.read_bytes() + b'{"te')
    assert file.take_up() == signed_by(key, 3)
    assert file.take_up() == signed_by(key, 3)
