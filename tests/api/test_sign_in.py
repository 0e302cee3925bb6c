"""Signing in: argon2, audited failures, the pause, sessions that end, tokens that are revoked."""

from __future__ import annotations

import statistics
import threading
import time
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.accounts import add_account
from api.security import passwords, sessions, signing
from api.security.errors import SignInBusy, TooManyAttempts, TooManyFromAddress, WrongPassword
from storage.tables import ApiToken, AuditEntry, Session, User
from tests.api.face import Face, codes

SECRET = "correct horse battery"


@pytest.fixture
def account(face: Face) -> str:
    with face.services.writing("system:test") as work:
        return add_account(work, "hanako", "花子", ["reviewer"], SECRET).id


def post(face: Face, login: str, password: str, **headers: str):
    return face.anybody(
        "POST", "/sign-in", data={"login": login, "password": password, "next": "/desk"}, headers=headers
    )


def test_a_password_opens_a_session_with_a_guarded_cookie(face: Face, account: str) -> None:
    (kept,) = face.rows(User, id=account)
    assert kept.password_hash.startswith("$argon2id$") and SECRET not in kept.password_hash
    answer = post(face, "hanako", SECRET)
    assert answer.status_code == 303 and answer.headers["location"] == "/desk"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie and "Domain" not in cookie
    secret = cookie.split("todoke=")[1].split(";")[0]
    assert len(secret) >= 43 and not face.rows(Session, id=secret), "only a digest of the secret is kept"
    assert face.anybody("GET", "/api/v1/decisions", headers={"Cookie": f"todoke={secret}"}).status_code == 200


def test_the_cookie_is_secure_where_https_ends_in_front(face: Face, account: str) -> None:
    object.__setattr__(face.settings, "secure_cookies", True)
    assert "Secure" in post(face, "hanako", SECRET).headers["set-cookie"]


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_only_our_own_pages_follow_a_sign_in(face: Face, account: str, target: str) -> None:
    answer = face.anybody("POST", "/sign-in", data={"login": "hanako", "password": SECRET, "next": target})
    assert answer.headers["location"] == "/"


def test_a_failure_is_audited_and_says_nothing_of_what_was_wrong(face: Face, account: str) -> None:
    wrong, unknown = post(face, "hanako", "no"), post(face, "nobody", "no")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace("hanako", "nobody") == unknown.text
    failed = face.rows(AuditEntry, action="sign_in_failed")
    assert len(failed) == 2 and "hanako" not in str([(f.subject_id, f.detail) for f in failed])


@pytest.mark.parametrize("login", ["", "a\x00b", "あ" * 40, "x' OR 1=1 --"])
def test_an_odd_login_is_a_wrong_one(any_face: Face, login: str) -> None:
    with pytest.raises(WrongPassword):
        signing.sign_in(any_face.services, login, "no")


def test_who_has_no_password_or_is_inactive_does_not_come_in(face: Face, account: str) -> None:
    with face.services.writing("system:test") as work:
        work.session.get_one(User, account).active = False
    assert post(face, "hanako", SECRET).status_code == 401
    assert post(face, "client", "").status_code in {401, 422}


def test_an_unknown_login_takes_as_long_as_a_known_one(face: Face, account: str) -> None:
    passwords.warm()

    def seconds(login: str) -> float:
        began = time.perf_counter()
        with pytest.raises(WrongPassword):
            signing.sign_in(face.services, login, "no")
        return time.perf_counter() - began

    known, unknown = [], []
    for number in range(4):
        known.append(seconds("hanako"))
        unknown.append(seconds(f"nobody{number}"))
    assert 0.4 < statistics.median(known) / statistics.median(unknown) < 2.5


def test_one_address_that_tries_many_logins_is_paused_and_others_are_not(
    face: Face, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "FAILURES_FROM", 5)
    for number in range(5):
        with pytest.raises(WrongPassword):  # one network of IPv6, one failure a login
            signing.sign_in(face.services, f"somebody{number}", "no", f"2001:db8::{number + 1}")
    with pytest.raises(TooManyFromAddress):
        signing.sign_in(face.services, "hanako", SECRET, "2001:db8::ffff")
    for elsewhere in ("2001:db8:0:1::1", "198.51.100.7", "", "no address"):
        assert signing.sign_in(face.services, "hanako", SECRET, elsewhere)
    assert "2001:db8" not in str([(row.subject_id, row.detail) for row in face.rows(AuditEntry)])
    face.clock.pass_(signing.PAUSE.total_seconds() + 1)
    assert signing.sign_in(face.services, "hanako", SECRET, "2001:db8::1")


def test_one_person_cannot_lock_an_office_out_that_shares_its_address(
    face: Face, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "FAILURES_FROM", 5)
    shared = "198.51.100.7"
    for _ in range(2):
        assert signing.sign_in(face.services, "hanako", SECRET, shared)
    assert len(face.rows(AuditEntry, action="signed_in_from")) == 1
    for number in range(5):
        with pytest.raises(WrongPassword):
            signing.sign_in(face.services, f"somebody{number}", "no", shared)
    assert signing.sign_in(face.services, "hanako", SECRET, shared), "she signs in from here"
    with pytest.raises(TooManyFromAddress):
        signing.sign_in(face.services, "somebody9", "no", shared)
    for _ in range(signing.FAILURES):
        with pytest.raises(WrongPassword):
            signing.sign_in(face.services, "hanako", "no", shared)
    with pytest.raises(TooManyAttempts):  # her own pause is as it was
        signing.sign_in(face.services, "hanako", SECRET, shared)
    face.clock.pass_(signing.KNOWN.total_seconds() + 1)
    for number in range(5):
        with pytest.raises(WrongPassword):
            signing.sign_in(face.services, f"somebody{number}", "no", shared)
    with pytest.raises(TooManyFromAddress):  # known from elsewhere, or long ago, is not known
        signing.sign_in(face.services, "hanako", SECRET, shared)


def test_the_page_counts_the_address_that_the_server_sees(
    face: Face, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "FAILURES_FROM", 2)
    given = {"login": "nobody", "password": "no", "next": "/"}
    near, far = (TestClient(face.app, client=(address, 1)) for address in ("198.51.100.7", "198.51.100.8"))
    for number in range(2):
        said = {"X-Forwarded-For": f"203.0.113.{number}"}  # anybody can write this
        assert near.post("/sign-in", data=given, headers=said).status_code == 401
    refused = near.post("/sign-in", data=given | {"login": "hanako", "password": SECRET}, follow_redirects=False)
    assert refused.status_code == 429 and "ネットワーク" in refused.text
    opened = far.post("/sign-in", data=given | {"login": "hanako", "password": SECRET}, follow_redirects=False)
    assert opened.status_code == 303


def test_a_flood_is_paused_and_nobody_can_prolong_the_pause(face: Face, account: str) -> None:
    for _ in range(signing.FAILURES):
        with pytest.raises(WrongPassword):
            signing.sign_in(face.services, "hanako", "no")
    paused = post(face, "hanako", SECRET)
    assert paused.status_code == 429, "not even the right password, for a while"
    for _ in range(5):
        with pytest.raises(TooManyAttempts):
            signing.sign_in(face.services, "hanako", "no")
    assert len(face.rows(AuditEntry, action="sign_in_failed")) == signing.FAILURES
    face.clock.pass_(signing.PAUSE.total_seconds() + 1)
    assert signing.sign_in(face.services, "hanako", SECRET)


def test_a_crowd_takes_neither_all_memory_nor_all_threads(face: Face, account: str) -> None:
    said: list[str] = []

    def enter() -> None:
        try:
            signing.sign_in(face.services, "hanako", SECRET)
        except SignInBusy:
            said.append("busy")
        else:
            said.append("in")

    threads = [threading.Thread(target=enter) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(said) <= {"in", "busy"} and len(said) == 40 and said.count("in") >= 4
    assert signing.sign_in(face.services, "hanako", SECRET), "afterwards everybody comes in again"


def test_the_hash_is_compared_outside_any_transaction(
    face: Face, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    def verify(stored: str | None, password: str) -> bool:
        with face.services.writing("system:test") as work:  # would wait for ever if the sign-in held the write lock
            held.append(work.session.get_one(User, account).login)
        return True

    monkeypatch.setattr(signing, "verify_password", verify)
    assert signing.sign_in(face.services, "hanako", SECRET) and held == ["hanako"]


def test_a_session_ends_when_it_is_idle(face: Face) -> None:
    for _ in range(5):  # in use all the time: longer than the idle time in all
        face.clock.pass_(sessions.IDLE.total_seconds() * 0.9)
        assert face["reviewer"].get("/api/v1/decisions").status_code == 200
    face.clock.pass_(sessions.IDLE.total_seconds() + 1)
    assert codes(face["reviewer"].get("/api/v1/decisions")) == (401, "not_signed_in")


def test_a_page_that_asks_by_itself_keeps_no_session_alive(face: Face) -> None:
    batch = face["reception"].ok("POST", "/api/v1/batches", json={"received_on": "2026-11-20"})
    url = f"/api/v1/batches/{batch['id']}/progress"
    for _ in range(5):
        face.clock.pass_(sessions.IDLE.total_seconds() / 4)
        answer = face["reception"].get(url)
    assert answer.status_code == 401


def test_a_session_ends_after_a_day_of_work_whatever_happens(face: Face) -> None:
    end = face.clock() + sessions.LIFETIME
    while face.clock() < end:
        assert face["reviewer"].get("/api/v1/decisions").status_code == 200
        face.clock.pass_(timedelta(hours=1).total_seconds())
    face.clock.pass_(1)
    assert face["reviewer"].get("/api/v1/decisions").status_code == 401
    signed = len(face.rows(Session))
    with face.services.writing("system:test") as work:
        sessions.open_session(work, work.session.get_one(User, face.ids["reviewer"]))
    assert len(face.rows(Session)) < signed, "what has ended is cleared away"


def test_signing_out_ends_the_session_for_good(face: Face) -> None:
    assert face["reviewer"].post("/sign-out").status_code == 303
    assert face["reviewer"].get("/api/v1/decisions").status_code == 401
    assert [e.action for e in face.rows(AuditEntry, subject_id=face.ids["reviewer"])][-1] == "signed_out"


def test_an_account_that_is_switched_off_is_out_at_once(face: Face) -> None:
    with face.services.writing("system:test") as work:
        for login in ("reviewer", "client"):
            work.session.get_one(User, face.ids[login]).active = False
    assert face["reviewer"].get("/api/v1/decisions").status_code == 401
    assert face["client"].get("/api/v1/filings").status_code == 401


def test_a_bearer_token_is_kept_as_a_digest_and_can_be_revoked(face: Face) -> None:
    secret = face["client"].headers["Authorization"].split()[1]
    assert secret.startswith("tdk_") and secret not in {row.id for row in face.rows(ApiToken)}
    assert face["client"].get("/api/v1/filings").status_code == 200
    with face.services.writing("system:test") as work:
        assert sessions.revoke_tokens(work, face.ids["client"], "another") == 0
        assert sessions.revoke_tokens(work, face.ids["client"], "test") == 1
    assert face["client"].get("/api/v1/filings").status_code == 401
    assert face.rows(AuditEntry, action="token_revoked")


def test_continue_as_is_a_real_sign_in_in_training_only(face: Face) -> None:
    with face.services.writing("system:test") as work:
        work.session.add(User(login="keyer1", name="入力", created_at=work.now))
    answer = face["reviewer"].post("/continue-as/keyer1")
    assert answer.status_code == 303 and "todoke=" in answer.headers["set-cookie"]
    (entry,) = [e for e in face.rows(AuditEntry, action="signed_in") if e.detail]
    assert entry.detail == {"continued_from": face.ids["reviewer"]}
    object.__setattr__(face.settings, "training", False)
    assert codes(face["approver"].post("/continue-as/keyer1")) == (404, "not_found")
