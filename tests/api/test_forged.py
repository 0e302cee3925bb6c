"""Requests that another page sends, and what every answer carries."""

from __future__ import annotations

import pytest
from starlette.datastructures import MutableHeaders

from api.edge import dress
from api.pages.render import asset_version
from tests.api.face import Face, codes

NEW = {"received_on": "2026-11-20"}


def test_a_change_needs_the_sessions_token(face: Face) -> None:
    cookie = {"Cookie": face["reception"].headers["Cookie"]}
    other = face["reviewer"].headers["X-CSRF-Token"]
    for token in (None, "", "wrong", "é".encode("latin-1"), other):
        headers = cookie if token is None else cookie | {"X-CSRF-Token": token}
        assert codes(face.anybody("POST", "/api/v1/batches", json=NEW, headers=headers)) == (403, "csrf")
    assert face["reception"].post("/api/v1/batches", NEW).status_code == 201
    assert face.anybody("GET", "/api/v1/batches", headers=cookie).status_code == 200, "looking needs none"


def test_a_form_carries_it_in_a_field(face: Face) -> None:
    person = face["reviewer"]
    cookie, token = {"Cookie": person.headers["Cookie"]}, person.headers["X-CSRF-Token"]
    asked = {"q": "ヤマダ", "purpose": "試験"}
    assert codes(face.anybody("POST", "/register", data=asked, headers=cookie)) == (403, "csrf")
    assert codes(face.anybody("POST", "/register", data=asked | {"csrf": "x"}, headers=cookie)) == (403, "csrf")
    assert face.anybody("POST", "/register", data=asked | {"csrf": token}, headers=cookie).status_code == 200
    # a token in a multipart form, in the address, or in an upload's body is none
    multipart = face.anybody("POST", "/register", files={"csrf": token.encode()}, headers=cookie)
    assert codes(multipart) == (403, "csrf")
    assert codes(face.anybody("POST", f"/register?csrf={token}", data=asked, headers=cookie)) == (403, "csrf")
    form = cookie | {"Content-Type": "application/x-www-form-urlencoded"}
    put = face.anybody("PUT", "/api/v1/batches/x/files/a", content=f"csrf={token}", headers=form)
    assert codes(put) == (403, "csrf")


def test_a_bearer_needs_none_but_does_not_lend_a_cookie_its_freedom(face: Face) -> None:
    assert face["client"].post("/api/v1/batches", NEW).status_code == 201
    both = {"Cookie": face["reception"].headers["Cookie"], "Authorization": "Bearer wrong"}
    assert codes(face.anybody("POST", "/api/v1/batches", json=NEW, headers=both)) == (401, "not_signed_in")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_browser_says_comes_from_elsewhere_is_refused(face: Face, site: str) -> None:
    said = {"Sec-Fetch-Site": site}
    assert codes(face["reception"].post("/api/v1/batches", NEW, headers=said)) == (403, "csrf")
    signing_in = face.anybody("POST", "/sign-in", data={"login": "a", "password": "b"}, headers=said)
    assert codes(signing_in) == (403, "csrf"), "nobody is signed in behind his back"
    assert face.anybody("GET", "/sign-in", headers=said).status_code == 200, "a link may lead here"
    own = {"Sec-Fetch-Site": "same-origin"}
    assert face["reception"].post("/api/v1/batches", NEW, headers=own).status_code == 201


@pytest.mark.parametrize("path", ["/sign-in", "/api/v1/health", "/api/v1/batches", "/nowhere", "/static/nowhere.js"])
def test_every_answer_is_dressed(house: Face, path: str) -> None:
    headers = house.anybody("GET", path).headers
    assert (
        "default-src 'none'" in headers["content-security-policy"]
        and "unsafe" not in headers["content-security-policy"]
    )
    assert "frame-ancestors 'none'" in headers["content-security-policy"] and headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers and "server" not in headers


def test_behind_https_browsers_are_told_to_stay_there() -> None:
    headers = MutableHeaders()
    dress(headers, "/", 200, secure=True)
    assert headers["strict-transport-security"].startswith("max-age=31536000")


def test_only_our_own_files_are_kept_by_browsers(house: Face) -> None:
    folder = f"/static/{asset_version()}"
    assert "immutable" in house.anybody("GET", f"{folder}/todoke.css").headers["cache-control"]
    for path in ("../app.py", "%2e%2e/app.py", "..%2fapp.py", "nothing.css", ""):
        answer = house.anybody("GET", f"{folder}/{path}")
        assert answer.status_code == 404 and answer.headers["cache-control"] == "no-store", path
