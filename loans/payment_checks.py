"""What books and registers know of a loan on the day it is to be paid; read only."""

import datetime as dt

from accounts.holds import find_ban_end, running_freezes, standing_ties
from accounts.households import HouseholdState, find_household, person_indexes
from accounts.models import MemberEvent, OutsideCheck
from ledger.chart import Code
from ledger.queries import get_balance_fen, get_ledger_account
from loans.contract_facts import PayeeKind, PaymentFacts, PaymentParty
from loans.facts import (
    FundIndicatorsFacts,
    LoanState,
    PartyRole,
    Product,
    Purpose,
    SecurityKind,
)
from loans.models import Disbursement, Loan, LoanParty, LoanSecurity
from office.models import Centre


def payment_facts(loan: Loan, payee: PayeeKind, on: dt.date) -> PaymentFacts:
    """Gather what the rule is told; call it under the locks of account and loan."""
    application = loan.application
    security = find_security(loan)
    return PaymentFacts(
        paid_on=on,
        principal=loan.principal_fen,
        product=Product(application.product),
        purpose=Purpose(application.purpose),
        payee=payee,
        security=SecurityKind(security.kind) if security else None,
        household_unchanged=is_household_unchanged(loan, on),
        frozen=running_freezes(loan.member_account, on).exists(),
        parties=tuple(_party(loan, party, on) for party in application.parties.order_by("pk")),
    )


def find_security(loan: Loan) -> LoanSecurity | None:
    """Find a registered security of a loan that was not released."""
    bound = LoanSecurity.objects.filter(
        loan=loan, state=LoanSecurity.State.APPROVED, released_date__isnull=True
    )
    return bound.order_by("id").first()


def is_household_unchanged(loan: Loan, on: dt.date) -> bool:
    """Tell whether the borrower's spouse of a day is the one the application names, or none is.

    A marriage since then brings a person whose loans nobody has looked at.
    """
    application = loan.application
    member = loan.member_account.member
    now = find_household(member, on)
    if now.state != HouseholdState.MARRIED or now.marriage is None:
        return not application.parties.filter(role=PartyRole.SPOUSE.value).exists()
    mine = person_indexes(member)
    spouse = now.marriage.spouses.exclude(person_index__in=mine).exclude(member=member)
    indexes = list(spouse.values_list("person_index", flat=True))
    if now.spouse is not None:
        indexes += person_indexes(now.spouse)
    return application.parties.filter(person_index__in=indexes).exists()


def _party(loan: Loan, party: LoanParty, on: dt.date) -> PaymentParty:
    guarantor = party.role == PartyRole.GUARANTOR
    answer = None if guarantor else find_platform_answer(party, on)
    return PaymentParty(
        role=PartyRole(party.role),
        is_guarantor=guarantor,
        banned_until=find_ban_end(party.member, on) if party.member else None,
        other_loan=not guarantor and _has_other_loan(loan, party),
        platform=None if answer is None else answer.result == OutsideCheck.Result.PASS,
        platform_on=None if answer is None else answer.asked_date,
    )


def _has_other_loan(loan: Loan, party: LoanParty) -> bool:
    """Tell whether a person carries a loan other than this one."""
    if party.member is None:
        return False
    ties = standing_ties(MemberEvent.Kind.LOAN_DISBURSED)
    number = loan.application.number
    others = ties.filter(member_account__member=party.member)
    return others.exclude(document_no=number).exclude(document_no__startswith=f"{number}-").exists()


def find_platform_answer(party: LoanParty, on: dt.date) -> OutsideCheck | None:
    """Find what the platform answered last about loans of a person, however long ago."""
    return (
        OutsideCheck.objects.filter(
            centre=party.centre_id,
            number_index=party.person_index,
            kind=OutsideCheck.Kind.PLATFORM,
            purpose=OutsideCheck.Purpose.LOAN,
            asked_date__lte=on,
        )
        .exclude(result=OutsideCheck.Result.PENDING)
        .order_by("-id")
        .first()
    )


def list_to_ask(loan: Loan) -> list[LoanParty]:
    """List the people of whom the platform is asked once more before the loan is paid out."""
    return list(loan.application.parties.exclude(role=PartyRole.GUARANTOR.value).order_by("pk"))


def fund_facts(centre: Centre, more_fen: int = 0) -> FundIndicatorsFacts:
    """Gather the balances of the fund from the books.

    Args:
        more_fen: loans that are to be paid now, which count as if they were out.
    """

    def balance(*codes: Code) -> int:
        return sum(get_balance_fen(get_ledger_account(centre, code)) for code in codes)

    overdue_fen = balance(Code.OVERDUE_LOANS)
    lent_fen = balance(Code.TRUST_LOANS) + overdue_fen + more_fen
    flexible_fen = balance(Code.FLEX_DEPOSITS)
    # All loans of these books are loans of flexible members; employees' loans are not kept here.
    return FundIndicatorsFacts(
        loan_balance=lent_fen,
        contribution_balance=flexible_fen + balance(Code.UNIT_DEPOSITS),
        flexible_loan_balance=lent_fen,
        flexible_contribution_balance=flexible_fen,
        overdue_amount=overdue_fen,
    )


def paid_on_fen(centre: Centre, on: dt.date) -> int:
    """Sum the payments of a day, those that wait for the second person included, in fen."""
    rows = Disbursement.objects.filter(
        centre=centre,
        business_date=on,
        state__in=["SUBMITTED", "APPROVED"],
        undone_date__isnull=True,
    )
    return sum(rows.values_list("amount_fen", flat=True))


def waiting_fen(centre: Centre) -> int:
    """Sum the payments that wait for the second person, in fen."""
    rows = Disbursement.objects.filter(centre=centre, state="SUBMITTED")
    return sum(rows.values_list("amount_fen", flat=True))


def list_queue(centre: Centre) -> list[Loan]:
    """List the loans in the queue, in the order in which their applications were accepted."""
    rows = Loan.objects.filter(centre=centre, state=LoanState.QUEUED.value)
    related = rows.select_related("application", "member_account__member")
    return list(related.order_by("application__business_date", "application_id"))


def list_secured(centre: Centre) -> list[Loan]:
    """List the loans whose payment is all that is missing, in the order of acceptance."""
    rows = Loan.objects.filter(centre=centre, state=LoanState.SECURED.value)
    related = rows.select_related("application", "member_account__member")
    return list(related.order_by("application__business_date", "application_id"))


def place_in_queue(loan: Loan) -> int:
    """Count the place a loan has, or would have, in the queue; 1 is first in line."""
    key = (loan.application.business_date, loan.application_id)
    ahead = [
        one
        for one in list_queue(loan.centre)
        if one.pk != loan.pk and (one.application.business_date, one.application_id) < key
    ]
    return len(ahead) + 1
