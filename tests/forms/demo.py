"""A small valid definition that the tests break in one place at a time."""

from __future__ import annotations

from pathlib import Path

from forms.loader import load
from forms.model import Form

DEMO = """\
kind: demo
code: "9999"
csv_code: "9999700"
version: v-1
title: {ja: 試験届, en: Trial}
valid: {from: 2025-01-01}
priority: 100
service_days: {efiling: 1, media: 2, paper: 4}
retention: qualification-150
route: [review, approve]
page: {size: [210, 297]}
defaults: {cell: [5, 6], gap: 1, choice_print: 6}
code_box: [174, 8, 21, 21]
marks:
  a: {shape: ring, box: [7.5, 7.5, 5, 5]}
blocks:
  - id: header
    role: header
    label: {ja: 提出者, en: Office}
    box: [10, 40, 190, 20]
    fields:
      name:
        label: {ja: 名称, en: Name}
        type: text
        box: [0, 0, 90, 10]
        caption: {left: 14}
        parts:
          - {free: [16, 3, 70, 6]}
  - id: "entries[{n}]"
    role: self
    repeat: {count: 2, pitch: [0, 40]}
    label: {ja: "人{m}", en: "Person {m}"}
    box: [10, 70, 190, 40]
    fields:
      birth:
        label: {ja: 生年月日, en: Date of birth}
        type: wareki
        eras: ["5", "7"]
        box: [0, 0, 70, 20]
        caption: {left: 10}
        parts:
          - {circle: {"5": 昭和, "7": 平成}, name: era, at: [12, 1], size: [14, 6], flow: down}
          - {comb: 2-2-2, name: ymd, at: [30, 8]}
      kind:
        label: {ja: 種別, en: Kind}
        type: choice
        csv_item: [7, 8]
        box: [80, 0, 60, 20]
        caption: {top: 3}
        parts:
          - {circle: {"1": 男, "2": 女}, at: [2, 6], size: [14, 6]}
"""


def write(folder: Path, text: str = DEMO, version: str = "v-1") -> Path:
    """The definition as a file where the loader expects it."""
    path = folder / "demo" / f"{version}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def demo(folder: Path) -> Form:
    """The valid definition, loaded."""
    return load(write(folder))


def line_of(text: str, words: str) -> int:
    """The 1-based line on which the words stand first."""
    return text[: text.index(words)].count("\n") + 1
