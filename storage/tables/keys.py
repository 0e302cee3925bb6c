"""Wrapped keys and the catalogue of blobs."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Code, Id, Ref, Sealed, When, Words, one_of

_SINGLE = text("scope IN ('installation', 'index')")


class WrappedKey(Base):
    """A key of a batch, of a filing, of the installation, or the index key, wrapped by the master key `master`.

    Disposal destroys it: `wrapped` becomes NULL and `destroyed_at` says when.
    """

    __tablename__ = "wrapped_key"
    id: Mapped[Id]
    scope: Mapped[Code]
    master: Mapped[Words]  # fingerprint of the master key that wraps it
    wrapped: Mapped[Sealed | None]
    created_at: Mapped[When]
    destroyed_at: Mapped[When | None]
    __table_args__ = (
        CheckConstraint(one_of("scope", "batch", "filing", "installation", "index"), name="scope"),
        CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed"),
        Index(
            "uq_wrapped_key_single", "scope", unique=True,
            sqlite_where=_SINGLE,
            postgresql_where=_SINGLE,
        ),
    )  # fmt: skip


class Blob(Base):
    """A stored object: `id` is its random name in the blob store. Write-once; the row follows the durable bytes."""

    __tablename__ = "blob"
    id: Mapped[Id]
    key_id: Mapped[Ref] = mapped_column(ForeignKey("wrapped_key.id"))
    wrapped_dek: Mapped[Sealed]
    size: Mapped[int]  # plaintext bytes
    media_type: Mapped[Words]
    fingerprint: Mapped[Words] = mapped_column(index=True)  # HMAC(index key, sha256 of the plaintext): finds a re-scan
    sha256: Mapped[Words]  # of the ciphertext as stored: what reconcile checks
    created_at: Mapped[When]
