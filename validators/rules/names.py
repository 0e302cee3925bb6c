"""G6: names that the record can carry."""

from __future__ import annotations

from forms.model import Text
from forms.values import characters, kana
from validators.engine import Example, Hit, Lack, Rule, Said
from validators.rules.persons import Person, present
from validators.view import View

LIMIT = 25  # bytes of a name, kana and kanji (domain.md 3.3)
KINDS = ("acquisition", "dependants")


def names(view: View) -> Said:
    """G6 of every person of an entry."""
    people = list(present(view))
    for person in people:
        yield from _kana(person, view.get(person.key("name_kana")))
        yield from _kanji(person, view.get(person.key("name_kanji")))
    both = [p for p in people if view.get(p.key("name_kana")) and view.get(p.key("name_kanji"))]
    if both:
        yield Lack(
            "reading_dictionary",
            "氏名のフリガナと漢字の読みが合うかは自動では確認していません。目で見てください。",
            "Whether kana and kanji of the names agree is not judged by machine. See for yourself.",
            tuple(p.key(name) for p in both for name in ("name_kana", "name_kanji")),
        )


def _kana(person: Person, value: str) -> Said:
    key, who = person.key("name_kana"), person.who
    if not value:
        return
    foreign = kana.foreign(value)
    if foreign:
        yield Hit(
            (key,),
            f"{who.ja}のフリガナに使えない文字「{foreign}」があります。片仮名で読み直してください。",
            f'The kana name of {who.en} has "{foreign}", which is no katakana. Read it again.',
        )
    elif (length := kana.byte_length(value)) > LIMIT:
        yield Hit(
            (key,),
            f"{who.ja}のフリガナが{length}バイトあります。濁点も1と数えて{LIMIT}バイトまでです。"
            "略し方を確認してください。",
            f"The kana name of {who.en} has {length} bytes, sound "
            f"marks counted; {LIMIT} is the most. Agree on a shorter "
            "form.",
        )
    if "　" not in value:
        yield _one_word(key, who, "フリガナ", "kana name")


def _kanji(person: Person, value: str) -> Said:
    key, who = person.key("name_kanji"), person.who
    if not value:
        return
    reduced = characters.reduce(value)
    if reduced.left:
        yield Hit(
            (key,),
            f"{who.ja}の氏名の「{reduced.left}」は記録に使えない文字で、"
            "置き換える文字もありません。読み違いでないか確かめてください。",
            f'The name of {who.en} has "{reduced.left}", which the '
            "record can neither carry nor replace. Was it misread?",
        )
    elif (length := characters.byte_length(value)) > LIMIT:
        yield Hit(
            (key,),
            f"{who.ja}の氏名が{length}バイトあります。{LIMIT}バイト（全角12文字）までです。略し方を確認してください。",
            f"The name of {who.en} has {length} bytes; {LIMIT} (12 characters) is the most. Agree on a shorter form.",
        )
    elif reduced.used:
        pairs = "、".join(f"{a}→{b or '（字形指定を除く）'}" for a, b in reduced.used)
        yield Hit(
            (key,),
            f"{who.ja}の氏名は記録では置き換えた文字（{pairs}）になります。原本の文字はそのまま残ります。",
            f"In the record the name of {who.en} is written with counterparts ({pairs}); the original is kept.",
            "I",
        )
    if "　" not in value:
        yield _one_word(key, who, "氏名", "name")


def _one_word(key: str, who: Text, ja: str, en: str) -> Hit:
    return Hit(
        (key,),
        f"{who.ja}の{ja}に氏と名の区切りがありません。区切りの読み落としか、氏名が1語の人かを確かめてください。",
        f"The {en} of {who.en} has no space between family and given name. Was it missed, or has the person one name?",
        "W",
    )


RULES = (
    Rule(
        "G6",
        KINDS,
        "E",
        Text("氏名に氏と名の区切りがあり、記録の文字と長さに収まる", "Names are separated and fit the record"),
        "CHK; domain 3.3, 5.6",
        ("name_kana", "name_kanji"),
        names,
        lacks=("reading_dictionary",),
        breaking=(
            Example("acquisition", {"name_kana": "ヤマダタロウ"}),
            Example("acquisition", {"name_kana": "ヤマダ　太郎"}),
            Example("acquisition", {"name_kana": "ガギグゲゴガギグゲゴ　ガギグゲゴ"}),
            Example("acquisition", {"name_kanji": "山田太郎"}),
            Example("acquisition", {"name_kanji": "山田山田山田山田　太郎太郎太郎"}),
            Example("acquisition", {"name_kanji": "山😀　太郎"}),
            Example("acquisition", {"name_kanji": "髙﨑　太郎"}),
            Example("dependants", {"spouse.name_kana": "ハナコ"}),
            Example("dependants", {"others[1].name_kanji": "良子"}),
        ),
        passing=(
            Example("acquisition", {"name_kana": "ジャン　ポール・マリー"}),
            Example("acquisition", {"name_kanji": "渡邉　凜"}),
            Example("dependants", {"spouse.name_kanji": "山田　はな子"}),
        ),
    ),
)
