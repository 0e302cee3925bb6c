"""PDF files that use more of the format than a scanner does; all to be decoded, none to be obeyed."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import img2pdf
import pikepdf
from PIL import Image

from forms import catalogue
from forms.sheet import blank_pdf
from tests.corpus import pdf
from tests.corpus.case import Case, accept, either
from tests.corpus.scans import FORM
from tests.corpus.sheets import bilevel, picture, saved

_A4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))


def odd_pdfs(directory: Path) -> list[Case]:
    """CCITT, JBIG2, object streams, rotation, crop boxes, units, actions, attachments, leading rubbish."""
    scan = saved(picture(), "PDF", resolution=200)
    blank = blank_pdf(catalogue.form("acquisition"))
    g4 = img2pdf.convert(saved(bilevel(), "TIFF", compression="group4"), layout_fun=img2pdf.get_layout_fun(_A4))
    return [
        accept(directory, "blank-form.pdf", blank, sheets=[FORM]),
        accept(directory, "ccitt.pdf", g4, sheets=[FORM]),
        accept(directory, "jbig2.pdf", jbig2(bilevel()), sheets=[FORM]),
        accept(directory, "object-streams.pdf", _resaved(scan, object_stream_mode=pikepdf.ObjectStreamMode.generate)),
        accept(directory, "linearized.pdf", _resaved(scan, linearize=True), sheets=[FORM]),
        accept(directory, "rotate-90.pdf", _paged(scan, Rotate=90)),
        accept(directory, "rotate-450.pdf", _paged(scan, Rotate=450)),
        accept(directory, "user-unit.pdf", _paged(scan, UserUnit=2)),
        accept(directory, "crop-box.pdf", _paged(scan, CropBox=[20, 20, 500, 700])),
        accept(directory, "inverted-box.pdf", pdf.one_page(box=b"[595 842 0 0]")),
        accept(directory, "owner-password.pdf", _resaved(scan, encryption=pikepdf.Encryption(owner="secret", user=""))),
        accept(directory, "javascript.pdf", _javascript()),
        accept(directory, "launch.pdf", pdf.one_page(catalogue=b"/OpenAction << /S /Launch /F (/bin/sh) >>")),
        accept(directory, "remote.pdf", pdf.one_page(catalogue=b"/OpenAction << /S /URI /URI (http://192.0.2.1/) >>")),
        accept(directory, "attached-program.pdf", _attached()),
        accept(directory, "static-xfa.pdf", _static_xfa()),
        accept(directory, "acroform.pdf", _acroform(), sheets=[FORM]),
        accept(directory, "rubbish-before.pdf", b"<html>" + bytes(500) + scan),
        accept(directory, "rubbish-after.pdf", scan + b"PK\x05\x06" + bytes(18)),
        accept(directory, "nul-names.pdf", pdf.one_page(resources=b"/XObject << /A#00B 5 0 R >>", more=[b"null"])),
        either(directory, "lying-count.pdf", _lying_count()),
        accept(directory, "empty-page.pdf", pdf.one_page(b""), sheets=[("blank", 0)]),
        either(directory, "no-trailer.pdf", scan[: scan.rindex(b"xref\n", 0, scan.rindex(b"startxref"))]),
        accept(directory, "updated.pdf", _updated(scan)),
    ]  # fmt: skip


def _resaved(data: bytes, **options: object) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(buffer, deterministic_id="encryption" not in options, **options)
    return buffer.getvalue()


def _paged(data: bytes, **entries: object) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        for key, value in entries.items():
            document.pages[0].obj[f"/{key}"] = pikepdf.Array(value) if isinstance(value, list) else value
        document.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def _javascript() -> bytes:
    action = b"/OpenAction << /S /JavaScript /JS (while(true){app.alert('x')}) >>"
    return pdf.one_page(catalogue=action)


def _attached() -> bytes:
    names = b"/Names << /EmbeddedFiles << /Names [(setup.exe) 5 0 R] >> >>"
    files = [b"<< /Type /Filespec /F (setup.exe) /EF << /F 6 0 R >> >>", pdf.flate(b"MZ" + bytes(5000))]
    return pdf.one_page(more=files, catalogue=names)


def _static_xfa() -> bytes:
    """XFA beside a drawn page, without NeedsRendering: what is drawn is the filing."""
    xfa = [b"<< /XFA 6 0 R /Fields [] >>", pdf.flate(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'></xdp:xdp>")]
    return pdf.one_page(more=xfa, catalogue=b"/AcroForm 5 0 R")


def _acroform() -> bytes:
    """A blank form with a text widget over a field, its value drawn by nobody."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(blank_pdf(catalogue.form("acquisition")))) as document:
        widget = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="name", F=4,
                V="株式会社健保", Rect=[90, 690, 290, 705], DA="/Helv 10 Tf 0 g",
            )
        )  # fmt: skip
        document.pages[0].obj["/Annots"] = pikepdf.Array([widget])
        document.Root["/AcroForm"] = pikepdf.Dictionary(Fields=pikepdf.Array([widget]), NeedAppearances=True)
        document.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def _lying_count() -> bytes:
    """/Count says two, there is one page."""
    return pdf.one_page().replace(b"/Kids [3 0 R] /Count 1", b"/Kids [3 0 R] /Count 2")


def _updated(data: bytes) -> bytes:
    """An incremental update that changes nothing (signed documents look so)."""
    start = data.rindex(b"startxref")
    previous = int(data[start + 9 :].split()[0])
    body = b"\n99 0 obj\n(update)\nendobj\n"
    place = len(data) + len(body)
    root = data[data.rindex(b"/Root") :].split(b"/Root")[1].split(b"R")[0].strip()
    table = b"xref\n99 1\n%010d 00000 n \ntrailer\n<< /Size 100 /Root %s R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    return data + body + table % (len(data) + 1, root, previous, place)


def jbig2(page: Image.Image) -> bytes:
    """A JBIG2 page (ITU-T T.88) whose one generic region is MMR-coded, which is the body of a G4 TIFF."""
    width, height = page.size
    tiff = saved(page, "TIFF", compression="group4", strip_size=1 << 30, tiffinfo={278: height})
    with Image.open(io.BytesIO(tiff)) as opened:
        offsets, counts = opened.tag_v2[273], opened.tag_v2[279]
        white_is_zero = opened.tag_v2[262] == 0
    assert len(offsets) == 1
    coded = tiff[offsets[0] : offsets[0] + counts[0]]
    info = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", width, height, 0, 0, 0) + b"\x01" + coded
    segments = _segment(0, 48, info) + _segment(1, 38, region) + _segment(2, 49, b"")
    decode = b"" if white_is_zero else b"/Decode [1 0]"
    body = pdf.image(width, height, b"/Filter /JBIG2Decode " + decode, segments)
    return pdf.image_page(width, height, body)


def _segment(number: int, kind: int, data: bytes) -> bytes:
    return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data
