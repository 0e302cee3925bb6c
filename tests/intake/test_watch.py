"""The watched folder: dated folders, half-written files, links, and one bad file among good ones."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from intake import receive
from intake.watch import Watcher
from storage.session import DatabaseBusy
from storage.tables import Batch, BatchFile
from tests.intake.conftest import picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "scanner"
    (folder / "2026-11-20").mkdir(parents=True)
    return folder


class Looks:
    def __init__(self, house, folder: Path, **given) -> None:
        self.now = 0.0
        self.watcher = Watcher(house.runtime, folder, settle_seconds=3.0, ticks=lambda: self.now, **given)

    def twice(self):
        self.watcher.look()
        self.now += 3.1
        return self.watcher.look()


def test_a_file_in_a_dated_folder_is_taken_in_once_with_that_date(small_house, folder):
    (folder / "2026-11-20" / "a.png").write_bytes(picture("form"))
    looks = Looks(small_house, folder)
    assert [error for _, error in looks.twice()] == [None]
    (batch,) = small_house.all(Batch)
    assert (batch.received_on, batch.state, batch.received_basis) == (date(2026, 11, 20), "closed", "entered")
    assert (folder / "done" / "a.png").exists() and not (folder / "2026-11-20" / "a.png").exists()
    assert looks.twice() == []
    assert small_house.run()[0] == ("decode", "done")


def test_a_file_that_still_grows_waits(small_house, folder):
    path = folder / "2026-11-20" / "a.png"
    path.write_bytes(picture("form")[:50])
    looks = Looks(small_house, folder)
    assert looks.watcher.look() == []
    looks.now += 3.1
    path.write_bytes(picture("form"))
    assert looks.watcher.look() == []
    looks.now += 2.0
    assert looks.watcher.look() == []
    looks.now += 2.0
    assert len(looks.watcher.look()) == 1


def test_without_a_receipt_date_it_is_refused_with_the_reason_beside_it(small_house, folder):
    (folder / "a.png").write_bytes(picture("form"))
    (folder / "someday").mkdir()
    (folder / "someday" / "b.png").write_bytes(picture("form", 2))
    answers = Looks(small_house, folder).twice()
    assert {error.code for _, error in answers} == {"watch_no_receipt_date"}
    told = json.loads((folder / "refused" / "a.png.reason.json").read_text())
    assert told["code"] == "watch_no_receipt_date"
    assert all("2026-11-2" in told["remedy"][language] and "--received-on" in told["remedy"][language]
               for language in ("ja", "en"))  # fmt: skip
    assert small_house.all(Batch) == []


def test_the_operator_may_give_one_date_for_all(small_house, folder):
    (folder / "a.png").write_bytes(picture("form"))
    Looks(small_house, folder, received_on=date(2026, 11, 19)).twice()
    assert small_house.all(Batch)[0].received_on == date(2026, 11, 19)


def test_links_and_pipes_and_a_future_date_cost_only_themselves(small_house, folder, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture("form", 9))
    day = folder / "2026-11-20"
    (day / "link.png").symlink_to(secret)
    os.mkfifo(day / "pipe.png")
    (folder / "2027-01-01").mkdir()
    (folder / "2027-01-01" / "early.png").write_bytes(picture("form", 1))
    (day / "good.png").write_bytes(picture("form", 2))
    (day / ".hidden").write_bytes(b"x")
    looks = Looks(small_house, folder)
    answers = {path.name: error and error.code for path, error in [*looks.watcher.look(), *looks.twice()]}
    assert answers == {
        "link.png": "watch_refused", "pipe.png": "watch_refused", "early.png": "bad_intake", "good.png": None,
    }  # fmt: skip
    assert secret.exists()
    assert [f.name for f in small_house.all(BatchFile)] == ["good.png"]
    assert list(small_house.runtime.vault.store.names()) != []


def test_nothing_is_overwritten_in_done(small_house, folder):
    for number in range(2):
        (folder / "2026-11-20" / "a.png").write_bytes(picture("form", number))
        Looks(small_house, folder).twice()
    assert sorted(p.name for p in (folder / "done").iterdir()) == ["a-2.png", "a.png"]


def test_a_busy_database_refuses_no_file(small_house, folder, monkeypatch):
    (folder / "2026-11-20" / "a.png").write_bytes(picture("form"))
    looks = Looks(small_house, folder)

    def busy(*_):
        raise DatabaseBusy

    with monkeypatch.context() as patch:
        patch.setattr(receive, "add_file", busy)
        assert looks.twice() == []
    assert (folder / "2026-11-20" / "a.png").exists()
    looks.now += 3.1
    assert [error for _, error in looks.watcher.look() + looks.twice()] == [None]
