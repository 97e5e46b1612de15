"""Numbers of identity documents: what they must look like and what they tell.

Sources: GB 11643-1999 (resident identity number, check digit by ISO 7064 MOD 11-2); the
residence permits of Hong Kong, Macao and Taiwan residents; the identity card of foreign
permanent residents in its old and its 2023 form.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kernel.days import LAST_YEAR, days_in_month
from kernel.errors import BadValue, seen

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
# The standard's own second example was born in 1880.
_FIRST_BIRTH_YEAR = 1800
_LONGEST_SHOWN = 24

_NUMBER_18 = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_OLD_FOREIGN_CARD = re.compile(r"[A-Z]{3}[0-9]{12}", re.ASCII)
_TRAVEL_PERMIT = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?|[0-9]{8}|[0-9]{10}", re.ASCII)
_RESIDENCE_PERMIT_AREAS = ("810000", "820000", "830000")
_OTHER_KINDS = ("0", "81", "82", "83", "9")


class DocumentType(StrEnum):
    """The documents by which a person may open an account."""

    RESIDENT_ID = "RESIDENT_ID"
    HMT_RESIDENCE_PERMIT = "HMT_RESIDENCE_PERMIT"
    FOREIGN_PERMANENT_RESIDENT_ID = "FOREIGN_PERMANENT_RESIDENT_ID"


class Sex(StrEnum):
    """The sex that the document tells."""

    M = "M"
    F = "F"


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What a right number tells: itself in its one spelling, and birth and sex if it can."""

    document_type: DocumentType
    number: str
    birth_date: dt.date | None
    sex: Sex | None


class BadDocumentNumber(BadValue):
    """The text is no right number of its kind; ``code`` says what is wrong with it."""


def _refuse(code: str, message: str, number: str, **params: object) -> BadDocumentNumber:
    # The message shows the number masked: refusals end up in logs and answers.
    shown = mask_document(number) if len(number) <= _LONGEST_SHOWN else f"{number[:2]}…"
    shown = shown if shown.isprintable() else seen(shown)
    return BadDocumentNumber(f"{shown}: {message}", code=code, seen=shown, **params)


def check_digit(first_17: str) -> str:
    """Return the eighteenth character (ISO 7064 MOD 11-2) for seventeen ASCII digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECK_DIGITS[total % 11]


def _birth_date(number: str) -> dt.date:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    real = _FIRST_BIRTH_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and day >= 1
    if not real or day > days_in_month(year, month):
        raise _refuse(
            "IMPOSSIBLE_DATE",
            f"digits 7 to 14 must be a date of birth, {number[6:14]} is no day of the calendar",
            number,
            date=number[6:14],
        )
    return dt.date(year, month, day)


def _read_18(document_type: DocumentType, number: str) -> DocumentFacts:
    birth_date = _birth_date(number)
    if check_digit(number[:17]) != number[17]:
        raise _refuse(
            "WRONG_CHECK_DIGIT",
            "the last character does not fit the others; compare every digit with the card",
            number,
        )
    sex = Sex.M if int(number[16]) % 2 else Sex.F
    return DocumentFacts(document_type, number, birth_date, sex)


def _demand_18(number: str) -> None:
    if len(number) != 18:
        hint = "; a number of 15 digits needs the present card" if len(number) == 15 else ""
        raise _refuse(
            "WRONG_LENGTH",
            f"has {len(number)} characters, 18 are expected{hint}",
            number,
            length=len(number),
            expected=18,
        )
    if not _NUMBER_18.fullmatch(number):
        raise _refuse(
            "WRONG_CHARACTERS",
            "only the digits 0 to 9 may stand in it, and X as the last character",
            number,
        )


def _wrong_region(number: str, expected: str) -> BadDocumentNumber:
    return _refuse(
        "WRONG_REGION",
        f"begins with {number[:6]}, {expected}; choose the document type printed on the card",
        number,
        region=number[:6],
    )


def _read_resident_id(number: str) -> DocumentFacts:
    _demand_18(number)
    if number.startswith(_OTHER_KINDS):
        raise _wrong_region(number, "which is no area of a resident identity card")
    return _read_18(DocumentType.RESIDENT_ID, number)


def _read_residence_permit(number: str) -> DocumentFacts:
    _demand_18(number)
    if not number.startswith(_RESIDENCE_PERMIT_AREAS):
        raise _wrong_region(number, "a residence permit begins with 810000, 820000 or 830000")
    return _read_18(DocumentType.HMT_RESIDENCE_PERMIT, number)


def _read_foreign_card(number: str) -> DocumentFacts:
    if len(number) == 15:
        if not _OLD_FOREIGN_CARD.fullmatch(number):
            raise _refuse(
                "WRONG_CHARACTERS",
                "the old card has three capital letters and twelve digits",
                number,
            )
        return DocumentFacts(DocumentType.FOREIGN_PERMANENT_RESIDENT_ID, number, None, None)
    if len(number) != 18:
        raise _refuse(
            "WRONG_LENGTH",
            f"has {len(number)} characters, 18 (card of 2023) or 15 (old card) are expected",
            number,
            length=len(number),
            expected=18,
        )
    _demand_18(number)
    if not number.startswith("9"):
        raise _wrong_region(number, "the card of a foreign permanent resident begins with 9")
    return _read_18(DocumentType.FOREIGN_PERMANENT_RESIDENT_ID, number)


_READERS: dict[DocumentType, Callable[[str], DocumentFacts]] = {
    DocumentType.RESIDENT_ID: _read_resident_id,
    DocumentType.HMT_RESIDENCE_PERMIT: _read_residence_permit,
    DocumentType.FOREIGN_PERMANENT_RESIDENT_ID: _read_foreign_card,
}


def read_document(document_type: DocumentType, number: object) -> DocumentFacts:
    """Read a document number and return what it tells.

    Whether the date of birth lies in the future cannot be seen here: no clock is read. The
    old card of foreign permanent residents tells neither birth nor sex.

    Args:
        document_type: the kind of document the person shows.
        number: the number as typed; a final ``x`` counts as ``X``, nothing else is mended.

    Raises:
        BadDocumentNumber: with ``code`` NOT_TEXT, TRAVEL_PERMIT, WRONG_LENGTH,
            WRONG_CHARACTERS, WRONG_REGION, IMPOSSIBLE_DATE or WRONG_CHECK_DIGIT. The
            message shows the number masked.

    Source: GB 11643-1999.
    """
    if not isinstance(number, str):
        raise BadDocumentNumber(
            f"a document number is a string, not {seen(number)}", code="NOT_TEXT", seen=seen(number)
        )
    if _TRAVEL_PERMIT.fullmatch(number):
        raise _refuse(
            "TRAVEL_PERMIT",
            "looks like a travel permit, which is no proof of residence;"
            " ask for the residence permit of 18 digits",
            number,
        )
    normalised = number[:-1] + "X" if number.endswith("x") else number
    return _READERS[document_type](normalised)


def mask_document(number: str) -> str:
    """Hide the middle of a number for the screen: ``653101********0015``."""
    if len(number) >= 15:
        return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
    if len(number) >= 8:
        return f"{number[:2]}{'*' * (len(number) - 4)}{number[-2:]}"
    return "*" * len(number)
