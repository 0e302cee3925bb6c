"""Dated rows of insurance and dependants, and the insured numbers of an office."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import func, insert, select

from storage.tables import DependantPeriod, InsurancePeriod, Office, Remuneration, ThirdCategoryPeriod, new_id
from storage.work import Work
from validators.register.errors import NoNumberFree, NoSuchOffice
from validators.register.rows import DependantRow, PayRow, PeriodRow
from validators.register.sealing import columns

HIGHEST_INSURED_NO = 999_999  # six digits (domain.md 1.1)


def add_periods(work: Work, rows: Iterable[PeriodRow], posting_id: str | None = None) -> list[str]:
    """Open insurance periods with their remuneration rows; gives the period ids in order.

    The schema refuses a second open period at the same office and a number used before (IntegrityError).
    """
    listed = [(new_id(), row) for row in rows]
    periods = [
        {
            "id": period_id, "person_id": row.person_id, "office_id": row.office_id, "insured_no": row.insured_no,
            "acquired_on": row.acquired_on, "lost_on": row.lost_on, "over70_only": row.over70_only,
            "short_time": row.short_time, "posting_id": posting_id,
        }
        for period_id, row in listed
    ]  # fmt: skip
    pay = [_pay(work, period_id, row, posting_id) for period_id, period in listed for row in period.pay]
    for table, values in ((InsurancePeriod, periods), (Remuneration, pay)):
        if values:
            work.session.execute(insert(table), values)
    return [period_id for period_id, _ in listed]


def add_dependants(work: Work, rows: Iterable[DependantRow], posting_id: str | None = None) -> list[str]:
    """Open dependant periods, with 第3号 periods where asked; gives the dependant period ids in order."""
    listed = [(new_id(), row) for row in rows]
    seal = columns(work).seal
    periods = [
        {
            "id": period_id, "person_id": row.person_id, "insured_id": row.insured_id, "office_id": row.office_id,
            "relation": row.relation, "began_on": row.began_on, "ended_on": row.ended_on,
            "end_reason": row.end_reason, "supersedes": row.supersedes, "posting_id": posting_id,
            "details": _details(seal, row.details),
        }
        for period_id, row in listed
    ]  # fmt: skip
    third = [
        {
            "id": new_id(), "person_id": row.person_id, "spouse_id": row.insured_id, "began_on": row.third_from,
            "ended_on": row.ended_on, "posting_id": posting_id,
        }
        for _, row in listed
        if row.third_from
    ]  # fmt: skip
    for table, values in ((DependantPeriod, periods), (ThirdCategoryPeriod, third)):
        if values:
            work.session.execute(insert(table), values)
    return [period_id for period_id, _ in listed]


def next_insured_no(work: Work, office_id: str) -> int:
    """The office's next free insured number. Two callers never get the same one.

    The office row stays locked until the transaction ends (PostgreSQL; SQLite has one writer anyway), so whoever
    asks next sees the number taken, and it is given again only if this transaction did not use it.
    """
    locked = work.session.scalar(
        select(Office.id).where(Office.id == office_id).with_for_update(key_share=True)  # foreign keys may still point
    )
    if locked is None:
        raise NoSuchOffice
    mine = InsurancePeriod.office_id == office_id
    highest = work.session.scalar(select(func.max(InsurancePeriod.insured_no)).where(mine)) or 0
    if highest < HIGHEST_INSURED_NO:
        return highest + 1
    used = set(work.session.scalars(select(InsurancePeriod.insured_no).where(mine)))
    for number in range(1, HIGHEST_INSURED_NO):  # an office that wrote 999999 once: the first gap
        if number not in used:
            return number
    raise NoNumberFree


def _details(seal: Callable[[str, str], bytes], details: Mapping[str, str] | None) -> bytes | None:
    if not details:
        return None
    return seal("dependant_period.details", json.dumps(dict(details), ensure_ascii=False, sort_keys=True))


def _pay(work: Work, period_id: str, row: PayRow, posting_id: str | None) -> dict[str, object]:
    seal = columns(work).seal
    pension = "" if row.standard_pension is None else str(row.standard_pension)
    return {
        "id": new_id(), "period_id": period_id, "valid_from": row.valid_from, "posting_id": posting_id,
        "monthly": seal("remuneration.monthly", str(row.monthly)),
        "standard_health": seal("remuneration.standard_health", str(row.standard_health)),
        "standard_pension": seal("remuneration.standard_pension", pension),
    }  # fmt: skip
