"""What the rules about repaying are told."""

from kernel.wire import Count, Facts, Flag, IsoDate, YuanFen
from loans.facts import PrepaymentOption


class PrepaymentRequestFacts(Facts):
    """Money brought to repay principal before it is due.

    ``prepaid`` is what is left of it after everything due, in fen; ``settles``: it pays the loan
    off. ``due_on`` is the last due date by the day, ``due_unpaid`` whether that instalment was
    unpaid when the money came. ``earlier`` counts the prepayments in part of the calendar year.
    """

    asked_on: IsoDate
    prepaid: YuanFen
    settles: Flag
    option: PrepaymentOption
    earlier: Count
    due_on: IsoDate | None = None
    due_unpaid: Flag = False
