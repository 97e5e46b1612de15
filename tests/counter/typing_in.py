"""What a clerk types at the counter."""

import datetime as dt
import re
from typing import Any

from tests.accounts.builders import number_of

BORN = dt.date(1991, 5, 4)


def opening_form(**changes: Any) -> dict[str, Any]:
    """A filled-in opening without a fault."""
    typed = {
        "document_type": "RESIDENT_ID",
        "number": number_of(BORN, 7),
        "name": "艾力·买买提",
        "phone": "13800001111",
        "employment": "NEW_FORM",
        "occupation": "骑手",
        "subsidy_category": "NONE",
        "first_time": "yes",
        "own_labour_income": "yes",
        "full_capacity": "yes",
        "works_in_area": "yes",
        "mode": "MONTHLY",
        "monthly_amount": "500.00",
        "bank": "中国银行",
        "card": "6217 0000 1000 1234 567",
        "debit_day": "10",
        "token": "6f1c1f0e-5a0e-4a54-9d0c-0e2f7f1f4a11",
    }
    return {**typed, **changes}


def hidden(html: str, action: str) -> dict[str, str]:
    """Give the hidden fields of the form that goes to ``action``: what the check page hands on."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.S)
    assert form is not None, f"no form goes to {action}"
    fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}
