"""The reference says what the code says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from docs.render import CODE_AT_FIRST, PAGES, SOURCE, calls, own_metrics

from tradebook.infra import doctor

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_what_the_code_gives(page: Path) -> None:
    assert page.read_text() == PAGES[page](), "run `make docs`"


def test_every_refusal_has_a_code_that_stands_in_the_source() -> None:
    """But for those that hand on another's, and those of programs that are started."""
    spoken = set()
    for file in SOURCE.rglob("*.py"):
        for name, call, _ in calls(ast.parse(file.read_text())):
            if name in CODE_AT_FIRST and call.args and not isinstance(call.args[0], ast.Constant):
                spoken.add(f"{file.relative_to(SOURCE)}: {ast.unparse(call.args[0])}")
    assert spoken == {
        "infra/embedded/process.py: f'{what.lower()}_did_not_start'",
        "infra/postgres_clients.py: f'{program}_failed'",
        "trading/model/changing.py: *found",
        "trading/services/orders.py: order.code or 'denied'",
    }


def test_the_guide_names_only_metrics_that_there_are() -> None:
    named = set(re.findall(r"tradebook_[a-z_]+", (ROOT / "docs/guide/operating.md").read_text()))
    known = {name for metric in own_metrics() for name in (metric, f"{metric}_bucket")}
    assert named <= known


def test_the_guide_says_what_to_do_about_every_finding_of_the_doctor() -> None:
    guide = (ROOT / "docs/guide/operating.md").read_text()
    told = set(re.findall(r"^\| `([a-z ]+)` \|", guide, re.MULTILINE))
    source = ast.parse(Path(doctor.__file__).read_text())
    parts = {
        call.args[0].value
        for name, call, _ in calls(source)
        if name in ("Finding", "_examine") and isinstance(call.args[0], ast.Constant)
    }
    assert told == parts | {"data directory"}


def test_every_decision_is_listed_once() -> None:
    folder = ROOT / "docs/adr"
    listed = re.findall(r"\]\((\d{4}-[^)]+\.md)\)", (folder / "README.md").read_text())
    assert listed == sorted(file.name for file in folder.glob("[0-9]*.md"))
