"""Errors of the rule registry."""

from __future__ import annotations

from storage.errors import TodokeError


class UnknownRule(TodokeError):
    """There is no rule of that id."""

    code = "unknown_rule"
    status = 404
    ja = "規則「{rule}」はありません。"
    en = 'There is no rule "{rule}".'
    remedy_ja = "`todoke rules list` で一覧を見てください。"
    remedy_en = "See `todoke rules list`."
