"""Write-offs: three records, three persons, the reserve; and what comes in afterwards."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from accounts.errors import AlreadyEntered, BadField
from accounts.holds import has_open_loan
from ledger.chart import Code
from ledger.models import Entry
from loans.errors import WrongLoanState
from loans.late_errors import (
    AmountsDiffer,
    ClassTooGood,
    NoWriteOff,
    RecordMissing,
    RecoveredTooMuch,
    ReserveTooSmall,
)
from loans.models import LoanParty, WriteOff
from loans.services import (
    approve_write_off,
    cancel_write_off,
    hand_in_write_off,
    propose_write_off,
    recover,
    return_write_off,
    review_write_off,
)
from office.documents import AlreadyDecided, ChangedMeanwhile, SamePerson
from office.roles import Role
from office.services import NotAllowed
from tests.contributions.limits import publish
from tests.loans.late import (
    OVERDUE,
    add_borrower,
    balance,
    close,
    decide_class,
    fill_reserve,
    held,
    make_borrower,
    pay,
)
from tests.loans.running import finance_of

PRINCIPAL = 30_000_000
BEFORE_THE_NEW_LAW, UNDER_THE_NEW_LAW = dt.date(2026, 9, 18), dt.date(2026, 9, 21)


def make_bad(code="bazhong", day=OVERDUE, reserve_fen=PRINCIPAL):
    """Let a loan fall late, with so much in the reserve."""
    stage, loan = make_borrower(code)
    close(stage, day)
    if reserve_fen:
        fill_reserve(stage, reserve_fen)
    decide_class(stage, loan)
    return stage, loan


def propose(stage, loan, **changes):
    facts = {"reason": "终结执行，无财产可供执行", "document_no": "执1", "by": stage.clerk}
    return propose_write_off(loan=loan, business_date=stage.day, **{**facts, **changes})


def review(stage, document, **changes):
    facts = {"amount_fen": PRINCIPAL, "by": finance_of(stage), "document_no": "财审1"}
    return review_write_off(write_off=document, **{"reviewed_date": stage.day, **facts, **changes})


def hand_in(stage, document, **changes):
    facts = {"document_no": "委1", "resolved_date": stage.day, "amount_fen": PRINCIPAL}
    return hand_in_write_off(
        write_off=document, business_date=stage.day, **{"by": stage.clerk, **facts, **changes}
    )


def approve(stage, document, by=None, digest=None):
    return approve_write_off(
        document=document,
        digest=digest or document.digest,
        business_date=stage.day,
        by=by or stage.supervisor,
    )


def write_off(stage, loan):
    document = propose(stage, loan)
    if document.needs_review:
        review(stage, document)
    return approve(stage, hand_in(stage, document))


def test_a_written_off_loan_leaves_the_books_and_the_reserve_pays_for_it(db):
    stage, loan = make_bad()
    overdue_fen, bank_fen = held(loan)[1], balance(stage, Code.BANK)
    document = write_off(stage, loan)
    loan.refresh_from_db()
    assert (loan.state, loan.ended_date) == ("WRITTEN_OFF", stage.day)
    assert held(loan) == (0, 0)
    assert balance(stage, Code.LOAN_RISK_RESERVE) == 0
    assert balance(stage, Code.SURPLUS_BANK) == 0
    assert balance(stage, Code.BANK) == bank_fen + PRINCIPAL
    lines = document.entry.postings.values_list("debit__code", "credit__code", "amount_fen")
    principal, overdue = loan.principal_line.code, loan.overdue_line.code
    assert list(lines.order_by("seq")) == [
        (overdue, principal, PRINCIPAL - overdue_fen),
        ("301", overdue, PRINCIPAL),
        ("10101", "102", PRINCIPAL),
    ]


def test_the_debt_remains_so_the_household_stays_bound(db):
    stage, loan = make_bad()
    write_off(stage, loan)
    assert has_open_loan(loan.member_account.member)
    assert LoanParty.objects.get(application=loan.application).is_active


def test_where_a_centre_decides_that_a_write_off_releases_it_releases(db):
    stage, loan = make_bad()
    publish(stage, "reserve.written_off_binds", False, stage.day + dt.timedelta(days=1))
    close(stage, stage.day + dt.timedelta(days=1))
    write_off(stage, loan)
    assert not has_open_loan(loan.member_account.member)
    assert not LoanParty.objects.get(application=loan.application).is_active


@pytest.mark.parametrize(
    ("code", "day", "reviewed", "resolved"),
    [
        ("kashgar", BEFORE_THE_NEW_LAW, True, True),
        ("kashgar", UNDER_THE_NEW_LAW, False, True),
        ("bazhong", UNDER_THE_NEW_LAW, True, True),
    ],
)
def test_the_law_of_the_day_says_which_records_are_needed(db, code, day, reviewed, resolved):
    stage, loan = make_bad(code, day, reserve_fen=0)
    document = propose(stage, loan)
    assert (document.needs_review, document.needs_resolution) == (reviewed, resolved)


# What is missing or does not agree


def test_without_the_finance_review_it_is_not_handed_in(db):
    stage, loan = make_bad()
    with pytest.raises(RecordMissing):
        hand_in(stage, propose(stage, loan))


def test_without_the_resolution_of_the_committee_it_is_not_handed_in(db):
    stage, loan = make_bad()
    document = propose(stage, loan)
    review(stage, document)
    with pytest.raises(RecordMissing):
        hand_in(stage, document, document_no="", resolved_date=None, amount_fen=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.update(state="SUBMITTED", digest="x")


def test_a_draft_is_not_booked(db):
    stage, loan = make_bad()
    document = review(stage, propose(stage, loan))
    with pytest.raises((AlreadyDecided, ChangedMeanwhile)):
        approve(stage, document, digest="x")
    assert sum(held(loan)) == PRINCIPAL


@pytest.mark.parametrize("fen", [PRINCIPAL - 1, PRINCIPAL + 1, 0])
def test_proposal_review_and_resolution_name_the_same_sum(db, fen):
    stage, loan = make_bad()
    document = propose(stage, loan)
    with pytest.raises(AmountsDiffer):
        review(stage, document, amount_fen=fen)
    review(stage, document)
    with pytest.raises(AmountsDiffer):
        hand_in(stage, document, amount_fen=fen)
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.update(review_fen=fen)


def test_the_resolution_is_not_older_than_the_review_nor_of_a_day_to_come(db):
    stage, loan = make_bad()
    document = review(stage, propose(stage, loan))
    for day in (stage.day - dt.timedelta(days=1), stage.day + dt.timedelta(days=1)):
        with pytest.raises(BadField, match="resolved_date"):
            hand_in(stage, document, resolved_date=day)


def test_a_payment_after_the_proposal_makes_it_void(db):
    stage, loan = make_bad()
    document = hand_in(stage, review(stage, propose(stage, loan)))
    pay(stage, loan, 200_000)
    with pytest.raises(AmountsDiffer):
        approve(stage, document)


def test_more_than_the_reserve_holds_is_not_written_off(db):
    stage, loan = make_bad(reserve_fen=PRINCIPAL - 1)
    document = hand_in(stage, review(stage, propose(stage, loan)))
    with pytest.raises(ReserveTooSmall, match="301"):
        approve(stage, document)
    loan.refresh_from_db()
    assert loan.state == "OVERDUE"


def test_two_write_offs_do_not_spend_one_reserve(db):
    stage, loan = make_borrower("bazhong")
    second = add_borrower(stage)
    close(stage, OVERDUE)
    fill_reserve(stage, PRINCIPAL)
    for one in (loan, second):
        decide_class(stage, one)
    write_off(stage, loan)
    with pytest.raises(ReserveTooSmall):
        write_off(stage, second)


# Which class


def test_a_loan_that_is_merely_late_is_not_written_off(db):
    stage, loan = make_borrower("bazhong")
    close(stage, OVERDUE)
    loan.refresh_from_db()
    with pytest.raises(ClassTooGood) as refused, override("zh-hans"):
        propose(stage, loan)
    assert (refused.value.seen, refused.value.asked) == ("ATTENTION", "LOSS")
    with override("zh-hans"):
        said = str(refused.value)
    for word in (loan.number, "关注", "损失", "risk.write_off_class"):
        assert word in said


def test_a_class_decided_better_after_the_proposal_stops_the_booking(db):
    stage, loan = make_bad()
    document = hand_in(stage, review(stage, propose(stage, loan)))
    decide_class(stage, loan, "DOUBTFUL")
    with pytest.raises(ClassTooGood):
        approve(stage, document)
    assert sum(held(loan)) == PRINCIPAL


@pytest.mark.parametrize(("asked", "refused"), [("DOUBTFUL", False), ("LOSS", True)])
def test_a_centre_may_ask_for_another_class(db, asked, refused):
    stage, loan = make_bad()
    decide_class(stage, loan, "DOUBTFUL")
    publish(stage, "risk.write_off_class", asked, stage.day + dt.timedelta(days=1))
    stage.on(stage.day + dt.timedelta(days=1))
    if refused:
        with pytest.raises(ClassTooGood):
            propose(stage, loan)
    else:
        assert propose(stage, loan).state == "DRAFT"


# Who


def test_one_person_cannot_propose_and_review(db):
    stage, loan = make_bad()
    document = propose(stage, loan)
    with pytest.raises(NotAllowed):
        review(stage, document, by=stage.clerk)
    stage.clerk.role = Role.FINANCE
    stage.clerk.save()
    with pytest.raises(SamePerson):
        review(stage, document, by=stage.clerk)


def test_who_reviewed_it_does_not_book_it(db):
    stage, loan = make_bad()
    document = hand_in(stage, review(stage, propose(stage, loan)))
    reviewer = finance_of(stage)
    reviewer.role = Role.SUPERVISOR
    reviewer.save()
    with pytest.raises(SamePerson):
        approve(stage, document, by=reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.update(checked_by=reviewer, checked_at=dt.datetime.now(dt.UTC))


def test_who_proposed_it_does_not_book_it(db):
    stage, loan = make_bad()
    document = hand_in(stage, review(stage, propose(stage, loan)))
    stage.clerk.role = Role.SUPERVISOR
    stage.clerk.save()
    with pytest.raises(SamePerson):
        approve(stage, document, by=stage.clerk)


@pytest.mark.parametrize("role", [Role.CLERK, Role.CHECKER, Role.FINANCE, Role.AUDITOR])
def test_nobody_but_a_supervisor_books_it(db, role):
    stage, loan = make_bad()
    document = hand_in(stage, review(stage, propose(stage, loan)))
    with pytest.raises(NotAllowed):
        approve(stage, document, by=stage.colleague("another", role))


def test_nobody_but_its_maker_hands_it_in(db):
    stage, loan = make_bad()
    document = review(stage, propose(stage, loan))
    with pytest.raises(NotAllowed):
        hand_in(stage, document, by=stage.colleague("another"))


# When, and how often


def test_a_loan_that_is_not_overdue_is_not_written_off(db):
    stage, loan = make_borrower("bazhong")
    with pytest.raises(WrongLoanState):
        propose(stage, loan)


def test_a_loan_is_written_off_once(db):
    stage, loan = make_bad(reserve_fen=2 * PRINCIPAL)
    document = write_off(stage, loan)
    with pytest.raises(AlreadyDecided):
        approve(stage, document)
    with pytest.raises(WrongLoanState):
        propose(stage, loan)
    assert Entry.objects.filter(kind=Entry.Kind.WRITE_OFF).count() == 1


def test_a_second_proposal_waits_until_the_first_was_taken_back(db):
    stage, loan = make_bad()
    document = propose(stage, loan)
    with pytest.raises(AlreadyEntered):
        propose(stage, loan)
    cancel_write_off(document=document, by=stage.clerk)
    assert propose(stage, loan).state == "DRAFT"


def test_one_that_was_returned_is_handed_in_again(db):
    stage, loan = make_bad()
    document = hand_in(stage, review(stage, propose(stage, loan)))
    return_write_off(
        document=document, reason="决议复印不清", business_date=stage.day, by=stage.supervisor
    )
    approve(stage, hand_in(stage, document, document_no="委2"))
    loan.refresh_from_db()
    assert loan.state == "WRITTEN_OFF"


# What comes in afterwards


def bring(stage, loan, fen, reference="B-1", by=None):
    return recover(
        member_account=loan.member_account,
        amount_fen=fen,
        bank_reference=reference,
        business_date=stage.day,
        by=by or finance_of(stage),
    )


def test_recovered_money_fills_the_reserve_again(db):
    stage, loan = make_bad()
    document = write_off(stage, loan)
    bank_fen = balance(stage, Code.BANK)
    one = bring(stage, loan, 1_000_000)
    assert balance(stage, Code.LOAN_RISK_RESERVE) == 1_000_000
    assert balance(stage, Code.SURPLUS_BANK) == 1_000_000
    assert balance(stage, Code.BANK) == bank_fen
    lines = one.entry.postings.values_list("debit__code", "credit__code").order_by("seq")
    assert list(lines) == [("10101", "301"), ("102", "10101")]
    document.refresh_from_db()
    assert document.left_fen == PRINCIPAL - 1_000_000


def test_it_comes_in_parts_and_never_more_than_was_given_up(db):
    stage, loan = make_bad()
    document = write_off(stage, loan)
    bring(stage, loan, PRINCIPAL - 100)
    with pytest.raises(RecoveredTooMuch):
        bring(stage, loan, 101, "B-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.filter(pk=document.pk).update(recovered_fen=PRINCIPAL + 1)
    bring(stage, loan, 100, "B-3")
    assert document.recoveries.count() == 2


def test_with_the_last_fen_the_household_is_released(db):
    stage, loan = make_bad()
    write_off(stage, loan)
    bring(stage, loan, PRINCIPAL - 1)
    assert has_open_loan(loan.member_account.member)
    bring(stage, loan, 1, "B-2")
    assert not has_open_loan(loan.member_account.member)
    assert not LoanParty.objects.get(application=loan.application).is_active
    with pytest.raises(NoWriteOff):
        bring(stage, loan, 1, "B-3")


def test_the_same_money_is_booked_once(db):
    stage, loan = make_bad()
    write_off(stage, loan)
    bring(stage, loan, 100)
    with pytest.raises(AlreadyEntered):
        bring(stage, loan, 100)


@pytest.mark.parametrize(("fen", "reference"), [(0, "B-1"), (-1, "B-1"), (100, " ")])
def test_a_recovery_needs_a_sum_and_the_banks_reference(db, fen, reference):
    stage, loan = make_bad()
    write_off(stage, loan)
    with pytest.raises(BadField):
        bring(stage, loan, fen, reference)


def test_nothing_is_recovered_of_a_loan_that_was_not_written_off(db):
    stage, loan = make_bad()
    with pytest.raises(NoWriteOff):
        bring(stage, loan, 100)


def test_a_checker_takes_no_money_in(db):
    stage, loan = make_bad()
    write_off(stage, loan)
    with pytest.raises(NotAllowed):
        bring(stage, loan, 100, by=stage.checker)
