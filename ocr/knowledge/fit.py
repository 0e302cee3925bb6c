"""Where a known string ends in what was read: edit distance to the best beginning of it."""

from __future__ import annotations


def beginning(known: str, read: str) -> tuple[int, int]:
    """Edits that turn the best beginning of `read` into `known`, and where that beginning ends.

    Of ends that need as few edits, the one nearest the length of `known`.
    """
    if read.startswith(known):
        return 0, len(known)
    row = list(range(len(read) + 1))
    for i, wanted in enumerate(known, start=1):
        before, row = row, [i]
        for j, character in enumerate(read, start=1):
            row.append(min(before[j - 1] + (wanted != character), before[j] + 1, row[j - 1] + 1))
    end = min(range(len(row)), key=lambda j: (row[j], abs(j - len(known))))
    return row[end], end
