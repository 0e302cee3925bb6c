"""A training installation from the scan to the key task: sure fields skip keying, another engine voids all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, text, update

from approval import acceptance, trust
from approval.tasks import asked
from forms import catalogue
from forms.policy import CLASSES, Policy
from intake import filings
from intake.reconcile import reconcile
from ocr.calibration import fingerprint
from ocr.calibration.fit import fit
from ocr.calibration.labels import Origin
from ocr.calibration.model import Calibration
from ocr.types import SheetReading
from storage.tables import Filing, Inspection, Reading, Settlement, Sheet, Task, TrustEvent
from tests.intake.conftest import House, picture
from tests.intake.readers import Scripted
from tests.ocr.calibration.worlds import World

BIRTH = "entries[0].birth"


class Changed(Scripted):
    """The scripted reader with what it says changed."""

    def __init__(self, version: str = "1", chosen: str | None = None) -> None:
        super().__init__()
        self.version, self.chosen = version, chosen

    def identity(self) -> dict[str, str]:
        return {"reader": "scripted"}

    def read(self, page):
        return tuple(self._told(sheet) for sheet in super().read(page))

    def _told(self, sheet: SheetReading) -> SheetReading:
        told = []
        for field in sheet.fields:
            said = tuple(replace(one, version=self.version) for one in field.readings)
            value = self.chosen if self.chosen is not None and field.id == BIRTH else field.value
            told.append(replace(field, readings=said, value=value))
        return replace(sheet, fields=tuple(told))


@pytest.fixture(scope="module")
def made() -> Calibration:
    """Every class is accepted from 0.5 on; fitted to invented labels of the script."""
    drawn, _ = World(base=3.0).draw(3, 40, 12)
    plain = {"chars": 1.0, "ink": 5.0, "struck": 0.0}  # nothing that is left to people whatever its score
    known = [
        replace(label, cls=cls, engines=("script 1",), facts={**label.facts, **plain})
        for label in drawn for cls in CLASSES
    ]  # fmt: skip
    form = catalogue.form("acquisition")
    forms = {f"{form.kind}/{form.version}": fingerprint.of_form(form.kind, form.version)}
    found = fit(known, Origin(fingerprint.of_reader(Changed()), forms, True), 0.0014)
    return replace(found, classes={name: replace(model, threshold=0.5) for name, model in found.classes.items()})


def begin(house: House, made: Calibration, reader: Changed, share: float = 1e-9) -> str:
    """The calibration in force, and that reader at work."""
    house.runtime._reader = reader
    kept = trust.Made(made.version, made.to_json(), made.thresholds, made.target, made.synthetic)
    with house.runtime.writing() as work:
        version = trust.store(work, kept).id
        trust.activate(work, made.version, share, "a test")
    return version


def key_task(house: House) -> frozenset[str] | None:
    with house.runtime.reading() as work:
        return asked(work.session.scalars(select(Task).where(Task.step == "key")).one())


def test_sure_fields_of_a_scan_skip_keying(house: House, made: Calibration) -> None:
    version = begin(house, made, Changed())
    house.received(picture("good"))
    house.run()
    (filing,) = house.all(Filing)
    assert filing.state == "keying"
    left = key_task(house)
    assert left is not None and {name.partition(".")[0] for name in left} == {"entries[1]", "entries[2]", "entries[3]"}
    stood = {row.field: row for row in house.all(Settlement)}
    assert stood[BIRTH].basis == "accepted" and stood[BIRTH].calibration_id == version
    (reading,) = house.all(Reading, field=BIRTH)
    assert reading.confidence > 0.5 and reading.facts["score"] == 0.9 and reading.calibration_id == version
    (sheet,) = house.all(Sheet)
    assert sheet.reader == reader_of(Changed())


def reader_of(reader: Changed) -> str:
    return fingerprint.digest(fingerprint.of_reader(reader))


def test_some_of_them_are_keyed_all_the_same(small_house: House, made: Calibration) -> None:
    begin(small_house, made, Changed(), share=0.4)
    small_house.received(picture("good"))
    small_house.run()
    left, drawn = key_task(small_house), {row.field for row in small_house.all(Inspection)}
    assert left is not None and drawn and drawn < left
    assert not drawn & {row.field for row in small_house.all(Settlement)}


def test_reconcile_knows_what_was_accepted_and_what_was_drawn(small_house: House, made: Calibration) -> None:
    begin(small_house, made, Changed(), share=0.4)
    small_house.received(picture("good"))
    small_house.run()
    assert small_house.all(Settlement) and small_house.all(Inspection)
    assert reconcile(small_house.runtime).clean
    with small_house.runtime.database.writing() as session:
        session.execute(update(Filing).values(state="held"))
        session.execute(text("DROP TRIGGER trust_event_no_delete"))
        session.execute(delete(TrustEvent))
    found = {row.id for row in reconcile(small_house.runtime).differences if row.kind == "settlement"}
    assert found == {row.id for row in small_house.all(Settlement)}
    with small_house.runtime.database.writing() as session:
        session.execute(update(Filing).values(state="noticed"))
    found = {row.id for row in reconcile(small_house.runtime).differences if row.kind == "inspection"}
    assert found == {row.id for row in small_house.all(Inspection)}


@pytest.mark.parametrize("what", ["engine", "reader", "form"])
def test_another_engine_reader_or_form_voids_it(
    small_house: House, made: Calibration, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Changed("2" if what == "engine" else "1")
    if what == "reader":
        monkeypatch.setattr(reader, "identity", lambda: {"reader": "scripted", "weights": "new"})
    if what == "form":
        made = replace(made, forms=dict.fromkeys(made.forms, "0" * 16))
    begin(small_house, made, reader)
    small_house.received(picture("good"))
    small_house.run()
    assert key_task(small_house) is None
    assert not small_house.all(Settlement)
    assert {row.confidence for row in small_house.all(Reading)} == {None}


def test_without_a_calibration_readings_still_carry_their_facts(small_house: House) -> None:
    """So that what people key becomes labels for the first one."""
    small_house.runtime._reader = Changed()
    small_house.received(picture("good"))
    small_house.run()
    assert key_task(small_house) is None
    for row in small_house.all(Reading):
        assert row.confidence is None and row.facts["score"] == 0.9 and row.reader == reader_of(Changed())


def test_the_value_that_knowledge_chose_is_what_the_machine_read(small_house: House) -> None:
    small_house.runtime._reader = Changed(chosen="7120115")
    small_house.received(picture("good"))
    small_house.run()
    rows = {row.engine: row for row in small_house.all(Reading, field=BIRTH)}
    assert rows.keys() == {"script", filings.COMBINED}
    assert (rows["script"].stands, rows["script"].facts) == (False, None)
    assert rows[filings.COMBINED].stands and rows[filings.COMBINED].family == "script"
    with small_house.runtime.reading() as work:
        (filing,) = small_house.all(Filing)
        value = rows[filings.COMBINED].value
        assert work.keys.unseal(work.session, filing.key_id, value, "reading.value") == "7120115"


class Two(Changed):
    """Two engines of different families; `other` is what the second says of the birth date, `chosen` what stands."""

    def __init__(self, other: str | None, chosen: str | None, family: str = "cells") -> None:
        super().__init__(chosen=chosen)
        self.other, self.family = other, family

    def _told(self, sheet: SheetReading) -> SheetReading:
        told = []
        for field in super()._told(sheet).fields:
            (first,) = field.readings
            value = self.other if field.id == BIRTH else first.value
            second = replace(first, engine="second", family=self.family, value=value)
            told.append(replace(field, readings=(first, second)))
        return replace(sheet, fields=tuple(told))


@pytest.mark.parametrize(
    ("other", "chosen", "family", "stands"),
    [
        ("7110115", None, "cells", True),  # both say it
        ("7110115", None, "script", False),  # two views of one engine
        ("7120115", "7120115", "cells", False),  # the reader followed one of them
        ("7120115", "7130115", "cells", False),  # knowledge made a third value of two
        (None, None, "cells", False),  # the other stands by nothing
    ],
    ids=["two families", "one family", "one is overruled", "both are overruled", "one is silent"],
)
def test_only_two_families_that_both_stand_are_two_readings(
    small_house: House,
    monkeypatch: pytest.MonkeyPatch,
    other: str | None,
    chosen: str | None,
    family: str,
    stands: bool,
) -> None:
    monkeypatch.setattr(acceptance, "policy", lambda kind, key, cls: Policy(True, key == "birth"))
    small_house.runtime._reader = Two(other, chosen, family)
    small_house.received(picture("good", 1))
    small_house.run()
    assert {row.field for row in small_house.all(Settlement)} == ({BIRTH} if stands else set())
    left = key_task(small_house)
    assert (left is None) != stands and (left is None or BIRTH not in left)
