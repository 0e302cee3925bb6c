"""The invented population: countable, repeatable, consistent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from api.synth.names import DATA
from api.synth.people import CYCLE, PATTERN, first_person, households_within
from api.synth.places import prefectures
from api.synth.world import World, could_depend
from forms.values import address, kana, normalise, numbers, office, wareki

WORLD = World("population", 4000, 50, date(2026, 11, 21))


@pytest.fixture(scope="module")
def standings():
    return list(WORLD.standings())


@pytest.fixture(scope="module")
def persons(standings):
    return [person for standing in standings for person in standing.household.persons]


def test_persons_are_numbered_without_gaps(persons):
    assert [person.number for person in persons] == list(range(len(persons)))
    assert 4000 - max(map(len, PATTERN)) - 1 <= len(persons) <= 4000
    assert first_person(len(PATTERN)) == CYCLE
    assert households_within(0) == 0


def test_the_same_seed_is_the_same_world(standings):
    again = World("population", 4000, 50, date(2026, 12, 24))
    assert [again.standing(n) for n in (0, 7, 41, 199)] == [standings[n] for n in (0, 7, 41, 199)]
    assert World("other", 4000, 50).standing(7) != standings[7]


def test_numbers_are_valid_and_nobody_shares_one(persons):
    assert all(numbers.is_my_number(person.my_number) for person in persons)
    assert not any(numbers.doubtful_my_number(person.my_number) for person in persons)
    bpns = [person.bpn for person in persons if person.bpn]
    assert all(numbers.is_bpn(bpn) and bpn[:2] in {each.code for each in prefectures()} for bpn in bpns)
    assert len(set(bpns)) == len(bpns)
    assert len({person.my_number for person in persons}) == len(persons)


def test_offices_have_their_own_references_and_insured_numbers(standings):
    offices = list(WORLD.all_offices())
    assert len({each.ref for each in offices}) == len({each.no for each in offices}) == 50
    assert all(office.parse(each.ref).well_formed and normalise("office_ref", each.ref) == each.ref for each in offices)
    given = [(each.insurance.office, each.insurance.insured_no) for each in standings if each.insurance]
    assert len(set(given)) == len(given)
    assert all(number < WORLD.next_insured_no(place) for place, number in given)


def test_addresses_agree_with_their_postal_codes(persons):
    checked = {person.address for person in persons[:400]}
    assert all(address.agreement(each.zip, each.text) == "agree" for each in checked)
    assert all(kana.byte_length(each.kana) <= 75 and len(each.text) <= 37 for each in checked)


def test_names_have_matching_kana_and_families_one_surname(standings, persons):
    assert all(normalise("kana", person.name.kana) == person.name.kana for person in persons)
    assert all(normalise("kanji", person.name.kanji) == person.name.kanji for person in persons)
    children = [(each.household.head, p) for each in standings for p in each.household.members if p.part == "child"]
    assert all(child.name.sei == head.name.sei for head, child in children)
    assert all(child.birth > head.birth + timedelta(days=365 * 15) for head, child in children)
    for each in standings:
        spouse = each.household.spouse
        if spouse and not spouse.unregistered_marriage:
            assert spouse.name.sei == each.household.head.name.sei
            assert spouse.sex != each.household.head.sex


def test_two_in_a_hundred_surnames_are_variants(persons):
    heads = [person for person in persons if person.part == "head"]
    share = sum(person.name.variant for person in heads) / len(heads)
    assert 0.01 < share < 0.032
    assert all(set(person.name.sei) & set("髙﨑栁濵") for person in heads if person.name.variant)


def test_the_name_lists_hold_some_hundreds_of_readings():
    for name, least in (("surnames", 400), ("given_male", 200), ("given_female", 200)):
        rows = [line.split(",") for line in (DATA / f"{name}.csv").read_text("utf-8").splitlines()[1:]]
        assert len(rows) >= least
        assert len({tuple(row) for row in rows}) == len(rows)
        assert all(normalise("kana", reading) == reading for _, reading in rows)


def test_dependants_of_the_register_could_be_dependants(standings):
    listed = [(each, one) for each in standings for one in each.dependants]
    assert len(listed) > 300
    for standing, one in listed:
        assert standing.insurance.lost_on is None
        assert one.began_on >= standing.insurance.acquired_on
        assert could_depend(one.person, WORLD.epoch)
        if one.third:
            assert 20 <= wareki.age(one.person.birth, WORLD.epoch) < 60
