"""A city that exists only as pages opens an account, takes in money and settles its year.

The walk of docs/add-a-city.md, to its end: nothing but the YAML under tests/policy/sixth_city
and the centre's own row tells the product of this city.
"""

import datetime as dt
from pathlib import Path

import pytest

from accounts.errors import OpeningRefused
from accounts.models import MemberAccount
from contributions.errors import DepositRefused
from contributions.services import receive_deposit
from kernel.months import Month, month_span
from ledger.queries import balances_by_component
from ledger.verify import prove
from office.services import next_number
from policy.decisions import Outcome
from policy.loader import PACKS
from settlement.services import settle_year
from tests.accounts.builders import Stage, make_stage, make_terms

SIXTH = Path(__file__).parent.parent / "policy" / "sixth_city"
FIRST_DAY, SETTLED = dt.date(2025, 7, 1), dt.date(2026, 6, 30)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sixth() -> Stage:
    return make_stage("sixth", FIRST_DAY, roots=(PACKS, SIXTH))


def pay(stage: Stage, member_account: MemberAccount, amount_fen: int, day: dt.date) -> None:
    stage.on(day)
    receive_deposit(
        member_account=member_account,
        amount_fen=amount_fen,
        business_date=day,
        document_no=next_number(stage.centre, "DP", day),
        clerk=stage.clerk,
    )


def pay_every_month(stage: Stage, member_account: MemberAccount, amount_fen: int) -> None:
    for month in month_span(Month(2025, 7), Month(2026, 6)):
        pay(stage, member_account, amount_fen, month.first_day.replace(day=10))
    stage.on(SETTLED)


def test_a_member_of_the_sixth_centre_pays_a_year_and_is_settled_to_the_fen(sixth: Stage) -> None:
    account = sixth.open_account(terms=make_terms("MONTHLY", 100_000))
    pay_every_month(sixth, account, 100_000)

    report, _ = settle_year(centre=sixth.centre, year=2026, approver=sixth.supervisor)

    # 1,000 on the 10th, 1.50 %: 2,220 days of 360 in all; 0.80 % on the six months old enough.
    assert (report.accounts, report.failed) == (1, 0)
    held = balances_by_component(account.flex_ledger_account)
    assert {component.value: fen for component, fen in held.items() if fen} == {
        "PRINCIPAL": 1_200_000,
        "INTEREST": 9_250,
        "SUBSIDY": 4_800,
    }
    assert [proof for proof in prove([sixth.centre]) if proof.violations] == []


def test_settling_the_sixth_centre_again_pays_nobody_twice(sixth: Stage) -> None:
    account = sixth.open_account(terms=make_terms("MONTHLY", 100_000))
    pay_every_month(sixth, account, 100_000)
    first, _ = settle_year(centre=sixth.centre, year=2026, approver=sixth.supervisor)
    held = balances_by_component(account.flex_ledger_account)

    again, _ = settle_year(centre=sixth.centre, year=2026, approver=sixth.supervisor)

    assert again.already_settled == again.accounts == 1
    assert (again.interest_fen, again.subsidy_fen) == (first.interest_fen, first.subsidy_fen)
    assert balances_by_component(account.flex_ledger_account) == held


@pytest.mark.parametrize(
    ("born", "met"), [(dt.date(2007, 7, 1), True), (dt.date(2007, 7, 2), False)]
)
def test_the_sixth_centre_asks_for_eighteen_years(sixth: Stage, born: dt.date, met: bool) -> None:
    applicant = sixth.applicant(born=born)
    sixth.ask(applicant)

    if met:
        assert sixth.approve(sixth.submit(applicant)).is_open
    else:
        with pytest.raises(OpeningRefused) as refused:
            sixth.submit(applicant)
        assert refused.value.decision.outcome is Outcome.REFUSED
        assert [str(reason.citations[0]) for reason in refused.value.decision.refusals] == [
            "sixth-2025-1#2"
        ]


@pytest.mark.parametrize("amount_fen", [4_999, 12 * 480_000 + 1])
def test_the_sixth_centre_keeps_its_own_limits(sixth: Stage, amount_fen: int) -> None:
    account = sixth.open_account(terms=make_terms("FREE", None))

    with pytest.raises(DepositRefused):
        pay(sixth, account, amount_fen, FIRST_DAY)
    assert sum(balances_by_component(account.flex_ledger_account).values()) == 0
