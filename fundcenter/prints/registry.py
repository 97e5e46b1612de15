"""Which papers there are, who may print them, what of, and where they are offered."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import MemberAccount
from contributions.models import Dispute
from fundcenter.prints.agreements import make_agreement, make_mandate
from fundcenter.prints.certificates import (
    make_contribution_certificate,
    make_loan_elsewhere_certificate,
    make_tax_certificate,
)
from fundcenter.prints.disputes import is_answered, make_dispute_letter
from fundcenter.prints.forms import AskForm, RangeForm, ReceiverForm, YearForm
from fundcenter.prints.loan_decisions import make_loan_decision
from fundcenter.prints.loans import (
    make_loan_contract,
    make_loan_schedule,
    make_rate_notice,
    make_release_certificate,
    make_settlement_certificate,
)
from fundcenter.prints.notice import make_notice
from fundcenter.prints.overdue_notice import make_overdue_notice
from fundcenter.prints.paper import Paper
from fundcenter.prints.parts import Ask
from fundcenter.prints.receipts import make_receipt
from fundcenter.prints.reports import make_day_report, make_year_report
from fundcenter.prints.statement import make_statement
from fundcenter.prints.vouchers import make_reversal_slip, make_voucher
from ledger.models import Entry
from loans.facts import EventKind, LoanState
from loans.models import Loan, LoanApplication, LoanContract, LoanEvent, SecurityRelease
from office.inbox import Kind, kinds
from office.models import BusinessDay, Centre, User
from office.queries import count_printed
from policy.models import StoredDecision

RECEIPT = "-receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A kind of paper.

    ``rows`` are the objects it can be about, found by ``number`` in their ``centre``. ``form`` is
    what may be chosen of them. ``account`` gives whose paper it is; ``issued`` papers prove
    something to others, so nobody prints their own. ``reveals``: numbers stand on it in full.
    ``kind`` names the kind of documents on whose page it is offered, once they are ``ready``.
    """

    name: str
    title: str | Promise
    permission: str
    rows: Callable[[], QuerySet[Any]]
    make: Callable[[Any, Ask], Paper]
    number: str = "pk"
    centre: str = "centre"
    form: type[AskForm] = AskForm
    account: Callable[[Any], MemberAccount | None] = lambda _row: None
    about: Callable[[Any], Model] = lambda row: row
    issued: bool = False
    reveals: bool = False
    kind: str = ""
    ready: Callable[[Any], bool] = lambda _row: True

    def find(self, centre: Centre, number: str) -> Any | None:
        """Find the object of that number in a centre."""
        return self.numbered(number).filter(**{self.centre: centre.pk}).first()

    def numbered(self, number: str) -> QuerySet[Any]:
        """List the objects of that number in all centres; a number of another form names none."""
        try:
            return self.rows().filter(**{self.number: number})
        except (ValueError, ValidationError):
            return self.rows().none()


def _accounts() -> QuerySet[MemberAccount]:
    return MemberAccount.objects.select_related(
        "member__centre", "centre", "branch", "flex_ledger_account", "unit_ledger_account"
    )


def _of_account(name: str, title: Promise, make: Callable[[Any, Ask], Paper], **more: Any) -> Print:
    return Print(
        name=name,
        title=title,
        make=make,
        rows=_accounts,
        number="number",
        account=lambda account: account,
        **more,
    )


OF_MEMBERS: tuple[Print, ...] = (
    _of_account(
        "statement",
        _("Statement of a member account"),
        make_statement,
        permission="contributions.view",
        form=RangeForm,
    ),
    _of_account(
        "contribution-certificate",
        _("Certificate of contribution"),
        make_contribution_certificate,
        permission="certificates.print",
        issued=True,
        reveals=True,
    ),
    _of_account(
        "tax-certificate",
        _("Certificate of contributions for the income tax"),
        make_tax_certificate,
        permission="certificates.print",
        form=YearForm,
        issued=True,
        reveals=True,
    ),
    _of_account(
        "loan-elsewhere-certificate",
        _("Certificate of contribution and use for a loan elsewhere"),
        make_loan_elsewhere_certificate,
        permission="certificates.print",
        form=ReceiverForm,
        issued=True,
        reveals=True,
    ),
    _of_account(
        "agreement",
        _("Agreement on contribution to and use of the housing provident fund"),
        make_agreement,
        permission="certificates.print",
        issued=True,
        reveals=True,
    ),
    _of_account(
        "mandate",
        _("Mandate for entrusted collection"),
        make_mandate,
        permission="certificates.print",
        issued=True,
        reveals=True,
    ),
)


def _loans() -> QuerySet[Loan]:
    return Loan.objects.select_related("member_account__member", "centre")


OF_LOANS: tuple[Print, ...] = (
    Print(
        name="loan-contract",
        title=_("Loan contract of the housing provident fund"),
        permission="certificates.print",
        rows=lambda: LoanContract.objects.select_related(
            "member_account__member", "application", "centre"
        ),
        number="number",
        make=make_loan_contract,
        account=lambda contract: contract.member_account,
        issued=True,
        reveals=True,
    ),
    Print(
        name="loan-schedule",
        title=_("Schedule of repayments"),
        permission="loans.view",
        rows=_loans,
        number="number",
        make=make_loan_schedule,
        account=lambda loan: loan.member_account,
    ),
    Print(
        name="rate-notice",
        title=_("Notice of a new loan rate"),
        permission="loans.view",
        rows=lambda: LoanEvent.objects.filter(kind=EventKind.REPRICED.value).select_related(
            "loan__member_account__member", "loan__centre"
        ),
        make=make_rate_notice,
        account=lambda event: event.loan.member_account,
    ),
    Print(
        name="settlement-certificate",
        title=_("Certificate that a loan is paid off"),
        permission="certificates.print",
        rows=_loans,
        number="number",
        make=make_settlement_certificate,
        account=lambda loan: loan.member_account,
        issued=True,
        reveals=True,
    ),
    Print(
        name="release-certificate",
        title=_("Certificate that a security is released"),
        permission="certificates.print",
        rows=lambda: SecurityRelease.objects.select_related(
            "security__loan__member_account__member", "centre"
        ),
        number="number",
        make=make_release_certificate,
        account=lambda release: release.member_account,
        issued=True,
        reveals=True,
    ),
)

PRINTS: tuple[Print, ...] = (
    *OF_MEMBERS,
    *OF_LOANS,
    Print(
        name="notice",
        title=_("Notice of a decision"),
        permission="policy.view",
        rows=lambda: StoredDecision.objects.select_related("made_by", "centre"),
        make=make_notice,
    ),
    Print(
        name="overdue-notice",
        title=_("Notice of overdue instalments"),
        permission="loans.view",
        rows=lambda: Loan.objects.select_related("member_account__member", "centre"),
        make=make_overdue_notice,
        number="number",
        account=lambda loan: loan.member_account,
    ),
    Print(
        name="loan-decision",
        title=_("Decision on a loan application"),
        permission="loans.view",
        rows=lambda: LoanApplication.objects.select_related("member_account__member", "decision"),
        number="number",
        make=make_loan_decision,
        account=lambda application: application.member_account,
    ),
    Print(
        name="voucher",
        title=pgettext_lazy("paper", "Voucher"),
        permission="ledger.view",
        rows=lambda: Entry.objects.select_related("maker", "centre"),
        make=make_voucher,
    ),
    Print(
        name="reversal",
        title=_("Slip of a reversal"),
        permission="contributions.view",
        rows=lambda: Entry.objects.filter(reversal_of__isnull=False).select_related(
            "maker", "reversal_of__maker"
        ),
        make=make_reversal_slip,
    ),
    Print(
        name="dispute-letter",
        title=_("Answer to a dispute about a balance"),
        permission="contributions.view",
        rows=lambda: Dispute.objects.select_related(
            "member_account__member",
            "centre",
            "checked_by",
            "decision",
            "correction__wrong_entry",
        ),
        number="number",
        make=make_dispute_letter,
        account=lambda dispute: dispute.member_account,
        issued=True,
        kind="dispute",
        ready=is_answered,
    ),
    Print(
        name="day-report",
        title=_("Day report"),
        permission="reports.view",
        rows=lambda: BusinessDay.objects.select_related("centre"),
        number="date",
        make=make_day_report,
    ),
    Print(
        name="year-report",
        title=_("Year report of the books"),
        permission="reports.view",
        rows=lambda: Centre.objects.all(),
        number="code",
        centre="pk",
        form=YearForm,
        make=make_year_report,
    ),
)


def find_print(name: str) -> Print | None:
    """Find a kind of paper by its name; each kind of document has a receipt of its own."""
    if name.endswith(RECEIPT):
        kind = kinds().get(name.removesuffix(RECEIPT))
        return _receipt(kind) if kind else None
    return next((one for one in PRINTS if one.name == name), None)


def prints_of(kind: Kind, item: Any, user: User) -> list[Print]:
    """List the papers beside the receipt that a document's page offers to this person."""
    found = (one for one in PRINTS if one.kind == kind.name and user.may(one.permission))
    return [one for one in found if one.ready(item)]


def list_loan_papers(account: MemberAccount, user: User) -> list[tuple[str | Promise, str, str]]:
    """List (title, name, number) of the papers of an account's loans that a person may print."""
    kinds_of = {one.name: one for one in OF_LOANS}
    found: list[tuple[str, object]] = []
    for contract in account.loan_contracts.order_by("-id"):
        found.append(("loan-contract", contract.number))
    for loan in account.loans.order_by("-id"):
        if loan.disbursed_date is not None:
            found.append(("loan-schedule", loan.number))
        notices = loan.loan_events.filter(kind=EventKind.REPRICED.value, undone_date__isnull=True)
        found += [("rate-notice", notice.pk) for notice in notices]
        if loan.state == LoanState.SETTLED:
            found.append(("settlement-certificate", loan.number))
        released = SecurityRelease.objects.filter(security__loan=loan, state="APPROVED")
        found += [("release-certificate", release.number) for release in released]
    return [
        (kinds_of[name].title, name, str(number))
        for name, number in found
        if user.may(kinds_of[name].permission)
    ]


def list_unprinted(maker: User, numbers: Collection[str]) -> list[tuple[str, str]]:
    """List (name of the receipt, number) of what a person made and nobody printed a receipt of."""
    found = []
    for kind in kinds().values():
        rows = kind.rows.filter(made_by=maker, number__in=numbers)
        made = list(rows.order_by("number").values_list("number", flat=True))
        name = f"{kind.name}{RECEIPT}"
        printed = count_printed(maker.centre, name, made) if maker.centre and made else {}
        found += [(name, number) for number in made if number not in printed]
    return found


def _receipt(kind: Kind) -> Print:
    return Print(
        name=f"{kind.name}{RECEIPT}",
        title=kind.title,
        permission="contributions.view",
        rows=lambda: kind.rows,
        number="number",
        make=make_receipt,
        account=kind.account,
    )
