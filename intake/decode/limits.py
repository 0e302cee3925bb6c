"""The limits of decoding, each in its unit (contracts.md: Limits, all settings)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.settings import Settings

MIB = 1024 * 1024
_UNHURRIED = 5  # times the patience of `todoke read`; a page stays within a step of the stage `decode`


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. The time a file may take is a credit that each answered page fills up again, so that
    slow pages cannot add up: after page n, at most `file_seconds + n * seconds_per_page` were spent decoding."""

    max_bytes: int = 200_000_000  # of a file
    max_pages: int = 1_000  # of a file
    max_pixels: int = 200_000_000  # of a page, after reduced decoding
    max_dpi: int = 1_200  # above it a page is reduced
    render_dpi: int = 300  # of a PDF page that is more than one scanned image
    memory_bytes: int = 2_048 * MIB  # address space of the decoder's process
    cpu_seconds: float = 30.0  # processor time of a page
    file_bytes: int = 2_048 * MIB  # of what the decoder may write
    file_seconds: float = 14.0  # wall clock, start of the credit
    seconds_per_page: float = 2.5  # wall clock, added for each page answered
    page_seconds: float = 12.0  # wall clock, the most one page may take
    text_seconds: float = 4.0  # for the text layer of a page, which is given up without harm to the image

    def as_dict(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def from_dict(cls, given: dict[str, Any]) -> Limits:
        return cls(**{field.name: given[field.name] for field in fields(cls) if field.name in given})

    @classmethod
    def from_settings(cls, settings: Settings) -> Limits:
        """The limits that the settings of the installation name; the times are those of the contract."""
        return cls(
            max_bytes=settings.max_file_bytes,
            max_pages=settings.max_pages,
            max_pixels=settings.max_page_pixels,
            max_dpi=settings.max_dpi,
            memory_bytes=settings.decode_memory_bytes,
        )

    def unhurried(self) -> Limits:
        """For a worker, which has time: a busy machine must not have a sound page refused."""
        return replace(
            self,
            file_seconds=_UNHURRIED * self.file_seconds,
            seconds_per_page=_UNHURRIED * self.seconds_per_page,
            page_seconds=_UNHURRIED * self.page_seconds,
        )
