"""What a calibration accepted is shown as such to who decides, with its version, and not asked of the keyer."""

from __future__ import annotations

from dataclasses import replace

from approval import trust
from forms import catalogue
from forms.policy import CLASSES
from ocr.calibration import fingerprint
from ocr.calibration.fit import fit
from ocr.calibration.labels import Origin
from storage.tables import MachineSeen, Settlement, Task
from tests.api.face import Face, codes
from tests.intake.conftest import picture
from tests.intake.readers import Scripted, hired_number
from tests.ocr.calibration.worlds import World


def calibrated(face: Face) -> str:
    """A calibration that accepts everything filled of the scripted reader; gives its version."""
    drawn, _ = World(base=3.0).draw(3, 40, 12)
    form = catalogue.form("acquisition")
    known = [replace(one, cls=cls, engines=("script 1",)) for one in drawn for cls in CLASSES]
    forms = {f"{form.kind}/{form.version}": fingerprint.of_form(form.kind, form.version)}
    made = fit(known, Origin(fingerprint.of_reader(Scripted()), forms, True), 0.0014)
    with face.services.writing("system:test") as work:
        kept = trust.Made(made.version, made.to_json(), dict.fromkeys(CLASSES, 0.5), made.target, made.synthetic)
        trust.store(work, kept)
        trust.activate(work, made.version, 1e-9, "a test")
    return made.version


def test_the_basis_and_the_version_are_on_the_page(face: Face) -> None:
    version = calibrated(face)
    filing = face.scanned(data=picture("good", 1))
    assert {row.basis for row in face.rows(Settlement, filing_id=filing)} == {"accepted"}
    face.key("keyer", filing, hired_number(1))
    held = face.claim("reviewer", filing, "review")
    page = face["reviewer"].call("GET", f"/decisions/tasks/{held['task_id']}", headers={"Accept": "text/html"}).text
    assert version in page
    assert "機械の読みを採用" in page or "accepted by calibration" in page


NUMBER, BIRTH = "entries[0].my_number", "entries[0].birth"


def test_a_keyer_learns_nothing_of_what_was_accepted(face: Face) -> None:
    calibrated(face)
    filing = face.scanned(data=picture("good", 2))
    read = [value for value in hired_number(2).values() if len(value) > 4]
    held = face.claim("keyer", filing, "key")
    url = f"/api/v1/tasks/{held['task_id']}"
    shown = face["keyer"].get(url)
    assert {NUMBER, BIRTH}.isdisjoint(field["id"] for field in shown.json()["fields"])
    for name in (NUMBER, BIRTH):
        assert face["keyer"].get(f"{url}/crops/{name}.jpg").status_code == 404, "not asked, not shown"
    pages = [shown, *(
        face["keyer"].get(path, headers={"Accept": "text/html"})
        for path in (
            "/", "/desk", f"/desk/tasks/{held['task_id']}", "/hands", "/api/v1/tasks", "/api/v1/filings",
            f"/filings/{filing}", f"/api/v1/filings/{filing}", f"/api/v1/filings/{filing}/history",
        )
    )]  # fmt: skip
    pages += [face["supervisor"].get(path, headers={"Accept": "text/html"}) for path in ("/hands", "/")]
    for page in pages:
        assert not [value for value in read if value in page.text], page.url
        assert "confidence" not in page.text and "calibration" not in page.text, page.url
    for path in (f"/api/v1/filings/{filing}", f"/api/v1/filings/{filing}/history"):
        assert codes(face["both"].get(path)) == (403, "blind_task_open")
    assert codes(face["both"].post(f"/api/v1/filings/{filing}/reveal/{NUMBER}")) == (403, "blind_task_open")
    assert codes(face["keyer"].post(f"/api/v1/filings/{filing}/reveal/{NUMBER}")) == (403, "not_allowed")


def test_who_looked_up_an_accepted_value_does_not_key_it_when_it_is_sent_back(face: Face) -> None:
    """Else the second reading would be a copy of the machine's."""
    calibrated(face)
    filing = face.scanned(data=picture("good", 3))
    face.key("keyer", filing, hired_number(3))
    told = face["both"].ok("POST", f"/api/v1/filings/{filing}/reveal/{NUMBER}")
    assert told["value"] == hired_number(3)[NUMBER]
    assert face["both"].get(f"/api/v1/filings/{filing}").status_code == 200
    assert {row.user_id for row in face.rows(MachineSeen, filing_id=filing)} == {face.ids["both"]}
    held = face.claim("reviewer", filing, "review")
    assert face.decide("reviewer", filing, "send_back", held, fields=[NUMBER], reason="薄い").status_code == 201
    (task,) = [t for t in face.rows(Task, filing_id=filing, step="key", round=2) if t.state == "open"]
    refused = face["both"].post("/api/v1/tasks/claim", {"task": task.id})
    assert codes(refused) == (403, "already_read")
    face.key("keyer3", filing, hired_number(3))
    assert {row.basis for row in face.rows(Settlement, filing_id=filing, field=NUMBER, round=2)} == {"two_readings"}
