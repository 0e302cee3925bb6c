"""Triggers that hold the four eyes: who reads, adjudicates and decides stands on that side of the filing, for ever;
and no calibration made on synthetic filings stands in for a pair of eyes on real ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import DDL, event

from storage.tables.append_only import no_replace
from storage.tables.approval import Decision, FilingActor
from storage.tables.audit import Installation
from storage.tables.base import Base
from storage.tables.filing import Reading, Settlement
from storage.tables.trust import Calibration, Inspection, TrustEvent

_SIDE = (
    "NOT EXISTS (SELECT 1 FROM filing_actor WHERE filing_id = NEW.filing_id AND user_id = NEW.{who} AND side = {side})"
)
_READS = _SIDE.format(who="user_id", side="'input'")
_SETTLES = _SIDE.format(who="actor_id", side="'input'")
# imported, so that their tables are known below
_GUARDED = (Reading, Settlement, Decision, FilingActor, Installation, Calibration, TrustEvent, Inspection)
_SIDE_OF_STEP = "CASE NEW.step WHEN 'review' THEN 'review' ELSE 'approval' END"


@dataclass(frozen=True, slots=True)
class Guard:
    """A row of `table` for which `refused` holds is never written. The condition is the same SQL on both servers."""

    name: str
    table: str
    verb: str
    refused: str
    words: str


GUARDS = (
    Guard(
        "reading_side", "reading", "INSERT",
        f"NEW.user_id IS NOT NULL AND {_READS}",
        "a person who reads acts on the input side",
    ),
    Guard(
        "reading_after_adjudication", "reading", "INSERT",
        "NEW.user_id IS NOT NULL AND EXISTS (SELECT 1 FROM settlement WHERE filing_id = NEW.filing_id "
        "AND field = NEW.field AND basis = 'adjudicated' AND actor_id = NEW.user_id)",
        "an adjudicator does not read the field",
    ),
    Guard(
        "adjudicator_read", "settlement", "INSERT",
        "NEW.basis = 'adjudicated' AND EXISTS (SELECT 1 FROM reading WHERE filing_id = NEW.filing_id "
        "AND field = NEW.field AND user_id = NEW.actor_id)",
        "an adjudicator has no reading of the field",
    ),
    Guard(
        "adjudicator_side", "settlement", "INSERT",
        f"NEW.basis = 'adjudicated' AND {_SETTLES}",
        "an adjudicator acts on the input side",
    ),
    Guard(
        "synthetic_acceptance", "settlement", "INSERT",
        "NEW.calibration_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM installation WHERE training) "
        "AND EXISTS (SELECT 1 FROM calibration WHERE id = NEW.calibration_id AND synthetic)",
        "a calibration on synthetic filings accepts in training only",
    ),
    Guard(
        "acceptance_in_force", "settlement", "INSERT",
        "NEW.basis = 'accepted' AND NOT EXISTS (SELECT 1 FROM trust_event WHERE calibration_id = NEW.calibration_id "
        "AND n = (SELECT MAX(n) FROM trust_event WHERE action = 'activate'))",
        "only the calibration that was activated last accepts",
    ),
    Guard(
        "acceptance_read", "settlement", "INSERT",
        "NEW.basis = 'accepted' AND NOT EXISTS (SELECT 1 FROM reading WHERE filing_id = NEW.filing_id "
        "AND field = NEW.field AND round = NEW.round AND stands AND value IS NOT NULL AND confidence IS NOT NULL "
        "AND calibration_id = NEW.calibration_id)",
        "what is accepted was read, and is sure by that calibration",
    ),
    Guard(
        "acceptance_inspected", "settlement", "INSERT",
        "NEW.basis = 'accepted' AND EXISTS (SELECT 1 FROM inspection WHERE filing_id = NEW.filing_id "
        "AND field = NEW.field)",
        "a field that is inspected is not accepted",
    ),
    Guard(
        "installation_real", "installation", "UPDATE", "NEW.training AND NOT OLD.training",
        "a real installation never becomes a training one",
    ),
    Guard(
        "decision_side", "decision", "INSERT", _SIDE.format(who="actor_id", side=_SIDE_OF_STEP),
        "a decision is made on the side of its step",
    ),
    Guard(  # REPLACE on SQLite deletes without firing delete triggers (sqlite.org/lang_conflict.html)
        "actor_replace", "filing_actor", "INSERT",
        "EXISTS (SELECT 1 FROM filing_actor WHERE filing_id = NEW.filing_id AND user_id = NEW.user_id "
        "AND side <> NEW.side)",
        "a side is taken for ever",
    ),
    Guard("actor_update", "filing_actor", "UPDATE", "1 = 1", "a side is taken for ever"),
    Guard("actor_delete", "filing_actor", "DELETE", "1 = 1", "a side is taken for ever"),
)  # fmt: skip


def sqlite(guard: Guard) -> Iterator[str]:
    """The statement for SQLite."""
    yield (
        f"CREATE TRIGGER four_eyes_{guard.name} BEFORE {guard.verb} ON {guard.table} FOR EACH ROW "
        f"WHEN {guard.refused} BEGIN SELECT RAISE(ABORT, '{guard.words}'); END"
    )


def postgresql(guard: Guard) -> Iterator[str]:
    """The statements for PostgreSQL; the error is a check violation, as it is on SQLite."""
    yield (
        f"CREATE FUNCTION four_eyes_{guard.name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN IF {guard.refused} THEN RAISE EXCEPTION '{guard.words}' USING ERRCODE = '23514'; END IF; "
        f"RETURN NEW; END$$"
    )
    yield (
        f"CREATE TRIGGER four_eyes_{guard.name} BEFORE {guard.verb} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION four_eyes_{guard.name}()"
    )


def statements(dialect: str) -> Iterator[str]:
    """All of them for a dialect, for a migration."""
    for guard in GUARDS:
        yield from sqlite(guard) if dialect == "sqlite" else postgresql(guard)
    if dialect == "sqlite":
        yield _KEPT


_ACTORS = Base.metadata.tables[FilingActor.__tablename__]
_KEPT = no_replace(_ACTORS, "a side is taken for ever")


def _ddl(statement: str) -> DDL:
    return DDL(statement)  # type: ignore[no-untyped-call]


# Both servers look up the other tables of a guard only when it fires, so the order of creation is free.
for _guard in GUARDS:
    _table = Base.metadata.tables[_guard.table]
    for _statement in sqlite(_guard):
        event.listen(_table, "after_create", _ddl(_statement).execute_if(dialect="sqlite"))
    for _statement in postgresql(_guard):
        event.listen(_table, "after_create", _ddl(_statement).execute_if(dialect="postgresql"))
    _drop = _ddl(f"DROP FUNCTION IF EXISTS four_eyes_{_guard.name}() CASCADE")
    event.listen(_table, "after_drop", _drop.execute_if(dialect="postgresql"))
event.listen(_ACTORS, "after_create", _ddl(_KEPT).execute_if(dialect="sqlite"))
