"""Finds the sheets on a page: forms by their code, else by their print; separators; forms of unknown versions."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import catalogue, marks
from forms.errors import TodokeError, UnknownForm
from ocr import align, blind, identity
from ocr.blind import Guess
from ocr.codes import Code, glimpsed
from ocr.errors import NotRegistered, UnknownFormVersion
from ocr.reference import Reference, reference
from ocr.register import LIMIT_MM, Registered, fitted, register
from ocr.types import Pixels
from ocr.view import View, view
from ocr.warp import apply

# Without a code the print alone says what form it is; it must then be nearly all there.
_SURE = 0.70
_LIKE_A_FORM = 0.50  # correlation of the whole page with a form; a lower guess that cannot be registered is none
_FAX_LINES = 2.08  # 204 dots an inch across, 98 lines down
_FAX_SHAPE = (0.60, 0.80)  # height by width of an upright A4 so taken
_ROOM = 0.30  # a page with so much of it outside the sheets found may hold another


@dataclass(frozen=True, slots=True)
class Found:
    """One sheet: a registered form, a separator's text, or a form that could not be registered (with the error).
    `middle` is its middle in page px."""

    middle: tuple[float, float]
    registered: Registered | None = None
    separator: str | None = None
    kind: str | None = None
    version: str | None = None
    error: TodokeError | None = None


def find_sheets(page: Pixels | View) -> list[Found]:
    """The sheets of the page in reading order (top to bottom, then left to right, as stored); empty: no form."""
    page = view(page)
    found = [sheet for code in glimpsed(page) if (sheet := _by_code(page, code)) is not None]
    if any(sheet.separator is not None for sheet in found):
        return [sheet for sheet in found if sheet.separator is not None][:1]
    placed = [sheet.registered for sheet in found if sheet.registered is not None]
    if not found:
        found += _by_print(page, blind.FULL)
        placed = [sheet.registered for sheet in found if sheet.registered is not None]
        if not found:
            found += _by_print(page, blind.HALVES)
            placed = [sheet.registered for sheet in found if sheet.registered is not None]
    if placed and len(found) == len(placed):
        found += _beside(page, placed)
    return _in_order(found)


def _by_code(page: View, code: Code) -> Found | None:
    said = marks.decode(code.text)
    if said is None:
        return None
    middle = (float(code.centre[0]), float(code.centre[1]))
    if isinstance(said, marks.SeparatorCode):
        return Found(middle, separator=code.text)
    try:
        form = catalogue.by_code(said.code, said.version)
        sheet = reference(form.kind, form.version, said.page)
    except (UnknownForm, IndexError):
        return Found(middle, error=UnknownFormVersion(kind=said.code, version=said.version))
    guess = align.from_code(code, sheet)
    if guess is None:
        return None
    placed = register(page, guess, sheet, code)
    if not placed.good:
        placed = _second_try(page, sheet, placed)
    if not placed.good:
        error_ = NotRegistered(residual=placed.residual_mm, limit=LIMIT_MM)
        return Found(middle, kind=form.kind, version=form.version, error=error_)
    return Found(_middle(placed), placed)


def _second_try(page: View, sheet: Reference, first: Registered) -> Registered:
    """By print, when the code was read and yet the marks led astray."""
    best = first
    for guess in blind.guesses(page.grey, [sheet], most=2):
        tried = register(page, guess.transform, sheet)
        if tried.good and (not best.good or tried.found > best.found):
            best = tried
    return best


def _by_print(page: View, shares: tuple[float, ...], turns: tuple[int, ...] = (0, 90, 180, 270)) -> list[Found]:
    references = [
        reference(kind, version, number + 1)
        for kind in catalogue.kinds()
        for version in catalogue.versions(kind)
        for number in range(len(catalogue.form(kind, version).pages))
    ]
    found, tried = _placed(page, references, shares, turns)
    if found is None and _oblong(page):
        square = view(cv2.resize(page.pixels, None, fx=1, fy=_FAX_LINES, interpolation=cv2.INTER_LINEAR))
        found, more = _placed(page, references, shares, turns, square)
        tried += more
    if found is not None:
        return [found]
    like = [(guess, placed) for guess, placed in tried if guess.score > _LIKE_A_FORM]
    if not like:
        return []
    _, placed = max(like, key=lambda pair: pair[1].found)
    return [_unregistered(placed)]


def _placed(
    page: View, references: list[Reference], shares: tuple[float, ...], turns: tuple[int, ...], seen: View | None = None
) -> tuple[Found | None, list[tuple[Guess, Registered]]]:
    """The sheet of the likeliest guess that fits, and the guesses that did not. `seen` is the page as it is searched,
    if it was stretched in height."""
    looked = seen or page
    back = np.diag([1.0, page.grey.shape[0] / looked.grey.shape[0], 1.0])
    tried: list[tuple[Guess, Registered]] = []
    for guess in blind.guesses(looked.grey, references, shares, turns=turns):
        placed = register(page, back @ guess.transform, guess.reference)
        if placed.good and placed.found >= _SURE:
            return _identified(page, placed, references), tried
        tried.append((guess, placed))
    return None, tried


def _identified(page: View, placed: Registered, references: list[Reference]) -> Found:
    """The placed sheet as the form that its print says it is, where several forms are nearly alike."""
    verdict, reference_ = identity.judge(placed, references)
    if verdict == "other":
        placed = fitted(page, placed.transform, reference_)
        verdict, _ = identity.judge(placed, references)
    if verdict == "this" and placed.good and placed.found >= _SURE:
        return Found(_middle(placed), placed)
    return _unregistered(placed)


def _unregistered(placed: Registered) -> Found:
    return Found(_middle(placed), error=NotRegistered(residual=placed.residual_mm, limit=LIMIT_MM))


def _oblong(page: View) -> bool:
    """True if the page may be a fax whose lines stand twice as far apart as its columns."""
    height, width = page.grey.shape
    return bool(_FAX_SHAPE[0] < height / width < _FAX_SHAPE[1])


def _beside(page: View, placed: list[Registered]) -> list[Found]:
    """Another form in the room that the sheets found leave free: its code was not read at first."""
    height, width = page.grey.shape
    if float(sum(cv2.contourArea(_outline(s)) for s in placed)) > (1 - _ROOM) * height * width:
        return []
    cleared = page.pixels.copy()
    for known in placed:
        cv2.fillConvexPoly(cleared, np.round(_outline(known)).astype(np.int32), (255, 255, 255))
    rest = view(cleared)
    if float((rest.grey < 128).mean()) < 0.004:  # nothing printed there
        return []
    found = [sheet for code in glimpsed(rest) if (sheet := _by_code(rest, code)) is not None]
    if found:
        return found
    like = placed[0]
    per_mm = like.scale * max(like.reference.size) / max(height, width)
    shares = tuple(per_mm * f for f in (0.96, 0.98, 1.0, 1.02, 1.04))
    return _by_print(rest, shares)


def _outline(sheet: Registered) -> NDArray[np.float32]:
    width, height = sheet.reference.size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    return apply(sheet.transform, corners).astype(np.float32)


def _middle(sheet: Registered) -> tuple[float, float]:
    x, y = _outline(sheet).mean(axis=0).tolist()
    return float(x), float(y)


def _in_order(found: list[Found]) -> list[Found]:
    """Top to bottom, then left to right: sheets whose middles differ little in height stand in one row."""
    if len(found) < 2:
        return found
    sizes = [float(np.ptp(_outline(s.registered)[:, 1])) for s in found if s.registered is not None]
    row = 0.5 * min(sizes, default=1.0)
    ordered = sorted(found, key=lambda sheet: sheet.middle[1])
    rows: list[list[Found]] = []
    for sheet in ordered:
        if rows and sheet.middle[1] - rows[-1][0].middle[1] < row:
            rows[-1].append(sheet)
        else:
            rows.append([sheet])
    return [sheet for line in rows for sheet in sorted(line, key=lambda s: s.middle[0])]
