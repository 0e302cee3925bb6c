"""states.md: the states of things and the stages of the flow, from the schema and the two transition tables."""

from __future__ import annotations

import re

from sqlalchemy import CheckConstraint

from api.catalogue import texts
from approval.states import MOVES
from intake.stages import FOLLOWS, STAGES
from scripts.reference.markdown import code, table
from storage.tables import Base
from storage.tables.four_eyes import GUARDS

HEAD = """# States and stages

Everything that is received is in exactly one state. The states are CHECKs in the schema; the moves of a filing are one
table (approval/states.py) and the stages that follow one another another (intake/stages.py).
"""
SUBJECTS = {"decode": "file", "read": "page", "place": "sheet", "assemble": "batch"}
SHOWN = {
    "batch": "open → closed (all files in) → held (counts differ) → released (filings made)",
    "batch_file": "received → decoded, or refused: kept and listed with its error",
    "page": "decoded → read, or refused",
    "sheet": "form → filed; unregistered → form (a person named kind and corners) or attachment → attached; "
    "separator, blank and refused stay",
    "job": "ready → leased → done; back to ready when a lease runs out or a try fails; poison when all tries failed",
    "task": "open → claimed → done; back to open when the claim runs out; cancelled when the filing no longer asks",
    "entry": "open → approved → posted, or returned, or withdrawn (a duplicate of another filing); "
    "blank: nobody is entered in its block",
}


def page() -> str:
    """The page."""
    words = texts()
    filing = [
        (f"`{state}`", words[f"shell.state_{state}"]["ja"], *((f"`{move.to}`", move.when) if move else ("an end", "")))
        for state, moves in MOVES.items()
        for move in (moves or (None,))
    ]  # fmt: skip
    kept = [(name, code(allowed(name, "state")), moves) for name, moves in SHOWN.items()]
    stages = [
        (f"`{name}`", SUBJECTS.get(name, "filing"), f"{kind.seconds:.0f}",
         "; ".join(f"{event}: `{after}`" for (stage, event), after in FOLLOWS.items() if stage == name))
        for name, kind in STAGES.items()
    ]  # fmt: skip
    sides = [(guard.table, guard.verb, guard.words) for guard in GUARDS]
    return "\n".join([
        HEAD, "## A filing (届書)\n", table(("from", "日本語", "to", "when"), filing),
        "## Everything else\n", table(("what", "states", "moves"), kept),
        "## Stages\n\nA stage is a job on one subject. `seconds` is how long one step of it may take before its worker "
        "counts as hung.\n", table(("stage", "subject", "seconds", "what follows"), stages),
        "`advance` derives the next step from what stands, opens tasks for people, and asks for `check` or `notice`.\n",
        "## What the schema refuses\n", table(("table", "on", "because"), sides),
        "Bases of a value: " + code(allowed("settlement", "basis")) + ".\n",
    ])  # fmt: skip


def allowed(name: str, column: str) -> list[str]:
    """The values that the schema's CHECK allows in a column. LookupError without one."""
    for constraint in Base.metadata.tables[name].constraints:
        if isinstance(constraint, CheckConstraint):
            found = re.fullmatch(rf"{column} IN \((.*)\)", str(constraint.sqltext))
            if found:
                return re.findall(r"'(\w+)'", found[1])
    raise LookupError(f"{name}.{column} has no CHECK")
