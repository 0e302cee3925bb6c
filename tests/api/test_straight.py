"""The straight path over REST alone: from the scan and from data to the letter."""

from __future__ import annotations

import io

import pdfplumber

from api.examples import example
from tests.api.face import Face, codes


def words(data: bytes) -> str:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return "".join(page.extract_text() for page in pdf.pages)


def test_a_scan_is_keyed_reviewed_approved_and_noticed(face: Face) -> None:
    filing = face.scanned()
    assert face["reviewer"].ok("GET", f"/api/v1/filings/{filing}")["state"] == "keying"
    assert codes(face["reviewer2"].get(f"/api/v1/filings/{filing}/notices/acquisition.pdf")) == (404, "not_found")
    face.key("keyer", filing)
    assert face["approver"].ok("GET", f"/api/v1/filings/{filing}")["state"] == "reviewing"
    face.approved(filing)
    done = face["auditor"].ok("GET", f"/api/v1/filings/{filing}")
    assert done["state"] == "noticed" and done["notices"] == ["acquisition"]
    letter = face["reviewer"].get(f"/api/v1/filings/{filing}/notices/acquisition.pdf")
    assert letter.headers["content-type"] == "application/pdf" and done["number"] in words(letter.content)
    told = face["auditor"].ok("GET", f"/api/v1/filings/{filing}/history")["events"]
    assert {"filing.received", "key.submitted", "decision.approve", "entry.posted", "notice.issued"} <= {
        event["action"] for event in told
    }


def test_data_goes_the_same_way_and_the_filer_gets_the_letter(face: Face) -> None:
    face.insured()
    filing = face.filed(example("dependants"))
    assert face["client"].ok("GET", f"/api/v1/filings/{filing}")["state"] == "reviewing"
    face.approved(filing)
    shown = face["client"].ok("GET", f"/api/v1/filings/{filing}")
    assert shown["state"] == "noticed" and "view" not in shown
    letter = face["client"].get(f"/api/v1/filings/{filing}/notices/dependants.pdf")
    assert letter.content.startswith(b"%PDF")
    assert codes(face["client2"].get(f"/api/v1/filings/{filing}/notices/dependants.pdf")) == (404, "not_found")
    assert codes(face["inspector"].get(f"/api/v1/filings/{filing}/notices/dependants.pdf")) == (403, "not_allowed")
