"""What contract and change share: the repayment card, the offset agreement, a kept decision."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.models import MemberAccount
from accounts.queries import find_mandate
from accounts.services.checks import read_text
from accounts.services.intake import check_mandate
from kernel.money import MAX_FEN, yuan
from kernel.wire import Facts
from loans.contract_facts import ChangeKind, OffsetMode
from loans.errors import LoanRefused
from loans.facts import PartyRole
from loans.models import Loan, LoanApplication, LoanChange, OffsetAgreement
from loans.models.contracts import OFFSET_SOURCES
from office.models import Centre, User
from policy.book import PolicyBook
from policy.decisions import Decision
from policy.models import StoredDecision
from policy.services import record_decision
from policy.services.decisions import Rule

LENGTH = 64
_TEXT_LENGTH = 200
_ANY_DAY = 1


@dataclass(frozen=True, slots=True)
class Offset:
    """The offset that is agreed on; ``sources`` is a code of ``OFFSET_SOURCES``, sum in fen."""

    mode: str
    sources: str = "BORROWER"
    retained_fen: int = 0


def check_card(account: MemberAccount, bank: str, card: str, check_no: str) -> None:
    """Refuse a repayment card that is none, or that nobody has proven to be the borrower's.

    The card of the debit mandate is proven; another one needs the bank's answer that name,
    identity number, card and phone go together.

    Raises:
        BadField: naming the field and what was expected.
    """
    check_mandate(bank, card, _ANY_DAY)
    mandate = find_mandate(account)
    if mandate is not None and mandate.card == card:
        return
    if not 0 < len(check_no.strip()) <= LENGTH:
        expected = _("the number of the bank's answer on name, identity number, card and phone")
        raise BadField("check_no", seen=check_no.strip()[:20] or " ", expected=expected)


def check_reason(reason: str) -> str:
    """Give the reason of a change without blanks around it.

    Raises:
        BadField: it is empty or too long.
    """
    return read_text("reason", reason, _TEXT_LENGTH)


def check_offset(offset: Offset | None, application: LoanApplication) -> None:
    """Refuse an offset that cannot be one.

    Raises:
        BadField: unknown mode or order, a sum out of range, or a spouse who has no account here.
    """
    if offset is None:
        return
    if offset.mode not in list(OffsetMode):
        raise BadField("offset_mode", seen=offset.mode, expected=", ".join(OffsetMode))
    if offset.sources not in OFFSET_SOURCES:
        expected = ", ".join(OFFSET_SOURCES)
        raise BadField("offset_sources", seen=offset.sources or " ", expected=expected)
    if type(offset.retained_fen) is not int or not 0 <= offset.retained_fen <= MAX_FEN:
        expected = f"0.00 – {yuan(MAX_FEN)}"
        raise BadField("retained_fen", seen=str(offset.retained_fen), expected=expected)
    if "SPOUSE" in offset.sources and find_spouse_account(application) is None:
        expected = _("accounts of the borrower only: the spouse has none here")
        raise BadField("offset_sources", seen=offset.sources, expected=expected)


def find_spouse_account(application: LoanApplication) -> MemberAccount | None:
    """Find the open account of the spouse (or of who borrows with them) at this centre."""
    parties = application.parties.filter(
        role__in=[PartyRole.SPOUSE, PartyRole.CO_BORROWER], member__isnull=False
    )
    accounts = MemberAccount.objects.filter(
        centre=application.centre, member__in=parties.values("member")
    )
    return accounts.exclude(state=MemberAccount.State.CLOSED).order_by("id").first()


def agree_offset(
    loan: Loan, offset: Offset | None, *, signed_date: dt.date, document_no: str
) -> OffsetAgreement | None:
    """End the offset agreement that runs and begin the next one; None ends it."""
    OffsetAgreement.objects.filter(loan=loan, ended_date__isnull=True).update(
        ended_date=signed_date
    )
    if offset is None:
        return None
    with_spouse = "SPOUSE" in offset.sources
    return OffsetAgreement.objects.create(
        loan=loan,
        centre=loan.centre,
        mode=offset.mode,
        source_order=offset.sources,
        spouse_account=find_spouse_account(loan.application) if with_spouse else None,
        retained_fen=offset.retained_fen,
        signed_date=signed_date,
        document_no=document_no,
    )


def end_with_loan(loan: Loan, business_date: dt.date) -> None:
    """End the agreement of a loan that has ended: there is nothing left to serve."""
    OffsetAgreement.objects.filter(loan=loan, ended_date__isnull=True).update(
        ended_date=business_date
    )


def run_with_loan(loan: Loan) -> None:
    """Let the agreement run again that ended with the loan, not one that was ended by a person."""
    latest = OffsetAgreement.objects.filter(loan=loan).order_by("-id").first()
    if latest is None or latest.ended_date is None:
        return
    ends = LoanChange.objects.filter(
        loan=loan, kind=ChangeKind.OFFSET, offset_mode="", state=LoanChange.State.APPROVED
    )
    begun = LoanChange.objects.filter(number=latest.document_no).first()
    # One change of a loan waits at a time, so they were approved in the order of their keys.
    if ends.filter(pk__gt=begun.pk if begun else 0).exists():
        return
    OffsetAgreement.objects.filter(pk=latest.pk).update(ended_date=None)


def keep_or_refuse(
    *,
    rule: Rule,
    facts: Facts,
    decision: Decision[Any],
    book: PolicyBook,
    centre: Centre,
    business_date: dt.date,
    subject: tuple[str, str],
    by: User,
) -> StoredDecision:
    """Keep a decision that approves.

    Raises:
        LoanRefused: it refuses, or a person has to look first.
    """
    told: dict[str, Any] = {
        "rule": rule,
        "facts": facts,
        "decision": decision,
        "centre": centre,
        "business_date": business_date,
        "subject": subject,
        "by": by,
        "on": book.on,
    }
    if not decision.approved:
        raise LoanRefused(**told)
    return record_decision(**told)
