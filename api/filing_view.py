"""A filing as JSON: its review view with every number of a person masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from approval.words import masked
from storage.tables import Filing
from validators.register.views import PersonView

_NUMBERS = frozenset({"my_number", "bpn"})


def filing_row(filing: Filing) -> dict[str, Any]:
    """What anybody who may know of the filing sees: nothing personal."""
    return {
        "id": filing.id, "number": filing.number, "kind": filing.kind, "version": filing.version,
        "channel": filing.channel, "state": filing.state, "received_on": filing.received_on.isoformat(),
        "due_on": filing.due_on.isoformat(), "n": filing.n, "refiles": filing.refiles,
    }  # fmt: skip


def person_row(person: PersonView) -> dict[str, Any]:
    """A person of the register in a list."""
    return {
        "id": person.id, "name_kanji": person.name_kanji, "name_kana": person.name_kana,
        "birth": person.birth.isoformat(), "sex": person.sex,
        "my_number": masked(person.my_number) if person.my_number else "",
        "bpn": masked(person.bpn) if person.bpn else "",
    }  # fmt: skip


def plain(value: Any) -> Any:
    """A read model as JSON: dates as ISO, sets and tuples as lists, persons and their numbers always masked."""
    if isinstance(value, PersonView):
        return person_row(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _member(field.name, getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _member(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _member(name: str, value: Any) -> Any:
    if name in _NUMBERS and isinstance(value, str):
        return masked(value) if value else ""
    return plain(value)
