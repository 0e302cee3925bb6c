"""Sheets as offices really send them, the hard ways included."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from api.synth import fax, photo, scan
from api.synth.chance import Chance
from tests.corpus.case import Case, accept, write
from tests.corpus.sheets import bilevel, picture, pixels, saved

FORM = ("form", 0)
_ORIENTATION = 0x0112
_DPI = (200, 200)
_TIFFCP = {
    "tiled": ["-t"],
    "bigtiff": ["-8"],
    "lsb-first": ["-f", "lsb2msb"],
    "big-endian": ["-B"],
    "group3": ["-c", "g3:2d"],
    "packbits": ["-c", "packbits"],
    "one-row-strips": ["-r", "1"],
}


def scans(directory: Path) -> list[Case]:
    """Upside down, sideways, two to a page, photographed, faxed, mislabelled, of a version that nobody knows."""
    sheet = picture()
    jpeg = saved(sheet, "JPEG", quality=85, dpi=_DPI)
    png = saved(sheet, "PNG", dpi=_DPI)
    upside_down = sheet.rotate(180)
    both = Image.fromarray(np.hstack([pixels(), pixels("dependants")]))
    stacked = Image.fromarray(np.vstack([pixels(), pixels("dependants")]))
    unknown = Image.fromarray(pixels(version="todoke-99"))
    cases = [
        accept(directory, "sheet.jpg", jpeg, sheets=[FORM]),
        accept(directory, "sheet.png", png, sheets=[FORM]),
        accept(directory, "upside-down.png", saved(upside_down, "PNG", dpi=_DPI), sheets=[("form", 180)]),
        accept(
            directory, "sideways.jpg", saved(sheet.rotate(90, expand=True), "JPEG", dpi=_DPI), sheets=[("form", 90)]
        ),
        accept(directory, "two-forms-beside.jpg", saved(both, "JPEG", dpi=_DPI), sheets=[FORM, FORM]),
        accept(directory, "two-forms-below.png", saved(stacked, "PNG", dpi=_DPI), sheets=[FORM, FORM]),
        accept(directory, "unknown-version.png", saved(unknown, "PNG", dpi=_DPI)),
        accept(
            directory, "blank.png", saved(Image.new("L", (1654, 2339), 250), "PNG", dpi=_DPI), sheets=[("blank", 0)]
        ),
        accept(directory, "png-named-pdf.pdf", png, sheets=[FORM]),
        accept(directory, "jpeg-named-tif.tif", jpeg, sheets=[FORM]),
        accept(directory, "pdf-named-jpg.jpg", saved(sheet, "PDF", resolution=200), sheets=[FORM]),
        accept(directory, "no-suffix", png, sheets=[FORM]),
        accept(directory, "届書 100%(写し)\n#1;rm -rf ~.png", png, sheets=[FORM]),
        accept(directory, "-v.pdf", saved(sheet, "PDF", resolution=200), sheets=[FORM]),
        accept(directory, "あ" * 80 + ".png", png, sheets=[FORM]),
    ]
    return cases + _oriented(directory) + _devices(directory) + _several(directory)


def _oriented(directory: Path) -> list[Case]:
    """Pictures that a tag turns: what is stored lies on its side, what is seen stands upright."""
    cases = []
    stored = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    for tag, turn in stored.items():
        turned = picture().transpose(turn)
        exif = Image.Exif()
        exif[_ORIENTATION] = tag
        cases.append(accept(directory, f"exif-{tag}.jpg", saved(turned, "JPEG", exif=exif, dpi=_DPI), sheets=[FORM]))
        tiff = saved(turned, "TIFF", compression="tiff_lzw", tiffinfo={274: tag}, dpi=_DPI)
        cases.append(accept(directory, f"exif-{tag}.tif", tiff, sheets=[FORM]))
    return cases


def _devices(directory: Path) -> list[Case]:
    """A photograph at an angle and a fax of 100 lines an inch."""
    shot = photo.photo(pixels(dpi=240).copy(), 240, Chance("corpus", "photo", 4))
    cases = [accept(directory, "photo.jpg", saved(Image.fromarray(shot.pixels), "JPEG", quality=80))]
    for lines, name in ((98.0, "standard"), (196.0, "fine")):
        number = next(n for n in range(200) if _fax(n).dpi[1] == lines and _fax(n).turned == 0)
        page = _fax(number)
        image = Image.fromarray(page.pixels).convert("1")
        data = saved(image, "TIFF", compression="group4", dpi=page.dpi)
        cases.append(accept(directory, f"fax-{name}.tif", data))
    coarse = picture(dpi=100).convert("1", dither=Image.Dither.NONE)
    return [*cases, accept(directory, "fax-100dpi.tif", saved(coarse, "TIFF", compression="group4", dpi=(100, 100)))]


def _fax(number: int) -> scan.Scan:
    return fax.fax(pixels().copy(), 200, Chance("corpus", "fax", number))


def _several(directory: Path) -> list[Case]:
    """Many pages, many page sizes, and a page that is no form between two that are."""
    letter = Image.new("L", (1240, 1754), 248)
    letter.paste(60, (200, 300, 900, 320))
    pages = [bilevel(), letter.convert("1"), bilevel("dependants")]
    tiff = saved(pages[0], "TIFF", compression="group4", save_all=True, append_images=pages[1:], dpi=_DPI)
    grey = [page.convert("L") for page in pages]
    mixed = saved(grey[0], "PDF", save_all=True, append_images=grey[1:], resolution=200)
    cases = [
        accept(directory, "three-pages.tif", tiff, 3, sheets=[FORM]),
        accept(directory, "three-pages.pdf", mixed, 3, sheets=[FORM]),
    ]
    for name, options in _TIFFCP.items():
        source = write(directory, "three-pages.tif", tiff)
        target = directory / f"tiff-{name}.tif"
        subprocess.run(["tiffcp", *options, str(source), str(target)], check=True, capture_output=True)
        cases.append(replace(cases[0], name=target.name, path=target))
    return cases
