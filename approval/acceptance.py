"""Acceptance: which fields of a filing stand on the machine's reading, and which of those are keyed all the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from approval import compare, fields, trail, trust, values
from approval.trust import Force
from forms.model import Field, Form
from forms.policy import field_class, policy
from storage.tables import Filing, Inspection, Reading, Settlement
from storage.work import Work

_DIGITS = 13  # of the token: 52 bits of chance


@dataclass(frozen=True, slots=True)
class Said:
    """An engine's reading of a field with its value in clear."""

    row: Reading
    value: str
    cls: str


@dataclass(slots=True)
class Outcome:
    """What was settled without a person, and what is inspected."""

    accepted: list[str] = field(default_factory=list)
    agreed: list[str] = field(default_factory=list)  # by two engines, where the policy of the field allows it
    inspected: list[str] = field(default_factory=list)

    @property
    def settled(self) -> frozenset[str]:
        return frozenset((*self.accepted, *self.agreed))


def accept(work: Work, filing: Filing) -> Outcome:
    """Settle what the machine may settle before anything is keyed (round 1, once).

    A field is accepted whose reading is at least as sure as the threshold of its class under the calibration in force,
    unless it is drawn for inspection: then it is keyed blind like any other. A blank is accepted only in a block of
    which something filled is accepted: an overlooked person is still caught by the keyer.
    """
    form = fields.form_of(filing)
    force = trust.hold(work)
    said = _said(work, filing, form)
    filled = {form.field(name).block for name, some in said.items() if any(_stands(force, form, s) for s in some)}
    outcome = Outcome()
    for f in fields.captured(form):
        readings = [s for s in said[f.id] if s.value != "" or f.block in filled]
        best = _best(force, form, readings)
        if force is not None and best is not None:
            _accept(work, filing, force, best, outcome)
        elif pair := _two_engines(form, f, readings):
            _settle(work, filing, f.id, pair[0].value, [s.row.id for s in pair])
            outcome.agreed.append(f.id)
    if outcome.settled or outcome.inspected:
        trail.record(work, filing, "filing.accepted", "filing", filing.id,
            {"calibration": force.version if force else None, "accepted": len(outcome.accepted),
             "two_engines": len(outcome.agreed), "inspected": len(outcome.inspected)},
        )  # fmt: skip
    work.session.flush()
    return outcome


def drawn(work: Work, filing: Filing, field_id: str, share: float) -> bool:
    """Whether the field is inspected: a draw that nobody can foresee without the index key, and always the same."""
    token = work.keys.token(work.session, "inspection", f"{filing.id}/{field_id}")
    return int(token[:_DIGITS], 16) < share * float(16**_DIGITS)


def _said(work: Work, filing: Filing, form: Form) -> Mapping[str, list[Said]]:
    found: dict[str, list[Said]] = defaultdict(list)
    rows = work.session.scalars(
        select(Reading)
        .where(
            Reading.filing_id == filing.id, Reading.round == filing.round, Reading.source == "engine", Reading.stands,
            Reading.value.is_not(None),
        )
        .order_by(Reading.at, Reading.id)
    )  # fmt: skip
    for row in rows:
        value = work.keys.unseal(work.session, filing.key_id, row.value or b"", "reading.value")
        found[row.field].append(Said(row, value, field_class(form.field(row.field), value, row.basis)))
    return found


def _worthy(force: Force | None, form: Form, said: Said) -> bool:
    if force is None or not force.accepts(said.cls, said.row.confidence, said.row.calibration_id):
        return False
    return policy(form.kind, fields.key_of(said.row.field), said.cls).accept


def _stands(force: Force | None, form: Form, said: Said) -> bool:
    """Whether a reading shows that its block is filled: something is written, and it is sure."""
    return said.value != "" and _worthy(force, form, said)


def _best(force: Force | None, form: Form, readings: Sequence[Said]) -> Said | None:
    """The surest reading that may stand alone; None also where such readings contradict each other."""
    worthy = [said for said in readings if _worthy(force, form, said)]
    if len({said.value for said in worthy}) != 1:
        return None
    return max(worthy, key=lambda said: said.row.confidence or 0.0)


def _accept(work: Work, filing: Filing, force: Force, said: Said, outcome: Outcome) -> None:
    name = said.row.field
    if drawn(work, filing, name, force.share):
        work.session.add(
            Inspection(
                calibration_id=force.calibration_id, filing_id=filing.id, field=name, field_class=said.cls,
                reading_id=said.row.id, probability=force.share, at=work.now,
            )
        )  # fmt: skip
        outcome.inspected.append(name)
        return
    _settle(work, filing, name, said.value, [said.row.id], force.calibration_id)
    outcome.accepted.append(name)


def _two_engines(form: Form, f: Field, readings: Sequence[Said]) -> list[Said]:
    """The equal readings of engines of different families, where the field's policy lets them be the two readings.

    Blank readings never: nobody would look at the field.
    """
    allowed = [s for s in readings if s.value and policy(form.kind, f.key, s.cls).two_engines]
    reads = [compare.Read(s.row.id, f"family:{s.row.family or s.row.engine}", s.value, s.row.score) for s in allowed]
    verdict = compare.engines_agree(f.type, reads)
    return [s for s in allowed if s.row.id in verdict.readings] if verdict.kind == "settled" else []


def _settle(
    work: Work, filing: Filing, name: str, value: str, readings: list[str], calibration_id: str | None = None
) -> None:
    work.session.add(
        Settlement(
            filing_id=filing.id, field=name, round=filing.round,
            basis="accepted" if calibration_id else "two_readings", calibration_id=calibration_id,
            value=values.seal_value(work, filing, value, "settlement.value"), readings=readings, at=work.now,
        )
    )  # fmt: skip
