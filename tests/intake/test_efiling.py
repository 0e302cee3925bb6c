"""E-filings: whole at once, settled in portions that no other writer waits for, each field once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event

from approval import filed, values
from forms import catalogue
from intake.efiling import complete, file_electronically
from storage.tables import CustodyEvent, Entry, EntryVersion, Filing, FilingActor, Settlement, Task
from validators import check

MANY = 40
FIELDS = len(catalogue.form("dependants").captured())


def send(house, entries: int = MANY) -> Filing:
    form = catalogue.form("dependants")
    sent = {f"entries[{n}].insured.name_kanji": f"試験\u3000{n:03}" for n in range(entries - 1)}
    whole = complete(form, sent | {"header.name": "ＡＢＣ"}, entries)
    return house.as_person(lambda work: file_electronically(work, "dependants", date(2026, 11, 5), whole, entries))


def wanted(entries: int) -> int:
    header = sum(1 for f in catalogue.form("dependants").captured() if f.block == "header")
    return header + entries * (FIELDS - header)


def test_the_values_are_whole_with_the_answer_and_each_settlement_follows_once(house):
    filing = send(house)
    assert house.all(Settlement) == [] and house.all(CustodyEvent) == []
    entries = sorted(house.all(Entry), key=lambda entry: entry.number)
    assert [entry.state for entry in entries] == ["open"] * (MANY - 1) + ["blank"]
    assert {row.actor_id for row in house.all(EntryVersion)} == {house.all(FilingActor)[0].user_id}
    with house.runtime.reading() as work:
        assert values.newest(work, work.session.get_one(Filing, filing.id))["header.name"] == "ABC"
    assert [stage for stage, _ in house.run()] == ["advance", "check", "advance"]
    rows = house.all(Settlement)
    assert len({row.field for row in rows}) == len(rows) == wanted(MANY)
    assert {(row.basis, row.round, row.actor_id) for row in rows} == {("filed", 1, None)}
    with house.runtime.reading() as work:
        found = work.session.get_one(Filing, filing.id)
        assert {f: values.settled_value(work, found, row) for f, row in values.settled(work, found).items()} == (
            values.newest(work, found)
        )
    assert found.state == "reviewing"


def test_no_transaction_writes_more_than_a_portion(small_house, monkeypatch):
    monkeypatch.setattr(filed, "PORTION", 500)
    monkeypatch.setattr(check, "_MANY", 10)
    written, longest = [0], []

    def statement(_connection, _cursor, text, parameters, _context, executemany):
        written[0] += (len(parameters) if executemany else 1) if text.startswith("INSERT") else 0

    engine = small_house.runtime.database.engine
    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "begin", lambda _: written.__setitem__(0, 0))
    event.listen(engine, "commit", lambda _: longest.append(written[0]))
    send(small_house)
    small_house.run()
    assert sum(longest) > wanted(MANY) and max(longest) < 1200
    assert small_house.all(Filing)[0].state == "reviewing"


def test_what_died_between_two_portions_goes_on_where_it_was(small_house, monkeypatch):
    monkeypatch.setattr(filed, "PORTION", 700)
    filing = send(small_house)
    with small_house.runtime.reading() as work:
        first, *rest = filed.portions(work, filing.id)
    with small_house.runtime.writing() as work:
        filed.settle(work, filing.id, first)
    with small_house.runtime.reading() as work:
        left = filed.portions(work, filing.id)
    assert [{row["field"] for row in rows} for rows in left] == [{row["field"] for row in rows} for rows in rest]
    small_house.run()
    assert len(small_house.all(Settlement)) == wanted(MANY)
    with small_house.runtime.writing() as work:  # a portion that comes too late writes nothing
        filed.settle(work, filing.id, first)
        assert filed.portions(work, filing.id) == []
    assert len(small_house.all(Settlement)) == wanted(MANY)


class Killed(BaseException):
    """The end of a process in the middle of a step: nobody writes down that it failed."""


@pytest.mark.parametrize("dies_at", [0, 1, 2])
def test_a_worker_killed_between_portions_leaves_nothing_to_decide_on(small_house, monkeypatch, dies_at):
    """Half settled is still `keying`: no task, no check, no decision; the next lease finishes, each field once."""
    monkeypatch.setattr(filed, "PORTION", 700)
    filing = send(small_house)
    settle, calls = filed.settle, []

    def dying(work, filing_id, rows):
        settle(work, filing_id, rows)
        calls.append(len(rows))
        if len(calls) > dies_at:
            raise Killed

    monkeypatch.setattr(filed, "settle", dying)
    with pytest.raises(Killed):
        small_house.run()
    monkeypatch.setattr(filed, "settle", settle)
    assert len(small_house.all(Settlement)) == 700 * dies_at < wanted(MANY)
    (half,) = small_house.all(Filing)
    assert half.state == "keying" and small_house.all(Task) == []
    assert small_house.run() == [], "the dead worker's lease still holds"
    small_house.clock.pass_(small_house.runtime.settings.lease_seconds + 1)
    small_house.runtime.ledger.reap(small_house.clock())
    small_house.clock.pass_(600)
    assert [stage for stage, _ in small_house.run()] == ["advance", "check", "advance"]
    rows = small_house.all(Settlement)
    assert len({row.field for row in rows}) == len(rows) == wanted(MANY)
    assert small_house.all(Filing)[0].state == "reviewing"
    assert [task.step for task in small_house.all(Task)] == ["review"] and filing.id == half.id


def test_the_flow_settles_what_no_worker_did(small_house):
    from approval.flow import advance

    filing = send(small_house, 3)
    with small_house.runtime.writing() as work:
        assert advance(work, filing.id) == "checking"
    assert len(small_house.all(Settlement)) == wanted(3)


def test_it_is_taken_in_once(small_house):
    from approval.errors import WrongState

    filing = send(small_house, 1)
    with pytest.raises(WrongState), small_house.runtime.writing() as work:
        filed.settle_filed(work, work.session.get_one(Filing, filing.id), {"header.name": "x"})
