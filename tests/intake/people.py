"""A keyer, a reviewer and an approver at their desks while the machine is shot at: what they do, workers carry on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from intake.runtime import Runtime
from storage.session import DatabaseBusy
from storage.tables import Filing, Reading, User, UserRole
from storage.work import Work
from tests.approval.world import OFFICE, World
from tests.intake.readers import hired_number
from validators.register import store

_BLANK = ("entries[1]", "entries[2]", "entries[3]")
_DESKS = {"keyer1": "keyer", "reviewer": "reviewer", "approver": "approver"}


class People(World):
    """Walks the good filings (readers.py) on, one act a turn; `noticed` counts those that are through."""

    runtime: Runtime
    noticed: int = 0

    @classmethod
    def of(cls, runtime: Runtime) -> People:
        people = cls(runtime.database, runtime.keys)
        people.runtime = runtime
        with people.acting() as work:
            for login, role in _DESKS.items():
                user = User(login=login, name=login, created_at=work.now)
                work.session.add(user)
                work.session.flush()
                people.ids[login] = user.id
                work.session.add(UserRole(user_id=user.id, role=role))
            store.add_office(work, OFFICE)
        return people

    @contextmanager
    def acting(self, who: str = "system:worker") -> Iterator[Work]:
        with self.database.writing() as session:
            yield Work(session, self.keys, self.runtime.clock(), self.ids.get(who, who))

    def advance(self, filing_id: str) -> str:
        """Left to the workers."""
        return ""

    def turn(self) -> None:
        """One act, if there is one to do."""
        with self.database.reading() as session:
            rows = session.execute(
                select(Filing.id, Filing.state)
                .join(Reading, Reading.filing_id == Filing.id)
                .where(Reading.engine == "script", Reading.field == "header.office_ref")
                .order_by(Filing.number)
            ).all()
        self.noticed = sum(state == "noticed" for _, state in rows)
        for filing_id, state in rows:
            with contextlib.suppress(DatabaseBusy):
                if self._act(filing_id, state):
                    return

    def _act(self, filing_id: str, state: str) -> bool:
        if state == "keying" and self._open(filing_id, "key"):
            self.key("keyer1", filing_id, self._truth(filing_id), _BLANK)
        elif state == "reviewing" and self._open(filing_id, "review"):
            self.review("reviewer", filing_id)
        elif state == "approving" and self._open(filing_id, "approve"):
            self.approve("approver", filing_id)
        else:
            return False
        return True

    def _open(self, filing_id: str, step: str) -> bool:
        from storage.tables import Task

        with self.database.reading() as session:
            query = select(Task.id).where(Task.filing_id == filing_id, Task.step == step, Task.state == "open")
            return session.scalar(query) is not None

    def _truth(self, filing_id: str) -> dict[str, str]:
        """What stands on the paper: the number of the picture is in the My Number that the script wrote."""
        with self.acting() as work:
            key_id = work.session.get_one(Filing, filing_id).key_id
            query = select(Reading).where(
                Reading.filing_id == filing_id, Reading.field == "entries[0].my_number", Reading.source == "engine"
            )
            sealed = work.session.scalars(query).one().value
            number = work.keys.unseal(work.session, key_id, sealed, "reading.value")
        return hired_number(int(number[:11]) - 90000000000)
