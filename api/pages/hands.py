"""Work in hand: who holds which task, and a supervisor's taking it back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.pages.intake import titles
from api.pages.render import page
from api.security.visit import Visit, visiting
from approval import tasks

router = APIRouter(prefix="/hands", include_in_schema=False)


@router.get("")
def show(visit: Annotated[Visit, Depends(visiting("task.steal"))], done: str = "") -> Response:
    """Every task that somebody holds, the one whose time ends first on top. `done`: the number just taken back."""
    with visit.reading() as work:
        held = tasks.in_hand(work)
        now = work.now
    return page(visit, "hands.html", held=held, now=now, done=done, titles=titles(visit.language))
