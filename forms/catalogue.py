"""The forms there are: by kind and version, by printed code, and by the day they are filed."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from forms.errors import UnknownForm
from forms.loader import load, valid_on
from forms.model import Form

KINDS = Path(__file__).parent / "kinds"


@lru_cache(maxsize=8)
def _all(folder: Path) -> dict[str, tuple[Form, ...]]:
    """Every form of the folder, each kind's newest version first."""
    found: dict[str, tuple[Form, ...]] = {}
    for kind in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(("_", "."))):
        forms = [load(path) for path in sorted(kind.glob("*.yaml"))]
        found[kind.name] = tuple(sorted(forms, key=lambda f: (f.valid_from, f.version), reverse=True))
    return {kind: forms for kind, forms in found.items() if forms}


def kinds() -> tuple[str, ...]:
    """The kinds that have a definition, in order of their printed code."""
    return tuple(sorted(_all(KINDS), key=lambda kind: _all(KINDS)[kind][0].code))


def versions(kind: str) -> tuple[str, ...]:
    """The versions of a kind, newest first; UnknownForm if there is none."""
    return tuple(f.version for f in _forms(kind))


def form(kind: str, version: str | None = None, on: date | None = None) -> Form:
    """The form of that kind: the named version, or the newest that is valid on the day, or the newest.

    Raises UnknownForm if the kind, the version, or a version valid on that day is not defined.
    """
    for candidate in _forms(kind):
        if version is not None and candidate.version != version:
            continue
        if on is None or valid_on(candidate, on):
            return candidate
    raise UnknownForm(what=" ".join(str(part) for part in (kind, version, on) if part is not None))


def by_code(code: str, version: str | None = None) -> Form:
    """The form with that printed code (e.g. "2200"); UnknownForm if there is none."""
    for kind in kinds():
        if _forms(kind)[0].code == code:
            return form(kind, version)
    raise UnknownForm(what=code)


def _forms(kind: str) -> tuple[Form, ...]:
    try:
        return _all(KINDS)[kind]
    except KeyError:
        raise UnknownForm(what=kind) from None
