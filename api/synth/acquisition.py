"""Persons of a 資格取得届 (2200), in values that keep the rules of domain.md 3.4 and 5.4."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from api.synth.chance import Chance
from api.synth.header import Written, event_day, header, submission_day
from api.synth.people import SynthPerson
from api.synth.world import World, monthly_wage
from forms.values import wareki

BLOCKS = 4  # persons a sheet
_COUNTS = ((4, 5), (3, 2), (2, 2), (1, 3))
REMARKS = ("試用期間なし", "出向元より転籍", "有期雇用契約", "県外支店勤務", "契約更新予定", "役員就任")
ADDRESS_REASONS = ("住民票除票のため", "施設入所中", "一時帰国中")


def candidates(world: World, chance: Chance) -> Iterator[SynthPerson]:
    """Heads who start work: about half known to the register and not insured now, the others new to it."""
    order = list(range(world.households))
    chance.shuffle(order)
    known = (each for each in order if world.state(each) != "insured")
    stranger = world.households + chance.randrange(10_000)
    while True:
        found = next(known, None) if chance.happens(0.55) else None
        if found is None:
            stranger += 1
            found = stranger
        person = world.population.household(found).head
        if wareki.age(person.birth, world.as_of) < 75:
            yield person


def sheet(world: World, chance: Chance, persons: Iterator[SynthPerson], count: int | None, submitted: date) -> Written:
    """One sheet: header and `count` persons from the top (None: as many as offices usually write)."""
    office = world.office(chance.randrange(world.offices))
    values = header(office, submitted)
    filled = chance.pick(_COUNTS) if count is None else max(0, min(BLOCKS, count))
    next_no = world.next_insured_no(office.number) + chance.randint(0, 4000)
    writes_numbers = chance.happens(0.7)
    for place in range(filled):
        written = person(chance.under("person", place), next(persons), submitted, world.as_of)
        if writes_numbers:
            written["insured_no"] = str(next_no + place)
        values |= {f"entries[{place}].{key}": text for key, text in written.items()}
    return values


def person(chance: Chance, who: SynthPerson, submitted: date, as_of: date) -> Written:
    """One person block, keys without their prefix; what stays empty is left out."""
    day = event_day(chance, submitted, as_of)
    over_70 = day >= wareki.reaches(who.birth, 70)
    values = {
        "name_kana": who.name.kana,
        "name_kanji": who.name.kanji,
        "birth": wareki.from_date(who.birth),
        "kind": who.sex,
        "acq_type": chance.pick((("1", 96), ("3", 2.5), ("4", 1.5))),
        "acq_date": wareki.from_date(day),
        "dependants": "1" if chance.happens(0.3) else "0",
    }
    if chance.happens(0.015) and values["acq_type"] == "1":
        values["kind"] = {"1": chance.choice("35"), "2": "6"}[who.sex]
    values |= (
        _number(chance, who, values["acq_type"])
        | _wages(chance)
        | _remarks(chance, over_70, wareki.age(who.birth, day))
    )
    if chance.happens(0.12):
        values["cert_needed"] = "1"
    return values


def _number(chance: Chance, who: SynthPerson, acq_type: str) -> Written:
    """My Number and no address, or the basic pension number with the address (G8; only for 取得区分 1, 2200-16)."""
    if not who.bpn or acq_type != "1" or chance.happens(0.8):
        return {"my_number": who.my_number}
    values = {
        "my_number": who.bpn,
        "zip": who.address.zip,
        "addr_kana": who.address.kana,
        "addr": who.address.text,
    }
    reason = chance.pick((("", 7), ("1", 1), ("2", 1), ("3", 1)))
    if reason:
        values["addr_reason"] = reason
    if reason == "3":
        values["addr_reason_other"] = chance.choice(ADDRESS_REASONS)
    return values


def _wages(chance: Chance) -> Written:
    """Cash, payment in kind and their total (G10); who pays nothing in kind writes 0 or leaves it empty."""
    cash = monthly_wage(chance)
    kind = chance.randint(1, 40) * 1000 if chance.happens(0.1) else 0
    written = {"wage_cash": str(cash), "wage_total": str(cash + kind)}
    if kind or chance.happens(0.6):
        written["wage_kind"] = str(kind)
    return written


def _remarks(chance: Chance, over_70: bool, years: int) -> Written:
    codes = []
    if over_70:
        codes.append("1")
    if chance.happens(0.02):
        codes.append("2")
    if not over_70 and chance.happens(0.06):
        codes.append("3")
    if years >= 60 and chance.happens(0.25):
        codes.append("4")
    other = chance.happens(0.06)
    if other:
        codes.append("5")
    written = {"remarks": ",".join(codes)} if codes else {}
    return written | ({"remarks_other": chance.choice(REMARKS)} if other else {})


def sheets(world: World, chance: Chance, count: int, entries: int | None) -> Iterator[Written]:
    """`count` sheets; nobody is filed twice."""
    persons = candidates(world, chance.under("candidates"))
    for number in range(count):
        stream = chance.under("sheet", number)
        yield sheet(world, stream, persons, entries, submission_day(stream, world.as_of))
