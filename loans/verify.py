"""Proofs about loans: the books hold what the courses say, repayments are what they booked."""

from collections.abc import Iterator

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributions.models import SuspenseRefund
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount, Posting
from ledger.queries import get_balance_fen, get_ledger_account
from ledger.verify import Invariant, register
from loans.course import Course
from loans.facts import Channel
from loans.late import late_lines, late_principal_fen, read_late_law
from loans.models import (
    DebitLine,
    Instalment,
    InterestAccrual,
    Loan,
    LoanEvent,
    Recovery,
    RecoveryReversal,
    Repayment,
    RepaymentReversal,
    WriteOff,
)
from loans.queries import iter_courses
from loans.repaying import parts_of, shares_of, suspense_code
from loans.services.courses import instalment_values
from office.models import Centre
from policy.queries import open_book

_PAID_OUT = ("RUNNING", "OVERDUE", "SETTLED", "WRITTEN_OFF")
_PARTS = ("penalty_fen", "interest_fen", "principal_fen", "suspense_fen")


def lines_add_up_to_control(centre: Centre) -> list[str]:
    """V1: every fen below 121 and 122 stands on the line of a loan."""
    found = []
    for code, side in ((Code.TRUST_LOANS, "principal_line"), (Code.OVERDUE_LOANS, "overdue_line")):
        control_fen = get_balance_fen(get_ledger_account(centre, code))
        pks = Loan.objects.filter(centre=centre).values(side)
        sums = LedgerAccount.objects.filter(pk__in=pks).aggregate(
            debits=Sum("debits_fen"), credits=Sum("credits_fen")
        )
        lines_fen = int(sums["debits"] or 0) - int(sums["credits"] or 0)
        if lines_fen != control_fen:
            found.append(
                _("%(code)s holds %(control)d fen, the loans %(lines)d fen")
                % {"code": code, "control": control_fen, "lines": lines_fen}
            )
    return found


def loans_stand_in_the_books(centre: Centre) -> list[str]:
    """V2: a loan's two lines together hold the principal its course leaves."""
    return [
        _("loan %(number)s: the books hold %(books)d fen of principal, its course %(course)d fen")
        % {"number": loan.number, "books": books_fen, "course": course.principal_left_fen}
        for loan, course in _courses(centre)
        if loan.state != "WRITTEN_OFF"
        and (books_fen := _on_lines(loan)) != course.principal_left_fen
    ]


def instalments_are_the_course(centre: Centre) -> list[str]:
    """V3: the instalments kept for lists are those of the replay, row by row."""
    found = []
    for loan, course in _courses(centre):
        rows = {row.number: row for row in Instalment.objects.filter(loan=loan)}
        right = len(rows) == len(course.lines) and all(
            (row := rows.get(line.number)) is not None
            and all(getattr(row, name) == value for name, value in instalment_values(line).items())
            for line in course.lines
        )
        if not right:
            found.append(
                _("loan %(number)s: its instalments differ from its course")
                % {"number": loan.number}
            )
    return found


def repayments_are_the_course(centre: Centre) -> list[str]:
    """V4: a standing repayment says of each instalment what the replay gives it."""
    found = []
    for loan, course in _courses(centre):
        for repayment in Repayment.objects.filter(loan=loan, event__undone_date__isnull=True):
            given = course.allocations.get(repayment.event_id)
            right = (
                given is not None
                and repayment.shares == shares_of(given)
                and all(getattr(repayment, name) == fen for name, fen in parts_of(given).items())
            )
            if not right:
                found.append(
                    _("repayment %(number)s differs from the course of its loan")
                    % {"number": repayment.number}
                )
    return found


def repayments_stand_in_the_books(centre: Centre) -> list[str]:
    """V5: what a loan's repayments say in sum is what their vouchers and differences booked.

    A repayment that was undone has its mirror, and the other way round.
    """
    found = []
    for loan in Loan.objects.filter(centre=centre, state__in=_PAID_OUT):
        repayments = Repayment.objects.filter(loan=loan)
        said = repayments.filter(event__undone_date__isnull=True).aggregate(
            **{name: Sum(name) for name in _PARTS}
        )
        entries = _vouchers_of(loan)
        booked = {
            "penalty_fen": _booked(entries, Q(code=Code.OTHER_INCOME)),
            "interest_fen": _booked(entries, Q(code=Code.LOAN_INTEREST_INCOME)),
            "principal_fen": _booked(
                entries, Q(pk__in=[loan.principal_line_id, loan.overdue_line_id])
            ),
        }
        if any(booked[name] != int(said[name] or 0) for name in booked):
            found.append(
                _("loan %(number)s: its repayments differ from their vouchers")
                % {"number": loan.number}
            )
    unmirrored = Repayment.objects.filter(centre=centre).exclude(
        Q(event__undone_date__isnull=True, entry__reversal__isnull=True)
        | Q(
            event__undone_date__isnull=False,
            entry__reversal__repayment_reversal__state="APPROVED",
        )
    )
    return found + [
        _("repayment %(number)s is undone in the loan or in the books, but not in both")
        % {"number": number}
        for number in unmirrored.values_list("number", flat=True)
    ]


def suspense_is_what_repayments_left(centre: Centre) -> list[str]:
    """V6: what is kept for a loan below 21901 is what repayments left and nobody used since.

    A later repayment has used it, or it went back to the borrower and did not come back again.
    """
    found = []
    for loan in Loan.objects.filter(centre=centre, state__in=_PAID_OUT):
        standing = Repayment.objects.filter(loan=loan, event__undone_date__isnull=True)
        sums = standing.aggregate(
            left=Sum("suspense_fen"), used=Sum("amount_fen", filter=Q(channel=Channel.SUSPENSE))
        )
        kept = DebitLine.objects.filter(loan=loan, state=DebitLine.State.KEPT)
        kept_fen = int(kept.aggregate(total=Sum("amount_fen"))["total"] or 0)
        returned = SuspenseRefund.objects.filter(
            centre=centre,
            kept_for=loan.number,
            state=SuspenseRefund.State.APPROVED,
            entry__reversal__isnull=True,
        )
        back_fen = int(returned.aggregate(total=Sum("amount_fen"))["total"] or 0)
        due_fen = int(sums["left"] or 0) - int(sums["used"] or 0) + kept_fen - back_fen
        line = LedgerAccount.objects.filter(centre=centre, code=suspense_code(loan)).first()
        books_fen = get_balance_fen(line) if line else 0
        if books_fen != due_fen:
            found.append(
                _("loan %(number)s: %(books)d fen in suspense, its repayments left %(due)d fen")
                % {"number": loan.number, "books": books_fen, "due": due_fen}
            )
    return found


def overdue_lines_hold_what_is_late(centre: Centre) -> list[str]:
    """V7: below 122 stands the principal that was late at a loan's last day-end and is unpaid.

    Repayments since then have credited the overdue line first, as the course pays what is oldest
    first. A loan of which something was undone since then waits for its next day-end.
    """
    found = []
    for loan, course in _courses(centre):
        if loan.overdue_line is None or loan.state == "WRITTEN_OFF":
            continue
        late_fen = 0
        if loan.closed_date is not None:
            undone = LoanEvent.objects.filter(loan=loan, undone_date__gte=loan.closed_date)
            if undone.exists():
                continue
            law = read_late_law(open_book(centre.code, loan.closed_date))
            late_fen = late_principal_fen(late_lines(course, loan.closed_date, law.status_days))
        if loan.overdue_line.balance_fen != late_fen:
            found.append(
                _(
                    "loan %(number)s: 122 holds %(books)d fen, its instalments were late with "
                    "%(late)d fen of principal on %(day)s"
                )
                % {
                    "number": loan.number,
                    "books": loan.overdue_line.balance_fen,
                    "late": late_fen,
                    "day": loan.closed_date or "–",
                }
            )
    return found


def write_offs_stand_in_the_books(centre: Centre) -> list[str]:
    """V8: what is written off stands on no line of its loan, and the reserve has paid for it.

    What was recovered since is what the recoveries that stand have brought into the reserve; an
    entry of that kind without its recovery, or undone on one side alone, is found.
    """
    found = []
    loans = Loan.objects.filter(centre=centre, state="WRITTEN_OFF")
    for loan in loans.select_related("principal_line", "overdue_line").order_by("id"):
        if _on_lines(loan):
            found.append(
                _("loan %(number)s is written off, but the books hold %(books)d fen of it")
                % {"number": loan.number, "books": _on_lines(loan)}
            )
    reserve = Q(code=Code.LOAN_RISK_RESERVE)
    for one in WriteOff.objects.filter(centre=centre, state="APPROVED").order_by("id"):
        recoveries = Recovery.objects.filter(write_off=one)
        undoing = RecoveryReversal.objects.filter(recovery__in=recoveries, state="APPROVED")
        standing = recoveries.filter(undone_date__isnull=True)
        said_fen = int(standing.aggregate(total=Sum("amount_fen"))["total"] or 0)
        entries = Q(entry__in=recoveries.values("entry")) | Q(entry__in=undoing.values("entry"))
        sums = {one.recovered_fen, said_fen, _booked(entries, reserve)}
        if len(sums) > 1 or -_booked(Q(entry=one.entry_id), reserve) != one.principal_fen:
            found.append(
                _("write-off %(number)s: it, its recoveries and their vouchers differ")
                % {"number": one.number}
            )
    strangers = Entry.objects.filter(
        Q(kind=Entry.Kind.RECOVERY, recovery__isnull=True)
        | Q(
            recovery__undone_date__isnull=True,
            recovery__isnull=False,
            reversal__isnull=False,
        ),
        centre=centre,
    )
    return found + [
        _("voucher %(key)s: no recovery stands behind it") % {"key": key}
        for key in strangers.values_list("key", flat=True)
    ]


def penalties_are_those_of_the_instalments(centre: Centre) -> list[str]:
    """V9: penalty interest paid on a loan's instalments is what its vouchers booked as income."""
    found = []
    for loan in Loan.objects.filter(centre=centre, state__in=_PAID_OUT).order_by("id"):
        rows_fen = Instalment.objects.filter(loan=loan).aggregate(total=Sum("paid_penalty_fen"))
        paid_fen = int(rows_fen["total"] or 0)
        booked_fen = _booked(_vouchers_of(loan), Q(code=Code.OTHER_INCOME))
        if paid_fen != booked_fen:
            found.append(
                _(
                    "loan %(number)s: %(booked)d fen of penalty interest are booked, its "
                    "instalments have %(paid)d fen"
                )
                % {"number": loan.number, "booked": booked_fen, "paid": paid_fen}
            )
    return found


def _vouchers_of(loan: Loan) -> Q:
    """Select the lines of what repayments of a loan booked, their mirrors and differences."""
    reversals = RepaymentReversal.objects.filter(repayment__loan=loan, state="APPROVED")
    return (
        Q(entry__in=Repayment.objects.filter(loan=loan).values("entry"))
        | Q(entry__in=reversals.values("difference_entry"))
        | Q(entry__in=reversals.values("entry"))
    )


def accrued_interest_stands_in_the_books(centre: Centre) -> list[str]:
    """V10: every accrual is the sum of its loans, and 111 got what the last one says."""
    accruals = InterestAccrual.objects.filter(centre=centre)
    found = [
        _("accrual %(number)s: %(said)d fen, its loans %(items)d fen")
        % {"number": row.number, "said": row.accrued_fen, "items": row.items_fen}
        for row in accruals.annotate(items_fen=Coalesce(Sum("items__interest_fen"), 0))
        if row.items_fen != row.accrued_fen
    ]
    last = accruals.order_by("-month_end").first()
    booked_fen = -_booked(Q(entry__in=accruals.values("entry")), Q(code=Code.INTEREST_RECEIVABLE))
    said_fen = last.accrued_fen if last else 0
    if booked_fen != said_fen:
        found.append(
            _("accruals booked %(books)d fen of receivable interest, the last one says %(said)d")
            % {"books": booked_fen, "said": said_fen}
        )
    return found


def _courses(centre: Centre) -> Iterator[tuple[Loan, Course]]:
    return iter_courses(Loan.objects.filter(centre=centre, state__in=_PAID_OUT).order_by("pk"))


def _on_lines(loan: Loan) -> int:
    lines = (loan.principal_line, loan.overdue_line)
    return sum(line.balance_fen for line in lines if line is not None)


def _booked(entries: Q, where: Q) -> int:
    """Sum what entries credited to accounts, less what they debited."""
    accounts = LedgerAccount.objects.filter(where).values("pk")
    postings = Posting.objects.filter(entries)
    credits = postings.filter(credit__in=accounts).aggregate(total=Sum("amount_fen"))["total"]
    debits = postings.filter(debit__in=accounts).aggregate(total=Sum("amount_fen"))["total"]
    return int(credits or 0) - int(debits or 0)


OWN = tuple(
    register(Invariant(code, title, check))
    for code, title, check in (
        ("V1", gettext_lazy("Loans add up to their control accounts"), lines_add_up_to_control),
        (
            "V2",
            gettext_lazy("Loans stand in the books as their courses say"),
            loans_stand_in_the_books,
        ),
        ("V3", gettext_lazy("Instalments are those of the course"), instalments_are_the_course),
        (
            "V4",
            gettext_lazy("Repayments are shared out as the course says"),
            repayments_are_the_course,
        ),
        ("V5", gettext_lazy("Repayments equal their vouchers"), repayments_stand_in_the_books),
        (
            "V6",
            gettext_lazy("What is kept for loans is what repayments left"),
            suspense_is_what_repayments_left,
        ),
        (
            "V7",
            gettext_lazy("Overdue lines hold the principal that is late"),
            overdue_lines_hold_what_is_late,
        ),
        (
            "V8",
            gettext_lazy("Write-offs and recoveries equal their vouchers"),
            write_offs_stand_in_the_books,
        ),
        (
            "V9",
            gettext_lazy("Penalty interest booked is that of the instalments"),
            penalties_are_those_of_the_instalments,
        ),
        (
            "V10",
            gettext_lazy("Receivable interest is what the last accrual counted"),
            accrued_interest_stands_in_the_books,
        ),
    )
)
