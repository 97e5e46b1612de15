"""Transfers out (转出): a letter from elsewhere, its review, the money owed and paid."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import WrongState
from accounts.holds import require_not_own
from accounts.models import MemberAccount, MemberEvent
from accounts.queries import ledger_lines, lock_member_account
from accounts.services import begin_business, close, end_business, record_event
from accounts.services.checks import read_text
from contributions.account_information import gather_information
from contributions.earnings import interest_to
from contributions.errors import MoveRefused, ReferenceUsed, TransferWaits
from contributions.letters import LetterState, Side
from contributions.models import PlatformMessage, TransferOut
from contributions.queries import get_holdings
from contributions.rules import decide_transfer_out
from contributions.services.interest import credit_interest
from contributions.services.letters import find_letter, move_letter, tell
from contributions.services.merges import moving_facts, require_free
from contributions.services.transfer_in import check_texts
from kernel.posts import reaches
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move, refund_moves, transfer_out_moves
from ledger.queries import balances_by_component, get_ledger_account
from ledger.services import open_books, post
from office.documents import SamePerson, approve, cancel, require_approver, return_, submit
from office.fields import blind_index, mask_card
from office.models import User
from office.services import audit, next_number, require_permission
from policy.limits import Business
from policy.models import StoredDecision
from policy.queries import open_book
from policy.rules import approver_for
from policy.services import record_decision

_PAYS = "contributions.pay_out"
_REFERENCE_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterReceived:
    """Another centre's letter, as it came by the platform or on paper.

    ``payee``, ``bank`` and ``card`` say where it wants the money.
    """

    letter_no: str
    other_code: str
    other_name: str
    other_account: str
    payee: str
    bank: str
    card: str


@transaction.atomic
def submit_transfer_out(
    *,
    member_account: MemberAccount,
    letter: LetterReceived,
    business_date: dt.date,
    by: User,
) -> TransferOut:
    """Take up another centre's letter, confirm its receipt, hand it to a second person.

    Raises:
        NotAllowed, OwnAccount: the person may not do this for the account.
        BadField: a field of the letter is missing, or it asks for another person's account.
        WrongState: the account is closed.
        BusinessWaits: other business of the account is not decided or paid yet.
        MoveRefused: a freeze or a loan keeps the account; ``.decision`` has the reasons.
        TransferWaits: the letter, or another one for the account, is under way.
        YearNotSettled: an ended fund year is still to be settled.

    Source: transfer.*; Regulation art. 31; Bazhong 二(二)3, Lianyungang 二(四), Yantai 18.
    """
    require_permission(by, TransferOut.submit_permission, member_account.centre)
    check_texts(
        letter_no=letter.letter_no,
        other_code=letter.other_code,
        other_name=letter.other_name,
        payee=letter.payee,
        bank=letter.bank,
        card=letter.card,
    )
    account = lock_member_account(member_account.pk)
    require_not_own(account, by)
    require_free(account)
    message = find_letter(letter.letter_no, account)
    out = _read_letter(letter, account, business_date, by)
    out.decision, out.amount_fen = _decide(out, account, business_date, by)
    book = open_book(out.centre.code, business_date)
    out.approver_role = approver_for(book, Business.TRANSFER_OUT, out.amount_fen)
    try:
        with transaction.atomic():
            out.save(force_insert=True)
    except IntegrityError as broken:
        raise TransferWaits(account.number) from broken
    begin_business(account, out)
    submit(document=out, by=by, shown=shown_transfer_out(out))
    _move(out, LetterState.LETTER_RECEIVED, business_date, by)
    if message is not None:
        PlatformMessage.objects.filter(pk=message.pk, state=PlatformMessage.State.RECEIVED).update(
            state=PlatformMessage.State.HANDLED, note=out.number
        )
    return out


@transaction.atomic
def approve_transfer_out(
    *, transfer_out: TransferOut, digest: str, business_date: dt.date, by: User
) -> TransferOut:
    """Carry out a transfer: interest to the day, the money owed, information sent, account closed.

    What is owed is what stands in the account on the day of approval.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``. By
            approval.limits the amount decides which post approves.
        OwnAccount: it is the checker's own account.
        MoveRefused, WrongState, BusinessWaits: something now stands against it.
        LetterCannotMove: the other centre has withdrawn its letter.
        YearNotSettled, DayNotOpen: see ``credit_interest``.

    Source: transfer.*; 财会字〔1999〕33号.
    """
    account = lock_member_account(transfer_out.member_account_id)
    require_not_own(account, by)
    approve(document=transfer_out, by=by, digest=digest)
    require_free(account)
    transfer_out.member_account = account
    _decide_again(transfer_out, account, business_date, by)
    credit_interest(
        member_account=account,
        business_date=business_date,
        document_no=transfer_out.number,
        by=by,
    )
    information = gather_information(account, business_date).to_wire()
    amount_fen = get_holdings(account).total_fen
    entry = _book(transfer_out, account, business_date, by) if amount_fen else None
    record_event(
        member_account=account,
        kind=MemberEvent.Kind.TRANSFERRED_OUT,
        date=business_date,
        document_no=transfer_out.number,
        by=by,
    )
    close(
        member_account=account,
        reason=MemberAccount.CloseReason.TRANSFER_OUT,
        business_date=business_date,
        document_no=transfer_out.number,
        by=by,
    )
    TransferOut.objects.filter(pk=transfer_out.pk).update(
        entry=entry, amount_fen=amount_fen, facts=information
    )
    end_business(transfer_out)
    _move(transfer_out, LetterState.FACTS_APPROVED, business_date, by, body=information)
    transfer_out.refresh_from_db()
    return transfer_out


@transaction.atomic
def return_transfer_out(
    *, transfer_out: TransferOut, reason: str, business_date: dt.date, by: User
) -> TransferOut:
    """Refuse the other centre's letter with the reason (转出审核不通过); the account stays.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
        LetterCannotMove: the other centre has withdrawn its letter.
    """
    return_(document=transfer_out, by=by, reason=reason)
    end_business(transfer_out)
    if transfer_out.letter_state == LetterState.LETTER_RECEIVED:
        _move(transfer_out, LetterState.REFUSED, business_date, by, reason=reason.strip())
    return transfer_out


@transaction.atomic
def cancel_transfer_out(*, transfer_out: TransferOut, by: User) -> TransferOut:
    """Take back a transfer whose letter the other centre has withdrawn, as its maker.

    Raises:
        WrongState: the letter still stands; have it refused by a second person instead.
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    if transfer_out.letter_state != LetterState.WITHDRAWN:
        hint = _("The letter still stands. Have it approved or refused by a second person.")
        raise WrongState(transfer_out.number, transfer_out.get_letter_state_display(), hint)
    cancel(document=transfer_out, by=by)
    end_business(transfer_out)
    return transfer_out


@transaction.atomic
def remit_transfer_out(
    *, transfer_out: TransferOut, bank_reference: str, business_date: dt.date, by: User
) -> TransferOut:
    """Confirm that the bank has paid; calling again with the same reference is fine.

    Raises:
        NotAllowed: the person is not of the centre's finance.
        SamePerson: who took in or approved the transfer does not confirm its payment.
        OwnAccount: it is the person's own account.
        BadField: the reference is missing or too long.
        WrongState: nothing is owed for it, or it was paid under another reference.
        ReferenceUsed: the reference confirms another payment.
        DayNotOpen: the centre's books are not open for the day.
    """
    require_permission(by, _PAYS, transfer_out.centre)
    reference = read_text("bank_reference", bank_reference, _REFERENCE_LENGTH)
    account = lock_member_account(transfer_out.member_account_id)
    require_not_own(account, by)
    if by.pk in (transfer_out.made_by_id, transfer_out.checked_by_id):
        raise SamePerson(
            _("%(number)s: who made or approved it does not confirm its payment. Ask a colleague.")
            % {"number": transfer_out.number}
        )
    transfer_out.refresh_from_db()
    if transfer_out.bank_reference == reference:
        return transfer_out
    if transfer_out.entry_id is None or transfer_out.bank_reference:
        raise WrongState(transfer_out.number, transfer_out.get_state_display())
    return _pay(transfer_out, reference, business_date, by)


def shown_transfer_out(transfer_out: TransferOut) -> dict[str, Any]:
    """Give what the second person sees of a transfer; its digest binds the approval.

    The sum is not bound: interest is credited to the day of approval.
    """
    return transfer_out.shown_to(
        member_account=transfer_out.member_account_id,
        letter_no=transfer_out.letter_no,
        other=[transfer_out.other_code, transfer_out.other_name, transfer_out.other_account],
        payee=[transfer_out.payee, transfer_out.bank, blind_index(transfer_out.card)],
        masked_card=mask_card(transfer_out.card),
        decision=transfer_out.decision_id,
    )


def _read_letter(
    letter: LetterReceived, account: MemberAccount, business_date: dt.date, by: User
) -> TransferOut:
    return TransferOut(
        number=next_number(account.centre, "TO", business_date),
        letter_no=letter.letter_no.strip(),
        centre=account.centre,
        branch=by.branch or account.branch,
        business_date=business_date,
        made_by=by,
        member_account=account,
        other_code=letter.other_code.strip(),
        other_name=letter.other_name.strip(),
        other_account=letter.other_account.strip()[:32],
        payee=letter.payee.strip(),
        bank=letter.bank.strip(),
        card=letter.card.strip(),
        card_last4=letter.card.strip()[-4:],
        letter_state=LetterState.LETTER_APPROVED,
    )


def _decide(
    out: TransferOut, account: MemberAccount, on: dt.date, by: User
) -> tuple[StoredDecision, int]:
    """Decide on the day, with interest to it; give the decision and the sum in fen."""
    book = open_book(out.centre.code, on)
    earned = interest_to(account, book, on)
    facts = moving_facts(account, on)
    facts = facts.model_copy(update={"balance": facts.balance + earned.flex_fen + earned.unit_fen})
    decision = decide_transfer_out(facts, book.fresh(on))
    told: dict[str, Any] = {
        "rule": decide_transfer_out,
        "facts": facts,
        "decision": decision,
        "centre": out.centre,
        "business_date": on,
        "subject": ("contributions.transferout", out.number),
        "by": by,
    }
    if not decision.approved:
        raise MoveRefused(**told)
    return record_decision(**told), decision.result.moves_fen


def _decide_again(out: TransferOut, account: MemberAccount, on: dt.date, by: User) -> None:
    """Decide by what stands now; a sum that has grown may need a higher post than was noted.

    The limits are those of the day of acceptance: a change of the table moves nothing.
    """
    _decision, amount_fen = _decide(out, account, on, by)
    accepted = open_book(out.centre.code, out.business_date)
    needed = approver_for(accepted, Business.TRANSFER_OUT, amount_fen)
    if not reaches(out.approver_role, needed):
        out.approver_role = needed
    require_approver(out, by)


def _book(out: TransferOut, account: MemberAccount, business_date: dt.date, by: User) -> Entry:
    open_books(centre=out.centre)  # the chart may have grown since they were opened
    payable = get_ledger_account(out.centre, Code.TRANSFER_PAYABLE)
    moves: list[Move[LedgerAccount]] = []
    for line in ledger_lines(account):
        moves += transfer_out_moves(
            bank=payable,
            member=line,
            parts=balances_by_component(line),
            value_date=business_date,
        )
    return post(
        centre=out.centre,
        key=f"transfer-out:{out.number}",
        kind=Entry.Kind.TRANSFER_OUT,
        business_date=business_date,
        document_no=out.number,
        maker=by,
        moves=moves,
    )


def _pay(out: TransferOut, reference: str, business_date: dt.date, by: User) -> TransferOut:
    entry = post(
        centre=out.centre,
        key=f"transfer-paid:{out.number}",
        kind=Entry.Kind.PAYMENT,
        business_date=business_date,
        document_no=out.number,
        maker=by,
        moves=refund_moves(
            payable=get_ledger_account(out.centre, Code.TRANSFER_PAYABLE),
            bank=get_ledger_account(out.centre, Code.BANK),
            amount_fen=out.amount_fen,
            value_date=business_date,
        ),
    )
    try:
        with transaction.atomic():
            TransferOut.objects.filter(pk=out.pk, bank_reference="").update(
                bank_reference=reference,
                paid_entry=entry,
                paid_by=by,
                paid_date=business_date,
            )
    except IntegrityError as broken:
        raise ReferenceUsed(reference) from broken
    out.refresh_from_db()
    body = {"amount_fen": out.amount_fen, "reference": reference}
    tell(out, PlatformMessage.Kind.REMITTANCE, body=body)
    audit(
        actor=by,
        action="contributions.transfer_out.paid",
        target=out,
        centre=out.centre,
        subject=out.member_account.number,
        after=body,
    )
    return out


def _move(
    out: TransferOut,
    to: LetterState,
    business_date: dt.date,
    by: User,
    *,
    reason: str = "",
    body: dict[str, Any] | None = None,
) -> None:
    """Move the letter as the centre asked, and tell the other one."""
    move_letter(out, to, side=Side.FROM, business_date=business_date, by=by, reason=reason)
    facts = to is LetterState.FACTS_APPROVED
    kind = PlatformMessage.Kind.FACTS if facts else PlatformMessage.Kind.STATE
    tell(out, kind, to=to, body=body if facts else {"reason": reason})
