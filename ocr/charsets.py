"""Character sets that a field allows: the decoder may only say what the field can hold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from unicodedata import normalize

from forms.values.characters import FAMILIES

DIGITS = frozenset("0123456789")
_KATAKANA = frozenset(chr(c) for c in range(0x30A1, 0x30FB)) | frozenset("ー・")
_HIRAGANA = frozenset(chr(c) for c in range(0x3041, 0x3094)) | frozenset("ゝゞ")
_LATIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
# The many dashes are one, as in the values; ー is a letter of its own. Spaces are gaps, which the decoder knows.
_DASHES = frozenset("-ー")
_DASH_FORMS = frozenset("-－―‐−–—─")
# Variants that people have in their names although JIS X 0208 lacks them; the first two planes of CP932 hold most.
_VARIANTS = frozenset("髙﨑栁濵德瀨靑𠮷")


@cache
def kanji() -> frozenset[str]:
    """Kanji that CP932 can write (JIS levels 1 and 2 with the NEC and IBM extensions), and the name variants.

    It masks the Chinese forms (增, 宫, 爱) that the recogniser's dictionary also has.
    """
    found = set(_VARIANTS) | set("々〆ヶヵ")
    for lead in [*range(0x81, 0xA0), *range(0xE0, 0xFD)]:
        for trail in range(0x40, 0xFD):
            try:
                character = bytes((lead, trail)).decode("cp932")
            except UnicodeDecodeError:
                continue
            if "\u4e00" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff":
                found.add(character)
    return frozenset(found)


@cache
def charset(name: str) -> frozenset[str]:
    """The characters of the named set; KeyError if there is none.

    Names: digits, yen, kana, kanji, text, address, addr_kana, telephone, zip, office_ref, wareki.
    """
    return _SETS[name]()


_SETS = {
    "digits": lambda: DIGITS,
    "yen": lambda: DIGITS | frozenset(",，.円¥￥"),
    "kana": lambda: _KATAKANA | frozenset("，．"),
    "kanji": lambda: kanji() | _KATAKANA | _HIRAGANA | _LATIN | frozenset("・"),
    "text": lambda: kanji() | _KATAKANA | _HIRAGANA | _LATIN | DIGITS | _DASHES | frozenset("・、。，．,.()（）/:%&〒"),
    "address": lambda: kanji() | _KATAKANA | _HIRAGANA | _LATIN | DIGITS | _DASHES | frozenset("・（）()#"),
    "addr_kana": lambda: _KATAKANA | _LATIN | DIGITS | _DASHES | frozenset("・（）()"),
    "telephone": lambda: DIGITS | frozenset("-()（）"),
    "zip": lambda: DIGITS | frozenset("-〒"),
    "office_ref": lambda: DIGITS | _KATAKANA | _LATIN | frozenset("-"),
    "wareki": lambda: DIGITS | frozenset("年月日./-・明治大正昭和平成令元MTSHR"),
}


# Classes of the recogniser that are drawn like an allowed character: their probability counts for that one.
_TWINS = {
    "0": "Oo〇○", "1": "lIi|丨", "2": "Zz", "5": "Ss", "6": "b", "7": "フ", "8": "B", "9": "qg", "-": "ー一_",
    "ー": "一-丨|", "オ": "才", "エ": "工", "ロ": "口□", "カ": "力", "タ": "夕", "ト": "卜", "ニ": "二=", "ハ": "八",
    "ミ": "三", "チ": "千", "ム": "厶", "ヘ": "へ", "ベ": "べ", "ペ": "ぺ", "リ": "り", "ノ": "丿/", "メ": "乂×✕",
    "イ": "亻", "ヒ": "匕七と",
}  # fmt: skip
# Where only digits and their marks may stand: a 0 whose pen did not close it, or through which a rule ran, and a 4.
_TWINS_OF_NUMBERS = {"0": "CcDGQU∩", "4": "十", "1": "丿/\\|"}
_NUMBERS = frozenset({"digits", "yen", "telephone", "zip"})
# Forms that are written in China alone, each after the Japanese one: a recogniser that says 劳 has seen 労.
_CHINESE = """
徴徵 毎每 晩晚 閲閱 掻搔 倶俱 説說 鋭銳 痩瘦 掲揭 値值 撃擊 歳歲 戸戶 絶絕 啓啟 撹搅 桟栈 黄黃 麺麵 縁緣 歴歷 繋繫 姫姬
渉涉 涙淚 錬鍊 頬頰 単单 掴捆 嚢囊 暦曆 汚污 脱脫 郷鄉 査查 脚腳 繍繡 歩步 挙举 戻戾 穏稳 屡屢 捗埗 税稅 産產 虚虛 巣巢
桜桉 桜樱 彦彥 剥剝 呉吳 録錄 団团 焼烧 労劳 険险 亜亚 緑绿 辺边 東东 馬马 陽阳 陳陈 張张 楊杨 長长 門门 鳥鸟 島岛 橋桥
岡冈 業业 電电 記记 計计 設设 紀纪 純纯 結结 維维 網网 続续 細细 経经 織织 納纳 級级 線线 練练 緒绪 縄绳 鉄铁 銀银 鈴铃
錦锦 鎌镰 鋼钢 鏡镜 銭钱 録录 順顺 須须 額额 風风 飯饭 館馆 駅驿 駒驹 駿骏 騎骑 魚鱼 鮎鲇 鯉鲤 鳩鸠 鴨鸭 鶴鹤 鷹鹰 鶏鸡
麗丽 齢龄 竜龙 倉仓 勝胜 動动 園园 場场 売卖 実实 寧宁 審审 対对 専专 導导 師师 帯带 庫库 応应 愛爱 慶庆 斉齐 時时 書书
暁晓 暦历 構构 槍枪 標标 樹树 権权 気气 浅浅 浄净 済济 測测 満满 漁渔 潤润 滝泷 瀬濑 環环 発发 監监 県县 礎础 確确 積积
競竞 筆笔 節节 範范 築筑 簡简 紅红 約约 統统 給给 絡络 絹绢 継继 綱纲 綿绵 緊紧 縁缘 縦纵 縫缝 義义 習习 聖圣 職职 聡聪
脇胁 華华 蓮莲 薬药 蘭兰 衛卫 補补 製制 見见 規规 視视 親亲 覚觉 覧览 観观 訪访 詩诗 話话 誠诚 誌志 調调 論论 諏诹 謙谦
講讲 識识 議议 護护 讃赞 財财 貝贝 貞贞 負负 貢贡 買买 貴贵 賀贺 資资 賢贤 質质 購购 車车 軍军 転转 軽轻 輝辉 輪轮 輸输
農农 進进 運运 達达 遠远 選选 遺遗 郵邮 鄭郑 醸酿 針针 釣钓 鉱矿 銅铜 鋳铸 開开 間间 関关 閣阁 陣阵 陸陆 際际 雑杂 霊灵
韓韩 響响 頂顶 預预 飛飞 養养 駐驻 験验 鳴鸣 鵜鹈
"""
# A rare form of a family of variants (薰 of 薫, 曾 of 曽) must be so much surer than the common one to be said;
# those that people do have in their names, and that no engine says by mistake, are believed.
RARITY = 0.1
_BELIEVED = frozenset("髙﨑栁濵渕")


def twins(name: str, classes: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of an allowed character and a class that is drawn like it and not allowed: half-width and full-width
    forms, all kinds of dashes, and characters of the same shape."""
    allowed = charset(name)
    found = [(plain, c) for c in classes if c not in allowed and (plain := _plain(c)) in allowed]
    alike = [(c, t) for c, others in _TWINS.items() for t in others] + [(pair[0], pair[1]) for pair in _CHINESE.split()]
    if name in _NUMBERS:
        alike += [(c, t) for c, others in _TWINS_OF_NUMBERS.items() for t in others]
    return found + [(c, t) for c, t in alike if c in allowed and t not in allowed]


def _plain(character: str) -> str:
    folded = normalize("NFKC", character)
    return "-" if folded in _DASH_FORMS else folded


@cache
def rare() -> frozenset[str]:
    """Characters that are rarer forms of a common one."""
    return frozenset(c for family in FAMILIES for c in family[1:]) - _BELIEVED
