"""Money put right after it was settled: the reversal, and what it changes in settled years.

A correction does it, a payment that the bank could not make and that is taken back, or an offset
of a loan that is undone.

The years are computed again by the pure rules, before and after, oldest first: each year stands on
what the one before it now gives. Only differences are booked, dated on the 30 June they belong to.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import MemberAccount
from accounts.queries import lock_member_account
from contributions.errors import MoneyUsed
from contributions.models import Correction, Payout
from contributions.services import (
    approve_correction,
    carry_out_correction,
    fail_payout,
    hand_in_correction,
    prepare_correction,
    review_correction,
)
from contributions.undo import require_covered
from kernel.months import FundYear
from ledger.facts import Component
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move
from ledger.queries import get_ledger_account
from ledger.services import InsufficientBalance, post
from loans.models import RepaymentReversal
from loans.services import approve_reversal
from loans.services.offsets import accounts_of_offset
from office.documents import ChangedMeanwhile
from office.models import Centre, User
from settlement.bulk import BOOKED, entry_prefix
from settlement.errors import RunUnderWay, SettledOtherwise
from settlement.explain import explain_year
from settlement.models import SettlementAdjustment, SettlementItem, SettlementRun
from settlement.queries import net_amounts

Effect = list[dict[str, int | str]]


class _Undo(Exception):
    """Rolls a look ahead back."""


@dataclass(frozen=True, slots=True)
class _Cause:
    """Why settled years are put right: a correction, a payout or an offset that is taken back."""

    number: str
    account: MemberAccount
    business_date: dt.date
    by: User
    correction: Correction | None = None
    payout: Payout | None = None
    reversal: RepaymentReversal | None = None

    @property
    def key(self) -> str:
        """Tell the entries of a cause apart; one offset may have taken money of two accounts."""
        return self.number if self.reversal is None else f"{self.number}:{self.account.number}"

    @classmethod
    def of_correction(cls, correction: Correction, business_date: dt.date, by: User) -> "_Cause":
        account = correction.member_account
        return cls(correction.number, account, business_date, by, correction=correction)

    @classmethod
    def of_payout(
        cls, payout: Payout, account: MemberAccount, business_date: dt.date, by: User
    ) -> "_Cause":
        return cls(payout.number, account, business_date, by, payout=payout)


@transaction.atomic
def submit_correction(
    *,
    entry: Entry,
    reason: str,
    business_date: dt.date,
    by: User,
    right_account: MemberAccount | None = None,
    right_amount_fen: int | None = None,
) -> Correction:
    """Hand in the correction of a wrong entry, with what it changes in settled years.

    Args:
        entry: a deposit, a transfer in, or a withdrawal that is not paid yet.
        reason: what was wrong, in words.
        right_account, right_amount_fen: the deposit that should have been booked; None: none.

    Raises:
        RunUnderWay: a settlement is being approved or posted.
        SettledOtherwise: the rules do not give what a year was settled with.
        see ``contributions.services.prepare_correction`` and ``approve_correction``.
    """
    _require_no_posting(entry.centre)
    correction = prepare_correction(
        entry=entry,
        reason=reason,
        business_date=business_date,
        by=by,
        right_account=right_account,
        right_amount_fen=right_amount_fen,
    )
    correction.effect = _foresee(correction, business_date, by)
    return hand_in_correction(correction)


@transaction.atomic
def reverse_settled(
    *, correction: Correction, digest: str, business_date: dt.date, by: User
) -> Correction:
    """Review or approve a correction, and book what it changes in the years settled since.

    A later reversal is reviewed by the first who comes here and approved by the second.

    Args:
        digest: the digest of the page the person looked at; it binds the effect shown there.

    Returns:
        The correction, reviewed or approved.

    Raises:
        ChangedMeanwhile: the effect is no longer what was shown; hand it in anew.
        RunUnderWay, SettledOtherwise: as ``submit_correction``.
        MoneyUsed: interest or subsidy to be taken back has left the account.
        see ``contributions.services.approve_correction``.

    Source: interest.*, subsidy.*; 财会字〔1999〕33号.
    """
    correction.refresh_from_db()
    if correction.is_undecided and correction.needs_review:
        return review_correction(
            correction=correction, digest=digest, business_date=business_date, by=by
        )
    _require_no_posting(correction.centre)
    account = lock_member_account(correction.member_account_id)
    cause = _Cause.of_correction(correction, business_date, by)
    before = _explained(account, _settled_years(account, correction.wrong_entry))
    approve_correction(correction=correction, digest=digest, business_date=business_date, by=by)
    effect = _adjust(cause, before)
    if effect != correction.effect:
        raise ChangedMeanwhile(
            gettext(
                "%(number)s: what it changes in settled years is no longer what was shown. Return "
                "it, and hand it in anew."
            )
            % {"number": correction.number}
        )
    return correction


@transaction.atomic
def take_back_settled(
    *, payout: Payout, failure: str = "", business_date: dt.date, by: User
) -> Payout:
    """Take a payment that the bank could not make back, and adjust the years settled since.

    Interest and subsidies come out as if the money had never left the account; only differences
    are booked, each on the 30 June of its year.

    Args:
        failure: why, as the bank says; empty for a payout that was sent back with a reason.

    Raises:
        RunUnderWay, SettledOtherwise: as ``submit_correction``.
        see ``contributions.services.fail_payout``.

    Source: interest.*, subsidy.*; 财会字〔1999〕33号.
    """
    payout.refresh_from_db()
    booked = payout.source.entry
    if payout.state not in Payout.OWED or booked is None or payout.heir_id:
        return fail_payout(payout=payout, failure=failure, business_date=business_date, by=by)
    _require_no_posting(payout.centre)
    account = lock_member_account(payout.source.member_account_id)
    before = _explained(account, _settled_years(account, booked))
    failed = fail_payout(payout=payout, failure=failure, business_date=business_date, by=by)
    _adjust(_Cause.of_payout(failed, account, business_date, by), before)
    return failed


@transaction.atomic
def undo_repayment(
    *, reversal: RepaymentReversal, digest: str, business_date: dt.date, by: User
) -> RepaymentReversal:
    """Approve that a repayment is undone, and adjust the years settled since an offset.

    Interest and subsidies of the accounts come out as if the offset had never taken their money;
    only differences are booked, each on the 30 June of its year.

    Args:
        digest: the digest of the page the second person looked at.

    Raises:
        RunUnderWay, SettledOtherwise: as ``submit_correction``.
        see ``loans.services.approve_reversal``.

    Source: interest.*, subsidy.*; 财会字〔1999〕33号.
    """
    repayment = reversal.repayment
    touched = accounts_of_offset(repayment)
    if not touched or reversal.state != RepaymentReversal.State.SUBMITTED:
        return approve_reversal(
            reversal=reversal, digest=digest, business_date=business_date, by=by
        )
    _require_no_posting(reversal.centre)
    locked = {pk: lock_member_account(pk) for pk in sorted({reversal.member_account_id, *touched})}
    before = {
        pk: _explained(locked[pk], _settled_years(locked[pk], repayment.entry)) for pk in touched
    }
    undone = approve_reversal(
        reversal=reversal, digest=digest, business_date=business_date, by=by, settled=True
    )
    for pk in sorted(touched):
        _adjust(_Cause(undone.number, locked[pk], business_date, by, reversal=undone), before[pk])
    return undone


def _foresee(correction: Correction, business_date: dt.date, by: User) -> Effect:
    """Do everything an approval does, read what it changes, and roll it back."""
    account = correction.member_account
    before = _explained(account, _settled_years(account, correction.wrong_entry))
    effect: Effect = []
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
            carry_out_correction(correction, business_date=business_date, by=by)
            effect = _adjust(_Cause.of_correction(correction, business_date, by), before)
            raise _Undo
    except _Undo:
        correction.pk, correction.entry, correction.right_deposit = None, None, None
        correction._state.adding = True
    return effect


def _require_no_posting(centre: Centre) -> None:
    """Refuse beside a settlement that is being posted, and make the next one wait.

    Raises:
        RunUnderWay: an approved run has not been posted to its end.
    """
    runs = SettlementRun.objects.select_for_update().filter(
        centre=centre, state__in=["DRAFT", "SUBMITTED", "APPROVED", "POSTING"]
    )
    for run in runs:
        if run.state in ("APPROVED", "POSTING"):
            raise RunUnderWay(
                gettext("%(number)s (%(year)s) is “%(state)s”; finish it first.")
                % {
                    "number": run.number,
                    "year": run.year,
                    "state": run.get_state_display(),
                }
            )


def _settled_years(account: MemberAccount, entry: Entry) -> list[int]:
    """List the settled fund years that an entry of the account has a part in, in order."""
    days = entry.postings.order_by("value_date")
    first = days.values_list("value_date", flat=True).first()
    assert first is not None
    return list(
        SettlementItem.objects.filter(
            member_account=account,
            year__gte=FundYear.of(first).year,
            kind=SettlementItem.Kind.INTEREST_FLEX,
        )
        .order_by("year")
        .values_list("year", flat=True)
    )


def _explained(account: MemberAccount, years: list[int]) -> dict[int, dict[str, int]]:
    """Compute the settled years as they stand, and make sure they were settled like that.

    Raises:
        SettledOtherwise: the rules give something else today than was settled then.
    """
    found = {}
    for year in years:
        amounts = _paid(explain_year(account, year).amounts)
        if amounts != _paid(net_amounts(account, year)):
            raise SettledOtherwise(account.number, year)
        found[year] = amounts
    return found


def _paid(amounts: dict[str, int]) -> dict[str, int]:
    return {kind: fen for kind, fen in amounts.items() if fen}


def _adjust(cause: _Cause, before: dict[int, dict[str, int]]) -> Effect:
    """Book year by year what the rules now give more or less, and return it.

    Raises:
        MoneyUsed: what would be taken back has left the account.
    """
    account = cause.account
    effect: Effect = []
    for year, old in before.items():
        new = explain_year(account, year).amounts
        for kind in SettlementItem.Kind.values:
            fen = new.get(kind, 0) - old.get(kind, 0)
            if fen:
                _book_difference(cause, year, kind, fen)
                _release(account, year, kind, new.get(kind, 0))
                effect.append({"year": year, "kind": kind, "fen": fen})
    require_covered(account)
    return effect


def _book_difference(cause: _Cause, year: int, kind: str, fen: int) -> None:
    """Post one difference on its 30 June, red where the member got too much, and keep it.

    Its key stands among those of the year, so that the year does not see it as money of its own.
    """
    centre, account = cause.account.centre, cause.account
    entry_kind, code, component = BOOKED[kind]
    unit = kind == SettlementItem.Kind.INTEREST_UNIT
    line = account.unit_ledger_account if unit else account.flex_ledger_account
    end = FundYear(year).last_day
    try:
        entry = post(
            centre=centre,
            key=f"{entry_prefix(centre.code, year)}{kind}:{cause.key}",
            kind=entry_kind,
            business_date=cause.business_date,
            document_no=cause.number,
            maker=cause.by,
            moves=[_difference(get_ledger_account(centre, code), line, fen, component, end)],
            memo=f"{year} {kind}",
        )
    except InsufficientBalance as short:
        raise MoneyUsed(account.number, short.asked_fen - short.balance_fen) from short
    SettlementAdjustment.objects.create(
        correction=cause.correction,
        payout=cause.payout,
        reversal=cause.reversal,
        year=year,
        member_account=account,
        member_id=account.member_id,
        kind=kind,
        amount_fen=fen,
        entry=entry,
    )


def _difference(
    expense: LedgerAccount, line: LedgerAccount, fen: int, component: Component, end: dt.date
) -> Move[LedgerAccount]:
    """借：业务支出  贷：住房公积金（个人明细）, or the other way round where fen are taken back."""
    if fen > 0:
        return Move(expense, line, fen, end, component)
    return Move(line, expense, -fen, end, component)


def _release(account: MemberAccount, year: int, kind: str, left_fen: int) -> None:
    """Let an opening subsidy that was taken back wholly be granted once more."""
    if kind == SettlementItem.Kind.OPENING_SUBSIDY and not left_fen:
        SettlementItem.objects.filter(member_account=account, year=year, kind=kind).update(
            is_undone=True
        )
