"""Postal code and address agreement against the real table, and office references."""

from __future__ import annotations

import threading

import pytest

from forms.values import address, office


@pytest.mark.parametrize(
    ("code", "written", "verdict"),
    [
        ("1000013", "東京都千代田区霞が関1-2-2", "agree"),
        ("1000013", "千代田区霞ヶ関1-2-2", "agree"),
        ("1000013", "東京都千代田区永田町1-2-2", "town_differs"),
        ("1000013", "東京都港区赤坂1-2-2", "city_differs"),
        ("1000013", "大阪府大阪市北区梅田1-2-2", "prefecture_differs"),
        ("1000013", "神奈川県横浜市中区1-2", "prefecture_differs"),
        ("9999999", "東京都千代田区霞が関1-2-2", "unknown_zip"),
        ("", "東京都千代田区", "undecided"),
        ("100001", "東京都千代田区", "undecided"),
        ("1000013", "", "undecided"),
        ("4980000", "三重県桑名郡木曽岬町1", "agree"),
        ("4980000", "三重県木曽岬町1", "agree"),
        ("4980000", "愛知県弥富市1", "agree"),
        ("6028368", "京都府京都市上京区上の下立売通天神道西入北町1", "agree"),
    ],
)
def test_agreement(code, written, verdict):
    assert address.agreement(code, address.normalise(written)) == verdict


def test_every_thread_may_ask():
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(address.places.__wrapped__("1000013")))
    thread.start()
    thread.join()
    assert found == [address.places("1000013")]
    assert address.places("1000013")[0].town_kana == "カスミガセキ"


@pytest.mark.parametrize(
    ("ref", "good"),
    [
        ("01-ケイト", True), ("01-ガイト", True), ("01-ガギグ", False), ("00-ケイト", False), ("99-ケイト", False),
        ("1-ケイト", False), ("01-", False), ("01-0000", False), ("01-A12", True), ("01-ケ12", False), ("", False),
    ],
)  # fmt: skip
def test_a_well_formed_reference(ref, good):
    assert office.parse(ref).well_formed is good


def test_the_sign_of_the_record():
    assert office.parse("01-ガイト").half == "ｶﾞｲﾄ"
    assert str(office.parse("01ｹｲﾄ")) == "01-ケイト"
