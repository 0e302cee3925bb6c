"""Every refusal is problem+json in both languages, says nothing it should not, and logs no values."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy.exc import OperationalError

from api.edge import BODY
from tests.api.face import Face, codes

NEW = {"received_on": "2026-11-20"}
BATCHES = "/api/v1/batches"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/batches/unknown", "/api/v1/filings/unknown", "/nothing"])
def test_an_unknown_address(house: Face, path: str) -> None:
    status, code = codes(house["supervisor"].get(path))
    assert (status, code) == (404, "not_found")


def test_a_method_that_the_address_does_not_know(house: Face) -> None:
    answer = house["supervisor"].call("DELETE", BATCHES)
    assert codes(answer) == (405, "method_not_allowed") and answer.headers["Allow"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"\xff\xfe", 400), (b"[" * 100_000, 400), (b"", 422), (b"[]", 422), (b"null", 422), (b'"x"', 422)],
)
def test_malformed_json(house: Face, body: bytes, status: int) -> None:
    answer = house["reception"].call("POST", BATCHES, content=body, headers={"Content-Type": "application/json"})
    assert codes(answer)[0] == status
    assert not house["reception"].ok("GET", BATCHES)["items"]


def test_a_body_that_does_not_say_it_is_json_is_not_taken_for_it(house: Face) -> None:
    for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = house["reception"].call(
            "POST", BATCHES, content=b'{"received_on":"2026-11-20"}', headers={"Content-Type": media}
        )
        assert codes(answer)[0] in {400, 422}
        filed = house["client"].call("POST", "/api/v1/filings", content=b"{}", headers={"Content-Type": media})
        assert codes(filed) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "wrong",
    [
        {"declared_pieces": False}, {"declared_pieces": True}, {"declared_pieces": "3"}, {"declared_pieces": 1.0},
        {"declared_pieces": 0}, {"declared_pages": 100_001}, {"received_on": 0}, {"received_on": "20261120"},
        {"received_on": "2026-11-20T00:00:00"}, {"received_on": "2026-02-30"}, {"received_on": None},
        {"channel": "efiling"}, {"received_basis": "efiled"}, {"sender": 5}, {"sender": "x" * 201},
        {"sender": "a\u0000b"}, {"note": "a\u0007"}, {"unknown": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_value_of_another_type_is_refused_never_bent(house: Face, wrong: dict[str, object]) -> None:
    answer = house["reception"].post(BATCHES, NEW | wrong)
    assert codes(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["at"].startswith("body.")


def test_half_a_character_is_refused_wherever_text_is_taken(face: Face) -> None:
    headers = {"Content-Type": "application/json"}
    bad = b'{"received_on":"2026-11-20","sender":"\\ud800"}'
    assert codes(face["reception"].call("POST", BATCHES, content=bad, headers=headers)) == (422, "invalid")
    filing = face.scanned()
    held = face.claim("keyer", filing, "key")
    draft = b'{"token":"%s","values":{"header.name":{"value":"\\ud800"}}}' % held["token"].encode()
    url = f"/api/v1/tasks/{held['task_id']}"
    assert codes(face["keyer"].call("PUT", f"{url}/draft", content=draft, headers=headers))[0] == 422
    assert codes(face["keyer"].call("POST", f"{url}/submit", content=draft, headers=headers))[0] == 422


def test_zero_bytes_go_nowhere(any_face: Face) -> None:
    who = any_face["supervisor"]
    for path in (f"{BATCHES}/a%00b", "/api/v1/filings?number=%00", f"{BATCHES}/x/files/a%00.png"):
        assert codes(who.get(path)) == (400, "bad_request")
    assert who.post("/api/v1/register/search", {"q": "a\x00", "purpose": "x"}).status_code == 422
    form = {"q": "a\x00b", "purpose": "x\x00", "csrf": who.headers["X-CSRF-Token"]}
    assert who.call("POST", "/register", data=form).status_code in {200, 400, 422}
    held = {"token": "a\x00b"}
    assert who.post("/api/v1/tasks/x/release", held).status_code == 422
    cursor = "WyIyMDI2LTExLTIwVDAwOjAwOjAwKzAwOjAwIiwgIlx1MDAwMCJd"  # ["2026-11-20T00:00:00+00:00", "\u0000"]
    assert codes(who.get(f"{BATCHES}?cursor={cursor}")) == (400, "bad_request")


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_is_bounded_by_what_is_counted(house: Face, announced: bool) -> None:
    sent = 0

    def stream():
        nonlocal sent
        for _ in range(64):
            sent += 65536
            yield b" " * 65536

    body = b" " * (BODY + 1) if announced else stream()
    headers = {"Content-Type": "application/json"}
    for person, path in (("reception", BATCHES), ("reviewer", "/api/v1/register/search")):
        answer = house[person].call("POST", path, content=body, headers=headers)
        assert codes(answer) == (413, "body_too_large")
        body = b" " * (BODY + 1) if announced else stream()
    stranger = house.anybody(
        "POST", "/sign-in", content=b"a" * (BODY + 1), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert codes(stranger) == (413, "body_too_large")


def test_a_lying_length_does_not_help(house: Face) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": "10"}
    answer = house["reception"].call("POST", BATCHES, content=iter([b" " * BODY, b" " * 10]), headers=headers)
    assert codes(answer) == (413, "body_too_large")
    odd = house["reception"].call(
        "POST", BATCHES, content=b"{}", headers={"Content-Length": "x", "Content-Type": "application/json"}
    )
    assert odd.status_code in {400, 422}


def test_a_fault_of_ours_has_a_trace_and_the_log_no_value(
    face: Face, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    value = "123456789018 山田太郎"

    def breaks(*_: object) -> None:
        raise ValueError(f"invalid literal: {value}")

    monkeypatch.setattr("api.rest.register.find", breaks)
    with caplog.at_level(logging.DEBUG):
        answer = face["reviewer"].post("/api/v1/register/search", {"q": "123456789018", "purpose": "x"})
    assert codes(answer) == (500, "unexpected") and answer.headers["x-frame-options"] == "DENY"
    trace = answer.json()["message"]["en"].split("trace ")[1].rstrip(").")
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name == "todoke.face")
    assert trace in ours and "ValueError" in ours and "in breaks" in ours
    assert "123456789018" not in caplog.text and "山田" not in caplog.text and "山田" not in answer.text


def test_no_log_line_of_a_whole_flow_holds_a_value(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    from api.examples import example

    with caplog.at_level(logging.DEBUG, logger="todoke"):
        face.insured()
        filing = face.filed(example("dependants"))
        face["reviewer"].post("/api/v1/register/search", {"q": "123456789018 ヤマダ", "purpose": "x"})
        face["client"].post("/api/v1/filings", {"kind": "acquisition", "header": {"name": "山田"}})
        face["reviewer"].get(f"/api/v1/filings/{filing}")
    assert not [word for word in ("123456789018", "山田", "ヤマダ") if word in caplog.text]


def test_a_page_gets_a_page_and_a_script_a_problem(house: Face) -> None:
    page = house["reviewer"].get("/filings/unknown", headers={"Accept": "text/html"})
    assert page.status_code == 404 and page.headers["content-type"].startswith("text/html")
    signed_out = house.anybody("GET", "/filings/a&b", headers={"Accept": "text/html"})
    assert (signed_out.status_code, signed_out.headers["location"]) == (303, "/sign-in?next=/filings/a%26b")
    assert codes(house["reviewer"].get("/filings/unknown"))[0] == 404
    assert codes(house["keyer"].get("/api/v1/decisions", headers={"Accept": "text/html"}))[0] == 403


def test_health_and_pages_without_a_database(face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    assert face.anybody("GET", "/api/v1/health").json() == {"status": "ok"}

    def away(*_: object, **__: object) -> None:
        raise OperationalError("select", {}, Exception("no connection"))

    cookie = {"Cookie": face["reviewer"].headers["Cookie"], "Accept": "text/html"}
    monkeypatch.setattr(type(face.database), "reading", away)
    answer = face.anybody("GET", "/api/v1/health")
    assert codes(answer) == (503, "no_database") and answer.headers["Retry-After"]
    page = face.anybody("GET", "/filings", headers=cookie)
    assert codes(page) == (500, "unexpected"), "no page can be made, so a problem it is"
