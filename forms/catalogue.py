"""The forms there are: by kind and version, by printed code, and by the day they are filed.

TODOKE_FORMS_DIR names a further folder of definitions, laid out as forms/kinds is: new kinds, or more versions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from forms.errors import BadDefinition, UnknownForm
from forms.loader import load, valid_on
from forms.model import Form

KINDS = Path(__file__).parent / "kinds"


@lru_cache(maxsize=8)
def _all(folder: Path) -> dict[str, tuple[Form, ...]]:
    """Every form of the folder, each kind's newest version first."""
    found: dict[str, tuple[Form, ...]] = {}
    for kind in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(("_", "."))):
        found[kind.name] = _newest_first(load(path) for path in sorted(kind.glob("*.yaml")))
    return {kind: forms for kind, forms in found.items() if forms}


@lru_cache(maxsize=8)
def _with(folder: str) -> dict[str, tuple[Form, ...]]:
    """Our own forms and those of a further folder; a kind and version that are there twice are refused."""
    merged = dict(_all(KINDS))
    for kind, forms in _all(Path(folder)).items():
        known = {each.version for each in merged.get(kind, ())}
        for each in forms:
            if each.version in known:
                raise BadDefinition(
                    file=f"{kind}/{each.version}.yaml", line=1,
                    why_ja="この版はすでにある", why_en="this version is there already",
                )  # fmt: skip
        merged[kind] = _newest_first((*merged.get(kind, ()), *forms))
    return merged


def _known() -> dict[str, tuple[Form, ...]]:
    further = os.environ.get("TODOKE_FORMS_DIR", "")
    return _with(further) if further else _all(KINDS)


def _newest_first(forms: Iterable[Form]) -> tuple[Form, ...]:
    return tuple(sorted(forms, key=lambda form: (form.valid_from, form.version), reverse=True))


def kinds() -> tuple[str, ...]:
    """The kinds that have a definition, in order of their printed code."""
    known = _known()
    return tuple(sorted(known, key=lambda kind: known[kind][0].code))


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
        return _known()[kind]
    except KeyError:
        raise UnknownForm(what=kind) from None
