"""Sheets full of cases, one a control: what stands on them, and what must be read."""

from __future__ import annotations

import numpy as np

from forms.model import Box
from tests.ocr.controls.pen import RED, Desk, number_of


def struck_combs() -> Desk:
    desk = Desk()
    at = "entries[0].my_number"
    desk.cells(at, "111122223333")
    desk.double(desk.filled(at, "111122223333"))
    desk.above(at, "123456789018")
    desk.expect(at, "123456789018", "a double line over a comb, broken at its rules", True)
    at = "entries[1].my_number"
    desk.cells(at, "111122223333")
    desk.level(desk.filled(at, "111122223333"), 0.45, 0.5)
    desk.above(at, "123456789018")
    desk.expect(at, "123456789018", "a single line, not quite level", True)
    at = "entries[2].my_number"
    desk.cells(at, "6309120742")
    desk.double(desk.filled(at, "6309120742"), 1.2, 0.3, 0.3)
    desk.expect(at, "", "struck out without a correction", True)
    at = "entries[3].my_number"
    desk.cells(at, "123456789019")
    desk.double(Box(*_cell(desk, at, 11)))
    desk.above(at, " " * 11 + "8")
    desk.expect(at, "123456789018", "one digit struck, its correction above it", True)
    for entry, wrong, right in ((0, "080402", "080401"), (1, " 8 4 2", " 8 4 1")):
        at = f"entries[{entry}].acq_date"
        desk.cells(at, wrong)
        desk.double(desk.filled(at, "000000"), 0.9)
        desk.above(at, right)
        desk.expect(at, "9080401", "a date, with the print between its pairs", True)
    for entry, wrong, right in ((0, "250000", "260000"), (1, "8", "9")):
        at = f"entries[{entry}].wage_total"
        desk.cells(at, wrong)
        desk.double(desk.filled(at, wrong))
        desk.above(at, right)
        desk.expect(at, right, "an amount, one digit of it all", True)
    at = "entries[2].wage_total"
    desk.cells(at, "777777")
    desk.expect(at, "777777", "level strokes of digits are no line")
    at = "entries[3].wage_total"
    desk.cells(at, "250000")
    desk.level(desk.filled(at, "250000"), 1.02)
    desk.expect(at, "250000", "an underline strikes nothing out")
    return desk


def _cell(desk: Desk, field: str, place: int) -> tuple[float, float, float, float]:
    cell = desk.field(field).parts[-1].cells[place]
    return cell.x + 0.2, cell.y, cell.w - 0.4, cell.h


def struck_words() -> Desk:
    desk = Desk()
    at = "entries[0].remarks_other"
    desk.free(at, "該当なし")
    desk.double(desk.span(at, "該当なし").grown(0.6))
    desk.expect(at, "", "a double line", True)
    at = "entries[1].remarks_other"
    desk.free(at, "該当なし")
    desk.level(desk.span(at, "該当なし").grown(0.6), 0.5, 0.2, 0.1)
    desk.expect(at, "", "a single line", True)
    at = "entries[2].remarks_other"
    desk.free(at, "該当なし")
    desk.wave(desk.span(at, "該当なし").grown(0.6))
    desk.expect(at, "", "a wavy line", True)
    at = "entries[3].remarks_other"
    desk.free(at, "該当なし")
    desk.cross(desk.span(at, "該当なし").grown(0.4))
    desk.expect(at, "", "a cross over the whole", True)
    at = "entries[0].addr_reason_other"
    desk.free(at, "なし")
    desk.scribble(desk.span(at, "なし").grown(0.3), 0.42)
    desk.expect(at, "", "a scribble over the whole", True)
    at = "entries[1].addr_reason_other"
    desk.free(at, "短期")
    desk.double(desk.span(at, "短期").grown(0.4))
    box = desk.span(at, "短期")
    desk.text("居所", box.right + 3, box.centre[1], 3.2, "lm")
    desk.expect(at, "居所", "the correction beside the struck value", True)
    at = "entries[2].addr_reason_other"
    desk.free(at, "三重県書王")
    desk.expect(at, "三重県書王", "many level strokes, nothing struck")
    at = "entries[3].addr"
    desk.free(at, "千代田区丸の内1丁目")
    desk.level(desk.span(at, "千代田区丸の内1丁目").grown(0.3), 1.0)
    desk.expect(at, "千代田区丸の内1丁目", "an underline strikes nothing out")
    at = "entries[0].name_kanji"
    desk.free(at, "渡部", 0)
    desk.free(at, "花子", 1)
    desk.double(desk.span(at, "渡部", 0).grown(0.6))
    desk.instead(at, "渡辺 花子")
    desk.expect(at, "渡辺\u3000花子", "only 氏 struck, the whole name above it", True)
    at = "entries[1].name_kanji"
    desk.free(at, "渡部", 0)
    desk.free(at, "花子", 1)
    desk.double(desk.span(at, "渡部", 0).grown(0.6))
    desk.instead(at, "渡辺")
    desk.expect(at, "渡辺\u3000花子", "only 氏 struck and corrected", True)
    at = "entries[2].name_kanji"
    desk.free(at, "岡", 0)
    desk.free(at, "稔", 1)
    for part, word in enumerate(("岡", "稔")):
        desk.double(desk.span(at, word, part).grown(0.8), 0.9)
    desk.instead(at, "佐藤 進")
    desk.expect(at, "佐藤\u3000進", "names of one character struck", True)
    at = "entries[3].name_kanji"
    desk.free(at, "王", 0)
    desk.free(at, "圭三", 1)
    desk.expect(at, "王\u3000圭三", "names whose own strokes are level")
    at = "header.tel"
    desk.free(at, "03-1234-5678")
    desk.level(desk.span(at, "03-1234-5678").grown(0.5), 0.5)
    desk.instead(at, "03-1234-5679", size=2.2)
    desk.expect(at, "03-1234-5679", "a single line along hyphens", True)
    at = "header.name"
    desk.free(at, "株式会社試験商店")
    desk.double(desk.span(at, "株式会社試験商店").grown(0.6))
    desk.instead(at, "株式会社確認商会", size=2.2)
    place = desk.field(at).correction_box
    assert place is not None
    desk.stamp(place.x + 12, place.centre[1] + 1.5, 3.2, RED)
    desk.expect(at, "株式会社確認商会", "a correction under its seal (訂正印)", True)
    return desk


def circles() -> Desk:
    desk = Desk()
    kind = "entries[{}].kind"
    for entry, code in ((0, "1"), (1, "2")):
        box = desk.choice(kind.format(entry), code)
        desk.loop(number_of(box) if entry else box, 0.2, 0.35, 0.6, 0.15)
        desk.expect(kind.format(entry), code, "a ring by hand, not closed, round the whole or the number alone")
    desk.check(desk.choice(kind.format(2), "3"))
    desk.expect(kind.format(2), "3", "a check mark over a code")
    for code in ("1", "2"):
        desk.loop(number_of(desk.choice(kind.format(3), code)))
    desk.expect(kind.format(3), None, "two rings where one is allowed: a conflict, not a guess")
    acq = "entries[{}].acq_type"
    box = number_of(desk.choice(acq.format(0), "1"))
    desk.scribble(Box(box.x, box.y + 0.4, min(box.w, 4.0), box.h - 0.8), 0.45)
    desk.expect(acq.format(0), "1", "a code scribbled over")
    codes = [choice.code for choice in desk.field(acq.format(1)).choices]
    first, second = (desk.choice(acq.format(1), code) for code in codes[:2])
    desk.loop(number_of(first))
    desk.double(number_of(first).grown(0.6), 0.9)
    desk.loop(number_of(second))
    desk.expect(acq.format(1), codes[1], "a struck ring beside another: the unstruck one counts")
    one, two = desk.choice(acq.format(2), codes[0]), desk.choice(acq.format(2), codes[1])
    border = (max(one.x, two.x) + min(one.right, two.right)) / 2
    if max(one.x, two.x) < min(one.right, two.right):  # one above the other
        desk.loop(Box(border - 3, max(one.y, two.y) - 2.4, 6.0, 4.8))
    else:
        desk.loop(Box(border - 3, one.y, 6.0, one.h))
    desk.expect(acq.format(2), None, "a ring between two codes")
    box = number_of(desk.choice(acq.format(3), codes[0]))
    desk.stroke([(box.x + 0.3, box.bottom - 0.1), (box.right - 0.3, box.bottom - 0.2)], 0.4)
    desk.expect(acq.format(3), codes[0], "an underlined code")
    remarks = "entries[{}].remarks"
    for code in ("2", "4"):
        desk.loop(number_of(desk.choice(remarks.format(0), code)))
    desk.expect(remarks.format(0), "2,4", "two rings where several are allowed")
    for entry, place in ((0, 0), (1, 1), (2, -1)):
        at = f"entries[{entry}].birth"
        code = desk.field(at).choices[place].code
        desk.loop(desk.choice(at, code), 0.3, 0.5)
        desk.cells(at, "080401")
        desk.expect(at, f"{code}080401", "the ring of an era reaches its neighbours and the first cell")
    for entry, way in enumerate(("tick", "cross", "fill")):
        at = f"entries[{entry}].cert_needed"
        box = desk.choice(at, "1")
        if way == "tick":
            desk.check(box, 1.3)
        elif way == "cross":
            desk.cross(box.grown(-0.8))
        else:
            desk.scribble(box.grown(-0.7), 0.5)
        desk.expect(at, "1", f"a box with a {way} in it")
    desk.expect("entries[3].cert_needed", "", "a box without a tick")
    return desk


def combs() -> Desk:
    desk = Desk()
    at = "entries[0].my_number"
    desk.cells(at, "6309120742")
    desk.expect(at, "6309120742", "ten digits, left-aligned: a basic pension number")
    at = "entries[1].my_number"
    desk.cells(at, "123456789018")
    desk.expect(at, "123456789018", "twelve: My Number")
    at = "entries[2].my_number"
    for cell, digit in zip(desk.field(at).parts[-1].cells, "123456789018", strict=True):
        desk.text(digit, cell.centre[0] + 0.9, cell.centre[1], cell.h * 0.8)
    desk.expect(at, "123456789018", "digits that touch the rules")
    at = "entries[3].my_number"
    for n, (cell, digit) in enumerate(zip(desk.field(at).parts[-1].cells, "123456789018", strict=True)):
        desk.text(digit, cell.centre[0], cell.centre[1] + (1.0 if n % 2 else -1.0), cell.h * 0.9)
    desk.expect(at, "123456789018", "digits that cross the rules above and below")
    at = "entries[0].wage_cash"
    desk.cells(at, "1234567")
    desk.expect(at, "1234567", "an amount in all cells")
    at = "entries[1].wage_cash"
    desk.cells(at, "250000")
    for place in (2,):
        cell = desk.field(at).parts[-1].cells[-1 - place]
        desk.stroke([(cell.x + 0.15, cell.bottom - 0.9), (cell.x - 0.25, cell.bottom - 0.1)], 0.3)
    desk.expect(at, "250000", "a thousands' comma on the rule between cells")
    at = "entries[2].wage_cash"
    for n, cell in enumerate(desk.field(at).parts[-1].cells):
        desk.stroke([(cell.x + 1 + 0.3 * n, cell.y + 2), (cell.x + 1.2 + 0.3 * n, cell.y + 2.2)], 0.2)
    desk.expect(at, "", "specks in empty cells")
    at = "entries[3].wage_cash"
    desk.cells(at, "0")
    desk.expect(at, "0", "a zero is a value")
    at = "entries[0].insured_no"
    desk.cells(at, "007")
    desk.expect(at, "007", "leading zeros")
    at = "entries[1].wage_kind"
    box = desk.field(at).parts[-1].box
    desk.text("12,000円", box.right - 1, box.centre[1], 4.2, "rm")
    desk.expect(at, "12000", "an amount written across its cells: right, or nothing")
    return desk


def free_writing() -> Desk:
    desk = Desk()
    at = "header.owner"
    desk.free(at, "渡辺花子")
    box = desk.field(at).parts[0].box
    desk.stamp(box.x + 14, box.centre[1], 5.2, RED)
    desk.expect(at, "渡辺花子", "a red seal over the writing")
    at = "entries[0].wage_total"
    desk.cells(at, "250000")
    desk.double(desk.filled(at, "250000"))
    desk.above(at, "265000")
    desk.expect(at, "265000", "a printed value changed by hand", True)
    return desk


def scrawls(seed: int = 3) -> Desk:
    """Strokes of no meaning in and across the boxes."""
    desk = Desk()
    dice = np.random.default_rng(seed)
    for item in desk.form.captured():
        if not item.id.startswith(("entries[0]", "entries[2]")):
            continue
        box = item.box
        for _ in range(5):
            x, y = dice.uniform(box.x, box.right), dice.uniform(box.y, box.bottom)
            steps = dice.normal(0, 1.3, (6, 2)).cumsum(axis=0)
            desk.stroke([(x + float(a), y + float(b)) for a, b in steps], 0.3)
    return desk
