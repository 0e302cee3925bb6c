"""A filing of each kind that breaks no rule: what examples are laid over, and where breaking starts from."""

from __future__ import annotations

from datetime import date

from validators.context import DependantFact, Facts, MemoryFacts, OfficeFact, PeriodFact, PersonFact, RuleContext

CHECK_DATE = date(2026, 11, 21)
OFFICE = "01-ケイト"
SELF, SPOUSE, CHILD, MOTHER = "123456789018", "621498320257", "987654321093", "100000000005"
STRANGER = "111111111118"  # insured elsewhere, and somebody's dependant

HEADER = {
    "header.submit_date": "9081118",
    "header.office_ref": OFFICE,
    "header.office_no": "12345",
    "header.zip": "1000013",
    "header.addr": "東京都千代田区霞が関1-2-2",
    "header.name": "健保サービス株式会社",
    "header.owner": "健保良一",
    "header.tel": "03-1234-5678",
}
_HOME = {"living": "1", "zip": "1000013", "addr": "東京都千代田区霞が関1-2-3"}

ACQUISITION = {
    "insured_no": "124",
    "name_kana": "ヤマダ　タロウ",
    "name_kanji": "山田　太郎",
    "birth": "7020510",
    "kind": "1",
    "acq_type": "1",
    "my_number": SELF,
    "acq_date": "9081116",
    "dependants": "0",
    "wage_cash": "300000",
    "wage_total": "300000",
}


def _person(block: str, values: dict[str, str]) -> dict[str, str]:
    return {f"{block}.{key}": value for key, value in values.items()}


DEPENDANTS = {
    **_person(
        "insured",
        {
            "insured_no": "123",
            "name_kana": "ヤマダ　タロウ",
            "name_kanji": "山田　太郎",
            "birth": "7020510",
            "sex": "1",
            "my_number": SELF,
            "acq_date": "9020401",
            "income": "5000000",
            "change_type": "1",
        },
    ),
    **_person(
        "spouse",
        {
            "report_date": "9081118",
            "name_kana": "ヤマダ　ハナコ",
            "name_kanji": "山田　花子",
            "birth": "7040820",
            "relation": "2",
            "my_number": SPOUSE,
            **_HOME,
            "tel_type": "2",
            "tel": "090-1234-5678",
            "start_date": "9081116",
            "start_reason": "3",
            "occupation": "1",
            "income": "0",
        },
    ),
    **_person(
        "others[0]",
        {
            "name_kana": "ヤマダ　イチロウ",
            "name_kanji": "山田　一郎",
            "birth": "9081116",
            "sex": "1",
            "relation": "01",
            "my_number": CHILD,
            **_HOME,
            "start_date": "9081116",
            "start_reason": "1",
            "occupation": "4",
            "income": "0",
        },
    ),
    **_person(
        "others[1]",
        {
            "name_kana": "ヤマダ　ヨシコ",
            "name_kanji": "山田　良子",
            "birth": "5350303",
            "sex": "2",
            "relation": "03",
            "my_number": MOTHER,
            **_HOME,
            "start_date": "9081116",
            "start_reason": "3",
            "occupation": "3",
            "income": "900000",
        },
    ),
}
ENTRIES = {"acquisition": ACQUISITION, "dependants": DEPENDANTS}


def entry(kind: str, number: int = 0) -> dict[str, str]:
    """The sample entry under whole field ids."""
    return {f"entries[{number}].{key}": value for key, value in ENTRIES[kind].items()}


def facts(kind: str) -> Facts:
    """A register in which the sample is true."""
    office = OfficeFact(
        OFFICE, "12345", "健保サービス株式会社", "健保良一", "1000013", "東京都千代田区霞が関1-2-2", "03-1234-5678"
    )
    period = PeriodFact(OFFICE, "123", date(2020, 4, 1), date(2026, 11, 16) if kind == "acquisition" else None)
    elsewhere = PeriodFact("02-アイウ", "7", date(2015, 4, 1))
    people = {
        SELF: PersonFact("ヤマダ　タロウ", "山田　太郎", date(1990, 5, 10), "1", (period,)),
        STRANGER: PersonFact(
            "スズキ　ジロウ",
            "鈴木　次郎",
            date(1985, 1, 2),
            "1",
            (elsewhere, PeriodFact(OFFICE, "500", date(2010, 4, 1), date(2011, 4, 1))),
            (DependantFact(("2112345678",), date(2024, 4, 1)),),
        ),
    }
    return MemoryFacts([office], people)


def context(kind: str) -> RuleContext:
    """The context in which the sample is judged."""
    return RuleContext(CHECK_DATE, facts(kind))


def laid_over(kind: str, changes: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Header and entry of the sample with an example's values over it."""
    header = HEADER | {key: value for key, value in changes.items() if key.startswith("header.")}
    own = {f"entries[0].{key}": value for key, value in changes.items() if not key.startswith("header.")}
    return header, entry(kind) | own
