"""ETag and If-Match over the version number `n` of a row."""

from __future__ import annotations

import re
from typing import Any

from fastapi import Request, Response

from api.security.errors import PreconditionNeeded
from storage.errors import TodokeError

# for the description of a route: `must_match` and `version_seen` read the header themselves
DESCRIBED: dict[str, Any] = {"parameters": [{
    "name": "If-Match", "in": "header", "required": True, "description": "the ETag that was read",
    "schema": {"type": "string"}, "example": '"1"'}]}  # fmt: skip
_TAG = re.compile(r'"([0-9]{1,9})"')


class VersionMismatch(TodokeError):
    """Someone was faster: the thing has another version than the one that was read."""

    code = "version_mismatch"
    status = 412
    ja = "先に別の人が更新しました(現在の版は{n})。"
    en = "Someone was faster: the version is now {n}."
    remedy_ja = "最新の内容を読み直してから、もう一度行ってください。"
    remedy_en = "Read it again and repeat your change on the newest version."


def etag(n: int) -> str:
    """The entity tag of version `n`."""
    return f'"{n}"'


def tag(response: Response, n: int) -> None:
    """Put the ETag on an answer."""
    response.headers["ETag"] = etag(n)


def must_match(request: Request, n: int) -> None:
    """Raises PreconditionNeeded without If-Match, VersionMismatch if it names another version.

    `n` is the version of a row that is locked: between this look and the change nobody comes in.
    """
    given = request.headers.get("if-match")
    if given is None:
        raise PreconditionNeeded
    if given.strip() != "*" and etag(n) not in [part.strip() for part in given.split(",")]:
        raise VersionMismatch(n=n)


def version_seen(request: Request) -> int:
    """The one version that If-Match names; who decides says what was seen, so `*` is no answer.

    Raises PreconditionNeeded.
    """
    found = _TAG.fullmatch(request.headers.get("if-match", "").strip())
    if found is None:
        raise PreconditionNeeded
    return int(found[1])
