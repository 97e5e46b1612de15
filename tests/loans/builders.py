"""Facts of loans as a test tells them, and books of invented cities."""

import datetime as dt
from typing import Any

from policy.book import PolicyBook
from policy.loader import load_catalogue, load_packs
from policy.values import Value


def contribution(day: str, amount: str, covers: list[str]) -> dict[str, Any]:
    return {"date": day, "amount": amount, "covers": covers}


def monthly(first: str, amount: str, months: int) -> list[dict[str, Any]]:
    """Contributions of one amount, each on the 10th of the month it covers."""
    year, month = map(int, first.split("-"))
    rows = []
    for step in range(months):
        years, zero_based = divmod(month - 1 + step, 12)
        covered = f"{year + years}-{zero_based + 1:02d}"
        rows.append(contribution(f"{covered}-10", amount, [covered]))
    return rows


def applicant(**changed: Any) -> dict[str, Any]:
    return {
        "birth_date": "1986-01-31",
        "sex": "M",
        "opened_on": "2025-01-10",
        "contributions": monthly("2025-01", "1385.00", 13),
        "transferred_in": "0.00",
        "withdrawn": "0.00",
        "interest_and_subsidy": "0.00",
        "open_loan": False,
        "dishonest_person": False,
        "overdue_in_a_row": 0,
        "overdue_total": 0,
        **changed,
    }


def application(*applicants: dict[str, Any], **changed: Any) -> dict[str, Any]:
    house = {
        "price": "1000000.00",
        "first_home": True,
        "local": True,
        "green": False,
        "purchased_on": "2025-12-01",
        **changed.pop("house", {}),
    }
    return {
        "applied_on": "2026-01-31",
        "applicants": list(applicants) or [applicant()],
        "house": house,
        "family_monthly_income": "20000.00",
        "term_months": 300,
        "method": "LEVEL_PAYMENT",
        "talent": False,
        "rent_withdrawn_last_year": "0.00",
        **changed,
    }


def book_with(centre: str, on: dt.date, subject: str = "loan", **printed: Any) -> PolicyBook:
    """Open a centre's book with some values of a subject replaced; None leaves a value unset."""
    packs = load_packs()
    catalogue = load_catalogue()
    replaced = {f"{subject}.{name}" for name in printed}
    values = [value for value in packs.values if value.key not in replaced]
    for name, value in printed.items():
        parameter = catalogue[f"{subject}.{name}"]
        values.append(
            Value(
                key=parameter.key,
                jurisdiction=centre,
                unit=parameter.unit,
                printed=value,
                effective_from=dt.date(2010, 1, 1),
                assumed=True,
                reason="invented for a test",
                choices=parameter.choices,
            )
        )
    chain = packs.chains[centre]
    return PolicyBook(
        centre=centre,
        on=on,
        chain=chain,
        values=[value for value in values if value.jurisdiction in chain],
        catalogue=catalogue,
    )
