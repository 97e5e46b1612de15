"""Debits of repayment cards: who owes what after the offsets of the day, and the bank's answer."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import lock_member_account
from kernel.money import grouped_yuan
from ledger.chart import Code
from ledger.models import Entry
from ledger.postings import suspense_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from loans.debit_files import Answer, Asked, BadLine, read_answers, write_debits
from loans.facts import Channel
from loans.lines import total_owed_fen
from loans.models import DebitBatch, DebitLine, Loan
from loans.queries import find_last_movement, foresee_course, lock_loan
from loans.repayment_errors import BadDebitFile
from loans.services.repayments import open_suspense, receive_repayment
from loans.states import OUT_STATES
from office.models import Centre, User
from office.services import audit, next_number, require_open, require_permission

_WHAT: dict[str, str | Promise] = {
    "head": gettext_lazy("the head is “%(seen)s”, not the one of an answer."),
    "count": gettext_lazy("%(seen)s lines: a head and a line of totals are the least."),
    "columns": gettext_lazy("%(seen)s columns instead of six."),
    "number": gettext_lazy("the number is missing."),
    "twice": gettext_lazy("number %(seen)s comes twice."),
    "result": gettext_lazy("result “%(seen)s” is neither PAID nor FAILED."),
    "reference": gettext_lazy("a debit needs the bank's reference, at most 64 characters."),
    "reason": gettext_lazy("a failure needs its reason, at most 120 characters."),
    "date": gettext_lazy("“%(seen)s” is no date such as 2026-01-31."),
    "amount": gettext_lazy("“%(seen)s” is no sum such as 1234.50."),
    "total": gettext_lazy("“%(seen)s” is no line of totals."),
    "total_sum": gettext_lazy("the total %(seen)s is not the sum of the lines debited."),
    "total_count": gettext_lazy("the count %(seen)s is not the number of lines debited."),
}


@transaction.atomic
def build_debits(*, centre: Centre, business_date: dt.date, by: User) -> DebitBatch | None:
    """Make the day's batch of debits: every loan that owes, after the offsets of the day.

    A loan whose last debit the bank has not answered yet is left out, so nothing is asked twice.
    Calling again on the day returns the batch of the day.

    Returns:
        The batch with its lines; None when nobody owes.

    Raises:
        NotAllowed: the person is not of the centre's finance.
        DayNotOpen: the centre's books are not open for the day.
    """
    if not by.is_system:
        require_permission(by, "loans.disburse", centre)
    require_open(centre, business_date)
    known = DebitBatch.objects.filter(centre=centre, business_date=business_date).first()
    if known is not None:
        return known
    owing = _owing(centre, business_date)
    if not owing:
        return None
    batch = DebitBatch.objects.create(
        number=next_number(centre, "DB", business_date),
        centre=centre,
        business_date=business_date,
        made_by=by,
    )
    DebitLine.objects.bulk_create(
        [
            DebitLine(
                batch=batch,
                number=f"{batch.number}-{place:05d}",
                loan=loan,
                amount_fen=fen,
                card_last4=loan.card_last4,
            )
            for place, (loan, fen) in enumerate(owing, start=1)
        ],
        batch_size=400,
    )
    audit(
        actor=by,
        action="loans.debitbatch.build",
        target=batch,
        centre=centre,
        subject=batch.number,
        after={"lines": len(owing), "fen": sum(fen for _loan, fen in owing)},
    )
    return batch


def export_debits(batch: DebitBatch) -> str:
    """Write the file of a batch for the bank; the same batch gives the same file."""
    rows = batch.lines.select_related("loan__member_account__member").order_by("id")
    return write_debits(
        Asked(
            row.number,
            row.loan.contract_no,
            row.loan.member_account.member.name,
            row.loan.card,
            row.amount_fen,
        )
        for row in rows
    )


@transaction.atomic
def take_debit_results(*, centre: Centre, text: str, business_date: dt.date, by: User) -> int:
    """Take in the bank's answer: all lines of the file, or none of them.

    Each line is answered once: the same answer again changes nothing, another one is refused. The
    money counts from the day of the debit, or from the loan's last movement where that is later.
    What comes for a loan that has ended meanwhile is kept in suspense under its number.

    Args:
        text: the file, see ``loans.debit_files``.

    Returns:
        How many lines were answered now.

    Raises:
        NotAllowed: the person is not of the centre's finance.
        BadDebitFile: a line is no answer, unknown, of another sum, or answered otherwise before.
        DayNotOpen: the centre's books are not open for the day.
    """
    if not by.is_system:
        require_permission(by, "loans.disburse", centre)
    require_open(centre, business_date)
    try:
        answers = read_answers(text)
    except BadLine as wrong:
        raise BadDebitFile(wrong.line, _WHAT[wrong.what] % {"seen": wrong.seen}) from wrong
    lines = _find_lines(centre, answers)
    return sum(
        _take(lines[answer.number], answer, business_date, by)
        for answer in sorted(answers, key=lambda one: one.number)
    )


def _owing(centre: Centre, on: dt.date) -> list[tuple[Loan, int]]:
    """List the loans that owe something on a day and have no debit on its way, with the sum."""
    rows = (
        Loan.objects.filter(
            centre=centre,
            state__in=[*OUT_STATES],
            instalments__due_date__lte=on,
        )
        .exclude(debit_lines__state=DebitLine.State.SENT)
        .select_related("centre", "member_account__member")
        .distinct()
        .order_by("id")
    )
    found = []
    for loan in rows:
        fen = total_owed_fen(foresee_course(loan, on).owed_on(on))
        if fen:
            found.append((loan, fen))
    return found


def _find_lines(centre: Centre, answers: Sequence[Answer]) -> dict[str, DebitLine]:
    """Find what the answers are about; unknown numbers and other sums are refused."""
    rows = DebitLine.objects.filter(
        batch__centre=centre, number__in=[one.number for one in answers]
    ).select_related("loan")
    lines = {row.number: row for row in rows}
    for one in answers:
        line = lines.get(one.number)
        if line is None:
            raise BadDebitFile(one.line, _("number %(seen)s is unknown.") % {"seen": one.number})
        if line.amount_fen != one.amount_fen:
            reason = _("%(seen)s yuan, but %(asked)s yuan were asked for.") % {
                "seen": grouped_yuan(one.amount_fen),
                "asked": grouped_yuan(line.amount_fen),
            }
            raise BadDebitFile(one.line, reason)
    return lines


def _take(line: DebitLine, answer: Answer, business_date: dt.date, by: User) -> int:
    account = lock_member_account(line.loan.member_account_id)
    loan = lock_loan(line.loan_id)
    row = DebitLine.objects.select_for_update().get(pk=line.pk)
    if row.state != DebitLine.State.SENT:
        same = (row.state != DebitLine.State.FAILED) == answer.paid
        if same and row.bank_reference == answer.reference:
            return 0
        reason = _("number %(seen)s was answered otherwise on %(day)s.") % {
            "seen": answer.number,
            "day": row.answered_date,
        }
        raise BadDebitFile(answer.line, reason)
    if answer.on > business_date:
        reason = _("%(seen)s lies after %(day)s.") % {"seen": answer.on, "day": business_date}
        raise BadDebitFile(answer.line, reason)
    row.answered_date = business_date
    row.bank_reference = answer.reference
    if not answer.paid:
        row.state, row.failure = DebitLine.State.FAILED, answer.reason
    elif loan.is_out:
        last = find_last_movement(loan)
        row.state = DebitLine.State.PAID
        row.repayment = receive_repayment(
            loan=loan,
            amount_fen=row.amount_fen,
            business_date=business_date,
            value_date=max(answer.on, last) if last else answer.on,
            channel=Channel.CARD,
            document_no=row.number,
            bank_reference=answer.reference,
            by=by,
        )
    else:
        row.state = DebitLine.State.KEPT
        row.entry = post(
            centre=account.centre,
            key=f"debit:{row.number}",
            kind=Entry.Kind.SUSPENSE,
            business_date=business_date,
            document_no=row.number,
            maker=by,
            moves=suspense_moves(
                bank=get_ledger_account(account.centre, Code.BANK),
                suspense=open_suspense(loan),
                amount_fen=row.amount_fen,
                value_date=business_date,
            ),
        )
    row.save()
    return 1
