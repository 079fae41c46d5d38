from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path

import pytest

from tradebook.infra import settings as module
from tradebook.infra.settings import Settings, load_settings
from tradebook.kernel.errors import InvalidInput


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TRADEBOOK_{name.upper()}", raising=False)
    monkeypatch.delenv("TRADEBOOK_CONFIG", raising=False)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRADEBOOK_CONFIG", str(tmp_path / "tradebook.toml"))
    return tmp_path / "tradebook.toml"


def test_arguments_win_over_the_environment_and_the_environment_over_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('port = 1\nhost = "a"\nlog_level = "debug"\n')
    monkeypatch.setenv("TRADEBOOK_PORT", "2")
    monkeypatch.setenv("TRADEBOOK_HOST", "b")
    settings = load_settings(port=3, host=None)
    assert (settings.port, settings.host, settings.log_level) == (3, "b", "debug")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("port", "70000", "less than or equal to 65535"),
        ("port", "http", "valid integer"),
        ("market", "bazaar", "use none, simulated"),
        ("market", "replay:", "use none, simulated"),
        ("replay_speed", "0", "above zero"),
        ("replay_speed", "fast", "above zero"),
        ("log_level", "loud", "'debug', 'info'"),
        ("paper_latency_ms", "-1", "greater than or equal to 0"),
        ("database_url", "mysql://u:hunter2@h/d", "begins with postgresql:// or postgres://"),
        ("redis_url", "hunter2", "begins with redis:// or rediss:// or unix://"),
    ],
)
def test_an_unfit_value_is_named_with_the_remedy_and_never_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"TRADEBOOK_{name.upper()}", value)
    with pytest.raises(InvalidInput, match=f"^TRADEBOOK_{name.upper()}: ") as refused:
        load_settings()
    assert says in refused.value.detail
    assert "correct it in the environment" in refused.value.detail
    assert "hunter2" not in refused.value.detail


def test_an_owner_is_whole_or_not_there() -> None:
    with pytest.raises(InvalidInput, match="go together"):
        load_settings(owner_email="ada@example.org")


def test_a_file_that_cannot_be_used_is_no_default(file: Path) -> None:
    with pytest.raises(InvalidInput, match=r"TRADEBOOK_CONFIG: .* cannot be read"):
        load_settings()
    file.write_text("port = = 1")
    with pytest.raises(InvalidInput, match="is not TOML"):
        load_settings()
    file.write_text("prot = 1")
    with pytest.raises(InvalidInput, match="TRADEBOOK_PROT"):
        load_settings()


def test_variables_of_other_parts_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEBOOK_URL", "http://elsewhere")
    load_settings()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEBOOK_OWNER_EMAIL", "ada@example.org")
    monkeypatch.setenv("TRADEBOOK_OWNER_PASSWORD", "hunter2")
    monkeypatch.setenv("TRADEBOOK_DATABASE_URL", "postgresql://u:hunter2@h/d")
    assert "hunter2" not in repr(load_settings())


def test_a_home_directory_is_expanded() -> None:
    assert load_settings(data_dir="~/book").data_dir == Path.home() / "book"


def test_every_setting_says_what_it_is() -> None:
    tree = ast.parse(Path(module.__file__).read_text())
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef))
    for setting, what in pairwise(body):
        if isinstance(setting, ast.AnnAssign):
            assert isinstance(what, ast.Expr), ast.unparse(setting)
