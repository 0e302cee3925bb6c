"""The persons of an entry and where their values stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from forms.model import Text
from validators.view import View


@dataclass(frozen=True, slots=True)
class Person:
    """A subject of an entry: its block of keys ("" on 2200) and what sentences call it."""

    block: str
    who: Text

    def key(self, name: str) -> str:
        """The short key of one of its fields."""
        return f"{self.block}.{name}" if self.block else name


SELF = Person("", Text("届出対象者", "the person"))
INSURED = Person("insured", Text("被保険者", "the insured"))
SPOUSE = Person("spouse", Text("配偶者", "the spouse"))
OTHERS = (
    Person("others[0]", Text("その他の被扶養者1", "other dependant 1")),
    Person("others[1]", Text("その他の被扶養者2", "other dependant 2")),
)
OF_KIND: dict[str, tuple[Person, ...]] = {"acquisition": (SELF,), "dependants": (INSURED, SPOUSE, *OTHERS)}


def present(view: View) -> Iterator[Person]:
    """The persons whose block is filled."""
    return (person for person in OF_KIND.get(view.kind, ()) if view.has(person.block))


def dependants(view: View) -> Iterator[Person]:
    """The dependants of a 2202 entry whose block is filled: spouse and others."""
    return (person for person in (SPOUSE, *OTHERS) if view.has(person.block))


def qualifying(view: View) -> Iterator[Person]:
    """The dependants of an entry of 異動の別 1 (該当)."""
    return dependants(view) if view.get("insured.change_type") == "1" else iter(())
