"""Towns with a law, open books and accounts whose history a test writes.

Histories are dated as the test wants them, years back and forth, so rows are written straight
into the books instead of day by day through the counter.
"""

import calendar
import datetime as dt
import random
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import F

from accounts.models import Agreement, ManagedAccount, Member, MemberAccount, MemberEvent
from contributions.models import Coverage, Deposit
from kernel.months import FundYear, Month
from ledger.chart import Code
from ledger.facts import Component
from ledger.models import Entry, LedgerAccount, Posting
from ledger.postings import Move
from ledger.queries import balances_by_component, get_ledger_account
from ledger.services import open_books, open_member_account
from office.models import Branch, Centre, User
from office.roles import Role
from office.services import create_centre, ensure_system_maker, open_days_until, save_staff
from policy.loader import PACKS
from tests.law import load_law

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
    batching: bool = False
    moves: list[Move[LedgerAccount]] = field(default_factory=list)
    paid: list[tuple[int, str, MemberAccount, dt.date, int, list[dt.date]]] = field(
        default_factory=list
    )
    balances: dict[int, dict[Component, int]] = field(default_factory=dict)

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
    ) -> str:
        """Book money in (positive) or out (negative) on a value date, now or with the batch."""
        self.documents += 1
        line = account.unit_ledger_account if unit else account.flex_ledger_account
        debit, credit = (self.bank, line) if amount_fen > 0 else (line, self.bank)
        self.moves.append(Move(debit, credit, abs(amount_fen), on, component))
        held = self.held(account, unit)
        held[component] = held.get(component, 0) + amount_fen
        if not self.batching:
            self.flush()
        return f"T{self.documents}"

    def held(self, account: MemberAccount, unit: bool) -> dict[Component, int]:
        """What a line holds of each component, the batch included."""
        line = account.unit_ledger_account if unit else account.flex_ledger_account
        if line.pk not in self.balances:
            self.balances[line.pk] = balances_by_component(line)
        return self.balances[line.pk]

    def deposit(self, account: MemberAccount, on: dt.date, amount_fen: int, *months: Month) -> None:
        """Book a contribution and the months it covers that are not covered yet."""
        new = [m.first_day for m in months if (account.pk, m.first_day) not in self.covered]
        self.covered |= {(account.pk, month) for month in new}
        batching, self.batching = self.batching, True
        number = self.move(account, on, amount_fen)
        self.paid.append((len(self.moves) - 1, number, account, on, amount_fen, new))
        self.batching = batching
        if not batching:
            self.flush()

    def flush(self) -> None:
        """Write what the batch holds: an entry per move, deposits and their months."""
        first = self.documents - len(self.moves) + 1
        entries = Entry.objects.bulk_create(
            Entry(
                centre=self.centre,
                business_date=self.today,
                kind="DEPOSIT" if move.debit == self.bank else "WITHDRAWAL",
                key=f"test:{first + place}",
                document_no=f"T{first + place}",
                maker=self.system,
            )
            for place, move in enumerate(self.moves)
        )
        Posting.objects.bulk_create(
            Posting(
                entry=entry,
                seq=1,
                debit=move.debit,
                credit=move.credit,
                amount_fen=move.amount_fen,
                component=move.component.value,
                value_date=move.value_date,
            )
            for entry, move in zip(entries, self.moves, strict=True)
        )
        sums: dict[int, list[int]] = {}
        for move in self.moves:
            line, side = (move.credit, 1) if move.debit == self.bank else (move.debit, 0)
            sums.setdefault(line.pk, [0, 0])[side] += move.amount_fen
        for pk, (debits, credits) in sums.items():
            LedgerAccount.objects.filter(pk=pk).update(
                debits_fen=F("debits_fen") + debits, credits_fen=F("credits_fen") + credits
            )
        deposits = Deposit.objects.bulk_create(
            Deposit(
                centre=self.centre,
                branch=self.branch,
                number=number,
                member_account=account,
                business_date=on,
                amount_fen=amount_fen,
                mode="MONTHLY",
                monthly_amount_fen=50_000,
                months_covered=len(months),
                channel="COUNTER",
                entry=entries[place],
                made_by=self.system,
            )
            for place, number, account, on, amount_fen, months in self.paid
        )
        Coverage.objects.bulk_create(
            Coverage(member_account=paid[2], month=month, deposit=deposit, amount_fen=1)
            for deposit, paid in zip(deposits, self.paid, strict=True)
            for month in paid[5]
        )
        self.moves, self.paid = [], []

    def spoil_the_books(self, account: MemberAccount) -> None:
        """Make a running total wrong, as only a fault or a forger could."""
        LedgerAccount.objects.filter(pk=account.flex_ledger_account_id).update(credits_fen=1)

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
            for component, fen in list(self.held(account, unit).items()):
                if fen:
                    self.move(account, on, -fen, component, unit=unit)
        self.flush()
        self.happen(account, "CLOSED", on)
        MemberAccount.objects.filter(pk=account.pk).update(
            state="CLOSED", closed_date=on, close_reason="EXIT"
        )


def make_town(code: str, first_day: dt.date) -> Town:
    load_law(dt.date(2024, 1, 1), roots=(PACKS, READINGS))
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
        self.closed = False

    def live(self, period: FundYear) -> None:
        """Write the movements and events of a fund year in the order of their days."""
        if self.closed:
            return
        self.live_months(period.first_month, period.last_month)
        month = period.last_month + 1
        if self.chance.random() < 0.12:
            day = self._day(month - self.chance.randint(1, 12))
            self.town.happen(self.account, self.chance.choice(STOPS), day)
        if self.chance.random() < 0.04:
            self.town.close(self.account, period.last_day)
            self.closed = True

    def live_months(self, month: Month, last: Month) -> None:
        """Write the movements of some months, both ends included."""
        while month <= last:
            if month.last_day >= self.account.opened_date:
                self._live_month(month)
            month += 1

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
        held = {c: fen for c, fen in self.town.held(self.account, unit).items() if fen}
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
