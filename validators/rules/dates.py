"""G1-G3, G9: dates that exist, lie in time, fit a life, and were filed in time."""

from __future__ import annotations

from datetime import date

from forms.model import Text
from forms.values import wareki
from validators.engine import Example, Hit, Rule, Said, unreadable
from validators.rules.deadline import last_day
from validators.rules.limits import DateField, date_fields, limits
from validators.rules.persons import dependants
from validators.view import View

KINDS = ("acquisition", "dependants")
_WRONG = {
    "format": ("年月日の形になっていません", "is not an era digit and six digits"),
    "era": ("元号の番号（1明治 3大正 5昭和 7平成 9令和）ではありません", "has no era digit (1, 3, 5, 7, 9)"),
    "day": ("暦にない日です", "is a day that no calendar has"),
    "outside_era": ("その元号の期間の外です", "lies outside its era"),
}


def real_dates(view: View) -> Said:
    """G1 of the header or of an entry."""
    for field in date_fields(view.kind, header=view.index is None):
        if view.null(field.key):
            yield unreadable(field.key)
        elif value := view.get(field.key):
            yield from _real(field, value)


def _real(field: DateField, value: str) -> Said:
    problem = wareki.problem(value)
    spoken = wareki.spoken(value)
    if problem is None:
        if value[0] not in field.eras:
            eras = "・".join(wareki.ERAS[code].ja for code in field.eras)
            en = ", ".join(wareki.ERAS[code].en for code in field.eras)
            yield Hit(
                (field.key,),
                f"「{spoken}」の元号はこの欄では使えません。使えるのは{eras}です。元号の○印を用紙で確かめてください。",
                f'"{wareki.spoken_en(value)}": this field admits {en} only. See on the sheet which era is marked.',
            )
        return
    ja, en = _WRONG[problem]
    meant = wareki.proposal(value)
    if meant:
        proposal = Text(
            f"{wareki.spoken(meant)}のことではありませんか。", f" Probably {wareki.spoken_en(meant)} is meant."
        )
    else:
        proposal = Text("", "")
    # 平成31年5月 and later is what people write from their old papers: understood, but a person looks (5.5).
    yield Hit(
        (field.key,),
        f"「{spoken}」は{ja}。{proposal.ja}用紙を見直してください。",
        f'"{wareki.spoken_en(value)}" {en}.{proposal.en} Look at the sheet.',
        "W" if wareki.overrun(value) else None,
    )


def not_in_future(view: View) -> Said:
    """G2 of the header or of an entry."""
    late = [
        (field.key, day)
        for field in date_fields(view.kind, header=view.index is None)
        if field.event and not view.null(field.key) and (day := view.date(field.key)) and day > view.context.check_date
    ]
    for key, day in late:
        check = view.context.check_date
        yield Hit(
            (key,),
            f"{_ja(day)}は受付日（{_ja(check)}）より後です。先の日付では届け出られません。用紙を見直してください。",
            f"{day} is after the receipt date ({check}); nothing can be filed ahead. Look at the sheet.",
        )


def _ja(day: date) -> str:
    return wareki.spoken(wareki.from_date(day))


def events(view: View) -> list[tuple[str, str]]:
    """Pairs of birth key and event key of an entry."""
    if view.kind == "acquisition":
        return [("birth", "acq_date")]
    pairs = [("insured.birth", "insured.acq_date")]
    for person in dependants(view):
        pairs += [(person.key("birth"), person.key(event)) for event in ("start_date", "end_date")]
    return pairs


def fits_a_life(view: View) -> Said:
    """G3: birth before the event, and an age that people reach."""
    oldest = limits()["ages"]["oldest"]
    for birth_key, event_key in events(view):
        birth, event = view.date(birth_key), view.date(event_key)
        if birth is None or event is None or birth > view.context.check_date:
            continue
        age = wareki.age(birth, event)
        if birth > event:
            yield Hit(
                (birth_key, event_key),
                f"生年月日（{_ja(birth)}）が届出の日（{_ja(event)}）より後です。元号と年を用紙で確かめてください。",
                f"Born on {birth}, after the event of {event}. See era and year of both on the sheet.",
            )
        elif age > oldest:
            yield Hit(
                (birth_key, event_key),
                f"生年月日（{_ja(birth)}）では{age}歳になります。元号の○印を用紙で確かめてください。",
                f"Born on {birth} means an age of {age}. See on the sheet which era is marked.",
            )


def changes(view: View) -> list[str]:
    """The dates that a 2202 entry is about: becoming for 該当, ceasing for 非該当; 変更 changes no date."""
    names = {"1": ("start_date",), "2": ("end_date",), "3": ()}.get(
        view.get("insured.change_type"), ("start_date", "end_date")
    )
    return [person.key(name) for person in dependants(view) for name in names]


def in_time(view: View) -> Said:
    """G9: received within the days of the deadline table."""
    days = limits()["deadlines"][view.kind]
    keys = ["acq_date"] if view.kind == "acquisition" else changes(view)
    late = [key for key in keys if (day := view.date(key)) and view.context.check_date > last_day(day, days)]
    if late:
        first = min(day for key in late if (day := view.date(key)))
        due = last_day(first, days)
        over = (view.context.check_date - due).days
        yield Hit(
            tuple(late),
            f"事実の日（{_ja(first)}）から{days}日以内の期限（{_ja(due)}）を{over}日過ぎています。遅れた理由と確認書類を見てください。",
            f"The fact of {first} was to be filed by {due}; it is {over} days late. See the reason and the papers.",
        )


_READS = ("birth", "acq_date", "start_date", "end_date", "header.submit_date")
RULES = (
    Rule(
        "G1",
        KINDS,
        "E",
        Text(
            "日付が暦と元号に合い、その欄で使える元号である", "Dates are real, in their era, of an era the field admits"
        ),
        "CHK",
        _READS,
        real_dates,
        real_dates,
        breaking=(
            Example("acquisition", {"acq_date": "9081131"}),
            Example("acquisition", {"birth": "5640108"}),
            Example("acquisition", {"birth": "7310501"}),
            Example("acquisition", {"acq_date": "5600401"}),
            Example("acquisition", {"header.submit_date": "9080230"}),
            Example("dependants", {"spouse.birth": "3100101"}),
            Example("dependants", {"others[0].start_date": "9081301"}),
        ),
        passing=(
            Example("acquisition", {"birth": "5640107"}),
            Example("acquisition", {"birth": "9010501"}),
            Example("dependants", {"spouse.birth": "5011225"}),
        ),
    ),
    Rule(
        "G2",
        KINDS,
        "E",
        Text("日付が受付日より後でない", "No date lies after the receipt date"),
        "CHK",
        _READS,
        not_in_future,
        not_in_future,
        breaking=(
            Example("acquisition", {"acq_date": "9081122"}),
            Example("acquisition", {"header.submit_date": "9090101"}),
            Example("dependants", {"spouse.start_date": "9081122"}),
        ),
        passing=(
            Example("acquisition", {"acq_date": "9081121"}),
            Example("dependants", {"spouse.start_date": "9081121"}),
        ),
    ),
    Rule(
        "G3",
        KINDS,
        "W",
        Text("生年月日が届出の日より前で、年齢が0〜120歳", "Born before the event, aged 0 to 120"),
        "domain [D]",
        _READS,
        fits_a_life,
        breaking=(
            Example("acquisition", {"birth": "9081117"}),
            Example("acquisition", {"birth": "1380101"}),
            Example("dependants", {"others[0].birth": "9081117", "others[0].start_date": "9081116"}),
        ),
        passing=(Example("dependants", {"others[0].birth": "9081116", "others[0].start_date": "9081116"}),),
    ),
    Rule(
        "G9",
        KINDS,
        "W",
        Text("期限内の届出", "Filed within the deadline"),
        "domain 5.7",
        ("acq_date", "start_date", "end_date"),
        in_time,
        breaking=(
            Example("acquisition", {"acq_date": "9081001"}),
            Example("dependants", {"spouse.start_date": "9081001"}),
        ),
        passing=(
            Example("acquisition", {"acq_date": "9081117"}),
            Example("dependants", {"insured.change_type": "3", "spouse.start_date": "9020401"}),
        ),
    ),
)
