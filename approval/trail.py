"""The audit trail of a filing: every change of state, nothing personal in clear, texts under the filing's key."""

from __future__ import annotations

from typing import Any

from storage import audit
from storage.tables import Filing
from storage.work import Work

CONTEXT = "audit_entry.sealed"


def record(
    work: Work, filing: Filing, action: str, subject_type: str, subject_id: str, detail: dict[str, Any],
    secret: str | None = None,
) -> None:  # fmt: skip
    """Queue an entry on the filing's chain; `secret` may be personal and is sealed with the filing's key."""
    sealed = work.keys.seal(work.session, filing.key_id, secret, CONTEXT) if secret else None
    audit.record(work, action, subject_type, subject_id, filing.id, detail, sealed=sealed)
