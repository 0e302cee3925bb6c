"""G0: a filing that names nobody."""

from __future__ import annotations

from forms.model import Text
from validators.engine import Example, Rule, Said
from validators.rules import samples
from validators.rules.dependants import someone
from validators.view import View

BLANK_FILING = "G0"


def nobody(view: View) -> Said:
    """The part of G0 that speaks of an entry: a 2202 with an insured and no dependant. The engine says the rest."""
    return someone(view) if view.kind == "dependants" else ()


_NO_DEPENDANT = {key: "" for key in samples.DEPENDANTS if not key.startswith("insured.")}
RULE = Rule(
    BLANK_FILING,
    ("acquisition", "dependants"),
    "E",
    Text("届出対象者が記入されている", "Somebody is entered"),
    "domain [D]",
    entry=nobody,
    breaking=(
        Example("acquisition", dict.fromkeys(samples.ACQUISITION, "")),
        Example("dependants", dict.fromkeys(samples.DEPENDANTS, "")),
        Example("dependants", _NO_DEPENDANT),
    ),
    passing=(
        Example("dependants", {key: "" for key in samples.DEPENDANTS if key.startswith(("spouse.", "others[1]"))}),
    ),
)
