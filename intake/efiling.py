"""E-filings: data straight in (R39) - no reading, no keying, the same checks and the same queue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from approval import fields
from approval.filed import settle_filed
from forms import catalogue
from forms.model import Form
from forms.values import normalise
from intake.batches import open_batch
from intake.errors import BadIntake
from intake.filings import new_filing
from storage import audit
from storage.tables import Filing
from storage.work import Work

MOST_ENTRIES = 500


def file_electronically(
    work: Work, kind: str, received_on: date, values: Mapping[str, str | None], entries: int, *, sender: str = ""
) -> Filing:
    """One e-filing of one office: its batch, filing and `entries` entries.

    `values` are all of them, as `complete` makes them before any transaction begins. Raises BadIntake.
    """
    if not 1 <= entries <= MOST_ENTRIES:
        raise BadIntake(
            why_ja=f"届出対象者は1件の届書に1〜{MOST_ENTRIES}人", why_en=f"1 to {MOST_ENTRIES} entries a filing"
        )
    batch = open_batch(
        work, channel="efiling", received_on=received_on, basis="efiled", sender=sender, declared_pieces=1
    )
    batch.state = "released"
    form = catalogue.form(kind, on=received_on)
    filing = new_filing(work, batch, form)
    audit.record(
        work, "filing.received", "filing", filing.id, filing.id,
        {"number": filing.number, "kind": kind, "channel": "efiling", "entries": entries, "batch": batch.id},
    )  # fmt: skip
    settle_filed(work, filing, values)
    return filing


def complete(form: Form, values: Mapping[str, str], entries: int) -> dict[str, str | None]:
    """Every captured field of the header and of each entry, normalised; blank where nothing was sent.

    `values` are whole field ids (`entries[57].birth`). One that has no normal form is kept as it was sent, so that a
    rule can speak of it.
    """
    whole: dict[str, str | None] = {}
    for field in fields.captured(form):
        if fields.entry_of(field.id) is None:
            whole[field.id] = _value(field.type, values.get(field.id, ""))
        elif fields.entry_of(field.id) == 0:
            for number in range(entries):
                name = fields.at_entry(field.id, number)
                whole[name] = _value(field.type, values.get(name, ""))
    return whole


def _value(kind: str, sent: str) -> str:
    normal = normalise(kind, sent)  # type: ignore[arg-type]  # the form's own types
    return sent if normal is None else normal
