"""Reception: counts, separators, attachments, corrections, re-scans, custody."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from intake import batches, corrections, custody
from intake.acknowledgement import acknowledgement_pdf
from intake.errors import BadIntake, BatchNotOpen, EmptyBatch, ReasonNeeded, StaleBatch, WrongSheetState
from intake.reconcile import reconcile
from storage.tables import (
    Batch,
    BatchFile,
    CustodyEvent,
    Duplicate,
    Filing,
    Original,
    Page,
    ReceiptDateChange,
    Sheet,
    Task,
)
from storage.vault import BlobTooLarge
from tests.intake.conftest import picture


def _states(house) -> list[str]:
    with house.runtime.reading() as work:
        from intake.sheets import sheets_in_order

        batch = house.all(Batch)[0]
        return [sheet.state for sheet, _ in sheets_in_order(work, batch.id)]


def test_receipt_numbers_are_given_out_by_day_without_gaps(house):
    numbers = [house.open().number for _ in range(3)]
    assert numbers == ["20261121-00001", "20261121-00002", "20261121-00003"]


def test_the_receipt_date_is_never_in_the_future_and_needs_sense(small_house):
    with pytest.raises(BadIntake):
        small_house.open(received_on=date(2026, 11, 22))
    with pytest.raises(BadIntake):
        small_house.open(declared_pages=0)


def test_counts_that_differ_hold_the_batch_until_somebody_accepts_them(house):
    batch = house.received(picture("form"), declared_pieces=2, declared_pages=1)
    house.run()
    assert house.all(Batch)[0].state == "held"
    assert house.all(Filing) == []
    with pytest.raises(ReasonNeeded):
        house.as_person(lambda work: batches.accept_counts(work, batch.id, "  "))
    house.as_person(lambda work: batches.accept_counts(work, batch.id, "one form was withdrawn at the counter"))
    house.run()
    assert house.all(Batch)[0].state == "released"
    assert len(house.all(Filing)) == 1


def test_counts_that_agree_release_it_without_counting_separators_and_blanks(small_house):
    house = small_house
    house.received(
        picture("sep/2200/2101"), picture("form", 1), picture("blank"), picture("attachment"), picture("form", 2),
        declared_pieces=2, declared_pages=3,
    )  # fmt: skip
    house.run()
    assert house.all(Batch)[0].state == "released"
    assert _states(house) == ["separator", "filed", "blank", "attached", "filed"]


def test_a_held_batch_can_be_filled_up(small_house):
    house = small_house
    batch = house.received(picture("form", 1), declared_pieces=2)
    house.run()
    house.as_person(lambda work: batches.reopen(work, batch.id))
    house.add(batch, picture("form", 2))
    house.close(batch)
    house.run()
    assert len(house.all(Filing)) == 2


def test_wrongly_written_counts_are_corrected(small_house):
    house = small_house
    batch = house.received(picture("form"), declared_pieces=7)
    house.run()
    house.as_person(lambda work: batches.correct_declared(work, batch.id, 1, None, "seven was a one"))
    house.run()
    assert house.all(Batch)[0].state == "released"


def test_attachments_follow_the_form_before_them_and_a_separator_ends_it(house):
    house.received(
        picture("attachment", 0), picture("form", 1), picture("attachment", 2), picture("form", 3),
        picture("attachment", 4), picture("sep/2202/13"), picture("attachment", 5),
    )  # fmt: skip
    house.run()
    assert _states(house) == ["attachment", "filed", "attached", "filed", "attached", "separator", "attachment"]
    numbers = {f.id: f.number[-3:] for f in house.all(Filing)}
    with house.runtime.reading() as work:
        from intake.sheets import sheets_in_order

        sheets = [s for s, _ in sheets_in_order(work, house.all(Batch)[0].id)]
        assert [numbers.get(s.filing_id) for s in sheets] == [None, "001", "001", "002", "002", None, None]
        assert sheets[6].under == {"scheme": "epi", "code": "2202", "office": "13"}
        assert sheets[1].under is None
    assert reconcile(house.runtime).clean


def test_two_forms_on_one_page_are_two_filings(small_house):
    house = small_house
    house.received(picture("two"), declared_pieces=2, declared_pages=1)
    house.run()
    assert len(house.all(Filing)) == 2
    assert _states(house) == ["filed", "filed"]


def test_reordering_gives_attachments_to_the_form_now_before_them(house):
    batch = house.received(picture("form", 1), picture("attachment", 2), picture("form", 3))
    house.run()
    with house.runtime.reading() as work:
        from intake.sheets import sheets_in_order

        first, attachment, last = [(s, p) for s, p in sheets_in_order(work, batch.id)]
    assert attachment[0].filing_id == first[0].filing_id
    with pytest.raises(BadIntake):
        house.as_person(lambda work: corrections.reorder(work, batch.id, [first[1].id]))
    order = [first[1].id, last[1].id, attachment[1].id]
    house.as_person(lambda work: corrections.reorder(work, batch.id, order))
    house.run()
    (moved,) = house.all(Sheet, id=attachment[0].id)
    assert (moved.state, moved.filing_id) == ("attached", last[0].filing_id)
    assert moved.image_id is not None
    assert reconcile(house.runtime).clean


def test_a_person_names_kind_and_corners_of_an_unregistered_sheet(small_house):
    house = small_house
    house.received(picture("unregistered", 1), picture("attachment", 2))
    house.run()
    assert _states(house) == ["unregistered", "attachment"]  # nobody knows yet whose attachment it is
    (sheet,) = house.all(Sheet, state="unregistered")
    corners = [(2.0, 2.0), (80.0, 2.0), (80.0, 118.0), (2.0, 118.0)]
    house.as_person(lambda work: corrections.place(work, sheet.id, "acquisition", corners))
    assert [stage for stage, _ in house.run()] == ["place", "assemble", "advance"]
    assert _states(house) == ["filed", "attached"]
    assert reconcile(house.runtime).clean


def test_a_sheet_is_given_to_another_filing_or_set_aside(small_house):
    house = small_house
    house.received(picture("form", 1), picture("form", 2), picture("attachment", 3), picture("unregistered", 4))
    house.run()
    first = min(house.all(Filing), key=lambda f: f.number)
    (attached,) = house.all(Sheet, state="attached")
    house.as_person(lambda work: corrections.attach(work, attached.id, first.id))
    house.run()
    assert house.all(Sheet, state="attached")[0].filing_id == first.id
    (odd,) = house.all(Sheet, state="unregistered")
    house.as_person(lambda work: corrections.set_aside(work, odd.id))
    with pytest.raises(WrongSheetState):
        filed = house.all(Sheet, state="filed")[0]
        house.as_person(lambda work: corrections.attach(work, filed.id))
    assert reconcile(house.runtime).clean


def test_a_turned_page_is_read_again_and_its_transform_fits_the_stored_raster(small_house):
    house = small_house
    house.received(picture("attachment", 1))
    house.run()
    (page,) = house.all(Page)
    house.as_person(lambda work: corrections.turn(work, page.id, 90))
    house.run()
    # turned, the picture says nothing to the script any more, so it is taken for a form
    (sheet,) = house.all(Sheet)
    assert (sheet.state, sheet.turned) == ("filed", 90)
    assert sheet.transform == [[0.0, 8.0, 0.0], [-8.0, 0.0, 119.0], [0.0, 0.0, 1.0]]
    with pytest.raises(WrongSheetState):
        house.as_person(lambda work: corrections.turn(work, page.id, 90))


def test_a_page_turned_while_it_is_read_is_read_again(house, monkeypatch):
    house.received(picture("attachment", 1))
    house.run(stages=["decode"])
    (page,), read = house.all(Page), house.runtime.reader.read

    def turned_meanwhile(image):
        monkeypatch.setattr(house.runtime.reader, "read", read)
        house.as_person(lambda work: corrections.turn(work, page.id, 90))
        return read(image)

    monkeypatch.setattr(house.runtime.reader, "read", turned_meanwhile)
    assert [stage for stage, _ in house.run()][:2] == ["read", "read"]
    (sheet,) = house.all(Sheet)
    assert sheet.turned == 90


def test_the_receipt_date_is_corrected_with_a_reason_and_due_dates_follow(house):
    batch = house.received(picture("form"), received_on=date(2026, 11, 20))
    house.run()
    before = house.all(Filing)[0].due_on
    with pytest.raises(ReasonNeeded):
        house.as_person(lambda work: batches.correct_receipt_date(work, batch.id, date(2026, 11, 18), ""))
    house.as_person(lambda work: batches.correct_receipt_date(work, batch.id, date(2026, 11, 18), "stamp misread"))
    (filing,) = house.all(Filing)
    assert filing.received_on == date(2026, 11, 18)
    assert filing.due_on < before
    assert house.all(Task)[0].due_on == filing.due_on
    (change,) = house.all(ReceiptDateChange)
    assert (change.before, change.after) == (date(2026, 11, 20), date(2026, 11, 18))
    assert b"stamp misread" not in change.reason  # free text: sealed, so that disposal reaches it


def test_somebody_was_faster(small_house):
    house = small_house
    batch = house.open()
    house.add(batch, picture("form"))
    house.as_person(lambda work: batches.close(work, batch.id, n=1))
    with pytest.raises(StaleBatch):
        house.as_person(lambda work: batches.correct_receipt_date(work, batch.id, date(2026, 11, 1), "x", n=1))


def test_a_closed_batch_takes_no_file_and_an_empty_one_is_not_closed(small_house):
    house = small_house
    batch = house.open()
    with pytest.raises(EmptyBatch):
        house.close(batch)
    house.add(batch, picture("form"))
    house.close(batch)
    stored = len(list(house.runtime.vault.store.names()))
    with pytest.raises(BatchNotOpen):
        house.add(batch, picture("form", 2))
    assert len(list(house.runtime.vault.store.names())) == stored


def test_the_same_bytes_twice_are_accepted_linked_and_shown_as_duplicates(house):
    house.received(picture("form", 1))
    house.received(picture("form", 2), picture("form", 1))
    files = {(f.batch_id, f.seq): f for f in house.all(BatchFile)}
    (again,) = [f for f in files.values() if f.rescan_of]
    assert files[house.all(Batch, number="20261121-00001")[0].id, 1].id == again.rescan_of
    house.run()
    filings = {f.number: f.id for f in house.all(Filing)}
    assert len(filings) == 3
    (duplicate,) = house.all(Duplicate)
    assert duplicate.reason == "bytes"
    pair = {duplicate.filing_id, duplicate.other_id}
    assert pair == {filings["20261121-00001-001"], filings["20261121-00002-002"]}


def test_a_file_above_the_limit_leaves_nothing_behind(small_house):
    house = small_house
    house.runtime.settings.max_file_bytes = 1000
    with pytest.raises(BlobTooLarge):
        house.add(house.open(), b"x" * 1001)
    assert list(house.runtime.vault.store.names()) == []


def test_names_are_labels_and_never_paths(small_house):
    batch = small_house.open()
    assert small_house.add(batch, picture("form"), "../../etc/\x00passwd").name == "passwd"
    assert small_house.add(batch, picture("form", 2), "C:\\scan\\届書.pdf").name == "届書.pdf"
    assert small_house.add(batch, picture("form", 3), "\n").name == "unnamed"


def test_every_paper_original_has_a_place_and_lending_is_logged(house):
    batch = house.open(site="千代田年金事務所")
    file = house.add(batch, picture("form"))
    house.close(batch)
    assert house.all(Original)[0].holder == "千代田年金事務所"
    house.as_person(lambda work: custody.store(work, batch.id, box="B-17", shelf="3-2", note="山田 太郎の封筒"))
    asked = house.as_person(lambda work: custody.request(work, file.id, "疑義照会"))
    house.as_person(lambda work: custody.hand_over(work, asked.id, "審査課"))
    with pytest.raises(BadIntake):
        house.as_person(lambda work: custody.request(work, file.id, "twice"))
    house.as_person(lambda work: custody.take_back(work, asked.id, box="B-17", shelf="3-2"))
    assert (house.all(Original)[0].box, house.all(Original)[0].holder) == ("B-17", "")
    with house.runtime.reading() as work:
        events = {e.event: (e.file, e.note) for e in custody.history(work, batch.id)}
    assert events == {
        "lent": (file.name, ""), "received": ("", ""), "returned": (file.name, ""), "scanned": ("", ""),
        "stored": ("", "山田 太郎の封筒"),
    }  # fmt: skip
    assert [row.file_id for row in house.all(CustodyEvent) if row.event == "lent"] == [file.id]
    with house.runtime.writing() as work:
        work.keys.destroy(work.session, batch.key_id)
    with house.runtime.reading() as work:
        assert {e.note for e in custody.history(work, batch.id)} == {""}  # gone with the key, and the log still opens


def test_a_misdirected_envelope_is_set_apart_and_forwarded_once(small_house):
    house = small_house
    row = house.as_person(lambda work: custody.isolate(work, sender="甲社", addressee="乙年金事務所"))
    house.as_person(lambda work: custody.forward(work, row.id, "丙年金事務所"))
    with house.runtime.reading() as work:
        (envelope,) = custody.envelopes(work)
        stored = b"".join(work.session.execute(text("SELECT sender, addressee, forwarded_to FROM misdirected")).one())
    assert (envelope.sender, envelope.addressee, envelope.forwarded_to) == ("甲社", "乙年金事務所", "丙年金事務所")
    assert not any(name.encode() in stored for name in ("甲社", "年金事務所"))
    with pytest.raises(BadIntake):
        house.as_person(lambda work: custody.forward(work, row.id, "丙"))


def test_where_an_envelope_of_a_batch_went_is_sealed_in_its_log_too(small_house):
    house = small_house
    batch = house.open()
    row = house.as_person(lambda work: custody.isolate(work, sender="甲社", addressee="年金太郎", batch_id=batch.id))
    house.as_person(lambda work: custody.forward(work, row.id, "年金太郎"))
    (event,) = [event for event in house.all(CustodyEvent) if event.event == "forwarded"]
    assert "年金太郎" not in (event.holder, event.box, event.shelf) and "年金太郎".encode() not in event.note
    with house.runtime.reading() as work:
        assert [e.note for e in custody.history(work, batch.id) if e.event == "forwarded"] == ["年金太郎"]


def test_the_acknowledgement_names_the_receipt_number(small_house, tmp_path):
    import pdfplumber

    batch = small_house.received(*(picture("form", n) for n in range(20)), sender="ケイト商事", declared_pages=20)
    with small_house.runtime.reading() as work:
        (tmp_path / "slip.pdf").write_bytes(acknowledgement_pdf(work, batch.id))
    with pdfplumber.open(tmp_path / "slip.pdf") as pdf:
        words = [page.extract_text() for page in pdf.pages]
    assert len(words) == 2
    assert batch.number in words[0] and batch.number in words[1]
    assert "令和8年11月20日" in words[0] and "TRAINING" in words[0] and "ケイト商事" in words[0]
