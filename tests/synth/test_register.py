"""`todoke synth register`: the world's rows are in the database, and a sheet's persons are found there."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from api.synth import acquisition
from api.synth.chance import Chance
from api.synth.errors import WorldKnown
from api.synth.register import write_world
from api.synth.world import World
from forms.values import wareki
from storage.tables import DependantPeriod, InsurancePeriod, NumberLink, Office, Person
from tests.synth.conftest import AS_OF
from validators.register.search import search
from validators.register.weigh import Identity

WORLD = World("register", 300, 6, AS_OF)


@pytest.fixture
def counts(work):
    return write_world(work, WORLD)


def test_the_world_is_written(work, counts):
    for table, key in (
        (Office, "offices"),
        (Person, "persons"),
        (InsurancePeriod, "periods"),
        (DependantPeriod, "dependants"),
    ):
        assert work.session.scalar(select(func.count()).select_from(table)) == counts[key] > 0
    assert work.session.scalar(select(func.count()).select_from(NumberLink)) > counts["persons"]


def test_a_person_of_a_sheet_is_found(work, counts):
    candidates = acquisition.candidates(WORLD, Chance("found"))
    known = next(each for each in candidates if each.number < WORLD.persons)
    found = search(work, Identity(known.name.kana, known.name.kanji, known.birth, known.sex, known.my_number))
    assert found
    assert wareki.from_date(found[0].person.birth) == wareki.from_date(known.birth)


def test_a_world_is_written_once(work, counts):
    with pytest.raises(WorldKnown) as refused:
        write_world(work, WORLD)
    assert WORLD.office(0).ref in refused.value.message["ja"]
