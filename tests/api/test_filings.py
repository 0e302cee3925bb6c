"""E-filings over REST: both kinds, 1 to 500 entries, refusals that repeat no value, and what a client sees."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest

from api.examples import example
from approval import people, tasks, values
from approval.errors import ConflictingSide
from storage.tables import Batch, CustodyEvent, Entry, Filing, Settlement, Task, UserRole
from tests.api.face import Face, codes
from validators.rules.samples import SELF

KINDS = ("acquisition", "dependants")
URL = "/api/v1/filings"


def kept(face: Face, filing: str) -> dict[str, str | None]:
    with face.services.reading("system:test") as work:
        return values.newest(work, work.session.get_one(Filing, filing))


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_each_kind_is_filed_checked_and_waits_for_its_review(face: Face, kind: str) -> None:
    schema = face.anybody("GET", f"{URL}/schema/{kind}").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(example(kind), schema)
    answer = face["client"].post(URL, example(kind))
    assert answer.status_code == 201 and answer.headers["Location"] == f"{URL}/{answer.json()['id']}"
    assert [stage for stage, _ in face.work_off()] == ["advance", "check", "advance"], "no reading, no keying"
    (filing,), (batch,) = face.rows(Filing), face.rows(Batch)
    assert (filing.state, filing.channel, batch.state, batch.channel) == ("reviewing", "efiling", "released", "efiling")
    assert [task.step for task in face.rows(Task)] == ["review"]
    assert face.rows(CustodyEvent) == [], "there is no paper that anybody had"
    assert {row.basis for row in face.rows(Settlement)} == {"filed"}
    found = kept(face, filing.id)
    assert (
        found["header.office_ref"] == "01-ケイト"
        and found["entries[0].remarks" if kind == "acquisition" else "entries[0].spouse.note"] == ""
    )
    told = face["reviewer"].ok("GET", f"{URL}/{filing.id}")["view"]["findings"]
    assert told and {finding["outcome"] for finding in told} <= {"fired", "not_evaluable"}


def test_absent_keys_are_blank_and_values_are_brought_to_their_normal_form(face: Face) -> None:
    body = example("acquisition")
    body["header"] = {"office_ref": "01-ケイト", "name": "健保 サービス－１"}
    body["entries"] = [{"name_kanji": "山田　太郎", "addr": "東京都　港区１－２"}]
    found = kept(face, face.filed(body))
    assert found["entries[0].addr"] == "東京都港区1-2" and found["entries[0].name_kanji"] == "山田　太郎"
    assert found["entries[0].birth"] == found["header.zip"] == ""


@pytest.mark.parametrize("count", [1, 500])
def test_one_to_five_hundred_entries(face: Face, count: int) -> None:
    body = example("acquisition")
    body["entries"] = [copy.deepcopy(body["entries"][0]) for _ in range(count)]
    assert face["client"].post(URL, body).status_code == 201
    assert len(face.rows(Entry)) == count


def test_no_entry_and_too_many_are_refused(house: Face) -> None:
    body = example("acquisition")
    for count in (0, 501):
        wrong = body | {"entries": body["entries"] * count}
        assert codes(house["client"].post(URL, wrong)) == (422, "filing_schema")
    assert not house.rows(Filing) and not house.rows(Batch)


SECRET = "SECRET123456789018"
WRONG = [
    ({"kind": SECRET}, "kind"), ({"kind": None}, "kind"), ({"received_on": SECRET}, "received_on"),
    ({"received_on": 20261120}, "received_on"), ({"received_on": "20261120"}, "received_on"),
    ({"header": SECRET}, "/header"), ({"header": {"zip": SECRET}}, "/header/zip"),
    ({"header": {"office_ref": SECRET}}, "/header/office_ref"), ({"entries": SECRET}, "/entries"),
    ({"entries": [{"my_number": SECRET}]}, "/entries/0/my_number"),
    ({"entries": [{"my_number": 123456789018}]}, "/entries/0/my_number"),
    ({"entries": [{"birth": SECRET}]}, "/entries/0/birth"), ({"entries": [{"kind": SECRET}]}, "/entries/0/kind"),
    ({"entries": [{"wage_cash": False}]}, "/entries/0/wage_cash"),
    ({"entries": [{"name_kana": SECRET + "\n"}]}, "/entries/0/name_kana"),
    ({"extra": 1}, "extra"), ({"entries": [{"unknown": ""}]}, "unknown"),
]  # fmt: skip


def test_without_a_header_the_rules_speak(face: Face) -> None:
    body = example("acquisition")
    del body["header"]
    filing = face.filed(body)
    told = face["reviewer"].ok("GET", f"{URL}/{filing}")["view"]["findings"]
    assert {"G4", "G5"} & {found["rule"] for found in told if found["outcome"] == "fired"}


def test_who_sent_it_never_reviews_or_approves_it(face: Face) -> None:
    with face.services.writing("system:test") as work:
        for role in ("reviewer", "approver"):
            work.session.add(UserRole(user_id=face.ids["client"], role=role))
    filing = face.filed(example("acquisition"))
    with face.services.reading(face.ids["client"]) as work:
        for step, other in (("review", "reviewer"), ("approve", "approver")):
            assert people.obstacle(work, filing, step, None, face.ids["client"]) == "side"
            assert "client" not in {one.login for one in people.who_may(work, filing, step)}
            assert people.obstacle(work, filing, step, None, face.ids[other]) is None
        assert tasks.queue(work, ("review",)) == []
    (task,) = face.rows(Task)
    with pytest.raises(ConflictingSide), face.services.writing(face.ids["client"]) as work:
        tasks.claim(work, task.id)
    other = face["client2"].post(URL, example("acquisition"))
    assert other.status_code == 201  # of somebody else's filing the account is a reviewer like any other
    with face.services.reading("system:test") as work:
        assert people.obstacle(work, other.json()["id"], "review", None, face.ids["client"]) is None


@pytest.mark.parametrize(("wrong", "where"), WRONG, ids=str)
def test_a_bad_payload_is_named_by_its_place_and_never_by_its_value(house: Face, wrong: dict, where: str) -> None:
    answer = house["client"].post(URL, example("acquisition") | wrong)
    status, code = codes(answer)
    assert status == 422 and code in {"filing_schema", "bad_filing"} and where in answer.text
    assert "SECRET" not in answer.text and "123456789018" not in answer.text
    assert not house.rows(Filing) and not house.rows(Batch), "nothing was taken in"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"1", b"\xff", b"[" * 50_000, b'{"kind":"acquisition","kind":"dependants"}',
     b'{"kind":"acquisition","received_on":"2026-11-20","header":{"name":"\\ud800"},"entries":[{}]}'],
)  # fmt: skip
def test_what_is_not_json_or_more_than_one_thing(house: Face, body: bytes) -> None:
    answer = house["client"].call("POST", URL, content=body, headers={"Content-Type": "application/json"})
    assert codes(answer) == (422, "bad_filing")
    assert not house.rows(Filing)


def test_a_date_of_the_future_or_before_the_form(house: Face) -> None:
    for day in ("2026-11-22", "0001-01-01", "9999-12-31"):
        answer = house["client"].post(URL, example("acquisition") | {"received_on": day})
        assert 400 <= codes(answer)[0] < 500 and not house.rows(Filing)


def test_a_client_sees_its_own_filings_and_nothing_personal(face: Face) -> None:
    filing = face.filed(example("acquisition"))
    assert [row["id"] for row in face["client"].ok("GET", URL)["items"]] == [filing]
    assert face["client2"].ok("GET", URL)["items"] == []
    shown = face["client"].get(f"{URL}/{filing}")
    assert "view" not in shown.json() and "山田" not in shown.text and SELF not in shown.text
    assert codes(face["client2"].get(f"{URL}/{filing}")) == (404, "not_found")
    for path in ("/history", "/decisions", "/sheet.jpg"):
        assert codes(face["client"].get(f"{URL}/{filing}{path}")) == (403, "not_allowed")


def test_lists_are_narrowed(face: Face) -> None:
    one, two = face.filed(example("acquisition")), face.filed(example("dependants"))
    (row,) = face["reviewer"].ok("GET", f"{URL}?kind=dependants")["items"]
    assert row["id"] == two
    assert [r["id"] for r in face["reviewer"].ok("GET", f"{URL}?number={row['number']}")["items"]] == [two]
    assert len(face["reviewer"].ok("GET", f"{URL}?state=reviewing")["items"]) == 2
    assert face["reviewer"].ok("GET", f"{URL}?state=held")["items"] == [] and one


def test_the_json_of_a_review_is_plain_json(face: Face) -> None:
    face.insured()
    filing = face.filed(example("dependants"))
    view = face["reviewer"].ok("GET", f"{URL}/{filing}")["view"]
    assert view["due_on"] == "2026-11-24" or view["due_on"] > view["received_on"]
    assert {block["role"] for block in view["entries"][0]["blocks"]} == {"insured", "spouse", "other0", "other1"}
    assert json.loads(json.dumps(view)) == view
