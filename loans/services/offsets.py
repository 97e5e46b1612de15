"""冲还贷: accounts of the household serve a loan, month by month or once a year."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from contributions.services.offsets import (
    free_for_loan_fen,
    take_back_for_loan,
    take_for_loan,
)
from ledger.facts import Component
from ledger.models import Entry, Posting
from loans.errors import NoAgreementToOffset, NotUndoable, WrongLoanState
from loans.facts import Channel, PartyRole, PrepaymentOption
from loans.lines import total_owed_fen
from loans.models import Loan, LoanParty, OffsetAgreement, Repayment
from loans.queries import find_last_movement, get_course, lock_loan
from loans.repaying import Source
from loans.services.repayments import book_repayment
from office.models import User
from office.services import audit, next_number, require_permission
from policy.book import PolicyBook
from policy.queries import open_book

_SPOUSES = (PartyRole.SPOUSE, PartyRole.CO_BORROWER)
HOUSEHOLD = (PartyRole.BORROWER, *_SPOUSES)


@transaction.atomic
def sign_offset_agreement(
    *,
    loan: Loan,
    member_account: MemberAccount,
    role: PartyRole,
    document_no: str,
    business_date: dt.date,
    by: User,
    monthly: bool = True,
    yearly: PrepaymentOption | None = None,
) -> OffsetAgreement:
    """Record that the owner of an account has signed that it serves the loan.

    Calling again with the same account while its agreement stands returns that one.

    Args:
        role: BORROWER, SPOUSE or CO_BORROWER; the owner must be that party of the loan.
        document_no: number of the signed paper.

    Raises:
        NotAllowed, OwnAccount: the person may not do this for the account.
        BadField: no paper, nothing agreed, or the owner is no such party of the loan.
        WrongLoanState: the loan has ended.
    """
    account = lock_member_account(member_account.pk)
    require_permission(by, "loans.serve", loan.centre)
    require_not_own(account, by)
    if not 0 < len(document_no.strip()) <= 64:
        raise BadField("document_no", seen=document_no[:20])
    if not monthly and yearly is None:
        raise BadField("monthly", seen=str(monthly), expected=_("monthly, yearly, or both"))
    owner = Q(member=account.member, role=role.value)
    if role not in HOUSEHOLD or not loan.application.parties.filter(owner).exists():
        expected = _("an account of the borrower, the spouse or a co-borrower of this loan")
        raise BadField("member_account", seen=account.number, expected=expected)
    standing = lock_loan(loan.pk)
    if standing.ended_date is not None:
        raise WrongLoanState(standing.number, str(standing.get_state_display()))
    known = OffsetAgreement.objects.filter(
        loan=standing, member_account=account, ended_date__isnull=True
    ).first()
    if known is not None:
        return known
    agreement = OffsetAgreement.objects.create(
        number=next_number(standing.centre, "OA", business_date),
        loan=standing,
        centre=standing.centre,
        branch=by.branch or standing.branch,
        member_account=account,
        role=role.value,
        monthly=monthly,
        yearly=yearly.value if yearly else "",
        document_no=document_no.strip(),
        business_date=business_date,
        made_by=by,
    )
    _note(agreement, "loans.offsetagreement.sign", by)
    return agreement


@transaction.atomic
def end_offset_agreement(
    *, agreement: OffsetAgreement, business_date: dt.date, by: User
) -> OffsetAgreement:
    """Record that an account no longer serves the loan, from a day on.

    Raises:
        NotAllowed, OwnAccount: the person may not do this for the account.
    """
    require_permission(by, "loans.serve", agreement.centre)
    require_not_own(lock_member_account(agreement.member_account_id), by)
    ended = OffsetAgreement.objects.filter(pk=agreement.pk, ended_date__isnull=True).update(
        ended_date=business_date
    )
    agreement.refresh_from_db()
    if ended:
        _note(agreement, "loans.offsetagreement.end", by)
    return agreement


@transaction.atomic
def offset_due(*, loan: Loan, business_date: dt.date, by: User) -> Repayment | None:
    """Pay what is due of a loan from the accounts that serve it, in the agreed order.

    Calling again on the day returns the offset of the day. What the accounts do not cover is left
    to the next debit of the card.

    Returns:
        The repayment; None when nothing is due, agreed or available.

    Raises:
        NotAllowed: a person without the permission; the system needs none.
        DayNotOpen: the centre's books are not open for the day.

    Source: offset.*; Kashgar 五 (by agreement), Liaoning (七) (the account serves the loan first).
    """
    if not by.is_system:
        require_permission(by, Repayment.submit_permission, loan.centre)
    book = open_book(loan.centre.code, business_date)
    serving = _lock_accounts(loan, book, Q(monthly=True))
    standing = lock_loan(loan.pk)
    number = f"OF-{standing.number}-{business_date:%Y%m%d}"
    known = Repayment.objects.filter(number=number).first()
    if known is not None:
        return known
    if not serving or not _may_move(standing, business_date):
        return None
    owed_fen = total_owed_fen(get_course(standing).owed_on(business_date))
    return _offset(standing, number, serving, owed_fen, book, by)


@transaction.atomic
def offset_principal(
    *, loan: Loan, business_date: dt.date, by: User, amount_fen: int | None = None
) -> Repayment | None:
    """Repay principal once a year from the accounts that serve the loan (年冲).

    What is due is paid first; what pays the loan off ends it.

    Args:
        amount_fen: at most this much, in fen; everything that is free by default.

    Returns:
        The repayment; None when it was done this year, or nothing is free.

    Raises:
        NotAllowed: a person without the permission; the system needs none.
        NoAgreementToOffset: nobody agreed to the yearly offset.
        DayNotOpen: the centre's books are not open for the day.

    Source: offset.*; prepayment.* do not bind: the money is already the centre's to keep.
    """
    if not by.is_system:
        require_permission(by, Repayment.submit_permission, loan.centre)
    book = open_book(loan.centre.code, business_date)
    serving = _lock_accounts(loan, book, ~Q(yearly=""), by_law=False)
    standing = lock_loan(loan.pk)
    if not serving:
        raise NoAgreementToOffset(loan.number)
    done = Repayment.objects.filter(
        loan=standing,
        channel=Channel.OFFSET.value,
        event__undone_date__isnull=True,
        business_date__year=business_date.year,
    ).exclude(option="")
    may = _may_move(standing, business_date)
    if not may or done.count() >= book.count("offset.yearly_times"):
        return None
    most_fen = get_course(standing).settle_fen(business_date)
    if amount_fen is not None:
        most_fen = min(most_fen, amount_fen)
    agreement = _standing(standing, business_date).exclude(yearly="").order_by("id").first()
    assert agreement is not None  # an account serves by it
    number = next_number(standing.centre, "OY", business_date)
    return _offset(standing, number, serving, most_fen, book, by, option=agreement.yearly)


def find_loan_to_serve(account: MemberAccount) -> tuple[Loan, PartyRole] | None:
    """Find the running loan that an account may serve, and as whose."""
    party = (
        LoanParty.objects.filter(
            member=account.member_id,
            is_active=True,
            role__in=[role.value for role in HOUSEHOLD],
            application__loan__state__in=["RUNNING", "OVERDUE"],
        )
        .select_related("application__loan__centre")
        .first()
    )
    return (party.application.loan, PartyRole(party.role)) if party else None


def accounts_of_offset(repayment: Repayment) -> set[int]:
    """Give the keys of the accounts whose money an offset took; none for other channels."""
    if repayment.channel != Channel.OFFSET:
        return set()
    lines = repayment.entry.postings.values("debit_id")
    found = MemberAccount.objects.filter(
        Q(flex_ledger_account__in=lines) | Q(unit_ledger_account__in=lines)
    )
    return set(found.values_list("pk", flat=True))


def require_returnable(repayment: Repayment) -> None:
    """Refuse to give back money of accounts that are closed, or whose interest was paid since.

    Settling the interest anew is the business of the settlement, which knows nothing of loans.

    Raises:
        NotUndoable: saying which account, and why.
    """
    for account in MemberAccount.objects.filter(pk__in=accounts_of_offset(repayment)):
        if not account.is_open:
            reason = _("Account %(number)s is closed.") % {"number": account.number}
            raise NotUndoable(repayment.number, reason)
        paid = Posting.objects.filter(
            credit_id__in=[account.flex_ledger_account_id, account.unit_ledger_account_id],
            component=Component.INTEREST.value,
            entry__kind=Entry.Kind.INTEREST,
            entry__reversal__isnull=True,
            value_date__gt=repayment.value_date,
        )
        if paid.exists():
            reason = _(
                "Interest was credited to account %(number)s since, without this money. Pay the "
                "difference with a correction of the account, then repay the loan anew."
            ) % {"number": account.number}
            raise NotUndoable(repayment.number, reason)


def take_back_offset_events(repayment: Repayment, business_date: dt.date, by: User) -> None:
    """Take back what other floors were told of an offset."""
    for account in MemberAccount.objects.filter(pk__in=accounts_of_offset(repayment)):
        take_back_for_loan(
            member_account=account,
            document_no=repayment.number,
            business_date=business_date,
            by=by,
        )


def _standing(loan: Loan, on: dt.date) -> QuerySet[OffsetAgreement]:
    ends = Q(ended_date__isnull=True) | Q(ended_date__gt=on)
    return OffsetAgreement.objects.filter(ends, loan=loan, business_date__lte=on)


def _lock_accounts(
    loan: Loan, book: PolicyBook, agreed: Q, *, by_law: bool = True
) -> list[MemberAccount]:
    """Hold the accounts that serve a loan, and give them in the order in which they serve.

    The borrower's account serves without agreement where the text says so.
    """
    order = {name: place for place, name in enumerate(book.choices("offset.sources"))}
    places: dict[int, int] = {}
    for agreement in _standing(loan, book.on).filter(agreed):
        spouse = PartyRole(agreement.role) in _SPOUSES
        name = PartyRole.SPOUSE if spouse else PartyRole.BORROWER
        if name in order:
            places[agreement.member_account_id] = order[name]
    if by_law and book.flag("offset.account_first"):
        places.setdefault(loan.member_account_id, order.get(PartyRole.BORROWER, 0))
    wanted = sorted({loan.member_account_id, *places})
    locked = {pk: lock_member_account(pk) for pk in wanted}
    return [locked[pk] for pk in sorted(places, key=lambda pk: (places[pk], pk))]


def _may_move(loan: Loan, on: dt.date) -> bool:
    last = find_last_movement(loan)
    return loan.is_out and (last is None or last <= on)


def _offset(
    loan: Loan,
    number: str,
    serving: Iterable[MemberAccount],
    most_fen: int,
    book: PolicyBook,
    by: User,
    option: str = "",
) -> Repayment | None:
    """Take up to a sum from the accounts in their order and let it repay the loan."""
    sources: list[Source] = []
    left_fen = most_fen
    for account in serving:
        part_fen = min(left_fen, free_for_loan_fen(account, book))
        if not part_fen:
            continue
        left_fen -= part_fen
        parts = take_for_loan(
            member_account=account,
            amount_fen=part_fen,
            document_no=number,
            business_date=book.on,
            book=book,
            by=by,
        )
        sources += [Source(line, fen, component) for line, component, fen in parts]
    if not sources:
        return None
    repayment = Repayment(
        number=number,
        centre=loan.centre,
        branch=by.branch or loan.branch,
        loan=loan,
        channel=Channel.OFFSET.value,
        option=option,
        business_date=book.on,
        value_date=book.on,
        amount_fen=most_fen - left_fen,
        made_by=by,
    )
    return book_repayment(repayment, sources)


def _note(agreement: OffsetAgreement, action: str, by: User) -> None:
    audit(
        actor=by,
        action=action,
        target=agreement,
        centre=agreement.centre,
        subject=agreement.loan.number,
        after={"account": agreement.member_account.number, "paper": agreement.document_no},
    )
