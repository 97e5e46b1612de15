"""Changing a running loan: what may be changed, what comes of it, and who decides."""

import datetime as dt

import pytest

from accounts.errors import BadField
from kernel.rates import parse_percent
from loans.errors import AlreadyThere, CourseMoved, LoanRefused, WrongLoanState
from loans.facts import EventKind
from loans.models import LoanEvent
from loans.queries import find_offset_agreement, get_course
from loans.services import Offset, approve_change, project, record_loan_event, submit_change
from loans.services.changes import ChangeRequest
from office.documents import SamePerson
from office.services import NotAllowed
from tests.accounts.builders import CARD, make_terms
from tests.contributions.withdrawals import make_payer
from tests.loans.quota_law import change_law
from tests.loans.running import make_loan

DAY = dt.date(2026, 3, 10)
LATER = dt.date(2026, 3, 20)


def refused_by(caught):
    return [reason.code for reason in caught.value.decision.reasons if not reason.met]


def make_running(**changes):
    stage, account = make_payer(day=DAY)
    loan = make_loan(stage, account, **changes)
    stage.on(LATER)
    return stage, loan


def ask(stage, loan, **request):
    by = request.pop("by", stage.clerk)
    told = {"reason": "借款人申请", **request}
    return submit_change(loan=loan, request=ChangeRequest(**told), business_date=stage.day, by=by)


def carry_out(stage, change, by=None):
    return approve_change(
        change=change, digest=change.digest, business_date=stage.day, by=by or stage.checker
    )


def change(stage, loan, **request):
    return carry_out(stage, ask(stage, loan, **request))


def pay(stage, loan, fen):
    record_loan_event(
        loan=loan,
        kind=EventKind.PAID,
        value_date=stage.day,
        business_date=stage.day,
        document_no=f"RP-{fen}-{stage.day}",
        amount_fen=fen,
        by=stage.clerk,
    )


@pytest.mark.parametrize(("months", "kind"), [(60, "shorter"), (180, "longer")])
def test_another_term_lays_the_instalments_anew_and_keeps_the_class_of_the_rate(db, months, kind):
    stage, loan = make_running()
    asked = ask(stage, loan, kind="TERM", term_months=months)
    before, after = asked.preview["before"], asked.preview["after"]
    assert (before["instalments"], after["instalments"]) == (120, months)
    dearer = after["next_payment_fen"] > before["next_payment_fen"]
    assert dearer is (kind == "shorter")
    assert loan.instalments.count() == 120, "nothing moves before the second person"
    done = carry_out(stage, asked)
    assert done.event.kind == "TERM_CHANGED"
    assert loan.instalments.count() == months
    course = get_course(loan)
    assert course.terms.rate_on(dt.date(2030, 1, 1)) == parse_percent("2.60")
    assert loan.instalments.last().due_date.isoformat() == after["last_due"]


@pytest.mark.parametrize(
    ("months", "against"),
    [(345, []), (346, ["loan_term"]), (361, ["loan_term_in_all", "loan_term"])],
)
def test_no_term_is_longer_than_age_and_years_allow(db, months, against):
    """Born 1990-01-02, 65 on 2055-01-02: 345 whole months from 2026-03-20; thirty years are 360."""
    stage, loan = make_running()
    if not against:
        assert ask(stage, loan, kind="TERM", term_months=months).state == "SUBMITTED"
        return
    with pytest.raises(LoanRefused) as caught:
        ask(stage, loan, kind="TERM", term_months=months)
    assert refused_by(caught) == against


def test_age_ends_the_term_before_the_years_do(db):
    stage, _account = make_payer(day=DAY)
    old = add_old_payer(stage)
    loan = make_loan(stage, old)
    stage.on(LATER)
    with pytest.raises(LoanRefused) as caught:
        ask(stage, loan, kind="TERM", term_months=300)
    assert refused_by(caught) == ["loan_term"]


def add_old_payer(stage):
    return stage.open_account(make_terms("FREE", 500_000), born=dt.date(1970, 5, 1))


def test_where_the_centre_has_no_longest_term_a_person_decides_first(db):
    stage, account = make_payer("bazhong", day=DAY)
    loan = make_loan(stage, account)
    with pytest.raises(LoanRefused) as caught:
        ask(stage, loan, kind="TERM", term_months=180)
    assert refused_by(caught) == ["parameter_unset"]
    assert ask(stage, loan, kind="TERM", term_months=60).state == "SUBMITTED"


def test_another_method_lays_the_instalments_anew(db):
    stage, loan = make_running()
    change(stage, loan, kind="METHOD", method="LEVEL_PRINCIPAL")
    first, second = loan.instalments.order_by("number")[:2]
    assert first.principal_fen == second.principal_fen == 250_000
    assert LoanEvent.objects.get(kind="METHOD_CHANGED").facts == {"method": "LEVEL_PRINCIPAL"}


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"kind": "TERM", "term_months": 120}, "loan_change_is_one"),
        ({"kind": "METHOD", "method": "LEVEL_PAYMENT"}, "loan_change_is_one"),
    ],
)
def test_what_is_asked_for_differs_from_what_is(db, request_, code):
    stage, loan = make_running()
    with pytest.raises(LoanRefused) as caught:
        ask(stage, loan, **request_)
    assert refused_by(caught) == [code]


@pytest.mark.parametrize("request_", [{"kind": "TERM", "term_months": 60},
                                      {"kind": "METHOD", "method": "LEVEL_PRINCIPAL"}])  # fmt: skip
def test_nothing_is_changed_while_an_instalment_is_late(db, request_):
    stage, loan = make_running()
    stage.on(dt.date(2026, 4, 11))
    with pytest.raises(LoanRefused) as caught:
        ask(stage, loan, **request_)
    assert refused_by(caught) == ["loan_change_not_overdue"]
    stage.on(dt.date(2026, 4, 12))
    pay(stage, loan, get_course(loan).owed_on(stage.day)[0].total_fen)
    assert ask(stage, loan, **request_).state == "SUBMITTED"


def test_a_centre_may_allow_it_and_a_card_is_changed_all_the_more(db):
    stage, loan = make_running()
    stage.on(dt.date(2026, 4, 11))
    assert change(stage, loan, kind="CARD", bank="农行", card="6228480000000001234", check_no="核1")
    change_law(stage, "loan.change_while_overdue", True)
    assert ask(stage, loan, kind="TERM", term_months=60).state == "SUBMITTED"


def test_instalments_behind_leave_no_shorter_term(db):
    stage, loan = make_running(term_months=24)
    for month in (4, 5):
        stage.on(dt.date(2026, month, 10))
        pay(stage, loan, get_course(loan).owed_on(stage.day)[0].total_fen)
    with pytest.raises(LoanRefused) as caught:
        ask(stage, loan, kind="TERM", term_months=2)
    assert refused_by(caught) == ["loan_change_leaves_instalments"]
    change(stage, loan, kind="TERM", term_months=3)
    assert loan.instalments.count() == 3


def test_the_card_is_another_from_the_second_persons_word_on(db):
    stage, loan = make_running()
    asked = ask(stage, loan, kind="CARD", bank="农行", card="6228480000000001234", check_no="核1")
    loan.refresh_from_db()
    assert loan.card == CARD
    carry_out(stage, asked)
    loan.refresh_from_db()
    assert (loan.bank, loan.card, loan.card_last4) == ("农行", "6228480000000001234", "1234")


def test_the_offset_agreement_is_replaced_and_the_old_one_stays(db):
    stage, loan = make_running()
    change(stage, loan, kind="OFFSET", offset=Offset("MONTHLY"))
    change(stage, loan, kind="OFFSET", offset=Offset("MONTHLY", retained_fen=10_000))
    running = find_offset_agreement(loan)
    assert (running.mode, running.retained_fen) == ("MONTHLY", 10_000)
    assert loan.offset_agreements.count() == 2
    with pytest.raises(LoanRefused) as caught:
        ask(stage, loan, kind="OFFSET", offset=None)
    assert refused_by(caught) == ["loan_offset_monthly"], "Kashgar wants one"


FORMS = [
    ("kind", {"kind": "RATE"}),
    ("reason", {"kind": "TERM", "term_months": 60, "reason": " "}),
    ("term_months", {"kind": "TERM"}),
    ("term_months", {"kind": "TERM", "term_months": 0}),
    ("method", {"kind": "METHOD"}),
    ("card", {"kind": "CARD", "bank": "农行", "card": "12"}),
    ("check_no", {"kind": "CARD", "bank": "农行", "card": "6228480000000001234"}),
    ("card", {"kind": "CARD", "bank": "中国建设银行", "card": CARD}),
    ("offset_mode", {"kind": "OFFSET", "offset": Offset("NEVER")}),
]


@pytest.mark.parametrize(("field", "request_"), FORMS)
def test_a_form_that_cannot_be_right_is_refused_by_its_field(db, field, request_):
    stage, loan = make_running()
    with pytest.raises(BadField) as caught:
        ask(stage, loan, **request_)
    assert caught.value.field == field


def test_who_may_not(db):
    stage, loan = make_running()
    with pytest.raises(NotAllowed):
        ask(stage, loan, kind="TERM", term_months=60, by=stage.checker)
    asked = ask(stage, loan, kind="TERM", term_months=60)
    with pytest.raises(AlreadyThere):
        ask(stage, loan, kind="METHOD", method="LEVEL_PRINCIPAL")
    with pytest.raises(SamePerson):
        carry_out(stage, asked, stage.clerk)
    assert loan.instalments.count() == 120


def test_a_loan_that_moved_on_is_not_changed_otherwise_than_shown(db):
    stage, loan = make_running()
    asked = ask(stage, loan, kind="TERM", term_months=60)
    record_loan_event(
        loan=loan,
        kind=EventKind.PAID,
        value_date=stage.day,
        business_date=stage.day,
        document_no="RP-1",
        amount_fen=5_000_000,
        facts={"option": "REDUCE"},
        by=stage.clerk,
    )
    project(loan)
    with pytest.raises(CourseMoved):
        carry_out(stage, asked)


def test_a_loan_that_has_ended_is_not_changed(db):
    stage, loan = make_running()
    type(loan).objects.filter(pk=loan.pk).update(state="SETTLED", ended_date=stage.day)
    with pytest.raises(WrongLoanState):
        ask(stage, loan, kind="TERM", term_months=60)
