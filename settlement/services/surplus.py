"""The year's value-added income: closed, and distributed by two persons and the committee."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.services.checks import read_text
from kernel.money import MAX_FEN
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move, closing_moves, distribution_moves, refund_moves
from ledger.queries import get_ledger_account
from ledger.services import post
from loans.queries import list_months_to_accrue
from office.documents import approve, cancel, return_, submit
from office.models import Centre, User
from office.services import next_number, require_permission
from policy.models import StoredDecision
from policy.queries import open_book
from policy.services import record_decision
from settlement.errors import (
    FiguresChanged,
    InterestNotAccrued,
    SurplusRefused,
    YearNotOver,
)
from settlement.facts import SurplusFacts
from settlement.models import SurplusDistribution
from settlement.queries import list_result_accounts, read_surplus_facts
from settlement.surplus import SurplusResult, decide_surplus

_NUMBER_LENGTH = 64


@dataclass(frozen=True, slots=True)
class SurplusRequest:
    """What finance enters; everything else is read from the books. Sums in fen."""

    year: int
    management_fee_fen: int
    resolution_no: str
    resolution_date: dt.date
    fee_approval_no: str = ""
    flexible_reserve_fen: int | None = None


@transaction.atomic
def submit_surplus(
    *, centre: Centre, request: SurplusRequest, business_date: dt.date, by: User
) -> SurplusDistribution:
    """Hand in how a year's value-added income is used; nothing is booked yet.

    Raises:
        NotAllowed: the person may not prepare it.
        BadField: a number is missing, the year is none, or it was handed in before.
        YearNotOver: the open day still belongs to that year.
        InterestNotAccrued: the loan interest of its last month is not in the books.
        SurplusRefused: the parts do not fit, or a value is unset; ``.decision`` has the reasons.

    Source: reserve.*; Regulation art. 29.
    """
    require_permission(by, SurplusDistribution.submit_permission, centre)
    _check_request(centre, request, business_date)
    facts = read_surplus_facts(
        centre,
        request.year,
        management_fee_fen=request.management_fee_fen,
        flexible_reserve_fen=request.flexible_reserve_fen,
    )
    number = next_number(centre, "VA", business_date)
    stored, result = _decide(centre, facts, number, business_date, by)
    document = SurplusDistribution(
        number=number,
        centre=centre,
        branch=by.branch,
        business_date=business_date,
        made_by=by,
        year=request.year,
        figures=facts.to_wire(),
        surplus_fen=result.surplus_fen,
        flexible_surplus_fen=result.flexible_surplus_fen,
        reserve_fen=result.reserve_fen or 0,
        flexible_reserve_fen=result.flexible_reserve_fen or 0,
        fee_fen=result.fee_fen or 0,
        housing_fen=result.housing_fen or 0,
        resolution_no=request.resolution_no.strip(),
        resolution_date=request.resolution_date,
        fee_approval_no=request.fee_approval_no.strip(),
        decision=stored,
    )
    document.save(force_insert=True)
    return submit(document=document, by=by, shown=shown_surplus(document))


def _check_request(centre: Centre, request: SurplusRequest, business_date: dt.date) -> None:
    if type(request.year) is not int or not 1991 <= request.year <= 2199:
        raise BadField("year", seen=repr(request.year), expected="1991–2199")
    if request.year >= business_date.year:
        raise YearNotOver(request.year, business_date)
    if dt.date(request.year, 12, 31) in list_months_to_accrue(centre, business_date):
        raise InterestNotAccrued(request.year)
    standing = SurplusDistribution.objects.filter(centre=centre, year=request.year).exclude(
        state__in=["RETURNED", "CANCELLED"]
    )
    known = standing.first()
    if known is not None:
        expected = _("a year without a distribution; %(number)s stands") % {"number": known.number}
        raise BadField("year", seen=str(request.year), expected=expected)
    for name in ("management_fee_fen", "flexible_reserve_fen"):
        fen = getattr(request, name) or 0
        if type(fen) is not int or not 0 <= fen <= MAX_FEN:
            raise BadField(name, seen=repr(fen), expected=f"0–{MAX_FEN}")
    read_text("resolution_no", request.resolution_no, _NUMBER_LENGTH)
    if request.resolution_date > business_date:
        expected = _("a day up to %(day)s") % {"day": business_date}
        raise BadField("resolution_date", seen=str(request.resolution_date), expected=expected)
    if request.management_fee_fen or request.fee_approval_no.strip():
        read_text("fee_approval_no", request.fee_approval_no, _NUMBER_LENGTH)


@transaction.atomic
def approve_surplus(
    *, document: SurplusDistribution, digest: str, business_date: dt.date, by: User
) -> SurplusDistribution:
    """Close the year's income and expense, and book where the surplus goes.

    The cash of the surplus moves from the fund's bank account to that of the value-added income.

    Args:
        business_date: the open day; the postings are valued on the last day of the year.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        FiguresChanged: the books of the year say something else than when it was handed in.
        DayNotOpen: the centre's books are not open for the day.

    Source: 财会字〔1999〕33号 (entries 19 to 21).
    """
    locked = SurplusDistribution.objects.select_for_update().get(pk=document.pk)
    approve(document=document, by=by, digest=digest)
    facts = SurplusFacts.from_wire(dict(locked.figures))
    now = read_surplus_facts(
        locked.centre,
        locked.year,
        management_fee_fen=facts.management_fee,
        flexible_reserve_fen=facts.flexible_reserve,
    )
    if now != facts:
        raise FiguresChanged(locked.number, locked.year)
    entry = _book(locked, business_date, by)
    SurplusDistribution.objects.filter(pk=locked.pk).update(entry=entry)
    document.refresh_from_db()
    return document


def _book(document: SurplusDistribution, business_date: dt.date, by: User) -> Entry | None:
    """Post closing, distribution and the move of the cash; None where the year had no movement."""
    centre, last_day = document.centre, dt.date(document.year, 12, 31)
    account = {code: get_ledger_account(centre, code) for code in _ACCOUNTS}
    moves: list[Move[LedgerAccount]] = closing_moves(
        surplus=account[Code.SURPLUS],
        balances=list_result_accounts(centre, document.year),
        value_date=last_day,
    )
    parts = [
        (Code.TO_RESERVE, Code.LOAN_RISK_RESERVE, document.reserve_fen),
        (Code.TO_FEE, Code.FEE_PAYABLE, document.fee_fen),
        (Code.TO_HOUSING, Code.HOUSING_PAYABLE, document.housing_fen),
    ]
    moves += distribution_moves(
        surplus=account[Code.SURPLUS],
        undistributed=account[Code.UNDISTRIBUTED],
        parts=[(account[through], account[to], fen) for through, to, fen in parts],
        value_date=last_day,
    )
    if document.surplus_fen > 0:
        moves += refund_moves(
            payable=account[Code.SURPLUS_BANK],
            bank=account[Code.BANK],
            amount_fen=document.surplus_fen,
            value_date=business_date,
        )
    if not moves:
        return None
    return post(
        centre=centre,
        key=f"surplus:{document.year}",
        kind=Entry.Kind.CLOSING,
        business_date=business_date,
        document_no=document.number,
        maker=by,
        moves=moves,
    )


_ACCOUNTS = (
    Code.BANK,
    Code.SURPLUS_BANK,
    Code.SURPLUS,
    Code.UNDISTRIBUTED,
    Code.TO_RESERVE,
    Code.TO_FEE,
    Code.TO_HOUSING,
    Code.LOAN_RISK_RESERVE,
    Code.FEE_PAYABLE,
    Code.HOUSING_PAYABLE,
)


@transaction.atomic
def return_surplus(*, document: SurplusDistribution, reason: str, by: User) -> SurplusDistribution:
    """Give it back with the reason; the year can then be handed in anew.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return return_(document=document, by=by, reason=reason)


@transaction.atomic
def cancel_surplus(*, document: SurplusDistribution, by: User) -> SurplusDistribution:
    """Take it back before it is decided, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return cancel(document=document, by=by)


def shown_surplus(document: SurplusDistribution) -> dict[str, Any]:
    """Give what the second person sees; its digest binds the approval."""
    return document.shown_to(
        year=document.year,
        figures=document.figures,
        parts=[
            document.surplus_fen,
            document.flexible_surplus_fen,
            document.reserve_fen,
            document.flexible_reserve_fen,
            document.fee_fen,
            document.housing_fen,
        ],
        resolution=[document.resolution_no, document.resolution_date.isoformat()],
        fee_approval_no=document.fee_approval_no,
        decision=document.decision_id,
    )


def _decide(
    centre: Centre, facts: SurplusFacts, number: str, business_date: dt.date, by: User
) -> tuple[StoredDecision, SurplusResult]:
    """Decide by the law of the last day of the year and keep the decision.

    Raises:
        SurplusRefused: the parts do not fit, or a value is unset.
    """
    on = dt.date(facts.year, 12, 31)
    decision = decide_surplus(facts, open_book(centre.code, on))
    asked: dict[str, Any] = {
        "rule": decide_surplus,
        "facts": facts,
        "decision": decision,
        "centre": centre,
        "business_date": business_date,
        "subject": ("settlement.surplus", number),
        "by": by,
        "on": on,
    }
    if not decision.approved:
        raise SurplusRefused(**asked)
    return record_decision(**asked), decision.result
