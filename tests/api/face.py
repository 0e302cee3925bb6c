"""The real application over a real installation: accounts of every role, and a worker that runs when told to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import cv2
import numpy as np
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.security.sessions import digest, issue_token, open_session
from api.security.visit import COOKIE
from api.services import Services
from forms import catalogue
from intake.runtime import Runtime
from intake.stages import execute
from storage.installation import open_installation
from storage.keys import Keyring
from storage.session import Database
from storage.settings import Settings
from storage.tables import ROLES, AccessLog, Session, Task, User, UserRole
from storage.vault import Vault
from storage.work import Work
from tests.intake.conftest import Clock, picture
from tests.intake.readers import Scripted
from validators.register import periods, store
from validators.register.rows import OfficeRow, PeriodRow, PersonRow
from validators.rules.samples import SELF

LOGINS = {role: role for role in ROLES} | {
    "keyer2": "keyer", "keyer3": "keyer", "client2": "client", "reviewer2": "reviewer", "both": "keyer reviewer",
}  # fmt: skip
OFFICE = OfficeRow(
    "01-ケイト", "12345", "健保サービス株式会社", "健保良一", "1000013", "東京都千代田区霞が関1-2-2", "03-1234-5678"
)
ACCEPT = {"Accept": "application/json"}


class Ticking(Clock):
    """Time that also goes on by itself, so that what comes later is later."""

    def __call__(self):
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass
class Person:
    """An account at the door: a session with its CSRF token, or (client) a bearer token."""

    face: Face
    login: str
    headers: dict[str, str]

    def call(self, method: str, path: str, **given: Any) -> Any:
        """A request as this account; `headers` are added to its own."""
        headers = ACCEPT | self.headers | given.pop("headers", {})
        return self.face.request(method, path, headers=headers, **given)

    def get(self, path: str, **given: Any) -> Any:
        return self.call("GET", path, **given)

    def post(self, path: str, json: Any = None, **given: Any) -> Any:
        return self.call("POST", path, json=json, **given)

    def ok(self, method: str, path: str, **given: Any) -> Any:
        """The JSON of an answer that must be good; None if it has no body."""
        answer = self.call(method, path, **given)
        assert answer.status_code < 300, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None


@dataclass
class Face:
    """The application, its services, and the worker beside it."""

    database: Database
    keys: Keyring
    vault: Vault
    settings: Settings
    app: FastAPI | None = None
    clock: Ticking = field(default_factory=Ticking)
    ids: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        open_installation(self.database, self.settings, self.keys, now=self.clock())
        self.services = Services(self.settings, self.database, self.keys, self.vault, self.clock)
        if self.app is None:
            self.app = create_app(services=self.services)
        self.app.state.services = self.services
        self.web = TestClient(self.app)
        self.runtime = Runtime(self.settings, self.database, self.keys, self.vault, "w1", self.clock, Scripted())
        with self.services.writing("system:test") as work:
            for login, roles in LOGINS.items():
                self._account(work, login, roles.split())
            self.ids["office"] = store.add_office(work, OFFICE)

    def _account(self, work: Work, login: str, roles: list[str]) -> None:
        user = User(login=login, name=f"{login}さん", created_at=work.now)
        work.session.add(user)
        work.session.flush()
        work.session.add_all(UserRole(user_id=user.id, role=role) for role in roles)
        work.session.flush()
        self.ids[login] = user.id
        if roles == ["client"]:
            self.people[login] = Person(self, login, {"Authorization": f"Bearer {issue_token(work, user.id, 'test')}"})
            return
        secret = open_session(work, user)
        row = work.session.get_one(Session, digest(secret))
        self.people[login] = Person(self, login, {"Cookie": f"{COOKIE}={secret}", "X-CSRF-Token": row.csrf})

    def insured(self, insured: bool = True) -> str:
        """The person of the samples, insured at the office or only known."""
        row = PersonRow(
            "ヤマダ\u3000タロウ", "山田\u3000太郎", date(1990, 5, 10), "1", my_number=SELF, bpn="2101123456",
            zip="1000013", address="東京都千代田区霞が関1-2-3", address_from=date(2020, 4, 1),
        )  # fmt: skip
        with self.services.writing("system:test") as work:
            person = store.add_person(work, row)
            if insured:
                periods.add_periods(work, [PeriodRow(person, self.ids["office"], 123, date(2020, 4, 1))])
        return person

    def __getitem__(self, login: str) -> Person:
        return self.people[login]

    def request(self, method: str, path: str, **given: Any) -> Any:
        """A request to this installation; the application is shared with others."""
        assert self.app is not None
        self.app.state.services = self.services
        return self.web.request(method, path, follow_redirects=False, **given)

    def anybody(self, method: str, path: str, **given: Any) -> Any:
        """A request of a stranger."""
        headers = ACCEPT | given.pop("headers", {})
        return self.request(method, path, headers=headers, **given)

    def work_off(self, limit: int = 200) -> list[tuple[str, str]]:
        """Run what is ready as one worker would; (stage, outcome) of each job."""
        ran: list[tuple[str, str]] = []
        while len(ran) < limit and (lease := self.runtime.ledger.claim("w1", self.clock())) is not None:
            ran.append((lease.stage, execute(self.runtime, lease)))
        return ran

    def rows(self, table: Any, **where: Any) -> list[Any]:
        with self.database.reading() as session:
            return list(session.scalars(select(table).filter_by(**where)))

    def seen(self, login: str) -> list[AccessLog]:
        """The access log of an account, oldest first."""
        return sorted(self.rows(AccessLog, user_id=self.ids[login]), key=lambda row: (row.at, row.id))

    # what people do

    def batch(self, *files: bytes, who: str = "reception", **declared: Any) -> dict[str, Any]:
        """A closed batch with these files, worked off."""
        person = self[who]
        made = person.ok("POST", "/api/v1/batches", json={"received_on": "2026-11-20", **declared})
        url = f"/api/v1/batches/{made['id']}"
        for number, data in enumerate(files, start=1):
            person.ok("PUT", f"{url}/files/scan{number}.png", content=data)
        person.ok("POST", f"{url}/close", headers={"If-Match": f'"{made["n"]}"'})
        self.work_off()
        return self["reception"].ok("GET", url)

    def scanned(self, number: int = 0, data: bytes | None = None) -> str:
        """A filing from paper that waits to be keyed."""
        batch = self.batch(picture("form", number) if data is None else data)
        return str(batch["pages"][0]["sheets"][0]["filing"])

    def claim(self, login: str, filing: str, step: str) -> dict[str, Any]:
        """Hold the open task of that step."""
        (task,) = [t for t in self.rows(Task, filing_id=filing, step=step) if t.state in {"open", "claimed"}]
        return self[login].ok("POST", "/api/v1/tasks/claim", json={"task": task.id})

    def key(self, login: str, filing: str, truth: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Key what the machine read, or `truth`, and let the worker go on."""
        held = self.claim(login, filing, "key")
        page = self[login].ok("GET", f"/api/v1/tasks/{held['task_id']}")
        said = machine(self, filing) if truth is None else truth
        values = {f["id"]: {"value": said.get(f["id"], "")} for f in page["fields"]}
        self[login].ok(
            "POST", f"/api/v1/tasks/{held['task_id']}/submit", json={"token": held["token"], "values": values}
        )
        self.work_off()
        return held

    def filed(self, payload: Mapping[str, Any], who: str = "client") -> str:
        """An e-filing that waits for its review."""
        made = self[who].ok("POST", "/api/v1/filings", json=dict(payload))
        self.work_off()
        return str(made["id"])

    def decide(self, login: str, filing: str, outcome: str, held: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """One decision over REST on the version that is now shown."""
        tag = self[login].get(f"/api/v1/filings/{filing}").headers["ETag"]
        body = {"outcome": outcome, **more}
        if held is not None:
            body |= {"task": held["task_id"], "token": held["token"]}
        answer = self[login].post(f"/api/v1/filings/{filing}/decisions", body, headers={"If-Match": tag})
        self.work_off()
        return answer

    def reviewed(self, filing: str, login: str = "reviewer") -> None:
        """Every subject its likeliest candidate, else a new person; then passed."""
        held = self.claim(login, filing, "review")
        view = self[login].ok("GET", f"/api/v1/filings/{filing}")["view"]
        for entry in view["entries"]:
            for block in entry["blocks"]:
                if block["subject"]:
                    known = block["candidates"][0]["person"]["id"] if block["candidates"] else None
                    self[login].ok(
                        "POST", f"/api/v1/tasks/{held['task_id']}/subjects/{block['subject']['id']}",
                        json={"token": held["token"], "person": known},
                    )  # fmt: skip
        answer = self.decide(login, filing, "pass", held)
        assert answer.status_code == 201, answer.text

    def approved(self, filing: str, login: str = "approver") -> None:
        """Reviewed, approved, posted, noticed."""
        self.reviewed(filing)
        held = self.claim(login, filing, "approve")
        answer = self.decide(login, filing, "approve", held, reason="試験のため")
        assert answer.status_code == 201, answer.text


def machine(face: Face, filing: str) -> dict[str, str]:
    """What the reader said of a filing's sheet."""
    from storage.tables import Filing, Reading

    with face.services.reading("system:test") as work:
        row = work.session.get_one(Filing, filing)
        found = work.session.scalars(select(Reading).where(Reading.filing_id == filing, Reading.source == "engine"))
        return {r.field: work.keys.unseal(work.session, row.key_id, r.value, "reading.value") for r in found}


def sheet(number: int = 0, said: str = "form") -> bytes:
    """A PNG of an A4 form at 8 px/mm (the reader's own scale) full of noise: what is painted over shows."""
    rng = np.random.default_rng(number)
    pixels = rng.integers(0, 255, (297, 210), dtype=np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    told = f"{said}#{number}".encode()
    pixels[0, 0] = len(told)
    pixels[1, : len(told)] = np.frombuffer(told, np.uint8)
    return cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def boxes(kind: str = "acquisition") -> list[Any]:
    """The My Number fields of a form."""
    return [f for f in catalogue.form(kind).fields if f.key == "my_number"]


def codes(answer: Any) -> tuple[int, str]:
    """Status and code of a problem, whose form is checked on the way."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:300]
    body = json.loads(answer.text)
    assert body["status"] == answer.status_code and set(body["message"]) == set(body["remedy"]) == {"ja", "en"}
    assert (
        all(body["message"].values())
        and all(body["remedy"].values())
        and not re.search(r"\{[a-z_]+\}", body["message"]["en"])
    )
    return answer.status_code, str(body["code"])


RECEIVED = date(2026, 11, 20)
