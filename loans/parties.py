"""Who belongs to an application: borrower, spouse, guarantors, each with the registers' answers."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts.errors import OwnAccount
from accounts.holds import require_not_own
from accounts.households import HouseholdOnRecord, HouseholdState
from accounts.models import IdentityDocument, MemberAccount, OutsideCheck
from accounts.platform import FRESH_DAYS
from accounts.queries import find_member_by_number
from accounts.services.checks import read_number
from accounts.services.intake import fresh_since
from kernel.documents import DocumentType
from loans.applying import find_other_spouse, open_account_of, standing_parties
from loans.errors import AlreadyApplies, AnswerMissing, HouseholdUnknown, SpouseUntold
from loans.facts import PartyRole
from loans.models import HOUSEHOLD_ROLES, LoanApplication, LoanParty
from loans.requests import CreditRecord, GuarantorNamed, LoanRequest
from loans.states import OPEN_STATES
from office.fields import blind_index
from office.models import Centre, User

_BORROW = (PartyRole.BORROWER, PartyRole.CO_BORROWER)
_CLEAN = CreditRecord()
REGISTERS = (
    (OutsideCheck.Kind.PLATFORM, "platform_check"),
    (OutsideCheck.Kind.CREDIT, "credit_check"),
)


def gather_parties(
    application: LoanApplication, request: LoanRequest, household: HouseholdOnRecord
) -> list[LoanParty]:
    """Name the people of an application: borrower, spouse by the register, guarantors.

    Raises:
        HouseholdUnknown: neither a marriage nor a declaration is on record.
        SpouseUntold: the spouse's paper tells neither birth nor sex.
        AlreadyApplies: a guarantor belongs to the household.
    """
    member = application.member_account.member
    if household.state == HouseholdState.UNKNOWN:
        raise HouseholdUnknown(member.name)
    paper = IdentityDocument.objects.get(member=member, is_current=True)
    parties = [_of_paper(application, paper, PartyRole.BORROWER, request.own_record)]
    if household.state == HouseholdState.MARRIED:
        role = PartyRole.CO_BORROWER if request.spouse_borrows else PartyRole.SPOUSE
        parties.append(gather_spouse(application, household, role, request.spouse_record))
    for guarantor in request.guarantors:
        named = _guarantor(application, guarantor)
        if any(_same(named, party) for party in parties):
            raise AlreadyApplies(named.name, _("this application"))
        parties.append(named)
    return parties


def _same(one: LoanParty, other: LoanParty) -> bool:
    known = one.member_id is not None and one.member_id == other.member_id
    return known or one.person_index == other.person_index


def _of_paper(
    application: LoanApplication,
    paper: IdentityDocument,
    role: PartyRole,
    record: CreditRecord,
) -> LoanParty:
    return LoanParty(
        application=application,
        centre=application.centre,
        role=role.value,
        name=paper.member.name,
        document_type=paper.document_type,
        number=paper.number,
        person_index=paper.number_index,
        member=paper.member,
        overdue_in_a_row=record.overdue_in_a_row,
        overdue_total=record.overdue_total,
    )


def gather_spouse(
    application: LoanApplication,
    household: HouseholdOnRecord,
    role: PartyRole = PartyRole.SPOUSE,
    record: CreditRecord = _CLEAN,
) -> LoanParty:
    """Name the spouse of the borrower as the register has them.

    Raises:
        SpouseUntold: without an account, and the paper tells neither birth nor sex.
    """
    assert household.marriage is not None  # the register says married
    other = find_other_spouse(application.member_account.member, household.marriage.pk)
    member = household.spouse or other.member
    if member is not None:
        paper = IdentityDocument.objects.get(member=member, is_current=True)
        return _of_paper(application, paper, role, record)
    told = other.record
    if told.spouse_document_type == DocumentType.FOREIGN_PERMANENT_RESIDENT_ID and (
        not told.spouse_number[:1].isdigit()
    ):
        raise SpouseUntold(told.spouse_name)
    return LoanParty(
        application=application,
        centre=application.centre,
        role=role.value,
        name=told.spouse_name,
        document_type=told.spouse_document_type,
        number=told.spouse_number,
        person_index=told.spouse_index,
        overdue_in_a_row=record.overdue_in_a_row,
        overdue_total=record.overdue_total,
    )


def _guarantor(application: LoanApplication, named: GuarantorNamed) -> LoanParty:
    number = read_number(DocumentType(named.document_type), named.number)
    member = find_member_by_number(application.centre, number)
    return LoanParty(
        application=application,
        centre=application.centre,
        role=PartyRole.GUARANTOR.value,
        name=member.name if member else named.name.strip(),
        document_type=named.document_type,
        number=number,
        person_index=blind_index(number),
        member=member,
    )


def find_answer(
    centre: Centre, number: str, kind: str, business_date: dt.date
) -> OutsideCheck | None:
    """Find the latest fresh answer about a person for a loan that no application has used.

    Args:
        number: of the person's paper.
    """
    return (
        OutsideCheck.objects.filter(
            centre=centre,
            number_index=blind_index(number),
            kind=kind,
            purpose=OutsideCheck.Purpose.LOAN,
            asked_date__gte=fresh_since(business_date),
            asked_date__lte=business_date,
            loan_party__isnull=True,
            loan_party_credit__isnull=True,
        )
        .order_by("-id")
        .first()
    )


def take_answers(parties: list[LoanParty], business_date: dt.date) -> None:
    """Tie each person to the latest answer of each register; only PASS and FAIL are answers.

    Raises:
        AnswerMissing: naming each person and register that has none, and what to do.

    Source: loan.platform_check, loan.not_dishonest.
    """
    lacking = []
    for party in parties:
        for kind, field in REGISTERS:
            found = find_answer(party.centre, party.number, kind, business_date)
            if found is None or found.result == OutsideCheck.Result.PENDING:
                lacking.append(_lacks(party, str(kind.label), found))
            setattr(party, field, found)
    if lacking:
        raise AnswerMissing(lacking)


def _lacks(party: LoanParty, register: str, found: OutsideCheck | None) -> str:
    told = {"name": party.name, "register": register, "days": FRESH_DAYS}
    if found is None:
        return (
            _(
                "%(name)s, %(register)s: there is no unused answer of the last %(days)s days for "
                "a loan. Ask again."
            )
            % told
        )
    if found.channel == OutsideCheck.Channel.MANUAL:
        return (
            _(
                "%(name)s, %(register)s: the answer entered from a document waits for a second "
                "person, who finds it in the inbox."
            )
            % told
        )
    return (
        _(
            "%(name)s, %(register)s: no answer yet. Ask again later, or enter the answer from a "
            "document."
        )
        % told
    )


def require_no_own(parties: list[LoanParty], account: MemberAccount, user: User) -> None:
    """Refuse whoever belongs to the application, or is married to somebody who does.

    Raises:
        OwnAccount: naming the borrower's account.
    """
    require_not_own(account, user)
    for party in parties:
        if user.person_index and user.person_index == party.person_index:
            raise OwnAccount(account.number)
        theirs = open_account_of(party.member)
        if theirs is not None:
            require_not_own(theirs, user)


def require_unbound(parties: list[LoanParty]) -> None:
    """Refuse people of a household that waits for another loan; a loan that runs is decided on.

    Raises:
        AlreadyApplies: naming the application that stands.
    """
    for party in parties:
        if party.role not in HOUSEHOLD_ROLES:
            continue
        standing = standing_parties(party).exclude(application__loan__state__in=[*OPEN_STATES])
        number = standing.values_list("application__number", flat=True).first()
        if number is not None:
            raise AlreadyApplies(party.name, number)


def name_standing(parties: list[LoanParty]) -> AlreadyApplies:
    """Say who of a household is bound already and by what, after the database refused them."""
    for party in parties:
        number = standing_parties(party).values_list("application__number", flat=True).first()
        if number is not None:
            return AlreadyApplies(party.name, number)
    return AlreadyApplies(parties[0].name, "–")


def accounts_of(parties: list[LoanParty]) -> list[MemberAccount]:
    """List the accounts, not closed, of those who borrow."""
    found: list[MemberAccount] = []
    for party in parties:
        if party.member is not None and party.role in _BORROW:
            rows = party.member.member_accounts.exclude(state=MemberAccount.State.CLOSED)
            found += rows.order_by("pk")
    return found
