"""Families of a 被扶養者(異動)届 (2202), in values that keep the rules of domain.md 2.3, 3.4 and 5.4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from api.synth.chance import Chance
from api.synth.header import Written, event_day, header, submission_day
from api.synth.people import Household, Population, SynthPerson
from api.synth.places import landline, mobile
from api.synth.world import Standing, World, could_depend, relation_code
from forms.values import wareki

Change = Literal["1", "2", "3"]  # 該当, 非該当, 変更
CHANGES: tuple[tuple[Change, float], ...] = (("1", 6), ("2", 3), ("3", 1))
NEWBORN_SHARE = 0.25  # of 該当 filings of people in the age to have children
NOTES = ("住所変更", "氏名変更による訂正", "生年月日訂正", "続柄訂正", "収入変更のため")
START_OTHER = ("扶養替え", "雇用保険終了", "帰国のため")
ABROAD_OTHER = ("現地校通学", "配偶者に同行")


@dataclass(frozen=True, slots=True)
class Case:
    """A household with what happens to whom: the persons that the sheet names."""

    standing: Standing
    change: Change
    spouse: SynthPerson | None
    others: tuple[SynthPerson, ...]


def candidates(world: World, chance: Chance) -> Iterator[Case]:
    """Insured persons of the register with dependants to enter, to end or to change; then families new to it."""
    order = list(range(world.households))
    chance.shuffle(order)
    for number in order:
        if world.state(number) == "insured" and world.population.household(number).members:
            case = case_of(world.population, world.standing(number), chance.under("case", number), world.as_of)
            if case is not None:
                yield case
    number = world.households
    while True:
        number += 1
        household = world.population.household(number)
        case = case_of(
            world.population, Standing(household, "never", None, ()), chance.under("case", number), world.as_of
        )
        if case is not None:
            yield case


def case_of(population: Population, standing: Standing, chance: Chance, on: date) -> Case | None:
    """A filing that fits the standing: 該当 for who is no dependant yet, 非該当 or 変更 for who is one."""
    registered = {each.person.number for each in standing.dependants}
    change = chance.pick(CHANGES)
    fits = [
        each
        for each in standing.household.members
        if (each.number in registered) == (change != "1") and could_depend(each, on)
    ]
    if change == "2" and len(fits) > 1 and chance.happens(0.6):
        fits = [chance.choice(fits)]
    if change == "1" and chance.happens(NEWBORN_SHARE) and 20 <= wareki.age(standing.household.head.birth, on) < 45:
        fits = [population.newborn(standing.household, on - timedelta(days=chance.randint(2, 5)))]
    spouse = next((each for each in fits if each.part == "spouse"), None)
    others = tuple(each for each in fits if each.part != "spouse")[:2]
    return Case(standing, change, spouse, others) if spouse or others else None


def limited(case: Case, count: int | None) -> Case:
    """The case with at most `count` dependants, the spouse first."""
    if count is None:
        return case
    rest = max(0, count - (1 if case.spouse else 0))
    return Case(case.standing, case.change, case.spouse if count else None, case.others[:rest])


def sheet(world: World, chance: Chance, case: Case, submitted: date) -> Written:
    """One sheet with header, insured person and the dependants of the case."""
    standing = case.standing
    number = standing.insurance.office if standing.insurance else standing.household.number % world.offices
    office = world.office(number)
    values = header(office, submitted)
    values["header.employer_confirmed"] = "1" if chance.happens(0.75) else "0"
    if chance.happens(0.9):
        values["header.employer_received"] = wareki.from_date(submitted - timedelta(days=chance.randint(0, 3)))
    blocks = {"insured": insured(chance.under("insured"), world, case)}
    day = event_day(chance.under("event"), submitted, world.as_of)
    if case.spouse:
        blocks["spouse"] = spouse(chance.under("spouse"), case, case.spouse, day, submitted)
    for place, person in enumerate(case.others):
        blocks[f"others[{place}]"] = other(chance.under("other", place), case, person, day)
    return values | {f"entries[0].{block}.{key}": text for block, keys in blocks.items() for key, text in keys.items()}


def yearly(case: Case) -> int:
    """What the insured person earns in a year, in yen, as offices write it: in 10,000s."""
    insurance = case.standing.insurance
    return (insurance.monthly if insurance else 310_000) * 12 // 10_000 * 10_000


def insured(chance: Chance, world: World, case: Case) -> Written:
    """Block A. The address stands only where no My Number does (G8); income only for 該当."""
    standing, head = case.standing, case.standing.household.head
    insurance = standing.insurance
    values = {
        "name_kana": head.name.kana,
        "name_kanji": head.name.kanji,
        "birth": wareki.from_date(head.birth),
        "sex": head.sex,
        "change_type": case.change,
    }
    if insurance:
        values["insured_no"] = str(insurance.insured_no)
    elif case.change != "1" or chance.happens(0.8):
        values["insured_no"] = str(world.next_insured_no(standing.household.number % world.offices))
    if head.bpn and chance.happens(0.2):
        values |= {"my_number": head.bpn, "zip": head.address.zip, "addr": head.address.text}
    else:
        values["my_number"] = head.my_number
    if case.change == "1":
        values["income"] = str(yearly(case))
    if chance.happens(0.7):
        acquired = insurance.acquired_on if insurance else world.epoch - timedelta(days=chance.randint(40, 900))
        values["acq_date"] = wareki.from_date(acquired)
    return values


def spouse(chance: Chance, case: Case, person: SynthPerson, day: date, submitted: date) -> Written:
    """Block B: the dependent spouse, with the 第3号 part where the spouse is 20 to 59 (D9)."""
    values = {
        "name_kana": person.name.kana,
        "name_kanji": person.name.kanji,
        "birth": wareki.from_date(person.birth),
        "relation": relation_code(person).removeprefix("spouse:"),
        "my_number": person.my_number if not person.bpn or chance.happens(0.88) else person.bpn,
        "tel_type": chance.pick((("2", 7), ("1", 3))),
    }
    values["tel"] = mobile(chance) if values["tel_type"] == "2" else landline(chance, person.address.prefecture)
    values |= _home(case.standing.household, person)
    if person.name.nationality:
        values["nationality"] = person.name.nationality
        if chance.happens(0.3):
            head = case.standing.household.head.name
            values |= {
                "alias_kana": f"{head.sei_kana}　{person.name.mei_kana}",
                "alias": f"{head.sei}　{person.name.mei}",
            }
    if 20 <= wareki.legal_age(person.birth, day) < 60 and case.change != "3":
        values["report_date"] = wareki.from_date(submitted)
    if case.change == "1":
        values |= _starts(chance, case, person, day, (("1", 2), ("2", 4), ("3", 4), ("4", 2), ("5", 0.5)))
        if chance.happens(0.1):
            values["spouse_income"] = values["income"]
        values |= _abroad(chance, day, with_date=True)
        if chance.happens(0.15):
            values["cert_needed"] = "1"
    elif case.change == "2":
        values |= _ends(chance, person, day, (("1", 1), ("2", 3), ("3", 6), ("6", 0.5)), spouse=True)
    else:
        values["note"] = chance.choice(NOTES)
    if case.change == "1" and chance.happens(0.8):
        values["rel_confirmed"] = "1"
    return values


def other(chance: Chance, case: Case, person: SynthPerson, day: date) -> Written:
    """Block C: a child or parent."""
    household = case.standing.household
    values = {
        "name_kana": person.name.kana,
        "name_kanji": person.name.kanji,
        "birth": wareki.from_date(person.birth),
        "sex": person.sex,
        "relation": relation_code(person).removeprefix("other:"),
        "my_number": person.my_number,
    } | _home(household, person)
    if person.part == "child" and chance.happens(0.02):
        values |= {"relation": "10", "relation_other": chance.choice(("甥", "姪", "従弟"))}
    newborn = (day - person.birth).days < 14
    if case.change == "1":
        grown: tuple[tuple[str, float], ...] = (("2", 2), ("3", 3), ("4", 3), ("5", 0.5))
        small: tuple[tuple[str, float], ...] = (("3", 1), ("4", 2), ("5", 3))
        reasons = (("1", 1.0),) if newborn else (small if wareki.age(person.birth, day) < 16 else grown)
        values |= _starts(chance, case, person, person.birth if newborn else day, reasons)
        if not newborn:
            values |= _abroad(chance, day, with_date=False)
        if chance.happens(0.15):
            values["cert_needed"] = "1"
        if chance.happens(0.8):
            values["rel_confirmed"] = "1"
    elif case.change == "2":
        values |= _ends(chance, person, day, (("1", 0.7), ("2", 5), ("3", 3), ("6", 0.5)), spouse=False)
    else:
        values["note"] = chance.choice(NOTES)
    return values


def _home(household: Household, person: SynthPerson) -> Written:
    """Living together or apart; the address always stands (domain.md 2.3)."""
    together = person.address == household.head.address
    return {"living": "1" if together else "2", "zip": person.address.zip, "addr": person.address.text}


def _starts(
    chance: Chance, case: Case, person: SynthPerson, day: date, reasons: Sequence[tuple[str, float]]
) -> Written:
    """When and why a person became a dependant, occupation and expected income (D1)."""
    reason = chance.pick(reasons)
    years = wareki.age(person.birth, day)
    values = {
        "start_date": wareki.from_date(day),
        "start_reason": reason,
        "occupation": _occupation(chance, person, years),
    }
    if reason == "5":
        values["start_other"] = chance.choice(START_OTHER)
    if person.part == "spouse" and values["occupation"] == "4":
        values["occupation_other"] = chance.choice(("自営業", "内職"))
    if person.part != "spouse" and values["occupation"] == "6":
        values["occupation_other"] = chance.choice(("求職中", "専門学校生"))
    earns = {"2": chance.randint(30, 118), "3": chance.randint(40, 120)}.get(values["occupation"], 0)
    values["income"] = str(min(earns * 10_000, max(0, yearly(case) // 2 - 10_000)))  # less than half (D2)
    return values


def _occupation(chance: Chance, person: SynthPerson, years: int) -> str:
    if person.part == "spouse":
        return chance.pick((("1", 5), ("2", 5), ("4", 0.4)) if years < 60 else (("1", 3), ("2", 2), ("3", 5)))
    if person.part == "parent":
        return chance.pick((("1", 3), ("2", 1), ("3", 6)))
    if years < 15:
        return "4"
    return "5" if years < 22 and chance.happens(0.93) else "6"


def _ends(
    chance: Chance, person: SynthPerson, day: date, reasons: Sequence[tuple[str, float]], *, spouse: bool
) -> Written:
    """When and why a person ceased to be a dependant."""
    if person.part == "child" and wareki.age(person.birth, day) < 15:
        reasons = (("1", 1), ("6", 5))
    reason = chance.pick(reasons)
    values = {"end_date": wareki.from_date(day), "end_reason": reason}
    if reason == "1" and spouse:
        values["death_date"] = wareki.from_date(day - timedelta(days=1))
    if reason == "6":
        values["end_other"] = chance.choice(("別居のため", "他の親族の扶養", "国外転居"))
    return values


def _abroad(chance: Chance, day: date, *, with_date: bool) -> Written:
    """海外特例要件, rare."""
    if not chance.happens(0.03):
        return {}
    reason = chance.choice("12345")
    values = {"abroad": "1", "abroad_reason": reason}
    if with_date:
        values["abroad_date"] = wareki.from_date(day)
    if reason == "5":
        values["abroad_other"] = chance.choice(ABROAD_OTHER)
    return values


def sheets(world: World, chance: Chance, count: int, entries: int | None) -> Iterator[Written]:
    """`count` sheets, one insured person each; `entries` limits the dependants a sheet names."""
    cases = candidates(world, chance.under("candidates"))
    for number in range(count):
        stream = chance.under("sheet", number)
        case = limited(next(cases), None if entries is None else max(1, entries))
        yield sheet(world, stream, case, submission_day(stream, world.as_of))
