"""The one base of every error: a stable code, a sentence for a person in both languages, and what to do next."""

from __future__ import annotations

from typing import Any, ClassVar


class TodokeError(Exception):
    """Something went wrong that a person can act on.

    Subclasses set `code`, `status` (the HTTP status it answers with) and four sentences, which may quote the
    keyword arguments given to the constructor. What is the same in both languages is given once (`limit=5` fills
    `{limit}`); words are given twice: `NotFound(what_ja="作業", what_en="task")` fills `{what}` in each sentence.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    ja: ClassVar[str] = "処理できませんでした。"
    en: ClassVar[str] = "This could not be done."
    remedy_ja: ClassVar[str] = "もう一度試し、続くときは管理者に知らせてください。"
    remedy_en: ClassVar[str] = "Try again; if it happens again, tell the administrator."

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(f"{self.code}: {self.en.format_map(_Given(params, 'en'))}")

    @property
    def message(self) -> dict[str, str]:
        return self._both(self.ja, self.en)

    @property
    def remedy(self) -> dict[str, str]:
        return self._both(self.remedy_ja, self.remedy_en)

    def _both(self, ja: str, en: str) -> dict[str, str]:
        return {"ja": ja.format_map(_Given(self.params, "ja")), "en": en.format_map(_Given(self.params, "en"))}

    def as_dict(self) -> dict[str, Any]:
        """The form of contracts.md: {"code", "message": {ja, en}, "remedy": {ja, en}}."""
        return {"code": self.code, "message": self.message, "remedy": self.remedy}


class _Given(dict[str, Any]):
    """What fills a sentence of one language; a placeholder without a value stays visible, and hides no error."""

    def __init__(self, params: dict[str, Any], language: str) -> None:
        super().__init__(params)
        self._language = language

    def __missing__(self, key: str) -> Any:
        return self.get(f"{key}_{self._language}", "{" + key + "}")
