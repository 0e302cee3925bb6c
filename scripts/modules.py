"""Fails if a module is longer than the cap, or if another installed distribution owns one of our top-level names."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

CAP = 500
NAMES = {"intake", "ocr", "validators", "storage", "api", "approval", "forms"}


def too_long() -> list[str]:
    """The tracked Python modules over the cap, with their lengths."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"], check=True, capture_output=True, text=True
    )
    paths = [Path(name) for name in listed.stdout.split() if "migrations/versions" not in name]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths if path.exists()}
    return [f"{path}: {length} lines, the cap is {CAP}" for path, length in lengths.items() if length > CAP]


def foreign_owners() -> list[str]:
    """Distributions other than ours that install one of our names (PyPI has a `validators` and an `intake`)."""
    found = []
    for distribution in metadata.distributions():
        owner = distribution.metadata["Name"]
        if owner == "todoke":
            continue
        tops = {file.parts[0] for file in distribution.files or [] if file.parts}
        found += [f"{owner} installs `{name}/`, which is ours: uninstall it" for name in sorted(tops & NAMES)]
    return found


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    problems = too_long() + foreign_owners()
    sys.stderr.write("".join(f"{problem}\n" for problem in problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
