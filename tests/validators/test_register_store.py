"""The register keeps what it is given, sealed, linked and indexed; on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from storage.keys import Keyring
from storage.session import Database
from storage.tables import InsurancePeriod, SearchToken
from tests.validators.people import HANAKO, JIRO, TARO, my_number, office, reading, writing
from validators.register import index, periods, store, views
from validators.register.errors import NoSuchPerson, NumberTaken
from validators.register.patterns import Pattern
from validators.register.rows import DependantRow, NameRow, PayRow, PeriodRow, PersonRow


def test_a_person_comes_back_as_entered(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        person_id = store.add_person(work, TARO)
    with reading(any_database, keys) as work:
        seen = views.person(work, person_id)
        lives = views.addresses(work, person_id)
    assert (seen.name_kana, seen.name_kanji, seen.birth, seen.sex) == (
        TARO.name_kana, TARO.name_kanji, TARO.birth, TARO.sex,
    )  # fmt: skip
    assert (seen.my_number, seen.bpn) == (TARO.my_number, TARO.bpn)
    assert [(a.zip, a.address, a.valid_from) for a in lives] == [(TARO.zip, TARO.address, TARO.address_from)]


def test_nothing_personal_lies_in_clear(database: Database, keys: Keyring, sqlite_url: str) -> None:
    with writing(database, keys) as work:
        store.add_person(work, TARO)
        work.session.execute(text("SELECT 1"))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    from pathlib import Path

    stored = Path(sqlite_url.removeprefix("sqlite:///")).read_bytes()
    for clear in (TARO.name_kana, TARO.name_kanji, "タカハシ", TARO.my_number, TARO.bpn, "1980-04-01", TARO.address):
        assert clear.encode() not in stored


def test_many_persons_in_their_order(any_database: Database, keys: Keyring) -> None:
    rows = [PersonRow("サトウ　ハナコ", "佐藤　花子", date(1960, 1, 1), "2", my_number(n)) for n in range(1, 60)]
    with writing(any_database, keys) as work:
        ids = store.add_many(work, rows)
    with reading(any_database, keys) as work:
        found = views.people(work, ids)
        assert [found[i].my_number for i in ids] == [row.my_number for row in rows]
        common, nobody = Pattern("kana_sei", "サトウ"), Pattern("kana_sei", "イナイ")
        assert index.counts(work, [common, nobody]) == {common: 59, nobody: 0}


def test_a_number_is_one_persons(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        taro = store.add_person(work, TARO)
        store.link_number(work, taro, "my_number", TARO.my_number)  # his already: nothing happens
        other = store.add_person(work, HANAKO)
        with pytest.raises(NumberTaken) as refused:
            store.link_number(work, other, "bpn", TARO.bpn)
        assert refused.value.message["ja"].startswith("この基礎年金番号")
        with pytest.raises(NumberTaken):
            store.add_person(work, PersonRow("ベツ　ジン", "別　人", date(1990, 1, 1), "1", TARO.my_number))
        assert len(set(work.session.scalars(select(SearchToken.owner_id)))) == 2
    with pytest.raises(IntegrityError), writing(any_database, keys) as work:  # and the schema says so too
        store.add_many(work, [PersonRow("ベツ　ジン", "別　人", date(1990, 1, 1), "1", TARO.my_number)])


def test_a_new_number_finds_its_person(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        jiro = store.add_person(work, JIRO)
        store.link_number(work, jiro, "my_number", my_number(777))
    with reading(any_database, keys) as work:
        assert views.person(work, jiro).my_number == my_number(777)
        assert set(index.owners(work, "person", [Pattern("my_number", my_number(777))], 9)) == {jiro}


def test_a_name_of_former_days_stays_with_its_dates(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        hanako = store.add_person(work, HANAKO)
        store.rename(work, hanako, "スズキ　ハナコ", "鈴木　花子", date(2026, 5, 1))
        store.rename(work, hanako, "スズキ　ハナコ", "鈴木　花子", date(2026, 6, 1))  # no change, no row
    with reading(any_database, keys) as work:
        seen = views.person(work, hanako)
        assert (seen.name_kana, seen.n) == ("スズキ　ハナコ", 2)
        assert seen.former == (NameRow(HANAKO.name_kana, HANAKO.name_kanji, None, date(2026, 4, 30)),)
        for surname in ("サトウ", "スズキ"):
            assert set(index.owners(work, "person", [Pattern("kana_sei", surname)], 9)) == {hanako}
    with pytest.raises(NoSuchPerson), writing(any_database, keys) as work:
        store.rename(work, "0" * 32, "ア　イ", "亜　以")


def test_periods_remuneration_and_dependants(any_database: Database, keys: Keyring) -> None:
    pay = (PayRow(date(2025, 4, 1), 254_000, 260_000, 260_000), PayRow(date(2026, 9, 1), 301_000, 300_000, None))
    with writing(any_database, keys) as work:
        first, second = (store.add_office(work, office(ref)) for ref in ("01-ケイト", "01-ホンテン"))
        taro, hanako = store.add_many(work, [TARO, HANAKO])
        periods.add_periods(
            work,
            [
                PeriodRow(taro, second, 7, date(2026, 1, 1)),  # two employers at once are lawful (R20)
                PeriodRow(taro, first, 12, date(2025, 4, 1), pay=pay),
            ],
        )
        periods.add_dependants(
            work,
            [
                DependantRow(
                    hanako, taro, first, "spouse:2", date(2025, 4, 1), details={"income": "0"},
                    third_from=date(2025, 4, 1),
                )
            ],
        )  # fmt: skip
    with reading(any_database, keys) as work:
        held = views.periods(work, taro)
        assert [(p.office_ref, p.insured_no, p.lost_on) for p in held] == [
            ("01-ケイト", 12, None),
            ("01-ホンテン", 7, None),
        ]
        assert held[0].pay == pay
        assert views.insured_at(work, first, 12) == held[0]
        assert views.insured_at(work, first, 13) is None
        (dependant,) = views.dependants(work, taro)
        assert (dependant.person_id, dependant.relation, dependant.details) == (hanako, "spouse:2", {"income": "0"})
        assert views.dependant_of(work, hanako) == [dependant]
        assert [t.began_on for t in views.third_category(work, hanako)] == [date(2025, 4, 1)]
        assert views.office_id_by_ref(work, "01-ホンテン") == second
        assert {i for i, _ in views.offices(work, number="123")} == {first, second}
    with pytest.raises(IntegrityError), writing(any_database, keys) as work:
        periods.add_periods(work, [PeriodRow(taro, first, 99, date(2026, 2, 1))])  # insured there already


def test_the_next_insured_number(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        here, there = (store.add_office(work, office(ref)) for ref in ("01-ケイト", "01-ホンテン"))
        taro, hanako, jiro = store.add_many(work, [TARO, HANAKO, JIRO])
        assert periods.next_insured_no(work, here) == 1
        periods.add_periods(
            work, [PeriodRow(taro, here, 41, date(2026, 1, 1)), PeriodRow(taro, there, 999_999, date(2026, 1, 1))]
        )
        assert periods.next_insured_no(work, here) == 42
        assert periods.next_insured_no(work, there) == 1  # the last one was written once: the first gap
        periods.add_periods(
            work, [PeriodRow(hanako, there, 1, date(2026, 1, 1)), PeriodRow(jiro, there, 3, date(2026, 1, 1))]
        )
        assert periods.next_insured_no(work, there) == 2


def test_two_at_once_never_get_the_same_number(any_database: Database, keys: Keyring) -> None:
    with writing(any_database, keys) as work:
        keys.prepare(work.session)
        here = store.add_office(work, office())
        ids = store.add_many(
            work, [PersonRow("ア　イ", "亜　以", date(1990, 1, 1), "1", my_number(n)) for n in range(8)]
        )
    together = Barrier(len(ids))

    def hire(person_id: str) -> int:
        together.wait()
        with writing(any_database, keys) as work:
            number = periods.next_insured_no(work, here)
            periods.add_periods(work, [PeriodRow(person_id, here, number, date(2026, 1, 1))])
            return number

    with ThreadPoolExecutor(len(ids)) as pool:
        given = sorted(pool.map(hire, ids))
    assert given == list(range(1, len(ids) + 1))
    with reading(any_database, keys) as work:
        assert work.session.scalar(select(func.count()).select_from(InsurancePeriod)) == len(ids)
