"""The one base of every error: a stable code, a sentence for a person in both languages, and what to do next."""

from __future__ import annotations

from typing import Any, ClassVar


class TodokeError(Exception):
    """Something went wrong that a person can act on.

    Subclasses set `code`, `status` (the HTTP status it answers with) and four sentences, which may quote the
    keyword arguments given to the constructor: `NotFound(what="task")` fills `{what}`.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    ja: ClassVar[str] = "処理できませんでした。"
    en: ClassVar[str] = "This could not be done."
    remedy_ja: ClassVar[str] = "もう一度試し、続くときは管理者に知らせてください。"
    remedy_en: ClassVar[str] = "Try again; if it happens again, tell the administrator."

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(f"{self.code}: {self.en.format_map(_Given(params))}")

    @property
    def message(self) -> dict[str, str]:
        given = _Given(self.params)
        return {"ja": self.ja.format_map(given), "en": self.en.format_map(given)}

    @property
    def remedy(self) -> dict[str, str]:
        given = _Given(self.params)
        return {"ja": self.remedy_ja.format_map(given), "en": self.remedy_en.format_map(given)}

    def as_dict(self) -> dict[str, Any]:
        """The form of contracts.md: {"code", "message": {ja, en}, "remedy": {ja, en}}."""
        return {"code": self.code, "message": self.message, "remedy": self.remedy}


class _Given(dict[str, Any]):
    """Leaves a placeholder visible instead of hiding the error behind a KeyError."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
