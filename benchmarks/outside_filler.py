"""A second filler of forms that knows only `todoke forms blank` and `todoke forms geometry`.

It draws with another library (Chromium's SVG), with fonts that nothing else here uses, from values of its own, and
wears the sheets down with its own few lines of OpenCV. A reader that only reads its own generator shows here.

    python -m benchmarks.outside_filler KIND --count 20 --seed 1 --out DIR

writes NAME.jpg and NAME.json (todoke.truth/1), ready for `python -m benchmarks.read_accuracy --truth DIR`.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
from playwright.sync_api import sync_playwright

# The product's own generator never draws with these (Debian fonts-ipamj-mincho, fonts-motoya-l-*, fonts-umeplus).
FONTS = ("IPAmjMincho", "MotoyaLCedar", "MotoyaLMaru", "UmePlus Gothic")
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
SCALE = 8  # pixels a millimetre: 203 dpi

SURNAMES = {
    "足立": "アダチ", "芦田": "アシダ", "磯村": "イソムラ", "榎本": "エノモト", "大串": "オオグシ",
    "梶原": "カジワラ", "北条": "ホウジョウ", "桑名": "クワナ", "小峰": "コミネ", "榊": "サカキ",
    "塩見": "シオミ", "須藤": "スドウ", "瀬尾": "セオ", "曽我": "ソガ", "滝沢": "タキザワ", "千葉": "チバ",
    "手塚": "テヅカ", "富永": "トミナガ", "名取": "ナトリ", "根岸": "ネギシ", "野々村": "ノノムラ",
    "羽田": "ハネダ", "福原": "フクハラ", "堀江": "ホリエ", "真鍋": "マナベ", "宮下": "ミヤシタ",
    "武藤": "ムトウ", "八木": "ヤギ", "湯浅": "ユアサ", "渡部": "ワタベ",
}  # fmt: skip
GIVEN = {
    "明里": "アカリ", "勇": "イサム", "悦子": "エツコ", "和也": "カズヤ", "希美": "ノゾミ",
    "邦夫": "クニオ", "早苗": "サナエ", "慎吾": "シンゴ", "澄江": "スミエ", "貴史": "タカシ",
    "千秋": "チアキ", "哲平": "テッペイ", "直樹": "ナオキ", "典子": "ノリコ", "春香": "ハルカ",
    "秀明": "ヒデアキ", "文雄": "フミオ", "誠": "マコト", "美穂": "ミホ", "康弘": "ヤスヒロ",
    "裕子": "ユウコ", "玲奈": "レナ",
}  # fmt: skip
PLACES = (
    ("0600042", "北海道札幌市中央区大通西", "ホッカイドウサッポロシチュウオウクオオドオリニシ"),
    ("9800811", "宮城県仙台市青葉区一番町", "ミヤギケンセンダイシアオバクイチバンチョウ"),
    ("1010051", "東京都千代田区神田神保町", "トウキョウトチヨダクカンダジンボウチョウ"),
    ("4600008", "愛知県名古屋市中区栄", "アイチケンナゴヤシナカクサカエ"),
    ("6008216", "京都府京都市下京区東塩小路町", "キョウトフキョウトシシモギョウクヒガシシオコウジチョウ"),
    ("7300011", "広島県広島市中区基町", "ヒロシマケンヒロシマシナカクモトマチ"),
    ("8100001", "福岡県福岡市中央区天神", "フクオカケンフクオカシチュウオウクテンジン"),
)
WORDS = ("在宅勤務", "パート契約", "試用期間中", "出向元より転籍", "契約社員", "留学のため", "翌月より同居")


@dataclass
class Drawing:
    """SVG pieces in millimetres and what they say."""

    dice: random.Random
    font: str
    weight: int
    ink: str
    pieces: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def text(self, words: str, x: float, y: float, size: float, anchor: str = "middle") -> None:
        """`words` with its middle height at y; jittered as a person or a badly set printer does."""
        x += self.dice.uniform(-0.25, 0.25)
        y += self.dice.uniform(-0.25, 0.25) + size * 0.36
        self.pieces.append(
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}" text-anchor="{anchor}">{escape(words)}</text>'
        )

    def oval(self, box: list[float]) -> None:
        """A ring drawn round a printed code."""
        x, y, w, h = box
        cx, cy = x + w / 2 + self.dice.uniform(-0.3, 0.3), y + h / 2 + self.dice.uniform(-0.2, 0.2)
        rx = w / 2 * self.dice.uniform(0.8, 1.0)
        ry = h / 2 * self.dice.uniform(0.85, 1.1)
        turn = self.dice.uniform(-8, 8)
        self.pieces.append(
            f'<ellipse cx="{cx:.2f}" cy="{cy:.2f}" rx="{rx:.2f}" ry="{ry:.2f}" fill="none" stroke="{self.ink}" '
            f'stroke-width="{self.dice.uniform(0.3, 0.5):.2f}" transform="rotate({turn:.1f} {cx:.2f} {cy:.2f})"/>'
        )

    def tick(self, box: list[float]) -> None:
        """A check mark, a little larger than its box."""
        x, y, w, h = box
        self.pieces.append(
            f'<path d="M{x + w * 0.1:.2f} {y + h * 0.5:.2f} L{x + w * 0.4:.2f} {y + h * 0.9:.2f} '
            f'L{x + w * 1.05:.2f} {y - h * 0.1:.2f}" fill="none" stroke="{self.ink}" stroke-width="0.5"/>'
        )


def geometry(kind: str) -> dict[str, Any]:
    """What `todoke forms geometry KIND --json` says."""
    command = [sys.executable, "-m", "api.cli", "forms", "geometry", kind, "--json"]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def blank_png(kind: str, directory: Path) -> bytes:
    """The blank form as a PNG of 8 pixels a millimetre."""
    target = directory / "blank.pdf"
    command = [sys.executable, "-m", "api.cli", "forms", "blank", kind, "--out", str(target)]
    subprocess.run(command, check=True, capture_output=True)
    document = pypdfium2.PdfDocument(target)
    picture = document[0].render(scale=SCALE * 25.4 / 72).to_numpy()
    document.close()
    data = cv2.imencode(".png", picture)[1]
    return bytes(data.tobytes())


def value_for(dice: random.Random, item: dict[str, Any], person: dict[str, str]) -> str:  # noqa: PLR0911 - one return a type
    """A plausible value for a field; choices and dates of any code the form offers."""
    key, kind = item["id"].rsplit(".", 1)[-1], item["type"]
    if key in person:
        return person[key]
    choices = [choice["code"] for part in item["parts"] for choice in part["choices"] or []]
    if kind == "wareki":
        era = item["preprinted"] or dice.choice(choices)
        last = {"1": 45, "3": 14, "5": 63, "7": 30, "9": 8}[era]
        return f"{era}{dice.randint(1, last):02}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"
    if kind == "choice":
        if item["multiple"]:
            return ",".join(sorted(dice.sample(choices, dice.randint(1, min(2, len(choices)))), key=choices.index))
        return dice.choice(choices)
    if kind == "yen":
        return str(dice.randint(10, 480) * 1000 + dice.choice((0, 0, 500, 380)))
    if kind in {"kana", "kanji"}:
        return person["name_kana" if kind == "kana" else "name_kanji"]
    if kind == "office_ref":
        return f"{dice.randint(1, 60):02}-" + "".join(dice.sample("アイウカキクケサシタトナハマヤ", dice.randint(2, 4)))
    if kind == "telephone":
        return f"0{dice.randint(3, 9)}-{dice.randint(2000, 9999)}-{dice.randint(1000, 9999)}"
    if kind == "digits":
        cells = sum(len(part["cells"] or []) for part in item["parts"]) or 4
        length = dice.choice((10, 12)) if key == "my_number" else dice.randint(min(3, cells), min(cells, 6))
        return "".join(str(dice.randint(0, 9)) for _ in range(length))
    return dice.choice(WORDS)


def person_of(dice: random.Random) -> dict[str, str]:
    """Name and place of one person or office, by field key."""
    surname, given = dice.choice(list(SURNAMES)), dice.choice(list(GIVEN))
    code, place, place_kana = dice.choice(PLACES)
    house = f"{dice.randint(1, 6)}-{dice.randint(1, 29)}-{dice.randint(1, 14)}"
    kanji = f"{surname}\u3000{given}"
    return {
        "name_kanji": kanji, "name_kana": f"{SURNAMES[surname]}\u3000{GIVEN[given]}", "owner": kanji, "sr_name": kanji,
        "zip": code, "addr": place + house, "addr_kana": place_kana + house,
        "name": dice.choice(("株式会社", "有限会社", "合同会社")) + surname + dice.choice(("商店", "製作所", "工業")),
    }  # fmt: skip


def draw(drawing: Drawing, item: dict[str, Any], value: str) -> None:
    """Write one value into its parts, with one control a part."""
    kind, rest = item["type"], value
    drawing.values[item["id"]] = value
    if kind == "wareki":
        era, rest = value[0], value[1:]
    if kind in {"kana", "kanji"}:
        pieces = value.split("\u3000")
    elif kind in {"office_ref", "telephone"}:
        pieces = value.split("-")
    else:
        pieces = []
    writable = [part for part in item["parts"] if part["control"] in {"comb", "number", "free"}]
    for part in item["parts"]:
        if part["control"] in {"circle", "check"}:
            wanted = {era} if kind == "wareki" else set(value.split(","))
            for choice in part["choices"]:
                if choice["code"] in wanted:
                    (drawing.tick if part["control"] == "check" else drawing.oval)(choice["box"])
            continue
        if part not in writable:
            continue
        if len(pieces) == len(writable):
            words = pieces[writable.index(part)]
        else:
            room = len(part["cells"]) if part["cells"] else len(rest)
            words, rest = rest[:room], rest[room:]
        write(drawing, part, words)


def write(drawing: Drawing, part: dict[str, Any], words: str) -> None:
    """One run of characters into cells, or as a line into a free box."""
    x, y, w, h = part["box"]
    if part["cells"]:
        cells = part["cells"][-len(words) :] if part["align"] == "right" else part["cells"]
        for character, (cx, cy, cw, ch) in zip(words, cells, strict=False):
            size = min(ch * 0.8, cw * 1.1) * drawing.dice.uniform(0.85, 1.0)
            drawing.text(character, cx + cw / 2, cy + ch / 2, size)
        return
    width = sum(0.55 if character.isascii() else 1.0 for character in words)
    size = min(h * 0.7, (w - 1.5) / max(width, 1), 4.4)
    if part["align"] == "right":
        drawing.text(words, x + w - 1, y + h / 2, size, "end")
    else:
        drawing.text(words, x + 1, y + h / 2, size, "start")


def filled(dice: random.Random, form: dict[str, Any]) -> Drawing:
    """One sheet: the header, the first person, perhaps a second; a quarter of the optional fields left blank."""
    ink = dice.choice(("#111", "#1b2a6b", "#222"))
    drawing = Drawing(dice, dice.choice(FONTS), dice.choice((400, 400, 700)), ink)
    office, people = person_of(dice), {}
    blocks = sorted({item["id"].rsplit(".", 1)[0] for item in form["fields"]} - {"header"})
    used = {block for index, block in enumerate(blocks) if index == 0 or dice.random() < 0.5}
    for item in form["fields"]:
        if not item["capture"]:
            continue
        block = item["id"].rsplit(".", 1)[0]
        person = office if block == "header" else people.setdefault(block, person_of(dice))
        if (block != "header" and block not in used) or dice.random() < 0.25:
            drawing.values[item["id"]] = ""
            continue
        draw(drawing, item, value_for(dice, item, person))
    return drawing


def svg(drawing: Drawing, background: bytes) -> str:
    """The page of the sheet."""
    data = base64.b64encode(background).decode()
    body = "".join(drawing.pieces)
    return (
        "<body style='margin:0'><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 210 297' "
        f"width='{210 * SCALE}' height='{297 * SCALE}' font-family='{drawing.font}' font-weight='{drawing.weight}' "
        f"fill='{drawing.ink}'><image width='210' height='297' href='data:image/png;base64,{data}'/>{body}</svg>"
    )


def worn(picture: np.ndarray, dice: random.Random) -> np.ndarray:
    """As an office scanner gives it: a little turned, shifted, blurred, noisy and grey."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), dice.uniform(-2, 2), dice.uniform(0.985, 1.01))
    turn[:, 2] += [dice.uniform(-12, 12), dice.uniform(-12, 12)]
    picture = cv2.warpAffine(picture, turn, (width, height), borderValue=(250, 250, 250))
    picture = cv2.GaussianBlur(picture, (0, 0), dice.uniform(0.4, 0.8))
    noise = np.random.default_rng(dice.randint(0, 2**31)).normal(0, dice.uniform(1, 5), picture.shape)
    picture = np.clip(picture * dice.uniform(0.92, 1.0) + noise, 0, 255).astype(np.uint8)
    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if dice.random() < 0.5 else picture


def truth(drawing: Drawing, form: dict[str, Any]) -> dict[str, Any]:
    """todoke.truth/1."""
    page = {"page": 1, "sheet": 1, "status": "form", "turned": 0, "kind": form["kind"], "version": form["version"]}
    fields = {"fields": drawing.values, "struck": []}
    return {
        "schema": "todoke.truth/1",
        "style": "print",
        "degrade": "outside",
        "pages": [{**page, **fields}],
        "breaks": [],
    }


def fill(kind: str, count: int, seed: int, out: Path) -> list[Path]:
    """Write `count` sheets and their truth; returns the pictures."""
    out.mkdir(parents=True, exist_ok=True)
    form = geometry(kind)
    made = []
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        background = blank_png(kind, Path(scratch))
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        tab = browser.new_page(viewport={"width": 210 * SCALE, "height": 297 * SCALE})
        for number in range(count):
            dice = random.Random(f"{kind}/{seed}/{number}")
            drawing = filled(dice, form)
            tab.set_content(svg(drawing, background))
            picture = cv2.imdecode(np.frombuffer(tab.screenshot(), np.uint8), cv2.IMREAD_COLOR)
            path = out / f"{kind}-{number:04}.jpg"
            cv2.imwrite(str(path), worn(picture, dice), [cv2.IMWRITE_JPEG_QUALITY, dice.randint(70, 92)])
            said = json.dumps(truth(drawing, form), ensure_ascii=False, indent=1)
            path.with_suffix(".json").write_text(said, encoding="utf-8")
            made.append(path)
        browser.close()
    return made


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    for path in fill(options.kind, options.count, options.seed, options.out):
        print(path)


if __name__ == "__main__":
    main()
