"""Loan repayment (还款), its reversal (冲正), and the accounts that serve a loan (冲还贷)."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.errors import BadField
from accounts.models import MemberAccount
from contributions.services.offsets import free_for_loan_fen
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import BusinessForm, DayField, SumField
from kernel.money import BadAmount, grouped_yuan, parse_yuan, yuan
from kernel.rates import printed_percent
from loans.contract_facts import OffsetMode
from loans.facts import Channel, PrepaymentOption
from loans.lines import total_owed_fen
from loans.models import Loan, Repayment, RepaymentReversal
from loans.queries import (
    find_loan,
    find_offset_agreement,
    foresee_course,
    list_awaited_rates,
    list_loans,
)
from loans.repaying import get_suspense_fen, is_paid_off, preview
from loans.repayment_errors import NoAgreementToOffset
from loans.services import (
    offset_principal,
    receive_repayment,
    submit_reversal,
)
from loans.services.reversals import list_reversible
from loans.states import OUT_STATES
from office.idempotency import digest_of
from office.inbox import Rows
from policy.book import PolicyBook
from policy.queries import open_book
from policy.wording import describe_term

DUE_ONLY = "DUE"
_NO_LOAN = gettext_lazy("The account has no loan that runs.")
_CHANNELS = (Channel.COUNTER, Channel.CARD, Channel.SUSPENSE)
_SEEN_LENGTH = 16


class LoanRepaymentForm(BusinessForm):
    """The money, how it came, and what the rest after everything due does."""

    amount = SumField(label=gettext_lazy("Amount (yuan)"))
    use = forms.ChoiceField(label=gettext_lazy("What is left after everything due"))
    channel = forms.ChoiceField(label=gettext_lazy("Came by"))
    value_date = DayField(
        label=gettext_lazy("Counts from"),
        help_text=gettext_lazy("the day the bank received it"),
    )
    bank_reference = forms.CharField(
        label=gettext_lazy("Bank's reference"), max_length=64, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use, channel = self.fields["use"], self.fields["channel"]
        assert isinstance(use, forms.ChoiceField)
        assert isinstance(channel, forms.ChoiceField)
        use.choices = [
            (DUE_ONLY, _("kept in suspense for the loan")),
            *((one.value, describe_term(one)) for one in PrepaymentOption),
        ]
        channel.choices = [(one.value, describe_term(f"REPAID_{one}")) for one in _CHANNELS]


class OfLoan(Business):
    """A business of the running loan of an account."""

    group = Group.LOAN

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only a loan that runs is repaid."""
        return "" if find_loan(account, OUT_STATES) else str(_NO_LOAN)

    def loan(self, account: MemberAccount) -> Loan:
        """Give the loan.

        Raises:
            BadField: it has ended meanwhile.
        """
        loan = find_loan(account, OUT_STATES)
        if loan is None:
            raise BadField("amount", str(_NO_LOAN))
        return loan

    def seen(self, account: MemberAccount) -> str:
        """Mark what stands in the account and in its loan."""
        loan = find_loan(account, OUT_STATES)
        last = loan.loan_events.order_by("-id").first() if loan else None
        mark = [last.pk, str(last.undone_date)] if last else []
        return digest_of([super().seen(account), mark])[:_SEEN_LENGTH]


class LoanRepaymentBusiness(OfLoan):
    """Shows what is due and what pays the loan off; both ways of prepaying stand side by side."""

    name = "loan-repayment"
    title = gettext_lazy("Loan repayment")
    permission = Repayment.submit_permission
    serial = "LR"
    kind = "loan-repayment"
    form_class = LoanRepaymentForm
    template = "counter/business/loan_repayment.html"

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Offer what is due today."""
        day, loan = require_day(request), find_loan(account, OUT_STATES)
        owed_fen = total_owed_fen(foresee_course(loan, day).owed_on(day)) if loan else 0
        return {"amount": yuan(owed_fen) if owed_fen else "", "value_date": day}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is due, what settles, and what the sum typed would do in either way."""
        day, loan = require_day(request), find_loan(account, OUT_STATES)
        if loan is None:
            return []
        return [*standing_rows(loan, day), *_compared(request, loan, day)]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Repayment:
        """Take the money in."""
        use = data["use"]
        return receive_repayment(
            loan=self.loan(account),
            amount_fen=data["amount"],
            business_date=require_day(request),
            value_date=data["value_date"],
            channel=Channel(data["channel"]),
            document_no=str(number),
            by=request.user,
            option=None if use == DUE_ONLY else PrepaymentOption(use),
            bank_reference=data["bank_reference"],
        )


def standing_rows(loan: Loan, day: dt.date) -> Rows:
    """Say how a loan stands on a day: what is due, what pays it off, what is kept for it."""
    course = foresee_course(loan, day)
    owed = course.owed_on(day)
    rows = [
        (_("Loan contract"), f"{loan.contract_no}　{loan.get_state_display()}"),
        (_("Principal left (yuan)"), grouped_yuan(course.principal_left_fen)),
        (_("Due today (yuan)"), grouped_yuan(total_owed_fen(owed))),
    ]
    for one in owed[:6]:
        rows.append(
            (
                _("Instalment %(n)d of %(day)s") % {"n": one.number, "day": one.due_on},
                _("principal %(principal)s, interest %(interest)s, penalty interest %(penalty)s")
                % {
                    "principal": grouped_yuan(one.principal_fen),
                    "interest": grouped_yuan(one.interest_fen),
                    "penalty": grouped_yuan(one.penalty_fen),
                },
            )
        )
    coming = course.next_line(day)
    if coming is not None:
        rows.append(
            (
                _("Next instalment"),
                f"{coming.due_on}　{grouped_yuan(coming.principal_fen + coming.interest_fen)}",
            )
        )
    rows.append((_("Pays the loan off today (yuan)"), grouped_yuan(course.settle_fen(day))))
    rows += [
        (_("New rate from %(day)s") % {"day": on}, f"{printed_percent(rate)}%")
        for on, rate in list_awaited_rates(loan, day)
    ]
    kept_fen = get_suspense_fen(loan)
    if kept_fen:
        rows.append((_("In suspense for the loan (yuan)"), grouped_yuan(kept_fen)))
    return rows


def _compared(request: StaffRequest, loan: Loan, day: dt.date) -> Rows:
    """Set both ways of prepaying the sum that was typed beside each other."""
    try:
        fen = parse_yuan(request.POST.get("amount", "").replace(",", ""))
    except BadAmount:
        return []
    owed_fen = total_owed_fen(foresee_course(loan, day).owed_on(day))
    rows = []
    for option in PrepaymentOption if fen > owed_fen else ():
        try:
            seen = preview(loan, fen, day, option)
        except ValueError:
            return []
        coming = seen.course.next_line(day)
        if is_paid_off(seen.course, day) or coming is None:
            rows.append((describe_term(option), _("pays the loan off")))
            continue
        said = _(
            "%(count)s instalments left, the last on %(last)s; next payment %(payment)s; interest "
            "saved %(saved)s"
        ) % {
            "count": len(seen.course.lines) - seen.course.due_by(day),
            "last": seen.course.lines[-1].due_on.isoformat(),
            "payment": grouped_yuan(coming.principal_fen + coming.interest_fen),
            "saved": grouped_yuan(seen.interest_saved_fen),
        }
        rows.append((describe_term(option), said))
    return rows


class LoanReversalForm(BusinessForm):
    """The repayment that should not be, and why."""

    repayment = forms.ChoiceField(label=gettext_lazy("Repayment to be undone"))
    reason = forms.CharField(label=gettext_lazy("What was wrong"), max_length=200)

    def __init__(self, *args: Any, account: MemberAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["repayment"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (
                one.number,
                f"{one.value_date}　{describe_term(f'REPAID_{one.channel}')}　"
                f"{grouped_yuan(one.amount_fen)}　{one.number}",
            )
            for one in list_reversible(account)
        ]


class LoanReversalBusiness(Business):
    """Needs a supervisor as the second person; shows what later repayments change by."""

    name = "loan-reversal"
    title = gettext_lazy("Reversal of a repayment")
    permission = RepaymentReversal.submit_permission
    kind = "loan-reversal"
    group = Group.CORRECTION
    form_class = LoanReversalForm
    takes_turns = True

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Something that can be undone has to be there."""
        some = list_loans(account) and list_reversible(account, 1)
        return "" if some else _("No loan of the account was repaid.")

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> LoanReversalForm:
        """Make the form with the repayments that stand."""
        return LoanReversalForm(data, initial=initial, account=account)

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Say what happens."""
        return [
            (_("Voucher"), _("is undone by its mirror")),
            (_("Later repayments"), _("are shared out anew; the difference is booked once")),
            (_("Money of accounts"), _("comes back on the day it was taken")),
            (_("Settled years"), _("are computed again; only the difference is booked")),
            (_("Decided by"), _("a supervisor")),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> RepaymentReversal:
        """Hand it in; the service gives the number."""
        known = {one.number: one for one in list_reversible(account)}
        return submit_reversal(
            repayment=known[data["repayment"]],
            reason=data["reason"],
            business_date=require_day(request),
            by=request.user,
        )


class YearlyOffsetForm(BusinessForm):
    """What becomes of the instalments, and how much, at most."""

    option = forms.ChoiceField(label=gettext_lazy("What becomes of the instalments"))
    amount = SumField(
        label=pgettext_lazy("offset", "At most (yuan)"),
        required=False,
        help_text=gettext_lazy("empty: everything that is free"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["option"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.value, describe_term(one)) for one in PrepaymentOption]


class YearlyOffsetBusiness(OfLoan):
    """Once a year the accounts that serve the loan repay principal."""

    name = "loan-yearly-offset"
    title = gettext_lazy("Yearly offset")
    permission = Repayment.submit_permission
    kind = "loan-repayment"
    form_class = YearlyOffsetForm
    takes_turns = True

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """The contract has to agree on it."""
        loan = find_loan(account, OUT_STATES)
        if loan is None:
            return str(_NO_LOAN)
        agreement = find_offset_agreement(loan)
        if agreement is None or agreement.mode != OffsetMode.YEARLY:
            return str(NoAgreementToOffset(loan.number))
        return ""

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show how the loan stands and what the account can give."""
        day, loan = require_day(request), find_loan(account, OUT_STATES)
        if loan is None:
            return []
        agreement = find_offset_agreement(loan)
        retained_fen = agreement.retained_fen if agreement else 0
        book = open_book(request.centre.code, day)
        free_fen = free_for_loan_fen(account, book, retained_fen)
        agreed = agreement.get_mode_display() if agreement else _("none")
        return [
            *standing_rows(loan, day),
            (_("Offset agreement"), str(agreed)),
            (_("Free for the loan today (yuan)"), grouped_yuan(free_fen)),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Repayment:
        """Take it; the service gives the number."""
        done = offset_principal(
            loan=self.loan(account),
            business_date=require_day(request),
            by=request.user,
            option=PrepaymentOption(data["option"]),
            amount_fen=data["amount"],
        )
        if done is None:
            raise BadField("amount", _("It was done this year, or nothing is free."))
        return done
