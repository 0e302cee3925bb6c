"""The same filing pushed as JSON and scanned meet as a duplicate, whichever comes first."""

from __future__ import annotations

import pytest

from api.examples import example
from storage.tables import Filing
from tests.api.face import Face
from validators.rules.samples import ENTRIES, HEADER

TRUTH = HEADER | {f"entries[0].{key}": value for key, value in ENTRIES["acquisition"].items()}


def keyed_by_two(face: Face, filing: str) -> None:
    """The machine read something else, so a second person keys or a third settles; all read the same sheet."""
    face.key("keyer", filing, TRUTH)
    for login in ("keyer2", "keyer3"):
        state = face["reviewer"].ok("GET", "/api/v1/filings")
        row = next(item for item in state["items"] if item["id"] == filing)
        if row["state"] == "keying":
            face.key(login, filing, TRUTH)
        elif row["state"] == "adjudicating":
            held = face.claim(login, filing, "adjudicate")
            page = face[login].ok("GET", f"/api/v1/tasks/{held['task_id']}")
            values = {field["id"]: {"value": TRUTH.get(field["id"], "")} for field in page["fields"]}
            url = f"/api/v1/tasks/{held['task_id']}/submit"
            face[login].ok("POST", url, json={"token": held["token"], "values": values})
            face.work_off()


@pytest.mark.parametrize("first", ["data", "paper"])
def test_paper_and_data_of_one_event_meet(face: Face, first: str) -> None:
    made = {}
    for channel in ("data", "paper") if first == "data" else ("paper", "data"):
        if channel == "data":
            made[channel] = face.filed(example("acquisition"))
        else:
            made[channel] = face.scanned()
            keyed_by_two(face, made[channel])
        face.clock.pass_(60)
    assert {row.state for row in face.rows(Filing)} == {"reviewing"}
    later, earlier = (made["paper"], made["data"]) if first == "data" else (made["data"], made["paper"])
    view = face["reviewer"].ok("GET", f"/api/v1/filings/{later}")["view"]
    (pair,) = view["duplicates"]
    assert pair["later"] and pair["holds"] and pair["state"] == "open" and pair["other_filing_id"] == earlier
    assert pair["other_channel"] == ("efiling" if first == "data" else "paper")
    assert view["undecided"], "the review cannot pass before somebody has decided"
    held = face.claim("reviewer", later, "review")
    assert face.decide("reviewer", later, "pass", held).status_code == 409
    url = f"/api/v1/tasks/{held['task_id']}/duplicates/{pair['id']}"
    face["reviewer"].ok("POST", url, json={"token": held["token"], "same": True, "note": "紙とデータの二重提出"})
    assert face.decide("reviewer", later, "pass", held).json()["state"] == "withdrawn"
    face.approved(earlier, "approver")
    assert {row.id: row.state for row in face.rows(Filing)} == {later: "withdrawn", earlier: "noticed"}
