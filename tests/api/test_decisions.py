"""Decisions over REST: on the version that was seen, with the token of the task, by the right side of the table."""

from __future__ import annotations

import pytest

from api.examples import example
from storage.tables import Decision, Outbox, Posting
from tests.api.face import Face, codes

URL = "/api/v1/filings"


@pytest.fixture
def filing(face: Face) -> str:
    face.insured()
    return face.filed(example("dependants"))


def ask(face: Face, login: str, filing: str, tag: str | None = '"1"', **body: object):
    return face[login].post(f"{URL}/{filing}/decisions", body, headers={} if tag is None else {"If-Match": tag})


def test_a_decision_names_the_version_its_maker_saw(face: Face, filing: str) -> None:
    held = face.claim("reviewer", filing, "review")
    tag = face["reviewer"].get(f"{URL}/{filing}").headers["ETag"]
    body = {"outcome": "hold", "task": held["task_id"], "token": held["token"], "reason": "照会中"}
    for missing in (None, "*", "x", '""'):
        assert codes(ask(face, "reviewer", filing, missing, **body)) == (428, "precondition_required")
    assert codes(ask(face, "reviewer", filing, '"999"', **body)) == (412, "version_mismatch")
    done = ask(face, "reviewer", filing, tag, **body)
    assert (done.status_code, done.json()["state"]) == (201, "held") and done.headers["ETag"] != tag
    assert codes(ask(face, "reviewer", filing, tag, outcome="resume"))[0] == 412, "somebody was faster: oneself"
    resumed = ask(face, "reviewer", filing, done.headers["ETag"], outcome="resume", reason="回答あり")
    assert resumed.json()["state"] == "reviewing"
    told = face["auditor"].ok("GET", f"{URL}/{filing}/decisions")["items"]
    assert [(row["outcome"], row["reason"], row["who"]) for row in told] == [
        ("hold", "照会中", "reviewerさん"), ("resume", "回答あり", "reviewerさん"),
    ]  # fmt: skip


def test_the_task_must_be_held_and_be_this_filings(face: Face, filing: str) -> None:
    held = face.claim("reviewer", filing, "review")
    own = {"outcome": "hold", "reason": "x", "task": held["task_id"], "token": held["token"]}
    assert codes(ask(face, "reviewer", filing, outcome="hold", reason="x")) == (422, "invalid")
    assert codes(ask(face, "reviewer", filing, **own | {"token": "wrong"}))[0] in {409, 412}
    assert codes(ask(face, "reviewer", filing, **own | {"task": "nothing"}))[0] == 404
    other = face.filed(example("acquisition"))
    tag = face["reviewer"].get(f"{URL}/{other}").headers["ETag"]
    assert codes(ask(face, "reviewer", other, tag, **own)) == (404, "not_found")
    assert codes(ask(face, "reviewer", "unknown", **own)) == (404, "not_found")
    tag = face["reviewer"].get(f"{URL}/{filing}").headers["ETag"]
    assert codes(ask(face, "reviewer2", filing, tag, **own)) == (409, "lease_lost"), "the token is its holder's"
    assert not face.rows(Decision)


@pytest.mark.parametrize(
    ("outcome", "more", "code"),
    [
        ("return", {"reason": "x"}, "unknown_reason"), ("return", {"code": "nothing", "reason": "x"}, "unknown_reason"),
        ("return", {"code": "R0000-9"}, "reason_missing"), ("hold", {}, "reason_missing"),
        ("hold", {"reason": " "}, "reason_missing"),
        ("send_back", {"fields": ["entries[0].spouse.birth"], "reason": "x"}, "nothing_to_read"),
        ("return", {"code": "R0000-9", "reason": "x", "entries": ["nothing"]}, "no_such_part"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_decision_is_said_and_nothing_done(
    face: Face, filing: str, outcome: str, more: dict, code: str
) -> None:
    held = face.claim("reviewer", filing, "review")
    answer = face.decide("reviewer", filing, outcome, held, **more)
    assert codes(answer)[1] == code
    assert not face.rows(Decision)


def test_a_filing_is_returned_with_a_letter(face: Face, filing: str) -> None:
    held = face.claim("reviewer", filing, "review")
    view = face["reviewer"].ok("GET", f"{URL}/{filing}")["view"]
    answer = face.decide(
        "reviewer", filing, "return", held, code=view["reasons"][0]["code"], reason="添付書類がありません"
    )
    assert answer.json()["state"] == "returned"
    assert face["client"].get(f"{URL}/{filing}/notices/returned.pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("outcome", ["pass", "approve", "maybe", "", None, 1])
def test_each_role_has_its_outcomes(face: Face, filing: str, outcome: object) -> None:
    for login in ("reviewer", "approver", "supervisor", "keyer", "client", "auditor"):
        answer = ask(face, login, filing, outcome=outcome, task="x", token="x")
        if login not in {"reviewer", "approver"}:
            assert codes(answer) == (403, "not_allowed")
        elif outcome not in ("pass", "approve"):
            assert codes(answer) == (422, "invalid")
        elif (login, outcome) in {("reviewer", "approve"), ("approver", "pass")}:
            assert codes(answer) == (403, "not_allowed")
        else:
            assert codes(answer)[0] == 404


def test_a_decision_under_a_key_is_made_once_and_posted_once(face: Face, filing: str) -> None:
    face.reviewed(filing)
    held = face.claim("approver", filing, "approve")
    tag = face["approver"].get(f"{URL}/{filing}").headers["ETag"]
    body = {"outcome": "approve", "task": held["task_id"], "token": held["token"], "reason": "確認済"}
    headers = {"If-Match": tag, "Idempotency-Key": "approve-1"}
    first = face["approver"].post(f"{URL}/{filing}/decisions", body, headers=headers)
    again = face["approver"].post(f"{URL}/{filing}/decisions", body, headers=headers)
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(face.rows(Posting)) == 1 and len(face.rows(Outbox, topic="posted")) <= 1
    other = face["approver"].post(f"{URL}/{filing}/decisions", body, headers=headers | {"If-Match": '"1"'})
    assert codes(other) == (422, "idempotency_key_reused")
    unkeyed = face["approver"].post(f"{URL}/{filing}/decisions", body, headers={"If-Match": tag})
    assert codes(unkeyed)[0] in {409, 412} and len(face.rows(Posting)) == 1


def test_decisions_are_listed_without_their_reasons(face: Face, filing: str) -> None:
    held = face.claim("reviewer", filing, "review")
    face.decide("reviewer", filing, "hold", held, reason="山田さんに照会")
    face.decide("reviewer", filing, "resume")
    page = face["auditor"].ok("GET", "/api/v1/decisions?limit=1")
    (row,) = page["items"]
    assert (row["outcome"], row["filing"], row["by"]) == ("resume", filing, face.ids["reviewer"]) and page["next"]
    (first,) = face["auditor"].ok("GET", f"/api/v1/decisions?cursor={page['next']}")["items"]
    assert first["outcome"] == "hold" and "reason" not in first
    listed = face["auditor"].get("/api/v1/decisions?outcome=hold&step=review")
    assert len(listed.json()["items"]) == 1 and "山田" not in listed.text
    assert face["auditor"].ok("GET", f"/api/v1/decisions?by={face.ids['approver']}")["items"] == []
    assert codes(face["keyer"].get("/api/v1/decisions")) == (403, "not_allowed")


def test_who_reviewed_does_not_approve_and_is_told_who_may(face: Face, filing: str) -> None:
    with face.services.writing("system:test") as work:
        from storage.tables import UserRole

        work.session.add(UserRole(user_id=face.ids["reviewer"], role="approver"))
    face.reviewed(filing)
    (task,) = face["approver"].ok("GET", "/api/v1/tasks?step=approve")["items"]
    refused = face["reviewer"].post("/api/v1/tasks/claim", {"task": task["task_id"]})
    assert codes(refused) == (403, "conflicting_side") and "approver" in refused.json()["remedy"]["en"]


def test_two_people_never_hold_one_task(face: Face, filing: str) -> None:
    (task,) = face["reviewer"].ok("GET", "/api/v1/tasks")["items"]
    held = face["reviewer"].ok("POST", "/api/v1/tasks/claim", json={"step": "review"})
    taken = face["reviewer2"].post("/api/v1/tasks/claim", {"task": task["task_id"]})
    assert codes(taken) == (409, "task_taken") and "reviewerさん" in taken.json()["message"]["ja"]
    assert codes(face["reviewer2"].post("/api/v1/tasks/claim", {"step": "review"})) == (404, "not_found")
    url = f"/api/v1/tasks/{task['task_id']}"
    later = face["reviewer"].ok("POST", f"{url}/heartbeat", json={"token": held["token"]})["lease_until"]
    assert later > held["lease_until"]
    assert codes(face["reviewer2"].post(f"{url}/heartbeat", {"token": held["token"]})) == (409, "lease_lost")
    assert codes(face["reviewer2"].post(f"{url}/take-back", {"reason": "x"})) == (403, "not_allowed")
    face["supervisor"].ok("POST", f"{url}/take-back", json={"reason": "休暇"})
    assert codes(face["reviewer"].post(f"{url}/heartbeat", {"token": held["token"]})) == (409, "lease_lost")
    assert face["reviewer2"].ok("POST", "/api/v1/tasks/claim", json={"task": task["task_id"]})["token"] != held["token"]
