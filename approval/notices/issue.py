"""Issuing: the addressee is checked, the letter is set, and its PDF is kept under the filing's key."""

from __future__ import annotations

from sqlalchemy import select

from approval import trail
from approval.errors import NoSuchFiling, NoticeNotIssued
from approval.notices import addressee
from approval.notices.letter import Letter, typeset
from approval.states import lock, move
from storage.tables import Filing, Installation, Notice, Outbox
from storage.vault import Vault
from storage.work import Work

_PDF = "application/pdf"


def render_notice(work: Work, vault: Vault, filing_id: str) -> list[str]:
    """Set and issue every notice of the filing that waits; gives their ids. A second call issues nothing.

    The stage `notice`; the three parts below let a worker set the letters with no transaction open. Misdirected.
    """
    return issue(work, vault, filing_id, {letter.notice_id: typeset(letter) for letter in load(work, filing_id)})


def load(work: Work, filing_id: str) -> list[Letter]:
    """The letters that wait to be set, their addressees checked; reads only. NoSuchFiling, Misdirected."""
    filing = work.session.get(Filing, filing_id)
    if filing is None:
        raise NoSuchFiling
    installation = work.session.get(Installation, 1)
    issuer, training = (installation.name, installation.training) if installation else ("Todoke", True)
    return [
        Letter(
            notice_id=notice.id,
            content=work.keys.unseal_json(work.session, filing.key_id, notice.content, "notice.content"),
            addressee=addressee.check(work, filing, notice),
            issuer=issuer,
            training=training,
        )
        for notice in _waiting(work, filing)
    ]


def issue(work: Work, vault: Vault, filing_id: str, pdfs: dict[str, bytes]) -> list[str]:
    """Keep the PDFs and let the letters go, each once; a decided filing is then noticed. Misdirected."""
    filing = lock(work, filing_id)
    issued = []
    for notice in _waiting(work, filing):
        if notice.id not in pdfs:
            continue
        addressee.check(work, filing, notice)  # again: the filing may have been re-assigned since the letter was set
        blob = vault.put(work.session, filing.key_id, [pdfs[notice.id]], _PDF)
        notice.blob_id, notice.issued_at = blob.id, work.now
        work.session.add(Outbox(topic="notice", subject_id=notice.id, created_at=work.now))
        work.session.flush()
        trail.record(work, filing, "notice.issued", "notice", notice.id, {"kind": notice.kind, "number": notice.number})
        issued.append(notice.id)
    if filing.state == "decided" and not _waiting(work, filing):
        move(work, filing, "noticed")
    return issued


def notices(work: Work, filing_id: str) -> list[Notice]:
    """The notices of a filing, by number."""
    return list(work.session.scalars(select(Notice).where(Notice.filing_id == filing_id).order_by(Notice.number)))


def pdf(work: Work, vault: Vault, notice_id: str) -> bytes:
    """The PDF of an issued notice. NoticeNotIssued."""
    notice = work.session.get(Notice, notice_id)
    if notice is None or notice.blob_id is None:
        raise NoticeNotIssued
    return vault.read(work.session, notice.blob_id)


def _waiting(work: Work, filing: Filing) -> list[Notice]:
    return [notice for notice in notices(work, filing.id) if notice.issued_at is None]
