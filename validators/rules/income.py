"""D1-D3: what a dependant may earn."""

from __future__ import annotations

from datetime import date

from forms.model import Text
from forms.values import wareki
from validators.engine import Example, Hit, Lack, Rule, Said
from validators.rules.limits import income_limits, limits
from validators.rules.persons import SPOUSE, Person, qualifying
from validators.view import View

KIND = "dependants"


def below_the_limit(view: View) -> Said:
    """D1: the limit in force on the day, by age; a disability, which raises it, is not on the form."""
    for person in qualifying(view):
        income, birth = view.amount(person.key("income")), view.date(person.key("birth"))
        event = view.date(person.key("start_date"))
        if income is None or birth is None or event is None or birth > event:
            continue
        limit = next(
            row
            for row in income_limits()
            if row.fits(
                on=event,
                age=wareki.legal_age(birth, event),
                age_on_31_dec=wareki.legal_age(birth, date(event.year, 12, 31)),
                spouse=person is SPOUSE,
            )
        )
        if income >= limit.below:
            fields = (person.key("income"), person.key("birth"))
            yield Hit(
                fields,
                f"{person.who.ja}の年収{income:,}円が基準の{limit.below:,}円以上です（{limit.source}）"
                "。障害の有無と収入の確認書類を見てください。",
                f"The annual income of {person.who.en}, {income:,} yen,"
                f" is not below {limit.below:,}. See whether disabled,"
                " and the papers.",
            )


def against_the_insured(view: View) -> Said:
    """D2: living together less than half of the insured's income; apart less than the remittance."""
    insured = view.amount("insured.income")
    for person in qualifying(view):
        income = view.amount(person.key("income"))
        if income is None:
            continue
        key, living = person.key("income"), view.get(person.key("living"))
        if living == "2":
            yield Lack(
                "remittance",
                f"{person.who.ja}は別居です。仕送り額が年収{income:,}円を上回るか、送金の書類で確認してください。",
                f"{_cap(person.who.en)} lives apart: see from the papers that the remittance is above {income:,} yen.",
                (key,),
            )
        elif living == "1" and insured is None and income > 0:
            yield Lack(
                "insured_income",
                f"被保険者の年収が書かれていないため、{person.who.ja}の年収がその半分未満か確認できません。",
                f"Without the insured's income it cannot be told whether that of {person.who.en} is less than half.",
                ("insured.income",),
            )
        elif living == "1" and insured is not None and income > 0 and income * 2 >= insured:
            yield Hit(
                (key, "insured.income"),
                f"{person.who.ja}の年収{income:,}円が、被保険者の年収{insured:,}円の半分以上です。"
                "生計維持の状況を確認してください。",
                f"The income of {person.who.en}, {income:,} yen, is "
                f"half or more of the insured's {insured:,}. See who "
                "supports whom.",
            )


def by_contract(view: View) -> Said:
    """D3: from 2026-04-01 wages are judged by the labour contract, which is a paper."""
    since = limits()["contract_income_from"]
    for person in qualifying(view):
        event = view.date(person.key("start_date"))
        earns = (view.amount(person.key("income")) or 0) > 0 and view.get(person.key("occupation")) != "3"
        if event and event >= since and earns:
            yield Lack(
                "labour_contract",
                f"{person.who.ja}の収入は労働条件通知書等の契約内容で判断します。添付を確認してください。",
                f"The income of {person.who.en} is judged by the labour contract. See the paper.",
                (person.key("income"),),
            )


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


def _of(person: Person, **values: str) -> dict[str, str]:
    return {person.key(key): value for key, value in values.items()}


_CHILD = {"others[0].occupation": "5", "others[0].start_reason": "3"}
RULES = (
    Rule(
        "D1",
        (KIND,),
        "W",
        Text("年収が基準額未満", "Annual income below the limit"),
        "sk-kenpo, keisan-kenpo [C]",
        ("income", "birth", "start_date"),
        below_the_limit,
        lacks=("disability",),
        breaking=(
            Example(KIND, _of(SPOUSE, income="1300000")),
            Example(KIND, {"others[1].income": "1800000"}),
            Example(KIND, {**_CHILD, "others[0].birth": "9010601", "others[0].income": "1300000"}),
            Example(KIND, {**_CHILD, "others[0].birth": "7160601", "others[0].income": "1500000"}),
            # before 2025-10-01 the limit of a student of 22 was that of everybody
            Example(
                KIND,
                {
                    **_CHILD,
                    "others[0].birth": "7150601",
                    "others[0].income": "1300000",
                    "others[0].start_date": "9070930",
                },
            ),
        ),
        passing=(
            Example(KIND, _of(SPOUSE, income="1299999")),
            Example(KIND, {"others[1].income": "1799999"}),
            Example(KIND, {**_CHILD, "others[0].birth": "7160601", "others[0].income": "1499999"}),
            Example(
                KIND,
                {
                    **_CHILD,
                    "others[0].birth": "7150601",
                    "others[0].income": "1300000",
                    "others[0].start_date": "9071001",
                },
            ),
        ),
    ),
    Rule(
        "D2",
        (KIND,),
        "W",
        Text(
            "同居なら被保険者の年収の半分未満、別居なら仕送り額未満",
            "Less than half of the insured's income, or than the remittance",
        ),
        "domain [C]",
        ("income", "insured.income", "living"),
        against_the_insured,
        lacks=("remittance", "insured_income"),
        breaking=(Example(KIND, {"insured.income": "2000000", "spouse.income": "1000000"}),),
        passing=(
            Example(KIND, {"insured.income": "2000001", "spouse.income": "1000000"}),
            Example(KIND, {"spouse.living": "2", "spouse.income": "900000"}),
        ),
    ),
    Rule(
        "D3",
        (KIND,),
        "W",
        Text("令和8年4月から給与収入は労働契約の内容で判断", "From April 2026 wages are judged by the contract"),
        "保保発1001第3 [C]",
        ("income", "start_date", "occupation"),
        by_contract,
        lacks=("labour_contract",),
        passing=(Example(KIND, {"spouse.income": "500000", "spouse.occupation": "2"}),),
        valid_from=date(2026, 4, 1),
    ),
)
