"""Postal code, address and kana vote for a place; the house number and unknown towns stay as read."""

from __future__ import annotations

from forms.model import Form
from ocr.knowledge.addresses import Addresses
from ocr.knowledge.lexicon import Lexicon
from ocr.types import FieldReading
from tests.ocr.knowledge.conftest import Line, field_of, heard_line

ADDR, KANA, ZIP = "entries[0].addr", "entries[0].addr_kana", "entries[0].zip"


def judged(
    lexicon: Lexicon, form: Form, addr: Line, code: FieldReading | None = None, kana: Line | None = None
) -> dict[str, FieldReading]:
    heard = {ADDR: [heard_line(*addr)]} | ({KANA: [heard_line(*kana)]} if kana else {})
    fields = [field_of(name, lines[0].text) for name, lines in heard.items()] + ([code] if code else [])
    return {reading.id: reading for reading in Addresses(lexicon).judge(form, tuple(fields), heard)}


def test_the_code_chooses_the_town(lexicon: Lexicon, form: Form) -> None:
    line: Line = ("埼玉県秩父市板谷1765", {6: {"栃": 0.001}})
    found = judged(lexicon, form, line, field_of(ZIP, "3680002"))
    place = lexicon.at("3680002")[0]
    assert place.town == "栃谷"
    assert found[ADDR].value == "埼玉県秩父市栃谷1765"
    assert found[ADDR].uses[0].constraint == "postal tree" and found[ADDR].facts["known"] == 1.0


def test_an_address_is_put_right_without_a_code(lexicon: Lexicon, form: Form) -> None:
    line: Line = ("埼下県来松山市加美町170番地", {1: {"玉": 0.2}, 3: {"東": 0.2}})
    assert judged(lexicon, form, line)[ADDR].value == "埼玉県東松山市加美町170番地"


def test_the_kana_of_an_address_follow_its_kanji(lexicon: Lexicon, form: Form) -> None:
    kana: Line = ("サイタマケンチチブシトチャ1765", {12: {"ヤ": 0.02}})
    found = judged(lexicon, form, ("埼玉県秩父市栃谷1765", {}), None, kana)
    assert found[KANA].value == "サイタマケンチチブシトチヤ1765"


def test_a_lost_kana_is_found_where_the_kanji_are_as_the_tree_has_them(lexicon: Lexicon, form: Form) -> None:
    kana: Line = ("イタマケンチチブシトチヤ1765", {})
    address: Line = ("埼玉県秩父市栃谷1765", {})
    found = judged(lexicon, form, address, field_of(ZIP, "3680002"), kana)
    assert found[KANA].value == "サイタマケンチチブシトチヤ1765"
    assert found[KANA].uses[0].read == "イタマケンチチブシトチヤ1765"


def test_a_town_that_the_tree_has_not_stays(lexicon: Lexicon, form: Form) -> None:
    line: Line = ("埼玉県秩父市凪咲1765", {6: {"栃": 0.003}, 7: {"谷": 0.003}})
    found = judged(lexicon, form, line, field_of(ZIP, "3680002"))
    assert found[ADDR].value == "埼玉県秩父市凪咲1765"
    assert found[ADDR].facts["known"] == 0.0


def test_the_house_number_is_never_touched(lexicon: Lexicon, form: Form) -> None:
    line: Line = ("東京都千代田区丸の内7-13-2", {10: {"1": 0.4}})
    assert judged(lexicon, form, line, field_of(ZIP, "1000005"))[ADDR].value == "東京都千代田区丸の内7-13-2"


def test_a_doubtful_digit_of_the_code_is_chosen_by_the_address(lexicon: Lexicon, form: Form) -> None:
    code = field_of(ZIP, "1000006", {"1000006": 0.5, "1000005": 0.4})
    found = judged(lexicon, form, ("東京都千代田区丸の内1-1", {}), code)
    assert found[ZIP].value == "1000005" and found[ZIP].uses[0].read == "1000006"


def test_a_sure_code_stays_though_the_address_differs(lexicon: Lexicon, form: Form) -> None:
    """Filers do write another code; what was read clearly is reported as it stands."""
    code = field_of(ZIP, "5300001", {"5300001": 0.9999})
    assert judged(lexicon, form, ("東京都千代田区丸の内1-1", {}), code)[ZIP].value == "5300001"


def test_two_lines_are_one_address(lexicon: Lexicon, form: Form) -> None:
    heard = {ADDR: [heard_line("沖繩県沖繩市大里1-17-21", {1: {"縄": 0.2}, 4: {"縄": 0.2}}), heard_line("コーポ青葉")]}
    (found,) = Addresses(lexicon).judge(form, (field_of(ADDR, "沖繩県沖繩市大里1-17-21コーポ青葉"),), heard)
    assert found.value == "沖縄県沖縄市大里1-17-21コーポ青葉"
