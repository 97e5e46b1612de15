"""Invented people: right document numbers, phones and cards that belong to nobody."""

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from accounts.facts import ContributionMode
from accounts.models import Member
from accounts.services import Applicant, Terms
from fundcenter.demo.data import CentreData, MemberRow, PersonRow, names
from kernel.documents import DocumentType, Sex, check_digit

ADULT_AGE = 18
_OPERATORS = ("136", "137", "138", "139", "150", "151", "158", "159", "180", "181", "186", "189")
_UYGHUR_PER_HUNDRED, _OTHERS_PER_HUNDRED = 74, 8


def luhn_digit(digits: str) -> str:
    """Give the check digit that makes a card number right (ISO/IEC 7812-1)."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        doubled = int(char) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def document_number(area: str, born: dt.date, place: int, sex: Sex) -> str:
    """Give a right number of eighteen; ``place`` tells people of one birthday apart."""
    body = f"{area}{born:%Y%m%d}{place * 2 + (1 if sex is Sex.M else 0):03d}"
    return body + check_digit(body)


@dataclass
class Registry:
    """What a centre has given out, so that no two people share a number."""

    code: str
    place: int
    data: CentreData
    numbers: set[str] = field(default_factory=set)
    counted: int = 0

    def number(self, area: str, born: dt.date, sex: Sex) -> str:
        """Give a document number that nobody has yet."""
        for place in range(500):
            number = document_number(area, born, place, sex)
            if number not in self.numbers:
                self.numbers.add(number)
                return number
        raise ValueError(f"no number left for {area} {born}")

    def phone(self, rng: Random) -> str:
        """Give a phone number; the zeros in its middle mark it as invented."""
        self.counted += 1
        return f"{rng.choice(_OPERATORS)}{self.place}000{self.counted:04d}"

    def card(self, bank: str, rng: Random) -> str:
        """Give a card number of the bank, right by its check digit."""
        body = f"{names().banks[bank]}00{self.place}0{rng.randrange(10**8):08d}"
        return body + luhn_digit(body)


def ordinary(
    registry: Registry, rng: Random, opened: dt.date, monthly_fen: int | None, mode: str, name: str
) -> tuple[Applicant, Terms]:
    """Invent a person who opens an account on a day; an empty name is invented too."""
    sex = rng.choice((Sex.M, Sex.F))
    age = rng.choices((18, 24, 31, 39, 46, 51), (8, 24, 28, 22, 14, 4))[0] + rng.randrange(6)
    if sex is Sex.F:
        age = min(age, 52)
    born = dt.date(opened.year - age, rng.randrange(1, 13), rng.randrange(1, 29))
    area = rng.choice(registry.data.areas)
    occupation = rng.choice(registry.data.occupations)
    applicant = _applicant(
        registry,
        rng,
        opened,
        name=name or invented_name(registry.code, sex, rng),
        number=registry.number(area, born, sex),
        occupation=occupation,
        employment=rng.choice(Member.Employment.values),
        industry_chain=registry.data.chains.get(occupation, ""),
    )
    return applicant, make_terms(registry, rng, mode, monthly_fen)


def named(registry: Registry, rng: Random, row: PersonRow, opened: dt.date) -> Applicant:
    """Turn a row of the data files into an applicant, inventing what it leaves open."""
    wanted: dict[str, object] = {}
    if isinstance(row, MemberRow):
        wanted = {
            "first_time": row.first_time,
            "subsidy_category": row.subsidy_category,
            "left_school_date": row.left_school,
            "employment": row.employment or Member.Employment.NEW_FORM.value,
            "occupation": row.occupation or rng.choice(registry.data.occupations),
        }
        wanted["industry_chain"] = registry.data.chains.get(str(wanted["occupation"]), "")
    number, birth = row.number, {}
    if number:
        birth = {"birth_date": row.born, "sex": row.sex}
    elif row.born and row.sex:
        number = registry.number(row.area or registry.data.areas[0], row.born, row.sex)
    return _applicant(
        registry,
        rng,
        opened,
        name=row.name,
        number=number,
        document_type=row.document_type,
        works_in_area=row.works_in_area,
        own_labour_income=row.own_labour_income,
        **birth,
        **wanted,
    )


def make_terms(
    registry: Registry,
    rng: Random,
    mode: str,
    monthly_fen: int | None,
    *,
    bank: str = "",
    debit_day: int = 10,
) -> Terms:
    """Agree on terms, with a card of the person's own."""
    bank = bank or rng.choice(sorted(names().banks))
    return Terms(
        mode=ContributionMode(mode),
        monthly_amount_fen=monthly_fen,
        bank=bank,
        card=registry.card(bank, rng),
        debit_day=debit_day,
    )


def invented_name(centre: str, sex: Sex, rng: Random) -> str:
    """Put a name together from the parts common in the region."""
    parts = names()
    if centre == "kashgar":
        origin = rng.randrange(100)
        if origin < _UYGHUR_PER_HUNDRED:
            given = parts.uyghur.men if sex is Sex.M else parts.uyghur.women
            return f"{rng.choice(given)}·{rng.choice(parts.uyghur.men)}"
        if origin < _UYGHUR_PER_HUNDRED + _OTHERS_PER_HUNDRED:
            return rng.choice(parts.others.men if sex is Sex.M else parts.others.women)
    given = parts.han.men if sex is Sex.M else parts.han.women
    return rng.choice(parts.han.surnames) + rng.choice(given)


def _applicant(
    registry: Registry, rng: Random, opened: dt.date, *, number: str, **facts: object
) -> Applicant:
    born = _born(number, facts)
    under_age = (opened.year - born.year) - (
        (opened.month, opened.day) < (born.month, born.day)
    ) < ADULT_AGE
    if facts.get("own_labour_income") is None:
        facts["own_labour_income"] = True if under_age else None
    told = {
        "document_type": DocumentType.RESIDENT_ID,
        "full_capacity": True,
        "works_in_area": True,
        "phone": registry.phone(rng),
        **facts,
    }
    return Applicant(number=number, **told)  # type: ignore[arg-type]


def _born(number: str, facts: dict[str, object]) -> dt.date:
    born = facts.get("birth_date")
    if isinstance(born, dt.date):
        return born
    return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
