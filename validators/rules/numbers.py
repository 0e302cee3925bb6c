"""G7, G8: the numbers of persons, and the address that goes with a basic pension number."""

from __future__ import annotations

from collections import Counter

from forms.model import Text
from forms.values import numbers
from validators.engine import Example, Hit, Rule, Said
from validators.rules.persons import INSURED, OTHERS, Person, dependants, present
from validators.view import View

KINDS = ("acquisition", "dependants")
_ADDRESS = ("zip", "addr_kana", "addr")


def person_numbers(view: View) -> Said:
    """G7 of every person. A blank box of 2200 is A2's; messages quote no number."""
    people = list(present(view))
    for person in people:
        yield from _number(view, person)
    held = Counter(value for p in people if (value := view.get(p.key("my_number"))))
    for value in (v for v, times in held.items() if times > 1):
        same = [p for p in people if view.get(p.key("my_number")) == value]
        yield Hit(
            tuple(p.key("my_number") for p in same),
            f"{'と'.join(p.who.ja for p in same)}に同じ番号が書かれています。どちらの番号か届出人に確認してください。",
            f"{' and '.join(p.who.en for p in same)} have the same number. Ask the filer whose it is.",
        )


def _number(view: View, person: Person) -> Said:
    key, who = person.key("my_number"), person.who
    value = view.get(key)
    kind = numbers.combined(value)
    if kind == "blank":
        if view.kind == "dependants":
            yield _missing(person)
    elif kind == "other":
        yield Hit(
            (key,),
            f"{who.ja}の番号が{len(value.replace('_', ''))}桁です。"
            "個人番号は12桁、基礎年金番号は10桁です。用紙で数え直してください。",
            f"The number of {who.en} has {len(value.replace('_', ''))} "
            "digits; a My Number has 12, a pension number 10. Count "
            "again.",
        )
    elif kind == "bpn":
        if person in OTHERS:
            yield Hit(
                (key,),
                f"{who.ja}の番号が10桁です。この欄は個人番号（12桁）だけです。届出人に確認してください。",
                f"The number of {who.en} has 10 digits; this box takes a My Number of 12 only. Ask the filer.",
            )
        elif not numbers.is_bpn(value):
            yield Hit(
                (key,),
                f"{who.ja}の基礎年金番号の課所符号または一連番号が全部0です。用紙を見直してください。",
                f"A part of the pension number of {who.en} is all zero. See the sheet.",
            )
    elif not numbers.is_my_number(value):
        yield Hit(
            (key,),
            f"{who.ja}の個人番号の検査用数字が合いません。1桁の読み違いか書き違いです。用紙で1桁ずつ確かめてください。",
            f"The check digit of the My Number of {who.en} is wrong: "
            "a digit was misread or miswritten. See each digit "
            "on the sheet.",
        )
    elif numbers.doubtful_my_number(value):
        yield Hit(
            (key,),
            f"{who.ja}の個人番号は形は合いますが、実在しそうにない番号です。用紙と届出人に確認してください。",
            f"The My Number of {who.en} is well formed and yet hardly anybody's. See the sheet and ask the filer.",
            "W",
        )


def _missing(person: Person) -> Hit:
    key, who = person.key("my_number"), person.who
    if person in OTHERS:
        return Hit(
            (key,),
            f"{who.ja}の個人番号が空白です。出生直後などで番号がないのか、届出人に確認してください。",
            f"The My Number of {who.en} is blank. Ask the filer whether there is none yet (newborn).",
            "W",
        )
    return Hit(
        (key,),
        f"{who.ja}の個人番号も基礎年金番号もありません。どちらか一方が必要です。届出人に確認してください。",
        f"There is neither a My Number nor a pension number for {who.en}. One is needed. Ask the filer.",
    )


def addresses(view: View) -> Said:
    """G8: with a My Number no address, with a pension number an address; dependants always with theirs."""
    if view.kind == "acquisition":
        yield from _instead_of_address(view, "", ("2200-29", "2200-30", "2200-31", "2200-32"))
        return
    yield from _instead_of_address(view, "insured", ("2202-18", "2202-19", "2202-20"))
    if numbers.combined(view.get(INSURED.key("my_number"))) == "bpn":
        yield from _required_address(view, INSURED, "基礎年金番号を書いたとき", "With a pension number")
    for person in dependants(view):
        if person in OTHERS and view.get("insured.change_type") == "3":
            continue  # 変更 needs the address of other dependants only if it is what changes (domain.md 2.3 C)
        yield from _required_address(view, person, "被扶養者は同居でも", "For a dependant, even living together,")


def _instead_of_address(view: View, block: str, items: tuple[str, ...]) -> Said:
    person = Person(block, Text("本人", "the person"))
    filled = [person.key(name) for name in _ADDRESS if view.get(person.key(name))]
    if filled and numbers.combined(view.get(person.key("my_number"))) == "my_number":
        yield Hit(
            (*filled, person.key("my_number")),
            "個人番号が書かれているので、住所欄は空白でなければなりません。"
            "番号の読み違いでなければ、住所は記録に入れません。",
            "A My Number is written, so the address must be blank."
            " Unless the number was misread, the address is left "
            "out.",
            also=items,
        )


def _required_address(view: View, person: Person, ja: str, en: str) -> Said:
    blank = [person.key(name) for name in ("zip", "addr") if not view.get(person.key(name))]
    if blank:
        yield Hit(
            tuple(blank),
            f"{person.who.ja}の郵便番号・住所が空白です。{ja}必要です。届出人に確認してください。",
            f"Postal code or address of {person.who.en} is blank. {en} it is needed. Ask the filer.",
        )


RULES = (
    Rule(
        "G7",
        KINDS,
        "E",
        Text(
            "個人番号は12桁で検査用数字が合い、基礎年金番号は10桁で0だけの部分がない",
            "My Number and pension number are well formed",
        ),
        "CHK; 総務省令第85号 第5条",
        ("my_number",),
        person_numbers,
        breaking=(
            Example("acquisition", {"my_number": "123456789012"}),
            Example("acquisition", {"my_number": "12345678901"}),
            Example("acquisition", {"my_number": "1234_6789018"}),
            Example("acquisition", {"my_number": "0000123456"}),
            Example("acquisition", {"my_number": "2112000000"}),
            Example("acquisition", {"my_number": "000000000000"}),
            Example("dependants", {"insured.my_number": ""}),
            Example("dependants", {"spouse.my_number": "621498320258"}),
            Example("dependants", {"spouse.my_number": ""}),
            Example("dependants", {"others[0].my_number": "2112345678"}),
            Example("dependants", {"others[1].my_number": "123456789018"}),
            Example("dependants", {"others[0].my_number": ""}),
        ),
        passing=(
            Example("acquisition", {"my_number": "2112345678"}),
            Example("acquisition", {"my_number": "621498320257"}),
            Example("acquisition", {"my_number": ""}),
            Example("dependants", {"spouse.my_number": "2112345678"}),
        ),
    ),
    Rule(
        "G8",
        KINDS,
        "E",
        Text("個人番号を書いたら住所は空白、書かないなら住所が必要", "An address only without My Number"),
        "CHK; HEN-S",
        ("my_number", "zip", "addr_kana", "addr"),
        addresses,
        breaking=(
            Example("acquisition", {"zip": "1000013", "addr_kana": "チヨダク", "addr": "東京都千代田区霞が関1-2"}),
            Example("dependants", {"insured.addr": "東京都千代田区霞が関1-2"}),
            Example("dependants", {"insured.my_number": "2112345678"}),
            Example("dependants", {"spouse.addr": ""}),
            Example("dependants", {"others[0].zip": ""}),
        ),
        passing=(
            Example(
                "acquisition",
                {"my_number": "2112345678", "zip": "1000013", "addr_kana": "チヨダク", "addr": "東京都千代田区霞が関1"},
            ),
            Example(
                "dependants",
                {"insured.my_number": "2112345678", "insured.zip": "1000013", "insured.addr": "東京都千代田区霞が関1"},
            ),
            Example("dependants", {"insured.change_type": "3", "others[0].addr": "", "others[0].zip": ""}),
        ),
    ),
)
