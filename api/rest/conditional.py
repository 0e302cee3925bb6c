"""ETag and If-Match over the version number `n` of a row."""

from __future__ import annotations

from fastapi import Request, Response

from api.security.errors import PreconditionNeeded
from storage.errors import TodokeError


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
    """Raises PreconditionNeeded without If-Match, VersionMismatch if it names another version."""
    given = request.headers.get("if-match")
    if given is None:
        raise PreconditionNeeded
    if given.strip() != "*" and etag(n) not in [part.strip() for part in given.split(",")]:
        raise VersionMismatch(n=n)
