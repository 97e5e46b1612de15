"""A centre at work and people who join it; everything goes through the real services."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from accounts.facts import ContributionMode
from accounts.models import Agreement, MemberAccount, Opening
from accounts.platform import LocalRegisters
from accounts.services import (
    Applicant,
    Terms,
    approve_opening,
    ask_for_opening,
    submit_opening,
)
from kernel.documents import DocumentType, check_digit
from ledger.services import open_books
from office.models import Branch, Centre, User
from office.roles import Role
from office.services import create_centre, ensure_system_maker, open_days_until, save_staff
from policy.loader import PACKS
from tests.law import load_law
from tests.remembered import remembered

DAY = dt.date(2026, 3, 10)
CARD = "6217000010001234567"


def number_of(born: dt.date, place: int, *, male: bool = True, area: str = "653101") -> str:
    """Give a right resident number; ``place`` tells people of one birthday apart."""
    body = f"{area}{born:%Y%m%d}{place * 2 + (1 if male else 0):03d}"
    return body + check_digit(body)


@dataclass
class Stage:
    """A centre with law, books, an open day and staff."""

    centre: Centre
    branch: Branch
    clerk: User
    checker: User
    supervisor: User
    system: User
    day: dt.date
    counted: int = field(default=0)

    def on(self, day: dt.date) -> dt.date:
        """Move the centre's books on to a day."""
        open_days_until(centre=self.centre, until=day, by=self.system)
        self.day = day
        return day

    def colleague(self, username: str, role: Role = Role.CLERK) -> User:
        return make_staff(self.branch, username, role)

    def applicant(self, **changes: Any) -> Applicant:
        """A person without a fault, a new one each time."""
        self.counted += 1
        born = changes.pop("born", dt.date(1990, 1, 1) + dt.timedelta(days=self.counted))
        facts: dict[str, Any] = {
            "name": "买买提·艾力" if self.counted % 2 else "王芳",
            "document_type": DocumentType.RESIDENT_ID,
            "number": number_of(born, self.counted % 400),
            "phone": "13900000001",
            "full_capacity": True,
            "works_in_area": True,
        }
        return Applicant(**{**facts, **changes})

    def ask(self, applicant: Applicant, outside: dict[str, Any] | None = None) -> None:
        """Ask the registers; by default they know nothing against anybody."""
        ask_for_opening(
            centre=self.centre,
            document_type=applicant.document_type,
            number=applicant.number,
            name=applicant.name,
            business_date=self.day,
            by=self.clerk,
            registers=LocalRegisters({applicant.number: outside or {}}),
        )

    def submit(
        self, applicant: Applicant, terms: Terms | None = None, clerk: User | None = None
    ) -> Opening:
        return submit_opening(
            centre=self.centre,
            branch=self.branch,
            applicant=applicant,
            terms=terms or make_terms(),
            business_date=self.day,
            clerk=clerk or self.clerk,
        )

    def approve(self, opening: Opening, by: User | None = None) -> MemberAccount:
        return approve_opening(
            opening=opening,
            digest=opening.digest,
            business_date=self.day,
            by=by or self.checker,
        )

    def open_account(
        self, terms: Terms | None = None, applicant: Applicant | None = None, **changes: Any
    ) -> MemberAccount:
        """Open an account as at the counter: registers, clerk, second person."""
        applicant = applicant or self.applicant(**changes)
        self.ask(applicant)
        return self.approve(self.submit(applicant, terms))


def make_terms(
    mode: ContributionMode | str = ContributionMode.MONTHLY,
    monthly_amount_fen: int | None = 50_000,
    **changes: Any,
) -> Terms:
    facts = {"bank": "中国建设银行", "card": CARD, "debit_day": 10, **changes}
    return Terms(mode=ContributionMode(mode), monthly_amount_fen=monthly_amount_fen, **facts)


def make_staff(branch: Branch | None, username: str, role: Role) -> User:
    user = User(
        username=username,
        display_name=username,
        role=role,
        branch=branch,
        centre=branch.centre if branch else None,
    )
    user.set_password("a-long-password-for-tests")
    return save_staff(user=user, by=None)


@remembered
def make_stage(
    code: str = "kashgar", day: dt.date = DAY, roots: Sequence[Path] = (PACKS,)
) -> Stage:
    """Build a centre at work; the law is loaded once for all centres, from ``roots``."""
    load_law(day, roots)
    centre = create_centre(
        code=code, name=f"{code}中心", short_name=code, jurisdiction=code, branches={"hq": "大厅"}
    )
    branch = centre.branches.get(code="hq")
    system = ensure_system_maker()
    open_books(centre=centre)
    open_days_until(centre=centre, until=day, by=system)
    return Stage(
        centre=centre,
        branch=branch,
        clerk=make_staff(branch, f"{code}-clerk", Role.CLERK),
        checker=make_staff(branch, f"{code}-checker", Role.CHECKER),
        supervisor=make_staff(branch, f"{code}-supervisor", Role.SUPERVISOR),
        system=system,
        day=day,
    )


def forget_clauses(account: MemberAccount) -> None:
    """Leave an account with an agreement whose clauses are not kept, as it came from elsewhere."""
    signed = account.agreements.get()
    Agreement.objects.filter(pk=signed.pk).update(state=Agreement.State.REPLACED)
    Agreement.objects.create(
        member_account=account,
        version=signed.version + 1,
        mode=signed.mode,
        monthly_amount_fen=signed.monthly_amount_fen,
        signed_date=signed.signed_date,
        effective_month=signed.effective_month,
    )
