"""Pictures of sheets for people: upright, in form coordinates, with the My Number boxes painted over.

A registered sheet is warped from the page as received (the original is never rewritten), so that a box of the form
stands at `mm * dpi / 25.4` pixels of the picture. An unregistered page has no known place of the number: outside a
task on it or a logged reveal it is shown as a 40 dpi thumbnail only.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from api.security.errors import NotFound
from forms.catalogue import form as form_of
from forms.model import Box, Form
from storage.tables import Page, Sheet
from storage.vault import Vault
from storage.work import Work

Image = NDArray[np.uint8]
DPI = 150.0  # of the desk's sheet picture
CROP_DPI = 220.0
THUMBNAIL_DPI = 40.0
A4_INCHES = 11.69  # the longer side
MASKED = "my_number"
_QUALITY = 82


def sheet_picture(work: Work, vault: Vault, sheet_id: str, dpi: float = DPI, reveal: Collection[str] = ()) -> bytes:
    """JPEG of a registered sheet; `reveal` lists ids of My Number fields that may be seen. Raises NotFound."""
    sheet, form = _registered(work, sheet_id)
    picture = _upright(work, vault, sheet, form, dpi)
    for field in form.fields:
        if field.key == MASKED and field.id not in reveal:
            for box in _places(field.box, field.correction_box):
                _paint_over(picture, box, dpi)
    return _jpeg(picture)


def field_crop(
    work: Work, vault: Vault, sheet_id: str, field_id: str, *, margin_mm: float = 2.5, reveal: bool = False
) -> bytes:
    """JPEG of one field with `margin_mm` around it, its correction box included. Raises NotFound.

    A My Number field is painted over unless `reveal`; so are My Number fields that reach into the margin.
    """
    sheet, form = _registered(work, sheet_id)
    try:
        field = form.field(field_id)
    except KeyError as error:
        raise NotFound(what=field_id) from error
    picture = _upright(work, vault, sheet, form, CROP_DPI)
    for other in form.fields:
        if other.key == MASKED and not (reveal and other.id == field_id):
            for box in _places(other.box, other.correction_box):
                _paint_over(picture, box, CROP_DPI)
    box = _around(field.box, field.correction_box).grown(margin_mm)
    return _jpeg(_cut(picture, box, CROP_DPI))


def page_thumbnail(work: Work, vault: Vault, page_id: str) -> bytes:
    """JPEG of a page, upright, at 40 dpi: too coarse to read a handwritten number. Raises NotFound.

    The dpi is what the file says of itself, so it can make the thumbnail coarser, never finer than that of an A4 page.
    """
    page, picture = _page(work, vault, page_id)
    longest = THUMBNAIL_DPI * A4_INCHES / max(picture.shape[:2])
    small = _scaled(picture, min(1.0, longest, THUMBNAIL_DPI / page.dpi if page.dpi else 1.0))
    return _jpeg(_turned(small, _degrees(work, page)))


def page_picture(work: Work, vault: Vault, page_id: str, turned: int = 0, longest: int = 1800) -> bytes:
    """JPEG of a whole page as received, nothing painted over: only for a task on it or a logged reveal."""
    _, picture = _page(work, vault, page_id)
    return _jpeg(_turned(_scaled(picture, min(1.0, longest / max(picture.shape[:2]))), turned))


def attachment_picture(work: Work, vault: Vault, filing_id: str, page_id: str, longest: int = 2000) -> bytes:
    """JPEG of a page attached to the filing, whole and in clear; the longer side at most `longest` px. NotFound."""
    sheet = work.session.scalars(
        select(Sheet).where(Sheet.filing_id == filing_id, Sheet.page_id == page_id, Sheet.state == "attached")
    ).first()
    if sheet is None:
        raise NotFound(what_ja=f"添付書類 {page_id}", what_en=f"attachment {page_id}")
    turned = work.session.get_one(Page, page_id).turned
    if sheet.image_id is None:
        return page_picture(work, vault, page_id, turned, longest)
    picture = _decoded(vault.read(work.session, sheet.image_id))
    return _jpeg(_turned(_scaled(picture, min(1.0, longest / max(picture.shape[:2]))), turned))


def _degrees(work: Work, page: Page) -> int:
    """Clockwise degrees that bring the stored page upright: as its form was found, else as a person turned it."""
    form = select(Sheet.turned).where(Sheet.page_id == page.id, Sheet.transform.is_not(None)).order_by(Sheet.number)
    found = work.session.scalar(form.limit(1))
    return page.turned if found is None else found


def _turned(picture: Image, degrees: int) -> Image:
    return _image(np.rot90(picture, k=-(degrees // 90))).copy() if degrees else picture


def _registered(work: Work, sheet_id: str) -> tuple[Sheet, Form]:
    sheet = work.session.get(Sheet, sheet_id)
    if sheet is None or sheet.transform is None or sheet.kind is None:
        raise NotFound(what_ja=f"位置の分かる用紙 {sheet_id}", what_en=f"registered sheet {sheet_id}")
    return sheet, form_of(sheet.kind, sheet.version)


def _page(work: Work, vault: Vault, page_id: str) -> tuple[Page, Image]:
    page = work.session.get(Page, page_id)
    if page is None or page.image_id is None:
        raise NotFound(what_ja=f"ページ {page_id}", what_en=f"page {page_id}")
    return page, _decoded(vault.read(work.session, page.image_id))


@lru_cache(maxsize=2)
def _decoded(data: bytes) -> Image:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise NotFound(what_ja="画像", what_en="picture")
    return _image(picture)


def _upright(work: Work, vault: Vault, sheet: Sheet, form: Form, dpi: float) -> Image:
    """The sheet in form coordinates: its own picture once it is filed (filing's key), else the page warped."""
    scale = dpi / 25.4
    size = (round(form.pages[0][0] * scale), round(form.pages[0][1] * scale))
    if sheet.image_id is not None:
        kept = _decoded(vault.read(work.session, sheet.image_id))
        return _image(cv2.resize(kept, size, interpolation=cv2.INTER_AREA))
    _, picture = _page(work, vault, sheet.page_id)
    to_page = np.asarray(sheet.transform, dtype=np.float64).reshape(3, 3)
    to_picture = np.diag([scale, scale, 1.0]) @ np.linalg.inv(to_page)
    return _image(cv2.warpPerspective(picture, to_picture, size, flags=cv2.INTER_AREA, borderValue=(255, 255, 255)))


def _image(picture: Any) -> Image:
    found: Image = np.asarray(picture, dtype=np.uint8)
    return found


def _places(box: Box, correction: Box | None) -> list[Box]:
    return [box.grown(0.8)] if correction is None else [box.grown(0.8), correction.grown(0.8)]


def _around(box: Box, other: Box | None) -> Box:
    if other is None:
        return box
    x, y = min(box.x, other.x), min(box.y, other.y)
    return Box(x, y, max(box.right, other.right) - x, max(box.bottom, other.bottom) - y)


def _paint_over(picture: Image, box: Box, dpi: float) -> None:
    scale = dpi / 25.4
    top, left = max(0, int(box.y * scale)), max(0, int(box.x * scale))
    bottom, right = int(box.bottom * scale) + 1, int(box.right * scale) + 1
    picture[top:bottom, left:right] = (0x6B, 0x65, 0x63)


def _cut(picture: Image, box: Box, dpi: float) -> Image:
    scale = dpi / 25.4
    top, left = max(0, int(box.y * scale)), max(0, int(box.x * scale))
    return picture[top : int(box.bottom * scale) + 1, left : int(box.right * scale) + 1]


def _scaled(picture: Image, scale: float) -> Image:
    if scale >= 1.0:
        return picture
    return _image(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _jpeg(picture: Image) -> bytes:
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        raise NotFound(what_ja="画像", what_en="picture")
    return data.tobytes()
