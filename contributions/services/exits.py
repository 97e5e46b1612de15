"""Leaving: taken in by a clerk, approved and booked by a second person, then paid out.

The interest to the day is credited with the approval, so what is shown holds for the day on which
it was taken in: approved on a later day it comes to other figures, and is taken in anew.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField, WrongState
from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services import begin_business, close, end_business, leave
from accounts.services.intake import check_mandate
from contributions.approving import get_approve_permission
from contributions.earnings import interest_to
from contributions.errors import ExitChanged, ExitRefused, HasLeft, NothingWaits
from contributions.facts import ExitFacts
from contributions.leaving import Figures, exit_facts, figures_of, find_left, holdings_with
from contributions.models import Exit, Payout
from contributions.rules import decide_exit, decide_unit_part
from contributions.services.interest import credit_interest
from ledger.chart import Code
from ledger.facts import Component
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move, exit_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from office.documents import approve, cancel, return_, submit
from office.fields import blind_index, mask_card
from office.models import User
from office.services import audit, next_number, require_open, require_permission
from policy.book import PolicyBook
from policy.facts import DeadlineFacts, DeadlineKind
from policy.models import StoredDecision
from policy.queries import open_book
from policy.rules import decide_deadline
from policy.services import record_decision

_RULES = {Exit.Part.WHOLE: decide_exit, Exit.Part.UNIT_PART: decide_unit_part}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitRequest:
    """What is asked for at the window.

    ``unit_sealed_date``: the day the former unit sealed its part, where the law counts from it.
    ``bank`` and ``card``: another card of the member; empty = the card on record.
    """

    guarantee: bool = False
    unit_sealed_date: dt.date | None = None
    bank: str = ""
    card: str = ""


@transaction.atomic
def submit_exit(
    *, member_account: MemberAccount, request: ExitRequest, business_date: dt.date, clerk: User
) -> Exit:
    """Take in a member who leaves, decide it, and hand it to a second person. Nothing is booked.

    Args:
        business_date: the open day; interest counts up to the day before it.

    Returns:
        The exit, submitted with what is paid now and what waits.

    Raises:
        NotAllowed, OwnAccount: the person may not take in an exit from this account.
        ExitRefused: the law refuses; ``.decision`` has the reasons. The face calls ``.record()``
            after the rollback.
        BusinessWaits: another business of the account is not decided yet.
        HasLeft: the member has left already; what waits is withdrawn as the unit part.
        WrongState: the account is closed, or that of an employee now.
        YearNotSettled: the settlement of an ended fund year comes first.
        BadField: the member has no card on record, or the one typed cannot be one.

    Source: exit.*; Bazhong 二(二)4, Liaoning (七), Lianyungang 三(三), Yantai 4, Kashgar 三.
    """
    account = _account_for(member_account, clerk)
    left = find_left(account)
    if left is not None:
        raise HasLeft(account.number, left.number)
    asked = request.unit_sealed_date
    book = open_book(account.centre.code, business_date)
    counts = book.in_force and book.choice("exit.unit_waits_from") == "UNIT_SEAL"
    if asked is not None and asked > business_date:
        raise BadField("unit_sealed_date", seen=str(asked), expected=f"≤ {business_date}")
    return _take_in(account, Exit.Part.WHOLE, asked if counts else None, request, clerk, book)


@transaction.atomic
def submit_unit_part(
    *, member_account: MemberAccount, request: ExitRequest, business_date: dt.date, clerk: User
) -> Exit:
    """Take in the unit part of a member who has left, once its sealed months are over.

    Everything left in the account is paid, interest to the day included, and the account closes.

    Raises:
        NothingWaits: the member has not left, or left nothing that waits.
        ExitRefused: the months are not over, the text sets none, or something stands against it.
        NotAllowed, OwnAccount, BusinessWaits, WrongState, YearNotSettled, BadField: as
            ``submit_exit``.

    Source: exit.unit_part_waits, exit.unit_waits_from; Liaoning (七), Kashgar 三.
    """
    account = _account_for(member_account, clerk)
    left = find_left(account)
    if left is None or left.closes:
        raise NothingWaits(account.number)
    book = open_book(account.centre.code, business_date)
    sealed_on = left.unit_sealed_date or left.business_date
    return _take_in(account, Exit.Part.UNIT_PART, sealed_on, request, clerk, book)


def _account_for(member_account: MemberAccount, clerk: User) -> MemberAccount:
    """Lock the account and refuse persons and states that cannot have the business."""
    require_permission(clerk, Exit.submit_permission, member_account.centre)
    account = lock_member_account(member_account.pk)
    require_not_own(account, clerk)
    if not account.is_open:
        hint = _("A closed account holds no money.")
        raise WrongState(account.number, account.get_state_display(), hint)
    if account.identity != MemberAccount.Identity.FLEX:
        hint = _("An employee withdraws by the rules for employees, or converts back first.")
        raise WrongState(account.number, account.get_identity_display(), hint)
    return account


def _take_in(
    account: MemberAccount,
    part: Exit.Part,
    unit_sealed_date: dt.date | None,
    request: ExitRequest,
    clerk: User,
    book: PolicyBook,
) -> Exit:
    """Decide what is asked on its day, note figures, card and deadline, and submit it."""
    on = book.on
    left = Exit(
        number=next_number(account.centre, "EX", on),
        centre=account.centre,
        branch=clerk.branch or account.branch,
        business_date=on,
        made_by=clerk,
        member_account=account,
        part=part.value,
        guarantee=request.guarantee,
        unit_sealed_date=unit_sealed_date,
        payee=account.member.name,
    )
    earned = interest_to(account, book.fresh(on), on)
    left.interest_fen = earned.flex_fen + earned.unit_fen
    holdings = holdings_with(account, earned.flex_fen, earned.unit_fen)
    facts = exit_facts(left, holdings, on)
    left.decision, figures = _decide(left, facts, book, clerk)
    for name, value in asdict(figures_of(holdings, figures)).items():
        setattr(left, name, value)
    if left.paid_fen:
        left.bank, left.card = _card_of(account, request)
        left.card_last4 = left.card[-4:]
    deadline = DeadlineFacts(kind=DeadlineKind.WITHDRAWAL, accepted_on=on)
    left.due_date = decide_deadline(deadline, book.fresh(on)).result.due_on
    left.is_large = left.paid_fen > book.fen("withdrawal.large_amount")
    left.save(force_insert=True)
    begin_business(account, left)
    return submit(document=left, by=clerk, shown=shown_exit(left))


def _card_of(account: MemberAccount, request: ExitRequest) -> tuple[str, str]:
    """Choose the member's card: the one typed, or the last one on record."""
    if request.card or request.bank:
        check_mandate(request.bank, request.card, 1)
        return request.bank.strip(), request.card
    mandate = account.mandates.order_by("-version").first()
    if mandate is None:
        raise BadField("card", _("The member has no card on record. Type bank and card."))
    return mandate.bank, mandate.card


def _decide(left: Exit, facts: ExitFacts, book: PolicyBook, by: User) -> tuple[StoredDecision, Any]:
    """Decide by the law of the day and keep the decision.

    Raises:
        ExitRefused: it is refused.
    """
    rule = _RULES[Exit.Part(left.part)]
    decision = rule(facts, book.fresh(book.on))
    subject = ("contributions.exit", left.number)
    about: dict[str, Any] = {
        "rule": rule,
        "facts": facts,
        "decision": decision,
        "centre": left.centre,
        "business_date": book.on,
        "subject": subject,
        "by": by,
    }
    if not decision.approved:
        raise ExitRefused(**about)
    name = "exit" if left.part == Exit.Part.WHOLE else ""
    return record_decision(**about, calculator=name), decision.result


@transaction.atomic
def approve_exit(*, exit: Exit, digest: str, business_date: dt.date, by: User) -> Payout | None:
    """Approve an exit: credit the interest to the day, book the money out, end the agreement.

    Under the account's lock everything is decided once more by what stands now. What is paid is
    what was shown, or nothing. The account closes once the payment is confirmed; with the unit
    part waiting it stays sealed; with nothing to pay it closes at once.

    Args:
        digest: the digest of the page the second person looked at.
        business_date: the open day, on which it is booked.

    Returns:
        The payout, ready; None where nothing is to be paid.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``. Above
            withdrawal.large_amount only a supervisor approves.
        OwnAccount: it is the checker's own account.
        ExitRefused: something now stands against it.
        ExitChanged: other figures come out now; return it and take it in anew.
        YearNotSettled, DayNotOpen: as ``credit_interest``.

    Source: exit.*, interest.*; 财会字〔1999〕33号.
    """
    require_open(exit.centre, business_date)
    account = lock_member_account(exit.member_account_id)
    locked = Exit.objects.select_for_update(of=("self",)).get(pk=exit.pk)
    if (locked.state, locked.digest) != (Exit.State.SUBMITTED, digest) or (
        locked.made_by_id == by.pk
    ):
        approve(document=exit, by=by, digest=digest)  # says why not
    require_permission(by, get_approve_permission(locked), locked.centre)
    require_not_own(account, by)
    locked.member_account = account
    figures, decision = _decide_again(locked, business_date, by)
    credit = credit_interest(
        member_account=account, business_date=business_date, document_no=locked.number, by=by
    )
    entry = _book(locked, account, figures, business_date, by)
    Exit.objects.filter(pk=locked.pk).update(
        approval_decision=decision, interest_credit=_own(credit, locked), entry=entry
    )
    approve(document=exit, by=by, digest=digest)
    end_business(exit)
    return _carry_out(exit, account, business_date, by)


def _own(credit: Any, left: Exit) -> Any:
    """Give the credit if this exit made it, and not another one of the same day."""
    return credit if credit.document_no == left.number else None


def _decide_again(left: Exit, on: dt.date, by: User) -> tuple[Figures, StoredDecision]:
    """Decide by what stands now, and refuse other figures than were shown.

    Raises:
        ExitRefused, ExitChanged: see ``approve_exit``.
    """
    account = left.member_account
    book = open_book(left.centre.code, on)
    earned = interest_to(account, book.fresh(on), on)
    holdings = holdings_with(account, earned.flex_fen, earned.unit_fen)
    decision, result = _decide(left, exit_facts(left, holdings, on), book, by)
    figures = figures_of(holdings, result)
    shown = {name: getattr(left, name) for name in asdict(figures)}
    if shown != asdict(figures):
        raise ExitChanged(left.number, left.paid_fen, figures.paid_fen)
    return figures, decision


def _book(
    left: Exit, account: MemberAccount, figures: Figures, business_date: dt.date, by: User
) -> Entry | None:
    """Book what is paid out of the account's lines: 借住房公积金 贷其他应付款, by component."""
    lines = {"FLEX": account.flex_ledger_account, "UNIT": account.unit_ledger_account}
    payable = get_ledger_account(left.centre, Code.WITHDRAWAL_PAYABLE)
    moves: list[Move[LedgerAccount]] = []
    for origin, line in lines.items():
        parts = {
            Component(str(code)): int(fen) for seen, code, fen in figures.parts if seen == origin
        }
        moves += exit_moves(bank=payable, member=line, parts=parts, value_date=business_date)
    if not moves:
        return None
    return post(
        centre=left.centre,
        key=f"exit:{left.number}",
        kind=Entry.Kind.EXIT,
        business_date=business_date,
        document_no=left.number,
        maker=by,
        moves=moves,
    )


def _carry_out(
    left: Exit, account: MemberAccount, business_date: dt.date, by: User
) -> Payout | None:
    """End the agreement, seal or close the account, and make the payment ready."""
    about: dict[str, Any] = {
        "member_account": account,
        "business_date": business_date,
        "document_no": left.number,
        "by": by,
    }
    if left.part == Exit.Part.WHOLE:
        leave(**about)
    payout = None
    if left.paid_fen:
        payout = Payout.objects.create(
            centre=left.centre,
            exit=left,
            number=next_number(left.centre, "PO", business_date),
            amount_fen=left.paid_fen,
            card_last4=left.card_last4,
            approved_by=by,
            made_date=business_date,
        )
    elif left.closes:
        close(**about, reason=MemberAccount.CloseReason.EXIT)
    audit(
        actor=by,
        action="contributions.exit",
        target=left,
        centre=left.centre,
        subject=account.number,
        after={
            "paid_fen": left.paid_fen,
            "waiting_fen": left.waiting_fen,
            "payout": payout.number if payout else None,
        },
    )
    return payout


@transaction.atomic
def return_exit(*, exit: Exit, reason: str, by: User) -> Exit:
    """Give an exit back with the reason. It stops nothing: no event is written.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return_(document=exit, by=by, reason=reason)
    end_business(exit)
    return exit


@transaction.atomic
def cancel_exit(*, exit: Exit, by: User) -> Exit:
    """Take back an exit that is not decided, as its maker, when the member stays.

    Raises:
        NotAllowed: somebody other than the maker.
        AlreadyDecided: it was decided before.
    """
    cancel(document=exit, by=by)
    end_business(exit)
    return exit


def shown_exit(exit: Exit) -> dict[str, Any]:
    """Give what the second person sees of an exit; its digest binds the approval."""
    return exit.shown_to(
        member_account=exit.member_account_id,
        part=exit.part,
        guarantee=exit.guarantee,
        unit_sealed_date=_day(exit.unit_sealed_date),
        paid_fen=exit.paid_fen,
        interest_fen=exit.interest_fen,
        parts=exit.parts,
        waiting_parts=exit.waiting_parts,
        waits_until=_day(exit.waits_until),
        closes=exit.closes,
        payee=exit.payee,
        bank=exit.bank,
        card=blind_index(exit.card) if exit.card else "",
        masked_card=mask_card(exit.card) if exit.card else "",
        due_date=_day(exit.due_date),
        decision=exit.decision_id,
    )


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
