from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tradebook.infra.logs import REDACTED, redact

JWT = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln"
SECRETS = [
    "tb_0123456789abcdef",
    JWT,
    "postgresql://tradebook:hunter2@/tradebook",
    "host=h password=hunter2 user=u",
]
PLAIN = {"account_id": "a1", "path": "/v1/orders", "quantity": "1", "count": 3, "none": None}


def redacted(**event: Any) -> str:
    return str(redact(None, "info", dict(event)))


@pytest.mark.parametrize("secret", SECRETS)
def test_what_has_the_shape_of_a_secret_is_blanked_however_deep_it_lies(secret: str) -> None:
    shown = redacted(
        event=f"said {secret} aloud",
        nested={"list": [{"inner": secret}], "tuple": (secret,)},
        raw=secret.encode(),
        error=ValueError(secret),
    )
    for part in ("0123456789abcdef", JWT, "hunter2"):
        assert part not in shown
    assert shown.count(REDACTED) == 5


@pytest.mark.parametrize("name", ["password", "refresh_token", "Authorization", "api_key", "client_secret"])
def test_what_is_called_a_secret_is_blanked(name: str) -> None:
    assert "plain words" not in redacted(**{name: "plain words"})
    assert "plain words" not in redacted(body={name: "plain words"})


def test_everything_else_is_left_as_it_is() -> None:
    assert redact(None, "info", dict(PLAIN)) == PLAIN


SCRIPT = """
import logging, structlog
from tradebook.infra.logs import configure_logs
configure_logs(level="info", as_json=True)
structlog.contextvars.bind_contextvars(correlation_id="c1")
structlog.get_logger("ours").info("hello", token="t0psecret")
structlog.get_logger("ours").debug("not this")
logging.getLogger("theirs").warning("connect to %s", "redis://:hunter2@h")
try:
    raise ValueError("postgresql://u:hunter2@h/d")
except ValueError:
    structlog.get_logger("ours").exception("failed")
"""


def test_our_lines_and_the_libraries_carry_the_correlation_id_and_no_secret() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["hello", "connect to redis://[redacted]@h", "failed"]
    assert {line["correlation_id"] for line in lines} == {"c1"}
    assert [line["level"] for line in lines] == ["info", "warning", "error"]
    assert "hunter2" not in done.stderr
    assert "t0psecret" not in done.stderr
    assert done.stdout == ""


TALKATIVE = """
import logging
from tradebook.infra.logs import configure_logs
configure_logs(level="debug", as_json=True)
for name in ("botocore.endpoint", "urllib3.connectionpool", "httpcore.http11", "httpx", "ours"):
    logging.getLogger(name).debug("Making request with %s", {"Plaintext": "hunter2"})
"""


def test_libraries_that_would_log_whole_requests_are_kept_quiet_even_when_debugging() -> None:
    done = subprocess.run([sys.executable, "-c", TALKATIVE], capture_output=True, text=True, check=True)
    assert done.stderr.count("Making request") == 1
