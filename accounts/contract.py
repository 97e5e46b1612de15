"""The agreement as a document: articles written from the policy it was signed on.

The texts are data (``data/agreement.yaml``). A version keeps what was signed: the values with
their citations, the articles made of them, and a digest of the values, its edition.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, override

from accounts.terms import clauses_of
from office.idempotency import digest_of
from policy.book import PolicyBook
from policy.loader import read_yaml
from policy.records import read_value, value_record
from policy.values import Value
from policy.wording import describe_value

_TEXTS = Path(__file__).resolve().parent / "data" / "agreement.yaml"
_LANGUAGE = "zh-hans"
BREACHES = "agreement.breach_kinds"
HOLDS = "agreement.signed_version_holds"

# What a signed version keeps for itself where the law lets it; all else is the law of the day.
KEPT_BY_SIGNATURE = ("dormancy.", "exit.", "loan.", "offset.", BREACHES)


@dataclass(frozen=True, slots=True)
class Breach:
    """A kind of breach: its title, what follows, and whether the agreement ends by it."""

    code: str
    title: str
    measure: str
    ends: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that was signed and reads otherwise now; None = the law knows or knew nothing.

    ``signed_holds``: the signed reading goes on for this agreement until it is signed anew.
    """

    key: str
    signed: Value | None
    now: Value | None
    signed_holds: bool


def signed_law(book: PolicyBook) -> dict[str, Any]:
    """Give what a version signed on the book's day keeps: fields of ``Agreement``."""
    clauses = clauses_of(book)
    return {"clauses": clauses, "edition": edition_of(clauses), "document": lay_out(clauses)}


def edition_of(clauses: Sequence[Mapping[str, Any]]) -> str:
    """Give the digest of the values signed on, empty where nothing was kept."""
    return digest_of(list(clauses)) if clauses else ""


def lay_out(clauses: Sequence[Mapping[str, Any]], texts: Any = None) -> dict[str, Any]:
    """Write the articles from the values kept; an article without a clause is left out.

    Args:
        texts: articles in the form of ``data/agreement.yaml``, which is the default.

    Returns:
        JSON: the edition of the texts, and articles of clauses with their citations.
    """
    values = {record["key"]: read_value(record) for record in clauses}
    texts = texts or _texts()
    with override(_LANGUAGE):
        articles = [
            {"code": article["code"], "title": article["title"], "clauses": written}
            for article in texts["articles"]
            if (written := list(_written(article["clauses"], values)))
        ]
    return {"texts": texts["edition"], "articles": articles if values else []}


def breaches_of(clauses: Sequence[Mapping[str, Any]]) -> list[Breach]:
    """Give the kinds of breach that a signed version names."""
    for record in clauses:
        if record["key"] == BREACHES:
            return [Breach(**row) for row in read_value(record).typed]
    return []


def differences(clauses: Sequence[Mapping[str, Any]], book: PolicyBook) -> list[Difference]:
    """Compare what was signed with the law of the book's day, key by key.

    A value that only changed its period or its citation is the same.

    Source: agreement.signed_version_holds.
    """
    signed = {record["key"]: read_value(record) for record in clauses}
    now = {record["key"]: read_value(record) for record in clauses_of(book)}
    return [
        Difference(key, signed.get(key), now.get(key), holds_as_signed(key, book))
        for key in dict.fromkeys([*signed, *now])
        if _reading(signed.get(key)) != _reading(now.get(key))
    ]


def holds_as_signed(key: str, book: PolicyBook) -> bool:
    """Tell whether a clause goes on as it was signed where the law has changed since.

    Source: agreement.signed_version_holds.
    """
    return key.startswith(KEPT_BY_SIGNATURE) and book.flag(HOLDS)


def as_signed(clauses: Sequence[Mapping[str, Any]], book: PolicyBook, subject: str) -> PolicyBook:
    """Open the book of the day as a signed version reads it on a subject such as ``dormancy.``.

    What was signed stands in the place of what has changed since, marked as carried on, so that a
    decision says so. A clause that was unset when it was signed stays unset. Without clauses, as
    another system hands agreements over, the law of the day stands.

    Source: agreement.signed_version_holds.
    """
    if not clauses or not book.in_force:
        return book
    changed = differences(clauses, book.fresh(book.on))
    kept = [one for one in changed if one.signed_holds and one.key.startswith(subject)]
    return book.reading(_carried(one, book) for one in kept) if kept else book


def _carried(one: Difference, book: PolicyBook) -> Value:
    with override(_LANGUAGE):
        reason = gettext("as the agreement was signed, until it is signed anew")
    if one.signed is not None:
        return replace(one.signed, effective_until=None, carried=True, reason=reason)
    assert one.now is not None
    return replace(
        one.now,
        jurisdiction=book.chain[0],
        printed=None,
        effective_from=dt.date.min,
        effective_until=None,
        citations=(),
        assumed=True,
        reason=reason,
    )


def _reading(value: Value | None) -> object:
    return None if value is None else value.printed


def _written(
    clauses: Sequence[Mapping[str, Any]], values: Mapping[str, Value]
) -> Iterator[dict[str, Any]]:
    for clause in clauses:
        key = clause.get("key")
        if key is None:
            yield {"key": "", "text": clause["text"], "citations": [], "assumed": False}
            continue
        value = values.get(key)
        if value is None or clause.get("when", value.printed) != value.printed:
            continue
        if value.printed in ([], ""):
            continue
        record = value_record(value)
        yield {
            "key": key,
            "text": clause["text"].format(**_spoken(value)),
            "citations": record["citations"],
            "assumed": value.assumed,
        }


def _spoken(value: Value) -> dict[str, str]:
    if value.key != BREACHES:
        return {"value": describe_value(value)}
    rows = [Breach(**row) for row in value.typed]
    return {
        "kinds": "、".join(row.title for row in rows),
        "measures": "；".join(f"{row.title}：{row.measure}" for row in rows),
    }


@cache
def _texts() -> Any:
    return read_yaml(_TEXTS)
