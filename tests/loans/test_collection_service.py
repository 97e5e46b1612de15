"""Collection and legal state: what is written down about a late loan, and never changed."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import AlreadyEntered, BadField
from loans.errors import WrongLoanState
from loans.models import CollectionAction, LegalRecord, Loan
from loans.services import record_collection, record_legal
from office.services import DayNotOpen, NotAllowed
from tests.loans.late import PAID_OUT, make_borrower

ONE_DAY = dt.timedelta(days=1)


def collect(stage, loan, **changes):
    facts = {"way": "CALL", "outcome": "REACHED", "acted_date": stage.day, "by": stage.clerk}
    return record_collection(loan=loan, **{"business_date": stage.day, **facts, **changes})


def note_legal(hall, loan, **changes):
    facts = {"stage": "LAWSUIT", "since_date": hall.day, "document_no": "案1", "by": hall.clerk}
    return record_legal(loan=loan, **{"business_date": hall.day, **facts, **changes})


def test_a_promise_has_its_day_and_its_sum(db):
    stage, loan = make_borrower()
    action = collect(
        stage, loan, outcome="PROMISED", promised_date=stage.day, promised_fen=100, note="月底"
    )
    assert action.number.startswith("CA-")
    assert (action.promised_date, action.promised_fen) == (stage.day, 100)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("way", {"way": "PIGEON"}),
        ("outcome", {"outcome": ""}),
        ("acted_date", {"acted_date": PAID_OUT + ONE_DAY}),
        ("acted_date", {"acted_date": PAID_OUT - ONE_DAY}),
        ("promised_date", {"outcome": "PROMISED", "promised_fen": 1}),
        (
            "promised_date",
            {"outcome": "PROMISED", "promised_fen": 1, "promised_date": PAID_OUT - ONE_DAY},
        ),
        ("promised_fen", {"outcome": "PROMISED", "promised_date": PAID_OUT}),
        ("note", {"note": "长" * 401}),
    ],
)
def test_an_action_that_cannot_be_is_refused(db, field, changes):
    stage, loan = make_borrower()
    with pytest.raises(BadField, match=field):
        collect(stage, loan, **changes)


def test_only_who_serves_loans_writes_them_down_and_only_on_an_open_day(db):
    stage, loan = make_borrower()
    with pytest.raises(NotAllowed):
        collect(stage, loan, by=stage.checker)
    with pytest.raises(DayNotOpen):
        collect(stage, loan, business_date=stage.day + ONE_DAY)


def test_nothing_is_collected_of_a_loan_that_is_paid_off(db):
    stage, loan = make_borrower()
    Loan.objects.filter(pk=loan.pk).update(state="SETTLED", ended_date=stage.day)
    with pytest.raises(WrongLoanState):
        collect(stage, loan)


def test_the_latest_legal_record_counts(db):
    stage, loan = make_borrower()
    note_legal(stage, loan)
    note_legal(stage, loan, stage="JUDGMENT", document_no="判1")
    assert LegalRecord.objects.filter(loan=loan).first().stage == "JUDGMENT"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("stage", {"stage": "TALK"}),
        ("since_date", {"since_date": PAID_OUT + ONE_DAY}),
        ("document_no", {"document_no": " "}),
    ],
)
def test_a_legal_record_needs_a_stage_a_day_and_a_paper(db, field, changes):
    loan_stage, loan = make_borrower()
    facts = {"since_date": loan_stage.day, "document_no": "案1", "stage": "LAWSUIT", **changes}
    with pytest.raises(BadField, match=field):
        record_legal(loan=loan, business_date=loan_stage.day, by=loan_stage.clerk, **facts)


def test_a_paper_stands_once(db):
    stage, loan = make_borrower()
    note_legal(stage, loan)
    with pytest.raises(AlreadyEntered):
        note_legal(stage, loan)


@pytest.mark.parametrize("model", [CollectionAction, LegalRecord])
def test_what_was_written_down_is_never_changed_or_deleted(db, model):
    stage, loan = make_borrower()
    collect(stage, loan)
    note_legal(stage, loan)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(note="anders")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.all().delete()
