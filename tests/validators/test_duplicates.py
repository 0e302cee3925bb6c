"""Duplicates: the same event across batches and channels, found once, kept for ever."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from storage.keys import Keyring
from storage.session import Database
from storage.tables import Duplicate, Entry, EntrySubject
from storage.work import Work
from tests.validators.filings import account, correct, file
from tests.validators.people import TARO, writing
from validators.check import check_filing
from validators.register import store
from validators.register.rows import PersonRow
from validators.rules import samples
from validators.said import duplicates_of, subjects_of

ONE = samples.ACQUISITION
OTHER = ONE | {
    "name_kana": "ベツ　ジンコ",
    "name_kanji": "別　仁子",
    "birth": "5501201",
    "kind": "2",
    "my_number": samples.CHILD,
}


def pairs(work: Work) -> list[Duplicate]:
    return list(work.session.scalars(select(Duplicate)))


def test_paper_and_efiling_meet_whichever_is_checked_first(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        paper = file(work, "acquisition", [OTHER, ONE])
        efiled = file(work, "acquisition", [ONE], channel="efiling", after=5)
        for filing_id in (efiled, paper, efiled, paper, paper):
            check_filing(work, filing_id)
        (pair,) = pairs(work)
        assert (pair.filing_id, pair.other_id, pair.reason, pair.state, pair.holds) == (
            efiled,
            paper,
            "event",
            "open",
            True,
        )
        (seen,) = duplicates_of(work, paper)
        assert (seen.later, seen.entry, seen.other_filing_id, seen.other_channel) == (False, 1, efiled, "efiling")
        (seen,) = duplicates_of(work, efiled)
        assert (seen.later, seen.entry, seen.other_entry, seen.other_entry_state) == (True, 0, 1, "open")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, True),
        ({"my_number": ""}, True),  # name + birth + sex
        ({"my_number": "", "name_kana": "タロウ　ヤマダ", "name_kanji": "太郎　山田"}, True),  # another order
        ({"name_kana": "ヤマタ　ダロウ", "name_kanji": "山日　太郎", "birth": "7020511"}, True),  # the number
        ({"my_number": "", "birth": "7020511"}, False),
        ({"my_number": samples.CHILD, "name_kana": "ヤマダ　ジロウ", "name_kanji": "山田　次郎"}, False),
        ({"acq_date": "9081115"}, False),  # another event
        ({"acq_date": ""}, False),
        ({"acq_date": None}, False),
    ],
)
def test_what_makes_two_filings_one_event(
    database: Database, keys: Keyring, change: Mapping[str, str | None], found: bool
) -> None:
    with writing(database, keys) as work:
        first = file(work, "acquisition", [ONE])
        second = file(work, "acquisition", [{**ONE, **change}], after=1)
        check_filing(work, first)
        check_filing(work, second)
        assert bool(pairs(work)) is found


def test_another_office_is_another_event(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        first = file(work, "acquisition", [ONE])
        second = file(work, "acquisition", [ONE], header=samples.HEADER | {"header.office_ref": "02-アイウ"}, after=1)
        check_filing(work, first)
        check_filing(work, second)
        assert pairs(work) == []


def test_a_correction_takes_the_ground_away_and_nothing_is_deleted(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        first, second = file(work, "acquisition", [ONE]), file(work, "acquisition", [ONE], after=1)
        for filing_id in (first, second):
            check_filing(work, filing_id)
        correct(work, second, {0: OTHER})
        check_filing(work, second)
        (pair,) = pairs(work)
        assert (pair.holds, pair.state) == (False, "open")
        correct(work, second, {0: ONE})
        check_filing(work, first)  # from either side
        work.session.refresh(pair)
        assert not pair.holds  # the second filing's new values have not been checked
        check_filing(work, second)
        work.session.refresh(pair)
        assert pair.holds
        assert len(pairs(work)) == 1


def test_a_decision_stands_through_every_further_check(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        first, second = file(work, "acquisition", [ONE]), file(work, "acquisition", [ONE], after=1)
        for filing_id in (first, second):
            check_filing(work, filing_id)
        (pair,) = pairs(work)
        pair.state, pair.decided_by, pair.decided_at = "same", account(work), work.now
        entry = work.session.get_one(Entry, pair.entry_id)
        entry.state = "withdrawn"
        for filing_id in (first, second):
            check_filing(work, filing_id)
        (pair,) = pairs(work)
        assert (pair.state, pair.holds) == ("same", True)


def test_a_filing_that_answers_a_return_is_no_duplicate(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        first = file(work, "acquisition", [ONE])
        check_filing(work, first)
        again = file(work, "acquisition", [ONE], after=1, refiles=first)
        check_filing(work, again)
        assert pairs(work) == []
        for entry in work.session.scalars(select(Entry).where(Entry.filing_id.in_([first, again]))):
            entry.state = "returned"
        third = file(work, "acquisition", [ONE], after=2)  # not linked, but what it repeats went back
        check_filing(work, third)
        assert pairs(work) == []


def test_the_same_person_twice_on_one_sheet(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        filing_id = file(work, "acquisition", [ONE, OTHER, ONE | {"insured_no": "125"}])
        check_filing(work, filing_id)
        (seen,) = duplicates_of(work, filing_id)
        assert (seen.later, seen.entry, seen.other_entry) == (True, 2, 0)


def test_a_decided_link_says_more_than_names(database: Database, keys: Keyring) -> None:
    with writing(database, keys) as work:
        first, second = file(work, "acquisition", [ONE]), file(work, "acquisition", [ONE | {"my_number": ""}], after=1)
        for filing_id in (first, second):
            check_filing(work, filing_id)
        assert pairs(work)[0].holds
        user = account(work)
        for filing_id in (first, second):  # a person says: two namesakes
            (subject,) = subjects_of(work, filing_id)
            row = work.session.get_one(EntrySubject, subject.id)
            row.link, row.person_id = "person", store.add_many(work, [TARO] if filing_id == first else [_namesake()])[0]
            row.decided_by, row.decided_at = user, work.now
        check_filing(work, second)
        assert not pairs(work)[0].holds


def _namesake() -> PersonRow:
    return PersonRow("ヤマダ　タロウ", "山田　太郎", TARO.birth, "1")


def test_dependants_by_change_type_and_date(any_database: Database, keys: Keyring) -> None:
    ended = {
        **{key: value for key, value in samples.DEPENDANTS.items() if key.startswith("insured.")},
        "insured.change_type": "2", "others[0].name_kana": "ヤマダ　ヨシコ", "others[0].name_kanji": "山田　良子",
        "others[0].birth": "5350303", "others[0].sex": "2", "others[0].end_date": "9081116",
        "others[0].end_reason": "2",
    }  # fmt: skip
    with writing(any_database, keys) as work:
        first = file(work, "dependants", [samples.DEPENDANTS])
        ended_too = file(work, "dependants", [ended], after=1)  # the mother again, the same day, but another event
        second = file(work, "dependants", [{k: v for k, v in samples.DEPENDANTS.items() if "spouse" not in k}], after=2)
        for filing_id in (first, ended_too, second):
            check_filing(work, filing_id)
        (pair,) = pairs(work)  # two children and parents in common are one pair of entries
        assert (pair.filing_id, pair.other_id) == (second, first)
        events = {s.role: (s.event_type, str(s.event_date)) for s in subjects_of(work, first)}
        assert events == {
            "insured": (None, "None"), "spouse": ("1", "2026-11-16"), "other0": ("1", "2026-11-16"),
            "other1": ("1", "2026-11-16"),
        }  # fmt: skip
        assert [(s.event_type, str(s.event_date)) for s in subjects_of(work, ended_too) if s.role == "other0"] == [
            ("2", "2026-11-16")
        ]


def test_a_change_without_a_date_is_the_event_of_the_day_it_was_filed(database: Database, keys: Keyring) -> None:
    changed = samples.DEPENDANTS | {"insured.change_type": "3", "spouse.start_date": "", "spouse.note": "住所"}
    changed = {key: value for key, value in changed.items() if not key.startswith("others")}
    with writing(database, keys) as work:
        first, second = (
            file(work, "dependants", [changed]),
            file(work, "dependants", [changed], channel="efiling", after=1),
        )
        for filing_id in (first, second):
            check_filing(work, filing_id)
        assert len(pairs(work)) == 1


@pytest.mark.postgres
def test_two_checks_at_the_same_moment_see_each_other(postgres_url: str, keys: Keyring) -> None:
    database = Database(postgres_url)
    with writing(database, keys) as work:
        keys.prepare(work.session)
        ids = [file(work, "acquisition", [ONE], after=n) for n in range(4)]
    together = Barrier(len(ids))

    def check(filing_id: str) -> None:
        together.wait()
        with writing(database, keys) as work:
            check_filing(work, filing_id)

    with ThreadPoolExecutor(len(ids)) as pool:
        list(pool.map(check, ids))
    with writing(database, keys) as work:
        assert len(pairs(work)) == 6
    database.close()
