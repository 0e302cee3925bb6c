"""Every table of Todoke: definition only, no behaviour."""

from storage.tables.append_only import GENESIS  # with the triggers that come with the tables
from storage.tables.approval import (
    STEPS,
    Decision,
    FilingActor,
    MachineSeen,
    Notice,
    Outbox,
    Posting,
    Task,
)
from storage.tables.audit import CHAINS, AccessLog, AuditEntry, AuditHead, Counter, Installation
from storage.tables.base import Base, UtcDateTime, canonical, new_id
from storage.tables.filing import (
    FILING_STATES,
    Candidate,
    Duplicate,
    Entry,
    EntrySubject,
    EntryVersion,
    Filing,
    FilingVersion,
    Finding,
    Reading,
    SearchToken,
    Settlement,
)
from storage.tables.four_eyes import GUARDS  # the triggers that hold the four eyes
from storage.tables.intake import (
    Batch,
    BatchFile,
    CustodyEvent,
    Misdirected,
    Original,
    OriginalRequest,
    Page,
    ReceiptDateChange,
    Sheet,
)
from storage.tables.jobs import Job
from storage.tables.keys import Blob, WrappedKey
from storage.tables.people import ROLES, ApiToken, IdempotencyKey, Session, User, UserRole
from storage.tables.register import (
    AddressRow,
    DependantPeriod,
    InsurancePeriod,
    NumberLink,
    Office,
    Person,
    PersonName,
    Remuneration,
    ThirdCategoryPeriod,
)
from storage.tables.trust import TRUST_ACTIONS, Calibration, Inspection, InspectionLabel, TrustEvent

__all__ = [
    "CHAINS", "FILING_STATES", "GENESIS", "GUARDS", "ROLES", "STEPS", "TRUST_ACTIONS", "AccessLog", "AddressRow",
    "ApiToken", "AuditEntry", "AuditHead", "Base", "Batch", "BatchFile", "Blob", "Calibration", "Candidate", "Counter",
    "CustodyEvent", "Decision", "DependantPeriod", "Duplicate", "Entry", "EntrySubject", "EntryVersion", "Filing",
    "FilingActor", "FilingVersion", "Finding", "IdempotencyKey", "Inspection", "InspectionLabel", "Installation",
    "InsurancePeriod", "Job", "MachineSeen", "Misdirected", "Notice", "NumberLink", "Office", "Original",
    "OriginalRequest", "Outbox", "Page", "Person", "PersonName", "Posting", "Reading", "ReceiptDateChange",
    "Remuneration", "SearchToken", "Session", "Settlement", "Sheet", "Task", "ThirdCategoryPeriod", "TrustEvent",
    "User", "UserRole", "UtcDateTime", "WrappedKey", "canonical", "new_id",
]  # fmt: skip
