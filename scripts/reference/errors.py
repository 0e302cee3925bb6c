"""errors.md: every coded error with its sentences, read off the subclasses of TodokeError."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from scripts.reference.markdown import table
from storage.errors import TodokeError

ROOMS = ("forms", "storage", "ocr", "validators", "approval", "intake", "api")
HEAD = """# Errors

Each error has a code that does not change, a sentence that says what happened and one that says what to do. The command
prints both languages to standard error and exits 2; the pages show the reader's language; the API answers with
problem+json (RFC 9457) and the HTTP status below. `{...}` is filled in.

`not_signed_in` leads a browser to the sign-in page. Refused files and pages keep their error with them (`error` in
`todoke read`, in a batch, in a page's row), so the status below is used only where a request fails.
"""


def _import(name: str) -> None:
    """A module of ocr/training may need a package that only a trainer installs (requirements/training.in)."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not name.startswith("ocr.training.") or (error.name or "").split(".")[0] in ROOMS:
            raise


def classes() -> list[type[TodokeError]]:
    """Every subclass of ours, by room and code."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if "__main__" not in module.name and "migrations" not in module.name and "zygote" not in module.name:
                _import(module.name)
    ours = [kind for kind in _below(TodokeError) if kind.__module__.split(".")[0] in ROOMS]
    return sorted(ours, key=lambda kind: (ROOMS.index(kind.__module__.split(".")[0]), kind.code, kind.__name__))


def _below(kind: type[TodokeError]) -> Iterator[type[TodokeError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def page() -> str:
    """The page, one table a room."""
    rooms: dict[str, list[tuple[object, ...]]] = {}
    for kind in dict.fromkeys(classes()):
        rooms.setdefault(kind.__module__.split(".")[0], []).append(
            (f"`{kind.code}`", kind.status, f"{kind.en} {kind.remedy_en}", f"{kind.ja}{kind.remedy_ja}")
        )
    parts = [HEAD]
    for room, rows in rooms.items():
        parts.append(f"## {room}/\n\n{table(('code', 'HTTP', 'what and what to do', '日本語'), rows)}")
    return "\n".join(parts)
