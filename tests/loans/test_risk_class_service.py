"""Risk classes: the ladder by overdue instalments, and what two persons decide."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import AlreadyEntered, BadField
from loans.errors import WrongLoanState
from loans.facts import RiskClass
from loans.late import Band, class_by_ladder, read_late_law
from loans.models import ClassChange, Loan
from loans.services import approve_class, cancel_class, return_class, submit_class
from office.documents import ChangedMeanwhile, SamePerson
from office.services import NotAllowed
from policy.loader import book_from_packs
from tests.contributions.limits import publish
from tests.loans.late import OVERDUE, close, make_borrower, pay

LADDER = read_late_law(book_from_packs("kashgar", OVERDUE)).bands


@pytest.mark.parametrize(
    ("overdue", "expected"),
    [
        (0, "NORMAL"),
        (1, "ATTENTION"),
        (3, "ATTENTION"),
        (4, "SUBSTANDARD"),
        (6, "SUBSTANDARD"),
        (7, "DOUBTFUL"),
        (240, "DOUBTFUL"),
    ],
)
def test_the_ladder_counts_overdue_instalments_and_never_ends_in_loss(overdue, expected):
    assert class_by_ladder(overdue, LADDER) == expected


def test_a_ladder_that_ends_too_early_is_refused():
    with pytest.raises(ValueError, match="class_bands"):
        class_by_ladder(2, [Band(1, RiskClass.NORMAL)])


def class_of(loan):
    loan.refresh_from_db()
    return loan.risk_class


def test_a_loan_that_is_never_paid_goes_down_the_ladder_and_keeps_every_step(db):
    stage, loan = make_borrower()
    close(stage, dt.date(2026, 10, 20))
    assert class_of(loan) == "DOUBTFUL"
    steps = list(loan.class_changes.values_list("day", "before", "after", "overdue"))
    assert steps == [
        (dt.date(2026, 4, 14), "NORMAL", "ATTENTION", 1),
        (dt.date(2026, 7, 14), "ATTENTION", "SUBSTANDARD", 4),
        (dt.date(2026, 10, 14), "SUBSTANDARD", "DOUBTFUL", 7),
    ]


def test_a_payment_brings_it_up_again_at_the_next_day_end(db):
    stage, loan = make_borrower()
    close(stage, dt.date(2026, 7, 14))
    assert class_of(loan) == "SUBSTANDARD"
    pay(stage, loan, 300_000)
    close(stage, dt.date(2026, 7, 15))
    assert class_of(loan) == "ATTENTION"


def test_a_centre_may_set_a_ladder_of_its_own(db):
    stage, loan = make_borrower()
    ladder = [{"upto": 0, "class": "NORMAL"}, {"class": "SUBSTANDARD"}]
    publish(stage, "risk.class_bands", ladder, dt.date(2026, 4, 1))
    close(stage, OVERDUE)
    assert class_of(loan) == "SUBSTANDARD"


# By decision


def propose(stage, loan, risk_class="LOSS", **changes):
    facts = {"reason": "借款人下落不明", "document_no": "认1", "by": stage.supervisor, **changes}
    return submit_class(loan=loan, risk_class=risk_class, business_date=stage.day, **facts)


def approve(stage, document, by=None):
    return approve_class(
        document=document,
        digest=document.digest,
        business_date=stage.day,
        by=by or stage.checker,
    )


def test_loss_is_decided_by_a_supervisor_and_a_second_person(db):
    stage, loan = make_borrower()
    document = propose(stage, loan)
    assert class_of(loan) == "NORMAL"
    approve(stage, document)
    assert class_of(loan) == "LOSS"
    change = loan.class_changes.get()
    assert (change.after, change.decision, change.made_by) == ("LOSS", document, stage.checker)


def test_the_day_end_makes_a_decided_class_worse_and_never_better(db):
    stage, loan = make_borrower()
    approve(stage, propose(stage, loan, "SUBSTANDARD"))
    close(stage, OVERDUE)
    assert class_of(loan) == "SUBSTANDARD"
    close(stage, dt.date(2026, 10, 14))
    assert class_of(loan) == "DOUBTFUL"


def test_an_empty_class_lets_the_ladder_count_alone_again(db):
    stage, loan = make_borrower()
    approve(stage, propose(stage, loan))
    close(stage, OVERDUE)
    approve(stage, propose(stage, loan, ""))
    assert class_of(loan) == "ATTENTION"


def test_who_proposed_a_class_does_not_approve_it(db):
    stage, loan = make_borrower()
    document = propose(stage, loan)
    with pytest.raises(SamePerson):
        approve(stage, document, stage.supervisor)
    assert class_of(loan) == "NORMAL"


def test_a_clerk_neither_proposes_nor_approves_a_class(db):
    stage, loan = make_borrower()
    with pytest.raises(NotAllowed):
        propose(stage, loan, by=stage.clerk)
    document = propose(stage, loan)
    with pytest.raises(NotAllowed):
        approve(stage, document, stage.clerk)


def test_what_was_changed_after_the_look_is_not_approved(db):
    stage, loan = make_borrower()
    document = propose(stage, loan)
    document.digest = "f" * 64
    with pytest.raises(ChangedMeanwhile):
        approve(stage, document)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("risk_class", {"risk_class": "BAD"}),
        ("reason", {"reason": " "}),
        ("document_no", {"document_no": ""}),
    ],
)
def test_a_decision_needs_a_known_class_a_reason_and_a_paper(db, field, changes):
    stage, loan = make_borrower()
    with pytest.raises(BadField, match=field):
        propose(stage, loan, **changes)


def test_two_decisions_about_a_loan_do_not_wait_at_once(db):
    stage, loan = make_borrower()
    first = propose(stage, loan)
    with pytest.raises(AlreadyEntered):
        propose(stage, loan, "DOUBTFUL")
    cancel_class(document=first, by=stage.supervisor)
    second = propose(stage, loan, "DOUBTFUL")
    return_class(document=second, reason="证据不足", business_date=stage.day, by=stage.checker)
    assert class_of(loan) == "NORMAL"


def test_a_loan_that_has_ended_is_not_classified(db):
    stage, loan = make_borrower()
    document = propose(stage, loan)
    Loan.objects.filter(pk=loan.pk).update(state="SETTLED", ended_date=stage.day)
    with pytest.raises(WrongLoanState):
        approve(stage, document)


def test_the_history_of_classes_is_never_changed(db):
    stage, _loan = make_borrower()
    close(stage, OVERDUE)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClassChange.objects.update(after="LOSS")
