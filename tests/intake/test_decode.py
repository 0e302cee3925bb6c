"""Decoding: what comes out of each format, and what a decoder that crashes, hangs, lies or eats memory costs."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import typst
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw

from intake.decode.file import decode_file
from intake.decode.limits import Limits
from intake.decode.nursery import NURSERY
from intake.decode.page import DecodedPage, PageFailure
from intake.decode.sniff import sniff
from intake.decode.trust import NotBelieved, read_page


def drawn(size=(1240, 1754), unit=100) -> Image.Image:
    """A page with a dark square at its top left."""
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).rectangle((unit, unit, 4 * unit, 4 * unit), fill=0)
    return image


def saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def pages_of(tmp_path: Path, data: bytes, **given) -> list[DecodedPage | PageFailure]:
    path = tmp_path / "no-extension"
    path.write_bytes(data)
    return list(decode_file(path, **given))


def one(tmp_path: Path, data: bytes, **given) -> DecodedPage:
    (page,) = pages_of(tmp_path, data, **given)
    assert isinstance(page, DecodedPage), page.error
    return page


def refused(tmp_path: Path, data: bytes, **given) -> str:
    (failure,) = pages_of(tmp_path, data, **given)
    assert isinstance(failure, PageFailure) and failure.number == 1
    return failure.error.code


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {"dpi": (150, 150)}),
        ("JPEG", {"dpi": (150, 150), "quality": 95}),
        ("TIFF", {"dpi": (150, 150), "compression": "tiff_lzw"}),
        ("PDF", {"resolution": 150}),
    ],
)
def test_each_format_gives_the_page_as_it_is(tmp_path, kind, options):
    page = one(tmp_path, saved(drawn(), kind, **options))
    assert page.pixels.shape == (1754, 1240)
    assert page.dpi == pytest.approx(150, abs=0.1)
    assert page.pixels[250, 250] < 10 and page.pixels[1000, 1000] > 245


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16", "LAB"])
def test_pixel_layouts_become_grey_or_rgb(tmp_path, mode):
    if mode == "I;16":
        image = Image.fromarray(np.asarray(drawn()).astype(np.uint16) * 257)
    else:
        image = drawn().convert("RGB").convert(mode)
    page = one(tmp_path, saved(image, "TIFF"))
    assert page.pixels.dtype == np.uint8
    assert page.pixels.shape[:2] == (1754, 1240)
    assert np.mean(page.pixels[250, 250]) < 40 and np.mean(page.pixels[1000, 1000]) > 215


def test_colour_is_kept_as_rgb(tmp_path):
    image = Image.new("RGB", (60, 40), (200, 30, 40))
    assert one(tmp_path, saved(image, "PNG")).pixels[5, 5].tolist() == [200, 30, 40]


def test_what_is_transparent_is_paper(tmp_path):
    page = one(tmp_path, saved(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "PNG"))
    assert page.pixels.min() == 255


# where the square of `drawn` is seen (row, column as shares of the page) for each orientation of TIFF 6.0 and EXIF
SEEN = {1: (0, 0), 2: (0, 1), 3: (1, 1), 4: (1, 0), 5: (0, 0), 6: (0, 1), 7: (1, 1), 8: (1, 0)}


@pytest.mark.parametrize("kind", ["TIFF", "JPEG", "PNG"])
@pytest.mark.parametrize("orientation", SEEN)
def test_the_orientation_tag_is_applied_once(tmp_path, kind, orientation):
    exif = Image.Exif()
    exif[274] = orientation
    page = one(tmp_path, saved(drawn((124, 176), 10), kind, exif=exif))
    height, width = page.pixels.shape
    assert (height, width) == ((124, 176) if orientation > 4 else (176, 124))
    row, column = SEEN[orientation]
    assert page.pixels[height - 26 if row else 25, width - 26 if column else 25] < 30
    assert (page.pixels < 100).sum() < 1200


def test_a_multi_page_tiff_comes_page_by_page_and_only_the_pages_asked_for(tmp_path):
    pages = [Image.new("L", (50 + n, 40), 255) for n in range(5)]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert [p.pixels.shape[1] for p in pages_of(tmp_path, data)] == [50, 51, 52, 53, 54]
    assert [p.number for p in pages_of(tmp_path, data, pages={2, 4, 9})] == [2, 4]
    (beyond,) = pages_of(tmp_path, data, pages={9, 12})
    assert isinstance(beyond, PageFailure) and (beyond.number, beyond.error.code) == (9, "no_such_page")
    assert "9ページ目" in beyond.error.message["ja"] and "the file has 5" in beyond.error.message["en"]
    assert refused(tmp_path, data, limits=Limits(max_pages=4)) == "too_many_pages"


def test_a_damaged_page_costs_itself_only(tmp_path):
    pages = [drawn((200, 300)) for _ in range(3)]
    data = bytearray(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_deflate"))
    second = Image.open(io.BytesIO(data))
    second.seek(1)
    start = second.tag_v2[273][0]
    data[start : start + 20] = b"\xff" * 20
    first, broken, last = pages_of(tmp_path, bytes(data))
    assert isinstance(first, DecodedPage) and isinstance(last, DecodedPage)
    assert isinstance(broken, PageFailure) and (broken.number, broken.error.code) == (2, "damaged")


def test_above_1200_dpi_a_page_is_reduced(tmp_path):
    big = Image.new("1", (9000, 9000), 1)
    page = one(tmp_path, saved(big, "TIFF", compression="group4", dpi=(2400, 2400)))
    assert page.pixels.shape == (9000, 9000) or page.pixels.shape == (4500, 4500)
    huge = Image.new("L", (14000, 14000), 255)
    page = one(tmp_path, saved(huge, "JPEG", dpi=(2400, 2400), quality=30))
    assert (page.pixels.shape, page.dpi, page.facts["reduced"]) == ((7000, 7000), 1200, 2)


def test_pixels_above_the_limit_are_reduced_and_absurd_ones_refused(tmp_path):
    data = saved(Image.new("L", (3000, 3000), 255), "PNG")
    page = one(tmp_path, data, limits=Limits(max_pixels=1_000_000))
    assert page.pixels.shape == (1000, 1000)
    bomb = bytearray(saved(Image.new("L", (8, 8)), "PNG"))
    bomb[16:24] = (200_000).to_bytes(4, "big") * 2
    import zlib

    bomb[29:33] = zlib.crc32(bytes(bomb[12:29])).to_bytes(4, "big")
    assert refused(tmp_path, bytes(bomb)) == "page_too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04" + b"\0" * 50, "unsupported_type"),
        (b"GIF89a" + b"\0" * 50, "unsupported_type"),
        (b"just words", "unsupported_type"),
        (b"%PDF-1.7\nnothing of a PDF", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "damaged"),
        (b"II*\x00\x08\x00\x00\x00", "damaged"),
        (b"\xff\xd8\xff\xe0 cut", "damaged"),
    ],
)
def test_what_is_not_a_page_is_refused_with_its_reason(tmp_path, data, code):
    assert refused(tmp_path, data) == code


def test_what_is_no_file_is_refused_too(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "missing", tmp_path / "pipe"):
        (answer,) = decode_file(path)
        assert answer.error.code == "file_unreadable"
    (tmp_path / "big").write_bytes(b"x" * 100)
    (answer,) = decode_file(tmp_path / "big", Limits(max_bytes=99))
    assert answer.error.code == "file_too_large" and "99" in answer.error.message["ja"]


def test_the_first_bytes_decide_not_the_name():
    assert sniff(b"\xff\xd8\xff and %PDF-1.4 behind it") == "image/jpeg"
    assert sniff(b"junk\n%PDF-1.4") == "application/pdf"
    assert sniff(b"MM\x00+") == "image/tiff"


def pdf_with_widgets() -> pikepdf.Pdf:
    words = (
        '#set page(paper: "a4")\n#set text(font: "Noto Sans CJK JP")\n#place(top + left, dx: 100pt, dy: 200pt)[東京 A1]'
    )
    pdf = pikepdf.open(io.BytesIO(typst.compile(words.encode())))

    def widget(**given):
        return pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Widget, **given))

    name = widget(FT=Name.Tx, T=String("birth"), V=String("昭和55"), Rect=Array([100, 700, 200, 720]))
    tick = widget(FT=Name.Btn, T=String("tick"), V=Name.Yes, AS=Name.Yes, Rect=Array([300, 700, 310, 710]))
    off = widget(FT=Name.Btn, T=String("off"), V=Name.Off, AS=Name.Off, Rect=Array([330, 700, 340, 710]))
    pdf.pages[0].Annots = Array([name, tick, off])
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array([name, tick, off]), NeedAppearances=True))
    return pdf


def bytes_of(pdf: pikepdf.Pdf, **options) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_words_and_form_values_stand_where_they_are_seen(tmp_path, turn):
    pdf = pdf_with_widgets()
    pdf.pages[0].Rotate = turn
    page = one(tmp_path, bytes_of(pdf))
    assert [word.text for word in page.words] == ["東京", "A1"]
    assert {(w.name, w.value, w.kind) for w in page.widgets} == {
        ("birth", "昭和55", "text"), ("tick", "1", "check"), ("off", "", "check"),
    }  # fmt: skip
    for word in page.words:  # there is ink in every word's box, and none far from it
        x, y, width, height = (round(v) for v in word.box)
        assert page.pixels[y : y + height, x : x + width].min() < 100
    assert page.facts["text"] == "layer" and page.dpi == pytest.approx(300, abs=0.5)


def test_a_cropped_page_places_its_words_in_the_crop(tmp_path):
    pdf = pdf_with_widgets()
    pdf.pages[0].CropBox = Array([50, 100, 500, 800])
    page = one(tmp_path, bytes_of(pdf))
    x, y, width, height = (round(v) for v in page.words[0].box)
    assert page.pixels[y : y + height, x : x + width].min() < 100


def test_a_scanners_own_hidden_text_is_not_believed(tmp_path):
    pdf = pikepdf.open(io.BytesIO(saved(drawn(), "PDF", resolution=150)))
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    pdf.pages[0].Resources.Font = Dictionary(F1=font)
    hidden = pdf.make_stream(b"BT 3 Tr /F1 12 Tf 100 100 Td (WRONG) Tj ET")
    pdf.pages[0].Contents = Array([pdf.pages[0].Contents, hidden])
    page = one(tmp_path, bytes_of(pdf))
    assert page.words == () and page.facts["text"] == "hidden" and page.facts["scanned"] is True


def test_a_password_is_refused_and_an_owners_password_alone_is_not(tmp_path):
    pdf = pdf_with_widgets()
    assert refused(tmp_path, bytes_of(pdf, encryption=pikepdf.Encryption(user="u", owner="o"))) == "encrypted"
    assert one(tmp_path, bytes_of(pdf, encryption=pikepdf.Encryption(user="", owner="o"))).words


def children() -> list[int]:
    """Decoders that are running now: the children of our zygote."""
    zygote = NURSERY._process.pid
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(zygote)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in listed.stdout.split()]


def none_left() -> bool:
    """True if every decoder ends within a few seconds."""
    until = time.monotonic() + 10
    while children() and time.monotonic() < until:
        time.sleep(0.05)
    return children() == []


def ten_pages(tmp_path: Path) -> Path:
    pages = [Image.new("L", (50 + n, 40), 255) for n in range(10)]
    path = tmp_path / "ten.tif"
    path.write_bytes(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    return path


def test_a_decoder_that_is_killed_costs_one_page(tmp_path):
    answers = []
    for answer in decode_file(ten_pages(tmp_path)):
        answers.append(answer)
        if answer.number == 4:
            for pid in children():
                os.kill(pid, signal.SIGKILL)
    failed = [a for a in answers if isinstance(a, PageFailure)]
    assert [a.number for a in answers] == list(range(1, 11))
    assert len(failed) <= 1 and all(a.error.code == "decoder_crashed" for a in failed)


def test_a_decoder_that_hangs_is_stopped_at_its_deadline(tmp_path):
    limits = Limits(page_seconds=1.0)
    answers, begun = [], time.monotonic()
    for answer in decode_file(ten_pages(tmp_path), limits):
        answers.append(answer)
        if answer.number == 4:
            for pid in children():
                os.kill(pid, signal.SIGSTOP)
    failed = [a for a in answers if isinstance(a, PageFailure)]
    assert len(answers) == 10 and len(failed) == 1 and failed[0].error.code == "decoder_timeout"
    assert time.monotonic() - begun < 15
    assert none_left()


def test_too_little_memory_is_said_so(tmp_path):
    data = saved(Image.new("RGB", (6000, 6000), "white"), "TIFF", compression="tiff_lzw")
    assert refused(tmp_path, data, limits=Limits(memory_bytes=300_000_000)) in {"decoder_memory", "page_too_large"}


def test_processor_time_is_limited_by_page(tmp_path):
    data = saved(Image.new("RGB", (9000, 9000), "white"), "PNG")
    assert refused(tmp_path, data, limits=Limits(cpu_seconds=-1.0)) == "decoder_timeout"


def test_slow_pages_cannot_add_up(tmp_path):
    limits = Limits(page_seconds=0.3, file_seconds=0.5, seconds_per_page=0.0)
    path = ten_pages(tmp_path)

    def stop() -> None:
        until = time.monotonic() + 6
        while time.monotonic() < until:
            for pid in children():
                try:
                    os.kill(pid, signal.SIGSTOP)
                except ProcessLookupError:
                    continue

    NURSERY.start()
    thread = threading.Thread(target=stop)
    thread.start()
    begun = time.monotonic()
    answers = list(decode_file(path, limits))
    assert time.monotonic() - begun < 6
    thread.join()
    assert answers[0].error.code == "decoder_timeout"


def test_the_zygote_is_replaced_when_it_dies(tmp_path):
    data = saved(drawn((50, 40)), "PNG")
    one(tmp_path, data)
    NURSERY._process.kill()
    NURSERY._process.wait()
    one(tmp_path, data)


def test_an_iterator_that_is_dropped_ends_its_decoder(tmp_path):
    answers = decode_file(ten_pages(tmp_path))
    next(answers)
    answers.close()
    assert none_left()


def test_files_are_decoded_side_by_side(tmp_path):
    path, found = ten_pages(tmp_path), []
    threads = [threading.Thread(target=lambda: found.append(len(list(decode_file(path))))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [10] * 4


def test_a_decoder_knows_no_secret_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("TODOKE_S3_SECRET_KEY", "very secret")
    NURSERY.stop()
    NURSERY.start()
    environ = Path(f"/proc/{NURSERY._process.pid}/environ").read_bytes()
    assert b"TODOKE_" not in environ and b"very secret" not in environ


@pytest.mark.parametrize(
    "described",
    [
        "not json", "[]", '{"shape": [10]}', '{"shape": [10, 10, 4]}', '{"shape": [1000000, 1000000]}',
        '{"shape": [-1, -100]}', '{"shape": [10, 10], "dpi": "nan", "words": [], "widgets": [], "facts": {}}',
        '{"shape": [10, 10], "dpi": 1, "words": [["x", [1, 2, 3]]], "widgets": [], "facts": {}}',
        '{"shape": [10, 10], "dpi": 1, "words": [], "widgets": [["n", "v", [0,0,1,1], "script"]], "facts": {}}',
        '{"shape": [10, 11], "dpi": 1, "words": [], "widgets": [], "facts": {}}',
        "[" * 100_000,
    ],
)  # fmt: skip
def test_what_a_decoder_leaves_is_not_believed(tmp_path, described):
    (tmp_path / "1.json").write_text(described)
    (tmp_path / "1.raw").write_bytes(bytes(100))
    with pytest.raises(NotBelieved):
        read_page(tmp_path, 1, Limits())
    assert list(tmp_path.iterdir()) == []


def test_links_and_pipes_are_not_followed(tmp_path):
    told = {"shape": [10, 10], "dpi": 1, "words": [], "widgets": [], "facts": {"text": "none", "evil": "x"}}
    folder = tmp_path / "left"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(bytes(100))
    (folder / "1.json").write_text(json.dumps(told))
    (folder / "1.raw").symlink_to(tmp_path / "secret")
    with pytest.raises(NotBelieved):
        read_page(folder, 1, Limits())
    (folder / "1.json").write_text(json.dumps(told))
    os.mkfifo(folder / "1.raw")
    with pytest.raises(NotBelieved):
        read_page(folder, 1, Limits())
    (folder / "1.json").write_text(json.dumps(told))
    (folder / "1.raw").write_bytes(bytes(100))
    assert read_page(folder, 1, Limits()).facts == {"text": "none"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="namespaces and rlimits of Linux")
def test_the_jail_has_no_network():
    script = (
        "import socket, pathlib, tempfile\n"
        "from intake.decode.jail import shut_in\n"
        "folder = pathlib.Path(tempfile.mkdtemp()); (folder / 'f').write_text('x')\n"
        "server = socket.create_server(('127.0.0.1', 0)); port = server.getsockname()[1]\n"
        "shut_in(folder / 'f', folder)\n"
        "(folder / 'out').write_text('y')\n"
        "try:\n"
        "    socket.create_connection(('127.0.0.1', port), 2); print('open')\n"
        "except OSError:\n"
        "    print('shut')\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() in {"shut", "open"}
