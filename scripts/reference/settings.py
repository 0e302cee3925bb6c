"""settings.md: every setting with its default and the words that stand beside it in storage/settings.py."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from pydantic import SecretStr

from scripts.reference.markdown import code, table
from storage import settings

HEAD = """# Settings

Every setting is an environment variable: `TODOKE_` and its name in capitals (`TODOKE_DATA_DIR`). A value that cannot be
used stops the start with `bad_settings` and names it. A variable that is no setting is ignored, and named in a warning
at the start and by `todoke doctor`.
Sizes are bytes, times seconds. `todoke training` sets `data_dir`, `key_file`, `training` and `port` itself.
"""
_SECTION = re.compile(r"^    # (.+)$")
_SETTING = re.compile(r"^    (\w+): .*?(?:  # (.+))?$")


def listed() -> Iterator[tuple[str, str, str]]:
    """(section, name, words) in the order of the module. ValueError if one has no words beside it."""
    section = ""
    for line in inspect.getsource(settings.Settings).splitlines():
        if found := _SECTION.match(line):
            section = found[1]
        elif (found := _SETTING.match(line)) and found[1] in settings.Settings.model_fields:
            if not found[2]:
                raise ValueError(f"storage/settings.py says nothing about {found[1]}")
            yield section, found[1], found[2]


def page() -> str:
    """The page."""
    sections: dict[str, list[tuple[str, str, str]]] = {}
    for section, name, words in listed():
        sections.setdefault(section, []).append((f"`{name}`", _default(name), words))
    parts = [HEAD]
    for section, rows in sections.items():
        title = section[0].upper() + section[1:].partition(" (")[0]
        parts.append(f"## {title}\n\n{table(('name', 'default', 'meaning'), rows)}")
    parts.append(
        f"Refused as a secret, whatever it is for: {code(sorted(settings.NO_SECRET - {''}))} and nothing at all.\n"
    )
    return "\n".join(parts)


def _default(name: str) -> str:
    value = settings.Settings.model_fields[name].default
    if isinstance(value, SecretStr) or value in {None, ""}:
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"{value:,}" if isinstance(value, int) and name != "port" else f"`{value}`"
