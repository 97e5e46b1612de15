"""Scans as they come from scanners and telephones."""

import io

from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas


def a_jpeg(width: int = 320, height: int = 240, text: str = "paper") -> bytes:
    return _picture("JPEG", width, height, text)


def a_png(width: int = 320, height: int = 240, text: str = "paper") -> bytes:
    return _picture("PNG", width, height, text)


def a_pdf(pages: int = 1, text: str = "paper") -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    for page in range(1, pages + 1):
        canvas.drawString(72, 700, f"{text} {page}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _picture(kind: str, width: int, height: int, text: str) -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(picture).text((20, 20), text, fill="black")
    picture.save(out, kind)
    return out.getvalue()
