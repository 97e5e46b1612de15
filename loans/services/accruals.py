"""Month-end accrual of loan interest: account 111 holds what is earned and not paid yet."""

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.months import Month
from ledger.chart import Code
from ledger.models import Entry
from ledger.postings import accrual_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from loans.accruing import accrued_interest_fen, accrues
from loans.models import AccruedInterest, InterestAccrual
from loans.queries import iter_courses, list_earning, list_months_to_accrue
from loans.services.progress import Progress, Silent
from office.models import Centre, User
from office.services import next_number, require_open
from policy.queries import open_book

# A worker that tells nothing for too long is taken for dead.
_TOLD_EVERY = 200


def accrue_months(
    *, centre: Centre, business_date: dt.date, by: User, progress: Progress | None = None
) -> list[InterestAccrual]:
    """Accrue the interest of every month that is over and was not accrued yet.

    A month that was missed is made up for, with its own value date. Call it outside any
    transaction: the loans are replayed before the month is booked, which takes no lock meanwhile.

    Raises:
        DayNotOpen: the centre's books are not open for the day.
        Unset: the law does not say when a loan stops earning.
    """
    made = []
    for month_end in list_months_to_accrue(centre, business_date):
        earned = _reckon(centre, month_end, progress or Silent())
        accrual = _accrue(centre, month_end, earned, business_date=business_date, by=by)
        made += [accrual] if accrual else []
    return made


@dataclass
class _Earned:
    """What each loan has earned by a month end, in fen; how many earn, how many are too late."""

    items_fen: dict[int, int] = field(default_factory=dict)
    loans: int = 0
    stopped: int = 0

    @property
    def total_fen(self) -> int:
        """All of it."""
        return sum(self.items_fen.values())


def _reckon(centre: Centre, month_end: dt.date, teller: Progress) -> _Earned:
    limit = open_book(centre.code, month_end).count("loan_rate.accrual_stops_after_days")
    earned = _Earned()
    for place, (loan, course) in enumerate(
        iter_courses(list_earning(centre, month_end), until=month_end), start=1
    ):
        if not accrues(course, month_end, limit):
            earned.stopped += 1
        else:
            earned.loans += 1
            if fen := accrued_interest_fen(course, month_end):
                earned.items_fen[loan.pk] = fen
        if place % _TOLD_EVERY == 0:
            teller.advance(done=_TOLD_EVERY)
    teller.advance(done=(earned.loans + earned.stopped) % _TOLD_EVERY)
    return earned


@transaction.atomic
def _accrue(
    centre: Centre, month_end: dt.date, earned: _Earned, *, business_date: dt.date, by: User
) -> InterestAccrual | None:
    """Bring account 111 to what the loans have earned by a month end; None where it stands.

    Interest that was paid meanwhile has gone to income already, so booking the difference to the
    month before leaves income and receivable right at every month end. A loan that is late for too
    long earns nothing, and what it had earned goes back.

    Source: 财会字〔1999〕33号 (应收利息); loan_rate.accrual_stops_after_days.
    """
    require_open(centre, business_date)
    # Of two runs at once the second one finds the month done.
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    made = InterestAccrual.objects.filter(centre=centre)
    if made.filter(month_end=month_end).exists():
        return None
    last = made.order_by("-month_end").first()
    before_fen = last.accrued_fen if last else 0
    number = next_number(centre, "IA", business_date)
    accrual = InterestAccrual.objects.create(
        number=number,
        centre=centre,
        month_end=month_end,
        business_date=business_date,
        loans=earned.loans,
        stopped=earned.stopped,
        before_fen=before_fen,
        accrued_fen=earned.total_fen,
        entry=_book(centre, month_end, business_date, number, earned.total_fen - before_fen, by),
        made_by=by,
    )
    AccruedInterest.objects.bulk_create(
        [
            AccruedInterest(accrual=accrual, loan_id=pk, interest_fen=fen)
            for pk, fen in earned.items_fen.items()
        ],
        batch_size=1_000,
    )
    return accrual


def _book(
    centre: Centre,
    month_end: dt.date,
    business_date: dt.date,
    number: str,
    more_fen: int,
    by: User,
) -> Entry | None:
    if not more_fen:
        return None
    return post(
        centre=centre,
        key=f"loan-interest:{month_end}",
        kind=Entry.Kind.ACCRUAL,
        business_date=business_date,
        document_no=number,
        maker=by,
        moves=accrual_moves(
            receivable=get_ledger_account(centre, Code.INTEREST_RECEIVABLE),
            income=get_ledger_account(centre, Code.LOAN_INTEREST_INCOME),
            amount_fen=more_fen,
            value_date=month_end,
        ),
        memo=_("loan interest of %(month)s") % {"month": Month.of(month_end)},
    )
