"""Changes of what a member has agreed on or said: agreement, debit mandate, contact, person."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ChangeRecord, IdentityDocument, MemberAccount, PersonChange
from accounts.queries import find_mandate, find_signed_agreement
from accounts.services import (
    change_agreement,
    change_contact,
    change_mandate,
    submit_person_change,
)
from fundcenter.counter.access import StaffRequest, require_day
from fundcenter.counter.business import Business, Group
from fundcenter.counter.entry_forms import AgreementForm, BusinessForm
from kernel.money import grouped_yuan, yuan
from kernel.months import Month
from office.idempotency import digest_of
from office.inbox import Rows
from policy.book import PolicyBook
from policy.queries import open_book
from policy.wording import describe_value

Kind = PersonChange.Kind
_SEEN_LENGTH = 16


def change_of(account: MemberAccount, kind: str, number: str) -> ChangeRecord:
    """Give the record a service has just made."""
    return account.changes.get(kind=kind, number=number)


class AgreementBusiness(Business):
    """Another mode or amount, in effect from next month, within the limits of that month."""

    name = "agreement"
    title = gettext_lazy("Change the agreement")
    group = Group.PERSON
    permission = "accounts.amend"
    serial = "AG"
    kind = "change"

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """Only a normal account has an agreement that runs."""
        if account.state == MemberAccount.State.NORMAL:
            return ""
        return _("The account is %(state)s.") % {"state": account.get_state_display()}

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Begin with what is signed."""
        signed = find_signed_agreement(account)
        fen = signed.monthly_amount_fen if signed else None
        return {"mode": signed.mode if signed else "", "monthly_amount": yuan(fen) if fen else ""}

    def form(
        self, request: StaffRequest, account: MemberAccount, data: Any = None, initial: Any = None
    ) -> AgreementForm:
        """Offer the modes of the law of the day."""
        book = open_book(request.centre.code, require_day(request))
        return AgreementForm(data, initial=initial, book=book)

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is signed, and the limits of the month in which a change begins."""
        day = require_day(request)
        begins = Month.of(day) + 1
        book = open_book(request.centre.code, begins.first_day)
        rows: Rows = [(_("In effect from"), str(begins))]
        signed = find_signed_agreement(account)
        if signed is not None:
            text = _("version %(n)s") % {"n": signed.version}
            if signed.monthly_amount_fen:
                text = f"{text}　{grouped_yuan(signed.monthly_amount_fen)}"
            rows.append((_("Signed now"), f"{text}　{signed.get_mode_display()}"))
        for title, key in (
            (_("Lowest a month"), "contribution.monthly_minimum"),
            (_("Highest a month"), "contribution.monthly_maximum"),
        ):
            limit = book.find(key)
            if limit is not None:
                note = _("(not published yet, taken over)") if limit.carried else ""
                rows.append((title, f"{describe_value(limit)}{note}"))
        return rows

    def seen(self, account: MemberAccount) -> str:
        """Notice another version, or another state of the account."""
        signed = find_signed_agreement(account)
        return digest_of([account.state, signed.version if signed else 0])[:_SEEN_LENGTH]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> ChangeRecord:
        """Sign the next version."""
        change_agreement(
            member_account=account,
            mode=data["mode"],
            monthly_amount_fen=data["monthly_amount"],
            business_date=require_day(request),
            document_no=number,
            clerk=request.user,
        )
        return change_of(account, ChangeRecord.Kind.AGREEMENT, number)


class MandateForm(BusinessForm):
    """Another card or day of debit, with the bank's answer about the card."""

    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=40)
    card = forms.CharField(label=gettext_lazy("Own debit card"), max_length=23)
    debit_day = forms.IntegerField(
        label=gettext_lazy("Debit day"),
        min_value=1,
        max_value=28,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    check_no = forms.CharField(
        label=gettext_lazy("Check of the card: number"),
        max_length=64,
        help_text=gettext_lazy("the bank's answer on name, ID number, card and phone"),
    )

    def clean_card(self) -> str:
        """Drop the blanks that cards print between their digits."""
        return str(self.cleaned_data["card"]).replace(" ", "")


class MandateBusiness(Business):
    """It collects from next month on; what is paid out goes to the new card at once."""

    name = "mandate"
    title = gettext_lazy("Change card or debit day")
    group = Group.PERSON
    permission = "accounts.amend"
    serial = "MD"
    kind = "change"
    form_class = MandateForm

    def initial(self, request: StaffRequest, account: MemberAccount) -> dict[str, Any]:
        """Begin with bank and day on record; the card is typed."""
        mandate = find_mandate(account)
        return {"bank": mandate.bank, "debit_day": mandate.debit_day} if mandate else {}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show the mandates, the latest first."""
        rows: Rows = [(_("In effect from"), str(Month.of(require_day(request)) + 1))]
        for one in account.mandates.order_by("-version")[:4]:
            day = _("on day %(day)s") % {"day": one.debit_day}
            ended = f"　→ {one.ended_date}" if one.ended_date else ""
            since = one.effective_date or one.signed_date
            rows.append((f"v{one.version}　{since}{ended}", f"{one}　{day}"))
        return rows

    def seen(self, account: MemberAccount) -> str:
        """Notice another mandate."""
        return digest_of(account.mandates.count())[:_SEEN_LENGTH]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> ChangeRecord:
        """Sign the next mandate."""
        change_mandate(
            member_account=account,
            bank=data["bank"],
            card=data["card"],
            debit_day=data["debit_day"],
            check_no=data["check_no"],
            business_date=require_day(request),
            document_no=number,
            clerk=request.user,
        )
        return change_of(account, ChangeRecord.Kind.MANDATE, number)


class ContactForm(BusinessForm):
    """The phone and address as they are now; both are typed anew."""

    phone = forms.CharField(
        label=gettext_lazy("Mobile phone"),
        max_length=11,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=120, required=False)


class ContactBusiness(Business):
    """Phone and address, as the member says them."""

    name = "contact"
    title = gettext_lazy("Change phone or address")
    group = Group.PERSON
    permission = "members.amend"
    serial = "CT"
    kind = "change"
    form_class = ContactForm

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show what is on record, masked, and the changes before."""
        member = account.member
        rows: Rows = [
            (_("Phone"), member.masked_phone or "—"),
            (_("Address"), f"{member.address[:6]}…" if member.address else "—"),
        ]
        for change in account.changes.filter(kind=ChangeRecord.Kind.CONTACT)[:3]:
            rows.append((change.number, f"{change.business_date}　{change.made_by}"))
        return rows

    def seen(self, account: MemberAccount) -> str:
        """Notice another change of the member."""
        member = account.member
        return digest_of([member.phone_index, member.address])[:_SEEN_LENGTH]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> ChangeRecord:
        """Write it down."""
        return change_contact(
            member_account=account,
            phone=data["phone"],
            address=data["address"],
            business_date=require_day(request),
            document_no=number,
            clerk=request.user,
        )


class PersonForm(BusinessForm):
    """Another name, or another identity document, with the paper that proves it."""

    kind = forms.ChoiceField(label=gettext_lazy("What is changed"), choices=Kind.choices)
    new_name = forms.CharField(label=gettext_lazy("New name"), max_length=80, required=False)
    document_type = forms.ChoiceField(
        label=gettext_lazy("Kind of document"),
        required=False,
        choices=IdentityDocument._meta.get_field("document_type").flatchoices,
    )
    document_number = forms.CharField(
        label=gettext_lazy("New ID number"), max_length=24, required=False
    )
    evidence_no = forms.CharField(label=gettext_lazy("Number of the paper"), max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in (
            ("new_name", Kind.NAME),
            ("document_type", Kind.PAPER),
            ("document_number", Kind.PAPER),
        ):
            self.fields[name].only_for = kind.value  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen change needs."""
        data = super().clean() or {}
        needed = {"NAME": "new_name", "PAPER": "document_number"}.get(data.get("kind", ""))
        if needed and not data.get(needed) and needed not in self.errors:
            self.add_error(needed, _("This change needs it: fill it in."))
        number = str(data.get("document_number", "")).strip().upper()
        return {**data, "document_number": number}


class PersonBusiness(Business):
    """Needs a second person, who reads the same paper."""

    name = "person"
    title = gettext_lazy("Change name or identity document")
    group = Group.PERSON
    permission = PersonChange.submit_permission
    kind = "person"
    form_class = PersonForm
    fields = {"name": "new_name", "number": "document_number"}

    def why_not(self, account: MemberAccount, book: PolicyBook, day: dt.date) -> str:
        """One change of a person waits at a time."""
        waiting = PersonChange.objects.filter(
            member=account.member_id, state=PersonChange.State.SUBMITTED
        ).first()
        if waiting is None:
            return ""
        return _("%(number)s is under way; have it decided first.") % {"number": waiting.number}

    def aside(self, request: StaffRequest, account: MemberAccount) -> Rows:
        """Show the name and every paper on record."""
        rows: Rows = [(_("On record as"), account.member.name)]
        for paper in account.member.documents.order_by("-is_current", "-id"):
            now = _("current") if paper.is_current else _("former")
            rows.append((f"{now}　{paper.recorded_date}", paper.masked))
        return rows

    def seen(self, account: MemberAccount) -> str:
        """Notice another name or paper."""
        papers = list(account.member.documents.order_by("id").values_list("id", flat=True))
        return digest_of([account.member.name, papers])[:_SEEN_LENGTH]

    def perform(
        self, request: StaffRequest, account: MemberAccount, data: dict[str, Any], number: str
    ) -> PersonChange:
        """Hand it in; the service gives the number."""
        names = ("kind", "new_name", "document_type", "document_number", "evidence_no")
        return submit_person_change(
            member=account.member,
            business_date=require_day(request),
            clerk=request.user,
            **{name: data[name] for name in names},
        )
