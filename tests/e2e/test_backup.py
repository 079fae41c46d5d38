"""A backup of a running book, restored elsewhere, is the same book."""

from __future__ import annotations

from pathlib import Path

from tests.support.server import Server


def test_a_backup_restored_elsewhere_is_the_same_book(tmp_path_open: Path) -> None:
    target = tmp_path_open / "book.backup"
    server = Server(tmp_path_open / "data", "--market", "none").start()
    try:
        account_id = server.login().open_account(deposits={"USDT": "1234.5"})
        assert server.cli("doctor", "--json").returncode == 0
        made = server.cli("backup", str(target))
        assert made.returncode == 0, made.stdout + made.stderr
    finally:
        server.stop()
    copy = Server(tmp_path_open / "copy", "--market", "none")
    restored = copy.cli("restore", str(target))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    copy.start()
    try:
        client = copy.login()
        client.wait_for_views()
        assert client.get(f"/v1/accounts/{account_id}/balances")["items"][0]["total"] == "1234.5"
        verdict = copy.cli("audit", "verify", "--json")
        assert verdict.returncode == 0, verdict.stdout
    finally:
        copy.stop()
    assert copy.cli("restore", str(target)).returncode != 0
