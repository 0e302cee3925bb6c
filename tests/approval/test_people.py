"""Four eyes: nobody acts on two sides of a filing, by the service and by the schema, on both databases."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from api.security.roles import PERMISSIONS
from approval import blind, people, tasks
from approval.errors import AlreadyRead, BlindTaskOpen, ConflictingSide, NotYourStep
from storage.migrate import upgrade
from storage.tables import GUARDS, Decision, Filing, FilingActor, Reading, Settlement
from storage.work import Work
from tests.approval.world import NUMBERS, World, acquisition, hired

TRUTH = acquisition(hired())
EMPTY = ("entries[1]", "entries[2]", "entries[3]")


def test_who_keyed_does_not_review_and_the_page_says_who_may(world: World) -> None:
    filing = world.filing(TRUTH)
    world.key("both", filing, TRUTH, EMPTY)
    with pytest.raises(ConflictingSide) as refused:
        world.claim("both", filing, "review")
    assert "reviewer" in refused.value.remedy["en"]
    assert "both" not in refused.value.remedy["en"]
    with world.acting("both") as work:
        assert tasks.queue(work) == []
        assert [c.login for c in people.who_may(work, filing, "review")] == ["reviewer", "reviewer2"]


def test_who_reviewed_does_not_approve(world: World) -> None:
    filing = world.filing(TRUTH)
    world.key("keyer1", filing, TRUTH, EMPTY)
    world.review("both", filing)
    with pytest.raises(ConflictingSide):
        world.claim("both", filing, "approve")
    assert world.approve("approver", filing) == "noticed"


def test_a_role_is_needed(world: World) -> None:
    filing = world.filing(TRUTH)
    with pytest.raises(NotYourStep):
        world.claim("reviewer", filing, "key")
    with pytest.raises(NotYourStep):
        world.claim("supervisor", filing, "key")


def test_machine_values_are_hidden_from_keyers_and_end_keying_for_others(world: World) -> None:
    filing = world.filing(TRUTH)
    with world.acting("keyer1") as work, pytest.raises(BlindTaskOpen):
        blind.look(work, filing)
    with world.acting("reviewer") as work:
        blind.look(work, filing)
        blind.look(work, filing)
    with world.acting() as work:
        people.saw_machine(work, filing, world.ids["keyer2"])
    with pytest.raises(AlreadyRead):
        world.claim("keyer2", filing, "key")
    with world.acting("keyer2") as work:
        assert tasks.queue(work) == []
    world.key("keyer1", filing, TRUTH, EMPTY)
    with world.acting("keyer1") as work:
        assert not blind.blind_open(work, filing)
        blind.look(work, filing)


def test_the_blind_stays_down_while_one_field_waits(world: World) -> None:
    filing = world.filing(TRUTH, {"entries[0].birth": None})
    world.key("keyer1", filing, TRUTH, EMPTY)
    with world.acting("keyer1") as work, pytest.raises(BlindTaskOpen):
        blind.look(work, filing)


def actor(world: World, work: Work, filing: str, who: str, side: str) -> None:
    work.session.add(FilingActor(filing_id=filing, user_id=world.ids[who], side=side, at=work.now))
    work.session.flush()


def reading(world: World, filing: str, who: str) -> Reading:
    return Reading(
        filing_id=filing, field="header.tel", round=1, source="person", user_id=world.ids[who], basis="key",
        at=world.now,
    )  # fmt: skip


def settlement(world: World, filing: str, who: str) -> Settlement:
    return Settlement(
        filing_id=filing, field="header.tel", round=1, basis="adjudicated", value=b"x", readings=[],
        actor_id=world.ids[who], at=world.now,
    )  # fmt: skip


def test_the_schema_refuses_a_second_side(any_world: World) -> None:
    world, filing = any_world, any_world.filing(TRUTH)
    with world.acting() as work:
        actor(world, work, filing, "both", "input")
    with pytest.raises(IntegrityError), world.acting() as work:
        work.session.add(FilingActor(filing_id=filing, user_id=world.ids["both"], side="review", at=work.now))
        work.session.flush()
    with pytest.raises(IntegrityError), world.acting() as work:
        work.session.get_one(FilingActor, (filing, world.ids["both"])).side = "review"
        work.session.flush()
    with pytest.raises(IntegrityError), world.acting() as work:
        work.session.delete(work.session.get_one(FilingActor, (filing, world.ids["both"])))
        work.session.flush()


def test_the_schema_refuses_to_replace_a_side(any_world: World) -> None:
    world, filing = any_world, any_world.filing(TRUTH)
    with world.acting() as work:
        actor(world, work, filing, "both", "input")
    verb = "INSERT OR REPLACE" if world.database.is_sqlite else "INSERT"
    columns = "(filing_id, user_id, side, at)"
    with pytest.raises(IntegrityError, match="taken for ever"), world.acting() as work:
        work.session.execute(
            text(f"{verb} INTO filing_actor {columns} SELECT filing_id, user_id, 'review', at FROM filing_actor")
        )
    with world.acting() as work:
        assert work.session.get_one(FilingActor, (filing, world.ids["both"])).side == "input"


def test_the_schema_refuses_to_change_a_settlement(any_world: World) -> None:
    world, filing = any_world, any_world.filing(TRUTH)
    with world.acting() as work:
        actor(world, work, filing, "keyer2", "input")
        work.session.add(settlement(world, filing, "keyer2"))
    for verb in ("UPDATE settlement SET round = 2", "DELETE FROM settlement"):
        with pytest.raises(IntegrityError, match="append-only"), world.acting() as work:
            work.session.execute(text(verb))
    assert world.basis(filing)["header.tel"] == "adjudicated"


def test_the_schema_refuses_a_reading_without_its_side(any_world: World) -> None:
    world, filing = any_world, any_world.filing(TRUTH)
    with pytest.raises(IntegrityError), world.acting() as work:
        work.session.add(reading(world, filing, "keyer1"))
        work.session.flush()


def test_the_schema_refuses_an_adjudicator_who_read_the_field_and_the_reverse(any_world: World) -> None:
    world, filing = any_world, any_world.filing(TRUTH)
    with world.acting() as work:
        actor(world, work, filing, "keyer1", "input")
        actor(world, work, filing, "keyer2", "input")
        work.session.add(reading(world, filing, "keyer1"))
    with pytest.raises(IntegrityError), world.acting() as work:
        work.session.add(settlement(world, filing, "keyer1"))
        work.session.flush()
    with world.acting() as work:
        work.session.add(settlement(world, filing, "keyer2"))
    with pytest.raises(IntegrityError), world.acting() as work:
        work.session.add(reading(world, filing, "keyer2"))
        work.session.flush()


def test_the_schema_refuses_a_decision_from_another_side(any_world: World) -> None:
    world, filing = any_world, any_world.filing(TRUTH)
    with world.acting() as work:
        actor(world, work, filing, "reviewer", "review")
        n = work.session.get_one(Filing, filing).n
    with pytest.raises(IntegrityError), world.acting() as work:
        work.session.add(
            Decision(
                filing_id=filing,
                step="approve",
                outcome="approve",
                actor_id=world.ids["reviewer"],
                filing_n=n,
                at=work.now,
            )
        )
        work.session.flush()


def test_an_adjudicator_does_not_key_the_field_later(world: World) -> None:
    filing = world.filing(TRUTH, {"entries[0].my_number": NUMBERS[1]})
    world.key("keyer1", filing, TRUTH, EMPTY)
    world.adjudicate("keyer2", filing, TRUTH)
    with world.acting() as work:
        field = frozenset({"entries[0].my_number"})
        assert people.obstacle(work, filing, "key", field, world.ids["keyer2"]) == "read"
        assert people.obstacle(work, filing, "key", frozenset({"header.tel"}), world.ids["keyer2"]) is None


def test_a_migrated_database_has_every_guard(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    upgrade(url)
    with contextlib.closing(sqlite3.connect(tmp_path / "new.sqlite")) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert {f"four_eyes_{guard.name}" for guard in GUARDS} <= names


def test_the_doors_of_the_face_and_the_steps_here_agree() -> None:
    assert {step: PERMISSIONS[f"task.{step}"] for step in people.ROLES} == people.ROLES
