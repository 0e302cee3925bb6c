"""A small centre for the tests: accounts, an office, persons, and filings with what the engines read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from approval import adjudicate, decide, fields, keying, review, tasks, values
from approval.filed import settle_filed
from approval.flow import advance
from approval.notices.issue import render_notice
from approval.tasks import Claim
from forms import catalogue
from storage.keys import Keyring
from storage.session import Database
from storage.tables import (
    Batch,
    Decision,
    Entry,
    EntrySubject,
    Filing,
    Installation,
    Job,
    Posting,
    Reading,
    Settlement,
    Task,
    User,
    UserRole,
)
from storage.vault import Vault
from storage.work import Work
from validators.check import check_filing
from validators.register import store
from validators.register.rows import OfficeRow, PersonRow

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
PEOPLE = {
    "keyer1": ("keyer",), "keyer2": ("keyer",), "keyer3": ("keyer",), "keyer4": ("contractor",),
    "reviewer": ("reviewer",), "reviewer2": ("reviewer",), "approver": ("approver",), "approver2": ("approver",),
    "supervisor": ("supervisor",), "both": ("keyer", "reviewer", "approver"),
}  # fmt: skip
OFFICE = OfficeRow(
    "01-ケイト", "12345", "株式会社江戸前水産", "大橋栄一郎", "1000001", "東京都千代田区千代田1-1", "03-1234-5678"
)
HEADER = {
    "header.submit_date": "9081116", "header.office_ref": "01-ケイト", "header.office_no": "12345",
    "header.zip": "1000001", "header.addr": "東京都千代田区千代田1-1", "header.name": "株式会社江戸前水産",
    "header.owner": "大橋\u3000栄一郎", "header.tel": "03-1234-5678", "header.sr_name": "",
}  # fmt: skip
# Check digits by forms/values/numbers: valid My Numbers (domain.md 5.1).
NUMBERS = ("621498320257", "123456789018", "987654321093", "100000000005")


def hired(**changed: str) -> dict[str, str]:
    """The short keys of a person of a 2200 that breaks no rule."""
    return {
        "insured_no": "", "name_kana": "タカハシ\u3000ミサキ", "name_kanji": "髙橋\u3000美咲", "birth": "7021230",
        "kind": "2", "acq_type": "1", "my_number": NUMBERS[0], "acq_date": "9081116", "dependants": "0",
        "wage_cash": "250000", "wage_kind": "0", "wage_total": "250000",
    } | changed  # fmt: skip


def acquisition(*persons: Mapping[str, str], **header: str) -> dict[str, str]:
    """The non-blank values of a 2200 by whole field id."""
    found = HEADER | {f"header.{key}": value for key, value in header.items()}
    for number, person in enumerate(persons):
        found |= {f"entries[{number}].{key}": value for key, value in person.items()}
    return {key: value for key, value in found.items() if value}


@dataclass
class World:
    """Acts as people and as the worker, one short transaction at a time, each at a later second."""

    database: Database
    keys: Keyring
    vault: Vault | None = None
    now: datetime = NOW
    ids: dict[str, str] = field(default_factory=dict)
    count: int = 0

    @contextmanager
    def acting(self, who: str = "system:worker") -> Iterator[Work]:
        """A writing unit of work of an account (by login) or the system."""
        self.now += timedelta(seconds=1)
        with self.database.writing() as session:
            yield Work(session, self.keys, self.now, self.ids.get(who, who))

    def open(self) -> World:
        """Accounts, keys, the office."""
        with self.acting() as work:
            self.keys.prepare(work.session)
            work.session.add(Installation(id=1, training=True, name="訓練年金事務所", created_at=self.now))
            for login, roles in PEOPLE.items():
                user = User(login=login, name=f"{login}さん", created_at=self.now)
                work.session.add(user)
                work.session.flush()
                self.ids[login] = user.id
                work.session.add_all(UserRole(user_id=user.id, role=role) for role in roles)
            self.ids["office"] = store.add_office(work, OFFICE)
        return self

    def person(self, **changed: Any) -> str:
        """A person of the register."""
        row = {
            "name_kana": "タカハシ\u3000ミサキ",
            "name_kanji": "髙橋\u3000美咲",
            "birth": date(1990, 12, 30),
            "sex": "2",
        } | changed
        with self.acting() as work:
            return store.add_person(work, PersonRow(**row))

    def filing(
        self, truth: Mapping[str, str], machine: Mapping[str, str | None] | None = None, *,
        kind: str = "acquisition", channel: str = "paper", families: tuple[str, ...] = ("pp-ocr",),
        sure: float | None = None, calibration_id: str | None = None,
    ) -> str:  # fmt: skip
        """A filing as intake leaves it; `machine` overrides what the engines read of `truth`, `sure` is how sure the
        calibration is of every reading."""
        form = catalogue.form(kind)
        read: dict[str, str | None] = {f.id: truth.get(f.id, "") for f in form.captured()} | dict(machine or {})
        if channel == "efiling":
            read = dict(truth)  # an absent key is blank
        self.count += 1
        with self.acting() as work:
            batch = Batch(
                number=f"B{self.count:05}", channel=channel, state="released",
                key_id=work.keys.new_key(work.session, "batch"),
                received_on=date(2026, 11, 18), received_basis="efiled" if channel == "efiling" else "stamp",
                created_at=self.now,
            )  # fmt: skip
            work.session.add(batch)
            work.session.flush()
            filing = Filing(
                number=f"{batch.number}-001", kind=kind, version=form.version, channel=channel, state="keying",
                key_id=work.keys.new_key(work.session, "filing"), batch_id=batch.id, received_on=batch.received_on,
                due_on=date(2026, 11, 25), priority=form.priority, created_at=self.now,
            )  # fmt: skip
            work.session.add(filing)
            work.session.flush()
            if channel == "efiling":
                settle_filed(work, filing, read)
                return filing.id
            work.session.add_all(Entry(filing_id=filing.id, number=n) for n in range(form.entries))
            for family in families:
                for name, value in read.items():
                    sealed = (
                        None if value is None else work.keys.seal(work.session, filing.key_id, value, "reading.value")
                    )
                    work.session.add(
                        Reading(
                            filing_id=filing.id, field=name, round=1, source="engine", engine=family,
                            engine_version="1", family=family, value=sealed, blank=value == "", score=0.9,
                            basis="ocr", at=self.now, confidence=sure, calibration_id=calibration_id,
                            facts={"score": 0.9}, reader="r1",
                        )
                    )  # fmt: skip
        self.advance(filing.id)
        return filing.id

    def advance(self, filing_id: str) -> str:
        """What the worker does: advance, check and notice, until the filing waits for a person."""
        while True:
            with self.acting() as work:
                state = advance(work, filing_id)
            with self.acting() as work:
                jobs = list(work.session.scalars(select(Job).where(Job.subject_id == filing_id)))
                for job in jobs:
                    work.session.delete(job)
                stages = {job.stage for job in jobs} - {"advance"}
                if "check" in stages:
                    check_filing(work, filing_id)
                if "notice" in stages and self.vault is not None:
                    render_notice(work, self.vault, filing_id)
            if not stages or (stages == {"notice"} and self.vault is None):
                return state

    def claim(self, who: str, filing_id: str, step: str) -> Claim:
        """Claim the open task of a step of this filing."""
        with self.acting(who) as work:
            task = work.session.scalars(
                select(Task).where(Task.filing_id == filing_id, Task.step == step, Task.state.in_(("open", "claimed")))
            ).one()
            return tasks.claim(work, task.id)

    def key(self, who: str, filing_id: str, truth: Mapping[str, Any], blank_blocks: tuple[str, ...] = ()) -> str:
        """Key what the task asks for as `truth` has it; gives the state that follows."""
        held = self.claim(who, filing_id, "key")
        with self.acting(who) as work:
            task = tasks.get(work, held.task_id)
            form = fields.form_of(work.session.get_one(Filing, filing_id))
            asked = [
                name for name in adjudicate.asked_in_order(task, form) if form.field(name).block not in blank_blocks
            ]
            said = {name: truth.get(name, "") for name in asked}
            keying.submit_key(work, held.task_id, held.token, said, blank_blocks)
        return self.advance(filing_id)

    def adjudicate(self, who: str, filing_id: str, truth: Mapping[str, Any]) -> str:
        """Settle every differing field as `truth` has it."""
        held = self.claim(who, filing_id, "adjudicate")
        with self.acting(who) as work:
            asked = tasks.asked(tasks.get(work, held.task_id)) or frozenset()
            adjudicate.submit_adjudication(
                work, held.task_id, held.token, {name: truth.get(name, "") for name in asked}
            )
        return self.advance(filing_id)

    def link(self, who: str, filing_id: str, held: Claim, people: Mapping[str, str] | None = None) -> None:
        """Link every undecided subject: by role to a person, else as new."""
        with self.acting(who) as work:
            query = select(EntrySubject).join(Entry).where(Entry.filing_id == filing_id, Entry.state == "open")
            for subject in work.session.scalars(query).all():
                person = (people or {}).get(subject.role)
                if subject.link == "open":
                    review.link_subject(
                        work, held.task_id, held.token, subject.id, person_id=person, new=person is None
                    )

    def review(self, who: str, filing_id: str, people: Mapping[str, str] | None = None) -> str:
        """Link and pass."""
        held = self.claim(who, filing_id, "review")
        self.link(who, filing_id, held, people)
        self.decide(who, filing_id, lambda work, n: review.pass_review(work, held.task_id, held.token, n))
        return self.advance(filing_id)

    def approve(self, who: str, filing_id: str, override: str = "") -> str:
        """Claim and approve."""
        held = self.claim(who, filing_id, "approve")
        self.decide(who, filing_id, lambda work, n: decide.approve(work, held.task_id, held.token, n, override))
        return self.advance(filing_id)

    def decide(self, who: str, filing_id: str, action: Callable[[Work, int], object]) -> None:
        """Do something with the filing's present version."""
        with self.acting(who) as work:
            action(work, work.session.get_one(Filing, filing_id).n)

    def state(self, filing_id: str) -> str:
        """The filing's state."""
        with self.acting() as work:
            return work.session.get_one(Filing, filing_id).state

    def values(self, filing_id: str) -> dict[str, str | None]:
        """Its newest values."""
        with self.acting() as work:
            return values.newest(work, work.session.get_one(Filing, filing_id))

    def basis(self, filing_id: str) -> dict[str, str]:
        """The basis of each field's newest settlement, assigned numbers included."""
        with self.acting() as work:
            rows = work.session.scalars(
                select(Settlement)
                .where(Settlement.filing_id == filing_id)
                .order_by(Settlement.round, Settlement.basis.desc())
            )
            return {row.field: row.basis for row in rows}

    def rows(self, *tables: type) -> list[int]:
        """How many rows each table has."""
        with self.acting() as work:
            return [len(work.session.scalars(select(table)).all()) for table in tables]

    def postings(self, filing_id: str) -> int:
        """How many postings the filing has."""
        with self.acting() as work:
            query = select(Posting).join(Entry, Entry.id == Posting.entry_id).where(Entry.filing_id == filing_id)
            return len(work.session.scalars(query).all())

    def decisions(self, filing_id: str) -> list[str]:
        """The outcomes so far, in order."""
        with self.acting() as work:
            query = select(Decision).where(Decision.filing_id == filing_id).order_by(Decision.filing_n)
            return [row.outcome for row in work.session.scalars(query)]

    def rows_of_tasks(self) -> list[tuple[str, str, int]]:
        """Every task as (step, state, round)."""
        with self.acting() as work:
            rows = work.session.scalars(select(Task).order_by(Task.created_at, Task.id))
            return [(row.step, row.state, row.round) for row in rows]

    def grant(self, who: str, role: str) -> None:
        """Give an account one more role."""
        with self.acting() as work:
            work.session.add(UserRole(user_id=self.ids[who], role=role))
