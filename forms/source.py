"""YAML read with the line of every key, and typed getters that say the file and line of what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from forms.errors import BadDefinition
from forms.model import Box, Text

_MISSING = object()


@dataclass(frozen=True, slots=True)
class Seq:
    """A YAML list with the line of each item."""

    items: tuple[object, ...]
    lines: tuple[int, ...]


class Section:
    """A YAML mapping whose keys must all be used: `done()` refuses the ones nobody asked for."""

    def __init__(self, file: str, line: int, values: dict[str, object], lines: dict[str, int]) -> None:
        self.file, self.line, self.values, self.lines = file, line, values, lines
        self._used: set[str] = set()

    def error(self, ja: str, en: str, key: str | None = None, item: int | None = None) -> BadDefinition:
        """The error in both languages at that key's line (or at its item's, or at the mapping's own)."""
        line = self.lines.get(key or "", self.line)
        listed = self.values.get(key or "")
        if item is not None and isinstance(listed, Seq):
            line = listed.lines[item]
        return BadDefinition(file=self.file, line=line, why_ja=ja, why_en=en)

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def keys(self) -> Iterator[str]:
        return iter(self.values)

    def get(self, key: str, default: object = _MISSING) -> object:
        """The raw value; without a default the key must be there."""
        self._used.add(key)
        if key in self.values:
            return self.values[key]
        if default is _MISSING:
            raise self.error(f"「{key}」がない", f"missing key '{key}'")
        return default

    def done(self) -> None:
        """Refuse keys that mean nothing."""
        for key in self.values:
            if key not in self._used:
                raise self.error(f"知らない名前「{key}」", f"unknown key '{key}'", key)

    def text(self, key: str, default: str | None = None) -> str:
        """A string that is not empty (an absent key gives the default)."""
        value = self.get(key, _MISSING if default is None else default)
        if not isinstance(value, str) or (key in self.values and not value.strip()):
            raise self.error(f"「{key}」は空でない文字列", f"'{key}' must be a text that is not empty", key)
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self.get(key, default)
        if not isinstance(value, bool):
            raise self.error(f"「{key}」は「true」か「false」", f"'{key}' must be true or false", key)
        return value

    def whole(self, key: str, default: int | None = None) -> int:
        value = self.get(key, _MISSING if default is None else default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(f"「{key}」は整数", f"'{key}' must be a whole number", key)
        return value

    def number(self, key: str, default: float | None = None) -> float:
        value = self.get(key, _MISSING if default is None else default)
        return self._number(value, key)

    def _number(self, value: object, key: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.error(f"「{key}」は数", f"'{key}' must be a number", key)
        return float(value)

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise self.error(
                f"「{key}」は「{'」「'.join(allowed)}」のどれか。「{value}」ではない",
                f"'{key}' must be one of {', '.join(allowed)}, not '{value}'",
                key,
            )
        return value

    def day(self, key: str, default: date | object | None = _MISSING) -> date | None:
        value = self.get(key, default)
        if value is None and default is None:
            return None
        if type(value) is not date:
            raise self.error(f"「{key}」は2026-04-01のような日付", f"'{key}' must be a date like 2026-04-01", key)
        return value

    def items(self, key: str, default: tuple[object, ...] | None = None) -> Seq:
        value = self.get(key, _MISSING if default is None else Seq(default, ()))
        if not isinstance(value, Seq):
            raise self.error(f"「{key}」は並び", f"'{key}' must be a list", key)
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        out: list[str] = []
        for item in self.items(key, default).items:
            if not isinstance(item, str):
                raise self.error(f"「{key}」は文字列の並び", f"'{key}' must be a list of texts", key)
            out.append(item)
        return tuple(out)

    def wholes(self, key: str, default: tuple[int, ...] | None = None) -> tuple[int, ...]:
        out: list[int] = []
        for item in self.items(key, default).items:
            if isinstance(item, bool) or not isinstance(item, int):
                raise self.error(f"「{key}」は整数の並び", f"'{key}' must be a list of whole numbers", key)
            out.append(item)
        return tuple(out)

    def numbers(self, key: str, count: int, default: tuple[float, ...] | None = None) -> tuple[float, ...]:
        values = self.items(key, default).items
        if len(values) != count:
            raise self.error(f"「{key}」は{count}個の数の並び", f"'{key}' must be a list of {count} numbers", key)
        return tuple(self._number(v, key) for v in values)

    def box(self, key: str) -> Box:
        """[x, y, width, height] in millimetres, both sides longer than nothing."""
        x, y, w, h = self.numbers(key, 4)
        if w <= 0 or h <= 0:
            raise self.error(f"「{key}」には幅と高さが必要", f"'{key}' must have a width and a height", key)
        return Box(x, y, w, h)

    def section(self, key: str) -> Section:
        value = self.get(key)
        if not isinstance(value, Section):
            raise self.error(f"「{key}」は名前と値の組", f"'{key}' must be a mapping", key)
        return value

    def sections(self, key: str, default: tuple[object, ...] | None = None) -> tuple[Section, ...]:
        out: list[Section] = []
        for item in self.items(key, default).items:
            if not isinstance(item, Section):
                raise self.error(f"「{key}」は名前と値の組の並び", f"'{key}' must be a list of mappings", key)
            out.append(item)
        return tuple(out)

    def both(self, key: str) -> Text:
        """A text in both languages: {ja: ..., en: ...}."""
        pair = self.section(key)
        text = Text(pair.text("ja"), pair.text("en"))
        pair.done()
        return text

    def named(self, key: str, make: Callable[[str, Section], None]) -> None:
        """Call `make` for each key of a mapping of mappings, in order."""
        inner = self.section(key)
        for name in inner.keys():  # noqa: SIM118 - a Section is no dict
            make(name, inner.section(name))


def read(path: Path) -> Section:
    """The file as a Section; YAML that cannot be parsed is a BadDefinition at its line."""
    name = "/".join(path.parts[-3:])
    loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        made = _make(name, node, loader) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise BadDefinition(
            file=name, line=mark.line + 1 if mark else 1, why_ja="YAMLとして読めない", why_en=error.problem or "no YAML"
        ) from error
    finally:
        loader.dispose()
    if not isinstance(made, Section):
        raise BadDefinition(file=name, line=1, why_ja="様式定義は名前と値の組", why_en="a form definition is a mapping")
    return made


def _make(file: str, node: yaml.Node, loader: yaml.SafeLoader) -> object:
    if isinstance(node, yaml.MappingNode):
        return _section(file, node, loader)
    if isinstance(node, yaml.SequenceNode):
        return Seq(
            tuple(_make(file, item, loader) for item in node.value),
            tuple(item.start_mark.line + 1 for item in node.value),
        )
    return loader.construct_object(node)


def _section(file: str, node: yaml.MappingNode, loader: yaml.SafeLoader) -> Section:
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in values:
            raise BadDefinition(
                file=file,
                line=line,
                why_ja=f"「{key}」が二度ある(最初は{lines[key]}行目)",
                why_en=f"key '{key}' stands twice (first on line {lines[key]})",
            )
        values[key] = _make(file, value_node, loader)
        lines[key] = line
    return Section(file, node.start_mark.line + 1, values, lines)
