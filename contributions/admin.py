"""What supervisors and auditors see of contributions, and the dormancy lists they decide."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.decide_admin import InboxAdmin
from contributions.exit_kind import describe_parts
from contributions.inheritance_admin import InheritanceAdmin
from contributions.models import (
    Correction,
    Coverage,
    Deposit,
    Dispute,
    DormancyCandidate,
    DormancyList,
    Exit,
    InterestCredit,
    LargeDeposit,
    Payout,
    Reissue,
    SuspenseRefund,
    TakenOver,
    Takeover,
    Transfer,
    Withdrawal,
)
from contributions.moves_admin import MoveAdmin
from kernel.money import grouped_yuan
from office.admin import ReadOnlyAdmin
from policy.records import read_reason
from policy.terms import TERMS
from policy.wording import describe_reason

__all__ = ["InheritanceAdmin", "MoveAdmin"]  # registers the pages of heirs, and of moves


class CoverageInline(admin.TabularInline):  # type: ignore[type-arg]
    """The months a deposit pays for."""

    model = Coverage
    fields = (
        "month",
        "amount_fen",
        "is_active",
    )
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: the service writes them."""
        return False


@admin.register(Deposit)
class DepositAdmin(ReadOnlyAdmin):
    """Deposits with the months they cover."""

    list_display = [
        "number", "business_date", "member_account", "amount", "months_covered", "channel",
        "made_by",
    ]  # fmt: skip
    list_filter = ["centre", "channel", "mode"]
    search_fields = ["number", "member_account__number"]
    list_select_related = ["member_account", "made_by"]
    date_hierarchy = "business_date"
    show_full_result_count = False
    inlines = [CoverageInline]

    @admin.display(description=_("amount (yuan)"), ordering="amount_fen")
    def amount(self, row: Deposit) -> str:
        """The amount in yuan."""
        return grouped_yuan(row.amount_fen)


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    """Money that came from elsewhere."""

    list_display = ["number", "business_date", "member_account", "origin", "amount", "from_centre"]
    list_filter = ["centre", "origin"]
    search_fields = ["number", "member_account__number", "document_no"]
    list_select_related = ["member_account"]

    @admin.display(description=_("amount (yuan)"), ordering="amount_fen")
    def amount(self, row: Transfer) -> str:
        """The amount in yuan."""
        return grouped_yuan(row.amount_fen)


class DormancyCandidateInline(admin.TabularInline):  # type: ignore[type-arg]
    """The accounts of a list."""

    model = DormancyCandidate
    fields = (
        "member_account", "action", "months_uncovered", "notified_date", "acts_date", "outcome",
        "done_date",)  # fmt: skip
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: the job files them."""
        return False


@admin.register(DormancyList)
class DormancyListAdmin(InboxAdmin):
    """Lists of idle accounts, approved or returned as a whole."""

    list_display = ["number", "centre", "business_date", "state", "checked_by", "checked_at"]
    list_filter = ["state", "centre"]
    list_select_related = ["centre", "checked_by"]
    fields = (
        "number", "centre", "business_date", "state", "made_by", "checked_by", "checked_at",
        "return_reason",
    )  # fmt: skip
    readonly_fields = fields
    inlines = [DormancyCandidateInline]


@admin.register(Withdrawal)
class WithdrawalAdmin(InboxAdmin):
    """Withdrawals: what waits, what was decided, by when an answer is due."""

    list_display = [
        "number", "member_account", "ground", "allowed", "due_date", "approver_role", "state",
        "made_by", "checked_by",
    ]  # fmt: skip
    list_filter = ["state", "ground", "approver_role", "centre"]
    search_fields = ["number", "member_account__number"]
    list_select_related = ["member_account", "made_by", "checked_by"]
    show_full_result_count = False
    fields = (
        "number", "centre", "branch", "business_date", "due_date", "state", "made_by",
        "checked_by", "return_reason", "member_account", "ground", "asked", "allowed",
        "approver_role", "household", "spouse_document_no", "guarantee", "seen", "payee", "bank",
        "card_last4", "reasons", "entry",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("asked (yuan)"), ordering="asked_fen")
    def asked(self, row: Withdrawal) -> str:
        """The sum asked, in yuan."""
        return grouped_yuan(row.asked_fen)

    @admin.display(description=_("allowed (yuan)"), ordering="allowed_fen")
    def allowed(self, row: Withdrawal) -> str:
        """The sum to be paid, in yuan."""
        return grouped_yuan(row.allowed_fen)

    @admin.display(description=_("papers seen"))
    def seen(self, row: Withdrawal) -> str:
        """The papers seen, in one line each."""
        lines = (f"{TERMS[paper['code']]} {paper['document_no']}" for paper in row.papers)
        return "\n".join(lines) or "–"

    @admin.display(description=_("decision"))
    def reasons(self, row: Withdrawal) -> str:
        """Every reason of the decision, in words."""
        found = (read_reason(record) for record in row.decision.reasons)
        return "\n".join(describe_reason(reason) for reason in found)


@admin.register(Exit)
class ExitAdmin(InboxAdmin):
    """Members who leave: what is paid, what waits, until when."""

    list_display = [
        "number", "member_account", "part", "paid", "waiting", "waits_until", "state", "made_by",
        "checked_by",
    ]  # fmt: skip
    list_filter = ["state", "part", "approver_role", "centre"]
    search_fields = ["number", "member_account__number"]
    list_select_related = ["member_account", "made_by", "checked_by"]
    show_full_result_count = False
    fields = (
        "number", "centre", "branch", "business_date", "due_date", "state", "made_by",
        "checked_by", "return_reason", "member_account", "part", "paid", "made_up_of", "waiting",
        "waits_until", "closes", "guarantee", "payee", "bank", "card_last4", "approver_role",
        "entry",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("paid now (yuan)"), ordering="paid_fen")
    def paid(self, row: Exit) -> str:
        """What is paid now, in yuan."""
        return grouped_yuan(row.paid_fen)

    @admin.display(description=_("waits sealed (yuan)"), ordering="waiting_fen")
    def waiting(self, row: Exit) -> str:
        """What stays sealed, in yuan."""
        return grouped_yuan(row.waiting_fen)

    @admin.display(description=_("paid now by origin"))
    def made_up_of(self, row: Exit) -> str:
        """The sums by origin and component."""
        return describe_parts(row.parts) or "–"


@admin.register(Payout)
class PayoutAdmin(ReadOnlyAdmin):
    """Payments of withdrawals, exits, heirs and refunds, and what the bank did with them."""

    list_display = [
        "number", "source", "payee", "amount", "card_last4", "state", "made_date",
        "confirmed_date", "confirmed_by",
    ]  # fmt: skip
    list_filter = ["state", "centre"]
    search_fields = [
        "number", "withdrawal__number", "exit__number", "heir__inheritance__number",
        "refund__number",
        "bank_reference",
    ]  # fmt: skip
    list_select_related = ["withdrawal", "exit", "heir__inheritance", "refund", "confirmed_by"]

    @admin.display(description=_("payee"))
    def payee(self, row: Payout) -> str:
        """Who is paid."""
        return row.payee

    @admin.display(description=_("amount (yuan)"), ordering="amount_fen")
    def amount(self, row: Payout) -> str:
        """The amount in yuan."""
        return grouped_yuan(row.amount_fen)


@admin.register(LargeDeposit)
class LargeDepositAdmin(ReadOnlyAdmin):
    """Deposits that a second person signs."""

    list_display = [
        "number", "member_account", "amount", "approver_role", "state", "made_by", "checked_by",
    ]  # fmt: skip
    list_filter = ["state", "approver_role", "centre"]
    search_fields = ["number", "member_account__number"]
    list_select_related = ["member_account", "made_by", "checked_by"]

    @admin.display(description=_("amount (yuan)"), ordering="amount_fen")
    def amount(self, row: LargeDeposit) -> str:
        """The amount in yuan."""
        return grouped_yuan(row.amount_fen)


@admin.register(Reissue)
class ReissueAdmin(ReadOnlyAdmin):
    """Payments that the bank sent back, made again to another card."""

    list_display = [
        "number", "payout", "bank", "card_last4", "state", "made_by", "checked_by", "replacement",
    ]  # fmt: skip
    list_filter = ["state", "centre"]
    search_fields = ["number", "payout__number"]
    list_select_related = ["payout", "made_by", "checked_by", "replacement"]
    exclude = ["card"]


@admin.register(SuspenseRefund)
class SuspenseRefundAdmin(ReadOnlyAdmin):
    """Money that goes back from suspense; it is decided in the counter's inbox."""

    list_display = [
        "number", "business_date", "member_account", "kept_for", "amount", "approver_role",
        "state", "made_by", "checked_by",
    ]  # fmt: skip
    list_filter = ["state", "approver_role", "centre"]
    search_fields = ["number", "member_account__number", "kept_for"]
    list_select_related = ["member_account", "made_by", "checked_by"]
    exclude = ["card"]

    @admin.display(description=_("amount (yuan)"), ordering="amount_fen")
    def amount(self, row: SuspenseRefund) -> str:
        """The amount in yuan."""
        return grouped_yuan(row.amount_fen)


@admin.register(Takeover)
class TakeoverAdmin(ReadOnlyAdmin):
    """Workbooks taken over; they are tried and decided at the counter."""

    list_display = ["number", "business_date", "centre", "file_name", "state", "made_by",
                    "checked_by", "booked_date"]  # fmt: skip
    list_filter = ["centre", "state"]
    search_fields = ["number", "file_name", "sha256"]
    exclude = ["workbook", "problems"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Takeover]:
        """Leave the file itself where it is."""
        return super().get_queryset(request).defer("workbook", "problems")


@admin.register(TakenOver)
class TakenOverAdmin(ReadOnlyAdmin):
    """Accounts with the number they had before."""

    list_display = ["old_number", "member_account", "takeover", "booked_date"]
    list_filter = ["centre"]
    search_fields = ["old_number", "member_account__number"]
    list_select_related = ["member_account", "takeover"]


@admin.register(InterestCredit)
class InterestCreditAdmin(ReadOnlyAdmin):
    """Interest credited to the day within a fund year."""

    list_display = [
        "document_no", "member_account", "from_date", "business_date", "amount", "made_by",
    ]  # fmt: skip
    list_filter = ["centre"]
    search_fields = ["document_no", "member_account__number"]
    list_select_related = ["member_account", "made_by"]

    @admin.display(description=_("amount (yuan)"))
    def amount(self, row: InterestCredit) -> str:
        """The interest of both lines in yuan."""
        return grouped_yuan(row.amount_fen)


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    """Corrections and their reversals; they are decided in the counter's inbox."""

    list_display = [
        "number", "business_date", "member_account", "wrong_entry", "amount", "is_later", "state",
        "made_by", "reviewed_by", "checked_by",
    ]  # fmt: skip
    list_filter = ["state", "is_later", "centre"]
    search_fields = ["number", "member_account__number", "wrong_entry__document_no"]
    list_select_related = ["member_account", "wrong_entry", "made_by", "reviewed_by", "checked_by"]

    @admin.display(description=_("amount (yuan)"), ordering="amount_fen")
    def amount(self, row: Correction) -> str:
        """The amount in yuan."""
        return grouped_yuan(row.amount_fen)


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    """Disputes about balances, and when each was or is to be answered."""

    list_display = [
        "number", "business_date", "member_account", "due_date", "answered_date", "outcome",
        "state", "made_by", "checked_by",
    ]  # fmt: skip
    list_filter = ["state", "outcome", "centre"]
    search_fields = ["number", "member_account__number"]
    list_select_related = ["member_account", "made_by", "checked_by"]
    date_hierarchy = "due_date"
