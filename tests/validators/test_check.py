"""The check: what it stores for the newest values, again and again, and what the pages are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from storage.keys import Keyring
from storage.session import Database
from storage.tables import AuditEntry, Candidate, EntrySubject, Filing, Finding, SearchToken
from storage.work import Work
from tests.validators.filings import account, correct, file
from tests.validators.people import office, reading, writing
from validators.check import check_filing, portions, write_persons
from validators.errors import NoSuchFiling, NothingToCheck
from validators.judge import judge
from validators.register import periods, store
from validators.register.rows import PeriodRow, PersonRow
from validators.rules import samples
from validators.said import candidates, findings, subjects_of

YAMADA = PersonRow("ヤマダ　タロウ", "山田　太郎", date(1990, 5, 10), "1", samples.SELF)
NAMESAKE = PersonRow("ヤマダ　タロウ", "山田　太郎", date(1990, 5, 10), "1", bpn="2101123456")
BROKEN = samples.ACQUISITION | {"wage_total": "1", "my_number": "123456789017"}


def count(work: Work, table: type) -> int:
    return work.session.scalar(select(func.count()).select_from(table)) or 0


def snapshot(work: Work, filing_id: str) -> object:
    """What the check stored, without ids."""
    return (
        [(f.rule, f.severity, f.entry, f.fields, f.message["ja"]) for f in findings(work, filing_id)],
        [(c.role, c.person.id, c.basis, c.score, c.parts) for c in candidates(work, filing_id)],
        [(s.role, s.link, s.event_type, s.event_date) for s in subjects_of(work, filing_id)],
        sorted(map(tuple, work.session.execute(select(SearchToken.kind, SearchToken.token, SearchToken.owner_id)))),
    )


def test_a_broken_entry_is_said_to_be(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        filing_id = file(work, "acquisition", [samples.ACQUISITION, BROKEN])
        n = check_filing(work, filing_id)
    with reading(any_database, keys) as work:
        filing = work.session.get_one(Filing, filing_id)
        assert filing.checked_n == n == filing.n
        fired = [f for f in findings(work, filing_id) if f.outcome == "fired" and f.severity == "E"]
        assert {f.entry for f in fired} == {1}
        assert any("entries[1].wage_total" in f.fields for f in fired)
        assert any("entries[1].my_number" in f.fields for f in fired)
        assert all(f.message["ja"] and f.message["en"] for f in fired)


def test_messages_and_explanations_are_sealed(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        store.add_person(work, YAMADA)
        filing_id = file(work, "acquisition", [BROKEN])
        check_filing(work, filing_id)
        filing = work.session.get_one(Filing, filing_id)
        stored = [
            *((row.message, "finding.message") for row in work.session.scalars(select(Finding))),
            *((row.explanation, "candidate.explanation") for row in work.session.scalars(select(Candidate))),
        ]
        assert len({context for _, context in stored}) == 2
        for sealed, context in stored:
            clear = work.keys.unseal(work.session, filing.key_id, sealed, context)
            assert clear.encode() not in sealed
            assert clear.startswith("{")


def test_the_check_is_idempotent(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        store.add_many(work, [YAMADA, NAMESAKE])
        filing_id = file(work, "dependants", [samples.DEPENDANTS])
        n = check_filing(work, filing_id)
        before = snapshot(work, filing_id)
        rows = [count(work, table) for table in (Finding, Candidate, EntrySubject, SearchToken)]
    with writing(any_database, keys) as work:
        assert check_filing(work, filing_id) == n
        assert snapshot(work, filing_id) == before
        assert [count(work, table) for table in (Finding, Candidate, EntrySubject, SearchToken)] == rows
        assert before[1], "there were candidates to compare"  # type: ignore[index]


def test_a_correction_is_judged_anew_and_the_old_findings_stay(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        filing_id = file(work, "acquisition", [BROKEN])
        old = check_filing(work, filing_id)
        broken = {f.rule for f in findings(work, filing_id) if f.outcome == "fired" and f.severity == "E"}
        assert broken
        correct(work, filing_id, {0: samples.ACQUISITION})
        new = check_filing(work, filing_id)
        assert new > old
        still = {f.rule for f in findings(work, filing_id) if f.outcome == "fired" and f.severity == "E"}
        assert not broken & still
        kept = set(work.session.scalars(select(Finding.rule).where(Finding.filing_id == filing_id, Finding.n == old)))
        assert broken <= kept


def test_candidates_with_their_explanation(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        yamada, namesake = store.add_many(work, [YAMADA, NAMESAKE])
        other = store.add_office(work, office("02-アイウ"))
        periods.add_periods(work, [PeriodRow(yamada, other, 7, date(2020, 4, 1))])
        filing_id = file(work, "acquisition", [samples.ACQUISITION])
        check_filing(work, filing_id)
    with reading(any_database, keys) as work:
        first, second = candidates(work, filing_id)
        assert (first.person.id, first.basis, second.person.id, second.basis) == (
            yamada,
            "my_number",
            namesake,
            "three",
        )
        assert (first.role, first.entry) == ("self", 0)
        assert {p.part: p.verdict for p in first.parts}["my_number"] == "same"
        assert first.parts[0].text == {"ja": "個人番号: 一致", "en": "My Number: agrees"}
        assert [p.office_ref for p in first.periods] == ["02-アイウ"]  # insured elsewhere: a person looks (R20)
        assert "同一人とは限らない" in second.basis_text["ja"]
        (subject,) = subjects_of(work, filing_id)
        assert (subject.link, subject.person_id) == ("open", None)  # never linked by itself (R19)


def test_who_has_come_into_the_register_since_is_found_on_the_next_check(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        filing_id = file(work, "acquisition", [samples.ACQUISITION])
        check_filing(work, filing_id)
        assert candidates(work, filing_id) == []
        yamada = store.add_person(work, YAMADA)
        check_filing(work, filing_id)
        assert [c.person.id for c in candidates(work, filing_id)] == [yamada]


def test_the_office_is_resolved_and_the_reference_kept(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        here = store.add_office(work, office(samples.OFFICE))
        known = file(work, "acquisition", [samples.ACQUISITION])
        unknown = file(
            work, "acquisition", [samples.ACQUISITION], header=samples.HEADER | {"header.office_ref": "ア" * 60}
        )
        for filing_id in (known, unknown):
            check_filing(work, filing_id)
    with reading(any_database, keys) as work:
        filing = work.session.get_one(Filing, known)
        assert (filing.office_id, filing.office_ref) == (here, samples.OFFICE)
        filing = work.session.get_one(Filing, unknown)
        assert (filing.office_id, filing.office_ref) == (None, "ア" * 40)


def test_a_blank_entry_holds_nobody(database: Database, keys: Keyring) -> None:
    blank = dict.fromkeys(samples.ACQUISITION, "")
    with writing(database, keys) as work:
        filing_id = file(work, "acquisition", [samples.ACQUISITION, blank])
        check_filing(work, filing_id)
        assert [s.entry for s in subjects_of(work, filing_id)] == [0]
        assert all(f.entry in {None, 0} for f in findings(work, filing_id))


def test_a_block_that_turned_out_blank_finds_nobody_any_more(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        filing_id = file(work, "dependants", [samples.DEPENDANTS])
        check_filing(work, filing_id)
        spouse = next(s for s in subjects_of(work, filing_id) if s.role == "spouse")
        assert work.session.scalar(select(func.count()).where(SearchToken.owner_id == spouse.id))
        without = {key: "" if key.startswith("spouse.") else value for key, value in samples.DEPENDANTS.items()}
        correct(work, filing_id, {0: without})
        check_filing(work, filing_id)
        assert not work.session.scalar(select(func.count()).where(SearchToken.owner_id == spouse.id))
        row = work.session.get_one(EntrySubject, spouse.id)
        assert (row.event_type, row.event_date) == (None, None)
        assert "spouse" not in {c.role for c in candidates(work, filing_id)}


def test_a_decision_about_a_person_is_not_touched(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        filing_id = file(work, "acquisition", [samples.ACQUISITION])
        check_filing(work, filing_id)
        (subject,) = subjects_of(work, filing_id)
        row = work.session.get_one(EntrySubject, subject.id)
        row.link, row.decided_by, row.decided_at = "new", account(work), work.now
        check_filing(work, filing_id)
        assert [s.link for s in subjects_of(work, filing_id)] == ["new"]


def test_unreadable_values_are_not_known(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        store.add_person(work, YAMADA)
        filing_id = file(work, "acquisition", [samples.ACQUISITION | {"my_number": None, "birth": None}])
        check_filing(work, filing_id)
        (match,) = candidates(work, filing_id)
        assert {p.part: p.verdict for p in match.parts} == {
            "my_number": "unknown", "bpn": "unknown", "sei": "same", "mei": "same", "birth": "unknown", "sex": "same",
        }  # fmt: skip


def test_a_judgement_made_by_a_reader_is_stored(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        keys.prepare(work.session)
        store.add_person(work, YAMADA)
        filing_id = file(work, "acquisition", [BROKEN | {"my_number": samples.SELF}])
    with reading(any_database, keys) as work:
        judgement = judge(work, filing_id)
        assert findings(work, filing_id) == []  # nothing is written yet
    with writing(any_database, keys) as work:
        assert check_filing(work, filing_id, judgement) == judgement.n
        assert len(findings(work, filing_id)) == len(judgement.findings)
        assert [c.basis for c in candidates(work, filing_id)] == ["my_number"]


def test_a_judgement_of_older_values_is_made_anew(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        keys.prepare(work.session)
        filing_id = file(work, "acquisition", [BROKEN])
    with reading(any_database, keys) as work:
        judgement = judge(work, filing_id)
    with writing(any_database, keys) as work:
        correct(work, filing_id, {0: samples.ACQUISITION})
        assert check_filing(work, filing_id, judgement) == judgement.n + 1
        assert not [f for f in findings(work, filing_id) if f.outcome == "fired" and f.severity == "E"]


@pytest.mark.parametrize("odd", ["\0", "01-ケ\0", "𠮷" * 500, "'; DROP TABLE office; --", "9" * 400])
def test_odd_values_are_judged_and_harm_nothing(any_database: Database, keys: Keyring, odd: str) -> None:
    entry = dict.fromkeys(samples.DEPENDANTS, odd)
    with writing(any_database, keys) as work:
        filing_id = file(work, "dependants", [entry], header=dict.fromkeys(samples.HEADER, odd))
        check_filing(work, filing_id)
        assert findings(work, filing_id)
        assert {s.role for s in subjects_of(work, filing_id)} == {"insured", "spouse", "other0", "other1"}
        assert candidates(work, filing_id) == []


def test_an_efiling_of_many_entries(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        filing_id = file(work, "acquisition", [samples.ACQUISITION | {"insured_no": str(n)} for n in range(1, 31)])
        check_filing(work, filing_id)
        assert len(subjects_of(work, filing_id)) == 30


def test_the_check_is_in_the_audit_chain_without_values(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        filing_id = file(work, "acquisition", [BROKEN])
        n = check_filing(work, filing_id)
    with reading(database, keys) as work:
        (entry,) = work.session.scalars(select(AuditEntry).where(AuditEntry.action == "filing.checked"))
        assert (entry.subject_id, entry.detail["n"]) == (filing_id, n)
        assert set(entry.detail) == {"n", "fired", "candidates", "duplicates"}


def test_what_cannot_be_checked(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        with pytest.raises(NoSuchFiling):
            check_filing(work, "0" * 32)
        filing_id = file(work, "acquisition", [], written=False)
        with pytest.raises(NothingToCheck):
            check_filing(work, filing_id)


def test_persons_written_ahead_are_those_of_the_check(database: Database, keys: Keyring) -> None:
    persons = [samples.ACQUISITION | {"insured_no": str(n)} for n in range(1, 8)]
    with writing(database, keys) as work:
        filing_id = file(work, "acquisition", persons)
        judgement = judge(work, filing_id)
    for some in (judgement.persons[:3], judgement.persons[3:], judgement.persons[:3]):
        with writing(database, keys) as work:
            write_persons(work, judgement, some)
            assert work.session.get_one(Filing, filing_id).checked_n is None
    with writing(database, keys) as work:
        before = [s.id for s in subjects_of(work, filing_id)], count(work, SearchToken)
        check_filing(work, filing_id, judgement)
        assert ([s.id for s in subjects_of(work, filing_id)], count(work, SearchToken)) == before
        told = snapshot(work, filing_id)
        check_filing(work, filing_id)
        assert snapshot(work, filing_id) == told
        correct(work, filing_id, {0: samples.ACQUISITION | {"birth": "7020511"}})
        tokens = count(work, SearchToken)
        write_persons(work, judgement, judgement.persons)  # it speaks of older values
        assert count(work, SearchToken) == tokens


def test_only_a_large_filing_is_divided(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        filing_id = file(work, "acquisition", [samples.ACQUISITION])
        judgement = judge(work, filing_id)
    assert portions(judgement) == []
    many = replace(judgement, persons=judgement.persons * 401)
    assert [len(some) for some in portions(many)] == [200, 200, 1]
