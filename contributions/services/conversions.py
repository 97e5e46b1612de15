"""Conversion of identity (身份转换): employee to flexible worker and back, by two persons."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.deaths import require_alive
from accounts.errors import BadField, WrongState
from accounts.holds import require_not_own
from accounts.models import Agreement, MemberAccount
from accounts.queries import lock_member_account
from accounts.services import become_flexible, become_unit, begin_business, end_business
from accounts.services.checks import read_text
from contributions.errors import ConversionRefused
from contributions.facts import ConversionFacts, Identity, Stretch
from contributions.joining import list_stretches
from contributions.models import CarriedRecord, Conversion, Transfer
from contributions.rules import decide_conversion
from contributions.services.transfers import book_transfer
from kernel.money import MAX_FEN
from kernel.months import Month, month_span, months_between
from ledger.models import Entry
from office.documents import approve, cancel, return_, submit
from office.models import User
from office.services import next_number, require_permission
from policy.models import StoredDecision
from policy.queries import open_book
from policy.services import record_decision

_TEXT_LENGTHS = {"unit_name": 80, "proof": 64}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionRequest:
    """What is asked for at the window; amounts in fen, months by their first day.

    To FLEX: ``amount_fen`` is what the unit's account held and is moved along, ``month_count``
    the months paid there up to ``last_month``; ``mode`` and ``monthly_amount_fen`` are for the
    agreement that a resting account signs anew. To UNIT nothing of this is given.
    """

    to_identity: str
    unit_name: str
    proof: str
    amount_fen: int = 0
    first_month: dt.date | None = None
    last_month: dt.date | None = None
    month_count: int = 0
    mode: str = ""
    monthly_amount_fen: int | None = None


@transaction.atomic
def submit_conversion(
    *,
    member_account: MemberAccount,
    request: ConversionRequest,
    business_date: dt.date,
    by: User,
) -> Conversion:
    """Take in a change of identity, decide it, and hand it to a second person.

    Raises:
        NotAllowed, OwnAccount: the person may not convert this account.
        BadField: a field is missing or impossible.
        WrongState: the account is sealed, closed, or has that identity already.
        Deceased: the member has died.
        BusinessWaits: other business of the account is not decided yet.
        ConversionRefused: the law does not know the change; ``.decision`` has the reasons.

    Source: transfer.*; Bazhong 二(二)2, Liaoning (三), Yantai 5.
    """
    require_permission(by, Conversion.submit_permission, member_account.centre)
    _check(request)
    account = lock_member_account(member_account.pk)
    require_not_own(account, by)
    require_alive(account)
    _require_fits(account, request)
    conversion = Conversion(
        number=next_number(account.centre, "CV", business_date),
        centre=account.centre,
        branch=by.branch or account.branch,
        business_date=business_date,
        made_by=by,
        member_account=account,
        to_identity=request.to_identity,
        unit_name=request.unit_name.strip(),
        proof=request.proof.strip(),
        amount_fen=request.amount_fen,
        first_month=request.first_month,
        last_month=request.last_month,
        month_count=request.month_count,
        mode=request.mode,
        monthly_amount_fen=request.monthly_amount_fen,
    )
    conversion.decision = _decide(conversion, business_date, by)
    conversion.save(force_insert=True)
    begin_business(account, conversion)
    return submit(document=conversion, by=by, shown=shown_conversion(conversion))


@transaction.atomic
def approve_conversion(
    *, conversion: Conversion, digest: str, business_date: dt.date, by: User
) -> Conversion:
    """Carry out a change of identity: book what comes along, sign or end the agreement.

    Raises:
        SamePerson, NotAllowed, ChangedMeanwhile, AlreadyDecided: see ``office.documents``.
        OwnAccount: it is the checker's own account.
        ConversionRefused, WrongState, TermsRefused: something now stands against it.
        DayNotOpen: the centre's books are not open for the day.
    """
    account = lock_member_account(conversion.member_account_id)
    require_not_own(account, by)
    approve(document=conversion, by=by, digest=digest)
    conversion.member_account = account
    _decide(conversion, business_date, by)
    if conversion.to_identity == Identity.UNIT:
        become_unit(
            account=account, business_date=business_date, document_no=conversion.number, by=by
        )
    else:
        if account.identity != Identity.FLEX:
            become_flexible(
                account=account,
                mode=conversion.mode,
                monthly_amount_fen=conversion.monthly_amount_fen,
                business_date=business_date,
                document_no=conversion.number,
                by=by,
            )
        _bring_along(conversion, account, business_date, by)
    end_business(conversion)
    conversion.refresh_from_db()
    return conversion


@transaction.atomic
def return_conversion(*, conversion: Conversion, reason: str, by: User) -> Conversion:
    """Give a conversion back with the reason; the account stays what it is.

    Raises:
        ValueError: the reason is empty.
        SamePerson, NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    return_(document=conversion, by=by, reason=reason)
    end_business(conversion)
    return conversion


@transaction.atomic
def cancel_conversion(*, conversion: Conversion, by: User) -> Conversion:
    """Take back a conversion that is not decided, as its maker.

    Raises:
        NotAllowed, AlreadyDecided: see ``office.documents``.
    """
    cancel(document=conversion, by=by)
    end_business(conversion)
    return conversion


def shown_conversion(conversion: Conversion) -> dict[str, Any]:
    """Give what the second person sees of a conversion; its digest binds the approval."""
    first, last = conversion.first_month, conversion.last_month
    return conversion.shown_to(
        member_account=conversion.member_account_id,
        to_identity=conversion.to_identity,
        unit_name=conversion.unit_name,
        proof=conversion.proof,
        amount_fen=conversion.amount_fen,
        months=[
            first.isoformat() if first else None,
            last.isoformat() if last else None,
            conversion.month_count,
        ],
        agreement=[conversion.mode, conversion.monthly_amount_fen],
        decision=conversion.decision_id,
    )


def conversion_facts(conversion: Conversion, on: dt.date) -> ConversionFacts:
    """Gather the months of both identities, and when contributing goes on."""
    stretches = list_stretches(conversion.member_account)
    if conversion.month_count and conversion.last_month is not None:
        last = Month.of(conversion.last_month)
        months = month_span(last - (conversion.month_count - 1), last)
        stretches.append(Stretch(identity=Identity.UNIT, months=months))
    return ConversionFacts(
        to=Identity(conversion.to_identity),
        stretches=tuple(stretches),
        goes_on_in=Month.of(on),
        brings_money=conversion.amount_fen > 0,
    )


def _decide(conversion: Conversion, on: dt.date, by: User) -> StoredDecision:
    """Decide by the law of the day of acceptance and keep the decision."""
    day = conversion.business_date
    facts = conversion_facts(conversion, day)
    decision = decide_conversion(facts, open_book(conversion.centre.code, day))
    told: dict[str, Any] = {
        "rule": decide_conversion,
        "facts": facts,
        "decision": decision,
        "centre": conversion.centre,
        "business_date": on,
        "subject": ("contributions.conversion", conversion.number),
        "by": by,
        "on": day,
    }
    if not decision.approved:
        raise ConversionRefused(**told)
    return record_decision(**told)


def _check(request: ConversionRequest) -> None:
    if request.to_identity not in list(Identity):
        raise BadField("to_identity", seen=request.to_identity or " ", expected="FLEX, UNIT")
    for field, limit in _TEXT_LENGTHS.items():
        read_text(field, getattr(request, field), limit)
    if type(request.amount_fen) is not int or not 0 <= request.amount_fen <= MAX_FEN:
        raise BadField("amount_fen", seen=repr(request.amount_fen), expected=f"0–{MAX_FEN}")
    check_months(request.month_count, request.first_month, request.last_month)
    if request.to_identity == Identity.UNIT and (request.amount_fen or request.month_count):
        expected = _("0, except for employees who become flexible workers")
        raise BadField("amount_fen", seen=str(request.amount_fen), expected=expected)


def check_months(count: int, first: dt.date | None, last: dt.date | None) -> None:
    """Refuse months that cannot be: a number without a last month, or more than lie between.

    Raises:
        BadField: naming the field, what was seen and what is expected.
    """
    if type(count) is not int or not 0 <= count <= 1200:
        raise BadField("month_count", seen=repr(count), expected="0–1200")
    if count and last is None:
        raise BadField("last_month")
    if last is None:
        return
    most = 1200 if first is None else months_between(Month.of(first), Month.of(last)) + 1
    if count > most:
        raise BadField("month_count", seen=str(count), expected=f"0–{max(0, most)}")


def _require_fits(account: MemberAccount, request: ConversionRequest) -> None:
    if account.state != MemberAccount.State.NORMAL:
        hint = _("Unseal the account first.") if account.is_open else ""
        raise WrongState(account.number, account.get_state_display(), hint)
    same = account.identity == request.to_identity
    brings = request.amount_fen or request.month_count
    if same and (request.to_identity == Identity.UNIT or not brings):
        hint = _("There is nothing to convert.")
        raise WrongState(account.number, account.get_identity_display(), hint)
    if not same and request.to_identity == Identity.FLEX and request.mode not in Agreement.Mode:
        expected = ", ".join(Agreement.Mode)
        raise BadField("mode", seen=request.mode or " ", expected=expected)


def _bring_along(
    conversion: Conversion, account: MemberAccount, business_date: dt.date, by: User
) -> None:
    """Book what the unit's account held on the line of unit money, and keep its months."""
    if conversion.amount_fen:
        transfer = book_transfer(
            Transfer(
                centre=account.centre,
                number=conversion.number,
                member_account=account,
                origin=Transfer.Origin.UNIT,
                amount_fen=conversion.amount_fen,
                business_date=business_date,
                from_centre=conversion.unit_name,
                contributed_months=conversion.month_count,
                first_month=conversion.first_month,
                document_no=conversion.proof,
                made_by=by,
            ),
            kind=Entry.Kind.CONVERSION,
        )
        Conversion.objects.filter(pk=conversion.pk).update(entry=transfer.entry)
    if conversion.month_count:
        CarriedRecord.objects.create(
            member_account=account,
            document_no=conversion.number,
            business_date=business_date,
            source=conversion.unit_name,
            identity=Identity.UNIT.value,
            first_month=conversion.first_month,
            last_month=conversion.last_month,
            month_count=conversion.month_count,
            counts_in_subsidy=False,
        )
