"""Money that comes in: contributions, and transfers from elsewhere."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField, NoAgreement, WrongState
from accounts.facts import ContributionMode
from accounts.models import Agreement, MemberAccount, MemberEvent
from accounts.queries import find_agreement, lock_member_account
from accounts.services import record_event
from contributions.errors import DepositRefused
from contributions.facts import ContributionFacts
from contributions.models import Coverage, Deposit, Transfer
from contributions.queries import covered_until, limit_year_start, paid_between
from contributions.rules import ContributionResult, decide_contribution
from kernel.money import MAX_FEN
from ledger.chart import Code
from ledger.models import Entry
from ledger.postings import deposit_moves, transfer_in_moves
from ledger.queries import get_ledger_account
from ledger.services import KeyReused, post
from office.models import User
from office.services import audit, require_permission
from policy.book import PolicyBook
from policy.decisions import Decision
from policy.queries import open_book
from policy.services import record_decision

_NUMBER_LENGTH = 48


@transaction.atomic
def receive_deposit(
    *,
    member_account: MemberAccount,
    amount_fen: int,
    business_date: dt.date,
    document_no: str,
    clerk: User,
    channel: str = Deposit.Channel.COUNTER,
) -> Deposit:
    """Receive a member's contribution and book it on the same day.

    Calling again with the same ``document_no`` returns the first deposit.

    Args:
        amount_fen: what the member paid, in fen, greater than zero.
        business_date: the centre's open day, given by the caller; the clock is not read.
        document_no: number printed on the receipt; also the idempotency key.
        channel: a code of ``Deposit.Channel``.

    Returns:
        The deposit, posted: the member's balance already includes it.

    Raises:
        NotAllowed: the person may not take in deposits of this centre.
        DepositRefused: the law in force refuses; ``.decision`` lists every reason with its clause.
            The face calls ``.record()`` after the rollback.
        WrongState: the account is sealed, closed, or that of an employee now.
        NoAgreement: no agreement is in effect on the day.
        BadField: the amount or the document number is none.
        Unset: a switch of the law has no value for the day; ask the policy desk, do not guess.
        KeyReused: ``document_no`` belongs to a different deposit.
        DayNotOpen: the centre's books are not open for the day.

    Source: contribution.*
    """
    _check_input(amount_fen, document_no)
    # The lock comes first: every total read below stands still until the deposit is written.
    account = lock_member_account(member_account.pk)
    if not clerk.is_system:
        require_permission(clerk, "contributions.deposit", account.centre)
    known = Deposit.objects.filter(number=document_no).first()
    if known is not None:
        return _same_or_refuse(known, account, amount_fen, business_date)
    _require_normal(account)
    agreement = find_agreement(account, business_date)
    if agreement is None:
        raise NoAgreement(account.number, business_date)
    book = open_book(account.centre.code, business_date)
    facts = contribution_facts(
        account=account,
        agreement=agreement,
        amount_fen=amount_fen,
        business_date=business_date,
        book=book,
    )
    decision = decide_contribution(facts, book)
    if not decision.approved:
        raise DepositRefused(
            rule=decide_contribution,
            facts=facts,
            decision=decision,
            centre=account.centre,
            business_date=business_date,
            subject=("contributions.deposit", document_no),
            by=clerk,
        )
    return _book_deposit(
        account=account,
        agreement=agreement,
        facts=facts,
        decision=decision,
        business_date=business_date,
        document_no=document_no,
        clerk=clerk,
        channel=channel,
    )


def contribution_facts(
    *,
    account: MemberAccount,
    agreement: Agreement,
    amount_fen: int,
    business_date: dt.date,
    book: PolicyBook,
) -> ContributionFacts:
    """Gather what the rule is told of a payment, for the service and for a look beforehand."""
    year_start = limit_year_start(book, business_date)
    paid_month_fen, paid_year_fen = paid_between(account, business_date, year_start)
    return ContributionFacts(
        mode=ContributionMode(agreement.mode),
        monthly_amount=agreement.monthly_amount_fen,
        payment_amount=amount_fen,
        paid_this_month=paid_month_fen,
        paid_this_year=paid_year_fen,
        covered_until=covered_until(account),
    )


def _check_input(amount_fen: int, document_no: str) -> None:
    if type(amount_fen) is not int or not 1 <= amount_fen <= MAX_FEN:
        raise BadField("amount_fen", f"{amount_fen!r}; 1–{MAX_FEN}")
    if not 0 < len(document_no) <= _NUMBER_LENGTH:
        raise BadField("document_no", f"{document_no!r}; 1–{_NUMBER_LENGTH}")


def _require_normal(account: MemberAccount) -> None:
    if account.state == MemberAccount.State.SEALED:
        hint = _("Unseal the account first, then take in the money.")
        raise WrongState(account.number, account.get_state_display(), hint)
    if account.state != MemberAccount.State.NORMAL:
        hint = _("A closed account takes no money; open a new one.")
        raise WrongState(account.number, account.get_state_display(), hint)
    if account.identity != MemberAccount.Identity.FLEX:
        hint = _("Convert it back to flexible employment first.")
        raise WrongState(account.number, account.get_identity_display(), hint)


def _same_or_refuse(
    known: Deposit, account: MemberAccount, amount_fen: int, business_date: dt.date
) -> Deposit:
    same = (known.member_account_id, known.amount_fen, known.business_date)
    if same != (account.pk, amount_fen, business_date):
        raise KeyReused(key=f"deposit:{known.number}", document_no=known.number)
    return known


def _book_deposit(
    *,
    account: MemberAccount,
    agreement: Agreement,
    facts: ContributionFacts,
    decision: Decision[ContributionResult],
    business_date: dt.date,
    document_no: str,
    clerk: User,
    channel: str,
) -> Deposit:
    centre = account.centre
    stored = record_decision(
        rule=decide_contribution,
        facts=facts,
        decision=decision,
        centre=centre,
        business_date=business_date,
        subject=("contributions.deposit", document_no),
        by=clerk,
        calculator="contribution",
    )
    entry = post(
        centre=centre,
        key=f"deposit:{document_no}",
        kind=Entry.Kind.DEPOSIT,
        business_date=business_date,
        document_no=document_no,
        maker=clerk,
        moves=deposit_moves(
            bank=get_ledger_account(centre, Code.BANK),
            member=account.flex_ledger_account,
            amount_fen=facts.payment_amount,
            value_date=business_date,
        ),
    )
    deposit = Deposit.objects.create(
        centre=centre,
        branch=clerk.branch or account.branch,
        number=document_no,
        member_account=account,
        business_date=business_date,
        amount_fen=facts.payment_amount,
        mode=agreement.mode,
        monthly_amount_fen=agreement.monthly_amount_fen,
        months_covered=decision.result.months_covered or 0,
        channel=channel,
        entry=entry,
        decision=stored,
        made_by=clerk,
    )
    _cover(deposit, decision.result)
    audit(
        actor=clerk,
        action="contributions.deposit",
        target=deposit,
        centre=centre,
        subject=account.number,
        after={"amount_fen": deposit.amount_fen, "document": document_no},
    )
    return deposit


def _cover(deposit: Deposit, cover: ContributionResult) -> None:
    """Write the months a deposit pays for. A further payment into a covered month has none."""
    if not cover.months_covered or cover.covered_from is None:
        return
    # Whole cycles and multiples divide evenly; where one month is covered it takes everything.
    share_fen, rest_fen = divmod(deposit.amount_fen, cover.months_covered)
    Coverage.objects.bulk_create(
        Coverage(
            member_account_id=deposit.member_account_id,
            month=(cover.covered_from + place).first_day,
            deposit=deposit,
            amount_fen=share_fen + (rest_fen if place == 0 else 0),
        )
        for place in range(cover.months_covered)
    )


@transaction.atomic
def receive_transfer(
    *,
    member_account: MemberAccount,
    origin: str,
    amount_fen: int,
    from_centre: str,
    contributed_months: int,
    first_month: dt.date | None,
    their_document_no: str,
    document_no: str,
    business_date: dt.date,
    clerk: User,
) -> Transfer:
    """Receive money from another centre or a unit, with the facts it carries.

    It is booked on the line of its origin, and its months count where a rule asks for them; it
    covers no month here. Calling again with the same ``document_no`` returns the first one.

    Args:
        origin: a code of ``Transfer.Origin``.
        amount_fen: what arrived, in fen.
        first_month: first day of the first month contributed there.
        their_document_no: number of the letter that came with it.

    Raises:
        NotAllowed, BadField, DayNotOpen: as ``receive_deposit``.
        WrongState: the account is sealed or closed.
        KeyReused: ``document_no`` belongs to a different transfer.
    """
    _check_input(amount_fen, document_no)
    if origin not in Transfer.Origin.values:
        raise BadField("origin", f"{origin!r}; FLEX | UNIT")
    if not from_centre.strip() or not their_document_no.strip():
        raise BadField("from_centre, their_document_no", "—")
    account = lock_member_account(member_account.pk)
    if not clerk.is_system:
        require_permission(clerk, "contributions.transfer", account.centre)
    known = Transfer.objects.filter(number=document_no).first()
    if known is not None:
        if (known.member_account_id, known.amount_fen) != (account.pk, amount_fen):
            raise KeyReused(key=f"transfer-in:{document_no}", document_no=document_no)
        return known
    if not account.is_open:
        raise WrongState(account.number, account.get_state_display())
    flex = origin == Transfer.Origin.FLEX
    entry = post(
        centre=account.centre,
        key=f"transfer-in:{document_no}",
        kind=Entry.Kind.TRANSFER_IN,
        business_date=business_date,
        document_no=document_no,
        maker=clerk,
        moves=transfer_in_moves(
            bank=get_ledger_account(account.centre, Code.BANK),
            member=account.flex_ledger_account if flex else account.unit_ledger_account,
            amount_fen=amount_fen,
            value_date=business_date,
        ),
    )
    transfer = Transfer.objects.create(
        centre=account.centre,
        number=document_no,
        member_account=account,
        origin=origin,
        amount_fen=amount_fen,
        business_date=business_date,
        from_centre=from_centre.strip(),
        contributed_months=contributed_months,
        first_month=first_month,
        document_no=their_document_no.strip(),
        entry=entry,
        made_by=clerk,
    )
    record_event(
        member_account=account,
        kind=MemberEvent.Kind.TRANSFERRED_IN,
        date=business_date,
        document_no=document_no,
        by=clerk,
    )
    audit(
        actor=clerk,
        action="contributions.transfer_in",
        target=transfer,
        centre=account.centre,
        subject=account.number,
        after={"amount_fen": amount_fen, "from": transfer.from_centre, "origin": origin},
    )
    return transfer
