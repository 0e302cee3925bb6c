"""A batch goes from its files to filings that wait for a person."""

from __future__ import annotations

from datetime import date

from forms import catalogue
from intake import batches
from intake.efiling import complete, file_electronically
from storage.tables import Batch, BatchFile, Entry, Filing, Finding, Job, Page, Reading, Sheet, Task
from tests.intake.conftest import picture


def test_a_scanned_form_becomes_a_filing_that_waits_to_be_keyed(house):
    batch = house.received(picture("form"))
    ran = house.run()
    assert [stage for stage, _ in ran] == ["decode", "read", "assemble", "advance"]
    assert {outcome for _, outcome in ran} == {"done"}
    (filing,) = house.all(Filing)
    assert (filing.kind, filing.state, filing.batch_id) == ("acquisition", "keying", batch.id)
    assert filing.number == f"{batch.number}-001"
    assert len(house.all(Entry)) == 4
    assert [t.step for t in house.all(Task)] == ["key"]
    (sheet,) = house.all(Sheet)
    assert (sheet.state, sheet.filing_id, sheet.readings) == ("filed", filing.id, None)
    assert sheet.image_id is not None
    assert house.all(Batch)[0].state == "released"
    assert house.all(BatchFile)[0].state == "decoded"
    assert house.all(Page)[0].state == "read"
    assert {job.state for job in house.all(Job)} == {"done"}


def test_readings_lie_under_the_filings_key(house):
    house.received(picture("form"))
    house.run()
    (filing,) = house.all(Filing)
    readings = house.all(Reading)
    assert len(readings) == 89
    with house.runtime.reading() as work:
        named = {r.field: work.keys.unseal(work.session, filing.key_id, r.value, "reading.value") for r in readings}
    assert named["entries[0].name_kanji"] == "試験\u3000太郎"
    assert named["entries[2].birth"] == ""


def test_a_corrected_receipt_date_is_judged_again(house):
    sent = {"entries[0].name_kanji": "試験\u3000太郎", "entries[0].acq_date": "9081101"}
    values = complete(catalogue.form("acquisition"), sent, 1)
    house.as_person(lambda work: file_electronically(work, "acquisition", date(2026, 11, 5), values, 1))
    house.run()
    (filing,) = house.all(Filing)
    assert filing.state == "reviewing"
    assert "G9" not in {f.rule for f in house.all(Finding)}
    house.as_person(
        lambda work: batches.correct_receipt_date(work, filing.batch_id, date(2026, 11, 16), "the stamp says the 16th")
    )
    assert ("check", "done") in house.run()
    assert "G9" in {f.rule for f in house.all(Finding)}
    assert house.all(Filing)[0].state == "reviewing"
