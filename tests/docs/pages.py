"""The documents as tests see them: files, links, code blocks and the `todoke` commands in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^[ \t]*```(\w*)\n(.*?)^[ \t]*```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_INLINE = re.compile(r"`(todoke [^`\n]+)`")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def documents() -> list[Path]:
    """Every Markdown page of ours."""
    return [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")), ROOT / "forms/kinds/README.md"]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def links(text: str) -> list[str]:
    """Targets of links and pictures outside code."""
    return _LINK.findall(_FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """The fragments that headings make, as forges make them."""
    found = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def shell(text: str) -> Iterator[str]:
    """The lines of shell blocks, continued lines joined."""
    for language, block in _FENCE.findall(text):
        if language in {"sh", "ini"}:
            yield from (line.strip() for line in block.replace("\\\n", " ").splitlines())


def commands(text: str) -> Iterator[list[str]]:
    """The arguments of every `todoke ...` in a shell block, without the name: lines that a person is to run."""
    for line in shell(text):
        words = shlex.split(re.split(r" [<>|] ", line.removeprefix("ExecStart="))[0], comments=True)
        at = next((n for n, word in enumerate(words) if word == "todoke" or word.endswith("/bin/todoke")), None)
        if at is not None:
            yield words[at + 1 :]
        elif words[:3] == ["docker", "compose", "run"] and "web" in words:
            yield words[words.index("web") + 1 :]


def mentions(text: str) -> Iterator[list[str]]:
    """The words after `todoke` wherever running text names a command."""
    for span in _INLINE.findall(_FENCE.sub("", text)):
        words = span.split()[1:]
        if words[0] not in {"COMMAND", "..."}:
            yield words
