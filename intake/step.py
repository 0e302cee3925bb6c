"""What a stage is made of: computing without a transaction, then steps that `execute` applies and commits.

A stage is a generator. Everything before a `yield` is load and compute; what it yields is applied at once, in one
transaction with the token check and the jobs that follow. What is yielded as `Last` also ends the job in that same
transaction; a stage that just runs out ends its job in one of its own, and may therefore be run again over what it
did: every stage begins by looking what is left to do.
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


@dataclass(frozen=True, slots=True)
class Last:
    """The step with which the job is done."""

    step: Step


Steps = Iterator[Step | Last]
Stage = Callable[[Runtime, str], Steps]
