"""The addressee of a notice: who it is, and the check before anything leaves (misdelivery is the largest error)."""

from __future__ import annotations

from approval import values
from approval.errors import Misdirected
from storage.keys import canonical
from storage.tables import Filing, Notice, Office
from storage.work import Work

Addressee = dict[str, str]  # zip, address, name, owner, ref


def addressee_of(work: Work, filing: Filing) -> Addressee:
    """The office of the register, or, where we know none, the office as the filing writes it."""
    office = work.session.get(Office, filing.office_id) if filing.office_id else None
    if office is not None:
        return {
            "zip": office.zip, "address": office.address, "name": office.name, "owner": office.owner,
            "ref": office.ref,
        }  # fmt: skip
    head = values.header(work, filing)
    return {
        "zip": head.get("header.zip") or "", "address": head.get("header.addr") or "",
        "name": head.get("header.name") or "", "owner": head.get("header.owner") or "",
        "ref": head.get("header.office_ref") or "",
    }  # fmt: skip


def token(work: Work, addressee: Addressee) -> str:
    """The HMAC that binds a notice to its addressee."""
    return work.keys.token(work.session, "addressee", canonical(addressee))


def seal(work: Work, filing: Filing, addressee: Addressee) -> bytes:
    """The addressee under the filing's key."""
    return work.keys.seal_json(work.session, filing.key_id, addressee, "notice.addressee")


def check(work: Work, filing: Filing, notice: Notice) -> Addressee:
    """The addressee, if it is still the office of this filing. Misdirected.

    Three things have to agree: the office the notice was made for, the office that the filing belongs to now, and
    the address in the sealed letter; so neither a re-assigned filing nor an altered or moved row goes out.
    """
    sealed: Addressee = work.keys.unseal_json(work.session, filing.key_id, notice.addressee, "notice.addressee")
    agreed = (
        notice.filing_id == filing.id
        and notice.office_id == filing.office_id
        and notice.addressee_token == token(work, sealed)
        and notice.addressee_token == token(work, addressee_of(work, filing))
    )
    if not agreed:
        raise Misdirected
    return sealed
