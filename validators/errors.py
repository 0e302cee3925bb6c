"""What can go wrong when a filing is checked."""

from __future__ import annotations

from storage.errors import TodokeError


class NoSuchFiling(TodokeError):
    """There is no filing with that id."""

    code = "no_such_filing"
    status = 404
    ja = "その届書はありません。"
    en = "There is no such filing."
    remedy_ja = "受付番号を確かめてください。"
    remedy_en = "Check the receipt number."


class NothingToCheck(TodokeError):
    """The filing has no values yet."""

    code = "nothing_to_check"
    status = 409
    ja = "この届書にはまだ値がありません。"
    en = "This filing has no values yet."
    remedy_ja = "入力が終わってから点検してください。"
    remedy_en = "Check it once its fields are settled."
