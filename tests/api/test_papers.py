"""Who decides may open the filing's papers (添付書類) whole, in a task on it, and that is logged."""

from __future__ import annotations

from tests.api.face import Face
from tests.intake.conftest import picture


def test_a_reviewer_opens_an_attachment_and_nobody_else_does(face: Face) -> None:
    batch = face.batch(picture("form"), picture("attachment"))
    filing = batch["pages"][0]["sheets"][0]["filing"]
    papers = batch["pages"][1]
    assert papers["sheets"][0]["state"] == "attached"
    face.key("keyer", filing)
    held = face.claim("reviewer", filing, "review")
    path = f"/api/v1/tasks/{held['task_id']}/attachments/{papers['id']}.jpg"
    answer = face["reviewer"].get(path)
    assert answer.status_code == 200 and answer.content[:2] == b"\xff\xd8"
    last = face.seen("reviewer")[-1]
    assert (last.action, last.ids) == ("reveal", [filing, papers["id"]]) and held["task_id"] in last.purpose
    assert face["approver"].get(path).status_code == 409  # not in his hands
    form = f"/api/v1/tasks/{held['task_id']}/attachments/{batch['pages'][0]['id']}.jpg"
    assert face["reviewer"].get(form).status_code == 404  # the form itself is shown with numbers painted over
