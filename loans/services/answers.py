"""Asking the registers about everybody who belongs to an application."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.errors import BadField
from accounts.holds import require_not_own
from accounts.households import find_household
from accounts.models import IdentityDocument, MemberAccount, OutsideCheck
from accounts.platform import Registers
from accounts.services import ask_register, enter_check
from kernel.documents import DocumentType
from loans.errors import LoansRefused, WrongLoanState
from loans.models import Loan, LoanApplication, LoanParty
from loans.parties import REGISTERS, find_answer, gather_parties, gather_spouse
from loans.payment_checks import find_platform_answer, list_to_ask
from loans.requests import LoanRequest, check_request
from loans.states import UNPAID_STATES
from office.models import User
from office.services import require_permission


def ask_for_loan(
    *,
    member_account: MemberAccount,
    request: LoanRequest,
    business_date: dt.date,
    by: User,
    registers: Registers | None = None,
) -> list[OutsideCheck]:
    """Ask each register about each person of whom it has not answered of late.

    Call it outside a transaction, before the application is handed in. A form that cannot be right
    and an unknown household ask nothing: handing in says why.

    Raises:
        NotAllowed: the person may not ask.
    """
    draft = LoanApplication(
        member_account=member_account, centre=member_account.centre, business_date=business_date
    )
    try:
        check_request(request)
        household = find_household(member_account.member, business_date)
        parties = gather_parties(draft, request, household)
    except (BadField, LoansRefused):
        return []
    return [
        ask_register(
            centre=party.centre,
            kind=kind,
            purpose=OutsideCheck.Purpose.LOAN,
            document_type=DocumentType(party.document_type),
            number=party.number,
            name=party.name,
            business_date=business_date,
            by=by,
            registers=registers,
        )
        for party in parties
        for kind, _field in REGISTERS
        if _is_to_be_asked(party, kind, business_date)
    ]


def ask_again(
    *, loan: Loan, business_date: dt.date, by: User, registers: Registers | None = None
) -> list[OutsideCheck]:
    """Ask the platform once more about the people of a loan that is signed and not paid out.

    Call it outside a transaction. Of whom it has answered on the day it is not asked again, and
    guarantors are not asked: the payment does not look at them.

    Raises:
        NotAllowed, OwnAccount: the person may not ask, or it is their own loan.
        WrongLoanState: the loan is paid out, or was given up.

    Source: loan.platform_again, loan.platform_again_days.
    """
    require_permission(by, "accounts.check_platform", loan.centre)
    require_not_own(loan.member_account, by)
    if loan.state not in UNPAID_STATES:
        raise WrongLoanState(loan.number, str(loan.get_state_display()))
    asked = []
    for party in list_to_ask(loan):
        last = find_platform_answer(party, business_date)
        if last is not None and last.asked_date == business_date:
            continue
        asked.append(
            ask_register(
                centre=loan.centre,
                kind=OutsideCheck.Kind.PLATFORM,
                purpose=OutsideCheck.Purpose.LOAN,
                document_type=DocumentType(party.document_type),
                number=party.number,
                name=party.name,
                business_date=business_date,
                by=by,
                registers=registers,
            )
        )
    return asked


def enter_loan_answer(
    *,
    member_account: MemberAccount,
    about: str,
    kind: str,
    result: str,
    document_no: str,
    business_date: dt.date,
    by: User,
    name: str = "",
    number: str = "",
) -> OutsideCheck:
    """Enter what a register answered on paper; it counts once a second person has confirmed it.

    Args:
        about: BORROWER, SPOUSE or GUARANTOR; the last by ``name`` and ``number``.
        kind: PLATFORM or CREDIT.

    Raises:
        NotAllowed: the person may not enter answers.
        BadField: the register is unknown, there is no such person, or the paper has no number.
    """
    require_permission(by, LoanApplication.submit_permission, member_account.centre)
    known = [one.value for one, _field in REGISTERS]
    if kind not in known:
        raise BadField("kind", seen=kind or " ", expected=", ".join(known))
    document_type, number, name = _person(member_account, about, number, name, business_date)
    return enter_check(
        centre=member_account.centre,
        kind=kind,
        purpose=OutsideCheck.Purpose.LOAN,
        document_type=document_type,
        number=number,
        name=name,
        result=result,
        document_no=document_no,
        business_date=business_date,
        by=by,
    )


def list_answers(
    member_account: MemberAccount, business_date: dt.date
) -> list[tuple[str, str, OutsideCheck | None]]:
    """List (name, register, latest answer that can still be used) of borrower and spouse."""
    people = [_person(member_account, "BORROWER", "", "", business_date)]
    if find_household(member_account.member, business_date).marriage is not None:
        people.append(_person(member_account, "SPOUSE", "", "", business_date))
    return [
        (name, str(kind.label), find_answer(member_account.centre, number, kind, business_date))
        for _type, number, name in people
        for kind, _field in REGISTERS
    ]


def _is_to_be_asked(party: LoanParty, kind: str, business_date: dt.date) -> bool:
    """Tell whether asking helps: not while an answer is there, or waits for its second person."""
    found = find_answer(party.centre, party.number, kind, business_date)
    if found is None:
        return True
    pending = found.result == OutsideCheck.Result.PENDING
    return pending and found.channel == OutsideCheck.Channel.ADAPTER


def _person(
    account: MemberAccount, about: str, number: str, name: str, on: dt.date
) -> tuple[DocumentType, str, str]:
    """Give kind and number of the paper, and the name, of who is asked about."""
    if about == "GUARANTOR":
        return DocumentType.RESIDENT_ID, number, name
    member = account.member
    household = find_household(member, on)
    if about == "SPOUSE":
        if household.marriage is None:
            expected = _("BORROWER or GUARANTOR: no marriage is on record")
            raise BadField("about", seen=about, expected=expected)
        draft = LoanApplication(member_account=account, centre=account.centre, business_date=on)
        spouse = gather_spouse(draft, household)
        return DocumentType(spouse.document_type), spouse.number, spouse.name
    paper = IdentityDocument.objects.get(member=member, is_current=True)
    return DocumentType(paper.document_type), paper.number, member.name
