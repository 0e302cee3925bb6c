"""The acknowledgement of receipt (受付控): the batch's receipt number, date and counts, as a PDF."""

from __future__ import annotations

import json
from importlib import resources

import pylopdf_fonts_jp
import typst
from sqlalchemy import func, select

from forms.values import wareki
from intake.batches import counts
from intake.errors import NoSuchBatch
from storage.tables import Batch, BatchFile, Installation
from storage.work import Work


def acknowledgement_pdf(work: Work, batch_id: str, *, training: bool) -> bytes:
    """The PDF of one A4 page. Raises NoSuchBatch."""
    batch = work.session.get(Batch, batch_id)
    if batch is None:
        raise NoSuchBatch(what="batch")
    found = counts(work, batch.id)
    files = work.session.scalar(select(func.count()).where(BatchFile.batch_id == batch.id)) or 0
    installation = work.session.get_one(Installation, 1)
    data = {
        "number": batch.number, "sender": batch.sender, "site": batch.received_site or "―",
        "received_on": wareki.spoken(wareki.from_date(batch.received_on)),
        "pieces": _counted(batch.declared_pieces, found.pieces, "件"),
        "pages": _counted(batch.declared_pages, found.pages, "枚"),
        "files": f"{files}件", "issuer": installation.name, "training": training,
    }  # fmt: skip
    return typeset(data)


def typeset(data: dict[str, object]) -> bytes:
    """The data reaches the template as JSON: nothing a sender wrote is read as markup."""
    template = resources.files("intake").joinpath("templates/acknowledgement.typ").read_bytes()
    made = typst.compile(
        template,
        font_paths=[str(pylopdf_fonts_jp.sans_path().parent)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return bytes(made)


def _counted(declared: int | None, found: int, unit: str) -> str:
    if declared is None:
        return f"{found}{unit}"
    return f"申告 {declared}{unit} / 受付 {found}{unit}"
