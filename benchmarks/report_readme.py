"""Puts the figures of a run (`read_accuracy --json`) between two marks of a Markdown page, or prints them.

    python -m benchmarks.report_readme out.json [more.json ...] [--into README.md]

The marks are `<!-- read_accuracy -->` and `<!-- /read_accuracy -->`, each on a line of its own.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- read_accuracy -->", "<!-- /read_accuracy -->"
SHOWN = ("all", "combs", "date", "amount", "choice", "kana", "kanji", "address", "text")


def table(runs: list[dict[str, Any]]) -> str:
    """One table for all runs: exact fields of each class and style with the interval by writers, and what is apart."""
    rows = ["| style | class | exact | 95 % by writer | fields | goal |", "|---|---|---|---|---|---|"]
    for run in runs:
        for part in run["styles"]:
            lines = {one["name"]: one for one in (*part["groups"], *part["apart"])}
            names = [name for name in SHOWN if name in lines] + [one["name"] for one in part["apart"]]
            rows += [_row(part["style"], lines[name]) for name in names if lines[name]["n"]]
        sheets = run["sheets"]
        low, high = sheets["unregistered_wilson"]
        rows.append(
            f"| sheets | not registered | {_percent(sheets['unregistered'] / max(1, sheets['forms']))} "
            f"| {_percent(low)} – {_percent(high)} | {sheets['forms']:,} | |"
        )
    said = " ".join(dict.fromkeys(run["about"]["said"] for run in runs))
    return "\n".join(rows) + f"\n\n{said}"


def replaced(text: str, made: str) -> str:
    """The page with the table between its marks; ValueError if it has none."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page has no {BEGIN} and {END}")
    return f"{head}{BEGIN}\n{made}\n{END}{tail}"


def _row(style: str, one: dict[str, Any]) -> str:
    low, high = one["by_writer"]
    goal = "" if one["goal"] is None else f"{one['goal']:g} %"
    return (
        f"| {style} | {one['name']} | {_percent(one['share'])} | {_percent(low)} – {_percent(high)} "
        f"| {one['n']:,} | {goal} |"
    )


def _percent(value: float) -> str:
    return f"{100 * value:.2f} %"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--into", type=Path)
    options = parser.parse_args()
    made = table([json.loads(path.read_text(encoding="utf-8")) for path in options.runs])
    if options.into is None:
        print(made)
        return
    options.into.write_text(replaced(options.into.read_text(encoding="utf-8"), made), encoding="utf-8")


if __name__ == "__main__":
    main()
