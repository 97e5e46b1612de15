"""What may be kept as a scan, and what stays outside."""

import io
import struct
import time
import zlib

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from kernel.ciphers import BadToken, FieldCipher
from kernel.scans import (
    JPEG,
    LONGEST_SIDE,
    MAX_BYTES,
    MAX_PAGES,
    MAX_PIXELS,
    PDF,
    PNG,
    BadScan,
    read_scan,
    thumbnail,
)
from tests.office.scans import a_jpeg, a_pdf, a_png


def why(content: bytes) -> str:
    with pytest.raises(BadScan) as refused:
        read_scan(content)
    return refused.value.code


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("content", "kind"), [(a_jpeg(), JPEG), (a_png(), PNG), (a_pdf(), PDF)], ids=[JPEG, PNG, PDF]
)
def test_a_scan_is_known_by_its_content(content, kind):
    scan = read_scan(content)
    assert (scan.media_type, scan.pages) == (kind, 1)
    assert read_scan(scan.content).media_type == kind


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a" + bytes(40),
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ" + bytes(60),
        b"PK\x03\x04" + bytes(40),
        b"BM" + bytes(60),
        b" " + a_pdf(),
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        "身份证".encode(),
    ],
    ids=["gif", "svg", "html", "program", "zip", "bmp", "pdf after a blank", "webp", "text"],
)
def test_what_is_no_scan_is_refused_whatever_its_name_says(content):
    assert why(content) == "UNKNOWN_KIND"


def test_nothing_and_too_much_are_refused():
    assert why(b"") == "EMPTY"
    assert why(a_jpeg() + bytes(MAX_BYTES)) == "TOO_LARGE"


@pytest.mark.parametrize("content", [a_jpeg()[:60], a_png()[:60], b"\xff\xd8\xff\xe0" * 50])
def test_a_damaged_picture_is_refused(content):
    assert why(content) == "DAMAGED"


def test_a_picture_forgets_the_camera_and_the_place():
    exif = Image.Exif()
    exif[0x010F] = "Telephone of somebody"
    exif[0x8825] = {1: "N", 2: (39.0, 28.0, 0.0)}
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "JPEG", exif=exif, comment=b"secret")
    assert b"Telephone" in out.getvalue()
    kept = read_scan(out.getvalue()).content
    assert b"Telephone" not in kept
    assert b"secret" not in kept
    assert not opened(kept).getexif()


def test_a_picture_is_turned_upright_before_it_forgets_how_it_was_held():
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "JPEG", exif=exif)
    assert opened(read_scan(out.getvalue()).content).size == (200, 300)


@pytest.mark.parametrize(
    "second", [b"<script>alert(1)</script>", b"PK\x03\x04" + bytes(30), a_pdf()]
)
@pytest.mark.parametrize("first", [a_jpeg(), a_png()], ids=[JPEG, PNG])
def test_a_second_file_behind_a_picture_is_left_behind(first, second):
    kept = read_scan(first + second).content
    assert second not in kept


def test_a_large_photograph_is_made_as_small_as_a_sheet_needs():
    kept = read_scan(a_jpeg(8000, 6000)).content
    assert max(opened(kept).size) <= LONGEST_SIDE


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_head_alone():
    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    bomb += chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")
    started = time.perf_counter()
    with pytest.raises(BadScan) as refused:
        read_scan(bomb)
    assert refused.value.code == "TOO_MANY_PIXELS"
    assert time.perf_counter() - started < 1


def test_a_picture_just_above_the_limit_says_how_many_pixels_it_has():
    with pytest.raises(BadScan) as refused:
        read_scan(a_png(5000, 4001))
    assert refused.value.params == {"seen": 20_005_000, "limit": MAX_PIXELS["PNG"]}


def test_a_moving_picture_is_refused():
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("white", "black")]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert why(out.getvalue()) == "MOVES"


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "RGB", "I;16"])
def test_every_kind_of_png_keeps_its_white_paper(mode):
    out = io.BytesIO()
    white = {"1": 1, "L": 255, "P": 0, "LA": (0, 0), "RGBA": (0, 0, 0, 0), "I;16": 65535}
    picture = Image.new(mode, (20, 20), white.get(mode, (255, 255, 255)))
    if mode == "P":
        picture.putpalette([255, 255, 255] * 256)
    picture.save(out, "PNG")
    kept = opened(read_scan(out.getvalue()).content)
    assert kept.convert("L").getpixel((5, 5)) == 255


def test_a_thumbnail_is_small_and_of_pictures_only():
    assert max(opened(thumbnail(read_scan(a_png(2000, 1500)).content)).size) <= 160
    with pytest.raises(BadScan):
        thumbnail(a_pdf())


# --- PDF ---------------------------------------------------------------------------------------


def with_object(body: bytes) -> bytes:
    """A PDF with one more object before its end; readers find it all the same."""
    return a_pdf().replace(b"xref\n", b"99 0 obj\n" + body + b"\nendobj\nxref\n", 1)


def packed(body: bytes, name: bytes = b"/ObjStm") -> bytes:
    stream = zlib.compress(b"98 0 " + body)
    head = b"<</Type %s/N 1/First 5/Filter/FlateDecode/Length %d>>" % (name, len(stream))
    return with_object(head + b"stream\n" + stream + b"\nendstream")


@pytest.mark.parametrize(
    "body",
    [
        b"<</S/JavaScript/JS(app.alert(1))>>",
        b"<</S/Java#53cript/JS(app.alert(1))>>",
        b"<</S /Launch/F(cmd.exe)>>",
        b"<</Type/EmbeddedFile>>",
        b"<</XFA [1 0 R]>>",
        b"<</S/SubmitForm/F(http://example.com)>>",
    ],
)
@pytest.mark.parametrize("place", [with_object, packed])
def test_a_pdf_that_acts_by_itself_is_refused(body, place):
    assert why(place(body)) == "ACTS"


def test_a_pdf_that_hides_its_parts_is_refused():
    assert why(packed(b"<</S/JavaScript>>", b"/Obj#53tm")) == "DAMAGED"


def test_a_pdf_whose_part_grows_beyond_measure_is_refused():
    started = time.perf_counter()
    assert why(packed(bytes(200_000_000)) + a_pdf()) == "DAMAGED"
    assert time.perf_counter() - started < 5


def test_a_locked_pdf_is_refused():
    out = io.BytesIO()
    canvas = Canvas(out, encrypt="secret")
    canvas.drawString(72, 700, "x")
    canvas.save()
    assert why(out.getvalue()) == "LOCKED"


@pytest.mark.parametrize("second", [b"<script>alert(1)</script>", b"PK\x03\x04" + bytes(30)])
def test_a_second_file_behind_a_pdf_is_refused(second):
    assert why(a_pdf() + second) == "DAMAGED"


def test_the_pages_of_a_pdf_are_counted():
    assert read_scan(a_pdf(pages=MAX_PAGES)).pages == MAX_PAGES
    assert why(a_pdf(pages=MAX_PAGES + 1)) == "TOO_MANY_PAGES"
    assert why(b"%PDF-1.7\nnothing\n%%EOF\n") == "DAMAGED"


def test_bytes_of_pictures_inside_a_pdf_are_not_taken_for_names():
    body = b"<</Length 20>>stream\n/JS /XFA /AA xx /JS\nendstream"
    assert read_scan(with_object(body)).media_type == PDF


# --- at rest -----------------------------------------------------------------------------------

CIPHER = FieldCipher({1: bytes(range(32)), 2: bytes(range(32, 64))}, current=2)


def test_a_sealed_file_opens_again_at_its_own_place_only():
    sealed = CIPHER.seal_file(b"\x00\xff content", field="papers/a")
    assert CIPHER.open_file(sealed, field="papers/a") == b"\x00\xff content"
    assert b"content" not in sealed
    assert CIPHER.version_of(sealed) == 2
    with pytest.raises(BadToken) as refused:
        CIPHER.open_file(sealed, field="papers/b")
    assert refused.value.code == "TOKEN_DAMAGED"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda sealed: sealed[:-1], "TOKEN_DAMAGED"),
        (lambda sealed: sealed[:20] + b"\x00" + sealed[21:] + b"x", "TOKEN_DAMAGED"),
        (lambda sealed: b"v7" + sealed[2:], "NO_SUCH_KEY"),
        (lambda sealed: b"GIF89a", "BAD_TOKEN_FORM"),
        (lambda sealed: b"v2:", "TOKEN_DAMAGED"),
    ],
)
def test_a_sealed_file_that_was_changed_does_not_open(change, code):
    sealed = CIPHER.seal_file(b"content", field="f")
    with pytest.raises(BadToken) as refused:
        CIPHER.open_file(change(sealed), field="f")
    assert refused.value.code == code
