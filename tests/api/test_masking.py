"""No answer shows a My Number: not as text, not in a picture, to nobody, but by a logged reveal or in an own task."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest

from api import images
from api.examples import example
from api.filing_view import plain
from forms.model import Box
from storage.tables import ROLES, Task
from tests.api.face import Face, boxes, codes, machine, sheet
from validators.register.views import PersonView
from validators.rules.samples import CHILD, MOTHER, SELF, SPOUSE

NUMBERS = (SELF, SPOUSE, CHILD, MOTHER, "2101123456")


def pixels(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE).astype(int)


def inside(picture: np.ndarray, box: Box, dpi: float, shrink: float = 0.0) -> np.ndarray:
    box, scale = box.grown(-shrink), dpi / 25.4
    return picture[int(box.y * scale) : int(box.bottom * scale), int(box.x * scale) : int(box.right * scale)]


def everything(face: Face, filing: str, person: str, batch: str) -> list[tuple[str, str]]:
    """Every address that shows something of these."""
    api = "/api/v1"
    tasks = [task.id for task in face.rows(Task, filing_id=filing)]
    return [
        ("GET", "/"), ("GET", "/intake"), ("GET", f"/intake/{batch}"), ("GET", "/desk"), ("GET", "/decisions"),
        ("GET", "/filings"), ("GET", f"/filings/{filing}"), ("GET", f"/register/persons/{person}"),
        *(("GET", f"/decisions/tasks/{task}") for task in tasks),
        *(("GET", f"{api}/tasks/{task}") for task in tasks),
        ("GET", f"{api}/tasks"), ("GET", f"{api}/batches"), ("GET", f"{api}/batches/{batch}"),
        ("GET", f"{api}/batches/{batch}/progress"), ("GET", f"{api}/filings"), ("GET", f"{api}/filings/{filing}"),
        ("GET", f"{api}/filings/{filing}/history"), ("GET", f"{api}/filings/{filing}/decisions"),
        ("GET", f"{api}/decisions"), ("GET", f"{api}/register/persons/{person}?purpose=x"), ("GET", f"{api}/metrics"),
    ]  # fmt: skip


def nothing_shows(face: Face, logins: tuple[str, ...], paths: list[tuple[str, str]]) -> int:
    """How many answers were looked at; none of them holds a number."""
    shown = 0
    for login in logins:
        for method, path in paths:
            accept = "application/json" if path.startswith("/api/") else "text/html"
            answer = face[login].call(method, path, headers={"Accept": accept})
            assert answer.status_code < 500, (login, path, answer.text[:300])
            text = re.sub(r"[\s\-\u2010-\u2015]", "", answer.text)
            assert not [number for number in NUMBERS if number in text], (login, path)
            shown += answer.status_code == 200
    return shown


@pytest.mark.parametrize("kind", ["acquisition", "dependants"])
def test_no_answer_to_any_role_holds_a_number(face: Face, kind: str) -> None:
    person = face.insured(kind == "dependants")
    filing = face.filed(example(kind))
    twin = face.filed(example(kind))  # findings, candidates and duplicates speak of the numbers, too
    (batch,) = [row["id"] for row in face["client"].ok("GET", "/api/v1/batches")["items"]][:1]
    roles = ROLES if kind == "dependants" else ("reviewer", "keyer", "client")
    seen = nothing_shows(face, roles, everything(face, twin, person, batch))
    held = face.claim("reviewer", twin, "review")
    view = face["reviewer"].ok("GET", f"/api/v1/filings/{twin}")["view"]
    assert view["duplicates"] and any(block["candidates"] for e in view["entries"] for block in e["blocks"])
    url = f"/api/v1/tasks/{held['task_id']}/duplicates"
    for pair in view["duplicates"]:
        said = {"token": held["token"], "same": True, "note": "同じ届"}
        face["reviewer"].ok("POST", f"{url}/{pair['id']}", json=said)
    assert face.decide("reviewer", twin, "pass", held).json()["state"] == "withdrawn"
    face.approved(filing)
    seen += nothing_shows(face, ("auditor", "client"), everything(face, filing, person, batch))
    seen += nothing_shows(face, ("reviewer",), everything(face, twin, person, batch))
    assert seen > 55, "the answers were real ones"


def test_a_search_by_number_finds_the_person_and_does_not_repeat_the_number(face: Face) -> None:
    person = face.insured()
    for q in (SELF, "2101-123456", "ヤマダ タロウ"):
        answer = face["reviewer"].post("/api/v1/register/search", {"q": q, "purpose": "照会"})
        assert [row["id"] for row in answer.json()["items"]] == [person]
        assert SELF not in answer.text and "2101123456" not in answer.text
        assert answer.json()["items"][0]["my_number"] == "••••••••" + SELF[-4:]
    form = {"q": "2101123456", "purpose": "照会", "csrf": face["reviewer"].headers["X-CSRF-Token"]}
    page = face["reviewer"].call("POST", "/register", data=form, headers={"Accept": "text/html"})
    assert page.status_code == 200 and person in page.text
    assert page.text.count("2101123456") == page.text.count('value="2101123456"'), "only in the line that was typed"


def test_persons_are_masked_wherever_they_stand_in_a_read_model() -> None:
    from datetime import date

    person = PersonView("p", "カナ", "漢字", date(1990, 1, 1), "1", SELF, "2101123456", (), 1)
    found = str(plain({"deep": [{"person": person, "my_number": SELF}], "bpn": "2101123456"}))
    assert SELF not in found and "2101123456" not in found and SELF[-4:] in found


def test_a_revealed_number_is_shown_once_and_logged_first(face: Face) -> None:
    face.insured()
    filing = face.filed(example("dependants"))
    url = f"/api/v1/filings/{filing}/reveal"
    answer = face["reviewer"].post(f"{url}/entries[0].spouse.my_number", {"purpose": "配偶者の確認"})
    assert answer.json() == {"value": SPOUSE} and answer.headers["cache-control"] == "no-store"
    log = face.seen("reviewer")[-1]
    assert (log.action, log.purpose, log.ids) == ("reveal", "配偶者の確認", [filing, "entries[0].spouse.my_number"])
    for field in ("entries[0].spouse.name_kanji", "entries[7].spouse.my_number", "header.name", "nonsense"):
        assert codes(face["reviewer"].post(f"{url}/{field}"))[0] == 404, "this door is for numbers that are there"
    for login in ("inspector", "auditor", "keyer", "contractor", "client", "admin"):
        assert codes(face[login].post(f"{url}/entries[0].spouse.my_number")) == (403, "not_allowed")


def test_the_boxes_of_numbers_are_of_one_colour_in_every_picture(face: Face) -> None:
    filing = face.scanned(data=sheet())
    held = face.claim("keyer", filing, "key")
    task = f"/api/v1/tasks/{held['task_id']}"
    address = face["keyer"].ok("GET", task)["fields"][0]["picture"]
    for login, url in (("keyer", address), ("reviewer", f"/api/v1/filings/{filing}/sheet.jpg")):
        answer = face[login].get(url)
        assert answer.headers["content-type"] == "image/jpeg" and "no-store" in answer.headers["cache-control"]
        picture = pixels(answer.content)
        assert len(boxes()) == 4
        for field in boxes():
            for place in filter(None, (field.box, field.correction_box)):
                painted, heart = inside(picture, place, images.DPI), inside(picture, place, images.DPI, shrink=1.2)
                assert heart.size and np.ptp(heart) <= 2, field.id
                assert np.ptp(painted) <= 24, "at the edge only what JPEG makes of the neighbours"
        name = inside(picture, face_field("entries[0].name_kanji").box, images.DPI)
        assert np.ptp(name) > 60, "what is no number is there to be read"


def face_field(name: str):
    from forms import catalogue

    return catalogue.form("acquisition").field(name)


def test_crops_hide_numbers_but_in_an_own_task(face: Face) -> None:
    filing = face.scanned(data=sheet())
    number = "entries[0].my_number"
    reviewed = face["reviewer"].get(f"/api/v1/filings/{filing}/crops/{number}.jpg")
    picture = pixels(reviewed.content)
    painted = picture[int(picture.shape[0] * 0.35) : int(picture.shape[0] * 0.65), 40:-40]
    assert np.ptp(painted) <= 8
    held = face.claim("keyer", filing, "key")
    own = face["keyer"].get(f"/api/v1/tasks/{held['task_id']}/crops/{number}.jpg")
    assert np.ptp(pixels(own.content)) > 100 and "no-store" in own.headers["cache-control"]
    last = face.seen("keyer")[-1]
    assert (last.action, last.ids) == ("reveal", [filing, number]) and held["task_id"] in last.purpose
    assert codes(face["keyer2"].get(f"/api/v1/tasks/{held['task_id']}/crops/{number}.jpg"))[0] == 409, "not his task"
    neighbour = face["keyer"].get(f"/api/v1/tasks/{held['task_id']}/crops/entries[0].acq_type.jpg")
    assert neighbour.status_code == 200
    face["keyer"].ok("POST", f"/api/v1/tasks/{held['task_id']}/release", json={"token": held["token"]})
    assert codes(face["keyer"].get(f"/api/v1/tasks/{held['task_id']}/crops/{number}.jpg"))[0] == 409


def test_a_number_that_reaches_into_another_fields_crop_is_painted_there(face: Face) -> None:
    """A crop has a margin; whatever of a number's box lies in it has one colour."""
    filing = face.scanned(data=sheet())
    form_fields = [f for f in face_fields() if f.key != "my_number"]
    (near,) = [f for f in form_fields if f.id == "entries[0].birth"] or [form_fields[0]]
    picture = pixels(face["reviewer"].get(f"/api/v1/filings/{filing}/crops/{near.id}.jpg").content)
    left, top = max(0.0, _around(near).x - 2.5), max(0.0, _around(near).y - 2.5)
    for field in boxes():
        moved = Box(field.box.x - left, field.box.y - top, field.box.w, field.box.h)
        if moved.x < 0 or moved.y < 0:
            continue
        part = inside(picture, moved, images.CROP_DPI)
        assert not part.size or np.ptp(part) <= 30


def _around(field) -> Box:
    other = field.correction_box
    if other is None:
        return field.box
    x, y = min(field.box.x, other.x), min(field.box.y, other.y)
    return Box(x, y, max(field.box.right, other.right) - x, max(field.box.bottom, other.bottom) - y)


def face_fields():
    from forms import catalogue

    return catalogue.form("acquisition").fields


@pytest.mark.parametrize("dpi", [None, 1.0, 40.0, 200.0])
def test_a_thumbnail_is_coarse_whatever_the_file_says_of_itself(face: Face, dpi: float | None) -> None:
    from storage.tables import Page

    batch = face.batch(sheet(3, "unregistered"))
    page = batch["pages"][0]["id"]
    with face.services.writing("system:test") as work:
        work.session.get_one(Page, page).dpi = dpi
    picture = pixels(face["reception"].get(f"/api/v1/pages/{page}/thumbnail.jpg").content)
    assert max(picture.shape) <= 470
    assert codes(face["inspector"].get(f"/api/v1/pages/{page}/picture.jpg?purpose=x")) == (403, "not_allowed")
    assert codes(face["reception"].get(f"/api/v1/pages/{page}/picture.jpg")) == (422, "invalid"), "a purpose is needed"
    whole = face["reception"].get(f"/api/v1/pages/{page}/picture.jpg?purpose=place")
    assert max(pixels(whole.content).shape) > 1000 and "no-store" in whole.headers["cache-control"]
    assert (face.seen("reception")[-1].action, face.seen("reception")[-1].ids) == ("reveal", [page])


def test_the_adjudicators_readings_of_a_number_are_logged_as_a_reveal(face: Face) -> None:
    filing = face.scanned()
    read = machine(face, filing)
    face.key("keyer", filing, read | {"entries[0].my_number": SELF})
    held = face.claim("keyer2", filing, "adjudicate")
    page = face["keyer2"].ok("GET", f"/api/v1/tasks/{held['task_id']}")
    (field,) = page["fields"]
    assert set(field["values"]) == {SELF, read["entries[0].my_number"]}
    assert [row.action for row in face.seen("keyer2")] == ["view", "reveal"]
