"""Every two-person document: the database keeps its two persons, and one hand moves it."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from office.models import Document

ROOT = Path(__file__).parent.parent.parent
EVERY_DOCUMENT = sorted(
    (model for model in apps.get_models() if issubclass(model, Document) and model._meta.managed),
    key=lambda model: model._meta.label,
)
NAMES = {model.__name__ for model in EVERY_DOCUMENT}
each_document = pytest.mark.parametrize(
    "model", EVERY_DOCUMENT, ids=[model._meta.label for model in EVERY_DOCUMENT]
)
MAKER, CHECKER = 1, 2
TODAY, DIGEST = "2026-07-01", "0" * 64


def stored_check(model: type[Document], name: str) -> str:
    """Read the clause of a check as the database itself holds it."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conrelid = %s::regclass AND conname = %s AND contype = 'c'",
                [table, name],
            )
            row = cursor.fetchone()
            return row[0] if row else ""
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        sql = cursor.fetchone()[0]
    _before, found, rest = sql.partition(f'CONSTRAINT "{name}" ')
    depth, length = 0, rest.find("(") + 1
    while found and depth >= 0:
        depth += (rest[length] == "(") - (rest[length] == ")")
        length += 1
    return rest[:length]


def is_kept_out(model: type[Document], fact: str, **row: object) -> bool:
    """Try a row against a stored clause, in a table that has nothing but the clause's columns."""
    name = f"{model._meta.app_label}_{model._meta.model_name}_{fact}"
    clause = stored_check(model, name)
    assert clause, f"{name} is not in the database"
    columns = {
        "state": "varchar(16)",
        "made_by_id": "bigint",
        "checked_by_id": "bigint",
        "checked_at": "timestamp",
        "digest": "varchar(64)",
        "return_reason": "varchar(400)",
    }
    values = {"state": "SUBMITTED", "made_by_id": MAKER, "digest": "", "return_reason": "", **row}
    places = ", ".join(["%s"] * len(values))
    types = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE tried ({types}, CONSTRAINT tried_clause {clause})")
        try:
            with transaction.atomic():
                cursor.execute(
                    f"INSERT INTO tried ({', '.join(values)}) VALUES ({places})", [*values.values()]
                )
        except IntegrityError:
            return True
        finally:
            cursor.execute("DROP TABLE tried")
    return False


@each_document
def test_the_database_keeps_the_maker_from_checking(db, model):
    for state in ("SUBMITTED", "APPROVED", "RETURNED", "CANCELLED"):
        assert is_kept_out(model, "two_persons", state=state, checked_by_id=MAKER)
    assert not is_kept_out(model, "two_persons", state="APPROVED", checked_by_id=CHECKER)


NOT_WHOLE = [
    ("decided", {"state": "APPROVED"}),
    ("decided", {"state": "RETURNED"}),
    ("undecided", {"state": "DRAFT", "checked_by_id": CHECKER}),
    ("undecided", {"state": "SUBMITTED", "checked_by_id": CHECKER}),
    ("checked_at", {"checked_by_id": CHECKER}),
    ("checked_at", {"checked_at": TODAY}),
    ("shown", {"state": "SUBMITTED"}),
    ("shown", {"state": "APPROVED", "checked_by_id": CHECKER}),
    ("return_reason", {"state": "RETURNED", "checked_by_id": CHECKER}),
]


@each_document
def test_the_database_stores_no_state_without_what_belongs_to_it(db, model):
    for fact, row in NOT_WHOLE:
        assert is_kept_out(model, fact, **row), (fact, row)


@each_document
def test_the_database_stores_a_decision_that_is_whole(db, model):
    whole = {
        "state": "APPROVED",
        "checked_by_id": CHECKER,
        "checked_at": TODAY,
        "digest": DIGEST,
    }
    for fact in ("two_persons", "checked_at", "undecided", "decided", "shown", "return_reason"):
        assert not is_kept_out(model, fact, **whole)


def written_states(source: str) -> list[int]:
    """Find the lines that write one of the five states of a document past ``office.documents``.

    States of its own beyond the five (a settlement that is being posted) a class moves itself.
    """
    lines = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in ("update", "create", "update_or_create", "get_or_create"):
            continue
        names = {one.id for one in ast.walk(node.func) if isinstance(one, ast.Name)}
        written = [
            one.attr if isinstance(one, ast.Attribute) else getattr(one, "value", None)
            for one in (word.value for word in node.keywords if word.arg == "state")
        ]
        if names & NAMES and {*written} & {*Document.State.names}:
            lines.append(node.lineno)
    return lines


def test_only_the_office_moves_a_document_from_state_to_state():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in ROOT.glob("*/**/*.py")
        if path.parts[len(ROOT.parts)] not in ("tests", "var", ".venv")
        and "migrations" not in path.parts
        for line in written_states(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_a_state_set_by_hand_is_found():
    by_hand = "Withdrawal.objects.filter(pk=1).update(state='APPROVED')"
    by_name = "Exit.objects.update(state=Exit.State.RETURNED)"
    of_its_own = "SettlementRun.objects.update(state=State.POSTING)"
    of_no_document = "Payout.objects.filter(pk=1).update(state='FAILED')"

    assert written_states(by_hand) == [1]
    assert written_states(by_name) == [1]
    assert written_states(of_its_own) == written_states(of_no_document) == []


def test_the_documents_are_found():
    assert len(EVERY_DOCUMENT) >= 20
