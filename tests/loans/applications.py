"""People who save and then apply for a loan: builders for applications and their reviews."""

import datetime as dt
from typing import Any

from accounts.models import MemberAccount, OutsideCheck
from accounts.platform import LocalRegisters, NoRegisters
from accounts.queries import find_household
from accounts.services import ask_register
from contributions.services import receive_deposit
from kernel.documents import DocumentType
from loans.models import LoanApplication
from loans.requests import LoanRequest
from loans.services import pass_review, submit_loan_application
from office.models import User
from office.roles import Role
from tests.accounts.builders import Stage, make_staff, make_stage, make_terms
from tests.accounts.households import record_household

OPENED = dt.date(2025, 1, 10)
APPLIED = dt.date(2026, 1, 31)
PAPER = DocumentType.RESIDENT_ID


def make_saver(
    monthly_fen: int = 150_000, *, months: int = 12, day: dt.date = APPLIED, **person: Any
) -> tuple[Stage, MemberAccount]:
    """Open Kashgar with a single member who paid months at once a year before; ready to apply."""
    stage = make_stage("kashgar", OPENED)
    account = add_saver(stage, monthly_fen, months=months, **person)
    stage.on(day)
    be_single(stage, account)
    answer(stage, account)
    return stage, account


def add_saver(
    stage: Stage, monthly_fen: int = 150_000, *, months: int = 12, **person: Any
) -> MemberAccount:
    """Open an account and pay months ahead: up to June now, the others in the next July."""
    person.setdefault("born", dt.date(1986, 1, 31))
    account = stage.open_account(make_terms("FREE", monthly_fen), **person)
    until_june = (6 - stage.day.month) % 12 + 1
    pay(stage, account, monthly_fen * min(months, until_june))
    if months > until_june:
        stage.on(dt.date(stage.day.year, 7, 10))
        pay(stage, account, monthly_fen * (months - until_june))
    return account


def pay(stage: Stage, account: MemberAccount, fen: int) -> None:
    """Pay a sum in on the open day."""
    receive_deposit(
        member_account=account,
        amount_fen=fen,
        business_date=stage.day,
        document_no=f"R-{account.number}-{stage.day}",
        clerk=stage.clerk,
    )


def be_single(stage: Stage, account: MemberAccount) -> None:
    """Put a signed declaration on record where nothing is."""
    if find_household(account.member, stage.day).state == "UNKNOWN":
        record_household(stage, account.member, "UNMARRIED", evidence_no=f"单{account.number}")


def answer(stage: Stage, account: MemberAccount, **says: str | None) -> list[OutsideCheck]:
    """Ask both registers about a member; by default they know nothing against them.

    Args:
        says: PLATFORM or CREDIT and what it answers; None = it stays silent.
    """
    paper = account.member.documents.get(is_current=True)
    return answer_about(stage, paper.number, account.member.name, **says)


def answer_about(stage: Stage, number: str, name: str, **says: str | None) -> list[OutsideCheck]:
    """Ask both registers about a person by the number of the paper."""
    return [
        ask_register(
            centre=stage.centre,
            kind=kind,
            purpose="LOAN",
            document_type=PAPER,
            number=number,
            name=name,
            business_date=stage.day,
            by=stage.clerk,
            registers=NoRegisters()
            if says.get(kind, "PASS") is None
            else LocalRegisters({number: {kind: says.get(kind, "PASS")}}),
        )
        for kind in ("PLATFORM", "CREDIT")
    ]


def request(**changes: Any) -> LoanRequest:
    """Ask for 200,000 yuan over 25 years for a home of a million, without a fault."""
    facts: dict[str, Any] = {
        "product": "FUND",
        "purpose": "NEW_HOME",
        "asked_fen": 20_000_000,
        "term_months": 300,
        "method": "LEVEL_PAYMENT",
        "home_number": 1,
        "price_fen": 100_000_000,
        "area_centi": 9_050,
        "address": "人民路1号2幢301",
        "purchase_date": dt.date(2025, 12, 1),
        "purchase_no": "购2025-1201",
        "family_income_fen": 2_000_000,
        "security": "MORTGAGE",
        "security_note": "所购住房",
    }
    return LoanRequest(**{**facts, **changes})


def apply(stage: Stage, account: MemberAccount, **changes: Any) -> LoanApplication:
    """Hand an application in."""
    clerk = changes.pop("clerk", stage.clerk)
    return submit_loan_application(
        member_account=account,
        request=request(**changes),
        business_date=stage.day,
        clerk=clerk,
    )


def reviewers(stage: Stage) -> list[User]:
    """Give the people of all looks, in their order: two checkers, two supervisors."""
    second = _person(stage, "checker-2", Role.CHECKER)
    third = _person(stage, "supervisor-2", Role.SUPERVISOR)
    return [stage.checker, second, stage.supervisor, third]


def _person(stage: Stage, name: str, role: Role) -> User:
    username = f"{stage.centre.code}-{name}"
    known = User.objects.filter(username=username).first()
    return known or make_staff(stage.branch, username, role)


def look(stage: Stage, application: LoanApplication, by: User) -> LoanApplication:
    """Pass one look."""
    return pass_review(
        application=application, digest=application.digest, business_date=stage.day, by=by
    )


def grant(stage: Stage, application: LoanApplication) -> LoanApplication:
    """Pass all looks."""
    for person in reviewers(stage):
        if application.state == "SUBMITTED":
            application = look(stage, application, person)
    return application


def codes(refused: Any) -> list[str]:
    """Give the codes of what is not met."""
    return [reason.code for reason in refused.value.decision.reasons if not reason.met]


def unset_keys(refused: Any) -> set[str]:
    """Give the keys that a refusal names as unset."""
    return {
        str(reason.params["key"])
        for reason in refused.value.decision.reasons
        if reason.code == "parameter_unset"
    }
