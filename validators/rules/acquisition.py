"""A1-A9: the acquisition of insured status (2200)."""

from __future__ import annotations

from forms.model import Text
from forms.values import numbers, wareki
from forms.values.yen import CAP
from validators.engine import Check, Example, Hit, Lack, Rule, Said, Severity
from validators.rules.limits import limits
from validators.view import View

KIND = "acquisition"
LEAST = 1000  # yen, the least monthly remuneration the record takes


def date_present(view: View) -> Said:
    """A1 (return reason 1)."""
    if not view.get("acq_date"):
        yield Hit(
            ("acq_date",),
            "取得（該当）年月日が空白です。必ず記入する欄です。届出人に確認するか、返戻してください（理由1）。",
            "The acquisition date is blank. It must be filled. Ask the filer, or return it (reason 1).",
            also=("2200-18", "2200-19"),
        )


def number_present(view: View) -> Said:
    """A2 (return reasons 2 and 3)."""
    kind = numbers.combined(view.get("my_number"))
    if kind == "blank":
        yield Hit(
            ("my_number",),
            "個人番号も基礎年金番号もありません。どちらか一方が必要です。"
            "届出人に確認するか、返戻してください（理由2）。",
            "There is neither a My Number nor a pension number. One is needed. Ask the filer, or return it (reason 2).",
            also=("G7", "2200-13"),
        )
    elif kind == "bpn":
        blank = [key for key in ("zip", "addr_kana", "addr") if not view.get(key)]
        if blank:
            yield Hit(
                tuple(blank),
                "基礎年金番号が書かれているので、郵便番号・住所・フリガナが必要ですが、"
                "空白があります。届出人に確認するか、返戻してください（理由3）"
                "。",
                "With a pension number, postal code, address and its "
                "kana are needed; here one is blank. Ask the filer,"
                " or return it (reason 3).",
                also=("G8", "2200-29", "2200-30", "2200-31", "2200-32"),
            )


def total(view: View) -> Said:
    """A3 (return reason 5)."""
    cash, kind, whole = (view.amount(key) for key in ("wage_cash", "wage_kind", "wage_total"))
    if whole is None:
        yield Hit(
            ("wage_total",),
            "報酬月額の合計㋒が空白です。必ず記入する欄です。届出人に確認するか、返戻してください（理由5）。",
            "The total ㋒ of the remuneration is blank. It must be filled. Ask the filer, or return it (reason 5).",
            also=("2200-23",),
        )
        return
    if cash is not None and min(cash + (kind or 0), CAP) != whole:
        due = min(cash + (kind or 0), CAP)
        yield Hit(
            ("wage_cash", "wage_kind", "wage_total"),
            f"合計㋒{whole:,}円が、㋐＋㋑の{due:,}円と合いません。"
            "どの欄の読み違いか用紙で確かめ、書き違いなら届出人に確認してください。",
            f"The total ㋒ of {whole:,} yen is not ㋐ + ㋑, {due:,} "
            "yen. See which was misread; if none was, ask the filer.",
            also=("G10", "2200-23"),
        )
    elif whole < LEAST:
        yield Hit(
            ("wage_total",),
            f"合計㋒が{whole:,}円です。1,000円未満の報酬月額は届け出られません。桁を用紙で確かめてください。",
            f"The total ㋒ is {whole:,} yen; less than 1,000 cannot be filed. See the digits on the sheet.",
            also=("2200-23",),
        )


def short_time(view: View) -> Said:
    """A4 (return reason 4): whether someone is a 短時間労働者 is in no field and not in the register."""
    marked = "3" in view.codes("remarks")
    if marked:
        yield Lack(
            "office_size",
            "短時間労働者の印があります。特定適用事業所等か（被保険者数）を確認してください。",
            "Marked as short-time worker: see whether the office is a specified one (number of insured).",
            ("remarks",),
        )
    else:
        yield Lack(
            "working_hours",
            "短時間労働者かどうかは所定労働時間がないと判断できません。印の付け忘れでないか確認してください。",
            "Whether this is a short-time worker cannot be told without the working hours. Is the mark missing?",
            ("remarks",),
        )


def category(view: View) -> Said:
    """A5."""
    types, kinds = set(view.codes("acq_type")), view.codes("kind")
    if types & {"1", "3", "4"} and not kinds:
        yield Hit(
            ("kind", "acq_type"),
            "種別（性別）が空白です。取得区分が1・3・4のときは必要です。届出人に確認してください。",
            "The category (sex) is blank. With acquisition type 1, 3 or 4 it is needed. Ask the filer.",
            also=("2200-11",),
        )
    elif types & {"3", "4"} and kinds and not set(kinds) <= {"1", "2"}:
        yield Hit(
            ("kind", "acq_type"),
            "取得区分が3・4のとき、種別は1（男）か2（女）だけです。○の位置を用紙で確かめてください。",
            "With acquisition type 3 or 4 the category is 1 (male) or 2 (female) only. See the circles on the sheet.",
            also=("2200-11",),
        )


def seventy(view: View) -> Said:
    """A6."""
    birth, acquired = view.date("birth"), view.date("acq_date")
    if birth is None or acquired is None:
        return
    day = wareki.reaches(birth, limits()["ages"]["pension_ends"])
    marked = "1" in view.codes("remarks")
    spoken = wareki.spoken(wareki.from_date(day))
    if marked and acquired < day:
        yield Hit(
            ("remarks", "birth", "acq_date"),
            f"70歳以上被用者該当の印がありますが、70歳到達日（{spoken}）"
            "より前の取得です。印か日付の読み違いを確かめてください。",
            f"Marked as 70 or over, but acquired before reaching 70 on {day}. See whether mark or dates were misread.",
            also=("2200-19", "2200-24"),
        )
    elif not marked and acquired >= day:
        yield Hit(
            ("remarks", "birth", "acq_date"),
            f"{spoken}に70歳に達していますが、70歳以上被用者該当の印がありません。届出人に確認してください。",
            f"Reached 70 on {day}, but is not marked as 70 or over. Ask the filer.",
            "W",
            ("2200-24",),
        )


def reemployed(view: View) -> Said:
    """A7: re-employment after retirement at 60 or over, acquired on the day of the loss."""
    if "4" not in view.codes("remarks"):
        return
    birth, acquired = view.date("birth"), view.date("acq_date")
    least = limits()["ages"]["reemployment"]
    if birth and acquired and wareki.legal_age(birth, acquired) < least:
        yield Hit(
            ("remarks", "birth", "acq_date"),
            f"継続再雇用の印がありますが、{least}歳になっていません。印か生年月日を用紙で確かめてください。",
            f"Marked as re-employed, but younger than {least}. See mark and birth on the sheet.",
            also=("2200-27",),
        )
    facts, number = view.context.facts, view.get("my_number")
    found = facts.person(number) if facts and number else None
    if (
        found
        and acquired
        and not any(p.office_ref == view.get("header.office_ref") and p.lost_on == acquired for p in found.periods)
    ):
        yield Hit(
            ("remarks", "acq_date"),
            "継続再雇用の取得日と同じ日の資格喪失が登録にありません。喪失届が出ているか確かめてください。",
            "The register has no loss at this office on the day of this acquisition. See whether it was filed.",
        )
    yield Lack(
        "attachments",
        "継続再雇用の添付書類（就業規則・退職辞令と雇用契約書、または事業主の証明）を確認してください。",
        "See the papers of the re-employment (work rules or notice of retirement with contract, or employer's proof).",
        ("remarks",),
    )


def working_age(view: View) -> Said:
    """A8."""
    birth, acquired = view.date("birth"), view.date("acq_date")
    if birth is None or acquired is None or birth > acquired:
        return
    ages = limits()["ages"]
    age = wareki.age(birth, acquired)
    if age < ages["least_acquisition"]:
        yield Hit(
            ("birth", "acq_date"),
            f"取得時の年齢が{age}歳です。{ages['least_acquisition']}歳未満の取得は通常ありません。"
            "生年月日の元号を確かめてください。",
            f"Aged {age} at acquisition; below {ages['least_acquisition']} "
            "this hardly occurs. See the era of the birth.",
        )
    elif ages["health_insurance_ends"] <= age <= ages["oldest"]:
        yield Hit(
            ("birth", "acq_date"),
            f"取得時の年齢が{age}歳です。75歳以上は健康保険の被保険者になれません。届出人に確認してください。",
            f"Aged {age} at acquisition; from 75 nobody is insured in health insurance. Ask the filer.",
        )


def eve(view: View) -> Said:
    """A9: the age is reached on the day before the birthday."""
    birth, acquired = view.date("birth"), view.date("acq_date")
    for age in limits()["ages"]["eve_ages"] if birth and acquired else ():
        assert birth is not None
        if acquired == wareki.reaches(birth, age):
            yield Hit(
                ("birth", "acq_date"),
                f"取得日は{age}歳の誕生日の前日で、法律上この日に{age}歳に達します。",
                f"The acquisition is on the eve of the {age}th birthday; in law {age} is reached on this day.",
            )


def _rule(
    id_: str,
    severity: Severity,
    ja: str,
    en: str,
    source: str,
    fields: tuple[str, ...],
    check: Check,
    breaking: list[dict[str, str]],
    passing: list[dict[str, str]],
    lacks: tuple[str, ...] = (),
) -> Rule:
    return Rule(
        id_,
        (KIND,),
        severity,
        Text(ja, en),
        source,
        fields,
        check,
        lacks=lacks,
        breaking=tuple(Example(KIND, values) for values in breaking),
        passing=tuple(Example(KIND, values) for values in passing),
    )


_BPN = {"my_number": "2112345678"}
_HOME = {"zip": "1000013", "addr_kana": "トウキョウトチヨダク", "addr": "東京都千代田区霞が関1-1"}
_AGES = ("birth", "acq_date", "remarks")
RULES = (
    _rule(
        "A1",
        "E",
        "取得年月日がある",
        "There is an acquisition date",
        "HEN-S 1",
        ("acq_date",),
        date_present,
        [{"acq_date": ""}],
        [{}],
    ),
    _rule(
        "A2",
        "E",
        "個人番号、または基礎年金番号と住所がある",
        "My Number, or pension number with address",
        "HEN-S 2, 3",
        ("my_number", "zip", "addr_kana", "addr"),
        number_present,
        [{"my_number": ""}, _BPN, {**_BPN, **_HOME, "addr_kana": ""}],
        [{**_BPN, **_HOME}, {}],
    ),
    _rule(
        "A3",
        "E",
        "報酬月額の合計が㋐＋㋑で、1,000円以上",
        "The total is ㋐ + ㋑ and at least 1,000 yen",
        "HEN-S 5, CHK",
        ("wage_cash", "wage_kind", "wage_total"),
        total,
        [
            {"wage_total": ""},
            {"wage_total": "310000"},
            {"wage_kind": "5000"},
            {"wage_cash": "900", "wage_total": "900"},
            {"wage_cash": "9999999", "wage_kind": "1", "wage_total": "10000000"},
        ],
        [
            {"wage_kind": "5000", "wage_total": "305000"},
            {"wage_cash": "9999999", "wage_kind": "1", "wage_total": "9999999"},
        ],
    ),
    _rule(
        "A4",
        "W",
        "短時間労働者の印",
        "The mark of short-time workers",
        "HEN-S 4",
        ("remarks",),
        short_time,
        [],
        [{}],
        ("working_hours", "office_size"),
    ),
    _rule(
        "A5",
        "E",
        "取得区分1・3・4には種別、3・4には1か2",
        "Category fits the acquisition type",
        "CHK",
        ("kind", "acq_type"),
        category,
        [{"kind": ""}, {"acq_type": "3", "kind": "3"}, {"acq_type": "4", "kind": "5"}],
        [{"acq_type": "3", "kind": "2"}, {"kind": "5"}],
    ),
    _rule(
        "A6",
        "E",
        "70歳以上被用者該当の印が年齢と合う",
        "The over-70 mark fits the age",
        "CHK",
        _AGES,
        seventy,
        [{"remarks": "1"}, {"birth": "5311117"}, {"birth": "5311118", "remarks": "1"}],
        [{"birth": "5311117", "remarks": "1"}, {"birth": "5311118"}],
    ),
    _rule(
        "A7",
        "W",
        "継続再雇用は60歳以上で同日得喪",
        "Re-employment: 60 or over, lost and acquired on one day",
        "HEN-S 6",
        (*_AGES, "my_number"),
        reemployed,
        [{"remarks": "4"}, {"remarks": "4", "birth": "5400101", "acq_date": "9081117"}],
        [{"remarks": "4", "birth": "5400101"}],
        ("attachments",),
    ),
    _rule(
        "A8",
        "W",
        "取得時の年齢が15歳以上75歳未満",
        "Aged 15 to 74 at acquisition",
        "domain [D]",
        _AGES,
        working_age,
        [{"birth": "7231117"}, {"birth": "5261116"}],
        [{"birth": "7231116"}, {"birth": "5261117", "remarks": "1"}],
    ),
    _rule(
        "A9",
        "I",
        "65歳・70歳は誕生日の前日に達する",
        "65 and 70 are reached on the eve of the birthday",
        "CHK",
        _AGES,
        eve,
        [{"birth": "5361117"}, {"birth": "5311117", "remarks": "1"}],
        [{"birth": "5361116"}],
    ),
    Rule("G10", (KIND,), "E", Text("合計の計算が合う", "Totals add up"), "CHK", same_as=("A3",)),
)
