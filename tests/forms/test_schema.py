"""The e-filing schema takes what the form can carry and refuses the rest, and a payload becomes field ids."""

from __future__ import annotations

import copy

import jsonschema
import pytest

from forms.catalogue import form
from forms.errors import BadPayload
from forms.schema import filing_schema, flatten, validate
from tests.forms.captured import CAPTURED

ACQUISITION = {
    "kind": "acquisition",
    "received_on": "2026-11-21",
    "header": {"office_ref": "01-ケイト", "zip": "1008945", "tel": "03-1234-5678", "submit_date": "9081121"},
    "entries": [
        {
            "name_kana": "タカサキ　ハナコ",
            "name_kanji": "髙﨑　花子",
            "birth": "5210527",
            "my_number": "123456789018",
            "acq_date": "9080401",
            "wage_cash": "0",
            "remarks": "3,5",
            "cert_needed": "1",
        },
        {},
    ],
}
DEPENDANTS = {
    "kind": "dependants",
    "received_on": "2026-11-21",
    "header": {"employer_confirmed": "0"},
    "entries": [
        {
            "insured": {"birth": "7010203", "change_type": "1"},
            "spouse": {"relation": "2", "start_date": "9080401"},
            "others": [{"relation": "01"}, {"relation": "10", "relation_other": "おい"}],
        }
    ],
}


@pytest.mark.parametrize("payload", [ACQUISITION, DEPENDANTS])
def test_schema_is_one_and_takes_a_filing(payload):
    made = filing_schema(form(payload["kind"]))
    jsonschema.Draft202012Validator.check_schema(made)
    validate(form(payload["kind"]), payload)


def _with(payload, path, value):
    made = copy.deepcopy(payload)
    here = made
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return made


E0 = ("entries", 0)
REFUSED = [
    (ACQUISITION, ("kind",), "dependants"),
    (ACQUISITION, ("received_on",), "2026-11-31"),
    (ACQUISITION, ("received_on",), "21.11.2026"),
    (ACQUISITION, ("colour",), "red"),
    (ACQUISITION, ("header", "receipt"), "stamp"),
    (ACQUISITION, ("header", "zip"), "100-8945"),
    (ACQUISITION, ("header", "zip"), "1008945\n"),
    (ACQUISITION, ("header", "zip"), "１００８９４５"),
    (ACQUISITION, ("header", "office_ref"), "1-ケイト"),
    (ACQUISITION, ("entries",), []),
    (ACQUISITION, ("entries",), [{}] * 501),
    (ACQUISITION, ("entries",), {}),
    (ACQUISITION, (*E0, "birth"), 5210527),
    (ACQUISITION, (*E0, "birth"), None),
    (ACQUISITION, (*E0, "birth"), False),
    (ACQUISITION, (*E0, "birth"), "2000-01-01"),
    (ACQUISITION, (*E0, "birth"), "4210527"),
    (ACQUISITION, (*E0, "acq_date"), "5630101"),
    (ACQUISITION, (*E0, "my_number"), "1234 5678 9018"),
    (ACQUISITION, (*E0, "my_number"), "1234567890123"),
    (ACQUISITION, (*E0, "wage_cash"), "007"),
    (ACQUISITION, (*E0, "wage_cash"), "1,000"),
    (ACQUISITION, (*E0, "wage_cash"), "12345678"),
    (ACQUISITION, (*E0, "kind"), "4"),
    (ACQUISITION, (*E0, "remarks"), "5,3"),
    (ACQUISITION, (*E0, "remarks"), "3,3"),
    (ACQUISITION, (*E0, "cert_needed"), "0"),
    (ACQUISITION, (*E0, "name_kana"), "たかさき　はなこ"),
    (ACQUISITION, (*E0, "name_kanji"), "髙﨑\u0000花子"),
    (ACQUISITION, (*E0, "insured"), {}),
    (DEPENDANTS, (*E0, "birth"), "7010203"),
    (DEPENDANTS, (*E0, "others"), [{}, {}, {}]),
    (DEPENDANTS, (*E0, "others"), {}),
    (DEPENDANTS, (*E0, "spouse", "my_nummer"), "1"),
    (DEPENDANTS, (*E0, "insured", "change_type"), "1,2"),
]


@pytest.mark.parametrize(("payload", "path", "value"), REFUSED)
def test_refused(payload, path, value):
    with pytest.raises(BadPayload) as caught:
        validate(form(payload["kind"]), _with(payload, path, value))
    assert caught.value.params["where"].startswith("/")
    assert "123456789" not in str(caught.value), "a value in a message may be a My Number"


@pytest.mark.parametrize("key", ["kind", "received_on", "entries"])
def test_the_three_keys_are_needed(key):
    with pytest.raises(BadPayload, match=f"missing {key}"):
        validate(form("acquisition"), {k: v for k, v in ACQUISITION.items() if k != key})


def test_an_absent_header_is_an_empty_one():
    payload = {k: v for k, v in ACQUISITION.items() if k != "header"}
    validate(form("acquisition"), payload)
    header, _ = flatten(form("acquisition"), payload)
    assert header and set(header.values()) == {""}


def test_500_entries_are_taken():
    validate(form("acquisition"), _with(ACQUISITION, ("entries",), [{}] * 500))


def test_flatten_names_every_captured_field():
    header, entries = flatten(form("dependants"), DEPENDANTS)
    (entry,) = entries
    assert set(header) | set(entry) == CAPTURED["dependants"]
    assert entry["entries[0].others[1].relation_other"] == "おい"
    assert entry["entries[0].insured.birth"] == "7010203"
    assert entry["entries[0].spouse.end_date"] == ""
    assert header["header.employer_confirmed"] == "0"


def test_flatten_numbers_the_entries():
    payload = _with(ACQUISITION, ("entries",), [{"kind": "1"}, {}, {"kind": "2"}, {}, {"kind": "3"}, {}])
    _, entries = flatten(form("acquisition"), payload)
    assert len(entries) == 6
    assert entries[4]["entries[4].kind"] == "3"
    assert set(entries[5].values()) == {""}
    assert all(len(entry) == 20 for entry in entries)


def test_flatten_takes_absent_blocks():
    _, (entry,) = flatten(form("dependants"), _with(DEPENDANTS, ("entries",), [{"others": [{}]}]))
    assert set(entry.values()) == {""}
