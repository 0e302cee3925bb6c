from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.homoglyphs import settle


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("伊藤クリ-ニング", "伊藤クリーニング"), ("コ一ポ山田", "コーポ山田"), ("左京区ー乗寺", "左京区一乗寺"),
        ("丸の内1ー2ー3", "丸の内1-2-3"), ("ハ王子市", "八王子市"), ("エ藤", "工藤"), ("二ッ橋町", "二ッ橋町"),
        ("あベのハルカス", "あべのハルカス"), ("千葉", "千葉"), ("三ツ星", "三ツ星"),
    ],
)  # fmt: skip
def test_neighbours_decide(seen: str, meant: str) -> None:
    assert settle(seen) == meant


@given(st.text(alphabet="ーー一-口ロ工エ力カ山田アイ12あ", max_size=12))
def test_length_and_everything_else_stay(text: str) -> None:
    assert len(settle(text)) == len(text)
    assert all(a == b for a, b in zip(text, settle(text), strict=True) if a in "山田アイ12あ")
