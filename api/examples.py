"""Examples of e-filings for the API's description: the samples that break no rule, in the nesting of the contract."""

from __future__ import annotations

import re
from typing import Any

from forms import catalogue
from validators.rules.samples import CHECK_DATE, ENTRIES, HEADER

_STEP = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")


def example(kind: str) -> dict[str, Any]:
    """The body of `POST /api/v1/filings` for one sheet of a kind."""
    header = {key.removeprefix("header."): value for key, value in HEADER.items()}
    entry: dict[str, Any] = {}
    for path, value in ENTRIES[kind].items():
        *steps, key = path.split(".")
        _reach(entry, steps)[key] = value
    return {"kind": kind, "received_on": CHECK_DATE.isoformat(), "header": header, "entries": [entry]}


def named() -> dict[str, Any]:
    """Every kind's example under its name, as OpenAPI lists them."""
    return {kind: {"summary": catalogue.form(kind).title.ja, "value": example(kind)} for kind in ENTRIES}


def _reach(entry: dict[str, Any], steps: list[str]) -> dict[str, Any]:
    """The object at `others[1]`, made on the way."""
    here = entry
    for step in steps:
        found = _STEP.fullmatch(step)
        assert found, step
        name, index = found[1], found[2]
        if index is None:
            here = here.setdefault(name, {})
            continue
        listed: list[dict[str, Any]] = here.setdefault(name, [])
        listed.extend({} for _ in range(int(index) + 1 - len(listed)))
        here = listed[int(index)]
    return here
