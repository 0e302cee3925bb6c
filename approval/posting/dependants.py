"""2202: 該当 opens a dependant period, 非該当 ends it, 変更 writes a new dated row that supersedes it."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import or_, select

from approval.posting.persons import plan_person
from approval.posting.plan import Ask, Change, Done, EntryPlan, Line, plain, said
from forms.model import Text
from forms.values import wareki
from storage.tables import DependantPeriod, EntrySubject, InsurancePeriod, ThirdCategoryPeriod
from storage.work import Work
from validators.register import periods
from validators.register.rows import DependantRow
from validators.register.sealing import columns

STARTS, ENDS, CHANGES = "1", "2", "3"  # 異動の別
_SPOUSE_SEX = {"1": "1", "3": "1", "2": "2", "4": "2"}  # 夫 / 妻, registered or not
_IDENTITY = {"name_kana", "name_kanji", "birth", "sex", "my_number", "zip", "addr", "change_type"}
_CHANGED = "changed"  # end_reason of a row that a later one supersedes


def plan(work: Work, ask: Ask) -> EntryPlan:
    """What posting the entry of a 2202 would do."""
    made = EntryPlan(ask.entry)
    change = ask.get("insured", "change_type")
    if change not in {STARTS, ENDS, CHANGES}:
        made.against("no_change_type", "異動の別がありません", "it is not said whether this is a start, end or change")
    if ask.office is None:
        made.against("office_unknown", "事業所が台帳にありません", "the office is not in the register")
    insured = ask.subjects.get("insured")
    if insured is None or insured.link != "person" or insured.person_id is None:
        made.against("insured_unknown", "被保険者が台帳で特定されていません", "the insured person is not known")
    roles = [role for role in ("spouse", "other0", "other1") if role in ask.blocks]
    if not roles:
        made.against("no_dependant", "被扶養者の記入がありません", "no dependant is entered")
    if made.conflicts or insured is None or insured.person_id is None:
        return made
    for role in roles:
        _plan_dependant(work, ask, made, role, change, insured.person_id)
    return made


def _plan_dependant(work: Work, ask: Ask, made: EntryPlan, role: str, change: str, insured_id: str) -> None:
    day = _event_day(ask, role, change)
    if day is None:
        made.against("no_date", "異動年月日がありません", "there is no date of the event")
        return
    if change != ENDS:
        _must_be_insured(work, ask, made, insured_id, day)
    sex = _SPOUSE_SEX.get(ask.get(role, "relation"), "") if role == "spouse" else ask.get(role, "sex")
    subject = plan_person(work, ask, made, role, sex, day)
    if subject is None:
        return
    if change == STARTS:
        _plan_start(work, ask, made, role, subject, insured_id, day)
    elif change == ENDS:
        _plan_end(work, ask, made, role, subject, insured_id, day)
    else:
        _plan_change(work, ask, made, role, subject, insured_id, day)


def _event_day(ask: Ask, role: str, change: str) -> date | None:
    """The day it happened, as the check found it (the subject's event); a 変更 that names none holds from receipt."""
    subject = ask.subjects.get(role)
    day = subject.event_date if subject else None
    return day or (ask.filing.received_on if change == CHANGES else None)


def _must_be_insured(work: Work, ask: Ask, made: EntryPlan, insured_id: str, day: date) -> None:
    period = work.session.scalars(
        select(InsurancePeriod).where(
            InsurancePeriod.person_id == insured_id,
            InsurancePeriod.office_id == (ask.office.id if ask.office else ""),
            InsurancePeriod.acquired_on <= day,
            or_(InsurancePeriod.lost_on.is_(None), InsurancePeriod.lost_on > day),
        )
    ).first()
    codes = {c.code for c in made.conflicts}
    if period is None:
        if "not_insured" not in codes:
            made.against(
                "not_insured", f"被保険者は{said(day)}にこの事業所の被保険者ではありません",
                f"the insured person was not insured at this office on {day.isoformat()}",
            )  # fmt: skip
        return
    written = ask.get("insured", "insured_no")
    if written and written.lstrip("0") != str(period.insured_no) and "insured_no_differs" not in codes:
        made.against(
            "insured_no_differs", "被保険者整理番号が台帳と異なります", "the insured number differs from the register",
            overridable=True,
        )  # fmt: skip


def _plan_start(
    work: Work, ask: Ask, made: EntryPlan, role: str, subject: EntrySubject, insured_id: str, day: date
) -> None:
    relation = _relation(ask, role)
    if not relation:
        made.against("no_relation", "続柄がありません", "the relation is missing")
        return
    third = day if role == "spouse" and _third(ask.day(role, "birth"), day) else None
    if subject.person_id:
        _open_already(work, made, subject.person_id, third is not None)

    def start(work: Work, posting_id: str) -> list[Done]:
        row = DependantRow(
            person_id=subject.person_id or "", insured_id=insured_id, office_id=ask.office.id if ask.office else None,
            relation=relation, began_on=day, details=_details(ask, role), third_from=third,
        )  # fmt: skip
        (period_id,) = periods.add_dependants(work, [row], posting_id)
        done = [{"table": "dependant_period", "id": period_id, "what": "opened"}]
        opened = _open_third(work, row.person_id) if third else None
        return done + ([{"table": "third_category_period", "id": opened.id, "what": "opened"}] if opened else [])

    lines = [
        Line(Text("続柄", "Relation"), plain(""), relation_label(relation)),
        Line(Text("被扶養者になった日", "Dependant from"), plain(""), said(day)),
    ]
    lines += [Line(Text("第3号被保険者になった日", "Category 3 from"), plain(""), said(third))] if third else []
    made.do(
        Change(
            "dependant_period", Text("被扶養者期間を開始", "Open a dependant period"), _name(ask, role), tuple(lines)
        ),
        start,
    )


def _open_already(work: Work, made: EntryPlan, person_id: str, third: bool) -> None:
    if _open_period(work, person_id) is not None:
        made.against("dependant_open", "すでに被扶養者です", "the person is a dependant already")
    elif third and _open_third(work, person_id) is not None:
        made.against("third_open", "すでに第3号被保険者です", "the person is in category 3 already")
    insured = select(InsurancePeriod.id).where(
        InsurancePeriod.person_id == person_id, InsurancePeriod.lost_on.is_(None)
    )
    if work.session.scalar(insured.limit(1)) is not None:
        made.against(
            "insured_oneself", "自ら被保険者となっている期間があります", "the person is insured personally",
            overridable=True,
        )  # fmt: skip


def _plan_end(
    work: Work, ask: Ask, made: EntryPlan, role: str, subject: EntrySubject, insured_id: str, day: date
) -> None:
    period = _open_period(work, subject.person_id, insured_id)
    if period is None:
        made.against("no_open_period", "終わらせる被扶養者期間がありません", "there is no dependant period to end")
        return
    if day < period.began_on:
        made.against("ends_before_start", "被扶養者になった日より前の日付です", "it would end before it began")
        return
    reason = ask.get(role, "end_reason")
    third = _open_third(work, period.person_id)

    def end(work: Work, posting_id: str) -> list[Done]:
        period.ended_on, period.end_reason, period.end_posting_id = day, reason or None, posting_id
        done = [{"table": "dependant_period", "id": period.id, "what": "ended"}]
        if third is not None:
            third.ended_on, third.end_posting_id = day, posting_id
            done.append({"table": "third_category_period", "id": third.id, "what": "ended"})
        work.session.flush()
        return done

    lines = [Line(Text("被扶養者でなくなった日", "Dependant until"), plain(""), said(day))]
    if third is not None:
        lines.append(Line(Text("第3号被保険者でなくなった日", "Category 3 until"), plain(""), said(day)))
    made.do(
        Change(
            "dependant_period", Text("被扶養者期間を終了", "End the dependant period"), _name(ask, role), tuple(lines)
        ),
        end,
    )


def _plan_change(
    work: Work, ask: Ask, made: EntryPlan, role: str, subject: EntrySubject, insured_id: str, day: date
) -> None:
    period = _open_period(work, subject.person_id, insured_id)
    if period is None:
        made.against("no_open_period", "変更する被扶養者期間がありません", "there is no dependant period to change")
        return
    if day < period.began_on:
        made.against("ends_before_start", "被扶養者になった日より前の日付です", "the change lies before the period")
        return
    relation = _relation(ask, role) or period.relation

    def supersede(work: Work, posting_id: str) -> list[Done]:
        period.ended_on, period.end_reason, period.end_posting_id = day, _CHANGED, posting_id
        work.session.flush()  # the schema allows one open period a person
        kept = columns(work).unseal("dependant_period.details", period.details) if period.details else "{}"
        row = DependantRow(
            person_id=period.person_id, insured_id=insured_id, office_id=period.office_id, relation=relation,
            began_on=day, supersedes=period.id, details=json.loads(kept) | _details(ask, role),
        )  # fmt: skip
        (new_id,) = periods.add_dependants(work, [row], posting_id)
        return [
            {"table": "dependant_period", "id": period.id, "what": "superseded"},
            {"table": "dependant_period", "id": new_id, "what": "opened"},
        ]

    lines = (
        Line(Text("続柄", "Relation"), relation_label(period.relation), relation_label(relation)),
        Line(Text("適用日", "From"), said(period.began_on), said(day)),
    )
    made.do(
        Change("dependant_period", Text("被扶養者の変更", "Change the dependant"), _name(ask, role), lines), supersede
    )


def _third(birth: date | None, day: date) -> bool:
    """第3号: a spouse of 20 to 59 (国民年金法 7条1項3号); ages are reached on the day before the birthday."""
    return birth is not None and wareki.reaches(birth, 20) <= day < wareki.reaches(birth, 60)


def _relation(ask: Ask, role: str) -> str:
    code = ask.get(role, "relation")
    return f"{'spouse' if role == 'spouse' else 'other'}:{code}" if code else ""


_RELATIONS = {
    "spouse:1": Text("夫", "husband"), "spouse:2": Text("妻", "wife"),
    "spouse:3": Text("夫(未届)", "husband (unregistered)"), "spouse:4": Text("妻(未届)", "wife (unregistered)"),
    "other:01": Text("実子・養子", "child"), "other:02": Text("01以外の子", "other child"),
    "other:03": Text("父母・養父母", "parent"), "other:04": Text("義父母", "parent-in-law"),
    "other:05": Text("弟妹", "younger sibling"), "other:06": Text("兄姉", "elder sibling"),
    "other:07": Text("祖父母", "grandparent"), "other:08": Text("曾祖父母", "great-grandparent"),
    "other:09": Text("孫", "grandchild"), "other:10": Text("その他", "other"),
}  # fmt: skip


def relation_label(relation: str) -> Text:
    """The words of a relation as the register keeps it (`spouse:2`, `other:01`); codes of 2202, domain.md 2.3."""
    return _RELATIONS.get(relation, Text(relation, relation))


def _details(ask: Ask, role: str) -> dict[str, str]:
    return {key: value for key, value in ask.blocks[role].items() if value and key not in _IDENTITY}


def _name(ask: Ask, role: str) -> str:
    return ask.get(role, "name_kanji") or ask.get(role, "name_kana")


def _open_period(work: Work, person_id: str | None, insured_id: str | None = None) -> DependantPeriod | None:
    query = select(DependantPeriod).where(DependantPeriod.person_id == person_id, DependantPeriod.ended_on.is_(None))
    if insured_id is not None:
        query = query.where(DependantPeriod.insured_id == insured_id)
    return work.session.scalars(query).one_or_none()


def _open_third(work: Work, person_id: str) -> ThirdCategoryPeriod | None:
    query = select(ThirdCategoryPeriod).where(
        ThirdCategoryPeriod.person_id == person_id, ThirdCategoryPeriod.ended_on.is_(None)
    )
    return work.session.scalars(query).one_or_none()
