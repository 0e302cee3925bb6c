"""The fields of a filing: those of its form, and for an e-filing of many entries the same fields further on."""

from __future__ import annotations

import re
from functools import cache

from approval.errors import NoSuchPart
from forms import catalogue
from forms.model import Block, Field, Form
from storage.tables import Filing

_ENTRY = re.compile(r"^entries\[(\d+)\]")


def form_of(filing: Filing) -> Form:
    """The form in the version that was filed."""
    return catalogue.form(filing.kind, version=filing.version)


def entry_of(field_id: str) -> int | None:
    """The 0-based entry a field (or block) belongs to; None for the header."""
    found = _ENTRY.match(field_id)
    return int(found[1]) if found else None


def key_of(field_id: str) -> str:
    """The name of a field in its block: `birth` for `entries[0].spouse.birth`."""
    return field_id.rsplit(".", 1)[-1]


def at_entry(field_id: str, number: int) -> str:
    """The same field (or block) of another entry."""
    return _ENTRY.sub(f"entries[{number}]", field_id)


def field(form: Form, field_id: str) -> Field:
    """The definition of a field; entry 57 of an e-filing is defined as entry 0 is. NoSuchPart."""
    try:
        return form.field(field_id)
    except KeyError:
        pass
    try:
        return form.field(at_entry(field_id, 0))
    except KeyError:
        raise NoSuchPart(part=field_id) from None


@cache
def _captured(kind: str, version: str) -> tuple[Field, ...]:
    return catalogue.form(kind, version=version).captured()


def captured(form: Form) -> tuple[Field, ...]:
    """The captured fields of the sheet in paper order."""
    return _captured(form.kind, form.version)


def block_fields(form: Form, block_id: str) -> tuple[Field, ...]:
    """The captured fields of a block of the sheet, in paper order. NoSuchPart."""
    found = tuple(f for f in captured(form) if f.block == block_id)
    if not found:
        raise NoSuchPart(part=block_id)
    return found


def person_blocks(form: Form, number: int) -> tuple[Block, ...]:
    """The blocks of one entry, as they stand on the sheet (entry 0 for those beyond it)."""
    on_sheet = number if number < form.entries else 0
    return tuple(b for b in form.blocks if b.entry == on_sheet)


def block_values(form: Form, block: Block, number: int, values: dict[str, str | None]) -> dict[str, str | None]:
    """The values of one person by their short names: {"birth": "5210527", ...}; an absent one is blank."""
    return {f.key: values.get(at_entry(f.id, number), "") for f in block_fields(form, block.id)}
