"""Inheritance (继承提取): heirs with their parts and cards, or a court that found none."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import IdentityDocument, MemberAccount
from contributions.facts import Title
from contributions.inheritance_kinds import describe_share
from contributions.inheriting import failed_heirs
from contributions.models import Heir, HeirCard, Inheritance
from contributions.services import (
    Declaration,
    HeirClaim,
    submit_heir_card,
    submit_inheritance,
    submit_unclaimed,
)
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group, Life
from fundcenter.counter.businesses.death import list_death
from fundcenter.counter.businesses.leaving import list_standing
from fundcenter.counter.entry_forms import BusinessForm, DayField
from kernel.money import BadAmount, parse_yuan
from office.inbox import Rows
from policy.book import PolicyBook
from policy.queries import open_book
from policy.wording import describe_term

_NO_YES = [("no", gettext_lazy("no")), ("yes", gettext_lazy("yes"))]
_ROWS = 8
_TYPED = ("name", "document_number", "share", "title_no", "bank", "card")
_CHOSEN = ("document_type", "relation", "title")


class ShareField(forms.CharField):
    """A part typed as 1/3, or as a sum in yuan; read into (numerator, denominator, fen)."""

    def to_python(self, value: Any) -> Any:
        """Read the text; nothing typed is None."""
        text = (super().to_python(value) or "").replace(" ", "").replace("／", "/")
        if not text:
            return None
        top, slash, bottom = text.partition("/")
        if slash and top.isascii() and bottom.isascii() and top.isdigit() and bottom.isdigit():
            return int(top), int(bottom), None
        try:
            return None, None, parse_yuan(text.replace(",", ""))
        except BadAmount as wrong:
            raise forms.ValidationError(
                _("“%(seen)s” is no part. Write it like 1/3, or as yuan like 500.00.")
                % {"seen": text},
                code="share",
            ) from wrong


class GuaranteeForm(BusinessForm):
    """What is asked whoever gets the money."""

    guarantee = forms.ChoiceField(
        label=gettext_lazy("The dead was guarantor of somebody's housing fund loan"),
        choices=_NO_YES,
    )


class InheritanceForm(GuaranteeForm):
    """A row per heir; the first is needed, the others appear as they are opened."""

    def __init__(self, *args: Any, book: PolicyBook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accepted = book.choices("inheritance.titles") if book.in_force else list(Title)
        titles = [(code, describe_term(code)) for code in accepted]
        for row in range(_ROWS):
            for name, field in _fields_of_an_heir(titles).items():
                plain = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
                field.widget.attrs |= {"class": plain, "autocomplete": "off"}
                self.fields[f"heir{row}_{name}"] = field

    def rows(self) -> Iterator[tuple[int, list[Any], bool]]:
        """Give the heirs' rows for the page: number, fields, and whether it stands open."""
        for row in range(_ROWS):
            bound = [self[f"heir{row}_{name}"] for name in _fields_of_an_heir([])]
            typed = any(self[f"heir{row}_{name}"].value() for name in _TYPED)
            yield row + 1, bound, row == 0 or typed or any(one.errors for one in bound)

    def claims(self, data: dict[str, Any]) -> list[HeirClaim]:
        """Give the heirs as the service wants them, up to the last row in which something is."""
        used = [
            row for row in range(_ROWS) if any(data.get(f"heir{row}_{name}") for name in _TYPED)
        ]
        return [_claim_of(data, row) for row in range(max(used, default=0) + 1)]


def _fields_of_an_heir(titles: list[tuple[str, str]]) -> dict[str, forms.Field]:
    papers = IdentityDocument._meta.get_field("document_type").flatchoices
    return {
        "name": forms.CharField(label=_("Name of the heir"), max_length=80, required=False),
        "relation": forms.ChoiceField(
            label=_("Relation"), choices=Heir.Relation.choices, required=False
        ),
        "document_type": forms.ChoiceField(
            label=_("Kind of document"), choices=list(papers), required=False
        ),
        "document_number": forms.CharField(label=_("ID number"), max_length=24, required=False),
        "share": ShareField(
            label=_("Part"),
            max_length=24,
            required=False,
            help_text=_("like 1/3, or a sum in yuan"),
        ),
        "title": forms.ChoiceField(label=_("Title"), choices=titles, required=False),
        "title_no": forms.CharField(label=_("Number of the title"), max_length=64, required=False),
        "bank": forms.CharField(label=_("Bank"), max_length=40, required=False),
        "card": forms.CharField(label=_("Card number"), max_length=24, required=False),
    }


def _claim_of(data: dict[str, Any], row: int) -> HeirClaim:
    numerator, denominator, share_fen = data.get(f"heir{row}_share") or (None, None, None)
    names = (*_CHOSEN, "name", "document_number", "title_no", "bank")
    return HeirClaim(
        **{name: str(data.get(f"heir{row}_{name}") or "").strip() for name in names},
        card=str(data.get(f"heir{row}_card") or "").replace(" ", ""),
        numerator=numerator,
        denominator=denominator,
        share_fen=share_fen,
    )


class InheritanceBusiness(Business):
    """Everything in the account goes to the heirs, each to an own card."""

    name = "inheritance"
    title = pgettext_lazy("business", "Inheritance")
    group = Group.TAKING
    permission = Inheritance.submit_permission
    kind = "inheritance"
    template = "counter/business/heirs.html"
    takes_turns = True
    life = Life.ENDED
    fields = {
        f"heirs[{row}].{name}": f"heir{row}_{name}"
        for row in range(_ROWS)
        for name in (*_TYPED, *_CHOSEN)
    }

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> InheritanceForm:
        """Make the form with the titles that the law of the open day accepts."""
        book = open_book(request.centre.code, require_day(request))
        return InheritanceForm(data, initial=initial, book=book)

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is there with the interest to the day, and what was reported."""
        return [*list_standing(request, account), *list_death(account)]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Inheritance:
        """Take it in; the service gives the number."""
        form = self.form(request, account)
        assert isinstance(form, InheritanceForm)
        return submit_inheritance(
            member_account=account,
            claims=form.claims(data),
            guarantee=data["guarantee"] == "yes",
            business_date=require_day(request),
            clerk=request.user,
        )


class NoHeirsForm(GuaranteeForm):
    """By which a court has found that nobody inherits."""

    court = forms.CharField(label=gettext_lazy("Court"), max_length=80)
    declaration_no = forms.CharField(label=gettext_lazy("Number of the declaration"), max_length=64)
    declaration_date = DayField(label=gettext_lazy("Date of the declaration"))
    field_order = ("token", "seen", "court", "declaration_no", "declaration_date", "guarantee")


class NoHeirsBusiness(Business):
    """The money goes to the value-added income; a supervisor approves it."""

    name = "no-heirs"
    title = gettext_lazy("Nobody inherits")
    group = Group.TAKING
    permission = Inheritance.submit_permission
    kind = "inheritance"
    form_class = NoHeirsForm
    takes_turns = True
    life = Life.ENDED

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is there with the interest to the day, and what was reported."""
        return [*list_standing(request, account), *list_death(account)]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> Inheritance:
        """Take it in; the service gives the number."""
        return submit_unclaimed(
            member_account=account,
            declaration=Declaration(
                court=data["court"],
                number=data["declaration_no"],
                date=data["declaration_date"],
            ),
            guarantee=data["guarantee"] == "yes",
            business_date=require_day(request),
            clerk=request.user,
        )


class HeirCardForm(BusinessForm):
    """Which heir, and the card that is paid instead."""

    heir = forms.ModelChoiceField(label=gettext_lazy("Heir"), queryset=Heir.objects.none())
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=40)
    card = forms.CharField(label=gettext_lazy("Card number"), max_length=24)


class HeirCardBusiness(Business):
    """An heir whom the bank could not pay is paid once more; the part was owed all the time."""

    name = "heir-card"
    title = gettext_lazy("Another card of an heir")
    group = Group.TAKING
    permission = HeirCard.submit_permission
    kind = "heir-card"
    life = Life.ENDED

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """A payment has to have failed."""
        return "" if failed_heirs(account).exists() else _("No payment to an heir has failed.")

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> HeirCardForm:
        """Offer the heirs whom the bank could not pay."""
        form = HeirCardForm(data, initial=initial)
        field = form.fields["heir"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = failed_heirs(account)
        field.empty_label = None
        field.label_from_instance = _describe_heir  # type: ignore[assignment, method-assign]
        return form

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Say what the bank said."""
        failed = [
            (heir.name, heir.payouts.filter(state="FAILED").order_by("-pk").first())
            for heir in failed_heirs(account)
        ]
        return [(name, payout.failure) for name, payout in failed if payout is not None]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> HeirCard:
        """Take it in; the service gives the number."""
        return submit_heir_card(
            member_account=account,
            heir=data["heir"],
            bank=data["bank"],
            card=data["card"].replace(" ", ""),
            business_date=require_day(request),
            clerk=request.user,
        )


def _describe_heir(heir: Heir) -> str:
    return f"{heir.name}　{describe_share(heir)}　{heir.bank} ****{heir.card_last4}"
