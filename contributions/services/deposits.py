"""Money that members pay in."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.deaths import require_alive
from accounts.errors import BadField, NoAgreement, WrongState
from accounts.facts import ContributionMode
from accounts.holds import require_not_own
from accounts.models import Agreement, MemberAccount
from accounts.queries import find_agreement, lock_member_account
from contributions.errors import DepositRefused
from contributions.facts import ContributionFacts
from contributions.models import Coverage, Deposit
from contributions.queries import covered_until, limit_year_start, paid_between
from contributions.rules import ContributionResult, decide_contribution
from kernel.money import MAX_FEN
from kernel.months import Month
from ledger.chart import Code
from ledger.models import Entry
from ledger.postings import deposit_moves
from ledger.queries import get_ledger_account
from ledger.services import KeyReused, post
from office.models import User
from office.services import audit, require_permission
from policy.book import PolicyBook
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
    instead_of: Sequence[Month] = (),
) -> Deposit:
    """Receive a member's contribution and book it on the same day.

    Calling again with the same ``document_no`` returns the first deposit.

    Args:
        amount_fen: what the member paid, in fen, greater than zero.
        business_date: the centre's open day, given by the caller; the clock is not read.
        document_no: number printed on the receipt; also the idempotency key.
        channel: a code of ``Deposit.Channel``.
        instead_of: months of a reversed deposit that this one takes the place of.

    Returns:
        The deposit, posted: the member's balance already includes it.

    Raises:
        NotAllowed: the person may not take in deposits of this centre.
        OwnAccount: it is the clerk's own account.
        DepositRefused: the law in force refuses; ``.decision`` lists every reason with its clause.
            The face calls ``.record()`` after the rollback.
        WrongState, Deceased: it is sealed, closed, that of an employee now, or of the dead.
        NoAgreement: no agreement is in effect on the day.
        BadField: the amount or the document number is none.
        Unset: a switch of the law has no value for the day; ask the policy desk, do not guess.
        KeyReused: ``document_no`` belongs to a different deposit.
        DayNotOpen: the centre's books are not open for the day.

    Source: contribution.*
    """
    check_input(amount_fen, document_no)
    # The lock comes first: every total read below stands still until the deposit is written.
    account = lock_member_account(member_account.pk)
    if not clerk.is_system:
        require_permission(clerk, "contributions.deposit", account.centre)
    require_not_own(account, clerk)
    require_alive(account)
    known = Deposit.objects.filter(number=document_no).first()
    if known is not None:
        return _same_or_refuse(known, account, amount_fen, business_date)
    _require_normal(account)
    deposit = Deposit(
        centre=account.centre,
        branch=clerk.branch or account.branch,
        number=document_no,
        member_account=account,
        business_date=business_date,
        amount_fen=amount_fen,
        channel=channel,
        made_by=clerk,
    )
    return _book_deposit(deposit, _take_place(deposit, _decide_deposit(deposit), instead_of))


def _decide_deposit(deposit: Deposit) -> ContributionResult:
    """Decide a deposit by the law of its day and keep the decision; fill in what was agreed."""
    account, on = deposit.member_account, deposit.business_date
    agreement = find_agreement(account, on)
    if agreement is None:
        raise NoAgreement(account.number, on)
    book = open_book(account.centre.code, on)
    facts = contribution_facts(
        account=account,
        agreement=agreement,
        amount_fen=deposit.amount_fen,
        business_date=on,
        book=book,
    )
    # A book without what the facts have read: the decision keeps just what it rests on itself.
    decision = decide_contribution(facts, book.fresh(on))
    subject = ("contributions.deposit", deposit.number)
    if not decision.approved:
        raise DepositRefused(
            rule=decide_contribution,
            facts=facts,
            decision=decision,
            centre=account.centre,
            business_date=on,
            subject=subject,
            by=deposit.made_by,
        )
    deposit.decision = record_decision(
        rule=decide_contribution,
        facts=facts,
        decision=decision,
        centre=account.centre,
        business_date=on,
        subject=subject,
        by=deposit.made_by,
        calculator="contribution",
    )
    deposit.mode, deposit.monthly_amount_fen = agreement.mode, agreement.monthly_amount_fen
    deposit.months_covered = decision.result.months_covered or 0
    return decision.result


def _take_place(
    deposit: Deposit, cover: ContributionResult, months: Sequence[Month]
) -> ContributionResult:
    """Cover the months of a reversed deposit, where the law gives just as many for this one.

    They were paid in time, so this pays nothing back.
    """
    if not months or (cover.months_covered or len(months)) != len(months):
        return cover
    deposit.months_covered = len(months)
    return ContributionResult(len(months), months[0], months[-1])


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


def check_input(amount_fen: int, document_no: str) -> None:
    """Refuse an amount or a document number that cannot be one.

    Raises:
        BadField: naming the field, what was seen and what is expected.
    """
    if type(amount_fen) is not int or not 1 <= amount_fen <= MAX_FEN:
        raise BadField("amount_fen", seen=repr(amount_fen), expected=f"1–{MAX_FEN}")
    if not 0 < len(document_no) <= _NUMBER_LENGTH:
        expected = _("1 to %(limit)s characters") % {"limit": _NUMBER_LENGTH}
        raise BadField("document_no", seen=repr(document_no), expected=expected)


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


def _book_deposit(deposit: Deposit, cover: ContributionResult) -> Deposit:
    centre, account = deposit.centre, deposit.member_account
    deposit.entry = post(
        centre=centre,
        key=f"deposit:{deposit.number}",
        kind=Entry.Kind.DEPOSIT,
        business_date=deposit.business_date,
        document_no=deposit.number,
        maker=deposit.made_by,
        moves=deposit_moves(
            bank=get_ledger_account(centre, Code.BANK),
            member=account.flex_ledger_account,
            amount_fen=deposit.amount_fen,
            value_date=deposit.business_date,
        ),
    )
    deposit.save(force_insert=True)
    _cover(deposit, cover)
    audit(
        actor=deposit.made_by,
        action="contributions.deposit",
        target=deposit,
        centre=centre,
        subject=account.number,
        after={"amount_fen": deposit.amount_fen, "document": deposit.number},
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
