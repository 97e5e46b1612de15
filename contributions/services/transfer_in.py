"""Transfers in (转入): the letter, what comes back, the money, and its booking by two persons."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.deaths import require_alive
from accounts.errors import BadField, WrongState
from accounts.holds import require_not_own
from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from accounts.services.checks import read_text
from contributions.account_information import (
    names_person,
    read_information,
)
from contributions.errors import TransferWaits
from contributions.letters import LetterState, Side
from contributions.models import (
    PlatformMessage,
    TransferIn,
)
from contributions.services.letters import REASON_LENGTH, move_letter, tell
from kernel.wire import BadFacts
from office.documents import approve, cancel, return_, submit
from office.fields import blind_index, mask_card
from office.models import User
from office.services import next_number, require_permission


@transaction.atomic
def submit_transfer_in(
    *,
    member_account: MemberAccount,
    other_code: str,
    other_name: str,
    other_account: str,
    bank: str,
    card: str,
    business_date: dt.date,
    by: User,
) -> TransferIn:
    """Take in the request to bring an account here, and hand the letter to a second person.

    Args:
        other_code: the other centre's code at the platform; ``other_account`` the number there.
        bank: where this centre wants the money, with the number of its account (``card``).

    Raises:
        NotAllowed, OwnAccount: the person may not do this for the account.
        BadField: a field is missing.
        WrongState: the account is sealed or closed.
        Deceased: the member has died.
        TransferWaits: a transfer into the account is under way.

    Source: transfer.national_platform; Regulation art. 31.
    """
    require_permission(by, TransferIn.submit_permission, member_account.centre)
    check_texts(other_code=other_code, other_name=other_name, bank=bank, card=card)
    account = lock_member_account(member_account.pk)
    require_not_own(account, by)
    require_alive(account)
    _require_normal(account)
    if other_code.strip() == account.centre.code:
        expected = _("another centre")
        raise BadField("other_code", seen=other_code, expected=expected)
    number = next_number(account.centre, "TI", business_date)
    request = TransferIn(
        number=number,
        letter_no=number,
        centre=account.centre,
        branch=by.branch or account.branch,
        business_date=business_date,
        made_by=by,
        member_account=account,
        other_code=other_code.strip(),
        other_name=other_name.strip(),
        other_account=other_account.strip(),
        payee=account.centre.name,
        bank=bank.strip(),
        card=card.strip(),
        card_last4=card.strip()[-4:],
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
            return submit(document=request, by=by, shown=shown_transfer_in(request))
    except IntegrityError as broken:
        raise TransferWaits(account.number) from broken


@transaction.atomic
def approve_transfer_in(
    *, transfer_in: TransferIn, digest: str, business_date: dt.date, by: User
) -> TransferIn:
    """Approve the letter (联系函); the platform carries it to the other centre.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own account.
        WrongState: the account was sealed or closed meanwhile.
    """
    account = lock_member_account(transfer_in.member_account_id)
    require_not_own(account, by)
    _require_normal(account)
    approve(document=transfer_in, by=by, digest=digest)
    move_letter(
        transfer_in,
        LetterState.LETTER_APPROVED,
        side=Side.TO,
        business_date=business_date,
        by=by,
    )
    paper = account.member.documents.filter(is_current=True).first()
    tell(
        transfer_in,
        PlatformMessage.Kind.LETTER,
        to=LetterState.LETTER_APPROVED,
        body={
            "name": account.member.name,
            "person": paper.number_index if paper else "",
            "account": transfer_in.other_account,
            "to_account": account.number,
            "to_name": account.centre.name,
            "bank": transfer_in.bank,
            "card": transfer_in.card,
        },
    )
    return transfer_in


def return_transfer_in(*, transfer_in: TransferIn, reason: str, by: User) -> TransferIn:
    """Give a letter back with the reason; nothing was sent.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=transfer_in, by=by, reason=reason)


def cancel_transfer_in(*, transfer_in: TransferIn, by: User) -> TransferIn:
    """Take back a letter that is not approved, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return cancel(document=transfer_in, by=by)


@transaction.atomic
def end_transfer_in(
    *, transfer_in: TransferIn, to: str, reason: str, business_date: dt.date, by: User
) -> TransferIn:
    """Move a letter that is under way: withdraw it, enter talks, or end it as failed.

    Args:
        to: a code of ``LetterState``: 05 before an answer has come, 06 when money and information
            do not agree, 40 after a refusal.

    Raises:
        NotAllowed, OwnAccount: the person may not do this.
        BadField: the reason is missing.
        LetterCannotMove: the platform knows no such move from where it stands.
    """
    require_permission(by, TransferIn.submit_permission, transfer_in.centre)
    text = read_text("reason", reason, REASON_LENGTH)
    account = lock_member_account(transfer_in.member_account_id)
    require_not_own(account, by)
    if to not in (LetterState.WITHDRAWN, LetterState.IN_TALKS, LetterState.FAILED):
        raise BadField("to", seen=to or " ", expected="05, 06, 40")
    state = LetterState(to)
    move_letter(transfer_in, state, side=Side.TO, business_date=business_date, by=by, reason=text)
    tell(transfer_in, PlatformMessage.Kind.STATE, to=state, body={"reason": text})
    return transfer_in


@transaction.atomic
def take_answer(
    *,
    transfer_in: TransferIn,
    to: LetterState,
    business_date: dt.date,
    by: User,
    facts: dict[str, Any] | None = None,
    reason: str = "",
    answer_no: str = "",
) -> TransferIn:
    """Take in what the other centre answered: receipt (02), refusal (13), information (08).

    Args:
        facts: the account information, with 08 only.
        answer_no: number of the paper, where it did not come through the platform.

    Raises:
        BadField: the information cannot be read, or is about somebody else.
        LetterCannotMove: the answer does not fit where the letter stands.
    """
    known: dict[str, Any] = {}
    if to is LetterState.FACTS_APPROVED:
        try:
            information = read_information(facts or {})
        except BadFacts as broken:
            raise BadField("facts", str(broken)) from broken
        if information.person and not names_person(information, transfer_in.member_account):
            raise BadField("person", _("The account information is about somebody else."))
        known = information.to_wire()
    move_letter(transfer_in, to, side=Side.FROM, business_date=business_date, by=by, reason=reason)
    if known or answer_no:
        TransferIn.objects.filter(pk=transfer_in.pk).update(
            facts=known or transfer_in.facts, answer_no=answer_no[:64]
        )
        transfer_in.refresh_from_db()
    return transfer_in


def shown_transfer_in(transfer_in: TransferIn) -> dict[str, Any]:
    """Give what the second person sees of a letter; its digest binds the approval."""
    return transfer_in.shown_to(
        member_account=transfer_in.member_account_id,
        other=[transfer_in.other_code, transfer_in.other_name, transfer_in.other_account],
        payee=[transfer_in.payee, transfer_in.bank, blind_index(transfer_in.card)],
        masked_card=mask_card(transfer_in.card),
    )


def check_texts(**texts: str) -> None:
    """Refuse texts that are missing or too long for their column.

    Raises:
        BadField: naming the field.
    """
    limits = {"other_code": 32, "other_account": 32, "bank": 40, "letter_no": 64}
    for field, text in texts.items():
        read_text(field, text, limits.get(field, 80))


def _require_normal(account: MemberAccount) -> None:
    if account.state != MemberAccount.State.NORMAL:
        hint = _("Unseal the account first.") if account.is_open else ""
        raise WrongState(account.number, account.get_state_display(), hint)
