"""What was filed as data: every value stands as it was sent, with the basis `filed`; nothing is read or keyed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import insert

from approval import trail, values
from approval.errors import WrongState
from storage.queue import enqueue
from storage.tables import Filing, Settlement, new_id
from storage.work import Work


def settle_filed(work: Work, filing: Filing, sent: Mapping[str, str | None]) -> None:
    """Settle an e-filing's values (whole field ids, normalised, blanks included) and let the flow go on.

    The filing is of channel `efiling`, in state `keying`, and without settlements; else WrongState.
    """
    if filing.channel != "efiling" or filing.state != "keying" or values.settled(work, filing):
        raise WrongState(state=filing.state)
    rows = [
        {
            "id": new_id(), "filing_id": filing.id, "field": field, "round": filing.round, "basis": "filed",
            "value": values.seal_value(work, filing, value, "settlement.value"), "readings": [], "at": work.now,
        }
        for field, value in sent.items()
    ]  # fmt: skip
    work.session.execute(insert(Settlement), rows)
    trail.record(work, filing, "filing.filed", "filing", filing.id, {"fields": len(rows)})
    enqueue(work.session, "advance", filing.id, now=work.now, priority=filing.priority, due_on=filing.due_on)
