"""What an employer writes above the persons: date, references, address, names."""

from __future__ import annotations

from datetime import date, timedelta

from api.synth.chance import Chance
from api.synth.offices import SynthOffice
from forms.values import wareki

Written = dict[str, str]  # field id -> text as a person would write it; truth is its normal form


def header(office: SynthOffice, submitted: date) -> Written:
    """The header of a sheet of that office (domain.md 1.4)."""
    written = {
        "header.submit_date": wareki.from_date(submitted),
        "header.office_ref": office.ref,
        "header.office_no": office.no,
        "header.zip": office.address.zip,
        "header.addr": office.address.text,
        "header.name": office.name,
        "header.owner": office.owner,
        "header.tel": office.tel,
        "header.sr_name": office.attorney,
    }
    return {key: text for key, text in written.items() if text}


def submission_day(chance: Chance, as_of: date) -> date:
    """The day written on the sheet: one of the last three before it arrives."""
    return as_of - timedelta(days=chance.pick(((0, 2), (1, 4), (2, 3), (3, 1))))


def event_day(chance: Chance, submitted: date, as_of: date) -> date:
    """When it happened: within the five days of the law before the sheet arrives (domain.md 5.7)."""
    earliest = as_of - timedelta(days=5)
    return earliest + timedelta(days=chance.randint(0, (submitted - earliest).days))
