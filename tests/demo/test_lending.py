"""The loans of the demo: one at every stage, and what the other centres decided for it."""

import datetime as dt

from accounts.holds import has_open_loan
from fundcenter.demo.data import LAST_DAY
from fundcenter.demo.expected import find_named
from loans.models import Loan, LoanApplication
from loans.queries import get_course
from office.models import Centre
from policy.models import ParameterValue
from policy.queries import open_book
from tests.demo.books import Books


def loan_of(who: str) -> Loan:
    return Loan.objects.get(member_account=find_named(Centre.objects.get(code="kashgar"), who))


def test_a_loan_of_every_stage_can_be_looked_at(portfolio: Books):
    assert set(Loan.objects.values_list("state", flat=True)) == {
        "SIGNED",
        "SECURED",
        "RUNNING",
        "OVERDUE",
        "SETTLED",
        "CANCELLED",
    }
    assert set(LoanApplication.objects.values_list("state", flat=True)) == {
        "SUBMITTED",
        "RETURNED",
        "REFUSED",
        "APPROVED",
    }
    waiting = LoanApplication.objects.get(state="SUBMITTED")
    assert (waiting.next_step, waiting.business_date) == ("FIRST_REVIEW", dt.date(2026, 6, 25))
    assert LoanApplication.objects.filter(state="APPROVED", loan__isnull=True).count() == 1


def test_who_pays_in_time_owes_nothing_on_the_last_day(portfolio: Books):
    loan = loan_of("borrows-and-pays")
    assert (loan.state, loan.risk_class) == ("RUNNING", "NORMAL")
    assert get_course(loan).owed_on(LAST_DAY) == ()
    assert has_open_loan(loan.member_account.member)


def test_who_stopped_in_march_is_four_instalments_late(portfolio: Books):
    loan = loan_of("borrows-and-is-late")
    late = get_course(loan).late_on(LAST_DAY, 3)
    assert [one.due_on.month for one in late] == [3, 4, 5, 6]
    assert loan.state == "OVERDUE"
    assert loan.overdue_line.balance_fen == sum(one.principal_fen for one in late)


def test_who_paid_off_is_free_again(portfolio: Books):
    loan = loan_of("borrows-and-settles")
    assert (loan.state, loan.ended_date) == ("SETTLED", dt.date(2026, 5, 20))
    assert not has_open_loan(loan.member_account.member)
    assert loan.principal_line.balance_fen == 0


def test_what_centres_set_for_the_demo_is_marked_and_changes_no_day_of_its_history(
    portfolio: Books,
):
    decided = ParameterValue.objects.filter(demo=True)
    assert {one.effective_from for one in decided} == {LAST_DAY + dt.timedelta(days=1)}
    assert {one.jurisdiction for one in decided} == {
        "bazhong",
        "liaoning-model",
        "lianyungang",
        "yantai",
    }
    assert open_book("yantai", LAST_DAY).find("loan.cap") is None
    assert open_book("yantai", LAST_DAY + dt.timedelta(days=1)).fen("loan.cap") == 50_000_000
