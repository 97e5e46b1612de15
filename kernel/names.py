"""Names of persons: one spelling for comparing, and pinyin for finding."""

from __future__ import annotations

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

from kernel.errors import BadValue, seen

MAX_LENGTH = 80
SEPARATOR = "\u00b7"

# Dots that people and input methods put between the parts of a name.
_DOTS = re.compile(
    "[\u00b7\u0387\u2022\u2027\u2219\u22c5\u2e33\u30fb\u25cf\u2024\u318d\ua78f\u16eb]"
)
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_POINT_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}])[.\u3002](?=[{_HAN}])")
_SPACE_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}{SEPARATOR}]) +(?=[{_HAN}{SEPARATOR}])")
_ALLOWED_MARKS = frozenset(f"{SEPARATOR} -'\u2019.,\u3007")

# Surnames whose own reading is not the one a dictionary gives for the character alone.
_SURNAMES = {
    "仇": "qiu", "曾": "zeng", "解": "xie", "查": "zha", "区": "ou", "朴": "piao",
    "单": "shan", "翟": "zhai", "缪": "miao", "乐": "yue", "盖": "ge", "种": "chong",
    "员": "yun", "黑": "he", "秘": "bi", "折": "she", "逄": "pang", "召": "shao",
    "覃": "qin", "繁": "po", "洗": "xian", "郇": "xun", "隗": "wei", "牟": "mu",
    "佴": "nai", "阚": "kan", "祭": "zhai", "句": "gou", "便": "pian", "都": "du",
    "能": "nai", "粘": "nian", "卜": "bu", "薄": "bo", "藏": "zang", "乜": "nie",
    "么": "yao", "蔚": "yu",
}  # fmt: skip
_COMPOUND_SURNAMES = {
    "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"),
    "单于": ("chan", "yu"), "澹台": ("tan", "tai"), "乐正": ("yue", "zheng"),
    "子车": ("zi", "ju"),
}  # fmt: skip


class BadName(BadValue):
    """The text is no name of a person; ``code`` says why."""


def normal_name(text: object) -> str:
    """Return the one spelling of a name by which names are compared.

    Compatibility forms become the usual ones, every kind of middle dot becomes ``·``, and
    blanks at the ends or between Chinese characters go. Keep the text as it came beside it:
    it is what the document shows.

    Args:
        text: 1 to 80 characters in any script.

    Raises:
        BadName: with ``code`` NOT_TEXT, EMPTY, TOO_LONG, PRIVATE_USE, BAD_CHARACTER or
            BAD_START.
    """
    if not isinstance(text, str):
        raise BadName(f"a name is a string, not {seen(text)}", code="NOT_TEXT", seen=seen(text))
    if len(text) > MAX_LENGTH:
        raise BadName(
            f"the name has {len(text)} characters, at most {MAX_LENGTH} are kept",
            code="TOO_LONG",
            length=len(text),
        )
    # Control characters first: NFKC and strip would make some of them disappear unseen.
    for char in text:
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            raise _bad_character(char)
    # Dots before NFKC as well: it turns one of them into a Korean vowel.
    name = unicodedata.normalize("NFKC", _DOTS.sub(SEPARATOR, _VARIATION_SELECTORS.sub("", text)))
    name = _POINT_BETWEEN_HAN.sub(SEPARATOR, _DOTS.sub(SEPARATOR, name))
    name = _SPACE_BETWEEN_HAN.sub("", re.sub(" +", " ", name).strip())
    name = re.sub(f" *{SEPARATOR}[{SEPARATOR} ]*", SEPARATOR, name)
    if not name:
        raise BadName("the name is empty: write it as on the document", code="EMPTY")
    _demand_name_characters(name)
    return name


def _demand_name_characters(name: str) -> None:
    if len(name) > MAX_LENGTH:
        raise BadName(
            f"the name has {len(name)} characters, at most {MAX_LENGTH} are kept",
            code="TOO_LONG",
            length=len(name),
        )
    for char in name:
        if unicodedata.category(char)[0] not in "LM" and char not in _ALLOWED_MARKS:
            raise _bad_character(char)
    # A name that begins with a mark can become a formula in a spreadsheet.
    if unicodedata.category(name[0])[0] != "L" and name[0] != "〇":
        raise BadName(
            f"a name begins with a letter or character, not {seen(name[0])}", code="BAD_START"
        )
    if name.endswith(SEPARATOR):
        raise _bad_character(SEPARATOR)


def _bad_character(char: str) -> BadName:
    point = f"U+{ord(char):04X}"
    if unicodedata.category(char) == "Co":
        return BadName(
            f"{point} is a private character that other systems cannot read;"
            " type the name with a standard input method",
            code="PRIVATE_USE",
            seen=point,
        )
    return BadName(
        f"{seen(char)} ({point}) cannot stand in a name", code="BAD_CHARACTER", seen=point
    )


def _syllables(text: str) -> list[str]:
    """Return the pinyin of each character, and each word of other scripts as it is."""
    kept = re.sub(f"[{SEPARATOR}.,'\u2019-]", " ", text)
    syllables: list[str] = []
    for part in lazy_pinyin(kept, style=Style.NORMAL, errors="default"):
        syllables.extend(part.lower().split())
    return syllables


def _readings(name: str) -> list[list[str]]:
    """Return the ways to read a name, the surname's own reading first."""
    name = normal_name(name)
    readings = []
    if name[:2] in _COMPOUND_SURNAMES:
        readings.append([*_COMPOUND_SURNAMES[name[:2]], *_syllables(name[2:])])
    if name[0] in _SURNAMES:
        readings.append([_SURNAMES[name[0]], *_syllables(name[1:])])
    if readings:
        # Apart from the rest, so that no dictionary word across the border decides.
        readings.append([*_syllables(name[0]), *_syllables(name[1:])])
    else:
        readings.append(_syllables(name))
    return [reading for at, reading in enumerate(readings) if reading not in readings[:at]]


def pinyin_keys(name: str) -> tuple[str, ...]:
    """Return the initials by which a name can be found, the surname's own reading first.

    A surname with a reading of its own is also found by its common one, because clerks type
    what they see: 曾黎 gives ``("zl", "cl")``.

    Raises:
        BadName: as ``normal_name``.
    """
    keys = ["".join(syllable[0] for syllable in reading) for reading in _readings(name)]
    return tuple(dict.fromkeys(keys))


def full_pinyin(name: str) -> str:
    """Return the whole name in pinyin without blanks or tones: 曾黎 is ``zengli``, ü is ``v``.

    Raises:
        BadName: as ``normal_name``.
    """
    return "".join(_readings(name)[0])
