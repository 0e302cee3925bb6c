"""G4, G5: the employer's block is complete and is an office of the register; postal codes fit addresses."""

from __future__ import annotations

import re

from forms.model import Text
from forms.values import characters, office
from validators.engine import Example, Hit, Lack, Rule, Said, Severity
from validators.rules.persons import present
from validators.view import View

KINDS = ("acquisition", "dependants")
_WRITTEN = {  # key -> name and limit in bytes of the office record (domain.md 3.2)
    "header.zip": (Text("郵便番号", "postal code"), 7),
    "header.addr": (Text("事業所所在地", "address of the office"), 75),
    "header.name": (Text("事業所名称", "name of the office"), 50),
    "header.owner": (Text("事業主氏名", "name of the employer"), 25),
    "header.tel": (Text("電話番号", "telephone"), 14),
}


def complete(view: View) -> Said:
    """G4: reference and number as the record needs them; the rest of the block is there."""
    ref, number = view.get("header.office_ref"), view.get("header.office_no")
    if not ref:
        yield Hit(
            ("header.office_ref",),
            "事業所整理記号が空白です。必ず記入する欄です。届出人に確認してください。",
            "The office reference is blank. It must be filled. Ask the filer.",
        )
    elif not office.parse(ref).well_formed:
        yield Hit(
            ("header.office_ref",),
            f"事業所整理記号「{ref}」は使えません。2桁の郡市区符号（00・99以外）"
            "と、英数字または仮名4バイトまでの記号です。用紙を見直してください。",
            f'The office reference "{ref}" is not two digits (not '
            "00 or 99) and a sign of up to four bytes. See the "
            "sheet.",
        )
    if view.kind == "acquisition" and not number:
        yield Hit(
            ("header.office_no",),
            "事業所番号が空白です。必ず記入する欄です。届出人に確認してください。",
            "The office number is blank. It must be filled. Ask the filer.",
        )
    elif number and (not re.fullmatch("[0-9]{1,5}", number) or set(number) == {"0"}):
        yield Hit(
            ("header.office_no",),
            f"事業所番号「{number}」は使えません。1〜5桁で、全部0は不可です。用紙を見直してください。",
            f'The office number "{number}" is not 1 to 5 digits, or all zero. See the sheet.',
        )
    yield from _employer(view)


def _employer(view: View) -> Said:
    blank = [key for key in (*_WRITTEN, "header.submit_date") if not view.get(key)]
    if blank:
        names = [_WRITTEN[key][0] if key in _WRITTEN else Text("提出日", "date of submission") for key in blank]
        yield Hit(
            tuple(blank),
            f"{'・'.join(name.ja for name in names)}が空白です。届出人に確認するか、登録で補えるか見てください。",
            f"Blank: {', '.join(name.en for name in names)}. Ask the filer, or see whether the register has it.",
            "W",
        )
    for key, (name, limit) in _WRITTEN.items():
        reduced = characters.reduce(view.get(key))
        length = characters.byte_length(reduced.text)
        if reduced.left:
            yield Hit(
                (key,),
                f"{name.ja}の「{reduced.left}」は記録に使えない文字です。読み違いでないか用紙で確かめてください。",
                f'The {name.en} has "{reduced.left}", which the record cannot carry. See whether it was misread.',
                "W",
            )
        elif length > limit:
            yield Hit(
                (key,),
                f"{name.ja}が{length}バイトあります。記録に入るのは{limit}バイトまでです。"
                "短い書き方を確認してください。",
                f"The {name.en} has {length} bytes; the record takes {limit}. Find a shorter form.",
                "W",
            )


def known(view: View) -> Said:
    """G5 of the header: the office is in the register, and its name and address are those of the register."""
    ref = view.get("header.office_ref")
    yield from _postal(view, "header.zip", "header.addr", Text("事業所", "the office"))
    if not ref or not office.parse(ref).well_formed:
        return
    if view.context.facts is None:
        yield Lack(
            "register",
            "事業所の登録と照合できません（登録がありません）。",
            "No register is at hand to look the office up.",
            ("header.office_ref",),
        )
        return
    found = view.context.facts.office(ref)
    if found is None:
        yield Hit(
            ("header.office_ref",),
            f"事業所整理記号「{ref}」の事業所は登録にありません。記号の読み違いでないか用紙で確かめてください。",
            f'No office of the register has the reference "{ref}". See on the sheet whether it was misread.',
        )
        return
    differs = [
        (key, name)
        for key, value, name in (
            ("header.office_no", found.number, Text("事業所番号", "number")),
            ("header.name", found.name, Text("名称", "name")),
            ("header.addr", found.address, Text("所在地", "address")),
        )
        if view.get(key) and value and _bare(view.get(key)) != _bare(value)
    ]
    if differs:
        yield Hit(
            tuple(key for key, _ in differs),
            f"事業所の{'・'.join(name.ja for _, name in differs)}が登録と違います。"
            "別の事業所か、変更届の有無を確かめてください。",
            f"The office's {', '.join(name.en for _, name in differs)} "
            "differ from the register: another office, or a change "
            "not filed?",
        )


def _bare(value: str) -> str:
    """Without leading zeros, spaces, and with variants of characters folded."""
    return characters.fold(re.sub(r"\s", "", value)).lstrip("0")


def places(view: View) -> Said:
    """G5 of an entry: postal code and address of each person."""
    for person in present(view):
        yield from _postal(view, person.key("zip"), person.key("addr"), person.who)


_DISAGREES: dict[str, tuple[Severity, str, str]] = {
    "town_differs": ("W", "町域が違います", "the town differs"),
    "city_differs": ("W", "市区町村が違います", "the city differs"),
    "prefecture_differs": ("E", "都道府県が違います", "the prefecture differs"),
    "unknown_zip": ("W", "その郵便番号はありません", "there is no such code"),
}


def _postal(view: View, zip_key: str, address_key: str, who: Text) -> Said:
    said = _DISAGREES.get(view.context.postal(view.get(zip_key), view.get(address_key)))
    if said:
        severity, ja, en = said
        yield Hit(
            (zip_key, address_key),
            f"{who.ja}の郵便番号と住所が合いません（{ja}）。どちらの読み違いか用紙で確かめてください。",
            f"Postal code and address of {who.en} do not agree: {en}. See on the sheet which was misread.",
            severity,
        )


RULES = (
    Rule(
        "G4",
        KINDS,
        "E",
        Text("事業所欄がそろっていて、記号と番号が使える形である", "The office block is complete and well formed"),
        "CHK; domain 3.2",
        ("header.office_ref", "header.office_no", *_WRITTEN),
        header=complete,
        breaking=(
            Example("acquisition", {"header.office_ref": ""}),
            Example("acquisition", {"header.office_ref": "00-ケイト"}),
            Example("acquisition", {"header.office_ref": "01-0000"}),
            Example("acquisition", {"header.office_no": "00000"}),
            Example("acquisition", {"header.office_no": ""}),
            Example("dependants", {"header.office_ref": "99-ケイト"}),
            Example("dependants", {"header.owner": ""}),
            Example("dependants", {"header.name": "健保😀"}),
            Example("acquisition", {"header.name": "健" * 26}),
        ),
        passing=(
            Example("acquisition", {"header.office_ref": "01-A12"}),
            Example("dependants", {"header.office_no": ""}),
        ),
    ),
    Rule(
        "G5",
        KINDS,
        "W",
        Text("事業所が登録にあり、郵便番号と住所が合う", "The office is known, and postal codes fit addresses"),
        "domain [D], KEN_ALL",
        ("header.office_ref", "header.name", "header.zip", "header.addr", "zip", "addr"),
        places,
        known,
        lacks=("register",),
        breaking=(
            Example("acquisition", {"header.office_ref": "55-ンンン"}),
            Example("acquisition", {"header.name": "別の会社"}),
            Example("acquisition", {"header.addr": "大阪府大阪市北区梅田1-1"}),
            Example(
                "acquisition", {"my_number": "2112345678", "zip": "1000013", "addr": "北海道札幌市中央区北一条西1"}
            ),
            Example("dependants", {"spouse.zip": "1000014"}),
            Example("dependants", {"others[0].addr": "東京都港区赤坂1-1"}),
        ),
        passing=(
            Example("acquisition", {"my_number": "2112345678", "zip": "1000013", "addr": "千代田区霞ヶ関1-1"}),
            Example("dependants", {"spouse.addr": "東京都千代田区霞が関3-1"}),
        ),
    ),
)
