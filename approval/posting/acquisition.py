"""2200: an insurance period and its remuneration, with the office's next insured number where none is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from approval import values as versions
from approval.posting.persons import birth_of, plan_person
from approval.posting.plan import Ask, Change, Done, EntryPlan, Line, plain, said, yen
from forms.model import Text
from forms.values import choice, wareki
from forms.values import yen as amounts
from storage.tables import EntrySubject, InsurancePeriod, Office, Settlement
from storage.work import Work
from validators import grades
from validators.register import periods
from validators.register.rows import PayRow, PeriodRow

# remarks (備考) of 2200
_OVER_70, _TWO_OFFICES, _SHORT_TIME = "1", "2", "3"
# kind (種別) -> sex; 坑内員 says nothing of it
_SEX = {"1": "1", "5": "1", "2": "2", "6": "2"}
_ASSIGNED = Text("当方で付番", "assigned by us")
_HEALTH_ENDS = 75  # 健康保険法 3条1項6号: 後期高齢者医療 from the 75th birthday
_PENSION_ENDS = 70  # 厚生年金保険法 9条


@dataclass(frozen=True, slots=True)
class Hired:
    """What the entry says of the employment."""

    since: date
    monthly: int  # yen
    number: int | None  # insured number as written
    remarks: tuple[str, ...]


def plan(work: Work, ask: Ask) -> EntryPlan:
    """What posting an entry of a 2200 would do."""
    made = EntryPlan(ask.entry)
    hired = _hired(ask, made)
    subject = plan_person(
        work, ask, made, "self", _SEX.get(ask.get("self", "kind"), ""), hired.since if hired else None
    )
    if ask.office is None:
        made.against("office_unknown", "事業所が台帳にありません", "the office is not in the register")
    if hired is None or subject is None or ask.office is None:
        return made
    if subject.person_id:
        _overlaps(work, made, subject.person_id, ask.office, hired)
    if hired.number is not None and _used(work, ask.office, hired.number):
        made.against("insured_no_used", "被保険者整理番号がすでに使われています", "the insured number is used already")
    birth = ask.day("self", "birth") or (birth_of(work, subject.person_id) if subject.person_id else hired.since)
    _plan_period(ask, made, subject, ask.office, hired, birth)
    return made


def _hired(ask: Ask, made: EntryPlan) -> Hired | None:
    since = ask.day("self", "acq_date")
    monthly = amounts.amount(ask.get("self", "wage_total"))
    written = ask.get("self", "insured_no")
    if since is None:
        made.against("no_date", "資格取得年月日がありません", "there is no acquisition date")
    if monthly is None:
        made.against("no_remuneration", "報酬月額(合計)がありません", "there is no total remuneration")
    valid_number = not written or (written.isdigit() and len(written) <= 6 and int(written) > 0)
    if not valid_number:
        made.against("bad_insured_no", "被保険者整理番号が正しくありません", "the insured number is not a number")
    if since is None or monthly is None or not valid_number:
        return None
    return Hired(since, monthly, int(written) if written else None, choice.codes(ask.get("self", "remarks")))


def _overlaps(work: Work, made: EntryPlan, person_id: str, office: Office, hired: Hired) -> None:
    """A period that overlaps disqualifies or needs a person; two employers are legitimate if it says so (R20)."""
    rows = work.session.scalars(
        select(InsurancePeriod).where(
            InsurancePeriod.person_id == person_id,
            or_(InsurancePeriod.lost_on.is_(None), InsurancePeriod.lost_on > hired.since),
        )
    ).all()
    if any(row.office_id == office.id for row in rows):
        made.against(
            "already_insured", "この事業所ですでに被保険者です", "the person is insured at this office already"
        )
    elif rows and _TWO_OFFICES not in hired.remarks:
        made.against(
            "period_overlaps", "ほかの事業所の被保険者期間と重なります", "a period at another office overlaps",
            overridable=True,
        )  # fmt: skip


def _used(work: Work, office: Office, number: int) -> bool:
    query = select(InsurancePeriod.id).where(
        InsurancePeriod.office_id == office.id, InsurancePeriod.insured_no == number
    )
    return work.session.scalar(query) is not None


def _plan_period(ask: Ask, made: EntryPlan, subject: EntrySubject, office: Office, hired: Hired, birth: date) -> None:
    standard = grades.standard(hired.monthly, hired.since)
    pensioned = _OVER_70 not in hired.remarks and wareki.reaches(birth, _PENSION_ENDS) > hired.since
    pay = PayRow(hired.since, hired.monthly, standard.health_yen, standard.pension_yen if pensioned else None)

    def open_period(work: Work, posting_id: str) -> list[Done]:
        number = hired.number or _assign(work, ask, office)
        row = PeriodRow(
            person_id=subject.person_id or "", office_id=office.id, insured_no=number, acquired_on=hired.since,
            over70_only=wareki.age(birth, hired.since) >= _HEALTH_ENDS,
            short_time=_SHORT_TIME in hired.remarks, pay=(pay,),
        )  # fmt: skip
        (period_id,) = periods.add_periods(work, [row], posting_id)
        return [{"table": "insurance_period", "id": period_id, "what": "opened"}]

    pension = yen(pay.standard_pension) if pay.standard_pension else plain("-")
    lines = (
        Line(Text("事業所", "Office"), plain(""), plain(f"{office.ref} {office.name}")),
        Line(
            Text("被保険者整理番号", "Insured no."), plain(""), plain(str(hired.number)) if hired.number else _ASSIGNED
        ),
        Line(Text("資格取得年月日", "Acquired on"), plain(""), said(hired.since)),
        Line(Text("報酬月額", "Remuneration"), plain(""), yen(hired.monthly)),
        Line(Text("標準報酬月額(健保)", "Standard (health)"), plain(""), yen(pay.standard_health)),
        Line(Text("標準報酬月額(厚年)", "Standard (pension)"), plain(""), pension),
    )
    name = ask.get("self", "name_kanji") or ask.get("self", "name_kana")
    made.do(
        Change("insurance_period", Text("被保険者期間を開始", "Open an insurance period"), name, lines), open_period
    )


def _assign(work: Work, ask: Ask, office: Office) -> int:
    """The office's next free number becomes a value of the entry, with its own basis: assigned by us."""
    number = periods.next_insured_no(work, office.id)
    field = f"entries[{ask.entry.number}].insured_no"
    work.session.add(
        Settlement(
            filing_id=ask.filing.id, field=field, round=ask.filing.round, basis="assigned",
            value=versions.seal_value(work, ask.filing, str(number), "settlement.value"), readings=[], at=work.now,
        )
    )  # fmt: skip
    versions.append(work, ask.filing, ask.entry, {field: str(number)}, "assigned")
    return number
