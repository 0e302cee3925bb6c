"""The scale-out profile: the same `execute` behind a Celery task that carries a job's id and nothing else.

The ledger is the truth and the broker only a bell. The ringer rings for what is ready, and again for what a broker
lost; a message that comes twice, late, or for a job that is done finds nothing to claim.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from celery import Celery
from kombu.entity import Queue
from sqlalchemy import select

from intake.runtime import Runtime
from intake.stages import execute
from intake.worker import alarm
from storage.settings import BadSettings, Settings
from storage.tables import Job

TASK, QUEUE = "todoke.execute", "todoke"
_ID = 32  # hex digits
# A message that nobody acknowledged comes back after this long (Redis, Valkey). Longer jobs are rung for again and find
# their job leased; the fence of the ledger keeps them from being done twice.
VISIBILITY_SECONDS = 60
_OUTSTANDING = 200  # rung for and not yet done: what is more urgent never waits behind more than these
_AGAIN_SECONDS = 30.0
# These two lose messages when a worker is killed (platform-facts: 12 of 200, 13 of 100).
_NEVER = ("sqla", "filesystem", "memory")


def make_app(settings: Settings) -> Celery:
    """The Celery application of this installation. Raises BadSettings without a broker, or with one that loses work."""
    url = settings.broker_url
    scheme = url.partition(":")[0].partition("+")[0]
    if not url or scheme in _NEVER:
        raise BadSettings(
            why_ja=f"TODOKE_BROKER_URLにはRabbitMQかRedis/Valkeyを指定する。「{scheme}」は使えない",
            why_en=f"TODOKE_BROKER_URL must name RabbitMQ or Redis/Valkey, not '{scheme}'",
        )
    app = Celery("todoke", broker=url)
    app.conf.update(
        task_serializer="json", accept_content=["json"], task_ignore_result=True,
        task_store_errors_even_if_ignored=False, task_acks_late=True, task_reject_on_worker_lost=False,
        worker_prefetch_multiplier=1,
        task_default_queue=QUEUE, task_queues=[_queue(scheme)], task_create_missing_queues=False,
        broker_connection_retry_on_startup=True, broker_transport_options=_transport(scheme),
        worker_hijack_root_logger=False, worker_redirect_stdouts=False, worker_send_task_events=False,
        enable_utc=True, worker_cancel_long_running_tasks_on_connection_loss=False,
    )  # fmt: skip
    return app


def _queue(scheme: str) -> Queue:
    """On RabbitMQ a quorum queue: replicated, on disk."""
    arguments = {"x-queue-type": "quorum"} if scheme in {"amqp", "amqps", "pyamqp"} else None
    return Queue(QUEUE, routing_key=QUEUE, queue_arguments=arguments)  # type: ignore[no-untyped-call]


def _transport(scheme: str) -> dict[str, Any]:
    """Publisher confirms on RabbitMQ; on Redis and Valkey a sweep of unacknowledged messages that is soon."""
    if scheme in {"amqp", "amqps", "pyamqp"}:
        return {"confirm_publish": True}
    return {"visibility_timeout": VISIBILITY_SECONDS, "unacked_restore_interval": 2, "unacked_restore_throttle": 1}


def install(app: Celery, runtime: Runtime) -> Any:
    """Register the task over this process's runtime; returns it."""

    @app.task(name=TASK, acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]
    def run(job_id: str) -> str:
        return run_one(runtime, job_id)

    return run


def run_one(runtime: Runtime, job_id: str) -> str:
    """Claim and execute the job that was rung for; `nothing` if it is done, leased, not due, or no job at all."""
    if not isinstance(job_id, str) or len(job_id) != _ID:
        return "nothing"
    lease = runtime.ledger.claim_one(job_id, runtime.name, runtime.clock())
    if lease is None:
        return "nothing"
    try:
        return execute(runtime, lease, alarm)
    finally:
        alarm(0)


@dataclass(slots=True)
class Ringer:
    """Publishes the ids of ready jobs, the most urgent first, and rings again for what stays ready."""

    runtime: Runtime
    publish: Callable[[str], None]
    ticks: Callable[[], float] = time.monotonic
    _rung: dict[str, float] = field(default_factory=dict)

    def turn(self) -> int:
        """Take back late leases, forget what is done, ring for what is ready; gives how many were rung for."""
        self.runtime.ledger.reap(self.runtime.clock())
        ready = self._ready()
        now = self.ticks()
        self._rung = {job_id: at for job_id, at in self._rung.items() if job_id in ready}
        rung = 0
        for job_id in ready:
            at = self._rung.get(job_id)
            if at is not None and now - at < _AGAIN_SECONDS:
                continue
            self.publish(job_id)  # first the broker has it: what is published twice is harmless, what is lost is not
            self._rung[job_id] = now
            rung += 1
        return rung

    def _ready(self) -> dict[str, None]:
        """Ids of the most urgent ready jobs, in the order of claim()."""
        now = self.runtime.clock()
        query = (
            select(Job.id)
            .where(Job.state == "ready", (Job.not_before.is_(None)) | (Job.not_before <= now))
            .order_by(Job.priority, Job.due_on.nulls_last(), Job.created_at)
            .limit(_OUTSTANDING)
        )
        with self.runtime.reading() as work:
            return dict.fromkeys(work.session.scalars(query))


def make_ringer(runtime: Runtime) -> Ringer:
    """A ringer on the broker of the settings. Raises BadSettings."""
    app = make_app(runtime.settings)
    return Ringer(runtime, lambda job_id: app.send_task(TASK, args=[job_id], queue=QUEUE))


def work_for(runtime: Runtime) -> None:
    """Be a Celery worker until told to stop: one process, one job at a time, as the embedded worker is."""
    app = make_app(runtime.settings)
    install(app, runtime)
    app.worker_main(
        ["worker", "--pool=solo", "--concurrency=1", "--without-gossip", "--without-mingle", "--without-heartbeat",
         "--loglevel=WARNING", f"--hostname={runtime.name}@todoke", f"--queues={QUEUE}"]
    )  # fmt: skip
