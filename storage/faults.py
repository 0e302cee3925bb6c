"""What the system and pydantic find wrong, said in both languages: the `why_ja` and `why_en` of an error."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from typing import Any, Final

_SYSTEM: Final[dict[int, tuple[str, str]]] = {
    errno.ENOENT: ("見つからない", "it is not there"),
    errno.EACCES: ("権限がない", "no permission"),
    errno.EPERM: ("権限がない", "no permission"),
    errno.EEXIST: ("すでにある", "it exists"),
    errno.ENOTDIR: ("フォルダーではない", "not a folder"),
    errno.EISDIR: ("フォルダーである", "it is a folder"),
    errno.ENOSPC: ("空き容量がない", "no space left"),
    errno.EDQUOT: ("割当ての容量を超えた", "the quota is used up"),
    errno.EROFS: ("書き込めない場所である", "a place that cannot be written"),
    errno.EIO: ("読み書きの誤り", "an error of the disk"),
    errno.EMFILE: ("開いているファイルが多すぎる", "too many open files"),
}
# The start of pydantic's error type -> the sentence; the first that fits.
_FAULTS: Final[tuple[tuple[str, str], ...]] = (
    ("missing", "必須の項目がない"),
    ("extra_forbidden", "知らない項目"),
    ("json_invalid", "JSONとして読めない"),
    ("string_too_long", "長すぎる"),
    ("string_too_short", "短すぎる"),
    ("string_pattern", "決められた書き方ではない"),
    ("string_", "文字列ではない"),
    ("too_long", "多すぎる"),
    ("too_short", "足りない"),
    ("greater_than", "小さすぎる"),
    ("less_than", "大きすぎる"),
    ("int_", "整数ではない"),
    ("float_", "数ではない"),
    ("bool_", "真偽の値ではない"),
    ("date_", "日付(YYYY-MM-DD)ではない"),
    ("literal_error", "選べる値ではない"),
    ("enum", "選べる値ではない"),
    ("union_tag", "選べる値ではない"),
    ("list_", "並びではない"),
    ("dict_", "名前と値の組ではない"),
    ("model_", "名前と値の組ではない"),
    ("url_", "URLではない"),
    ("path_", "ファイルの場所ではない"),
)


class Fault(ValueError):
    """A validator's refusal in both languages; pydantic carries it to `told`."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja, self.en = ja, en


def of_system(error: OSError) -> dict[str, str]:
    """Why the system refused; its number where we have no words for it."""
    ja, en = _SYSTEM.get(error.errno or 0, (f"システムの誤り {error.errno}", f"system error {error.errno}"))
    return {"why_ja": ja, "why_en": en}


def told(errors: Iterable[Mapping[str, Any]], most: int = 3) -> dict[str, str]:
    """The first faults of pydantic's `errors()`, each with its place; never the value that was given."""
    both = [_one(error) for error in list(errors)[:most]]
    return {"why_ja": "、".join(ja for ja, _ in both), "why_en": "; ".join(en for _, en in both)}


def _one(error: Mapping[str, Any]) -> tuple[str, str]:
    at = ".".join(str(step) for step in error["loc"])
    fault = (error.get("ctx") or {}).get("error")
    if isinstance(fault, Fault):
        ja, en = fault.ja, fault.en
    else:
        kind = str(error["type"])
        ja = next((words for start, words in _FAULTS if kind.startswith(start)), "受け付けられない値")
        en = str(error["msg"])
    return (f"{at}: {ja}", f"{at}: {en}") if at else (ja, en)
