"""What a stage is made of: computing without a transaction, then steps that `execute` applies and commits.

A stage is a generator. Everything before a `yield` is load and compute; what it yields is applied in one transaction
together with the token check, the jobs that follow, and, for the last step, the end of the job itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from intake.runtime import Runtime
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Event:
    """Something a step brought about, e.g. `page_decoded`; the transition table says which stage follows it."""

    name: str
    subject_id: str
    priority: int = 100
    due_on: date | None = None


Step = Callable[[Work], Iterable[Event]]
Stage = Callable[[Runtime, str], Iterator[Step]]
