"""Invented employers with references, numbers, owners, addresses and telephones."""

from __future__ import annotations

from dataclasses import dataclass

from api.synth.chance import Chance
from api.synth.names import UNSEEN_SHARE, draw_name, surname, unseen
from api.synth.places import Address, gazetteer, landline
from api.synth.splits import Split

# Signs without voiced kana: each is one byte in half width, four fit the cells (domain.md 1.1).
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
_SIGNS, _SIGN_STEP = len(_KANA) ** 3, 30_011
_WORDS = """製作所 工務店 商店 建設 運輸 印刷 電機 食品 設計事務所 不動産 産業 物流 システム 精密 自動車 薬局
クリーニング 鉄工所 酒造 水産 観光 警備保障 電工 塗装 造園 樹脂工業"""
_TRADES = tuple(_WORDS.split())
_CORPORATE = (("株式会社{}", 5), ("{}株式会社", 4), ("有限会社{}", 2), ("合同会社{}", 1))
_BODIES = (
    ("医療法人{}会", 2),
    ("社会福祉法人{}会", 2),
    ("学校法人{}学園", 1),
    ("一般社団法人{}協会", 0.5),
    ("税理士法人{}事務所", 0.7),
)


@dataclass(frozen=True, slots=True)
class SynthOffice:
    """An employer who does not exist. `ref` normalised (01-ケイト), `no` five digits."""

    number: int
    ref: str
    no: str
    name: str
    owner: str
    address: Address
    tel: str
    attorney: str  # 社会保険労務士, "" if the office files itself

    @property
    def pref_code(self) -> str:
        return self.address.prefecture.code


def office(seed: str, number: int, split: Split | None = None) -> SynthOffice:
    """The office of that number; its reference and number are given to no other office of the seed."""
    chance = Chance(seed, "office", number, split=split)
    address = gazetteer().draw(chance.under("address"), building_share=0.35)
    owner = draw_name(chance.under("owner"), "1" if chance.happens(0.75) else "2", foreign_share=0.0)
    attorney = draw_name(chance.under("attorney"), chance.choice("12"), foreign_share=0.0)
    return SynthOffice(
        number,
        _ref(seed, number, chance),
        f"{(Chance(seed, 'office_no').randrange(99_999) + number * 38_197) % 99_999 + 1:05d}",
        _name(chance),
        owner.kanji,
        address,
        landline(chance, address.prefecture),
        f"社会保険労務士　{attorney.kanji}" if chance.happens(0.25) else "",
    )


def _ref(seed: str, number: int, chance: Chance) -> str:
    place = (Chance(seed, "office_ref").randrange(_SIGNS) + number * _SIGN_STEP) % _SIGNS
    first, rest = divmod(place, len(_KANA) ** 2)
    sign = _KANA[first] + _KANA[rest // len(_KANA)] + _KANA[rest % len(_KANA)]
    if chance.happens(0.15):
        sign += chance.choice(_KANA)
    return f"{chance.randint(1, 98):02d}-{sign}"


def _name(chance: Chance) -> str:
    invented = unseen(chance, "unseen_offices.csv", UNSEEN_SHARE)
    if invented:
        return chance.pick(_CORPORATE).format(invented[0])
    if chance.happens(0.15):
        return chance.pick(_BODIES).format(surname(chance)[0])
    return chance.pick(_CORPORATE).format(surname(chance)[0] + chance.choice(_TRADES))
