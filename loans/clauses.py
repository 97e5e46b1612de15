"""The loan contract as a document: what it keeps of the law of the day it is signed."""

from functools import cache
from pathlib import Path
from typing import Any

from accounts.contract import edition_of, lay_out
from policy.book import PolicyBook
from policy.loader import read_yaml
from policy.records import value_record

_TEXTS = Path(__file__).resolve().parent / "data" / "contract.yaml"


def signed_loan_law(book: PolicyBook) -> dict[str, Any]:
    """Give what a contract signed on the book's day keeps: fields of ``LoanContract``."""
    texts = _texts()
    keys = dict.fromkeys(
        clause["key"]
        for article in texts["articles"]
        for clause in article["clauses"]
        if "key" in clause
    )
    found = (book.find(key) for key in keys)
    clauses = [value_record(value) for value in found if value is not None]
    return {
        "clauses": clauses,
        "edition": edition_of(clauses),
        "document": lay_out(clauses, texts),
    }


@cache
def _texts() -> Any:
    return read_yaml(_TEXTS)
