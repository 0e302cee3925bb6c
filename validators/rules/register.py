"""P1-P4: what the register says against the filing (requirements.md R18-R20); every one needs a person."""

from __future__ import annotations

from datetime import date

from forms.model import Text
from forms.values import characters, numbers, wareki
from validators.context import Facts, PersonFact, same_kana
from validators.engine import Example, Hit, Lack, Rule, Said
from validators.rules import samples
from validators.rules.persons import Person, dependants, present
from validators.view import View

_SEX_OF_KIND = {"1": "1", "5": "1", "2": "2", "6": "2"}  # 坑内員 (3, 7) says nothing of the sex
_SEX_OF_SPOUSE = {"1": "1", "3": "1", "2": "2", "4": "2"}


def _register(view: View) -> Facts | None:
    return view.context.facts


def _no_register(fields: tuple[str, ...]) -> Lack:
    return Lack("register", "登録がないため照合できません。", "No register is at hand to compare with.", fields)


def _found(view: View, person: Person) -> PersonFact | None:
    facts, number = _register(view), view.get(person.key("my_number"))
    return facts.person(number) if facts and numbers.combined(number) in {"bpn", "my_number"} else None


def already_insured(view: View) -> Said:
    """P1: an open insurance period of the person."""
    if _register(view) is None:
        yield _no_register(("my_number",))
        return
    found, acquired = _found(view, Person("", Text("", ""))), view.date("acq_date")
    if found is None or acquired is None:
        return
    ref = view.get("header.office_ref")
    still = [p for p in found.periods if p.acquired_on <= acquired and (p.lost_on is None or p.lost_on > acquired)]
    if any(p.office_ref == ref for p in still):
        yield Hit(
            ("my_number", "acq_date"),
            "この人はこの事業所で既に被保険者です。二重の届出か、喪失届の未提出でないか確認してください。",
            "This person is insured at this office already. Is it filed twice, or is a loss not filed?",
        )
    elif still and "2" not in view.codes("remarks"):
        yield Hit(
            ("my_number", "acq_date", "remarks"),
            "この人は別の事業所で被保険者です。二以上事業所勤務の印がありません。喪失届の有無を確認してください。",
            "This person is insured at another office, and two employers is not marked. See whether a loss is to come.",
        )


def same_person(view: View) -> Said:
    """P2: birth, sex and name of the person to whom the number belongs."""
    if _register(view) is None:
        yield _no_register(tuple(p.key("my_number") for p in present(view)))
        return
    for person in present(view):
        found = _found(view, person)
        if found is None:
            continue
        differs = [(key, name) for key, name, same in _compare(view, person, found) if not same]
        if differs:
            yield Hit(
                (*(key for key, _ in differs), person.key("my_number")),
                f"{person.who.ja}の番号の人は、登録では{'・'.join(name.ja for _, name in differs)}が違います"
                "。番号の読み違いか、氏名等の変更か確かめてください。",
                f"The register has another {', '.join(name.en for _, name in differs)} "
                f"for the number of {person.who.en}. A misread number,"
                " or a change?",
            )


def _compare(view: View, person: Person, found: PersonFact) -> list[tuple[str, Text, bool]]:
    birth, sex = view.date(person.key("birth")), _sex(view, person)
    kana, kanji = view.get(person.key("name_kana")), view.get(person.key("name_kanji"))
    key = {"acquisition": "kind", "dependants": "relation" if person.block == "spouse" else "sex"}[view.kind]
    return [
        (person.key("birth"), Text("生年月日", "birth"), birth is None or birth == found.birth),
        (person.key(key), Text("性別", "sex"), not sex or not found.sex or sex == found.sex),
        (person.key("name_kana"), Text("フリガナ", "kana name"), not kana or same_kana(kana, found.name_kana)),
        (
            person.key("name_kanji"),
            Text("氏名", "name"),
            not kanji or characters.fold(kanji) == characters.fold(found.name_kanji),
        ),
    ]


def _sex(view: View, person: Person) -> str:
    if view.kind == "acquisition":
        return _SEX_OF_KIND.get(view.get("kind"), "")
    if person.block == "spouse":
        return _SEX_OF_SPOUSE.get(view.get("spouse.relation"), "")
    return view.get(person.key("sex"))


def insured_number(view: View) -> Said:
    """P3: whose the insured number is."""
    facts = _register(view)
    key = "insured_no" if view.kind == "acquisition" else "insured.insured_no"
    written = view.get(key)
    if not written:
        return
    if facts is None:
        yield _no_register((key,))
        return
    holder = facts.insured(view.get("header.office_ref"), written)
    if view.kind == "acquisition":
        if holder is not None:
            yield Hit(
                (key,),
                f"被保険者整理番号{written}はこの事業所で既に使われています。別の番号か、読み違いか確認してください。",
                f"The insured number {written} is taken at this office. Another number, or misread?",
            )
        return
    insured = _found(view, Person("insured", Text("", "")))
    if insured is not None and holder != insured:
        yield Hit(
            (key, "insured.my_number"),
            f"被保険者整理番号{written}は、登録ではこの被保険者の番号ではありません。"
            "整理番号か個人番号の読み違いを確かめてください。",
            f"In the register the insured number {written} is not this person's. See which number was misread.",
        )


def insured_on_the_day(view: View) -> Said:
    """P4: the insured is insured at the office on the day, and the dependant's state fits the change."""
    if _register(view) is None:
        yield _no_register(("insured.my_number",))
        return
    insured, ref = _found(view, Person("insured", Text("", ""))), view.get("header.office_ref")
    change = view.get("insured.change_type")
    for person in dependants(view) if change in {"1", "2"} else ():
        key = person.key("end_date" if change == "2" else "start_date")
        day = view.date(key)
        if day is None:
            continue
        if insured is not None and not any(
            p.office_ref == ref and p.acquired_on <= day and (p.lost_on is None or day <= p.lost_on)
            for p in insured.periods
        ):
            yield Hit(
                (key, "insured.my_number"),
                f"{person.who.ja}の異動の日に、被保険者はこの事業所で被保険者ではありません。"
                "取得届・喪失届の有無を確認してください。",
                f"On the day of the change of {person.who.en} the insured "
                "is not insured at this office. See acquisition and "
                "loss.",
            )
        yield from _state(view, person, change, day)


def _state(view: View, person: Person, change: str, day: date) -> Said:
    found = _found(view, person)
    if found is None:
        return
    still = any(d.began_on <= day and (d.ended_on is None or d.ended_on > day) for d in found.dependant)
    if change == "1" and still:
        yield Hit(
            (person.key("my_number"),),
            f"{person.who.ja}は登録で既に被扶養者です。非該当の届出が先でないか確認してください。",
            f"{person.who.en[:1].upper() + person.who.en[1:]} is "
            "somebody's dependant already. Must a ceasing be filed "
            "first?",
        )
    elif change == "2" and not still:
        yield Hit(
            (person.key("my_number"),),
            f"{person.who.ja}は登録では被扶養者ではありません。該当の届出の有無を確認してください。",
            f"{person.who.en[:1].upper() + person.who.en[1:]} is "
            "nobody's dependant in the register. See the filing "
            "before.",
        )


_BOTH = ("acquisition", "dependants")
_STRANGER = {
    "my_number": samples.STRANGER,
    "name_kana": "スズキ　ジロウ",
    "name_kanji": "鈴木　次郎",
    "birth": wareki.from_date(date(1985, 1, 2)),
}
RULES = (
    Rule(
        "P1",
        ("acquisition",),
        "W",
        Text("取得日に他の被保険者期間と重ならない", "No other insurance period on the day"),
        "requirements R20",
        ("my_number", "acq_date", "remarks"),
        already_insured,
        lacks=("register",),
        breaking=(Example("acquisition", _STRANGER), Example("acquisition", {"acq_date": "9081102"})),
        passing=(Example("acquisition", {**_STRANGER, "remarks": "2"}),),
    ),
    Rule(
        "P2",
        _BOTH,
        "W",
        Text("番号の人の生年月日・性別・氏名が登録と同じ", "Birth, sex and name are those of the number"),
        "requirements R18, R19",
        ("my_number", "birth", "sex", "name_kana", "name_kanji"),
        same_person,
        lacks=("register",),
        breaking=(
            Example("acquisition", {"birth": "7020511"}),
            Example("acquisition", {"kind": "2"}),
            Example("acquisition", {"name_kana": "ヤマグチ　タロウ"}),
            Example("dependants", {"insured.name_kanji": "山口　太郎"}),
        ),
        passing=(
            Example("acquisition", _STRANGER),
            Example("acquisition", {"name_kana": "ヤマダ　タロー"} | {"name_kana": "ヤマダ　タロウー"}),
        ),
    ),
    Rule(
        "P3",
        _BOTH,
        "W",
        Text("整理番号がその人の番号である", "The insured number is the person's own"),
        "requirements R18",
        ("insured_no", "insured.insured_no"),
        insured_number,
        lacks=("register",),
        breaking=(Example("acquisition", {"insured_no": "500"}), Example("dependants", {"insured.insured_no": "999"})),
        passing=(
            Example("acquisition", {"insured_no": "125"}),
            Example("dependants", {"insured.insured_no": "000123"}),
        ),
    ),
    Rule(
        "P4",
        ("dependants",),
        "W",
        Text(
            "異動の日に被保険者であり、被扶養者の状態が異動と合う",
            "Insured on the day, and the change fits the dependant's state",
        ),
        "requirements R20",
        ("insured.my_number", "start_date", "end_date"),
        insured_on_the_day,
        lacks=("register",),
        breaking=(
            Example("dependants", {"others[1].start_date": "9020331"}),
            Example("dependants", {"spouse.my_number": samples.STRANGER}),
        ),
        passing=(Example("dependants", {"others[1].start_date": "9020401"}),),
    ),
)
