"""What supervisors and auditors see of members and accounts: numbers masked, nothing to change."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.death_admin import DeathReportAdmin
from accounts.decide_admin import InboxAdmin
from accounts.models import (
    Agreement,
    Ban,
    BreachNotice,
    ChangeRecord,
    DebitMandate,
    Freeze,
    FreezeLift,
    HouseholdRecord,
    IdentityDocument,
    ManagedAccount,
    Member,
    MemberAccount,
    MemberEvent,
    Opening,
    OutsideCheck,
    PersonChange,
)
from kernel.documents import mask_document
from kernel.money import grouped_yuan
from office.admin import ReadOnlyAdmin
from office.fields import mask_card, mask_phone
from policy.records import read_reason
from policy.wording import describe_reason

__all__ = ["DeathReportAdmin"]  # registers the pages of deaths


class _Shown(admin.TabularInline):  # type: ignore[type-arg]
    """Rows below another one; shown and not changed."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: rows come from services."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: rows change by services."""
        return False


class IdentityDocumentInline(_Shown):
    """The papers a member has held."""

    model = IdentityDocument
    fields = (
        "document_type",
        "shown",
        "is_current",
        "recorded_date",
    )
    readonly_fields = fields

    @admin.display(description=_("number"))
    def shown(self, row: IdentityDocument) -> str:
        """The number, masked."""
        return row.masked


class MemberAccountInline(_Shown):
    """The accounts a member has had."""

    model = MemberAccount
    fields = (
        "number",
        "state",
        "identity",
        "opened_date",
        "sealed_date",
        "closed_date",
    )
    readonly_fields = fields


class AgreementInline(_Shown):
    """The versions of the agreement."""

    model = Agreement
    fields = (
        "version",
        "mode",
        "amount",
        "signed_date",
        "effective_month",
        "state",
    )
    readonly_fields = fields

    @admin.display(description=_("monthly amount (yuan)"))
    def amount(self, row: Agreement) -> str:
        """The monthly amount in yuan."""
        return "–" if row.monthly_amount_fen is None else grouped_yuan(row.monthly_amount_fen)


class DebitMandateInline(_Shown):
    """The mandates; of a card only its last digits."""

    model = DebitMandate
    fields = (
        "version",
        "bank",
        "card_last4",
        "debit_day",
        "signed_date",
        "ended_date",
    )
    readonly_fields = fields


class MemberEventInline(_Shown):
    """What happened to an account."""

    model = MemberEvent
    fields = (
        "date",
        "kind",
        "document_no",
        "recorded_by",
    )
    readonly_fields = fields


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    """Members; identity and telephone numbers are masked."""

    list_display = ["name", "centre", "sex", "birth_date", "employment", "subsidy_category"]
    list_filter = ["centre", "employment", "subsidy_category"]
    search_fields = ["name", "name_key", "pinyin"]
    list_select_related = ["centre"]
    show_full_result_count = False
    fields = (
        "centre", "name", "birth_date", "sex", "retirement_category", "shown_phone", "employment",
        "occupation", "industry_chain", "subsidy_category", "left_school_date", "created_at",
    )  # fmt: skip
    readonly_fields = fields
    inlines = [IdentityDocumentInline, MemberAccountInline]

    @admin.display(description=_("phone"))
    def shown_phone(self, row: Member) -> str:
        """The telephone number, masked."""
        return row.masked_phone or "–"


@admin.register(MemberAccount)
class MemberAccountAdmin(ReadOnlyAdmin):
    """Individual accounts with agreements, mandates and events."""

    list_display = ["number", "member", "centre", "branch", "state", "opened_date", "balance"]
    list_filter = ["centre", "state", "identity", "first_time"]
    search_fields = ["number", "member__name", "member__pinyin"]
    list_select_related = [
        "member", "centre", "branch", "flex_ledger_account", "unit_ledger_account",
    ]  # fmt: skip
    show_full_result_count = False
    inlines = [AgreementInline, DebitMandateInline, MemberEventInline]

    @admin.display(description=_("balance (yuan)"))
    def balance(self, row: MemberAccount) -> str:
        """Both lines together, in yuan."""
        return grouped_yuan(
            row.flex_ledger_account.balance_fen + row.unit_ledger_account.balance_fen
        )


@admin.register(ManagedAccount)
class ManagedAccountAdmin(ReadOnlyAdmin):
    """The central managed account of each branch."""

    list_display = ["number", "name", "centre", "branch"]
    list_filter = ["centre"]
    list_select_related = ["centre", "branch"]


@admin.register(OutsideCheck)
class OutsideCheckAdmin(ReadOnlyAdmin):
    """What outside registers answered, and who confirmed what came on paper."""

    list_display = [
        "asked_date", "name", "kind", "purpose", "result", "channel", "document_no", "made_by",
        "checked_by",
    ]  # fmt: skip
    list_filter = ["centre", "kind", "result", "channel"]
    search_fields = ["name", "document_no"]
    list_select_related = ["made_by", "checked_by"]


@admin.register(Opening)
class OpeningAdmin(InboxAdmin):
    """Openings that wait for a second person, and those that were decided."""

    list_display = ["number", "name", "centre", "business_date", "state", "made_by", "checked_by"]
    list_filter = ["state", "centre"]
    search_fields = ["number", "name"]
    list_select_related = ["centre", "made_by", "checked_by"]
    fields = (
        "number", "centre", "branch", "business_date", "state", "made_by", "checked_by",
        "return_reason", "name", "document_type", "shown_number", "shown_phone", "bank",
        "shown_card", "declared", "reasons", "platform_check", "member_account",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("number of the document"))
    def shown_number(self, row: Opening) -> str:
        """The number, masked."""
        return mask_document(row.document_number)

    @admin.display(description=_("phone"))
    def shown_phone(self, row: Opening) -> str:
        """The telephone number, masked."""
        return mask_phone(row.phone) if row.phone else "–"

    @admin.display(description=_("card number"))
    def shown_card(self, row: Opening) -> str:
        """The card, masked."""
        return mask_card(row.card)

    @admin.display(description=_("declared"))
    def declared(self, row: Opening) -> str:
        """What was declared, in one line each."""
        return "\n".join(f"{key}: {value}" for key, value in row.facts.items())

    @admin.display(description=_("decision"))
    def reasons(self, row: Opening) -> str:
        """Every reason of the decision, in words."""
        if row.decision is None:
            return "–"
        found = (read_reason(record) for record in row.decision.reasons)
        return "\n".join(describe_reason(reason) for reason in found)


@admin.register(Freeze)
class FreezeAdmin(InboxAdmin):
    """Orders of courts: those that wait, those in force, those lifted."""

    list_display = [
        "number", "member_account", "amount", "court", "from_date", "until_date", "lifted_date",
        "state",
    ]  # fmt: skip
    list_filter = ["state", "centre"]
    search_fields = ["number", "order_no", "member_account__number"]
    list_select_related = ["member_account"]
    fields = (
        "number", "centre", "branch", "business_date", "state", "made_by", "checked_by",
        "return_reason", "member_account", "amount", "court", "order_no", "from_date",
        "until_date", "lifted_date",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("frozen amount (yuan)"), ordering="amount_fen")
    def amount(self, row: Freeze) -> str:
        """The sum in yuan, or that everything is frozen."""
        return gettext("everything") if row.amount_fen is None else grouped_yuan(row.amount_fen)


@admin.register(Ban)
class BanAdmin(InboxAdmin):
    """Who may neither withdraw nor borrow, and until when."""

    list_display = ["number", "member", "kind", "decided_date", "until_date", "state"]
    list_filter = ["state", "kind", "centre"]
    search_fields = ["number", "document_no", "member__name"]
    list_select_related = ["member"]
    fields = (
        "number", "centre", "branch", "business_date", "state", "made_by", "checked_by",
        "return_reason", "member", "kind", "decided_date", "until_date", "document_no",
    )  # fmt: skip
    readonly_fields = fields


_DOCUMENT = ("number", "centre", "branch", "business_date", "state", "made_by", "checked_by")


@admin.register(FreezeLift)
class FreezeLiftAdmin(InboxAdmin):
    """Orders that lift a freeze."""

    list_display = ["number", "freeze", "order_no", "business_date", "state", "made_by"]
    list_filter = ["state", "centre"]
    search_fields = ["number", "order_no", "freeze__number"]
    list_select_related = ["freeze", "made_by"]
    fields = (*_DOCUMENT, "return_reason", "freeze", "order_no")
    readonly_fields = fields


@admin.register(HouseholdRecord)
class HouseholdRecordAdmin(InboxAdmin):
    """Marriages, their ends and declarations, by the paper that was seen."""

    list_display = ["number", "member", "kind", "since", "spouse_name", "state", "made_by"]
    list_filter = ["state", "kind", "centre"]
    search_fields = ["number", "member__name", "spouse_name", "evidence_no"]
    list_select_related = ["member", "made_by"]
    fields = (
        *_DOCUMENT, "return_reason", "member", "kind", "since", "evidence_no", "spouse_name",
        "spouse_document_type", "shown_spouse",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("spouse's number"))
    def shown_spouse(self, row: HouseholdRecord) -> str:
        """The number, masked."""
        return row.masked_spouse or "–"


@admin.register(PersonChange)
class PersonChangeAdmin(InboxAdmin):
    """Other names and identity documents of members."""

    list_display = ["number", "member", "kind", "business_date", "state", "made_by"]
    list_filter = ["state", "kind", "centre"]
    search_fields = ["number", "old_name", "new_name", "evidence_no"]
    list_select_related = ["member", "made_by"]
    fields = (
        *_DOCUMENT, "return_reason", "member", "kind", "old_name", "old_masked", "new_name",
        "document_type", "shown_number", "evidence_no",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("number of the document"))
    def shown_number(self, row: PersonChange) -> str:
        """The new number, masked."""
        return row.masked_number or "–"


@admin.register(ChangeRecord)
class ChangeRecordAdmin(ReadOnlyAdmin):
    """What one clerk changed about an account: agreement, card, contact, seal."""

    list_display = ["number", "member_account", "kind", "business_date", "made_by"]
    list_filter = ["kind", "centre"]
    search_fields = ["number", "member_account__number"]
    list_select_related = ["member_account", "made_by"]


@admin.register(BreachNotice)
class BreachNoticeAdmin(InboxAdmin):
    """What members did against their agreements, and what followed."""

    list_display = ["number", "agreement", "title", "happened_date", "state", "made_by"]
    list_filter = ["state", "code", "centre"]
    search_fields = ["number", "notice_no", "agreement__member_account__number"]
    list_select_related = ["agreement__member_account", "made_by"]
    fields = (
        *_DOCUMENT, "return_reason", "agreement", "title", "measure", "ends_agreement",
        "happened_date", "notice_no",
    )  # fmt: skip
    readonly_fields = fields
