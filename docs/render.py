"""The reference pages that are written from the code: ``python -m docs.render`` writes them anew.

A test holds every page equal to what the code gives.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from prometheus_client import REGISTRY
from prometheus_client.core import Metric

from docs import venues
from tradebook.bootstrap import edge  # noqa: F401  # with it everything that counts is there
from tradebook.infra import settings
from tradebook.kernel import errors
from tradebook.trading.lifecycle import render_mermaid
from tradebook.trading.orders import OrderStatus
from tradebook.web.problems import STATUS_OF_CODE, STATUS_OF_ERROR

REFERENCE = Path(__file__).parent / "reference"
SOURCE = Path(settings.__file__).parents[1]
WRITTEN = "<!-- Written by `make docs` from the code. -->\n"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def docstrings_of(file: Path, name: str) -> dict[str, str]:
    """What stands below each field of a class, in one line."""
    tree = ast.parse(file.read_text())
    [found] = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == name]
    documented: dict[str, str] = {}
    field = ""
    for node in found.body:
        if isinstance(node, ast.AnnAssign | ast.Assign):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            field = target.id if isinstance(target, ast.Name) else ""
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and field:
            documented[field] = " ".join(str(node.value.value).split())
            field = ""
        else:
            field = ""
    return documented


# --- the life of an order


def order_life_cycle() -> str:
    """The transition table as a diagram, and what the states mean."""
    meanings = docstrings_of(SOURCE / "trading" / "orders.py", "OrderStatus")
    rows = [(f"`{status.value}`", meanings.get(status.name, "As in FIX.")) for status in OrderStatus]
    return f"""{WRITTEN}
# The life of an order

Every arrow is a fact in the journal. Venues report late and out of order: a fact that would lead backwards
leaves the state as it is, and a fill is booked in every state, terminal ones too.

```mermaid
{render_mermaid()}```

`OrderPartiallyFilled` stands for an `OrderFilled` that leaves something open. *Denied* is our no, *rejected*
the venue's.

{table(("State", "Meaning"), rows)}"""


# --- refusals


class Refusal(NamedTuple):
    """Something that the code refuses."""

    code: str
    status: int
    says: str
    file: Path


CODE_AT_FIRST = {
    "Refusal": "Refused",
    "kind": "Unavailable",  # at the edge, where a read and a write that take too long differ
    **{name: name for name in ("Refused", "Conflict", "Unauthenticated", "Forbidden", "Unavailable")},
    "OutcomeUnknown": "OutcomeUnknown",
}
"""What is called with a code first and what it says second, and the error that it is."""

FIELD_IS_NAMED = "The field, what is wrong with it, and the remedy."
Names = Mapping[str, ast.expr]


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call, Names]]:
    """Every call in a function, with the last part of what is called and what the names there stand for."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        names = {
            node.targets[0].id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                yield name, node, names


def refusals() -> list[Refusal]:
    """Every refusal whose code stands in the source, in the order of the files."""
    found: list[Refusal] = []
    for file in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found += _refusals_of_class(node, file)
        for name, call, names in calls(tree):
            found += _refusals_of_call(name, call, names, file)
    return found


def _refusals_of_call(name: str, call: ast.Call, names: Names, file: Path) -> Iterator[Refusal]:
    code: ast.expr | None = None
    if name in CODE_AT_FIRST and len(call.args) > 1:
        code = call.args[0]
    elif name == "InvalidInput":
        code = next((each.value for each in call.keywords if each.arg == "code"), None)
    if isinstance(code, ast.Constant) and isinstance(code.value, str):
        status = _status(CODE_AT_FIRST.get(name, name), code.value)
        says = _says(call.args[1], names)
        yield Refusal(code.value, status, FIELD_IS_NAMED if name == "InvalidInput" else says, file)


def _refusals_of_class(node: ast.ClassDef, file: Path) -> Iterator[Refusal]:
    """A class of errors that has one code for all."""
    names = [node.name, *(base.id for base in node.bases if isinstance(base, ast.Name))]
    kind = next((name for name in names if hasattr(errors, name)), None)
    for name, call, _ in calls(node):
        if kind is None or name != "__init__" or not call.args:
            continue
        if isinstance(code := call.args[0], ast.Constant):
            yield Refusal(
                str(code.value), _status(kind, str(code.value)), ast.get_docstring(node) or "", file
            )


def _status(name: str, code: str) -> int:
    kind = getattr(errors, name)
    by_class = next(STATUS_OF_ERROR[each] for each in kind.__mro__ if each in STATUS_OF_ERROR)
    return STATUS_OF_CODE.get(code, by_class)


def _says(node: ast.expr, names: Names) -> str:
    """The text as it stands, with an ellipsis for each figure."""
    if isinstance(node, ast.Name) and node.id in names:
        node = names[node.id]
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_says(part, {}) for part in node.values)
    return "…"


def refusal_codes() -> str:
    """Every code, its status and what is said with it."""
    denials, others, shell = dict[str, Refusal](), dict[str, Refusal](), dict[str, Refusal]()
    for each in refusals():
        room = each.file.relative_to(SOURCE).parts[0]
        if each.file.name == "risk.py":
            place = denials
        else:
            place = shell if room in ("infra", "bootstrap", "cli") else others
        if each.code not in place or place[each.code].says == "…":
            place[each.code] = each
    others["invalid_input"] = Refusal("invalid_input", 422, FIELD_IS_NAMED, Path())
    defect = "A defect of ours; the log has it under the correlation id."
    others["internal_error"] = Refusal("internal_error", 500, defect, Path())
    return f"""{WRITTEN}
# Refusals

A refusal is `application/problem+json`: `code` is stable and for programs, `detail` is for people, and the
figures that explain it stand beside them. An ellipsis stands for a figure.

## An order is denied

What risk says before an order is recorded (status 422). The denial is in the journal, and its client order id
is used up.

{table(("Code", "What it says"), [(f"`{code}`", each.says) for code, each in sorted(denials.items())])}
## Other answers

{table(("Code", "Status", "What it says, for example"), _lines(others))}
`503` means that a part is away and nothing was done, unless the code says that the outcome is unknown: then
ask by `client_order_id` before you repeat.

## In the shell

What starting, stopping, backing up and restoring can end with.

{table(("Code", "What it says"), [(f"`{code}`", each.says) for code, each in sorted(shell.items())])}"""


def _lines(found: Mapping[str, Refusal]) -> list[tuple[str, str, str]]:
    return [(f"`{code}`", str(each.status), each.says) for code, each in sorted(found.items())]


# --- settings


def settings_reference() -> str:
    """Every setting with its variable, default and meaning."""
    meanings = docstrings_of(Path(settings.__file__), "Settings")
    rows = [
        (
            f"`{settings.PREFIX}{name.upper()}`",
            _default(name, field.default),
            meanings[name].replace("``", "`"),
        )
        for name, field in settings.Settings.model_fields.items()
    ]
    return f"""{WRITTEN}
# Settings

From the environment, or from a TOML file that `{settings.FILE_VARIABLE}` names (there without the prefix and
in small letters). Options of a command win over the environment, the environment wins over the file.

{table(("Variable", "Default", "Meaning"), rows)}"""


def _default(name: str, value: object) -> str:
    if name == "data_dir":
        return "the user's data directory; `/var/lib/tradebook` for root"
    return "–" if value is None else f"`{str(value).lower() if isinstance(value, bool) else value}`"


# --- metrics


def metrics_reference() -> str:
    """Everything that ``/metrics`` has of ours."""
    rows = [
        (f"`{name}`", metric.type, _labels(name), metric.documentation)
        for name, metric in sorted(own_metrics().items())
    ]
    return f"""{WRITTEN}
# Metrics

`GET /metrics` in the format of Prometheus: from the machine itself, or with a token of scope `admin`. Depths
and distances are measured when somebody asks. Beside these stand Python's own (`python_…`, `process_…`). What
to watch is in the [operator's guide](../guide/operating.md#what-to-watch).

{table(("Name", "Type", "Labels", "Meaning"), rows)}"""


def own_metrics() -> dict[str, Metric]:
    """By the names that are asked for."""
    metrics = [metric for metric in REGISTRY.collect() if metric.name.startswith("tradebook_")]
    return {metric.name + ("_total" if metric.type == "counter" else ""): metric for metric in metrics}


def _labels(name: str) -> str:
    collector = REGISTRY._names_to_collectors[name]
    labels = getattr(collector, "_labelnames", ()) or _LABELS_OF_OTHERS.get(name, ())
    return ", ".join(f"`{label}`" for label in labels) or "–"


_LABELS_OF_OTHERS = {
    "tradebook_gc_pauses_total": ("generation",),
    "tradebook_gc_pause_seconds_total": ("generation",),
}


# --- venues


def venues_reference() -> str:
    """What rests at each venue and what is held by us."""
    meanings = "".join(f"- *{word}*: {meaning}.\n" for word, meaning in venues.WORDS.items())
    return f"""{WRITTEN}
# What venues hold, and what we hold

Every word leads to the page of the venue's documentation that says so. `/v1/venues` tells the same of the
venues that are connected. Groups of orders (OCO, brackets) are always ours: one state machine owns a group,
and its legs rest where the table says.

{meanings}
{venues.tables()}"""


PAGES: Mapping[Path, Callable[[], str]] = {
    REFERENCE / "order-life-cycle.md": order_life_cycle,
    REFERENCE / "refusals.md": refusal_codes,
    REFERENCE / "settings.md": settings_reference,
    REFERENCE / "metrics.md": metrics_reference,
    REFERENCE / "venues.md": venues_reference,
}

if __name__ == "__main__":
    for page, render in PAGES.items():
        page.write_text(render())
