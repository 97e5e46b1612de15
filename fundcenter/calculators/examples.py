"""One request for each calculator that any centre can answer: for the pages and the API's docs."""

from collections.abc import Mapping
from typing import Any

ON = "2026-01-31"

_LOAN = {
    "principal": "270000.00",
    "term_months": 300,
    "method": "LEVEL_PAYMENT",
    "disbursed_on": "2026-01-31",
    "annual_rate": "2.60",
}
_BORROWER = {
    "birth_date": "1990-06-01",
    "sex": "M",
    "opened_on": "2025-01-06",
    "contributions": [
        {"date": f"2025-{month:02d}-10", "amount": amount, "covers": [f"2025-{month:02d}"]}
        for month, amount in enumerate(["500.00"] * 6 + ["2000.00"] * 6, start=1)
    ]
    + [{"date": "2026-01-10", "amount": "3000.00", "covers": ["2026-01"]}],
    "transferred_in": "0.00",
    "withdrawn": "0.00",
    "interest_and_subsidy": "9.38",
    "open_loan": False,
    "dishonest_person": False,
    "overdue_in_a_row": 0,
    "overdue_total": 0,
}

FACTS: Mapping[str, Mapping[str, Any]] = {
    "identity": {"document_type": "RESIDENT_ID", "number": "11010519491231002X"},
    "retirement": {"birth_date": "1985-06-01", "category": "MEN_60"},
    "eligibility": {
        "birth_date": "1985-06-01",
        "sex": "M",
        "document_type": "RESIDENT_ID",
        "own_labour_income": True,
        "full_capacity": True,
        "in_unit_pension": False,
        "works_in_area": True,
        "dishonest_person": False,
        "has_open_account": False,
        "platform_checked": True,
    },
    "contribution": {
        "mode": "MONTHLY",
        "monthly_amount": "500.00",
        "payment_amount": "500.00",
        "paid_this_month": "0.00",
        "paid_this_year": "0.00",
        "covered_until": "2025-12",
    },
    "interest": {
        "settled_on": "2026-06-30",
        "opening_balance": "3009.38",
        "movements": [
            {"date": "2025-07-10", "amount": "2000.00"},
            {"date": "2026-01-10", "amount": "3000.00"},
        ],
    },
    "subsidy": {
        "settled_on": "2026-06-30",
        "opened_on": "2025-01-06",
        "mode": "MONTHLY",
        "first_time": True,
        "movements": [
            {
                "date": f"{year}-{month:02d}-10",
                "amount": "500.00",
                "origin": "FLEX",
                "covers": [f"{year}-{month:02d}"],
            }
            for year, month in [(2025, month) for month in range(1, 13)]
            + [(2026, month) for month in range(1, 7)]
        ],
        "events": [],
        "credited_before": "0.00",
        "credits_before": 0,
    },
    "opening-subsidy": {
        "opened_on": "2025-01-06",
        "first_time": True,
        "category": "GRADUATE",
        "left_school_on": "2023-06-30",
        "full_months": 12,
        "granted_before": False,
    },
    "loan-quota": {
        "applied_on": "2026-01-31",
        "applicants": [_BORROWER],
        "house": {
            "price": "1000000.00",
            "first_home": True,
            "local": True,
            "green": False,
            "purchased_on": "2026-01-15",
        },
        "family_monthly_income": "6000.00",
        "term_months": 300,
        "method": "LEVEL_PAYMENT",
        "talent": False,
        "rent_withdrawn_last_year": "0.00",
    },
    "loan-schedule": _LOAN,
    "prepayment": _LOAN
    | {
        "paid_instalments": 12,
        "amount": "50000.00",
        "paid_on": "2027-02-10",
        "option": "SHORTEN",
    },
    "penalty": {
        "annual_rate": "2.60",
        "instalments": [{"principal": "639.91", "interest": "585.00", "due_on": "2026-01-10"}],
        "paid_on": "2026-01-31",
        "payment": "1000.00",
    },
    "withdrawal": {
        "ground": "RENT",
        "amount": "8000.00",
        "balance_by_origin": {"FLEX": "21436.50", "UNIT": "0.00"},
        "open_loan": False,
        "guarantee": False,
        "frozen": False,
        "single_or_couple": "SINGLE",
        "taken_this_period": {"self": "0.00", "spouse": "0.00"},
        "evidence": ["LEASE_FILING"],
    },
    "exit": {
        "balance_by_origin": {"FLEX": "21436.50", "UNIT": "5000.00"},
        "open_loan": False,
        "loan_applied": False,
        "guarantee": False,
        "frozen": False,
        "converted_from_unit": False,
    },
    "dormancy": {
        "opened_on": "2025-01-06",
        "mode": "MONTHLY",
        "last_covered_month": "2025-07",
        "balance": "3500.00",
        "open_loan": False,
        "pending_business": False,
    },
    "deadline": {"kind": "WITHDRAWAL", "accepted_on": "2026-01-30"},
    "fund-indicators": {
        "loan_balance": "8612000000.00",
        "contribution_balance": "9800000000.00",
        "flexible_loan_balance": "36000000.00",
        "flexible_contribution_balance": "41000000.00",
        "overdue_amount": "4306000.00",
    },
}


def example_request(name: str, centre: str = "kashgar") -> dict[str, Any]:
    """Return a request that the calculator answers."""
    return {"centre": centre, "on": ON, "facts": dict(FACTS[name])}
