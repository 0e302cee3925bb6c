"""The normal forms of contracts.md, and that normalising twice is normalising once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.values import TYPES, equal, normalise

# The characters that readers and people really produce, so that the search finds their combinations.
HARD = (
    "0123456789_-ー－―‐−─.．/,，、 \u3000\n年月日元昭和平成令大正明SHRTM￥¥円万〒ｶﾞﾊﾟﾞ゛ガあいっヴゟ髙﨑栁濵𠮷①㈱神＿（）"
    "()e¨\u3099\u200bがー１２Ａz✓レ丁目"
)

EXAMPLES = [
    ("wareki", "8 4 1", None),  # no era
    ("wareki", "9 8 4 1", "9080401"),
    ("wareki", "9_8_4_1", "9080401"),
    ("wareki", "5-210527", "5210527"),
    ("wareki", "5210527", "5210527"),
    ("wareki", "S21.5.27", "5210527"),
    ("wareki", "昭和２１年５月２７日", "5210527"),
    ("wareki", "昭和 21年 5月 27日", "5210527"),
    ("wareki", "昭21・5・27", "5210527"),
    ("wareki", "昭和元年12月25日", "5011225"),
    ("wareki", "令和8年4月1日", "9080401"),
    ("wareki", "R8/4/1", "9080401"),
    ("wareki", "1946-05-27", "5210527"),
    ("wareki", "20260401", "9080401"),
    ("wareki", "2200-01-01", None),
    ("wareki", "9", None),
    ("wareki", "9______", None),
    ("wareki", "9 8 4", None),
    ("wareki", "9____01", None),
    ("wareki", "_______", ""),
    ("wareki", "  ", ""),
    ("wareki", "9080231", "9080231"),
    ("digits", "0012", "0012"),
    ("digits", "１２３４ ５６７８", "12345678"),
    ("digits", "12_4____", "12_4"),
    ("digits", "____12", "12"),
    ("digits", "____", ""),
    ("digits", "12a", None),
    ("digits", "1234-567890", "1234567890"),
    ("yen", "¥300,000円", "300000"),
    ("yen", "３００，０００", "300000"),
    ("yen", "0", "0"),
    ("yen", "000", "0"),
    ("yen", "0300000", "300000"),
    ("yen", "30万", "300000"),
    ("yen", "130万円", "1300000"),
    ("yen", "__12000", "12000"),
    ("yen", "1_2000", None),
    ("yen", "-5", None),
    ("yen", "", ""),
    ("choice", "3,1", "1,3"),
    ("choice", "1 3", "1,3"),
    ("choice", "10,9", "9,10"),
    ("choice", "01", "01"),
    ("choice", "✓", "1"),
    ("choice", "x", None),
    ("choice", "3,3", "3"),
    ("kana", "ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ　タロウ"),
    ("kana", "やまだ  たろう", "ヤマダ　タロウ"),
    ("kana", " オ-ノ　コ゛ウ ", "オーノ　ゴウ"),
    ("kana", "ﾊﾟｳﾛ", "パウロ"),
    ("kanji", "髙﨑 栁濵", "髙﨑　栁濵"),
    ("kanji", "髙﨑　　栁濵 ", "髙﨑　栁濵"),
    ("kanji", "SMITH ｼﾞｮﾝ", "ＳＭＩＴＨ　ジョン"),
    ("kanji", "神", "神"),
    ("address", "東京都 千代田区霞が関１ー２－２", "東京都千代田区霞が関1-2-2"),
    ("address", "センター町1―2−３ー４", "センター町1-2-3-4"),
    ("text", "パート　勤務", "パート勤務"),
    ("addr_kana", "ﾁﾖﾀﾞｸ ｶｽﾐｶﾞｾｷ 1-2", "チヨダクカスミガセキ1-2"),
    ("zip", "〒100-0013", "1000013"),
    ("zip", "１００ー００１３", "1000013"),
    ("zip", "10-13", "1013"),
    ("telephone", "03(1234)5678", "03-1234-5678"),
    ("telephone", "03 1234 5678", "03-1234-5678"),
    ("telephone", "０３－１２３４－５６７８", "03-1234-5678"),
    ("telephone", "なし", None),
    ("office_ref", "01ｹｲﾄ", "01-ケイト"),
    ("office_ref", "０１－けいと", "01-ケイト"),
    ("office_ref", "01-ケイト", "01-ケイト"),
    ("office_ref", "01ーケイト", "01-ケイト"),
    ("office_ref", "21 abc", "21-ABC"),
    ("office_ref", "01-", "01-"),
    ("office_ref", "__-____", ""),
    ("office_ref", "千代田―アイウ", "千代田-アイウ"),
]


@pytest.mark.parametrize(("type_", "raw", "value"), EXAMPLES)
def test_the_normal_form(type_, raw, value):
    assert normalise(type_, raw) == value


@pytest.mark.parametrize("type_", TYPES)
def test_blank_is_blank_and_unreadable_stays_unreadable(type_):
    assert normalise(type_, "") == ""
    assert normalise(type_, " \u3000\n") == ""
    assert normalise(type_, None) is None
    assert not equal(type_, None, None)
    assert equal(type_, "", " ")


@pytest.mark.parametrize("type_", TYPES)
@settings(max_examples=300, deadline=None)
@given(raw=st.one_of(st.text(alphabet=HARD, max_size=14), st.text(max_size=8)))
def test_normalising_twice_is_normalising_once(type_, raw):
    once = normalise(type_, raw)
    if once is not None:
        assert normalise(type_, once) == once
        assert equal(type_, raw, once)


def test_a_telephone_is_its_digits():
    assert equal("telephone", "0312345678", "03-1234-5678")
    assert not equal("telephone", "0312345679", "03-1234-5678")


def test_a_variant_is_not_the_character():
    assert not equal("kanji", "髙崎　一", "高崎　一")
