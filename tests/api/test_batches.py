"""Batches over REST: counts, receipt dates, corrections by reception, custody, the acknowledgement."""

from __future__ import annotations

import io
from datetime import date

import pdfplumber
import pytest

from storage.tables import CustodyEvent, Filing, Original, ReceiptDateChange, Task
from tests.api.face import Face, codes
from tests.intake.conftest import picture


def tagged(face: Face, batch: str) -> dict[str, str]:
    return {"If-Match": face["reception"].get(f"/api/v1/batches/{batch}").headers["ETag"]}


def correct(face: Face, batch: str, what: str, **body: object):
    answer = face["reception"].post(f"/api/v1/batches/{batch}/{what}", body or None, headers=tagged(face, batch))
    face.work_off()
    return answer


def shown(face: Face, batch: str) -> dict:
    return face["reception"].ok("GET", f"/api/v1/batches/{batch}")


def test_a_batch_whose_counts_differ_is_held_until_somebody_says_why(face: Face) -> None:
    batch = face.batch(picture("form"), picture("form", 1), declared_pieces=3, declared_pages=3)
    assert batch["state"] == "held" and not batch["filings"]
    assert (batch["declared"], batch["found"]) == ({"pieces": 3, "pages": 3}, {"pieces": 2, "pages": 2})
    assert codes(correct(face, batch["id"], "accept-counts", reason="")) == (422, "invalid")
    assert codes(correct(face, batch["id"], "accept-counts", reason="  "))[0] == 422
    assert correct(face, batch["id"], "accept-counts", reason="1件は後日提出").status_code == 200
    after = shown(face, batch["id"])
    assert (after["state"], after["count_accepted"], after["filings"]) == ("released", "1件は後日提出", {"keying": 2})


def test_a_held_batch_is_opened_again_or_its_declaration_corrected(face: Face) -> None:
    batch = face.batch(picture("form"), declared_pieces=2)
    assert correct(face, batch["id"], "reopen").json()["state"] == "open"
    face["reception"].ok("PUT", f"/api/v1/batches/{batch['id']}/files/rest.png", content=picture("form", 1))
    assert correct(face, batch["id"], "close").status_code == 200
    assert shown(face, batch["id"])["state"] == "released"
    other = face.batch(picture("form", 2), declared_pieces=5)
    assert correct(face, other["id"], "declared", pieces=1, pages=None, reason="数え間違い").status_code == 200
    assert shown(face, other["id"])["state"] == "released"
    assert codes(correct(face, other["id"], "declared", pieces=2, reason="x")) == (409, "wrong_batch_state")


def test_a_receipt_date_is_corrected_with_a_reason_and_due_dates_follow(face: Face) -> None:
    batch = face.batch(picture("form"))
    (before,) = face.rows(Filing)
    assert codes(correct(face, batch["id"], "receipt-date", received_on="2026-11-10"))[0] == 422
    assert codes(correct(face, batch["id"], "receipt-date", received_on="2027-01-01", reason="x")) == (
        422,
        "bad_intake",
    )
    assert (
        correct(face, batch["id"], "receipt-date", received_on="2026-11-10", reason="受付印は10日").status_code == 200
    )
    (filing,), (task,), (change,) = face.rows(Filing), face.rows(Task), face.rows(ReceiptDateChange)
    assert filing.received_on == date(2026, 11, 10) and filing.due_on < before.due_on and task.due_on == filing.due_on
    assert (change.before, change.after) == (date(2026, 11, 20), date(2026, 11, 10))
    assert "受付印".encode() not in change.reason  # sealed under the batch's key
    told = shown(face, batch["id"])
    assert told["receipt_changes"] == [{"before": "2026-11-20", "after": "2026-11-10", "reason": "受付印は10日"}]
    assert told["received_basis"] == "entered"


def test_a_receipt_date_is_never_in_the_future(house: Face) -> None:
    for day in ("2026-11-22", "1900-01-01"):
        assert codes(house["reception"].post("/api/v1/batches", {"received_on": day})) == (422, "bad_intake")


def test_separators_blanks_and_attachments_are_told_apart_and_corrected(face: Face) -> None:
    batch = face.batch(
        picture("form"), picture("attachment"), picture("blank"), picture("unregistered"), picture("form", 1)
    )
    (first, paper, blank, odd, last) = [page["sheets"][0] for page in batch["pages"]]
    assert [s["state"] for s in (first, paper, blank, odd, last)] == [
        "filed",
        "attached",
        "blank",
        "unregistered",
        "filed",
    ]
    assert paper["filing"] == first["filing"]
    url = "/api/v1/sheets"
    face["reception"].ok("POST", f"{url}/{paper['id']}/attachment", json={"filing": last["filing"]})
    face["reception"].ok("POST", f"{url}/{blank['id']}/attachment")
    face.work_off()
    sheets = {s["id"]: s for page in shown(face, batch["id"])["pages"] for s in page["sheets"]}
    assert sheets[paper["id"]]["filing"] == last["filing"] and sheets[blank["id"]]["filing"] == first["filing"]
    face["reception"].ok("POST", f"{url}/{blank['id']}/nothing")
    corners = [[0, 0], [83, 0], [83, 119], [0, 119]]
    placed = face["reception"].ok("POST", f"{url}/{odd['id']}/place", json={"kind": "dependants", "corners": corners})
    assert placed["id"] == odd["id"]
    face.work_off()
    sheets = {s["id"]: s for page in shown(face, batch["id"])["pages"] for s in page["sheets"]}
    assert (sheets[blank["id"]]["state"], sheets[blank["id"]]["filing"]) == ("blank", None)
    assert (sheets[odd["id"]]["state"], sheets[odd["id"]]["kind"]) == ("filed", "dependants")
    one = face["reception"].ok("GET", f"{url}/{odd['id']}")
    assert one["batch"] == batch["id"] and one["filing"] == sheets[odd["id"]]["filing"]
    assert codes(face["reception"].post(f"{url}/{first['id']}/nothing")) == (409, "wrong_sheet_state")


@pytest.mark.parametrize(
    "corners", [[], [[0, 0]] * 3, [[0, 0, 0]] * 4, [["0", 0]] * 4, [[1e9, 0]] * 4, [[True, 0]] * 4]
)
def test_corners_are_four_points_near_the_page(face: Face, corners: list) -> None:
    batch = face.batch(picture("unregistered"))
    sheet = batch["pages"][0]["sheets"][0]["id"]
    answer = face["reception"].post(f"/api/v1/sheets/{sheet}/place", {"kind": "acquisition", "corners": corners})
    assert codes(answer)[0] == 422
    unknown = face["reception"].post(
        f"/api/v1/sheets/{sheet}/place", {"kind": "nothing", "corners": [[0, 0], [80, 0], [80, 90], [0, 90]]}
    )
    assert 400 <= codes(unknown)[0] < 500


def test_pages_are_turned_and_put_into_order(face: Face) -> None:
    batch = face.batch(picture("unregistered"), picture("attachment"), picture("form"))
    pages = [page["id"] for page in batch["pages"]]
    url = f"/api/v1/batches/{batch['id']}/order"
    assert codes(face["reception"].post(url, {"pages": pages[:2]}))[0] == 422
    face["reception"].ok("POST", url, json={"pages": [pages[2], pages[1], pages[0]]})
    face.work_off()
    after = shown(face, batch["id"])
    assert [page["id"] for page in after["pages"]] == pages[::-1]
    assert after["pages"][1]["sheets"][0]["state"] == "attached", "the form is now before it"
    for degrees, status in ((90, 204), (45, 422), (0, 422), (True, 422), ("90", 422)):
        assert face["reception"].post(f"/api/v1/pages/{pages[0]}/turn", {"degrees": degrees}).status_code == status
    assert codes(face["reception"].post(f"/api/v1/pages/{pages[2]}/turn", {"degrees": 180})) == (
        409,
        "wrong_sheet_state",
    )
    assert face.rows(Filing)


def test_where_the_paper_is(face: Face) -> None:
    batch = face.batch(picture("form"), picture("form", 1))
    url = f"/api/v1/batches/{batch['id']}/place"
    assert codes(face["reception"].post(url, {"box": "", "shelf": "B"}))[0] == 422
    assert codes(face["reviewer"].post(url, {"box": "A-1", "shelf": "B-3"})) == (403, "not_allowed")
    face["reception"].ok("POST", url, json={"box": "A-1", "shelf": "B-3"})
    assert {(row.box, row.shelf) for row in face.rows(Original)} == {("A-1", "B-3")}
    assert [row.event for row in face.rows(CustodyEvent)].count("stored") == 1
    assert all(
        file["place"] == {"box": "A-1", "shelf": "B-3", "holder": ""} for file in shown(face, batch["id"])["files"]
    )


def test_the_acknowledgement_carries_the_receipt_number(face: Face) -> None:
    batch = face.batch(picture("form"), sender="株式会社江戸前水産", declared_pieces=1)
    answer = face["reception"].get(f"/api/v1/batches/{batch['id']}/acknowledgement.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(answer.content)) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages).replace(" ", "")
    assert batch["number"] in text and "株式会社江戸前水産" in text


def test_a_client_sees_its_own_batches_alone(face: Face) -> None:
    own = face.batch(picture("form"), who="client")
    url = f"/api/v1/batches/{own['id']}"
    assert [row["id"] for row in face["client"].ok("GET", "/api/v1/batches")["items"]] == [own["id"]]
    assert face["client2"].ok("GET", "/api/v1/batches")["items"] == []
    page, sheet = own["pages"][0]["id"], own["pages"][0]["sheets"][0]["id"]
    for path in (
        url,
        f"{url}/progress",
        f"{url}/acknowledgement.pdf",
        f"/api/v1/sheets/{sheet}",
        f"/api/v1/pages/{page}/thumbnail.jpg",
    ):
        assert face["client"].get(path).status_code == 200
        assert codes(face["client2"].get(path)) == (404, "not_found"), "not even that it exists"
    assert codes(face["client2"].call("PUT", f"{url}/files/a.png", content=b"x")) == (404, "not_found")
    assert codes(face["client2"].post(f"{url}/close", headers={"If-Match": "*"})) == (404, "not_found")


def test_a_file_that_cannot_be_opened_is_kept_listed_and_says_why(face: Face) -> None:
    batch = face.batch(b"%PDF-1.7 broken", picture("form"))
    bad, good = batch["files"]
    assert (bad["state"], good["state"]) == ("refused", "decoded")
    assert set(bad["error"]) == {"code", "message", "remedy"} and set(bad["error"]["message"]) == {"ja", "en"}
    assert batch["refused"] == 1 and batch["filings"] == {"keying": 1}, "the next file goes on"
    told = face["reception"].ok("GET", f"/api/v1/batches/{batch['id']}/progress")
    assert told["sheets"]["filed"] == 1 and "files" not in str(told.get("pages")) and told["settled"]
