"""What the decision page adds to the review view: the request in words, the places on the sheet, doubtful first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from approval import fields
from approval.views import BlockView, FieldView, ReviewView
from forms.model import Form, Text
from storage.tables import BatchFile, Page, Sheet
from storage.work import Work

# What a filing asks is said by who it is about, what happens, and when: these fields, in this order, where filled.
SAYS: Final = (
    "name_kanji", "birth", "change_type", "acq_date", "start_date", "start_reason", "end_date", "end_reason",
    "death_date", "wage_total",
)  # fmt: skip
DOUBT_BELOW: Final = 0.9  # engine scores order work only; below this a row is marked, never judged


@dataclass(frozen=True, slots=True)
class Asked:
    """One person of the filing in one line: the block's label and what is filed of it."""

    block: Text
    facts: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A value of band 4 with its machine score (None: no machine stood by it) and its place in each order."""

    field: FieldView
    block: Text
    score: float | None
    at: int  # in paper order
    rank: int  # doubtful first

    @property
    def doubtful(self) -> bool:
        """True where a person should look first."""
        return self.field.basis == "adjudicated" or fired(self.field) or (self.score or 0.0) < DOUBT_BELOW


def asked(view: ReviewView) -> tuple[Asked, ...]:
    """The persons of the filing, each with what is filed of them."""
    found = []
    for entry in view.entries:
        for block in entry.blocks:
            known = {fields.key_of(field.id): field for field in block.fields if not field.blank}
            facts = tuple(known[key] for key in SAYS if key in known)
            if facts:
                found.append(Asked(block.label, facts))
    return tuple(found)


def rows(view: ReviewView) -> tuple[Row, ...]:
    """Every value that is filled or spoken of, in paper order, ranked: findings, then low machine score."""
    listed = [(field, block.label) for block in _blocks(view) for field in block.fields if _shown(field)]
    scores = [score(field) for field, _ in listed]
    order = sorted(range(len(listed)), key=lambda at: (_tier(listed[at][0]), scores[at] or 0.0, at))
    ranks = {at: rank for rank, at in enumerate(order)}
    return tuple(Row(field, block, scores[at], at, ranks[at]) for at, (field, block) in enumerate(listed))


def score(field: FieldView) -> float | None:
    """The lowest score of an engine that read the value in its last round."""
    known = [reader for reader in field.readers if not reader.person and reader.stands and reader.score is not None]
    newest = max((reader.round for reader in known), default=0)
    return min((reader.score for reader in known if reader.round == newest and reader.score is not None), default=None)


def fired(field: FieldView) -> bool:
    """True if a finding speaks of the field."""
    return any(finding.outcome == "fired" for finding in field.findings)


def places(view: ReviewView, form: Form) -> list[dict[str, Any]]:
    """The boxes of the sheet (mm) for the stage: every captured field of header and open entries."""
    states = {field.id: _state(field) for block in _blocks(view) for field in block.fields}
    return [
        {"id": field.id, "box": field.box.as_list(), "state": states[field.id]}
        for field in fields.captured(form)
        if field.id in states
    ]


def attachments(work: Work, filing_id: str) -> list[tuple[str, str, int]]:
    """The attachments of a filing in order: page id, file name, number of the page in its file."""
    rows = work.session.execute(
        select(Page.id, BatchFile.name, Page.number)
        .join(Sheet, Sheet.page_id == Page.id)
        .join(BatchFile, BatchFile.id == Page.file_id)
        .where(Sheet.filing_id == filing_id, Sheet.state == "attached")
        .order_by(Page.position)
    )
    return [(page_id, name, number) for page_id, name, number in rows]


def labels(view: ReviewView) -> dict[str, tuple[str, Text]]:
    """Number and label of every field, to point at it from a finding."""
    return {field.id: (field.number, field.label) for block in _blocks(view) for field in block.fields}


def _blocks(view: ReviewView) -> Iterator[BlockView]:
    yield view.header
    for entry in view.entries:
        yield from entry.blocks


def _shown(field: FieldView) -> bool:
    return not field.blank or fired(field) or field.basis == "adjudicated"


def _tier(field: FieldView) -> int:
    if fired(field):
        return 0
    return 1 if field.basis == "adjudicated" else 2


def _state(field: FieldView) -> str:
    if any(finding.severity == "E" and finding.outcome == "fired" for finding in field.findings):
        return "blocks"
    return "needs" if fired(field) or field.basis == "adjudicated" else ""
