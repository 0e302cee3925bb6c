"""Variables of the environment that look like settings and are none: a slip of the keyboard must not stay unseen."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from api.doctor.finding import Finding, well
from storage.settings import unknown_variables


def variables(environment: Mapping[str, str]) -> Finding:
    """Names every `TODOKE_*` that nothing reads; values are not repeated, for they may be secrets."""
    unknown = unknown_variables(environment)
    if not unknown:
        return well("variables", "TODOKE_* の環境変数はすべて設定です。", "Every TODOKE_* variable is a setting.")
    listed = ", ".join(name if near is None else f"{name} ({near}?)" for name, near in unknown)
    return Finding(
        "variables", "degraded", f"設定でない環境変数があり、無視されます({listed})。",
        f"These variables are no settings and are ignored: {listed}.",
        "名前の綴りを docs/reference/settings.md で確かめ、直すか取り除いてください。",
        "Check the spelling against docs/reference/settings.md, and correct or remove them.",
    )  # fmt: skip


def tell_unknown() -> None:
    """At a start: a line of warning in each language, if there is anything to warn of."""
    found = variables(os.environ)
    if found.state != "well":
        print(f"todoke: {found.en} {found.remedy_en}", file=sys.stderr)  # noqa: T201
        print(f"        {found.ja}{found.remedy_ja}", file=sys.stderr, flush=True)  # noqa: T201
