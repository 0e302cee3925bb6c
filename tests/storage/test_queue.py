"""`enqueue` and `take`: no second open job, no number twice."""

from datetime import date, timedelta

import sqlalchemy as sa

from storage.counter import take
from storage.queue import enqueue
from storage.tables import Job


def _jobs(database):
    with database.reading() as session:
        return session.scalars(sa.select(Job).order_by(Job.stage, Job.subject_id)).all()


def test_one_open_job_the_more_urgent_of_both(any_database, now):
    with any_database.writing() as session:
        enqueue(session, "read", "p1", now=now, priority=50, due_on=date(2026, 12, 1), not_before=now)
        enqueue(session, "read", "p1", now=now, priority=90, due_on=date(2026, 11, 30), not_before=now + timedelta(1))
        enqueue(session, "read", "p2", now=now)
        enqueue(session, "decode", "p1", now=now)
    decode, one, two = _jobs(any_database)
    assert (one.priority, one.due_on, one.not_before, one.again) == (50, date(2026, 11, 30), now, False)
    assert (two.priority, two.due_on, two.not_before, two.state, two.attempts) == (100, None, None, "ready", 0)
    assert decode.stage == "decode"


def test_now_is_sooner_than_later(any_database, now):
    with any_database.writing() as session:
        enqueue(session, "read", "p1", now=now, not_before=now + timedelta(hours=1))
        enqueue(session, "read", "p1", now=now)
    assert _jobs(any_database)[0].not_before is None


def test_asked_for_while_it_runs(any_database, now):
    """The running job may have read the old state; its commit must find that it is wanted again."""
    with any_database.writing() as session:
        enqueue(session, "advance", "f1", now=now)
        session.execute(sa.update(Job).values(state="leased", token="t", worker="w", lease_until=now))
    with any_database.writing() as session:
        enqueue(session, "advance", "f1", now=now)
    (job,) = _jobs(any_database)
    assert (job.state, job.again, job.token) == ("leased", True, "t")


def test_done_and_poison_do_not_count_as_open(any_database, now):
    for state in ("done", "poison"):
        with any_database.writing() as session:
            enqueue(session, "advance", "f1", now=now)
            session.execute(sa.update(Job).where(Job.state == "ready").values(state=state))
    with any_database.writing() as session:
        enqueue(session, "advance", "f1", now=now)
    assert sorted(job.state for job in _jobs(any_database)) == ["done", "poison", "ready"]


def test_numbers_run_by_name_and_period(any_database):
    with any_database.writing() as session:
        assert [take(session, "receipt", "20261121") for _ in range(3)] == [1, 2, 3]
        assert take(session, "receipt", "20261122") == 1
        assert take(session, "notice", "20261121") == 1


def test_a_rolled_back_number_is_given_again(any_database):
    try:
        with any_database.writing() as session:
            assert take(session, "receipt", "d") == 1
            raise RuntimeError
    except RuntimeError:
        pass
    with any_database.writing() as session:
        assert take(session, "receipt", "d") == 1
