"""Search: who is found, who is not, in which order, and what the explanation says."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.keys import Keyring
from storage.session import Database
from storage.work import Work
from tests.validators.people import HANAKO, JIRO, TARO, my_number, office, reading, writing
from validators.register import explain, periods, store
from validators.register.find import find
from validators.register.rows import NameRow, PeriodRow, PersonRow
from validators.register.search import Match, search
from validators.register.weigh import Identity, Part, close, weigh

FAMILY = [
    PersonRow(
        f"スズキ　{given}",
        f"鈴木　{kanji}",
        date(1950, 1, 1) + timedelta(days=411 * n),
        str(1 + n % 2),
        my_number(500 + n),
    )
    for n, (given, kanji) in enumerate(
        (a + b, c + d)
        for a, c in (("イチ", "一"), ("ヨシ", "義"), ("マサ", "正"), ("カズ", "和"), ("トシ", "敏"), ("ヒロ", "博"))
        for b, d in (("オ", "男"), ("コ", "子"), ("ミ", "美"), ("ロウ", "郎"), ("ヒト", "人"))
    )
]  # fmt: skip
MARRIED = PersonRow(
    "オオタニ　ミドリ",
    "大谷　緑",
    date(1988, 3, 3),
    "2",
    former=(NameRow("コバヤシ　ミドリ", "小林　緑", None, date(2020, 1, 1)),),
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def register(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    """A small register, opened for reading; made once, since searches change nothing."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("register") / "todoke.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        place: AbstractContextManager[str] = nullcontext(f"sqlite:///{path}")
    else:
        template = request.getfixturevalue("postgres_template")
        place = request.getfixturevalue("postgres_server").temporary(template=template)
    keys = Keyring(os.urandom(32))
    with place as url, closing(Database(url)) as database:
        with writing(database, keys) as work:
            ids = store.add_many(work, [TARO, HANAKO, JIRO, MARRIED, *FAMILY])
            here = store.add_office(work, office())
            periods.add_periods(work, [PeriodRow(ids[0], here, 12, date(2025, 4, 1))])
        with reading(database, keys) as work:
            yield work


def of(row: PersonRow) -> Identity:
    return Identity(row.name_kana, row.name_kanji, row.birth, row.sex, row.my_number, row.bpn)


def three(row: PersonRow) -> Identity:
    """Without numbers."""
    return replace(of(row), my_number="", bpn="")


def first(work: Work, wanted: Identity) -> Match:
    found = search(work, wanted)
    assert found, wanted
    return found[0]


def part(match: Match, name: str) -> Part:
    return next(p for p in match.parts if p.part == name)


def test_a_number_comes_before_everything(register: Work) -> None:
    wanted = replace(of(HANAKO), my_number=TARO.my_number)  # her name, his number: two candidates, his first
    found = search(register, wanted)
    assert [m.person.name_kana for m in found[:2]] == [TARO.name_kana, HANAKO.name_kana]
    assert found[0].basis == "my_number"
    assert part(found[0], "my_number").verdict == "same"
    assert part(found[0], "mei").verdict == "differs"
    assert found[1].basis == "three"
    assert part(found[1], "my_number").verdict == "differs"
    assert part(found[1], "my_number").weight < 0


def test_then_the_basic_pension_number(register: Work) -> None:
    match = first(register, Identity(bpn=JIRO.bpn))
    assert (match.person.name_kana, match.basis) == (JIRO.name_kana, "bpn")


def test_three_agree_and_it_is_still_a_candidate(register: Work) -> None:
    match = first(register, three(HANAKO))
    assert (match.person.name_kana, match.basis) == (HANAKO.name_kana, "three")
    assert not match.by_number
    assert {p.part: p.verdict for p in match.parts} == {
        "my_number": "unknown", "bpn": "unknown", "sei": "same", "mei": "same", "birth": "same", "sex": "same",
    }  # fmt: skip
    assert match.score == pytest.approx(sum(p.weight for p in match.parts), abs=0.02)


@pytest.mark.parametrize(
    ("changed", "how"),
    [
        ({"name_kana": "キョウイチロウ　タカハシ", "name_kanji": "京一郎　髙橋"}, "swapped"),
        ({"name_kana": "タカハシ　キヨウイチロウ"}, "small_kana"),
        ({"name_kanji": "高橋　京一郎"}, "variant"),
        ({"name_kana": "タカハシキョウ　イチロウ", "name_kanji": "髙橋京　一郎"}, "spacing"),
        ({"name_kana": "タカハシキョウイチロウ", "name_kanji": ""}, "spacing"),
    ],
)
def test_the_same_name_written_otherwise(register: Work, changed: dict[str, str], how: str) -> None:
    match = first(register, replace(three(TARO), **changed))
    assert match.person.name_kana == TARO.name_kana
    assert how in part(match, "mei").how.split(",")
    assert part(match, "sei").verdict == part(match, "mei").verdict == "same"


def test_a_former_name_is_found_and_named(register: Work) -> None:
    match = first(register, Identity("コバヤシ　ミドリ", "小林　緑", MARRIED.birth, "2"))
    assert match.person.name_kana == MARRIED.name_kana
    assert "old_name" in part(match, "sei").how


def test_a_surname_that_changed_unknown_to_us(register: Work) -> None:
    match = first(register, Identity("ベップ　ミドリ", "別府　緑", MARRIED.birth, "2"))
    assert match.person.name_kana == MARRIED.name_kana
    assert (match.basis, part(match, "sei").verdict) == ("part", "differs")


def test_voicing_and_one_wrong_digit_of_the_birth_date(register: Work) -> None:
    match = first(register, Identity("ヤマサキ　ジロウ", "", date(1991, 7, 6), "1"))
    assert match.person.name_kana == JIRO.name_kana
    assert (part(match, "sei").verdict, part(match, "birth").verdict) == ("near", "close")


def test_an_unknown_sex_is_no_obstacle(register: Work) -> None:
    assert first(register, replace(three(TARO), sex="")).basis == "three"


@pytest.mark.parametrize(
    "stranger",
    [
        Identity("ナカムラ　ケンジ", "中村　健二", date(1975, 8, 9), "1"),
        Identity("スズキ　アイ", "鈴木　愛", date(1999, 9, 9), "2"),  # a common surname alone
        Identity("サトウ　ハナコ", "佐藤　花子", date(1949, 2, 14), "2", my_number(999)),  # a namesake with a number
        Identity("ナカムラ　ケンジ", "中村　健二", HANAKO.birth, "2"),  # born the same day
        Identity(),
    ],
)
def test_a_stranger_is_nobody(register: Work, stranger: Identity) -> None:
    assert search(register, stranger) == []


def test_a_rare_name_says_more_than_a_common_one(register: Work) -> None:
    common, rare = first(register, three(FAMILY[0])), first(register, three(JIRO))
    assert part(common, "sei").share > 20 * part(rare, "sei").share  # type: ignore[operator]
    assert part(rare, "sei").weight > part(common, "sei").weight + 3


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from([TARO, HANAKO, JIRO, *FAMILY]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["kana", "kanji", "both"]),
)
def test_everybody_is_found_first_however_written(
    register: Work, row: PersonRow, turn: bool, small: bool, script: str
) -> None:
    kana, kanji = row.name_kana, row.name_kanji.replace("髙", "高").replace("﨑", "崎")
    if small:
        kana = kana.translate(str.maketrans("ョッャュ", "ヨツヤユ"))
    if turn:
        kana, kanji = ("　".join(reversed(written.split("　"))) for written in (kana, kanji))
    wanted = Identity(kana if script != "kanji" else "", kanji if script != "kana" else "", row.birth, row.sex)
    assert first(register, wanted).person.name_kana == row.name_kana


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        (date(1980, 4, 1), date(1980, 4, 2), True),  # one digit
        (date(1980, 4, 1), date(1980, 4, 10), True),  # 01 and 10 exchanged
        (date(1980, 4, 1), date(1980, 1, 4), True),  # day for month
        (date(1950, 5, 5), date(2013, 5, 5), True),  # 昭和25.5.5 and 平成25.5.5
        (date(1980, 4, 1), date(1980, 5, 2), False),
        (date(1980, 4, 1), date(1963, 11, 23), False),
    ],
)
def test_slips_of_a_date(one: date, other: date, near: bool) -> None:
    assert close(one, other) is close(other, one) is near


class Fixed:
    """Shares without a register."""

    def share(self, pattern: object) -> float:
        return 0.001


def test_weights_are_those_of_the_data() -> None:
    row = of(TARO)
    parts = {p.part: p for p in weigh(row, row, (), Fixed())}
    assert parts["birth"].weight == pytest.approx(9.91, abs=0.01)  # log2(0.96 / 0.001)
    assert parts["sex"].weight == pytest.approx(0.99, abs=0.01)
    assert parts["sei"].weight == pytest.approx(9.81, abs=0.01)
    assert parts["sei"].how == "exact"


def test_the_explanation_in_words(register: Work) -> None:
    match = first(register, replace(three(TARO), name_kanji="高橋　京一郎"))
    said = explain.part(part(match, "sei"))
    assert said["ja"].startswith("氏: 一致（異体字を除く）。およそ")
    assert said["ja"].endswith("人に1人")
    assert said["en"].startswith("Surname: agrees (variant characters aside); about one person in ")
    assert "同一人とは限らない" in explain.basis(match.basis)["ja"]


@pytest.mark.parametrize(
    "query",
    [
        TARO.my_number, f" {TARO.my_number[:4]}-{TARO.my_number[4:8]}-{TARO.my_number[8:]} ", "2101-123456",
        "たかはし", "ﾀｶﾊｼ ｷｮｳｲﾁﾛｳ", "髙橋　京一郎", "高橋", "京一郎", "高橋京一郎", "タカハシ S55.4.1",
        "1980-04-01 高橋", "01-ケイト-12", "昭和55年4月1日 たかはし", "キョウイチロウ タカハシ",
    ],
)  # fmt: skip
def test_a_person_is_found_in_one_line(register: Work, query: str) -> None:
    assert [p.name_kana for p in find(register, query).persons] == [TARO.name_kana]


@pytest.mark.parametrize(
    "query", ["", " ", "タカ", "123", "タカハシ S55.4.2", "01-ケイト-13", "高橋 花子", "%", "タカハシ ？"]
)
def test_a_line_that_finds_nobody(register: Work, query: str) -> None:
    assert find(register, query).persons == ()


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=200) | st.text("0123456789-/. 　年月日SHR昭和ケイトアー\0", max_size=30))
def test_any_line_has_an_answer(register: Work, query: str) -> None:
    assert len(find(register, query).persons) <= 50


def test_many_are_cut_and_said_to_be(register: Work) -> None:
    found = find(register, "鈴木", limit=10)
    assert (len(found.persons), found.more) == (10, True)
    assert len(find(register, "鈴木").persons) == len(FAMILY)
