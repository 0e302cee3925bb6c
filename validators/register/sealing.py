"""Sealing register columns under the installation's key; the context is `table.column`."""

from __future__ import annotations

from dataclasses import dataclass

from storage.work import Work


@dataclass(frozen=True, slots=True)
class Columns:
    """Seals and opens register columns in one unit of work."""

    work: Work
    key_id: str

    def seal(self, column: str, text: str) -> bytes:
        return self.work.keys.seal(self.work.session, self.key_id, text, column)

    def unseal(self, column: str, sealed: bytes) -> str:
        return self.work.keys.unseal(self.work.session, self.key_id, sealed, column)


def columns(work: Work) -> Columns:
    """The sealer of the register."""
    return Columns(work, work.keys.installation(work.session))
