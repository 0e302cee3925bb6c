"""What a notice says, written in the transaction of the decision; the letter is set later from this content."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from approval import fields, returns, values
from approval.notices import addressee
from approval.posting.dependants import relation_label
from forms.values import wareki
from storage import counter
from storage.tables import (
    Decision,
    DependantPeriod,
    Entry,
    EntrySubject,
    Filing,
    InsurancePeriod,
    Notice,
    Outbox,
    Posting,
    Remuneration,
    ThirdCategoryPeriod,
)
from storage.work import Work
from validators.register.sealing import columns

Content = dict[str, Any]
RETURNED = "returned"
_SEXES = {"1": "男", "2": "女", "3": "坑内員", "5": "男", "6": "女", "7": "坑内員"}
_EVENTS = {"1": ("該当", "認定"), "2": ("非該当", "認定解除"), "3": ("変更", "変更")}


def prepare(work: Work, filing: Filing) -> None:
    """One result notice for what was posted, one for what was returned; each once a filing."""
    listed = values.entries(work, filing.id)
    posted = [entry for entry in listed if entry.state == "posted"]
    gone_back = [entry for entry in listed if entry.state == "returned"]
    if posted and filing.kind == "acquisition":
        rows = [_acquired(work, filing, entry) for entry in posted]
        _write(work, filing, "acquisition", {"rows": rows})
    elif posted and filing.kind == "dependants":
        _write(work, filing, "dependants", _changed(work, filing, posted[0]))
    if gone_back or filing.state == "returned":
        _write(work, filing, RETURNED, {"rows": _returned(work, filing, gone_back)})
        work.session.add(Outbox(topic="returned", subject_id=filing.id, created_at=work.now))


def _write(work: Work, filing: Filing, kind: str, content: Content) -> None:
    number = counter.take(work.session, "notice", str(work.today.year))
    to = addressee.addressee_of(work, filing)
    content = content | {
        "kind": kind,
        "number": f"{work.today.year}-{number:06d}",
        "date": day(work.today),
        "receipt": filing.number,
        "received_on": day(filing.received_on),
        "title": fields.form_of(filing).title.ja,
    }
    work.session.add(
        Notice(
            number=content["number"], filing_id=filing.id, kind=kind, office_id=filing.office_id,
            addressee=addressee.seal(work, filing, to), addressee_token=addressee.token(work, to),
            content=work.keys.seal_json(work.session, filing.key_id, content, "notice.content"), created_at=work.now,
        )
    )  # fmt: skip
    work.session.flush()


def _acquired(work: Work, filing: Filing, entry: Entry) -> dict[str, str]:
    """A row of 資格取得確認および標準報酬決定通知書: what the register has now, not what was asked for."""
    said = _person(work, filing, entry, "self")
    period = work.session.scalars(
        select(InsurancePeriod)
        .join(Posting, Posting.id == InsurancePeriod.posting_id)
        .where(Posting.entry_id == entry.id)
    ).one()
    pay = work.session.scalars(select(Remuneration).where(Remuneration.period_id == period.id)).one()
    opened = columns(work).unseal
    return _named(said) | {
        "insured_no": str(period.insured_no),
        "sex": _SEXES.get(said.get("kind") or "", ""),
        "acquired_on": day(period.acquired_on),
        "health": thousands(opened("remuneration.standard_health", pay.standard_health)),
        "pension": thousands(opened("remuneration.standard_pension", pay.standard_pension)),
        "note": "短時間労働者" if period.short_time else "",
    }


def _changed(work: Work, filing: Filing, entry: Entry) -> Content:
    """被扶養者(異動)決定通知書: the insured person, then each dependant with the event, its date and the result."""
    insured = _person(work, filing, entry, "insured")
    posting = work.session.scalars(select(Posting).where(Posting.entry_id == entry.id)).one()
    rows = []
    for role in ("spouse", "other0", "other1"):
        said = _person(work, filing, entry, role)
        if said and not values.blank(said.values()):
            rows.append(_dependant(work, posting, said, role, insured.get("change_type") or ""))
    number = insured.get("insured_no") or _insured_no(work, filing, entry)
    return {"insured": _named(insured) | {"insured_no": number}, "rows": rows}


def _insured_no(work: Work, filing: Filing, entry: Entry) -> str:
    """The number that the register has for the insured person at this office, where the form gives none."""
    found = work.session.scalar(
        select(InsurancePeriod.insured_no)
        .join(EntrySubject, EntrySubject.person_id == InsurancePeriod.person_id)
        .where(EntrySubject.entry_id == entry.id, EntrySubject.role == "insured")
        .where(InsurancePeriod.office_id == filing.office_id)
        .order_by(InsurancePeriod.acquired_on.desc())
        .limit(1)
    )
    return str(found) if found else ""


def _dependant(work: Work, posting: Posting, said: dict[str, str | None], role: str, change: str) -> dict[str, str]:
    event, result = _EVENTS[change]
    ids = {row["id"] for row in posting.changes}
    period = work.session.scalars(
        select(DependantPeriod).where(DependantPeriod.id.in_(ids)).order_by(DependantPeriod.began_on.desc())
    ).all()
    relation = f"{'spouse' if role == 'spouse' else 'other'}:{said.get('relation') or ''}"
    when = said.get("end_date") if change == "2" else said.get("start_date")
    fallback = period[0].began_on if period else posting.at.date()
    third = work.session.scalar(select(ThirdCategoryPeriod.id).where(ThirdCategoryPeriod.id.in_(ids)))
    third_word = {"1": "第3号被保険者に該当", "2": "第3号被保険者の資格を喪失"}.get(change, "")
    return _named(said) | {
        "relation": relation_label(relation).ja if said.get("relation") else "",
        "event": event,
        "on": day(wareki.to_date(when or "") or fallback),
        "result": result,
        "note": third_word if role == "spouse" and third else "",
    }


def _returned(work: Work, filing: Filing, entries: list[Entry]) -> list[dict[str, str]]:
    """Each returned entry with its reason; adverse decisions carry written reasons (R26)."""
    found = work.session.scalars(
        select(Decision)
        .where(Decision.filing_id == filing.id, Decision.outcome == "return")
        .order_by(Decision.filing_n)
    ).all()
    role = "self" if filing.kind == "acquisition" else "insured"
    if not entries:  # nobody is entered on the sheet: it goes back as a whole
        return [_named({}) | _why(work, filing, found[-1])]
    rows = []
    for entry in entries:
        decision = [d for d in found if d.entry_id in {entry.id, None}][-1]
        rows.append(_named(_person(work, filing, entry, role)) | _why(work, filing, decision))
    return rows


def _why(work: Work, filing: Filing, decision: Decision) -> dict[str, str]:
    text = work.keys.unseal(work.session, filing.key_id, decision.reason or b"", "decision.reason")
    reason = returns.reason(filing.kind, decision.reason_code or "")
    return {"code": reason.code, "reason": reason.text.ja, "text": text}


def _person(work: Work, filing: Filing, entry: Entry, role: str) -> dict[str, str | None]:
    form = fields.form_of(filing)
    newest = values.of_entry(work, filing, entry)
    for block in fields.person_blocks(form, entry.number):
        if block.role == role:
            return fields.block_values(form, block, entry.number, newest)
    return {}


def _named(said: dict[str, str | None]) -> dict[str, str]:
    return {
        "name": (said.get("name_kanji") or "").replace("\u3000", " "),
        "kana": (said.get("name_kana") or "").replace("\u3000", " "),
        "birth": day(wareki.to_date(said.get("birth") or "")),
    }


def day(on: Any) -> str:
    """令和8年11月21日; nothing for no day."""
    return wareki.spoken(wareki.from_date(on)) if on else ""


def thousands(amount: str) -> str:
    """Yen in thousands, as standards are written (千円); a dash where there is none."""
    return f"{int(amount) // 1000:,}" if amount else "―"
