"""Synthetic accounts with a year of movements, to see how the work scales.

Everything about account ``serial`` follows from the seed and the serial, in whole numbers, so the
same seed gives the same books on both databases. People are written in batches through the
models, the year's movements day by day in a few set-based statements (see ``portfolio_sql``).
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import (
    Agreement,
    IdentityDocument,
    ManagedAccount,
    Member,
    MemberAccount,
    MemberEvent,
)
from kernel.documents import DocumentType, check_digit
from kernel.months import FundYear
from kernel.names import full_pinyin, pinyin_keys
from ledger.chart import Code
from ledger.queries import get_ledger_account
from ledger.services import open_books, open_member_accounts
from office.fields import blind_index
from office.models import Branch, Centre, User
from office.queries import find_last_day
from office.roles import BUSINESS_ROLES, Role
from office.services import (
    audit,
    create_centre,
    ensure_system_maker,
    open_day,
    open_days_until,
    save_staff,
)
from policy.queries import open_book
from settlement import portfolio_sql
from settlement.bulk import refresh_statistics
from settlement.portfolio_sql import MIX, PAY_DAYS, PRIME, Batch

PEOPLE_AT_ONCE = 2_000
# While the tables are still small, each pay day changes their proportions.
_STEPS_WITH_NEW_STATISTICS = 2
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚辉玲桂英华建国文斌波宁倩"
_AREAS = {
    "bazhong": "511902",
    "liaoning": "210102",
    "lianyungang": "320706",
    "yantai": "370602",
    "kashgar": "653101",
}
_NAMES = {
    "bazhong": ("巴中市住房公积金管理中心", "巴中"),
    "liaoning": ("辽宁示范市住房公积金管理中心", "辽宁示范市"),
    "lianyungang": ("连云港市住房公积金管理中心", "连云港"),
    "yantai": ("烟台市住房公积金管理中心", "烟台"),
    "kashgar": ("喀什地区住房公积金管理中心", "喀什"),
}


class BooksTooLate(Exception):
    """The centre's books stand past the year's beginning, or hold this seed in another size."""


@dataclass(frozen=True, slots=True)
class Generated:
    """What was generated, and what had been there."""

    centre: str
    year: int
    accounts: int
    added: int
    movements: int

    def as_dict(self) -> dict[str, object]:
        """Give it as the command prints it."""
        return {
            "centre": self.centre,
            "year": self.year,
            "accounts": self.accounts,
            "added": self.added,
            "movements": self.movements,
        }


def generate(*, centre_code: str, accounts: int, seed: int, today: dt.date) -> Generated:
    """Write the portfolio, all of it or nothing; the same call again adds nothing.

    Args:
        accounts: how many member accounts, one to ten million.
        seed: zero to 9,999; each seed is a portfolio of its own.
        today: chooses the fund year, the last one that has ended.

    Raises:
        BooksTooLate: the centre has business days after the year's first, or the seed was used
            for another number of accounts.
    """
    fund_year = FundYear.of(today)
    year = fund_year.year if today >= fund_year.last_day else fund_year.year - 1
    with transaction.atomic():
        centre, branch = _centre(centre_code)
        found = MemberAccount.objects.filter(
            centre=centre, number__startswith=_prefix(centre, seed)
        ).count()
        if found:
            if found != accounts:
                raise BooksTooLate(
                    gettext("--accounts: seed %(seed)s has %(found)s accounts here already.")
                    % {"seed": seed, "found": found}
                )
            return Generated(centre.code, year, found, 0, 0)
        return _write(centre, branch, accounts, seed, FundYear(year))


def _write(centre: Centre, branch: Branch, accounts: int, seed: int, period: FundYear) -> Generated:
    _require_free(centre, period)
    maker = ensure_system_maker()
    _staff(centre, branch)
    open_books(centre=centre)
    open_day(centre=centre, date=period.first_day, by=maker)
    managed, _ = ManagedAccount.objects.get_or_create(
        branch=branch,
        defaults={
            "centre": centre,
            "number": f"M{centre.pk:04d}{branch.pk:06d}",
            "name": "灵活就业",
        },
    )
    modes = open_book(centre.code, period.first_day).choices("contribution.modes")
    for serials in _batches(accounts):
        _people(centre, branch, managed, maker, seed, serials, period, modes)
    batch = Batch(
        centre=centre.pk,
        branch=branch.pk,
        maker=maker.pk,
        bank=get_ledger_account(centre, Code.BANK).pk,
        prefix=_prefix(centre, seed),
        seed=seed,
    )
    movements = _movements(centre, batch, maker, period)
    audit(
        actor=maker,
        action="settlement.generate_portfolio",
        centre=centre,
        after={"accounts": accounts, "seed": seed, "year": period.year},
    )
    return Generated(centre.code, period.year, accounts, accounts, movements)


def _movements(centre: Centre, batch: Batch, maker: User, period: FundYear) -> int:
    """Walk through the year: pay days month by month, and one day of transfers."""
    movements = 0
    transfer_date = dt.date(period.first_day.year, 8, 20)
    for step in range(12):
        month = period.first_month + step
        for slot, day_of_month in enumerate(PAY_DAYS):
            day = dt.date(month.year, month.month, day_of_month)
            open_days_until(centre=centre, until=day, by=maker)
            if step < _STEPS_WITH_NEW_STATISTICS:
                refresh_statistics()
            movements += portfolio_sql.pay(batch, day, slot, step)
            if day == transfer_date:
                movements += portfolio_sql.transfer_in(batch, day)
    open_days_until(centre=centre, until=period.last_day, by=maker)
    _events(centre, batch, maker, period)
    return movements


def _events(centre: Centre, batch: Batch, maker: User, period: FundYear) -> None:
    """Let some members borrow: what stops a subsidy."""
    date = dt.date(period.year, 3, 15)
    numbers = MemberAccount.objects.filter(centre=centre, number__startswith=batch.prefix)
    rows = (
        MemberEvent(
            member_account_id=pk,
            kind=MemberEvent.Kind.LOAN_DISBURSED,
            date=date,
            document_no=f"LN-{number}",
            recorded_by=maker,
        )
        for pk, number in numbers.order_by("pk").values_list("pk", "number").iterator()
        if mixed(batch.seed, int(number[len(batch.prefix) :])) % 29 == 0
    )
    MemberEvent.objects.bulk_create(rows, batch_size=1_000)


def _people(
    centre: Centre,
    branch: Branch,
    managed: ManagedAccount,
    maker: User,
    seed: int,
    serials: range,
    period: FundYear,
    modes: tuple[str, ...],
) -> None:
    """Write one batch of members with their papers, lines, accounts and agreements."""
    people = [_person(centre, seed, serial) for serial in serials]
    members = Member.objects.bulk_create(person.member for person in people)
    IdentityDocument.objects.bulk_create(
        IdentityDocument(
            member=member,
            centre=centre,
            document_type=DocumentType.RESIDENT_ID.value,
            number=person.number,
            number_index=blind_index(person.number),
            recorded_date=period.first_day,
        )
        for person, member in zip(people, members, strict=True)
    )
    numbers = [f"{_prefix(centre, seed)}{serial:08d}" for serial in serials]
    flex, unit = (
        open_member_accounts(
            centre=centre,
            control_code=control,
            lines=[
                (f"{control}.{number}", member.name)
                for number, member in zip(numbers, members, strict=True)
            ],
        )
        for control in (Code.FLEX_DEPOSITS, Code.UNIT_DEPOSITS)
    )
    rows = MemberAccount.objects.bulk_create(
        MemberAccount(
            centre=centre,
            branch=branch,
            managed_account=managed,
            member=members[place],
            number=numbers[place],
            first_time=mixed(seed, serial) % 6 != 0,
            opened_date=_opened(seed, serial, period),
            flex_ledger_account=flex[place],
            unit_ledger_account=unit[place],
        )
        for place, serial in enumerate(serials)
    )
    _agreements(rows, maker, seed, serials, modes)


def _agreements(
    rows: list[MemberAccount], maker: User, seed: int, serials: range, modes: tuple[str, ...]
) -> None:
    Agreement.objects.bulk_create(
        Agreement(
            member_account=account,
            version=1,
            mode=_mode(modes, mixed(seed, serial)),
            monthly_amount_fen=30_000 + 1_000 * (mixed(seed, serial) // 64 % 120),
            signed_date=account.opened_date,
            effective_month=account.opened_date.replace(day=1),
        )
        for account, serial in zip(rows, serials, strict=True)
    )
    MemberEvent.objects.bulk_create(
        MemberEvent(
            member_account=account,
            kind=MemberEvent.Kind.OPENED,
            date=account.opened_date,
            document_no=f"KH-{account.number}",
            recorded_by=maker,
        )
        for account in rows
    )


@dataclass(frozen=True, slots=True)
class _Person:
    member: Member
    number: str


def _person(centre: Centre, seed: int, serial: int) -> _Person:
    """Make a member whose number is valid: adults, distinct by date of birth and sequence."""
    mix = mixed(seed, serial)
    place = seed * 1_000_003 + serial
    birth = dt.date(1975, 1, 1) + dt.timedelta(days=place % 10_000)
    sequence = place // 10_000 % 1_000
    digits = f"{_AREAS.get(centre.code, '110101')}{birth:%Y%m%d}{sequence:03d}"
    number = digits + check_digit(digits)
    is_man = sequence % 2 == 1
    name = (
        _SURNAMES[mix % len(_SURNAMES)]
        + _GIVEN[mix // 32 % len(_GIVEN)]
        + (_GIVEN[mix // 1024 % len(_GIVEN)] if mix % 3 else "")
    )
    category = ("NONE", "NONE", "GRADUATE", "TALENT")[mix // 8 % 4]
    employment = ("SELF_EMPLOYED", "PART_TIME", "NEW_FORM")[mix // 16 % 3]
    member = Member(
        centre=centre,
        name=name,
        name_key=name,
        pinyin=full_pinyin(name),
        initials=f" {' '.join(pinyin_keys(name))} ",
        birth_date=birth,
        sex="M" if is_man else "F",
        retirement_category="MEN_60" if is_man else "WOMEN_55",
        employment=employment,
        subsidy_category=category,
        left_school_date=(
            dt.date(2019 + mix // 128 % 6, 6, 30) if category == "GRADUATE" else None
        ),
    )
    return _Person(member, number)


def mixed(seed: int, serial: int) -> int:
    """Mix seed and serial into a number below 2³² that looks like chance; SQL does the same."""
    return (serial * PRIME + seed * 97) % MIX


def _opened(seed: int, serial: int, period: FundYear) -> dt.date:
    return dt.date(period.year, 1, 2) if mixed(seed, serial) % 10 == 3 else period.first_day


def _mode(modes: tuple[str, ...], mix: int) -> str:
    monthly = [mode for mode in ("MONTHLY", "FREE") if mode in modes] or ["MONTHLY"]
    return monthly[0] if mix % 7 else monthly[-1]


def _prefix(centre: Centre, seed: int) -> str:
    return f"G{centre.pk:03d}-{seed:04d}-"


def _batches(accounts: int) -> Iterator[range]:
    for first in range(1, accounts + 1, PEOPLE_AT_ONCE):
        yield range(first, min(first + PEOPLE_AT_ONCE, accounts + 1))


def _centre(code: str) -> tuple[Centre, Branch]:
    known = Centre.objects.filter(code=code).first()
    if known is None:
        name, short = _NAMES.get(code, (code, code))
        known = create_centre(
            code=code, name=name, short_name=short, jurisdiction=code, branches={"hq": "管理部"}
        )
    branch = known.branches.order_by("pk").first()
    if branch is None:
        branch = Branch.objects.create(centre=known, code="hq", name="管理部")
    return known, branch


def _require_free(centre: Centre, period: FundYear) -> None:
    last = find_last_day(centre)
    if last is not None and last.date > period.first_day:
        raise BooksTooLate(
            gettext(
                "--centre: the books of %(centre)s already stand on %(day)s; the year begins on "
                "%(first)s. Take a fresh database or another centre."
            )
            % {"centre": centre.name, "day": last.date, "first": period.first_day}
        )


def _staff(centre: Centre, branch: Branch) -> None:
    """Add the posts of a centre that are missing; nobody can sign in as them."""
    for role in sorted(BUSINESS_ROLES):
        username = f"{centre.code}-{Role(role).value.lower()}"
        if User.objects.filter(username=username).exists():
            continue
        user = User(
            username=username,
            display_name=f"{centre.short_name} {Role(role).label}",
            role=role,
            centre=centre,
            branch=branch,
        )
        user.set_unusable_password()
        save_staff(user=user, by=None)
