"""Idempotency keys, versions and cursors: repeated, stale and paged requests, on both databases."""

from __future__ import annotations

import threading

import pytest

from api.examples import example
from api.rest.paging import decode_cursor, encode_cursor
from storage.tables import Batch, Filing, IdempotencyKey
from tests.api.face import Face, codes
from tests.conftest import NOW
from tests.intake.conftest import picture

URL = "/api/v1/filings"
KEY = {"Idempotency-Key": "payroll-2026-11-0001"}


def test_a_repeated_request_is_answered_alike_and_done_once(face: Face) -> None:
    first = face["client"].post(URL, example("acquisition"), headers=KEY)
    again = face["client"].post(URL, example("acquisition"), headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201) and again.json() == first.json()
    assert again.headers["ETag"] == first.headers["ETag"] and again.headers["Location"] == first.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers and again.headers["Idempotency-Replayed"] == "true"
    assert len(face.rows(Filing)) == 1
    (row,) = face.rows(IdempotencyKey)
    assert first.json()["number"].encode() not in row.body, "the answer is kept sealed"


def test_a_key_is_one_requests_and_one_accounts(face: Face) -> None:
    face["client"].post(URL, example("acquisition"), headers=KEY)
    for method, path, body in (
        ("POST", URL, example("dependants")), ("POST", "/api/v1/batches", {"received_on": "2026-11-20"}),
    ):  # fmt: skip
        answer = face["client"].call(method, path, json=body, headers=KEY)
        assert codes(answer) == (422, "idempotency_key_reused")
    assert face["client2"].post(URL, example("acquisition"), headers=KEY).status_code == 201
    for bad in ("", "x" * 201):
        answer = face["client"].post(URL, example("acquisition"), headers={"Idempotency-Key": bad})
        assert codes(answer) == (400, "bad_request")
    assert len(face.rows(Filing)) == 2


def test_what_was_refused_may_be_sent_again_under_its_key(face: Face) -> None:
    assert (
        codes(face["client"].post(URL, example("acquisition") | {"received_on": "2027-01-01"}, headers=KEY))[0] == 422
    )
    assert face["client"].post(URL, example("acquisition"), headers=KEY).status_code == 201


def test_two_at_the_same_moment_file_once(any_face: Face) -> None:
    answers, barrier = [], threading.Barrier(4)

    def push() -> None:
        barrier.wait()
        answers.append(any_face["client"].post(URL, example("acquisition"), headers=KEY))

    threads = [threading.Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sorted("Idempotency-Replayed" in answer.headers for answer in answers) == [False, True, True, True]
    assert len(any_face.rows(Filing)) == len(any_face.rows(Batch)) == 1


def test_a_change_names_the_version_it_was_made_on(face: Face) -> None:
    made = face["reception"].post("/api/v1/batches", {"received_on": "2026-11-20"})
    url = made.headers["Location"]
    face["reception"].ok("PUT", f"{url}/files/a.png", content=picture("form"))
    assert codes(face["reception"].post(f"{url}/close")) == (428, "precondition_required")
    for stale in ('"99"', "1", "W/x", '""'):
        answer = face["reception"].post(f"{url}/close", headers={"If-Match": stale})
        assert codes(answer) == (412, "version_mismatch")
    closed = face["reception"].post(f"{url}/close", headers={"If-Match": f'"7", {made.headers["ETag"]}'})
    assert closed.status_code == 200 and closed.headers["ETag"] != made.headers["ETag"]
    assert face["reception"].get(url).headers["ETag"] == closed.headers["ETag"]
    body = {"received_on": "2026-11-19", "reason": "受付印"}
    old = face["reception"].post(f"{url}/receipt-date", body, headers={"If-Match": made.headers["ETag"]})
    assert codes(old) == (412, "version_mismatch")
    assert face["reception"].post(f"{url}/receipt-date", body, headers={"If-Match": "*"}).status_code == 200


def test_of_two_changes_of_one_version_one_wins(any_face: Face) -> None:
    batch = any_face.batch(picture("form"))
    tag = any_face["reception"].get(f"/api/v1/batches/{batch['id']}").headers["ETag"]
    answers, barrier = [], threading.Barrier(3)

    def correct(day: int) -> None:
        barrier.wait()
        body = {"received_on": f"2026-11-{day}", "reason": "受付印"}
        answers.append(
            any_face["reception"].post(f"/api/v1/batches/{batch['id']}/receipt-date", body, headers={"If-Match": tag})
        )

    threads = [threading.Thread(target=correct, args=(day,)) for day in (17, 18, 19)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_pages_hold_every_row_once_while_rows_are_added(any_face: Face, limit: int) -> None:
    new = {"received_on": "2026-11-20"}
    before = [any_face["supervisor"].ok("POST", "/api/v1/batches", json=new)["id"] for _ in range(7)]
    with any_face.services.writing("system:test") as work:  # several of one moment
        for identifier in before[2:5]:
            work.session.get_one(Batch, identifier).created_at = NOW
    found, cursor = [], None
    for _ in range(20):
        query = f"?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        page = any_face["supervisor"].ok("GET", f"/api/v1/batches{query}")
        found += [row["id"] for row in page["items"]]
        any_face["supervisor"].ok("POST", "/api/v1/batches", json=new)
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(found) == sorted(before)


def test_a_cursor_is_ours_or_refused(face: Face) -> None:
    good = encode_cursor(NOW, "a" * 32)
    assert decode_cursor(good) == (NOW, "a" * 32)
    for bad in (
        "x",
        "====",
        "W10",
        "WzEsMl0",
        "bnVsbA",
        "あ",
        good[:-3],
        encode_cursor(NOW.replace(tzinfo=None), "a"),
        "W1tbW1tb" * 20,
    ):
        assert codes(face["supervisor"].get("/api/v1/batches", params={"cursor": bad}))[0] in {400, 422}, bad
    for limit in ("0", "201", "-1", "x", "1.5"):
        assert codes(face["supervisor"].get(f"/api/v1/batches?limit={limit}")) == (422, "invalid")
