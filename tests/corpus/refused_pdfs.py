"""PDF files that are locked, cut short, endless, enormous, or that run in circles."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pikepdf

from tests.corpus import pdf
from tests.corpus.case import Case, either, reject
from tests.corpus.deflate import repeated
from tests.corpus.sheets import picture, saved

_DAMAGED = ("damaged", "no_pages", "decoder_crashed", "decode_failed")
_SPENT = ("page_too_large", "decoder_memory", "decoder_timeout", "damaged")


def refused_pdfs(directory: Path) -> list[Case]:
    """Encrypted, truncated, zero-page, 10,000-page, gigapixel, bombs, XFA; trees, forms and tables that loop."""
    scan = saved(picture(), "PDF", resolution=200)
    return [
        reject(directory, "encrypted.pdf", _encrypted(scan, 6), "encrypted"),
        reject(directory, "encrypted-rc4.pdf", _encrypted(scan, 3), "encrypted"),
        either(directory, "truncated.pdf", scan[: len(scan) * 6 // 10]),
        reject(directory, "header-only.pdf", b"%PDF-1.7\n", *_DAMAGED),
        reject(directory, "zero-page.pdf", _zero_pages(), "no_pages", "damaged"),
        reject(directory, "ten-thousand.pdf", many_pages(10_000), "too_many_pages"),
        either(directory, "claims-a-billion.pdf", _claims(10**9)),
        either(directory, "huge-page.pdf", pdf.one_page(box=b"[0 0 14400 14400]")),
        either(directory, "absurd-page.pdf", pdf.one_page(box=b"[0 0 1e9 1e9]")),
        either(directory, "no-area.pdf", pdf.one_page(box=b"[0 0 0 0]")),
        reject(directory, "gigapixel.pdf", _gigapixel(), *_SPENT),
        either(directory, "flate-bomb.pdf", _flate_bomb()),
        either(directory, "content-bomb.pdf", pdf.assemble(_content_bomb())),
        reject(directory, "dynamic-xfa.pdf", _dynamic_xfa(), "xfa_form"),
        either(directory, "deep-tree.pdf", _deep_tree(5000)),
        either(directory, "tree-loop.pdf", _tree_loop()),
        either(directory, "recursive-form.pdf", _recursive_form()),
        either(directory, "exponential-forms.pdf", _exponential_forms(24)),
        either(directory, "table-loop.pdf", _table_loop()),
        either(directory, "length-loop.pdf", _length_loop()),
        either(directory, "deep-arrays.pdf", pdf.one_page(page=b"/X " + b"[" * 60_000 + b"]" * 60_000)),
        either(directory, "pattern-of-itself.pdf", _pattern_of_itself()),
        either(directory, "many-annotations.pdf", _annotations(20_000)),
        reject(directory, "no-catalogue.pdf", pdf.assemble([b"<< /Type /Pages /Kids [] /Count 0 >>"]), *_DAMAGED),
        either(directory, "page-is-a-number.pdf", pdf.assemble([b"<< /Type /Catalog /Pages 2 0 R >>",
               b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"42"])),
        either(directory, "nul-after-nul.pdf", b"%PDF-1.4\n" + bytes(3_000_000)),
    ]  # fmt: skip


def _encrypted(data: bytes, revision: int) -> bytes:
    buffer = io.BytesIO()
    lock = pikepdf.Encryption(owner="owner", user="user", R=revision, aes=revision > 3, metadata=revision > 3)
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(buffer, encryption=lock)
    return buffer.getvalue()


def _zero_pages() -> bytes:
    return pdf.assemble([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"])


def many_pages(count: int) -> bytes:
    """A PDF of that many empty pages."""
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    head = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)]
    return pdf.assemble([*head, *[page] * count])


def _claims(count: int) -> bytes:
    return pdf.one_page().replace(b"/Count 1 ", b"/Count %d " % count)


def _gigapixel() -> bytes:
    """A 1-bit image of 60,000 x 60,000 in a page of A4."""
    data = repeated(bytes(7500 * 60), 1000)
    return pdf.image_page(60_000, 60_000, pdf.image(60_000, 60_000, b"/Filter /FlateDecode", data))


def _flate_bomb() -> bytes:
    """An image stream packed twice: 1 GB of nothing in a few kilobytes."""
    once = repeated(bytes(1 << 20), 1024)
    body = pdf.image(1000, 1000, b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(once, 9), bits=8)
    return pdf.image_page(1000, 1000, body)


def _content_bomb() -> list[bytes]:
    """A content stream of 300 MB of drawing."""
    data = repeated(b"0 0 m 9 9 l S\n" * 75_000, 300)
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        pdf.stream(data, b"/Filter /FlateDecode"),
    ]


def _dynamic_xfa() -> bytes:
    """The page asks for a reader that knows XFA; what it draws is not the filing."""
    template = b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template/></xdp:xdp>"
    return pdf.one_page(
        more=[b"<< /XFA 6 0 R /Fields [] >>", pdf.flate(template)],
        catalogue=b"/AcroForm 5 0 R /NeedsRendering true",
    )


def _deep_tree(depth: int) -> bytes:
    """Each node of the page tree has one child, many times over."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    objects += [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 3) for number in range(depth)]
    return pdf.assemble([*objects, b"<< /Type /Page /MediaBox [0 0 595 842] >>"])


def _tree_loop() -> bytes:
    return pdf.assemble(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
         b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>"]
    )  # fmt: skip


def _form(content: bytes, resources: bytes) -> bytes:
    return pdf.stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << %s >>" % resources)


def _recursive_form() -> bytes:
    """A draws B, B draws A."""
    first, second = _form(b"/B Do", b"/XObject << /B 6 0 R >>"), _form(b"/A Do", b"/XObject << /A 5 0 R >>")
    return pdf.one_page(b"/A Do", b"/XObject << /A 5 0 R >>", [first, second])


def _exponential_forms(levels: int) -> bytes:
    """Each form draws the next one twice."""
    forms = [_form(b"/N Do /N Do", b"/XObject << /N %d 0 R >>" % (6 + level)) for level in range(levels)]
    return pdf.one_page(b"/N Do", b"/XObject << /N 5 0 R >>", [*forms, _form(b"0 0 m 9 9 l S", b"")])


def _table_loop() -> bytes:
    """The cross-reference table says that the one before it is itself."""
    data = pdf.one_page()
    start = int(data[data.rindex(b"startxref") + 9 :].split()[0])
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def _length_loop() -> bytes:
    """A stream whose length is itself."""
    return pdf.one_page().replace(b"/Length 17 ", b"/Length 4 0 R ")


def _pattern_of_itself() -> bytes:
    pattern = pdf.stream(
        b"/Pattern cs /P scn 0 0 50 50 re f",
        b"/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.001 /YStep 0.001 "
        b"/Resources << /Pattern << /P 5 0 R >> >>",
    )
    return pdf.one_page(b"/Pattern cs /P scn 0 0 595 842 re f", b"/Pattern << /P 5 0 R >>", [pattern])


def _annotations(count: int) -> bytes:
    note = b"<< /Type /Annot /Subtype /Square /Rect [0 0 595 842] /IC [1 0 0] >>"
    return pdf.one_page(page=b"/Annots [%s]" % b" ".join([note] * count))
