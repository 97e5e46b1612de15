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
from fundcenter.prints.agreements import make_agreement, make_mandate
from fundcenter.prints.certificates import (
    make_contribution_certificate,
    make_loan_elsewhere_certificate,
    make_tax_certificate,
)
from fundcenter.prints.forms import AskForm, RangeForm, ReceiverForm, YearForm
from fundcenter.prints.loans import make_loan_decision
from fundcenter.prints.notice import make_notice
from fundcenter.prints.paper import Paper
from fundcenter.prints.parts import Ask
from fundcenter.prints.receipts import make_receipt
from fundcenter.prints.reports import make_day_report, make_year_report
from fundcenter.prints.statement import make_statement
from fundcenter.prints.vouchers import make_reversal_slip, make_voucher
from ledger.models import Entry
from loans.models import LoanApplication
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

PRINTS: tuple[Print, ...] = (
    *OF_MEMBERS,
    Print(
        name="notice",
        title=_("Notice of a decision"),
        permission="policy.view",
        rows=lambda: StoredDecision.objects.select_related("made_by", "centre"),
        make=make_notice,
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
