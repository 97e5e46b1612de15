"""Both spouses' accounts in one chunk of the day-end, each serving the other's loan, while one
of them is paid out a withdrawal: nobody waits in a ring, and everything happens once.
"""

import datetime as dt
from functools import partial

import pytest
from django.db import OperationalError

from contributions.models import Payout
from contributions.queries import get_holdings
from contributions.services import Paper
from ledger.models import Entry
from ledger.verify import prove
from loans.models import Loan, OffsetAgreement, Repayment
from tests.contributions.withdrawals import add_payer, approve, ask, bring, make_payer
from tests.loans.late import close
from tests.loans.running import make_loan
from tests.loans.test_repayment_service import OUT
from tests.office.conftest import at_the_same_moment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

DUES = [dt.date(2026, month, OUT.day) for month in (4, 5, 6, 7)]
BROUGHT, WITHDRAWN = 3_000_000, 100_000


class Hears:
    """Keeps what a day-end says of loans it could not do: it survives a ring of locks itself."""

    def __init__(self):
        self.lines = []

    def expect(self, total):
        """How many there are does not matter here."""

    def advance(self, done=0, failed=0):
        """Nor how far it is."""

    def line(self, ref, message):
        self.lines.append(message)


def serve(loan, spouse_account):
    """Let the other one's account serve a loan first, as an agreement does."""
    OffsetAgreement.objects.create(
        loan=loan,
        centre=loan.centre,
        mode="MONTHLY",
        source_order="SPOUSE BORROWER",
        spouse_account=spouse_account,
        retained_fen=0,
        signed_date=OUT,
        document_no=f"冲-{loan.number}",
    )


@pytest.fixture
def crossed(transactional_db):
    """Two people with a loan each; the account of each serves the loan of the other."""
    stage, his = make_payer(day=OUT)
    hers = add_payer(stage)
    for account in (his, hers):
        bring(stage, account, BROUGHT)
    loans = [make_loan(stage, his), make_loan(stage, hers)]
    serve(loans[0], hers)
    serve(loans[1], his)
    return stage, (his, hers), loans


def put_in(stage, account):
    """Hand in a withdrawal that pays the loan, the only one while a loan runs."""
    return ask(
        stage,
        account,
        WITHDRAWN,
        ground="REPAY_LOAN",
        papers=[Paper(code="LOAN_CONTRACT", document_no="借1")],
    )


def test_crossed_offsets_and_a_withdrawal_at_once_do_each_thing_once(crossed):
    stage, accounts, loans = crossed
    for turn, due in enumerate(DUES):
        stage.on(due)
        asked = put_in(stage, accounts[turn % 2])
        heard = Hears()
        day_end = partial(close, stage, progress=heard)
        work = [day_end, partial(approve, stage, asked), day_end]
        outcomes = at_the_same_moment(3, lambda n, work=work: work[n]())
        said = [*heard.lines, *(str(one) for one in outcomes if isinstance(one, OperationalError))]
        assert not [one for one in said if "deadlock" in one], "a ring of locks"
        assert isinstance(outcomes[1], Payout), outcomes[1]
        close(stage)  # what one of the two runs left to the other is done by now, or is done here
        assert set(Loan.objects.values_list("closed_date", flat=True)) == {due}
        numbers = [f"OF-{loan.number}-{due:%Y%m%d}" for loan in loans]
        assert Repayment.objects.filter(number__in=numbers).count() == 2
        assert Entry.objects.filter(kind=Entry.Kind.OFFSET).count() == 2 * (turn + 1)
    taken_fen = sum(Repayment.objects.values_list("amount_fen", flat=True))
    kept_fen = sum(get_holdings(account).total_fen for account in accounts)
    brought_fen = 2 * (500_000 + BROUGHT)
    assert kept_fen == brought_fen - taken_fen - WITHDRAWN * len(DUES)
    assert Loan.objects.filter(state="RUNNING").count() == 2
    assert all(proof.holds for proof in prove([stage.centre]))
