"""The fonts of the papers, and the characters of names that they lack.

The product brings one font with every Chinese character it knows. A name with another one is
never printed with a gap: the paper is refused and the refusal names the character.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfbase.ttfonts import TTFError, TTFont

MAIN = "NSC"
_FILE = settings.BASE_DIR / "static" / "vendor" / "fonts" / "NSC-han.ttf"


class NoGlyph(Exception):
    """No font has these characters, so the paper would show a name with holes."""

    def __init__(self, chars: Iterable[str]) -> None:
        self.chars = tuple(dict.fromkeys(chars))
        super().__init__(*self.chars)

    def __str__(self) -> str:
        named = "、".join(f"{char} (U+{ord(char):04X})" for char in self.chars)
        return _(
            "No font can print %(characters)s, and a paper without them would name somebody else. "
            "Whoever runs the system adds a font that has them: setting PDF_EXTRA_FONTS."
        ) % {"characters": named}


class BadFont(Exception):
    """A file of PDF_EXTRA_FONTS is no TrueType font that may be embedded."""

    def __init__(self, path: str, problem: object) -> None:
        self.path = path
        super().__init__(path, str(problem))

    def __str__(self) -> str:
        return _("PDF_EXTRA_FONTS: %(path)s cannot be used: %(problem)s") % {
            "path": self.path,
            "problem": self.args[1],
        }


Glyphs = Mapping[int, int]


def load_fonts() -> tuple[tuple[str, Glyphs], ...]:
    """Give names and characters of all fonts, our own first; each is read once per process.

    Raises:
        BadFont: a file of the setting is no font that can be embedded.
    """
    return _load(tuple(settings.PDF_EXTRA_FONTS))


_PLAIN_MAP = ttfonts.makeToUnicodeCMap
_BEYOND = re.compile(r"(?<=> )<([0-9A-F]{5,6})>")


def _as_utf16(found: re.Match[str]) -> str:
    return f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"


def _to_unicode_map(fontname: str, subset: Any) -> str:
    """Write the map by which readers find and copy text, in UTF-16 as PDF demands it.

    The library writes characters beyond U+FFFF with five digits, which no reader understands.
    Source: ISO 32000-1, 9.10.3.
    """
    return _BEYOND.sub(_as_utf16, _PLAIN_MAP(fontname, subset))


ttfonts.makeToUnicodeCMap = _to_unicode_map


@cache
def _load(extra: tuple[str, ...]) -> tuple[tuple[str, Glyphs], ...]:
    fonts = []
    for place, path in enumerate((str(_FILE), *extra)):
        # A name per file: fonts live as long as the process, settings of tests do not.
        name = f"{MAIN}-{path}" if place else MAIN
        try:
            font = TTFont(name, path)
        except (OSError, TTFError) as broken:
            raise BadFont(path, broken) from broken
        pdfmetrics.registerFont(font)
        fonts.append((name, font.face.charToGlyph))
    return tuple(fonts)


def require_glyphs(texts: Iterable[str]) -> None:
    """Refuse texts that no font can print completely; line ends need no font.

    Raises:
        NoGlyph: with every character that is missing.
    """
    fonts = load_fonts()
    used = dict.fromkeys(char for text in texts for char in text if char != "\n")
    missing = [char for char in used if not any(ord(char) in glyphs for _name, glyphs in fonts)]
    if missing:
        raise NoGlyph(missing)


def runs(text: str) -> Iterator[tuple[str, str]]:
    """Split a text into (font, part): each part in the first font that has its characters.

    ``require_glyphs`` has been asked before, so that each character has one.
    """
    fonts = load_fonts()
    if all(map(fonts[0][1].__contains__, map(ord, text))):
        yield MAIN, text
        return
    part, last = "", MAIN
    for char in text:
        font = next((name for name, glyphs in fonts if ord(char) in glyphs), last)
        if font != last and part:
            yield last, part
            part = ""
        part, last = part + char, font
    if part:
        yield last, part


def width(text: str, size: int) -> float:
    """Give the width of a text in points."""
    return _width(text, size, tuple(settings.PDF_EXTRA_FONTS))


# A page asks for the same dates and words again and again, and twice for each: to fold, to place.
@lru_cache(maxsize=4096)
def _width(text: str, size: int, extra: tuple[str, ...]) -> float:
    return sum(pdfmetrics.stringWidth(part, font, size) for font, part in runs(text))
