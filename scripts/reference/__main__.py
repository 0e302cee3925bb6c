"""Writes the generated pages; `--check` writes nothing and fails if one of them is not current."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from scripts.reference import commands, errors, fields, roles, routes, rules, settings, states

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands.page,
    "settings.md": settings.page,
    "errors.md": errors.page,
    "rules.md": rules.page,
    "fields.md": fields.page,
    "roles.md": roles.page,
    "routes.md": routes.page,
    "states.md": states.page,
}
MARK = "<!-- Made by `make docs` from the code. Change the code, then run it again. -->\n\n"


def made(name: str) -> str:
    """The whole text of a page as it is to stand."""
    return MARK + PAGES[name]().rstrip() + "\n"


def main(arguments: list[str]) -> int:
    """0, or 1 if `--check` finds an old page."""
    old = 0
    for name in PAGES:
        path, text = FOLDER / name, made(name)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        old += 1
        if "--check" in arguments:
            print(f"{path.name} is not current: run `make docs`", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8")
            print(f"{path.name} written", file=sys.stderr)
    return 1 if old and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
