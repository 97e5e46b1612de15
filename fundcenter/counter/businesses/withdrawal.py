"""Withdrawal (提取) by ground: decided, handed to a second person, then paid out."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import MemberAccount
from accounts.queries import find_mandate, ledger_lines
from contributions.facts import Evidence, Ground, Household
from contributions.models import Withdrawal
from contributions.queries import get_holdings
from contributions.services import Paper, WithdrawalRequest, submit_withdrawal
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import BusinessForm, SumField, YuanField
from kernel.money import grouped_yuan
from office.inbox import Rows
from policy.book import PolicyBook
from policy.queries import open_book
from policy.wording import describe_term

_NO_YES = [("no", gettext_lazy("no")), ("yes", gettext_lazy("yes"))]


class WithdrawalForm(BusinessForm):
    """The ground, the sum, and the papers that prove it; fields appear by the ground chosen."""

    ground = forms.ChoiceField(label=pgettext_lazy("withdrawal", "Ground"))
    amount = SumField(
        label=gettext_lazy("Amount (yuan)"), help_text=gettext_lazy("for rent: the rent proven")
    )
    household = forms.ChoiceField(label=gettext_lazy("Household"))
    spouse_taken = YuanField(
        label=gettext_lazy("Taken by the spouse in the period (yuan)"), required=False
    )
    spouse_document_no = forms.CharField(
        label=gettext_lazy("Proof of it: number"), max_length=64, required=False
    )
    guarantee = forms.ChoiceField(
        label=gettext_lazy("Guarantor of somebody's housing fund loan"), choices=_NO_YES
    )

    def __init__(self, *args: Any, book: PolicyBook, **kwargs: Any) -> None:
        needed = book.table("withdrawal.evidence") if book.in_force else {}
        self.papers = {
            code: [ground for ground, codes in needed.items() if code in codes]
            for code in Evidence
            if any(code in codes for codes in needed.values())
        }
        super().__init__(*args, **kwargs)
        grounds = grounds_offered(book)
        self._choices("ground", [(code, describe_term(code)) for code in grounds])
        self._choices("household", [(code, describe_term(code)) for code in Household])
        for code, uses in self.papers.items():
            field = forms.CharField(
                label=_("%(paper)s: number") % {"paper": describe_term(code)},
                max_length=64,
                required=False,
            )
            field.widget.attrs |= {"class": "form-control", "autocomplete": "off"}
            self.fields[f"paper_{code}"] = field
            self._only_for(f"paper_{code}", uses)
        for name in ("household", "spouse_taken", "spouse_document_no"):
            self._only_for(name, [Ground.RELOCATION_RENT])

    def request(self, data: dict[str, Any]) -> WithdrawalRequest:
        """Give what was typed as the service wants it."""
        ground = data["ground"]
        papers = [
            Paper(code=code, document_no=data[f"paper_{code}"])
            for code, uses in self.papers.items()
            if ground in uses and data[f"paper_{code}"]
        ]
        relocation = ground == Ground.RELOCATION_RENT
        return WithdrawalRequest(
            ground=ground,
            amount_fen=data["amount"],
            papers=papers,
            household=data["household"] if relocation else Household.SINGLE,
            spouse_taken_fen=(data["spouse_taken"] or 0) if relocation else 0,
            spouse_document_no=data["spouse_document_no"] if relocation else "",
            guarantee=data["guarantee"] == "yes",
        )

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _only_for(self, name: str, grounds: list[str]) -> None:
        """Let a field appear for these grounds only."""
        self.fields[name].only_for = " ".join(grounds)  # type: ignore[attr-defined]


def grounds_offered(book: PolicyBook) -> list[str]:
    """List the grounds that the law of the day knows, the Regulation's first.

    Heirs are paid by a business of their own.
    """
    if not book.in_force:
        return []
    found = [*book.choices("withdrawal.grounds"), *book.choices("withdrawal.extra_grounds")]
    return [code for code in found if code in list(Ground) and code != Ground.DEATH]


class WithdrawalBusiness(Business):
    """Needs a second person; above the limit of the centre, a supervisor."""

    name = "withdrawal"
    title = gettext_lazy("Withdrawal")
    permission = Withdrawal.submit_permission
    kind = "withdrawal"
    group = Group.TAKING
    form_class = WithdrawalForm
    takes_turns = True
    fields = {
        "amount_fen": "amount",
        "spouse_taken_fen": "spouse_taken",
    }

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """An empty account pays nothing."""
        held_fen = sum(line.balance_fen for line in ledger_lines(account))
        return "" if held_fen else _("There is no money in the account.")

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> WithdrawalForm:
        """Make the form with the grounds in force on the open day."""
        book = open_book(request.centre.code, require_day(request))
        return WithdrawalForm(data, initial=initial, book=book)

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is there and to which card it goes."""
        holdings, mandate = get_holdings(account), find_mandate(account)
        card = f"{mandate.bank} ****{mandate.card_last4}" if mandate else "—"
        return [
            (_("Balance"), grouped_yuan(holdings.total_fen)),
            (_("of this flexible money"), grouped_yuan(holdings.flex_fen)),
            (_("of this money from units"), grouped_yuan(holdings.unit_fen)),
            (_("Paid to"), card),
        ]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Withdrawal:
        """Take it in; the service gives the number."""
        form = self.form(request, account)
        assert isinstance(form, WithdrawalForm)
        return submit_withdrawal(
            member_account=account,
            request=form.request(data),
            business_date=require_day(request),
            clerk=request.user,
        )
