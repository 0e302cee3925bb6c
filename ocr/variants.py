"""Forms of one character between which the recogniser leans to one side, and by how much: measured, then put right.

The recogniser learned from Chinese as much as from Japanese. Beside the form that people write today it often says the
old one (綠 for 緑, 惠 for 恵), or the small kana for the large; of 髙 it hardly knows, but what little it then says it
never says of 高. Each lean below is the log of the odds between the two readings at which the writer is as likely to
have meant either, with the usual form far more frequent where there is an old one.

What stands behind them is uneven. The kana, 髙, 栁 and the old forms most often confused were measured on lines drawn
by the faces and stroke writers of the training split, about 15 lines a truth, 32 to 64 for a few. The other old forms,
some 225, share one value (-7), which was set from some 20 of them. A few are by judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# The usual form and the old one, of which the recogniser says the old where the usual stands.
_OLD = """
亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 隠隱 栄榮 営營 駅驛 円圓 塩鹽 縁緣 応應 欧歐 殴毆 奥奧 横橫 温溫 穏穩 仮假 価價
画畫 会會 壊壞 懐懷 絵繪 拡擴 殻殼 覚覺 学學 楽樂 勧勸 巻卷 歓歡 観觀 関關 陥陷 顔顏 気氣 帰歸 亀龜 偽僞 戯戲 犠犧
旧舊 拠據 挙擧 峡峽 挟挾 狭狹 区區 駆驅 薫薰 径徑 経經 継繼 茎莖 蛍螢 軽輕 鶏鷄 倹儉 剣劍 圏圈 検檢 権權 献獻 県縣
険險 顕顯 験驗 厳嚴 効效 恒恆 鉱鑛 号號 済濟 砕碎 剤劑 雑雜 参參 惨慘 桟棧 蚕蠶 賛贊 残殘 歯齒 児兒 辞辭 湿濕 写寫
釈釋 収收 従從 渋澁 獣獸 縦縱 粛肅 処處 叙敍 叙敘 奨奬 奨獎 将將 焼燒 称稱 証證 乗乘 剰剩 壌壤 嬢孃 浄淨 畳疊 穣穰
譲讓 醸釀 嘱囑 触觸 寝寢 尽盡 図圖 粋粹 酔醉 随隨 髄髓 数數 枢樞 声聲 静靜 摂攝 専專 戦戰 浅淺 潜潛 繊纖 践踐 銭錢
禅禪 双雙 壮壯 捜搜 挿插 争爭 総總 装裝 騒騷 臓臟 属屬 続續 堕墮 体體 対對 帯帶 滞滯 台臺 択擇 単單 担擔 胆膽 団團
弾彈 断斷 痴癡 遅遲 昼晝 鋳鑄 庁廳 聴聽 逓遞 転轉 点點 伝傳 党黨 当當 闘鬪 独獨 読讀 届屆 縄繩 弐貳 悩惱 脳腦 覇霸
廃廢 拝拜 売賣 麦麥 発發 髪髮 抜拔 蛮蠻 並竝 変變 舗舖 宝寶 没沒 満滿 黙默 訳譯 薬藥 予豫 誉譽 揺搖 様樣 謡謠 頼賴
乱亂 覧覽 両兩 猟獵 緑綠 塁壘 励勵 霊靈 齢齡 恋戀 炉爐 労勞 楼樓 湾灣 盗盜 艶艷 讃讚 衛衞 徴徵 説說 鋭銳
黒黑 増增 寛寬 悦悅 教敎 清淸 緒緖 郎郞 郷鄕 青靑 瓶甁 間閒 羨羡 桑桒 昂昻 来來 国國 与與 余餘 歩步 虫蟲 糸絲 岡网 麹麴
"""
_LEAN_OLD = -7.0
# Old forms that people do have in their names, so that they are held back less.
_NAMES = {
    "恵惠": -5.0,
    "穂穗": -4.0,
    "徳德": -3.5,
    "瀬瀨": -1.5,
    "豊豐": -4.5,
    "森淼": -4.0,
    "葉莱": -2.5,
    "万萬": -2.0,
}
_KANA = {
    "ケヶ": -3.0, "カヵ": -3.0, "ヤャ": -2.5, "イィ": -3.5, "エェ": -2.3, "ヨョ": -0.7, "ユュ": -1.2, "ツッ": -1.0,
    "アァ": -1.5, "オォ": -2.0, "ワヮ": -2.0, "ツヅ": 2.0, "ブプ": -1.0,
    "つっ": -1.0, "ゆゅ": -1.2, "よょ": -0.7, "やゃ": -2.5,
}  # fmt: skip
# Said by the recogniser so seldom that what little it says tells: of 64 高 none had log odds over -5.6, of 32 髙 half.
_HARDLY_KNOWN = {"高髙": 5.0, "柳栁": 10.5}
_IN_NUMBERS = {"3了": -4.0}  # where both may stand: 了 is in hardly any address, a brush's 3 in many
_SEEN = 1e-4  # an old or rare form with less at every step changes nothing


def leans() -> dict[tuple[str, str], float]:
    """Pairs of a usual and another form, and what is to be added to the log odds of the other."""
    old = dict.fromkeys(_OLD.split(), _LEAN_OLD)
    return {(pair[0], pair[1]): lean for pair, lean in (old | _NAMES | _KANA | _HARDLY_KNOWN | _IN_NUMBERS).items()}


@dataclass(frozen=True, slots=True)
class Leans:
    """The pairs of a decoder's classes: places of the `usual` and the `other` form, and the `odds` by which the other
    is to be multiplied."""

    usual: NDArray[np.intp]
    other: NDArray[np.intp]
    odds: NDArray[np.float32]

    def put_right(self, seen: NDArray[np.float32]) -> None:
        """Share anew, in place, what each step (steps x classes) gives to the two forms; their sum stays."""
        if not len(self.usual):
            return
        stronger = seen[:, self.other].max(axis=0) * np.maximum(self.odds, 1.0)
        for n in np.flatnonzero(stronger > _SEEN).tolist():
            usual, other = seen[:, self.usual[n]], seen[:, self.other[n]]
            both, leant = usual + other, other * self.odds[n]
            share = leant / np.maximum(usual + leant, np.float32(1e-30))
            seen[:, self.other[n]], seen[:, self.usual[n]] = both * share, both * (1 - share)


def leans_of(classes: Sequence[str]) -> Leans:
    """The pairs both of whose forms are among a decoder's classes."""
    place = {c: n for n, c in enumerate(classes)}
    found = [(place[a], place[b], lean) for (a, b), lean in leans().items() if a in place and b in place]
    return Leans(
        np.array([a for a, _, _ in found], dtype=np.intp),
        np.array([b for _, b, _ in found], dtype=np.intp),
        np.exp(np.array([lean for _, _, lean in found], dtype=np.float32)),
    )
