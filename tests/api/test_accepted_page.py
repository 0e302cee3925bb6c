"""What a calibration accepted is shown as such to who decides, with its version, and not asked of the keyer."""

from __future__ import annotations

from dataclasses import replace

from approval import trust
from forms import catalogue
from forms.policy import CLASSES
from ocr.calibration import fingerprint
from ocr.calibration.fit import fit
from ocr.calibration.labels import Origin
from storage.tables import Settlement
from tests.api.face import Face
from tests.intake.conftest import picture
from tests.intake.readers import Scripted, hired_number
from tests.ocr.calibration.worlds import World


def test_the_basis_and_the_version_are_on_the_page(face: Face) -> None:
    drawn, _ = World(base=3.0).draw(3, 40, 12)
    form = catalogue.form("acquisition")
    known = [replace(one, cls=cls, engines=("script 1",)) for one in drawn for cls in CLASSES]
    forms = {f"{form.kind}/{form.version}": fingerprint.of_form(form.kind, form.version)}
    made = fit(known, Origin(fingerprint.of_reader(Scripted()), forms, True), 0.0014)
    with face.services.writing("system:test") as work:
        kept = trust.Made(made.version, made.to_json(), dict.fromkeys(CLASSES, 0.5), made.target, made.synthetic)
        trust.store(work, kept)
        trust.activate(work, made.version, 1e-9, "a test")
    filing = face.scanned(data=picture("good", 1))
    assert {row.basis for row in face.rows(Settlement, filing_id=filing)} == {"accepted"}
    face.key("keyer", filing, hired_number(1))
    held = face.claim("reviewer", filing, "review")
    page = face["reviewer"].call("GET", f"/decisions/tasks/{held['task_id']}", headers={"Accept": "text/html"}).text
    assert made.version in page
    assert "機械の読みを採用" in page or "accepted by calibration" in page
