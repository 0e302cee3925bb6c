"""D4-D9 and the form's own order: who can be a dependant, and what each kind of change needs."""

from __future__ import annotations

import re

from forms.model import Text
from forms.values import wareki
from validators.engine import Check, Example, Hit, Lack, Rule, Said, Severity
from validators.rules import samples
from validators.rules.limits import limits
from validators.rules.persons import OTHERS, SPOUSE, dependants, qualifying
from validators.view import View

KIND = "dependants"
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def cohabitation(view: View) -> Said:
    """D4: relatives who must live together with the insured."""
    sets = limits()["cohabitation"]
    for person in (p for p in qualifying(view) if p in OTHERS):
        relation, living = view.get(person.key("relation")), view.get(person.key("living"))
        keys = (person.key("living"), person.key("relation"))
        if living == "2" and relation in sets["needed"]:
            yield Hit(
                keys,
                f"{person.who.ja}は別居ですが、この続柄は同居が必要です。"
                "同居別居と続柄を用紙で確かめ、届出人に確認してください。",
                f"{_cap(person.who.en)} lives apart, but this relation "
                "must live together. See both fields, ask the filer.",
            )
        elif living == "2" and relation in sets["open"]:
            yield Lack(
                "degree_of_relation",
                f"{person.who.ja}は別居で、続柄「その他」に同居が必要かは親等で決まります。戸籍等で確認してください。",
                f"{_cap(person.who.en)} lives apart; whether this relation "
                "must live together depends on its degree. See the "
                "papers.",
                keys,
            )


def domestic(view: View) -> Said:
    """D5: residence in Japan, or an exception; visas are in no field."""
    for person in qualifying(view):
        event = view.date(person.key("start_date"))
        if event is None or event < limits()["domestic_residence_from"]:
            continue
        address = view.get(person.key("addr"))
        if address and not _JAPANESE.search(address) and view.get(person.key("abroad")) != "1":
            yield Hit(
                (person.key("addr"), person.key("abroad")),
                f"{person.who.ja}の住所が国内ではないようですが、海外特例要件の記入がありません。"
                "届出人に確認してください。",
                f"The address of {person.who.en} seems to be abroad and no exception is marked. Ask the filer.",
            )
        if person is SPOUSE and view.get("spouse.nationality"):
            yield Lack(
                "visa",
                "外国籍の方です。医療滞在・観光等の在留資格でないか、在留カード等で確認してください。",
                "A foreign national: see from the residence card that it is no visa for medical or long stay.",
                ("spouse.nationality",),
            )


def under_75(view: View) -> Said:
    """D6."""
    limit = limits()["ages"]["health_insurance_ends"]
    for person in qualifying(view):
        birth, event = view.date(person.key("birth")), view.date(person.key("start_date"))
        if birth and event and limit <= wareki.age(birth, event) <= limits()["ages"]["oldest"]:
            yield Hit(
                (person.key("birth"), person.key("start_date")),
                f"{person.who.ja}は{wareki.age(birth, event)}歳です。"
                "75歳以上は後期高齢者医療に入るため被扶養者になれません。"
                "生年月日を確かめてください。",
                f"{_cap(person.who.en)} is {wareki.age(birth, event)}: "
                "from 75 nobody can be a dependant. See the birth.",
            )


def change_needs(view: View) -> Said:
    """D7: 非該当 and 変更 need the insured number; 非該当 a date and a reason."""
    change = view.get("insured.change_type")
    if change in {"2", "3"} and not view.get("insured.insured_no"):
        yield Hit(
            ("insured.insured_no", "insured.change_type"),
            "異動の別が2（非該当）・3（変更）のときは被保険者整理番号が必要ですが、"
            "空白です。届出人に確認してください。",
            "With kind of change 2 or 3 the insured number is needed, and it is blank. Ask the filer.",
            also=("2202-8",),
        )
    for person in dependants(view) if change == "2" else ():
        blank = [person.key(name) for name in ("end_date", "end_reason") if not view.get(person.key(name))]
        if blank:
            yield Hit(
                tuple(blank),
                f"{person.who.ja}の被扶養者でなくなった日または理由が空白です。"
                "非該当の届出には両方必要です。届出人に確認してください。",
                f"Date or reason of ceasing is blank for {person.who.en}; both are needed. Ask the filer.",
            )


def sexes(view: View) -> Said:
    """D8: husband and wife are of opposite sex to the insured."""
    relation, sex = view.get("spouse.relation"), view.get("insured.sex")
    spouse_sex = {"1": "1", "3": "1", "2": "2", "4": "2"}.get(relation)
    if spouse_sex and sex in {"1", "2"} and sex == spouse_sex:
        ja, en = ("夫", "a husband") if spouse_sex == "1" else ("妻", "a wife")
        own_ja, own_en = ("男", "male") if sex == "1" else ("女", "female")
        yield Hit(
            ("spouse.relation", "insured.sex"),
            f"続柄が「{ja}」ですが、被保険者の性別も「{own_ja}」です。どちらかの○の読み違いか用紙で確かめてください。",
            f"The relation is {en}, and the insured is {own_en} too. See on the sheet which circle was misread.",
        )


def third_category(view: View) -> Said:
    """D9: the 第3号 part goes with a spouse of 20 to 59 [M]."""
    if view.get("insured.change_type") != "1" or not view.has("spouse"):
        return
    birth, event = view.date("spouse.birth"), view.date("spouse.start_date")
    if birth is None or event is None:
        return
    low, high = limits()["ages"]["third_category"]
    age, filled = wareki.legal_age(birth, event), bool(view.get("spouse.report_date"))
    if low <= age <= high and not filled:
        yield Hit(
            ("spouse.report_date", "spouse.birth"),
            f"配偶者は{age}歳で国民年金第3号被保険者になりますが、第3号届出日が空白です。届出人に確認してください。",
            f"The spouse is {age} and becomes third-category insured,"
            " but the date of that filing is blank. Ask the filer.",
            also=("2202-23",),
        )
    elif not low <= age <= high and filled:
        yield Hit(
            ("spouse.report_date", "spouse.birth"),
            f"配偶者は{age}歳で第3号被保険者になりませんが、第3号届出日が書かれています。生年月日を確かめてください。",
            f"The spouse is {age} and is not third-category insured, yet that date is filled. See the birth.",
            also=("2202-23",),
        )


def someone(view: View) -> Said:
    """G0 of 2202: an insured without any dependant is nothing to decide on."""
    if not any(dependants(view)):
        yield Hit(
            ("insured.change_type",),
            "被扶養者が1人も記入されていません。異動の届出になりません。用紙を確かめ、届出人に確認してください。",
            "No dependant is entered, so there is no change to decide on. Look at the sheet and ask the filer.",
        )


def in_order(view: View) -> Said:
    """D10: the first place of the other dependants is filled before the second."""
    first, second = OTHERS
    if view.has(second.block) and not view.has(first.block):
        yield Hit(
            (second.key("name_kana"),),
            "その他の被扶養者2だけが書かれています。1から書く決まりです。1の読み落としでないか用紙で確かめてください。",
            "Only other dependant 2 is filled; 1 comes first. See whether 1 was missed on the sheet.",
            also=("2202-104",),
        )


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


def _all_ceasing() -> dict[str, str]:
    return {
        "insured.change_type": "2",
        **{
            person.key(key): value
            for person in (SPOUSE, *OTHERS)
            for key, value in (("end_date", "9081116"), ("end_reason", "3"))
        },
    }


_NO_FIRST = {key: "" for key in samples.DEPENDANTS if key.startswith("others[0]")}


def _rule(
    id_: str,
    severity: Severity,
    title: Text,
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
        title,
        source,
        fields,
        check,
        lacks=lacks,
        breaking=tuple(Example(KIND, values) for values in breaking),
        passing=tuple(Example(KIND, values) for values in passing),
    )


RULES = (
    _rule(
        "D4",
        "W",
        Text("同居が必要な続柄は同居", "Relations that must live together do"),
        "domain [C]",
        ("living", "relation"),
        cohabitation,
        [{"others[0].relation": "04", "others[0].living": "2"}, {"others[1].relation": "02", "others[1].living": "2"}],
        [
            {"others[0].living": "2"},
            {"others[0].relation": "10", "others[0].relation_other": "おば", "others[0].living": "2"},
        ],
        ("degree_of_relation",),
    ),
    _rule(
        "D5",
        "W",
        Text("国内居住、または海外特例", "Residence in Japan, or an exception"),
        "domain [C]",
        ("addr", "abroad", "nationality"),
        domestic,
        [{"spouse.addr": "5thAvenue,NewYork"}],
        [{"spouse.addr": "5thAvenue,NewYork", "spouse.abroad": "1"}, {"spouse.nationality": "ブラジル"}],
        ("visa",),
    ),
    _rule(
        "D6",
        "E",
        Text("75歳以上は被扶養者になれない", "Nobody of 75 or over"),
        "domain [C]",
        ("birth", "start_date"),
        under_75,
        [{"others[1].birth": "5261116"}],
        [{"others[1].birth": "5261117"}],
    ),
    _rule(
        "D7",
        "E",
        Text("非該当・変更には整理番号、非該当には日付と理由", "Ceasing and changing need number, date and reason"),
        "CHK/SPEC",
        ("insured.insured_no", "insured.change_type", "end_date", "end_reason"),
        change_needs,
        [
            {"insured.change_type": "3", "insured.insured_no": ""},
            {**_all_ceasing(), "spouse.end_date": ""},
            {**_all_ceasing(), "others[0].end_reason": ""},
        ],
        [_all_ceasing(), {"insured.insured_no": ""}, {"insured.change_type": "3"}],
    ),
    _rule(
        "D8",
        "W",
        Text("夫・妻は被保険者と異なる性別", "Husband and wife are of opposite sex"),
        "domain [D]",
        ("spouse.relation", "insured.sex"),
        sexes,
        [{"insured.sex": "2"}, {"spouse.relation": "3"}],
        [{"insured.sex": "2", "spouse.relation": "1"}, {"spouse.relation": "4"}],
    ),
    _rule(
        "D9",
        "W",
        Text("20〜59歳の配偶者は第3号の届出", "A spouse of 20 to 59 files the third category"),
        "domain [M]",
        ("spouse.report_date", "spouse.birth", "spouse.start_date"),
        third_category,
        [{"spouse.report_date": ""}, {"spouse.birth": "7310101"}, {"spouse.birth": "5411117"}],
        [
            {"spouse.birth": "5411117", "spouse.report_date": ""},
            {"spouse.birth": "5411118"},
            {"spouse.birth": "7181117"},
        ],
    ),
    _rule(
        "D10",
        "W",
        Text("その他の被扶養者は1から書く", "Other dependants are entered from 1"),
        "domain 2.3 [B]",
        ("others[0]", "others[1]"),
        in_order,
        [_NO_FIRST],
        [{}],
    ),
)
