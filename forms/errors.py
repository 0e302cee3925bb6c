"""What can be wrong with a form's definition or with asking for one; and the error base for rooms above forms."""

from __future__ import annotations

from typing import ClassVar

from storage.errors import TodokeError

__all__ = ["BadDefinition", "BadPayload", "TodokeError", "UnknownForm"]


class BadDefinition(TodokeError):
    """A form definition that must not be used: `file`, `line` (1-based) and `why` say what to mend."""

    code: ClassVar[str] = "form_definition"
    status: ClassVar[int] = 500
    ja: ClassVar[str] = "様式定義に誤りがあります({file} {line}行目): {why}。"
    en: ClassVar[str] = "The form definition is wrong ({file}, line {line}): {why}."
    remedy_ja: ClassVar[str] = "その行を直してから読み込み直してください。"
    remedy_en: ClassVar[str] = "Mend that line and load it again."

    def __init__(self, *, file: str, line: int, why_ja: str, why_en: str) -> None:
        super().__init__(file=file, line=line, why_ja=why_ja, why_en=why_en)
        self.file, self.line, self.why = file, line, why_en


class UnknownForm(TodokeError):
    """No form of that kind, version, code or date is defined."""

    code: ClassVar[str] = "unknown_form"
    status: ClassVar[int] = 404
    ja: ClassVar[str] = "様式「{what}」は定義されていません。"
    en: ClassVar[str] = "No form '{what}' is defined."
    remedy_ja: ClassVar[str] = "「todoke forms list」で定義済みの様式を確かめてください。"
    remedy_en: ClassVar[str] = "See `todoke forms list` for what is defined."


class BadPayload(TodokeError):
    """A filing or a prefill that does not fit the form: `where` and `why` say which part."""

    code: ClassVar[str] = "filing_schema"
    status: ClassVar[int] = 422
    ja: ClassVar[str] = "届書データが様式に合いません({where}): {why}。"
    en: ClassVar[str] = "The filing does not fit the form ({where}): {why}."
    remedy_ja: ClassVar[str] = "その項目を様式の定義(「todoke forms show」)に合わせて直してください。"
    remedy_en: ClassVar[str] = "Change that item to fit the form's definition (todoke forms show)."
