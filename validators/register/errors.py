"""What can go wrong in the register, each with a stable code and what to do next."""

from __future__ import annotations

from storage.errors import TodokeError


class NoSuchPerson(TodokeError):
    """There is no person with that id."""

    code = "no_such_person"
    status = 404
    ja = "その人は台帳にいません。"
    en = "There is no such person in the register."
    remedy_ja = "検索からやり直してください。"
    remedy_en = "Start again from the search."


class NoSuchOffice(TodokeError):
    """There is no office with that id."""

    code = "no_such_office"
    status = 404
    ja = "その事業所は台帳にありません。"
    en = "There is no such office in the register."
    remedy_ja = "事業所整理記号を確かめてください。"
    remedy_en = "Check the office reference."


class NumberTaken(TodokeError):
    """A number belongs to another person already; one number is one person's."""

    code = "number_taken"
    status = 409
    ja = "この{what_ja}は、台帳の別の人に結び付いています。"
    en = "This {what_en} belongs to another person of the register."
    remedy_ja = "同じ人かどうかを確かめ、番号の誤りなら差し戻してください。"
    remedy_en = "Check whether they are one person; if the number is wrong, send the field back."

    def __init__(self, kind: str) -> None:
        ja, en = {"my_number": ("個人番号", "My Number"), "bpn": ("基礎年金番号", "basic pension number")}[kind]
        super().__init__(what_ja=ja, what_en=en)


class NoNumberFree(TodokeError):
    """An office has used every insured number up to 999999."""

    code = "no_number_free"
    status = 409
    ja = "この事業所には、空いている被保険者整理番号がありません。"
    en = "This office has no insured number left."
    remedy_ja = "被保険者整理番号を届書に記入してもらってください。"
    remedy_en = "Ask the office to give a number on the filing."
