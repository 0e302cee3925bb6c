"""Jobs that were set aside are listed with their evidence and tried again; a page is read anew."""

from __future__ import annotations

from storage.tables import AuditEntry, Job
from tests.api.face import Face, codes
from tests.intake.conftest import picture


def test_a_job_set_aside_is_seen_and_tried_again(face: Face) -> None:
    made = face["reception"].ok("POST", "/api/v1/batches", json={"received_on": "2026-11-20"})
    face["reception"].ok("PUT", f"/api/v1/batches/{made['id']}/files/a.png", content=picture("raise"))
    for _ in range(face.settings.max_attempts):
        face.work_off()
        face.clock.pass_(600)
    (job,) = face["admin"].ok("GET", "/api/v1/jobs")["items"]
    assert (job["stage"], job["state"], job["attempts"]) == ("read", "poison", face.settings.max_attempts)
    assert job["error"]["code"] == "stage_failed" and set(job["error"]["message"]) == {"ja", "en"}
    assert codes(face["reception"].get("/api/v1/jobs")) == (403, "not_allowed")
    assert face["supervisor"].ok("POST", f"/api/v1/jobs/{job['id']}/retry")["state"] == "ready"
    assert [row.subject_id for row in face.rows(AuditEntry, action="job.retried")] == [job["id"]]
    assert face["admin"].ok("GET", "/api/v1/jobs")["items"] == []
    done = face.rows(Job, state="done")[0]
    assert face["admin"].ok("POST", f"/api/v1/jobs/{done.id}/retry")["state"] == "done", "what is done stays done"
    assert codes(face["admin"].post("/api/v1/jobs/unknown/retry")) == (404, "not_found")


def test_a_page_is_read_anew_until_it_is_a_filing(face: Face) -> None:
    batch = face.batch(picture("unregistered"), picture("form", 1))
    odd, filed = [page["id"] for page in batch["pages"]]
    assert face["reception"].post(f"/api/v1/pages/{odd}/read-again").status_code == 202
    assert [stage for stage, _ in face.work_off()] == ["read", "assemble"]
    assert codes(face["reception"].post(f"/api/v1/pages/{filed}/read-again")) == (409, "wrong_sheet_state")
    assert codes(face["reviewer"].post(f"/api/v1/pages/{odd}/read-again")) == (403, "not_allowed")
