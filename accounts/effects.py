"""How many accounts and agreements a change of the law touches. Counts only, and no names."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.contract import holds_as_signed
from accounts.models import Agreement, Member, MemberAccount
from accounts.older_law import count_reading_otherwise
from accounts.terms import CLAUSES
from policy.effects import Touched, touches
from policy.models import Proposal
from policy.queries import open_book
from policy.values import BadValue, Unit, Value

State, Identity = MemberAccount.State, MemberAccount.Identity
_BOUNDS = {"contribution.monthly_minimum": "lt", "contribution.monthly_maximum": "gt"}


def _open_accounts(centres: Sequence[str]) -> QuerySet[MemberAccount]:
    return MemberAccount.objects.filter(centre__code__in=centres).exclude(state=State.CLOSED)


@touches("interest.", "withdrawal.", "exit.", "transfer.", "retirement.", "identity.", "tax.")
def open_accounts(centres: Sequence[str], proposal: Proposal) -> list[Touched]:
    """Count every account that is open: the key decides about all of them."""
    return [Touched(_("open accounts"), _open_accounts(centres).count())]


@touches("contribution.", "agreement.", "dormancy.")
def contributing_accounts(centres: Sequence[str], proposal: Proposal) -> list[Touched]:
    """Count the accounts of flexible members, and the agreements that a new bound leaves outside.

    The amounts are those agreed on now; a signed version may go on to hold by another key.
    """
    running = _open_accounts(centres).filter(identity=Identity.FLEX)
    found = [Touched(_("open accounts of flexible members"), running.count())]
    bound_fen = _typed(proposal) if proposal.key in _BOUNDS else None
    if isinstance(bound_fen, int):
        outside = Q(**{f"monthly_amount_fen__{_BOUNDS[proposal.key]}": bound_fen})
        agreements = Agreement.objects.filter(
            outside, state=Agreement.State.SIGNED, member_account__in=running
        )
        found.append(Touched(_("agreements outside the new bound"), agreements.count()))
    return found


@touches(*CLAUSES)
def signed_agreements(centres: Sequence[str], proposal: Proposal) -> list[Touched]:
    """Count the agreements signed on another reading, and say which of both will hold for them.

    Source: agreement.signed_version_holds.
    """
    if proposal.key not in CLAUSES:
        return []
    on = proposal.effective_from or proposal.business_date
    books = [open_book(code, on) for code in centres]
    in_force = [book for book in books if book.in_force]
    hold = [book.centre for book in in_force if holds_as_signed(proposal.key, book)]
    bound = [book.centre for book in in_force if book.centre not in hold]
    texts = (
        (hold, _("agreements signed on another reading, which holds until they are signed anew")),
        (bound, _("agreements signed on another reading, in which the new one binds at once")),
    )
    return [
        Touched(text, count_reading_otherwise(of, proposal.key, proposal.printed))
        for of, text in texts
        if of
    ]


@touches("subsidy.", "opening_subsidy.")
def supported_accounts(centres: Sequence[str], proposal: Proposal) -> list[Touched]:
    """Count who may earn a subsidy, and of them the graduates and talents."""
    running = _open_accounts(centres).filter(identity=Identity.FLEX)
    supported = running.exclude(member__subsidy_category=Member.SubsidyCategory.NONE)
    return [
        Touched(_("open accounts of flexible members"), running.count()),
        Touched(_("of them graduates and talents"), supported.count()),
    ]


def _typed(proposal: Proposal) -> object:
    """Read the proposed value; None where it sets nothing."""
    if proposal.effective_from is None:
        return None
    try:
        return Value(
            key=proposal.key,
            jurisdiction=proposal.jurisdiction,
            unit=Unit(proposal.unit),
            printed=proposal.printed,
            effective_from=proposal.effective_from,
        ).typed
    except BadValue:
        return None
