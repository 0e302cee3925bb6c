"""Two processes at once, on both databases: numbers, jobs and audit heads stay right."""

import multiprocessing
from datetime import UTC, datetime

import sqlalchemy as sa

from storage import audit
from storage.anchors import Anchors
from storage.counter import take
from storage.keys import Keyring
from storage.queue import enqueue
from storage.session import Database
from storage.tables import Job
from storage.verify import verify
from storage.work import Work

ROUNDS, PROCESSES, MASTER = 20, 2, b"k" * 32
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def work_hard(url, who, gate, results):
    """Each round touches a shared counter, a shared job and four chains, in an order of its own."""
    database, keys = Database(url), Keyring(MASTER)
    gate.wait(60)
    numbers = []
    for n in range(ROUNDS):
        with database.writing() as session:
            work = Work(session, keys, NOW, f"system:{who}")
            for key in sorted(("a", "b", "c", str(n)), reverse=who % 2 == 0):
                audit.record(work, "did", "thing", key, key, {"n": n})
            keys.prepare(session)
            numbers.append(take(session, "receipt", "d"))
            enqueue(session, "advance", str(n), now=NOW)
    database.close()
    results.put(numbers)


def test_two_processes(any_url, tmp_path):
    context = multiprocessing.get_context("spawn")
    gate, results = context.Barrier(PROCESSES), context.Queue()
    workers = [context.Process(target=work_hard, args=(any_url, who, gate, results)) for who in range(PROCESSES)]
    for worker in workers:
        worker.start()
    numbers = [number for _ in workers for number in results.get(timeout=120)]
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    results.close()
    assert sorted(numbers) == list(range(1, ROUNDS * PROCESSES + 1))
    database = Database(any_url)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == ROUNDS
    with database.reading() as session:
        verdict = verify(session, Anchors(tmp_path / "anchors", Keyring(MASTER)))
    database.close()
    assert verdict.sound, verdict.problems
    assert verdict.entries == 4 * ROUNDS * PROCESSES
