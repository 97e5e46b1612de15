"""Money that comes in for a loan: where it goes, what it is booked as, and what is refused."""

import datetime as dt
from typing import Any

import pytest

from accounts.errors import BadField, OwnAccount
from accounts.holds import has_open_loan
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.postings import overdue_moves
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.services import KeyReused, post
from ledger.verify import prove
from loans.errors import OutOfOrder, TooMuch, WrongLoanState
from loans.facts import Channel, PrepaymentOption
from loans.models import Loan, LoanParty, Repayment
from loans.queries import get_course
from loans.repaying import get_suspense_fen, preview
from loans.repayment_errors import PrepaymentRefused, ReferenceUsed, SuspenseShort
from loans.services import receive_repayment
from office.fields import blind_index
from office.roles import Role
from office.services import DayNotOpen, NotAllowed
from policy.models import StoredDecision
from tests.accounts.builders import Stage
from tests.contributions.withdrawals import make_payer
from tests.loans.running import make_loan, make_secured_loan

OUT = dt.date(2026, 3, 10)
DUE = dt.date(2026, 4, 10)

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def lent(db: None) -> tuple[Stage, Loan]:
    """A loan of 300,000 yuan over 120 months, paid out on 10 March 2026."""
    stage, account = make_payer(day=OUT)
    return stage, make_loan(stage, account)


def pay(stage: Stage, loan: Loan, fen: int, number: str = "LR-1", **changes: Any) -> Repayment:
    facts: dict[str, Any] = {
        "business_date": stage.day,
        "value_date": stage.day,
        "channel": Channel.COUNTER,
        "by": stage.clerk,
        **changes,
    }
    return receive_repayment(loan=loan, amount_fen=fen, document_no=number, **facts)


def due_fen(loan: Loan, on: dt.date) -> int:
    return sum(one.total_fen for one in get_course(loan).owed_on(on))


def lines(entry: Entry) -> dict[str, int]:
    """What an entry brings to each account, credits less debits, by the code's first part."""
    found: dict[str, int] = {}
    for posting in entry.postings.select_related("debit", "credit"):
        for ledger_account, sign in ((posting.credit, 1), (posting.debit, -1)):
            code = ledger_account.code.partition(".")[0]
            found[code] = found.get(code, 0) + sign * posting.amount_fen
    return found


def holds(stage: Stage) -> bool:
    return all(proof.holds for proof in prove([stage.centre]))


def test_an_instalment_paid_on_its_day_is_booked_as_principal_and_interest(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    first = loan.instalments.get(number=1)
    paid = pay(stage, loan, first.unpaid_fen)
    assert (paid.principal_fen, paid.interest_fen) == (first.principal_fen, first.interest_fen)
    assert lines(paid.entry) == {
        "10101": -first.unpaid_fen,
        "40103": first.interest_fen,
        "121": first.principal_fen,
    }
    first.refresh_from_db()
    assert first.settled_date == DUE
    assert LedgerAccount.objects.get(pk=loan.principal_line_id).balance_fen == (
        30_000_000 - first.principal_fen
    )
    assert holds(stage)


def test_a_late_payment_brings_penalty_interest_into_other_income(lent) -> None:
    stage, loan = lent
    stage.on(dt.date(2026, 4, 25))
    owed = get_course(loan).owed_on(stage.day)[0]
    assert owed.penalty_fen > 0
    paid = pay(stage, loan, owed.total_fen)
    assert lines(paid.entry)["40105"] == owed.penalty_fen
    assert paid.shares == [
        {
            "number": 1,
            "penalty_fen": owed.penalty_fen,
            "interest_fen": owed.interest_fen,
            "principal_fen": owed.principal_fen,
        }
    ]


def test_money_counts_from_the_day_it_came_even_when_it_is_booked_later(lent) -> None:
    stage, loan = lent
    stage.on(dt.date(2026, 4, 13))
    paid = pay(stage, loan, due_fen(loan, DUE), value_date=DUE, channel=Channel.CARD)
    assert paid.penalty_fen == 0
    assert get_course(loan).owed_on(stage.day) == ()


def test_principal_that_is_overdue_in_the_books_is_credited_there_first(lent) -> None:
    stage, loan = lent
    stage.on(dt.date(2026, 7, 20))
    first = loan.instalments.get(number=1)
    post(
        centre=stage.centre,
        key="overdue:test",
        kind=Entry.Kind.OVERDUE,
        business_date=stage.day,
        document_no=loan.number,
        maker=stage.system,
        moves=overdue_moves(
            principal=loan.principal_line,
            overdue=loan.overdue_line,
            amount_fen=first.principal_fen,
            value_date=stage.day,
        ),
    )
    paid = pay(stage, loan, due_fen(loan, stage.day))
    booked = lines(paid.entry)
    assert booked["122"] == first.principal_fen
    assert booked["121"] == paid.principal_fen - first.principal_fen
    assert holds(stage)


def test_what_is_left_over_waits_in_suspense_under_the_loans_own_number(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    owed = due_fen(loan, DUE)
    paid = pay(stage, loan, owed + 12_345)
    assert paid.suspense_fen == 12_345
    kept = get_ledger_account(stage.centre, f"{Code.SUSPENSE}.{loan.number}")
    assert kept.name == loan.member_account.member.name
    assert get_suspense_fen(loan) == get_balance_fen(kept) == 12_345
    assert holds(stage)


def test_what_waits_in_suspense_pays_the_next_instalment(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    pay(stage, loan, due_fen(loan, DUE) + 50_000)
    stage.on(dt.date(2026, 5, 10))
    paid = pay(stage, loan, 50_000, "LR-2", channel=Channel.SUSPENSE)
    assert paid.suspense_fen == 0
    assert get_suspense_fen(loan) == 0
    assert lines(paid.entry)["21901"] == -50_000
    assert holds(stage)


def test_no_more_is_taken_from_suspense_than_is_kept_there_or_owed(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    with pytest.raises(SuspenseShort):
        pay(stage, loan, 1, channel=Channel.SUSPENSE)
    pay(stage, loan, due_fen(loan, DUE) + 700)
    with pytest.raises(SuspenseShort, match=r"7\.01"):
        pay(stage, loan, 701, "LR-2", channel=Channel.SUSPENSE)
    with pytest.raises(TooMuch):
        pay(stage, loan, 700, "LR-2", channel=Channel.SUSPENSE)
    assert Repayment.objects.count() == 1


@pytest.mark.parametrize("option", list(PrepaymentOption))
def test_a_prepayment_repays_principal_and_lays_the_instalments_anew(lent, option) -> None:
    stage, loan = lent
    stage.on(dt.date(2026, 4, 25))
    pay(stage, loan, due_fen(loan, stage.day), "LR-0")
    seen = preview(loan, 5_000_000, stage.day, option)
    paid = pay(stage, loan, 5_000_000, option=option)
    assert paid.principal_fen + paid.interest_fen == 5_000_000
    assert paid.shares[-1]["number"] == 0
    assert seen.interest_saved_fen > 0
    left = loan.instalments.count()
    assert left == 120 if option is PrepaymentOption.REDUCE else left < 120
    decision = StoredDecision.objects.get(subject_id="LR-1")
    assert decision.outcome == "APPROVED"
    assert holds(stage)


@pytest.mark.parametrize(
    ("fen", "why"),
    [(900_000, "least sum"), (100, "least sum")],
)
def test_a_small_prepayment_is_refused_and_the_refusal_is_kept(lent, fen, why) -> None:
    stage, loan = lent
    stage.on(dt.date(2026, 3, 25))
    with pytest.raises(PrepaymentRefused, match=why) as refused:
        pay(stage, loan, fen, option=PrepaymentOption.REDUCE)
    refused.value.record()
    assert StoredDecision.objects.get(subject_id="LR-1").outcome == "REFUSED"
    assert not Repayment.objects.exists()


def test_the_third_prepayment_of_a_year_is_refused_and_paying_off_is_not(lent) -> None:
    stage, loan = lent
    stage.on(dt.date(2026, 3, 25))
    for number in ("LR-1", "LR-2"):
        pay(stage, loan, 1_000_000, number, option=PrepaymentOption.SHORTEN)
    with pytest.raises(PrepaymentRefused, match="2 are allowed"):
        pay(stage, loan, 1_000_000, "LR-3", option=PrepaymentOption.SHORTEN)
    settle = get_course(loan).settle_fen(stage.day)
    pay(stage, loan, settle, "LR-3", option=PrepaymentOption.SHORTEN)
    loan.refresh_from_db()
    assert loan.state == "SETTLED"


def test_while_the_instalment_is_being_debited_nothing_is_prepaid(lent) -> None:
    stage, loan = lent
    stage.on(dt.date(2026, 4, 12))
    with pytest.raises(PrepaymentRefused, match="being debited"):
        pay(stage, loan, 9_000_000, option=PrepaymentOption.SHORTEN)
    pay(stage, loan, due_fen(loan, stage.day), "LR-0")
    pay(stage, loan, 9_000_000, option=PrepaymentOption.SHORTEN)


def test_a_prepayment_that_what_is_due_eats_up_is_refused(lent) -> None:
    stage, loan = lent
    stage.on(dt.date(2026, 5, 1))
    with pytest.raises(PrepaymentRefused, match="left after everything"):
        pay(stage, loan, 100, option=PrepaymentOption.SHORTEN)


def test_paying_the_loan_off_ends_it_and_frees_everybody_it_bound(lent) -> None:
    stage, loan = lent
    stage.on(dt.date(2026, 5, 22))
    settle = get_course(loan).settle_fen(stage.day)
    paid = pay(stage, loan, settle, option=PrepaymentOption.SHORTEN)
    loan.refresh_from_db()
    assert (loan.state, loan.ended_date) == ("SETTLED", stage.day)
    assert not has_open_loan(loan.member_account.member)
    assert not LoanParty.objects.filter(is_active=True).exists()
    assert LedgerAccount.objects.get(pk=loan.principal_line_id).balance_fen == 0
    assert paid.suspense_fen == 0
    with pytest.raises(WrongLoanState):
        pay(stage, loan, 1, "LR-2")
    assert holds(stage)


def test_the_same_document_is_booked_once_and_refused_with_other_content(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    first = pay(stage, loan, 1_000)
    assert pay(stage, loan, 1_000).pk == first.pk
    with pytest.raises(KeyReused):
        pay(stage, loan, 1_001)
    with pytest.raises(KeyReused):
        pay(stage, loan, 1_000, channel=Channel.CARD)
    assert Repayment.objects.count() == 1


def test_the_same_money_of_the_bank_is_not_taken_in_twice(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    pay(stage, loan, 1_000, channel=Channel.CARD, bank_reference="B-1")
    with pytest.raises(ReferenceUsed, match="LR-1"):
        pay(stage, loan, 1_000, "LR-2", channel=Channel.CARD, bank_reference="B-1")


@pytest.mark.parametrize("fen", [0, -1, 1.0, "1", True, 10**15])
def test_what_is_no_amount_is_refused(lent, fen) -> None:
    stage, loan = lent
    with pytest.raises(BadField, match="amount_fen"):
        pay(stage, loan, fen)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value_date": dt.date(2026, 3, 11)}, "value_date"),
        ({"channel": Channel.OFFSET}, "channel"),
        ({"number": ""}, "document_no"),
        ({"number": "9" * 49}, "document_no"),
        ({"bank_reference": "9" * 65}, "bank_reference"),
    ],
)
def test_fields_that_cannot_be_right_are_refused(lent, changes, field) -> None:
    stage, loan = lent
    number = changes.pop("number", "LR-1")
    with pytest.raises(BadField, match=field):
        pay(stage, loan, 1_000, number, **changes)


def test_money_from_before_the_last_movement_is_refused(lent) -> None:
    stage, loan = lent
    stage.on(DUE)
    pay(stage, loan, 1_000)
    with pytest.raises(OutOfOrder):
        pay(stage, loan, 1_000, "LR-2", value_date=dt.date(2026, 4, 9))
    with pytest.raises(OutOfOrder):
        pay(stage, loan, 1_000, "LR-3", value_date=dt.date(2026, 3, 9))


def test_a_loan_that_is_not_paid_out_takes_no_money(db) -> None:
    stage, account = make_payer(day=OUT)
    loan = make_secured_loan(stage, account)
    with pytest.raises(WrongLoanState):
        pay(stage, loan, 1_000)


def test_only_those_who_may_take_in_money_do_and_nobody_for_their_own_loan(lent) -> None:
    stage, loan = lent
    with pytest.raises(NotAllowed):
        pay(stage, loan, 1_000, by=stage.checker)
    number = loan.member_account.member.documents.get(is_current=True).number
    stage.clerk.person_index = blind_index(number)
    with pytest.raises(OwnAccount):
        pay(stage, loan, 1_000)


def test_nothing_is_booked_on_a_day_that_is_not_open(lent) -> None:
    stage, loan = lent
    with pytest.raises(DayNotOpen):
        pay(stage, loan, 1_000, business_date=dt.date(2026, 3, 11))
    assert not Repayment.objects.exists()


def test_a_person_of_finance_takes_in_money_too(lent) -> None:
    stage, loan = lent
    by = stage.colleague("money", Role.FINANCE)
    assert pay(stage, loan, 1_000, by=by).suspense_fen == 1_000
