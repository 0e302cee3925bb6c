"""Whatever people do in whatever order: no filing is lost, each entry is posted at most once, four eyes hold."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from approval import adjudicate, decide, fields, keying, people, review, tasks
from approval.tasks import STATE_OF_STEP, Claim
from storage.errors import TodokeError
from storage.keys import Keyring
from storage.session import Database
from storage.tables import (
    Decision,
    Entry,
    EntrySubject,
    Filing,
    FilingActor,
    InsurancePeriod,
    Posting,
    Reading,
    Settlement,
    Task,
)
from tests.approval.conftest import hasty
from tests.approval.world import NUMBERS, PEOPLE, World, acquisition, hired

TRUTHS = (
    acquisition(hired()),
    acquisition(hired(my_number=NUMBERS[1], name_kanji="五十嵐\u3000健", name_kana="イガラシ\u3000ケン", kind="1")),
)
EMPTY = ("entries[1]", "entries[2]", "entries[3]")
FIELD = "entries[0].wage_cash"
WHO = st.sampled_from(sorted(PEOPLE))
WHICH = st.sampled_from((0, 1))
SAID = st.sampled_from(("250000", "250000", "250001", None))


class Centre(RuleBasedStateMachine):
    """Two filings and everybody at once; an error with a code is an answer, everything else is a fault."""

    template: Path
    ends: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(self.template, self.folder / "db.sqlite")
        self.database = hasty(Database(f"sqlite:///{self.folder / 'db.sqlite'}"))
        self.world = World(self.database, Keyring(os.urandom(32))).open()
        self.filings = [
            self.world.filing(TRUTHS[0]),
            self.world.filing(TRUTHS[1], {FIELD: "260000", "entries[0].name_kana": None}),
        ]
        self.held: dict[tuple[str, int], Claim] = {}

    def teardown(self) -> None:
        self.ends.update(self.world.state(filing) for filing in self.filings)
        self.database.close()
        shutil.rmtree(self.folder)

    def attempt(self, who: str, which: int, action: Any) -> None:
        """Run as a person with the claim that person has on the filing, if any; then let the worker run."""
        held = self.held.get((who, which))
        try:
            with self.world.acting(who) as work:
                action(work, held or Claim("0" * 32, self.filings[which], "key", "0", self.world.now))
        except TodokeError as error:
            assert error.message["ja"]
            assert error.remedy["en"]
        self.world.advance(self.filings[which])

    @rule(who=WHO, which=WHICH, step=st.sampled_from(sorted(people.ROLES)))
    def claim(self, who: str, which: int, step: str) -> None:
        try:
            with self.world.acting(who) as work:
                query = select(Task.id).where(
                    Task.filing_id == self.filings[which], Task.step == step, Task.state.in_(("open", "claimed"))
                )
                task_id = work.session.scalar(query)
                if task_id is not None:
                    self.held[who, which] = tasks.claim(work, task_id)
        except TodokeError:
            return

    @rule(which=WHICH, said=st.lists(SAID, min_size=2, max_size=5), pick=st.integers(0, 9))
    def go_on(self, which: int, said: list[str | None], pick: int) -> None:
        """People who may do what the filing waits for, a few steps on, so that runs get far."""
        for word in said:
            self.go_one(which, word, pick)

    def go_one(self, which: int, said: str | None, pick: int) -> None:
        with self.world.acting() as work:
            query = select(Task).where(Task.filing_id == self.filings[which], Task.state.in_(("open", "claimed")))
            task = work.session.scalars(query).first()
            able = [c.login for c in people.who_may(work, self.filings[which], task.step)] if task else []
            holder = next((login for login, known in self.world.ids.items() if task and known == task.claimed_by), None)
        if task is not None and (holder or able):
            who = holder or able[pick % len(able)]
            self.claim(who, which, task.step)
            self.work_on(which, said, who)

    @rule(which=WHICH, said=SAID, who=WHO)
    def work_on(self, which: int, said: str | None, who: str) -> None:
        """Do what the claimed task asks for."""
        truth = TRUTHS[which] | {FIELD: said}

        def act(work: Any, held: Claim) -> None:
            task = tasks.get(work, held.task_id)
            form = fields.form_of(work.session.get_one(Filing, task.filing_id))
            n = work.session.get_one(Filing, task.filing_id).n
            asked = adjudicate.asked_in_order(task, form)
            if task.step == "key":
                keying.submit_key(work, task.id, held.token, {name: truth.get(name, "") for name in asked})
            elif task.step == "adjudicate":
                adjudicate.submit_adjudication(work, task.id, held.token, {name: truth.get(name, "") for name in asked})
            elif task.step == "review":
                query = select(EntrySubject).join(Entry).where(Entry.filing_id == task.filing_id)
                for subject in work.session.scalars(query).all():
                    review.link_subject(work, task.id, held.token, subject.id, new=True)
                review.pass_review(work, task.id, held.token, n)
            else:
                decide.approve(work, task.id, held.token, n, "理由" if said else "")

        self.attempt(who, which, act)

    @rule(who=WHO, which=WHICH, name=st.sampled_from((FIELD, "entries[0].birth", "header.tel")))
    def send_back(self, who: str, which: int, name: str) -> None:
        self.attempt(
            who, which, lambda w, h: decide.send_back(w, h.task_id, h.token, self.n(w, which), [name], "再確認")
        )

    @rule(who=WHO, which=WHICH)
    def hold(self, who: str, which: int) -> None:
        self.attempt(who, which, lambda w, h: decide.put_on_hold(w, h.task_id, h.token, self.n(w, which), "照会"))

    @rule(who=WHO, which=WHICH)
    def resume(self, who: str, which: int) -> None:
        self.attempt(who, which, lambda w, h: decide.resume(w, self.filings[which], self.n(w, which)))

    @rule(who=st.sampled_from(("reviewer", "approver")), which=WHICH, whole=st.booleans())
    def send_home(self, who: str, which: int, whole: bool) -> None:
        def act(work: Any, held: Claim) -> None:
            query = select(Entry.id).where(Entry.filing_id == self.filings[which], Entry.state == "open")
            chosen = None if whole else list(work.session.scalars(query))
            n = self.n(work, which)
            decide.return_to_filer(work, held.task_id, held.token, n, "R2200-5", "㋒", chosen)

        self.attempt(who, which, act)

    @rule(who=WHO, which=WHICH)
    def release(self, who: str, which: int) -> None:
        self.attempt(who, which, lambda w, h: tasks.release(w, h.task_id, h.token))

    @rule()
    def wait(self) -> None:
        """Longer than a lease."""
        self.world.now += timedelta(minutes=11)

    @rule(who=WHO, which=WHICH)
    def take_back(self, who: str, which: int) -> None:
        self.attempt(who, which, lambda w, h: tasks.steal(w, h.task_id, "引き上げ"))

    @invariant()
    def holds(self) -> None:
        with self.world.acting() as work:
            for filing_id in self.filings:
                self.nothing_lost(work, filing_id)
                self.posted_once(work, filing_id)
                self.four_eyes(work, filing_id)
                self.two_readings(work, filing_id)

    def nothing_lost(self, work: Any, filing_id: str) -> None:
        """A filing that waits for a person has exactly the one task of its state; one that ended has none."""
        filing = work.session.get_one(Filing, filing_id)
        query = select(Task).where(Task.filing_id == filing_id, Task.state.in_(("open", "claimed")))
        waiting = [task.step for task in work.session.scalars(query)]
        if filing.state == "held":
            assert waiting in (["review"], ["approve"])
        elif filing.state in STATE_OF_STEP.values():
            assert [STATE_OF_STEP[step] for step in waiting] == [filing.state]
        else:
            assert filing.state in {"decided", "returned", "withdrawn", "noticed"}
            assert waiting == []

    def posted_once(self, work: Any, filing_id: str) -> None:
        filing = work.session.get_one(Filing, filing_id)
        listed = work.session.scalars(select(Entry).where(Entry.filing_id == filing_id)).all()
        count = Counter(work.session.scalars(select(Posting.entry_id)))
        assert all(count[entry.id] == (entry.state == "posted") for entry in listed)
        if filing.state == "decided":
            assert {entry.state for entry in listed} <= {"posted", "returned", "withdrawn", "blank"}
        else:
            assert not any(entry.state == "posted" for entry in listed)
        assert len(work.session.scalars(select(InsurancePeriod.id)).all()) == sum(count.values())

    def four_eyes(self, work: Any, filing_id: str) -> None:
        sides = {
            row.user_id: row.side
            for row in work.session.scalars(select(FilingActor).where(FilingActor.filing_id == filing_id))
        }
        reads = work.session.scalars(
            select(Reading).where(Reading.filing_id == filing_id, Reading.user_id.is_not(None))
        ).all()
        settled = work.session.scalars(select(Settlement).where(Settlement.filing_id == filing_id)).all()
        decided = work.session.scalars(select(Decision).where(Decision.filing_id == filing_id)).all()
        assert all(sides[row.user_id] == "input" for row in reads)
        assert all(sides[row.actor_id] == "input" for row in settled if row.actor_id)
        assert all(sides[row.actor_id] == people.SIDES[row.step] for row in decided)
        read = {(row.field, row.user_id) for row in reads}
        assert not any((row.field, row.actor_id) in read for row in settled if row.actor_id)

    def two_readings(self, work: Any, filing_id: str) -> None:
        known = {row.id: row for row in work.session.scalars(select(Reading).where(Reading.filing_id == filing_id))}
        for row in work.session.scalars(select(Settlement).where(Settlement.filing_id == filing_id)):
            if row.basis == "two_readings":
                readers = {known[i].user_id or known[i].family for i in row.readings}
                assert len(readers) >= 2
                assert any(known[i].user_id for i in row.readings)

    def n(self, work: Any, which: int) -> int:
        found: int = work.session.get_one(Filing, self.filings[which]).n
        return found


@pytest.fixture(scope="module")
def _template(sqlite_template: Path) -> None:
    Centre.template = sqlite_template


@pytest.mark.usefixtures("_template")
def test_any_order_of_actions() -> None:
    run_state_machine_as_test(
        Centre,
        settings=settings(
            max_examples=10, stateful_step_count=14, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert Centre.ends["decided"], f"no run got as far as a posting: {Centre.ends}"
