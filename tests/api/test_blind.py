"""While a field waits for its blind reading no keying role sees what the machine said; who else looks cannot key."""

from __future__ import annotations

import pytest

from storage.tables import MachineSeen
from tests.api.face import Face, codes, machine

VALUES = ("", "/decisions", "/history")


def test_a_keying_role_is_refused_on_every_route_that_shows_values(face: Face) -> None:
    filing = face.scanned()
    url = f"/api/v1/filings/{filing}"
    for path in VALUES:
        assert codes(face["both"].get(url + path)) == (403, "blind_task_open"), path
    assert codes(face["both"].post(f"{url}/reveal/entries[0].my_number")) == (403, "blind_task_open")
    read = [value for value in machine(face, filing).values() if len(value) > 3]
    for page in (f"/filings/{filing}", url, f"{url}/history", "/api/v1/tasks", "/api/v1/filings", "/decisions"):
        text = face["both"].get(page, headers={"Accept": "text/html"}).text
        assert not [value for value in read if value in text], page
    assert not face.rows(MachineSeen), "who saw nothing is still free to key"
    face.claim("both", filing, "key")


def test_who_holds_a_key_task_does_not_search_the_register(face: Face) -> None:
    person = face.insured()
    filing = face.scanned()
    asked = {"q": "ヤマダ", "purpose": "照会"}
    assert face["both"].post("/api/v1/register/search", asked).status_code == 200
    held = face.claim("both", filing, "key")
    form = asked | {"csrf": face["both"].headers["X-CSRF-Token"]}
    for answer in (
        face["both"].post("/api/v1/register/search", asked),
        face["both"].get(f"/api/v1/register/persons/{person}?purpose=x"),
        face["both"].call("POST", "/register", data=form),
        face["both"].get(f"/register/persons/{person}"),
        face["both"].post(f"/register/persons/{person}/reveal"),
    ):
        assert codes(answer) in {(403, "blind_task_open"), (403, "not_allowed")}
    face["both"].ok("POST", f"/api/v1/tasks/{held['task_id']}/release", json={"token": held["token"]})
    assert face["both"].post("/api/v1/register/search", asked).status_code == 200


@pytest.mark.parametrize("path", VALUES[:2])
def test_anyone_else_who_looks_is_recorded_and_cannot_key(face: Face, path: str) -> None:
    filing = face.scanned()
    assert face["reviewer"].get(f"/api/v1/filings/{filing}{path}").status_code == 200
    (seen,) = face.rows(MachineSeen)
    assert (seen.filing_id, seen.user_id) == (filing, face.ids["reviewer"])
    with face.services.writing("system:test") as work:
        from storage.tables import UserRole

        work.session.add(UserRole(user_id=face.ids["reviewer"], role="keyer"))
    (task,) = face["keyer"].ok("GET", "/api/v1/tasks")["items"]
    assert face["reviewer"].ok("GET", "/api/v1/tasks")["items"] == []
    refused = face["reviewer"].post("/api/v1/tasks/claim", {"task": task["task_id"]})
    assert codes(refused) == (403, "already_read") and "keyer" in refused.json()["remedy"]["en"]


def test_what_is_no_value_may_be_seen_and_does_not_count(face: Face) -> None:
    filing = face.scanned()
    (batch,) = face["reviewer"].ok("GET", "/api/v1/batches")["items"]
    for path in (
        f"/api/v1/filings/{filing}/history", f"/api/v1/filings/{filing}/sheet.jpg", f"/api/v1/batches/{batch['id']}",
        f"/api/v1/batches/{batch['id']}/progress", "/api/v1/filings", f"/filings/{filing}",
    ):  # fmt: skip
        assert face["reviewer"].get(path).status_code == 200, path
    assert not face.rows(MachineSeen)


def test_the_key_page_shows_no_machine_value(face: Face) -> None:
    filing = face.scanned()
    held = face.claim("keyer", filing, "key")
    answer = face["keyer"].get(f"/api/v1/tasks/{held['task_id']}")
    field = answer.json()["fields"][0]
    assert not {"value", "values", "score", "confidence", "findings", "raw"} & set(field)
    assert not [value for value in machine(face, filing).values() if len(value) > 4 and value in answer.text]


def test_the_blind_lifts_when_both_readings_are_there_and_falls_again_when_a_field_is_sent_back(face: Face) -> None:
    filing = face.scanned()
    face.key("keyer", filing)
    assert face["both"].get(f"/api/v1/filings/{filing}").status_code == 200
    held = face.claim("reviewer", filing, "review")
    answer = face.decide("reviewer", filing, "send_back", held, fields=["entries[0].birth"], reason="薄い")
    assert answer.status_code == 201 and answer.json()["state"] == "keying"
    assert codes(face["both"].get(f"/api/v1/filings/{filing}")) == (403, "blind_task_open")
