"""`reconcile` is clean over what the flow leaves, and finds each thing that is taken away or changed behind it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update

from intake.reconcile import reconcile
from storage.tables import BatchFile, Blob, Job, Page, Sheet, Task
from tests.intake.conftest import picture


def _full(house):
    house.received(picture("form", 1), picture("attachment", 2), picture("blank", 3), b"%PDF-1.4 broken")
    house.run()
    return house


def _kinds(house, **given) -> set[str]:
    return {d.kind for d in reconcile(house.runtime, **given).differences}


def test_clean_after_the_flow_and_in_the_middle_of_it(house):
    house.received(picture("form", 1), picture("form", 2), b"not an image")
    for _ in range(20):
        account = reconcile(house.runtime)
        assert account.clean, account.differences
        if not house.run(limit=1):
            break
    assert account.pages == 3
    assert account.sheets_by_state == {"filed": 2, "refused": 1}
    assert account.as_dict()["schema"] == "todoke.reconcile/1"


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("file", lambda s: s.execute(update(BatchFile).where(BatchFile.state == "decoded").values(pages=7))),
        ("file", lambda s: s.execute(update(BatchFile).where(BatchFile.seq == 2).values(state="received"))),
        ("page", lambda s: s.execute(delete(Sheet).where(Sheet.state == "blank"))),
        ("page", lambda s: s.execute(update(Sheet).where(Sheet.state == "blank").values(number=3))),
        ("sheet", lambda s: s.execute(update(Sheet).where(Sheet.state == "blank").values(state="form"))),
        ("filing", lambda s: s.execute(update(Sheet).where(Sheet.state == "filed").values(state="attached"))),
        ("filing", lambda s: s.execute(update(Task).values(state="cancelled"))),
        ("filing", lambda s: s.execute(text("DELETE FROM entry WHERE number = 2"))),
        ("blob", lambda s: s.execute(update(Sheet).where(Sheet.state == "attached").values(image_id=None))),
        ("blob", lambda s: s.execute(update(Blob).values(sha256="0" * 64))),
        ("page", lambda s: s.execute(update(Page).where(Page.state == "read").values(image_id=None))),
    ],
)
def test_each_fault_is_found(small_house, what, change):
    house = _full(small_house)
    assert reconcile(house.runtime).clean
    with house.runtime.database.writing() as session:
        change(session)
    assert what in _kinds(house)


def test_a_lost_or_altered_or_foreign_object_is_found(small_house):
    house = _full(small_house)
    store = house.runtime.vault.store
    names = [name for name, _ in store.names()]
    path = store._path(names[0])
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    assert _kinds(house) == {"blob"}
    assert reconcile(house.runtime, hashes=False).clean
    store.remove(names[0])
    assert _kinds(house, hashes=False) == {"blob"}


def test_an_object_without_a_row_is_in_progress_first_and_a_difference_later(small_house):
    house = _full(small_house)
    house.runtime.vault.stage([b"left by a worker that died"])
    house.clock.now = __import__("datetime").datetime.now(tz=house.clock.now.tzinfo)
    account = reconcile(house.runtime)
    assert account.clean and account.in_progress == 1
    house.clock.pass_(2 * 3600)
    assert _kinds(house) == {"object"}
    with house.runtime.reading() as work:
        house.runtime.vault.sweep(work.session, house.clock() - timedelta(hours=1))
    assert reconcile(house.runtime).clean


def test_a_lost_job_is_found(small_house):
    house = small_house
    house.received(picture("form"))
    with house.runtime.database.writing() as session:
        session.execute(delete(Job))
    assert _kinds(house) == {"file"}
