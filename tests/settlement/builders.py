"""Towns with a law, open books and accounts whose history a test writes.

Histories are dated as the test wants them, years back and forth, so rows are written straight
into the books instead of day by day through the counter; the ledger's own service posts them.
"""

import calendar
import datetime as dt
import random
from dataclasses import dataclass, field
from pathlib import Path

from accounts.models import Agreement, ManagedAccount, Member, MemberAccount, MemberEvent
from contributions.models import Coverage, Deposit
from kernel.months import FundYear, Month
from ledger.chart import Code
from ledger.facts import Component
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move
from ledger.queries import balances_by_component, get_ledger_account
from ledger.services import open_books, open_member_account, post
from office.models import Branch, Centre, User
from office.roles import Role
from office.services import create_centre, ensure_system_maker, open_days_until, save_staff
from policy.loader import PACKS
from policy.services import load_policies

READINGS = Path(__file__).parent / "readings"
FIVE = ("bazhong", "liaoning", "lianyungang", "yantai", "kashgar")
OTHERS = ("aged", "fresh", "counted")


@dataclass
class Town:
    """A centre whose accounts a test fills."""

    centre: Centre
    branch: Branch
    system: User
    supervisor: User
    bank: LedgerAccount
    counted: int = 0
    documents: int = 0
    covered: set[tuple[int, dt.date]] = field(default_factory=set)

    def on(self, day: dt.date) -> None:
        open_days_until(centre=self.centre, until=day, by=self.system)

    @property
    def today(self) -> dt.date:
        day = self.centre.business_days.filter(state="OPEN").get()
        return day.date

    def open_account(
        self,
        opened: dt.date,
        *,
        mode: str = "MONTHLY",
        first_time: bool = True,
        category: str = "NONE",
        left_school: dt.date | None = None,
        member: Member | None = None,
        agreed: bool = True,
    ) -> MemberAccount:
        self.counted += 1
        number = f"{self.centre.code[:4]}{self.counted:06d}"
        member = member or Member.objects.create(
            centre=self.centre,
            name="王芳",
            name_key="王芳",
            pinyin="wangfang",
            initials=" wf ",
            birth_date=dt.date(1990, 1, 1),
            sex="F",
            retirement_category="WOMEN_55",
            employment="SELF_EMPLOYED",
            subsidy_category=category,
            left_school_date=left_school,
        )
        flex, unit = (
            open_member_account(
                centre=self.centre, control_code=code, code=f"{code}.{number}", name=member.name
            )
            for code in (Code.FLEX_DEPOSITS, Code.UNIT_DEPOSITS)
        )
        account = MemberAccount.objects.create(
            centre=self.centre,
            branch=self.branch,
            managed_account=ManagedAccount.objects.get(branch=self.branch),
            member=member,
            number=number,
            first_time=first_time,
            opened_date=opened,
            flex_ledger_account=flex,
            unit_ledger_account=unit,
        )
        if agreed:
            self.agree(account, mode, opened, 1)
        return account

    def agree(self, account: MemberAccount, mode: str, signed: dt.date, version: int) -> None:
        Agreement.objects.filter(member_account=account, state="SIGNED").update(state="REPLACED")
        Agreement.objects.create(
            member_account=account,
            version=version,
            mode=mode,
            monthly_amount_fen=50_000,
            signed_date=signed,
            effective_month=signed.replace(day=1),
        )

    def move(
        self,
        account: MemberAccount,
        on: dt.date,
        amount_fen: int,
        component: Component = Component.PRINCIPAL,
        *,
        unit: bool = False,
    ) -> Entry:
        """Book money in (positive) or out (negative) on a value date."""
        self.documents += 1
        line = account.unit_ledger_account if unit else account.flex_ledger_account
        debit, credit = (self.bank, line) if amount_fen > 0 else (line, self.bank)
        return post(
            centre=self.centre,
            key=f"test:{self.documents}",
            kind=Entry.Kind.DEPOSIT if amount_fen > 0 else Entry.Kind.WITHDRAWAL,
            business_date=self.today,
            document_no=f"T{self.documents}",
            maker=self.system,
            moves=[Move(debit, credit, abs(amount_fen), on, component)],
        )

    def deposit(
        self, account: MemberAccount, on: dt.date, amount_fen: int, *months: Month
    ) -> Deposit:
        """Book a contribution and the months it covers that are not covered yet."""
        entry = self.move(account, on, amount_fen)
        deposit = Deposit.objects.create(
            centre=self.centre,
            branch=self.branch,
            number=entry.document_no,
            member_account=account,
            business_date=on,
            amount_fen=amount_fen,
            mode="MONTHLY",
            monthly_amount_fen=50_000,
            months_covered=len(months),
            channel="COUNTER",
            entry=entry,
            made_by=self.system,
        )
        for month in months:
            if (account.pk, month.first_day) not in self.covered:
                self.covered.add((account.pk, month.first_day))
                Coverage.objects.create(
                    member_account=account, month=month.first_day, deposit=deposit, amount_fen=1
                )
        return deposit

    def happen(self, account: MemberAccount, kind: str, on: dt.date) -> None:
        self.documents += 1
        MemberEvent.objects.create(
            member_account=account,
            kind=kind,
            date=on,
            document_no=f"E{self.documents}",
            recorded_by=self.system,
        )

    def close(self, account: MemberAccount, on: dt.date) -> None:
        """Pay everything out and close the account."""
        for unit in (False, True):
            line = account.unit_ledger_account if unit else account.flex_ledger_account
            for component, fen in balances_by_component(line).items():
                if fen:
                    self.move(account, on, -fen, component, unit=unit)
        self.happen(account, "CLOSED", on)
        MemberAccount.objects.filter(pk=account.pk).update(
            state="CLOSED", closed_date=on, close_reason="EXIT"
        )


def make_town(code: str, first_day: dt.date) -> Town:
    load_policies(on=dt.date(2024, 1, 1), roots=(PACKS, READINGS))
    centre = create_centre(
        code=code, name=f"{code}中心", short_name=code, jurisdiction=code, branches={"hall": "大厅"}
    )
    branch = centre.branches.get()
    ManagedAccount.objects.create(centre=centre, branch=branch, number=f"M{code}", name="灵活就业")
    open_books(centre=centre)
    system = ensure_system_maker()
    open_days_until(centre=centre, until=first_day, by=system)
    return Town(
        centre=centre,
        branch=branch,
        system=system,
        supervisor=make_staff(branch, f"{code}-supervisor", Role.SUPERVISOR),
        bank=get_ledger_account(centre, Code.BANK),
    )


def make_staff(branch: Branch, username: str, role: Role) -> User:
    user = User(
        username=username, display_name=username, role=role, centre=branch.centre, branch=branch
    )
    user.set_unusable_password()
    return save_staff(user=user, by=None)


EDGE_DAYS = (1, 10, 15, 28, 30, 31)
STOPS = (
    "WITHDRAWAL",
    "VOLUNTARY_WITHDRAWAL",
    "LOAN_APPLIED",
    "LOAN_DISBURSED",
    "ARREARS",
    "SEALED",
    "EXIT",
)


class Life:
    """One account whose years are made up by chance, never below zero on any day."""

    def __init__(self, town: Town, chance: random.Random, account: MemberAccount) -> None:
        self.town, self.chance, self.account = town, chance, account
        self.regular = chance.random() < 0.6
        self.prepaid_until: Month | None = None

    def live(self, period: FundYear) -> None:
        """Write the movements and events of a fund year in the order of their days."""
        if MemberAccount.objects.get(pk=self.account.pk).state == "CLOSED":
            return
        month = period.first_month
        while month <= period.last_month:
            if month.last_day >= self.account.opened_date:
                self._live_month(month)
            month += 1
        if self.chance.random() < 0.12:
            day = self._day(month - self.chance.randint(1, 12))
            self.town.happen(self.account, self.chance.choice(STOPS), day)
        if self.chance.random() < 0.04:
            self.town.close(self.account, period.last_day)

    def _live_month(self, month: Month) -> None:
        chance = self.chance
        day = self._day(month)
        if chance.random() < (0.98 if self.regular else 0.7):
            covers = [month + n for n in range(chance.choice((1, 1, 1, 3)))]
            self.town.deposit(self.account, day, self._amount(), *covers)
        if chance.random() < 0.05:
            unit = chance.random() < 0.5
            self.town.move(
                self.account,
                self._day(month, day),
                self._amount(),
                Component.TRANSFER_IN,
                unit=unit,
            )
        if chance.random() < 0.06:
            self._take_out(self._day(month, month.last_day))

    def _take_out(self, day: dt.date) -> None:
        unit = self.chance.random() < 0.3
        line = self.account.unit_ledger_account if unit else self.account.flex_ledger_account
        held = {c: fen for c, fen in balances_by_component(line).items() if fen}
        if held:
            component = self.chance.choice(sorted(held))
            most = held[component]
            self.town.move(
                self.account,
                day,
                -self.chance.choice((most, (most + 1) // 2, 1)),
                component,
                unit=unit,
            )

    def _day(self, month: Month, not_before: dt.date | None = None) -> dt.date:
        last = calendar.monthrange(month.year, month.month)[1]
        day = dt.date(month.year, month.month, min(self.chance.choice(EDGE_DAYS), last))
        day = max(day, self.account.opened_date)
        return max(day, not_before) if not_before else day

    def _amount(self) -> int:
        return self.chance.choice((50_000, 50_001, 123_457, 1, 7_140_000, 33_333))


def people_by_chance(town: Town, chance: random.Random, count: int, year: int) -> list[Life]:
    """Open accounts of every kind in ``year`` and the year after."""
    lives = []
    for _ in range(count):
        period = FundYear(year + chance.randint(0, 1))
        opened = chance.choice(
            (
                period.first_day,
                dt.date(period.year - 1, 8, 31),
                dt.date(period.year, 2, 28),
                period.last_day,
                period.first_day + dt.timedelta(days=chance.randint(0, 350)),
            )
        )
        category = chance.choice(("NONE", "GRADUATE", "TALENT"))
        left = dt.date(opened.year - 5, 2, 28) if chance.random() < 0.3 else None
        account = town.open_account(
            opened,
            mode=chance.choice(("MONTHLY", "MONTHLY", "MONTHLY", "QUARTERLY", "FREE")),
            first_time=chance.random() < 0.85,
            category=category,
            left_school=left if category == "GRADUATE" else None,
        )
        lives.append(Life(town, chance, account))
    return lives
