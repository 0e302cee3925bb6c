"""What people write first and strike out: a value that is nearly right, or one that does not belong there at all."""

from __future__ import annotations

from api.synth.chance import Chance
from api.synth.fonts import Style
from api.synth.names import draw_name
from api.synth.places import gazetteer
from forms.model import Field

CORRECTED = {"hand": 0.012, "print": 0.004}  # share of written fields that were struck out and corrected
EMPTIED = {"hand": 0.006, "print": 0.001}  # share of empty text and number fields that were struck out
_ONE_WRITING_PART = {"digits", "yen", "zip", "telephone", "address", "addr_kana", "text", "kana", "kanji", "wareki"}


def slip(chance: Chance, each: Field, text: str, style: Style) -> str | None:
    """The value that was written by mistake and struck out, None (nearly always) if nothing was.

    A correction needs its place (`correction_box`); an empty field may be struck out wherever it is written in.
    """
    if each.type not in _ONE_WRITING_PART:
        return None
    if text:
        if each.correction_box is None or not chance.happens(CORRECTED[style]):
            return None
        return wrong_value(chance, each, text)
    if each.type == "wareki" or each.key.startswith(("abroad", "death")) or not chance.happens(EMPTIED[style]):
        return None
    return _out_of_place(chance, each)


def wrong_value(chance: Chance, each: Field, text: str) -> str | None:
    """A slip of the pen for a value, None if there is no good one."""
    if each.type == "wareki":
        day = int(text[5:7])
        return text[:5] + f"{day - 1 if day > 1 else day + 1:02d}"
    if each.type in {"kana", "kanji"}:
        other = draw_name(chance, chance.choice("12"), foreign_share=0.0)
        return other.kana if each.type == "kana" else other.kanji
    digits = [place for place, character in enumerate(text) if character.isdigit()]
    if not digits:
        return None
    place = chance.choice(digits)
    changed = str((int(text[place]) + chance.randint(1, 9)) % 10)
    if place == 0 and changed == "0":
        changed = "1" if text[0] != "1" else "2"
    return text[:place] + changed + text[place + 1 :]


def _out_of_place(chance: Chance, each: Field) -> str | None:
    """What somebody wrote into a field that is to stay empty."""
    if each.type == "zip":
        return f"{chance.randint(0, 9_999_999):07d}"
    if each.type == "address":
        return gazetteer().draw(chance, building_share=0.0).text
    if each.type == "addr_kana":
        return gazetteer().draw(chance, building_share=0.0).kana
    if each.type == "yen":
        return str(chance.randint(1, 40) * 1000)
    if each.type == "text":
        return chance.choice(("なし", "該当なし", "同上"))
    return None
