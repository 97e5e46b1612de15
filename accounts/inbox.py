"""How the documents about members and accounts are described to whoever decides them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.death_kinds import DEATH_KINDS
from accounts.models import (
    Ban,
    BreachNotice,
    ChangeRecord,
    Freeze,
    FreezeLift,
    HouseholdRecord,
    Member,
    MemberAccount,
    Opening,
    PersonChange,
)
from accounts.services import (
    approve_ban,
    approve_breach,
    approve_freeze,
    approve_household,
    approve_opening,
    approve_person_change,
    cancel_breach,
    cancel_household,
    cancel_person_change,
    confirm_lift,
    return_breach,
    return_hold,
    return_household,
    return_person_change,
    shown,
    shown_ban,
    shown_breach,
    shown_freeze,
    shown_household,
    shown_lift,
    shown_person_change,
)
from kernel.documents import mask_document
from kernel.money import capital_yuan, grouped_yuan
from office.documents import cancel, return_
from office.fields import mask_card, mask_phone
from office.inbox import Kind, Rows
from policy.wording import describe_term


def _opening_facts(opening: Opening) -> Rows:
    facts = opening.facts
    declared = facts["eligibility"]
    work = [describe_term(facts["employment"]), facts["occupation"], facts["industry_chain"]]
    terms, fen = [describe_term(facts["mode"])], facts["monthly_amount_fen"]
    if fen:
        terms += [grouped_yuan(fen), capital_yuan(fen)]
    check = opening.platform_check
    return [
        (_("Member"), "　".join([opening.name, mask_document(opening.document_number)])),
        (_("Phone"), mask_phone(opening.phone) if opening.phone else "—"),
        (_("Born"), declared["birth_date"]),
        (_("Employment"), " · ".join(filter(None, work))),
        (_("First account"), _("yes") if facts["first_time"] else _("no")),
        (_("Agreement"), "　".join(terms)),
        (_("Debit card"), f"{opening.bank} {mask_card(opening.card)}"),
        (_("Debit day"), str(facts["debit_day"])),
        (_("Platform check"), str(check) if check else "—"),
    ]


def _opening_warnings(opening: Opening) -> list[str]:
    alike = Member.objects.filter(pk__in=opening.facts["lookalikes"])
    return [
        _(
            "Same name, birth and sex as %(name)s (%(birth)s): make sure that these are different "
            "persons."
        )
        % {"name": one.name, "birth": one.birth_date.isoformat()}
        for one in alike
    ]


def _freeze_facts(freeze: Freeze) -> Rows:
    everything = freeze.amount_fen is None
    rows = [
        (_("Member"), freeze.member_account.member.name),
        (_("Frozen"), _("everything") if everything else grouped_yuan(freeze.amount_fen or 0)),
        (_("Court"), freeze.court),
        (_("Order"), freeze.order_no),
        (_("From"), freeze.from_date.isoformat()),
        (_("Until"), freeze.until_date.isoformat()),
    ]
    if freeze.lifted_date:
        rows.append((_("Lifted on"), freeze.lifted_date.isoformat()))
    return rows


def _ban_facts(ban: Ban) -> Rows:
    return [
        (_("Member"), ban.member.name),
        (_("Because of"), ban.get_kind_display()),
        (_("Decision"), ban.document_no),
        (_("Decided on"), ban.decided_date.isoformat()),
        (_("Banned through"), ban.until_date.isoformat()),
    ]


def _household_facts(record: HouseholdRecord) -> Rows:
    rows = [
        (_("Member"), record.member.name),
        (_("What the paper says"), record.get_kind_display()),
        (_("Since"), record.since.isoformat()),
        (_("Number of the paper"), record.evidence_no),
    ]
    if record.spouse_name:
        rows.insert(2, (_("Spouse"), f"{record.spouse_name}　{record.masked_spouse}"))
    return rows


def _lift_facts(lift: FreezeLift) -> Rows:
    return [*_freeze_facts(lift.freeze), (_("Order that lifts it"), lift.order_no)]


def _person_facts(change: PersonChange) -> Rows:
    rows = [
        (_("Member"), f"{change.old_name}　{change.old_masked}"),
        (_("What is changed"), change.get_kind_display()),
    ]
    if change.new_name:
        rows.append((_("New name"), change.new_name))
    else:
        paper = f"{change.get_document_type_display()}　{change.masked_number}"
        rows.append((_("New document"), paper))
    return [*rows, (_("Number of the paper"), change.evidence_no)]


_CHANGED = {
    "mode": gettext_lazy("Mode"),
    "monthly_amount_fen": gettext_lazy("Monthly amount"),
    "effective_month": gettext_lazy("In effect from"),
    "bank": gettext_lazy("Bank"),
    "card": gettext_lazy("Card"),
    "debit_day": gettext_lazy("Debit day"),
    "effective_date": gettext_lazy("In effect from"),
    "check_no": gettext_lazy("Check of the card"),
    "phone": gettext_lazy("Phone"),
    "address": gettext_lazy("Address"),
    "state": gettext_lazy("State"),
}


def _change_facts(change: ChangeRecord) -> Rows:
    rows = [(_("Member"), change.member_account.member.name)]
    for name, value in change.after.items():
        before, after = _said(name, change.before.get(name)), _said(name, value)
        text = after if before in ("—", after) else f"{before} → {after}"
        rows.append((str(_CHANGED.get(name, name)), text))
    return rows


def _said(name: str, value: Any) -> str:
    """Say what is kept of a change, as a person reads it."""
    if value in (None, ""):
        return "—"
    if name == "monthly_amount_fen":
        return grouped_yuan(value)
    if name == "effective_month":
        return str(value)[:7]
    if name == "state":
        return str(MemberAccount.State(value).label)
    return describe_term(value) if name == "mode" else str(value)


def _breach_facts(notice: BreachNotice) -> Rows:
    ends = _("Agreement version %(n)s ends by it") if notice.ends_agreement else _("It goes on")
    return [
        (_("Member"), notice.agreement.member_account.member.name),
        (_("Breach"), notice.title),
        (_("What follows"), notice.measure),
        (_("Happened on"), notice.happened_date.isoformat()),
        (_("Number of the notice"), notice.notice_no),
        (_("The agreement"), ends % {"n": notice.agreement.version}),
    ]


def account_of_member(member: Member) -> MemberAccount | None:
    """Give the account a member has now, or had last."""
    rows = member.member_accounts.select_related("member")
    return rows.order_by("closed_date", "-id").first() if member.pk else None


def _approve_opening(*, document: Opening, **decided: Any) -> object:
    return approve_opening(opening=document, **decided)


def _approve_lift(*, document: FreezeLift, **decided: Any) -> object:
    return confirm_lift(document=document, **decided)


def _return(*, document: Any, reason: str, by: Any, **_day: Any) -> object:
    return return_(document=document, reason=reason, by=by)


def _approve_freeze(*, document: Freeze, digest: str, by: Any, **_day: Any) -> object:
    return approve_freeze(freeze=document, digest=digest, by=by)


def _approve_ban(*, document: Ban, digest: str, by: Any, **_day: Any) -> object:
    return approve_ban(ban=document, digest=digest, by=by)


def _return_hold(*, document: Any, reason: str, by: Any, **_day: Any) -> object:
    return return_hold(document=document, reason=reason, by=by)


KINDS = (
    Kind(
        name="opening",
        title=gettext_lazy("Opening"),
        model=Opening,
        facts=_opening_facts,
        headline=lambda one: _("Account for %(name)s") % {"name": one.name},
        warnings=_opening_warnings,
        shown=shown,
        approve=_approve_opening,
        return_=_return,
        cancel=cancel,
    ),
    Kind(
        name="freeze",
        title=gettext_lazy("Freeze"),
        model=Freeze,
        facts=_freeze_facts,
        headline=lambda one: _("Freeze by %(court)s") % {"court": one.court},
        amount_fen=lambda one: one.amount_fen,
        shown=shown_freeze,
        approve=_approve_freeze,
        return_=_return_hold,
        cancel=cancel,
    ),
    Kind(
        name="ban",
        title=gettext_lazy("Ban"),
        model=Ban,
        facts=_ban_facts,
        headline=lambda one: _("Ban of %(name)s") % {"name": one.member.name},
        shown=shown_ban,
        approve=_approve_ban,
        return_=_return_hold,
        cancel=cancel,
    ),
    Kind(
        name="household",
        title=gettext_lazy("Record of a household"),
        model=HouseholdRecord,
        facts=_household_facts,
        headline=lambda one: (
            _("%(name)s: %(kind)s since %(since)s")
            % {
                "name": one.member.name,
                "kind": one.get_kind_display(),
                "since": one.since.isoformat(),
            }
        ),
        account=lambda one: account_of_member(one.member),
        shown=shown_household,
        approve=approve_household,
        return_=return_household,
        cancel=cancel_household,
    ),
    Kind(
        name="lift",
        title=gettext_lazy("Lifting of a freeze"),
        model=FreezeLift,
        facts=_lift_facts,
        headline=lambda one: _("Freeze %(number)s is lifted") % {"number": one.freeze.number},
        account=lambda one: one.freeze.member_account,
        amount_fen=lambda one: one.freeze.amount_fen,
        shown=shown_lift,
        approve=_approve_lift,
        return_=_return_hold,
        cancel=cancel,
    ),
    Kind(
        name="person",
        title=gettext_lazy("Change of a person"),
        model=PersonChange,
        facts=_person_facts,
        headline=lambda one: (
            _("%(name)s: %(kind)s")
            % {
                "name": one.old_name,
                "kind": one.get_kind_display(),
            }
        ),
        account=lambda one: account_of_member(one.member),
        shown=shown_person_change,
        approve=approve_person_change,
        return_=return_person_change,
        cancel=cancel_person_change,
    ),
    Kind(
        name="change",
        title=gettext_lazy("Change of an account"),
        model=ChangeRecord,
        facts=_change_facts,
        headline=lambda one: (
            _("%(name)s: %(kind)s")
            % {
                "name": one.member_account.member.name,
                "kind": one.get_kind_display(),
            }
        ),
    ),
    Kind(
        name="breach",
        title=gettext_lazy("Notice of a breach"),
        model=BreachNotice,
        facts=_breach_facts,
        headline=lambda one: (
            _("%(name)s: %(kind)s")
            % {"name": one.agreement.member_account.member.name, "kind": one.title}
        ),
        account=lambda one: one.agreement.member_account,
        shown=shown_breach,
        approve=approve_breach,
        return_=return_breach,
        cancel=cancel_breach,
    ),
    *DEATH_KINDS,
)
