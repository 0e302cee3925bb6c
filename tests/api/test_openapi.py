"""The description is valid, complete and true: its examples are accepted, and what the app answers is described."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from api.examples import example
from api.openapi import permissions, routes
from tests.api.conftest import make_face
from tests.api.face import Face, codes
from tests.intake.conftest import picture


@pytest.fixture
def description(face: Face) -> dict:
    return face.anybody("GET", "/api/v1/openapi.json").json()


def operations(description: dict):
    for path, item in description["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def test_the_description_is_valid_openapi(description: dict) -> None:
    assert description["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(description).validate()


def test_every_rest_route_is_described_with_its_permission_and_its_problems(face: Face, description: dict) -> None:
    told = {(method, path): operation for method, path, operation in operations(description)}
    assert set(told) == {(m, r.path) for r in routes(face.app) for m in r.methods if r.path.startswith("/api/")}
    for route in routes(face.app):
        for method in route.methods:
            operation = told.get((method, route.path))
            if operation is None:
                continue
            assert operation["summary"] and operation["description"] and operation["tags"], route.path
            refused = operation["responses"]["4XX"]["content"]["application/problem+json"]["schema"]
            assert refused == {"$ref": "#/components/schemas/Problem"}
            needed = permissions(route)
            assert operation.get("security") == ([] if needed is None else None), route.path
            assert needed is None or f"Permission: {', '.join(needed)}." in operation["description"]
    assert {tag for o in told.values() for tag in o["tags"]} == {
        "batches", "sheets", "filings", "tasks", "decisions", "register", "health", "jobs",
    }  # fmt: skip
    assert set(description["components"]["securitySchemes"]) == {"bearer", "session"}


def test_bodies_have_examples(description: dict) -> None:
    schemas = description["components"]["schemas"]
    for method, path, operation in operations(description):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            continue
        reference = str(content["schema"]).partition("schemas/")[2].partition("'")[0]
        schema = schemas.get(reference, content)
        of_members = [p for p in schema.get("properties", {}).values() if p.get("examples")]
        simple = set(schema.get("properties", {})) <= {
            "token",
            "values",
            "reason",
            "purpose",
            "filing",
            "person",
            "same",
            "note",
        }
        assert schema.get("examples") or of_members or simple, (method, path)
    filing = description["paths"]["/api/v1/filings"]["post"]["requestBody"]["content"]["application/json"]
    assert set(filing["examples"]) == {"acquisition", "dependants"}
    upload = description["paths"]["/api/v1/batches/{batch_id}/files/{name}"]["put"]
    assert upload["requestBody"]["content"] == {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
    }
    assert {p["name"] for p in description["paths"]["/api/v1/batches/{batch_id}/close"]["post"]["parameters"]} >= {
        "If-Match"
    }


def test_the_examples_are_accepted(face: Face, description: dict) -> None:
    for case in description["paths"]["/api/v1/filings"]["post"]["requestBody"]["content"]["application/json"][
        "examples"
    ].values():
        assert face["client"].post("/api/v1/filings", case["value"]).status_code == 201
    (new,) = description["components"]["schemas"]["NewBatch"]["examples"]
    assert face["reception"].post("/api/v1/batches", new).status_code == 201


def test_nobody_breaks_it_by_sending_anything(database, keys, tmp_path) -> None:
    """Requests made from the description, and bent: no answer is a fault of ours, every refusal is a problem."""
    face = make_face(database, keys, tmp_path)
    face.insured()
    filing, batch = face.filed(example("acquisition")), face.batch(picture("form"))["id"]
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", face.app)
    ids = st.sampled_from([filing, batch, "0" * 32])
    found = [item.ok() for item in schema.get_all_operations()]
    assert len(found) >= 45

    for operation in found:

        @given(
            case=operation.as_strategy(),
            identifier=ids,
            login=st.sampled_from(["supervisor", "reviewer", "client", "keyer"]),
        )
        @settings(
            max_examples=4, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def check(case, identifier: str, login: str) -> None:
            for name in case.path_parameters or {}:
                if name.endswith("_id"):
                    case.path_parameters[name] = identifier
            sent = case.as_transport_kwargs()
            headers = {
                k: v
                for k, v in (sent.get("headers") or {}).items()
                if k.lower() in {"if-match", "idempotency-key", "content-type"}
            }
            body = {key: sent[key] for key in ("json", "data") if sent.get(key) is not None}
            answer = face[login].call(
                case.method, sent["url"], params=sent.get("params"), headers=headers,
                **({"json": body["json"]} if "json" in body else {"content": body.get("data") or b""}),
            )  # fmt: skip
            assert answer.status_code < 500, (case.method, sent["url"], answer.text[:400])
            if answer.status_code >= 400:
                codes(answer)

        check()


def test_metrics_are_prometheus_text_and_say_nothing_personal(face: Face) -> None:
    face.batch(picture("form"))
    face.filed(example("acquisition"))
    face["client"].post("/api/v1/filings", example("dependants"))
    face.clock.pass_(120)
    answer = face["admin"].get("/api/v1/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert set(families) == {
        "todoke_jobs", "todoke_batches", "todoke_sheets", "todoke_filings", "todoke_tasks",
        "todoke_oldest_ready_job_seconds", "todoke_filings_overdue", "todoke_audit_entries",
    }  # fmt: skip
    by_state = {sample.labels["state"]: sample.value for sample in families["todoke_filings"].samples}
    assert by_state == {"keying": 2.0, "reviewing": 1.0}
    (oldest,) = families["todoke_oldest_ready_job_seconds"].samples
    assert oldest.labels == {"stage": "advance"} and 115 < oldest.value < 130
    assert families["todoke_audit_entries"].samples[0].value > 10
    assert "山田" not in answer.text
    assert codes(face["reception"].get("/api/v1/metrics")) == (403, "not_allowed")
