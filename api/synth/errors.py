"""What can stop a synthesis."""

from __future__ import annotations

from typing import ClassVar

from storage.errors import TodokeError


class NoFace(TodokeError):
    """No installed face can write a character."""

    code: ClassVar[str] = "synth_no_face"
    status: ClassVar[int] = 500
    ja: ClassVar[str] = "文字「{character}」を書ける書体がありません。"
    en: ClassVar[str] = "No installed font can write '{character}'."
    remedy_ja: ClassVar[str] = "日本語フォント(「fonts-noto-cjk」「fonts-klee」など)を入れてください。"
    remedy_en: ClassVar[str] = "Install Japanese fonts (fonts-noto-cjk, fonts-klee)."


class RealStore(TodokeError):
    """The store is no training store and holds persons or batches already."""

    code: ClassVar[str] = "synth_real_store"
    status: ClassVar[int] = 409
    ja: ClassVar[str] = "この保管庫は研修用ではなく、既にデータがあります。架空の人は登録できません。"
    en: ClassVar[str] = "This store is not a training store and holds data: invented persons have no place in it."
    remedy_ja: ClassVar[str] = "`make run`の研修用の導入か、空のデータベースを使ってください。"
    remedy_en: ClassVar[str] = "Use a training installation (`make run`) or an empty database."


class WorldKnown(TodokeError):
    """The register already holds the offices of this world."""

    code: ClassVar[str] = "synth_world_known"
    status: ClassVar[int] = 409
    ja: ClassVar[str] = "この合成データ(事業所 {office})は既に登録されています。"
    en: ClassVar[str] = "The register already holds this synthetic world (office {office})."
    remedy_ja: ClassVar[str] = "別の「--seed」を使うか、空のデータベースに登録してください。"
    remedy_en: ClassVar[str] = "Use another --seed, or an empty database."


class CannotFill(TodokeError):
    """A kind that nobody taught the generator to fill."""

    code: ClassVar[str] = "synth_kind"
    status: ClassVar[int] = 422
    ja: ClassVar[str] = "様式「{kind}」の記入例は作れません。"
    en: ClassVar[str] = "Sheets of the kind '{kind}' cannot be synthesised."
    remedy_ja: ClassVar[str] = "作れる様式: {known}。"
    remedy_en: ClassVar[str] = "Kinds that can be: {known}."
