"""rules.md: every rule as `todoke rules list --json` prints it."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

from api.cli import rules
from scripts.reference.markdown import code, table

HEAD = """# Rules

`todoke rules list` prints this table, `todoke rules explain RULE` one rule with its examples, `todoke rules run FILE`
what the rules say of a filing. Severity: **E** blocks, **W** needs a person, **I** informs. A rule that lacks a fact
which is neither on the form nor in the register never fires: it stands on the reviewer's checklist with what it lacks.
A rule that says the same as another is listed under the other's id and judged once; one that the form holds cannot be
broken by a filing that passed the form's own checks.

Sources: `SPEC16.2` is the agency's media specification, with the record and item; `CHK` its list of automatic checks;
`HEN-S` its published list of common returns (返戻); `domain` says that the rule follows from law or form: `[B]`,
`[C]` and `[D]` with falling directness, `[M]` still to be confirmed with the agency.
`requirements` are Todoke's own.
"""
KINDS = {"acquisition": "2200", "dependants": "2202"}


def listed() -> list[dict[str, Any]]:
    """The rules of `todoke rules list --json`."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        rules.run(["list", "--json"])
    found: list[dict[str, Any]] = json.loads(printed.getvalue())["rules"]
    return found


def page() -> str:
    """The page: what is judged, then what is said by another rule or held by the form."""
    every = listed()
    judged = [one for one in every if one["judged"]]
    others = [one for one in every if not one["judged"]]
    head = f"{len(every)} rules: {len(judged)} are judged, {len(others)} are said by another or held by the form.\n"
    return "\n".join([
        HEAD, head,
        "## Judged\n", table(("rule", "forms", "severity", "says", "reads", "lacks", "source"), map(_row, judged)),
        "## Said by another rule, or held by the form\n",
        table(("rule", "forms", "says", "by", "source"), map(_other, others)),
    ])  # fmt: skip


def _forms(one: dict[str, Any]) -> str:
    return " ".join(KINDS.get(kind, kind) for kind in one["kinds"])


def _title(one: dict[str, Any]) -> str:
    return f"{one['title']['ja']} / {one['title']['en']}"


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    limits = "".join(
        f" ({word} {one[key]})" for word, key in (("from", "valid_from"), ("until", "valid_to")) if one[key]
    )
    reads = code(one["fields"])
    return (
        f"`{one['id']}`",
        _forms(one),
        one["severity"],
        _title(one) + limits,
        reads,
        code(one["lacks"]),
        one["source"],
    )


def _other(one: dict[str, Any]) -> tuple[object, ...]:
    by = code(one["same_as"]) if one["same_as"] else one["held_by"]["en"] if one["held_by"] else ""
    return f"`{one['id']}`", _forms(one), _title(one), by, one["source"]
