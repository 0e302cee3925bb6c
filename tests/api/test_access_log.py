"""Who saw, searched, took out or revealed what, and why: written before the answer goes out."""

from __future__ import annotations

import pytest

from api.examples import example
from storage.tables import AccessLog
from tests.api.face import Face


def test_each_view_names_what_was_shown(face: Face) -> None:
    person = face.insured()
    filing = face.filed(example("dependants"))
    url = f"/api/v1/filings/{filing}"
    who = face["auditor"]
    expected = []
    for path, purpose in ((url, "filing over REST"), (f"{url}/history", "history"), (f"{url}/decisions", "decisions")):
        who.ok("GET", path)
        # the filing's page shows the candidate of the register too
        shown = [filing, person] if purpose == "filing over REST" else [filing]
        expected.append(("view", shown, path, purpose))
    who.ok("GET", f"/api/v1/register/persons/{person}?purpose=監査")
    expected.append(("view", [person], f"/api/v1/register/persons/{person}", "監査"))
    found = [(row.action, row.ids, row.route, row.purpose) for row in face.seen("auditor")]
    assert len(found) == len(expected)
    for (action, ids, route, purpose), (right, listed, path, why) in zip(found, expected, strict=True):
        assert (action, ids, route) == (right, listed, path) and purpose.startswith(why)


def test_pictures_letters_and_tasks_are_logged(face: Face) -> None:
    filing = face.scanned()
    held = face.claim("keyer", filing, "key")
    page = face["keyer"].ok("GET", f"/api/v1/tasks/{held['task_id']}")
    face["keyer"].get(page["fields"][0]["picture"])
    face["keyer"].get(f"/api/v1/tasks/{held['task_id']}/crops/entries[0].birth.jpg")
    assert [row.action for row in face.seen("keyer")] == ["view"] * 3
    assert all(row.ids[0] == filing and held["task_id"] in row.purpose for row in face.seen("keyer"))
    face["inspector"].get(f"/api/v1/filings/{filing}/sheet.jpg")
    face["inspector"].get(f"/api/v1/filings/{filing}/crops/header.name.jpg")
    assert [row.ids for row in face.seen("inspector")] == [[filing], [filing, "header.name"]]
    face.key("keyer", filing)
    face.approved(filing)
    face["supervisor"].get(f"/api/v1/filings/{filing}/notices/acquisition.pdf")
    last = face.seen("supervisor")[-1]
    assert (last.action, last.ids) == ("export", [filing]) and last.purpose.startswith("notice ")


@pytest.mark.parametrize("q", ["123456789018", "ヤマダ タロウ", "だれでもない", "%"])
def test_a_search_is_logged_even_if_it_finds_nobody_and_never_with_its_words(face: Face, q: str) -> None:
    person = face.insured()
    asked = {"q": q, "purpose": "窓口の照会"}
    items = face["reviewer"].ok("POST", "/api/v1/register/search", json=asked)["items"]
    form = {**asked, "csrf": face["reviewer"].headers["X-CSRF-Token"]}
    assert face["reviewer"].call("POST", "/register", data=form).status_code == 200
    for row in face.seen("reviewer"):
        assert (row.action, row.purpose, row.ids) == ("search", "窓口の照会", [person] if items else [])
        assert q not in row.route
    assert len(face.seen("reviewer")) == 2


def test_a_search_says_why_or_is_refused(face: Face) -> None:
    for purpose in (None, "", "x" * 201, "a\nb"):
        body = {"q": "ヤマダ"} | ({} if purpose is None else {"purpose": purpose})
        assert face["reviewer"].post("/api/v1/register/search", body).status_code == 422
    assert face["reviewer"].get("/api/v1/register/persons?q=1&purpose=x").status_code == 404, "no search by address"
    assert not face.rows(AccessLog)


def test_what_is_refused_shows_nothing_and_is_not_a_view(face: Face) -> None:
    filing = face.filed(example("acquisition"))
    face["client2"].get(f"/api/v1/filings/{filing}")
    face["keyer"].get(f"/api/v1/filings/{filing}/history")
    face["reviewer"].get("/api/v1/filings/unknown")
    assert not face.rows(AccessLog)
    assert "view" not in face["admin"].ok("GET", f"/api/v1/filings/{filing}"), "a state without anything personal"
    assert not face.rows(AccessLog)
