"""What one check found, in words of both languages, with a remedy where one is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from storage.errors import TodokeError

State = Literal["well", "degraded", "unable"]
WORSE: Final = ("well", "degraded", "unable")  # the place of a state is the exit status of the command


@dataclass(frozen=True, slots=True)
class Finding:
    """`unable`: the installation cannot work before this is put right; `degraded`: it works, and somebody must look."""

    name: str
    state: State
    ja: str
    en: str
    remedy_ja: str = ""
    remedy_en: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For `todoke doctor --json`; `remedy` is null where nothing is to be done."""
        remedy = {"ja": self.remedy_ja, "en": self.remedy_en} if self.remedy_en else None
        return {"name": self.name, "state": self.state, "message": {"ja": self.ja, "en": self.en}, "remedy": remedy}


def well(name: str, ja: str, en: str) -> Finding:
    """Nothing to be done."""
    return Finding(name, "well", ja, en)


def of_error(name: str, error: TodokeError, state: State = "unable") -> Finding:
    """A coded error says what is wrong and what to do by itself."""
    return Finding(name, state, error.message["ja"], error.message["en"], error.remedy["ja"], error.remedy["en"])


def worst(findings: list[Finding]) -> State:
    """The state of the whole."""
    return max((found.state for found in findings), key=WORSE.index, default="well")
