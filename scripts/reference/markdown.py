"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: object) -> str:
    """A text that stands in one cell."""
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace(">", "&gt;").strip()


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with its head; cells are text, not Markdown, except what is already in backquotes."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell(item) for item in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def code(words: Iterable[object]) -> str:
    """Each in backquotes, apart."""
    return " ".join(f"`{word}`" for word in words)
