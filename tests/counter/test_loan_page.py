"""The page of a loan, the lists of loans, and the calculators' charts."""

import datetime as dt

from fundcenter.counter.charts import course_chart
from kernel.rates import parse_percent
from loans.contract import Paid
from loans.course import replay
from loans.queries import contract_of
from tests.contributions.withdrawals import make_payer
from tests.loans.running import make_loan, make_secured_loan

DAY = dt.date(2026, 3, 10)


def test_the_page_says_what_is_due_and_what_pays_the_loan_off(db, sign_in):
    stage, account = make_payer(day=DAY)
    loan = make_loan(stage, account)
    page = sign_in(stage.clerk).get(f"/counter/loans/{loan.number}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert page.context["owed_fen"] == 0
    assert page.context["settle_fen"] == 30_000_000
    assert page.context["next"].due_on == dt.date(2026, 4, 10)
    assert "300,000.00" in text
    assert text.count("<tr>") > 120
    assert len(page.context["chart"]["series"][0]["values"]) == 120
    assert (
        f"/counter/loans/{loan.number}/"
        in sign_in(stage.clerk).get(f"/counter/members/{account.number}/").content.decode()
    )


def test_a_loan_that_is_not_paid_out_has_no_course_yet(db, sign_in):
    stage, account = make_payer(day=DAY)
    loan = make_secured_loan(stage, account)
    page = sign_in(stage.clerk).get(f"/counter/loans/{loan.number}/")
    assert page.status_code == 200
    assert "chart" not in page.context
    assert "尚未放款" in page.content.decode()


def test_a_loan_of_another_centre_is_not_there(db, sign_in):
    stage, account = make_payer(day=DAY)
    loan = make_loan(stage, account)
    other, _theirs = make_payer("yantai", day=DAY, stranger=True)
    assert sign_in(other.clerk).get(f"/counter/loans/{loan.number}/").status_code == 404


def test_the_lists_sum_up_what_is_left_and_what_falls_due(db, sign_in):
    stage, account = make_payer(day=DAY)
    loan = make_loan(stage, account)
    make_secured_loan(stage, stage.open_account())
    desk = sign_in(stage.clerk)
    loans = desk.get("/counter/lists/loans/").content.decode()
    assert loan.number in loans
    assert "300,000.00" in loans
    due = desk.get("/counter/lists/instalments/", {"date_after": "2026-04-10"}).content.decode()
    assert loan.number in due


def test_the_chart_stops_where_the_payments_stop(db):
    stage, account = make_payer(day=DAY)
    loan = make_loan(stage, account, term_months=12)
    contract = contract_of(loan)
    first = replay(contract, []).lines[0]
    course = replay(contract, [Paid(first.due_on, first.principal_fen + first.interest_fen, 1)])
    planned, real = (one["values"] for one in course_chart(course)["series"])
    assert real[0] == planned[0]
    assert real[1:] == [None] * 11
    assert contract.annual_rate == parse_percent("2.60")


def test_a_schedule_stands_beside_the_other_method(db, sign_in):
    stage, _account = make_payer(day=DAY)
    desk = sign_in(stage.clerk)
    typed = {
        "centre": "kashgar",
        "on": "2026-03-10",
        "principal": "300000.00",
        "term_months": "120",
        "method": "LEVEL_PAYMENT",
        "disbursed_on": "2026-03-10",
    }
    page = desk.post("/counter/calculators/loan-schedule/", typed)
    comparison = page.context["comparison"]
    assert [row[0] for row in comparison.rows] == ["等额本息", "等额本金"]
    level, principal = (row[3].replace(",", "") for row in comparison.rows)
    assert int(level.replace(".", "")) > int(principal.replace(".", ""))
    assert "data-chart" in page.content.decode()


def test_a_refused_prepayment_compares_nothing(db, sign_in):
    stage, _account = make_payer(day=DAY)
    typed = {
        "centre": "kashgar",
        "on": "2026-03-10",
        "principal": "1000.00",
        "term_months": "12",
        "method": "LEVEL_PAYMENT",
        "disbursed_on": "2026-03-10",
        "paid_instalments": "0",
        "amount": "2000.00",
        "paid_on": "2026-03-20",
        "option": "SHORTEN",
    }
    page = sign_in(stage.clerk).post("/counter/calculators/prepayment/", typed)
    assert page.context["answer"]["outcome"] == "REFUSED"
    assert page.context["comparison"] is None
