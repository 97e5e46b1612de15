"""Paying a loan out: two persons, what is booked, what then runs, what stands against it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from accounts.errors import BadField, OwnAccount
from accounts.holds import has_guarantee, has_loan_application, has_open_loan
from accounts.models import MemberEvent, OutsideCheck
from accounts.platform import Answer, NoRegisters
from accounts.services import approve_ban, approve_freeze, record_event, submit_ban, submit_freeze
from ledger.chart import Code
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.verify import prove
from loans.errors import AlreadyThere, AnotherDay, LoanRefused, NotUndoable, WrongLoanState
from loans.models import Disbursement, Instalment, Loan, LoanEvent, LoanParty, LoanSecurity
from loans.queries import get_course
from loans.services import (
    LoanPayee,
    approve_undo,
    ask_again,
    cancel_disbursement,
    move_loan,
    return_disbursement,
    submit_undo,
)
from loans.states import Move
from office.documents import AlreadyDecided, SamePerson
from office.roles import Role
from office.services import NotAllowed
from policy.wording import describe_reason
from tests.accounts.builders import make_staff
from tests.accounts.households import marry, record_household
from tests.contributions.limits import publish
from tests.contributions.withdrawals import add_payer, make_payer
from tests.loans.running import (
    approve_payment,
    ask_platform_again,
    finance_of,
    make_granted,
    make_loan,
    make_payment,
    make_secured_loan,
    pay_out,
)

DAY = dt.date(2026, 3, 10)


class Says:
    """A platform that says the same of everybody."""

    def __init__(self, result="PASS"):
        self.result = result

    def ask(self, **question):
        return Answer(self.result)


LOANS = Code.TRUST_LOANS


def lent(stage):
    return get_balance_fen(get_ledger_account(stage.centre, LOANS))


def refused_by(caught):
    return [reason.code for reason in caught.value.decision.reasons if not reason.met]


def test_a_loan_paid_out_stands_in_the_books_and_has_its_instalments(db):
    stage, account = make_payer(day=DAY)
    loan = make_loan(stage, account)
    assert loan.state == "RUNNING"
    assert loan.principal_line.balance_fen == 30_000_000
    assert lent(stage) == 30_000_000
    first, last = loan.instalments.first(), loan.instalments.last()
    assert (first.due_date, last.due_date) == (dt.date(2026, 4, 10), dt.date(2036, 3, 10))
    assert loan.instalments.count() == 120
    assert last.balance_fen == 0
    assert get_course(loan).principal_left_fen == 30_000_000
    assert all(proof.holds for proof in prove([stage.centre]))


def test_nothing_is_booked_before_the_supervisor_approves(db):
    stage, account = make_payer(day=DAY)
    payment = make_payment(stage, make_secured_loan(stage, account))
    assert (payment.state, lent(stage)) == ("SUBMITTED", 0)
    assert not LoanEvent.objects.exists()
    approve_payment(stage, payment)
    payment.refresh_from_db()
    assert payment.entry.maker == stage.supervisor
    assert lent(stage) == 30_000_000


def test_from_that_day_the_borrowers_account_carries_a_loan_until_it_is_paid_off(db):
    stage, account = make_payer(day=DAY)
    assert not has_open_loan(account.member)
    loan = make_loan(stage, account)
    assert has_open_loan(account.member)
    record_event(
        member_account=account,
        kind="LOAN_SETTLED",
        date=stage.day,
        document_no=loan.application.number,
        by=stage.clerk,
    )
    assert not has_open_loan(account.member)


def test_a_guarantor_is_bound_from_the_payment_on(db):
    stage, account = make_payer(day=DAY)
    surety = add_payer(stage)
    loan = make_secured_loan(stage, account)
    stand_surety(loan, surety.member)
    pay_out(stage, loan)
    assert has_guarantee(surety.member)
    assert not has_open_loan(surety.member)


def stand_surety(loan, member, role="GUARANTOR"):
    paper = member.documents.get(is_current=True)
    return LoanParty.objects.create(
        application=loan.application,
        centre=loan.centre,
        role=role,
        name=member.name,
        document_type=paper.document_type,
        number=paper.number,
        person_index=paper.number_index,
        member=member,
    )


def test_an_application_that_came_to_nothing_binds_no_longer(db):
    stage, account = make_payer()
    for kind, bound in (("LOAN_APPLIED", True), ("LOAN_APPLIED_UNDONE", False)):
        record_event(
            member_account=account, kind=kind, date=stage.day, document_no="LA-1", by=stage.clerk
        )
        assert has_loan_application(account.member) is bound


def test_a_loan_is_paid_out_once(db):
    stage, account = make_payer()
    loan = make_secured_loan(stage, account)
    payment = make_payment(stage, loan)
    with pytest.raises(AlreadyThere):
        make_payment(stage, loan)
    approve_payment(stage, payment)
    with pytest.raises(AlreadyDecided):
        approve_payment(stage, payment)
    with pytest.raises(WrongLoanState):
        make_payment(stage, loan)
    assert lent(stage) == 30_000_000


def test_who_may_not(db):
    stage, account = make_payer()
    loan = make_secured_loan(stage, account)
    for by in (stage.clerk, stage.checker, stage.supervisor):
        with pytest.raises(NotAllowed):
            make_payment(stage, loan, by=by)
    payment = make_payment(stage, loan)
    with pytest.raises(SamePerson):
        approve_payment(stage, payment, finance_of(stage))
    money = make_staff(stage.branch, "money-2", Role.FINANCE)
    for by in (stage.clerk, stage.checker, money):
        with pytest.raises(NotAllowed):
            approve_payment(stage, payment, by)
    assert not Instalment.objects.exists()


def test_a_payment_waits_for_no_other_day(db):
    stage, account = make_payer()
    payment = make_payment(stage, make_secured_loan(stage, account))
    stage.on(stage.day + dt.timedelta(days=1))
    with pytest.raises(AnotherDay):
        approve_payment(stage, payment)


@pytest.mark.parametrize("end", ["returned", "cancelled"])
def test_a_payment_that_came_to_nothing_leaves_the_loan_secured(db, end):
    stage, account = make_payer()
    loan = make_secured_loan(stage, account)
    payment = make_payment(stage, loan)
    if end == "returned":
        return_disbursement(disbursement=payment, reason="账号不符", by=stage.supervisor)
    else:
        cancel_disbursement(disbursement=payment, by=finance_of(stage))
    loan.refresh_from_db()
    assert loan.state == "SECURED"
    assert pay_out(stage, loan).state == "RUNNING"


@pytest.mark.parametrize("state", ["SIGNED", "CANCELLED", "SETTLED", "WRITTEN_OFF"])
def test_no_state_is_skipped(db, state):
    stage, account = make_payer()
    loan = make_loan(stage, account) if state in ("SETTLED", "WRITTEN_OFF") else None
    if loan is None:
        loan = make_secured_loan(stage, account)
        ended = stage.day if state == "CANCELLED" else None
        Loan.objects.filter(pk=loan.pk).update(state=state, ended_date=ended)
    else:
        Loan.objects.filter(pk=loan.pk).update(state=state, ended_date=stage.day)
    with pytest.raises(WrongLoanState):
        make_payment(stage, loan)
    with pytest.raises(WrongLoanState):
        move_loan(loan=loan, move=Move.DISBURSE, by=stage.clerk)


def test_one_person_carries_one_loan(db):
    stage, account = make_payer()
    make_granted(stage, account)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_granted(stage, account)


def test_one_account_has_one_loan(db):
    stage, account = make_payer()
    loan = make_loan(stage, account)
    second = make_secured_loan(stage, add_payer(stage))
    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.filter(pk=second.pk).update(member_account=loan.member_account)


# --- what was true at the application must still be true ----------------------------------------


def release(stage, loan):
    LoanSecurity.objects.update(released_date=stage.day)


def ban(stage, loan):
    entered = submit_ban(
        member=loan.member_account.member,
        kind="FRAUDULENT_WITHDRAWAL",
        decided_date=stage.day,
        document_no="决定1",
        business_date=stage.day,
        by=stage.supervisor,
    )
    approve_ban(ban=entered, digest=entered.digest, by=stage.checker)


def freeze(stage, loan):
    entered = submit_freeze(
        member_account=loan.member_account,
        amount_fen=100,
        court="喀什市人民法院",
        order_no="冻1",
        from_date=stage.day,
        until_date=stage.day,
        business_date=stage.day,
        by=stage.supervisor,
    )
    approve_freeze(freeze=entered, digest=entered.digest, by=stage.checker)


def wed(stage, loan):
    marry(stage, loan.member_account.member)


def lend_elsewhere(stage, loan):
    record_event(
        member_account=loan.member_account,
        kind="LOAN_DISBURSED",
        date=stage.day,
        document_no="LA-other",
        by=stage.clerk,
    )


def platform_says_no(stage, loan):
    ask_platform_again(stage, loan.application, "FAIL")


def platform_was_asked_long_ago(stage, loan):
    stage.on(stage.day + dt.timedelta(days=11))


def platform_was_never_asked(stage, loan):
    OutsideCheck.objects.all().update(result="PENDING")


AGAINST = {
    release: "loan_is_secured",
    ban: "loan_not_banned",
    freeze: "loan_account_not_frozen",
    wed: "loan_household_unchanged",
    lend_elsewhere: "no_open_loan",
    platform_says_no: "loan_platform_again",
    platform_was_asked_long_ago: "loan_platform_fresh",
    platform_was_never_asked: "loan_platform_asked",
}


@pytest.mark.parametrize("happens", AGAINST, ids=lambda one: one.__name__)
def test_what_happened_since_the_application_stops_the_payment(db, happens):
    stage, account = make_payer()
    loan = make_secured_loan(stage, account)
    happens(stage, loan)
    with pytest.raises(LoanRefused) as caught:
        make_payment(stage, loan)
    assert refused_by(caught) == [AGAINST[happens]]
    assert caught.value.record().outcome in ("REFUSED", "NEEDS_REVIEW")


@pytest.mark.parametrize("happens", [release, ban, freeze, wed, lend_elsewhere, platform_says_no])
def test_what_happens_between_the_two_persons_stops_it_too(db, happens):
    stage, account = make_payer()
    loan = make_secured_loan(stage, account)
    payment = make_payment(stage, loan)
    happens(stage, loan)
    with pytest.raises(LoanRefused) as caught:
        approve_payment(stage, payment)
    assert refused_by(caught) == [AGAINST[happens]]
    assert lent(stage) == 0


@pytest.mark.parametrize(("days", "paid"), [(10, True), (11, False)])
def test_an_answer_of_the_platform_counts_up_to_its_last_day(db, days, paid):
    stage, account = make_payer()
    loan = make_secured_loan(stage, account)
    stage.on(stage.day + dt.timedelta(days=days))
    if paid:
        assert make_payment(stage, loan).state == "SUBMITTED"
        return
    with pytest.raises(LoanRefused) as caught:
        make_payment(stage, loan)
    reason = next(one for one in caught.value.decision.reasons if not one.met)
    told = {"person": "BORROWER", "age": 11, "limit": 10}
    assert told.items() <= reason.params.items()
    with override("zh-hans"):
        said = describe_reason(reason)
    for word in ("借款人", "11", "10", "贷款页面"):
        assert word in said


def test_the_days_an_answer_counts_are_the_centres_to_set(db):
    stage, account = make_payer()
    publish(stage, "loan.platform_again_days", 2, stage.day + dt.timedelta(days=1))
    loan = make_secured_loan(stage, account)
    stage.on(stage.day + dt.timedelta(days=3))
    with pytest.raises(LoanRefused) as caught:
        make_payment(stage, loan)
    assert refused_by(caught) == ["loan_platform_fresh"]


# Asking again


def asked_of(stage, loan, **changes):
    told = {"business_date": stage.day, "by": stage.clerk, "registers": Says(), **changes}
    return ask_again(loan=loan, **told)


def test_the_clerk_asks_again_for_a_signed_loan_and_it_is_paid(db):
    stage, account = make_payer()
    spouse = add_payer(stage)
    marry(stage, account.member, spouse.member)
    loan = make_secured_loan(stage, account)
    stand_surety(loan, spouse.member, "SPOUSE")
    ask_platform_again(stage, loan.application)
    surety = add_payer(stage)
    stand_surety(loan, surety.member)
    stage.on(stage.day + dt.timedelta(days=20))
    with pytest.raises(LoanRefused) as caught:
        make_payment(stage, loan)
    assert refused_by(caught) == ["loan_platform_fresh"] * 2, "borrower and spouse, by name"

    assert [one.name for one in asked_of(stage, loan)] == [account.member.name, spouse.member.name]
    assert make_payment(stage, loan).state == "SUBMITTED"
    assert asked_of(stage, loan) == [], "of whom it has answered today it is not asked again"


def test_a_platform_that_is_silent_or_says_no_lets_nothing_be_paid(db):
    stage, account = make_payer()
    loan = make_secured_loan(stage, account)
    stage.on(stage.day + dt.timedelta(days=20))
    [silent] = asked_of(stage, loan, registers=NoRegisters())
    assert silent.result == "PENDING"
    with pytest.raises(LoanRefused) as caught:
        make_payment(stage, loan)
    assert refused_by(caught) == ["loan_platform_fresh"]
    asked_of(stage, loan, registers=Says("FAIL"))
    with pytest.raises(LoanRefused) as caught:
        make_payment(stage, loan)
    assert refused_by(caught) == ["loan_platform_again"]


def test_of_a_loan_that_is_out_nobody_is_asked(db):
    stage, account = make_payer(day=DAY)
    loan = make_loan(stage, account)
    with pytest.raises(WrongLoanState):
        asked_of(stage, loan)


def test_who_may_not_ask_does_not(db):
    stage, account = make_payer()
    loan = make_secured_loan(stage, account)
    with pytest.raises(NotAllowed):
        asked_of(stage, loan, by=stage.colleague("reads", Role.AUDITOR))
    stage.clerk.person_index = account.member.documents.get(is_current=True).number_index
    with pytest.raises(OwnAccount):
        asked_of(stage, loan)


def test_a_spouse_whom_the_application_names_is_no_change(db):
    stage, account = make_payer(day=DAY)
    spouse = add_payer(stage)
    marry(stage, account.member, spouse.member)
    loan = make_secured_loan(stage, account)
    stand_surety(loan, spouse.member, "SPOUSE")
    ask_platform_again(stage, loan.application)
    record_household(stage, account.member, "DIVORCED", since=stage.day)
    with pytest.raises(LoanRefused) as caught:
        make_payment(stage, loan)
    assert refused_by(caught) == ["loan_household_unchanged"], "the spouse is one no longer"


# who is paid, product, purpose, whether
PAYEES = [
    ("SELLER", "FUND", "NEW_HOME", True),
    ("BUILDER", "FUND", "NEW_HOME", True),
    ("BANK", "COMMERCIAL_CONVERSION", "NEW_HOME", True),
    ("BORROWER", "FUND", "NEW_HOME", False),
    ("BORROWER", "COMMERCIAL_CONVERSION", "SECOND_HAND", False),
    ("BORROWER", "COMMERCIAL_REPLACEMENT", "NEW_HOME", True),
    ("BORROWER", "FUND", "BUILD", True),
    ("BORROWER", "FUND", "OVERHAUL", True),
]


@pytest.mark.parametrize(("kind", "product", "purpose", "paid"), PAYEES)
def test_the_borrower_is_paid_only_where_nobody_else_is_owed(db, kind, product, purpose, paid):
    stage, account = make_payer(day=DAY)
    loan = make_secured_loan(stage, account, product=product, purpose=purpose)
    payee = LoanPayee(kind, "某某", "中国银行", "30010101040001234")
    if paid:
        assert make_payment(stage, loan, payee=payee).payee_kind == kind
        return
    with pytest.raises(LoanRefused) as caught:
        make_payment(stage, loan, payee=payee)
    assert refused_by(caught) == ["loan_payee"]


@pytest.mark.parametrize(
    ("field", "payee"),
    [
        ("payee_kind", LoanPayee("FRIEND", "某某", "中国银行", "30010101040001234")),
        ("payee", LoanPayee("SELLER", " ", "中国银行", "30010101040001234")),
        ("bank", LoanPayee("SELLER", "某某", "", "30010101040001234")),
        ("account_no", LoanPayee("SELLER", "某某", "中国银行", "12-34")),
        ("account_no", LoanPayee("SELLER", "某某", "中国银行", "1234567")),
    ],
)
def test_a_payee_is_whole(db, field, payee):
    stage, account = make_payer(day=DAY)
    with pytest.raises(BadField) as caught:
        make_payment(stage, make_secured_loan(stage, account), payee=payee)
    assert caught.value.field == field
    assert not Disbursement.objects.exists()


# --- the rate of the day of the payment ---------------------------------------------------------


@pytest.mark.parametrize(("day", "rate"), [(7, "2.85"), (8, "2.60"), (9, "2.60")])
def test_a_new_loan_has_the_rate_of_the_day_it_is_paid_out(db, day, rate):
    stage, account = make_payer("kashgar", day=dt.date(2025, 5, 6))
    loan = make_secured_loan(stage, account, rate_percent="2.85")
    stage.on(dt.date(2025, 5, day))
    assert pay_out(stage, loan).rate_percent == rate


def test_a_second_home_keeps_what_it_stands_above_the_floor(db):
    stage, account = make_payer("kashgar", day=dt.date(2025, 5, 6))
    loan = make_secured_loan(stage, account, rate_percent="3.40", home_number=2)
    stage.on(dt.date(2025, 5, 8))
    assert pay_out(stage, loan).rate_percent == "3.15"


# --- taken back on the same day -----------------------------------------------------------------


def undo(stage, loan, **changes):
    payment = loan.disbursements.order_by("-id").first()
    told = {"reason": "银行退回", "business_date": stage.day, "by": finance_of(stage), **changes}
    asked = submit_undo(disbursement=payment, **told)
    return approve_undo(
        undo=asked, digest=asked.digest, business_date=stage.day, by=stage.supervisor
    )


def test_a_payment_taken_back_leaves_no_trace_but_the_vouchers(db):
    stage, account = make_payer(day=DAY)
    surety = add_payer(stage)
    loan = make_secured_loan(stage, account)
    stand_surety(loan, surety.member)
    pay_out(stage, loan)
    done = undo(stage, loan)
    loan.refresh_from_db()
    assert (loan.state, loan.disbursed_date, loan.principal_line) == ("SECURED", None, None)
    assert done.entry.reversal_of.disbursement.loan == loan
    assert lent(stage) == 0
    assert not loan.instalments.exists()
    assert not has_open_loan(account.member)
    assert not has_guarantee(surety.member)
    assert MemberEvent.objects.filter(kind="LOAN_DISBURSED_UNDONE").count() == 1
    assert all(proof.holds for proof in prove([stage.centre]))


def test_after_that_the_loan_can_be_paid_again_and_binds_again(db):
    stage, account = make_payer(day=DAY)
    loan = make_loan(stage, account)
    undo(stage, loan)
    loan.refresh_from_db()
    again = pay_out(stage, loan)
    assert (again.state, lent(stage)) == ("RUNNING", 30_000_000)
    assert has_open_loan(account.member)
    assert again.instalments.count() == 120


def test_the_next_day_nothing_is_taken_back(db):
    stage, account = make_payer(day=DAY)
    loan = make_loan(stage, account)
    stage.on(stage.day + dt.timedelta(days=1))
    with pytest.raises(NotUndoable):
        undo(stage, loan)
    assert lent(stage) == 30_000_000


def test_one_person_alone_takes_nothing_back(db):
    stage, account = make_payer(day=DAY)
    loan = make_loan(stage, account)
    with pytest.raises(NotAllowed):
        undo(stage, loan, by=stage.clerk)
    asked = submit_undo(
        disbursement=loan.disbursements.get(),
        reason="银行退回",
        business_date=stage.day,
        by=finance_of(stage),
    )
    with pytest.raises(SamePerson):
        approve_undo(undo=asked, digest=asked.digest, business_date=stage.day, by=finance_of(stage))
    with pytest.raises(AlreadyThere):
        undo(stage, loan)
