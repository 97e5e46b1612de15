"""Scans and photographs of papers: what they are by their content, and a clean copy to keep.

Names and announced types are not believed. A picture is decoded and written anew, which leaves
behind whatever else the file carried: places and times of a camera, hidden texts, a second file
at its end. A PDF is kept as it is, but only when it carries nothing that acts by itself.
"""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

from kernel.errors import BadValue

# A page photographed by a telephone takes 3 to 6 MiB, ten scanned pages about as much. A web
# process holds a few uploads in memory at once, so the limit stays near what is needed.
MAX_BYTES = 10 * 1024 * 1024
# Decoding takes three bytes a pixel. A JPEG can be decoded smaller than it is; a PNG cannot.
MAX_PIXELS = {"JPEG": 64_000_000, "PNG": 20_000_000}
# A sheet of A4 at 300 dots per inch: more shows nothing that a reader could use.
LONGEST_SIDE = 3508
# Contracts have a few dozen pages; whoever scans more divides them, and the viewer stays quick.
MAX_PAGES = 60
# What all compressed parts of a PDF that are looked into may grow to.
_MAX_UNPACKED = 8 * 1024 * 1024

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
MEDIA_TYPES = (JPEG, PNG, PDF)

_JPEG_QUALITY = 88
_THUMBNAIL = (160, 120)

_NAME_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
# Names long enough that the bytes of a picture do not spell them by chance; every action in the
# language of scripts needs /JavaScript, so /JS alone is not looked for.
_ACTS = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|"
    rb"XFA(?=\s*[\[0-9]))(?![A-Za-z])"
)
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z])")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm(?![A-Za-z])")
# A dictionary is short; a longer search would let a crafted file keep a process busy.
_BODY = re.compile(rb".{0,500}?stream\r?\n", re.DOTALL)


class BadScan(BadValue):
    """A file cannot be kept: not a scan, too large, damaged, or it acts by itself."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A clean copy: what may be kept and shown."""

    media_type: str
    content: bytes
    pages: int


def read_scan(content: bytes) -> Scan:
    """Look at a file by its content and give the copy that may be kept.

    Raises:
        BadScan: with ``code`` EMPTY, TOO_LARGE, UNKNOWN_KIND, DAMAGED, TOO_MANY_PIXELS, MOVES,
            TOO_MANY_PAGES, LOCKED or ACTS.
    """
    if not content:
        raise BadScan("the file is empty", code="EMPTY")
    if len(content) > MAX_BYTES:
        raise BadScan(
            f"the file has {len(content)} bytes; the limit is {MAX_BYTES}",
            code="TOO_LARGE",
            seen=len(content),
            limit=MAX_BYTES,
        )
    if content.startswith(b"\xff\xd8\xff") or content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _read_picture(content)
    if content.startswith(b"%PDF-"):
        return _read_pdf(content)
    raise BadScan("the file is neither JPEG nor PNG nor PDF", code="UNKNOWN_KIND")


def thumbnail(scan: bytes) -> bytes:
    """Give a small JPEG of a picture that was kept: enough to tell papers apart, not to read them.

    Raises:
        BadScan: with ``code`` DAMAGED; it is no picture of ours.
    """
    try:
        with Image.open(io.BytesIO(scan), formats=("JPEG", "PNG")) as picture:
            picture.draft("RGB", _THUMBNAIL)
            picture.thumbnail(_THUMBNAIL)
            return _written(picture.convert("RGB"), "JPEG")
    except (OSError, ValueError, SyntaxError) as broken:
        raise BadScan("the picture cannot be read", code="DAMAGED") from broken


def _read_picture(content: bytes) -> Scan:
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            kind = "PNG" if picture.format == "PNG" else "JPEG"
            _check_picture(picture, kind)
            picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return Scan(JPEG if kind == "JPEG" else PNG, _written(_plain(upright), kind), 1)
    except BadScan:
        raise
    except Image.DecompressionBombError as bomb:
        limit = max(MAX_PIXELS.values())
        said = f"the picture has far more than {limit} pixels"
        raise BadScan(said, code="TOO_MANY_PIXELS", seen=f"> {limit}", limit=limit) from bomb
    except (OSError, ValueError, SyntaxError, zlib.error) as broken:
        raise BadScan("the picture is damaged and cannot be read", code="DAMAGED") from broken


def _check_picture(picture: Image.Image, kind: str) -> None:
    """Refuse by the head of the file alone, before anything is decoded."""
    pixels = picture.width * picture.height
    if pixels > MAX_PIXELS[kind]:
        raise BadScan(
            f"the picture has {pixels} pixels; the limit for {kind} is {MAX_PIXELS[kind]}",
            code="TOO_MANY_PIXELS",
            seen=pixels,
            limit=MAX_PIXELS[kind],
        )
    if kind == "PNG" and getattr(picture, "n_frames", 1) > 1:
        raise BadScan("the picture moves: a paper does not", code="MOVES")


def _plain(picture: Image.Image) -> Image.Image:
    """Give grey or coloured pixels and nothing else; what was transparent becomes paper."""
    if picture.mode in ("1", "L", "I", "I;16"):
        return picture.convert("L")
    if picture.mode in ("RGBA", "LA", "P", "PA"):
        over = picture.convert("RGBA")
        paper = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(paper, over).convert("RGB")
    return picture.convert("RGB")


def _written(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    options = {"quality": _JPEG_QUALITY} if kind == "JPEG" else {}
    bare.save(out, kind, **options)
    return out.getvalue()


def _read_pdf(content: bytes) -> Scan:
    end = content.rfind(b"%%EOF")
    if end < 0 or content[end + 5 :].strip(b"\r\n\t \x00"):
        raise BadScan("the PDF does not end where it says", code="DAMAGED")
    parts = [content, *_unpacked(content)]
    plain = [_NAME_CODE.sub(_named, part) for part in parts]
    if any(_LOCKED.search(part) for part in plain):
        raise BadScan("the PDF is locked with a password or a right", code="LOCKED")
    for part in plain:
        found = _ACTS.search(part)
        if found is not None:
            what = found[1].decode()
            raise BadScan(f"the PDF acts by itself: /{what}", code="ACTS", seen=what)
    pages = sum(len(_PAGE.findall(part)) for part in plain)
    if not pages:
        raise BadScan("the PDF has no page", code="DAMAGED")
    if pages > MAX_PAGES:
        raise BadScan(
            f"the PDF has {pages} pages; the limit is {MAX_PAGES}",
            code="TOO_MANY_PAGES",
            seen=pages,
            limit=MAX_PAGES,
        )
    return Scan(PDF, content, pages)


def _named(found: re.Match[bytes]) -> bytes:
    """Undo the code by which a name can be written otherwise: /J#53 is /JS."""
    return bytes([int(found[1], 16)])


def _unpacked(content: bytes) -> list[bytes]:
    """Unpack the parts in which a PDF may keep its objects, as far as they may grow.

    Raises:
        BadScan: with ``code`` DAMAGED; a part is damaged, hidden or grows beyond all measure.
    """
    heads = [found.end() for found in _OBJECT_STREAM.finditer(content)]
    if len(heads) != len(_OBJECT_STREAM.findall(_NAME_CODE.sub(_named, content))):
        raise BadScan("the PDF writes its parts in a code", code="DAMAGED")
    parts: list[bytes] = []
    left, view = _MAX_UNPACKED, memoryview(content)
    for head in heads:
        body = _BODY.match(content, head)
        if body is None or left <= 0:
            raise BadScan("the PDF hides a part, or unpacks to more than it may", code="DAMAGED")
        unpacker = zlib.decompressobj()
        try:
            part = unpacker.decompress(view[body.end() :], left)
        except zlib.error as broken:
            said = "the PDF is damaged: a part cannot be unpacked"
            raise BadScan(said, code="DAMAGED") from broken
        if not unpacker.eof:
            raise BadScan("the PDF unpacks to more than it may, or is cut", code="DAMAGED")
        left -= len(part)
        parts.append(part)
    return parts
