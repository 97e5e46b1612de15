"""Books to test with, and stories told as a table."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from kernel.money import parse_yuan
from ledger.chart import Code
from ledger.models import Entry, LedgerAccount
from ledger.postings import Move
from ledger.queries import get_balance_fen, get_ledger_account, trial_balance
from ledger.services import InsufficientBalance, KeyReused, open_books, open_member_account, post
from office.models import Centre, User
from office.services import create_centre, ensure_system_maker, open_days_until

FIRST_DAY = dt.date(2025, 7, 1)

CONTROLS = {"个人": Code.FLEX_DEPOSITS, "单位": Code.UNIT_DEPOSITS, "贷款": Code.TRUST_LOANS}
GENERAL = {
    "银行": Code.BANK,
    "利息支出": Code.INTEREST_EXPENSE,
    "补贴支出": Code.SUBSIDY_EXPENSE,
    "暂存款": Code.SUSPENSE,
}
OUTCOMES = {InsufficientBalance: "余额不足", KeyReused: "凭证号已用"}


@dataclass
class Books:
    """A centre with open books; accounts are called as in a story, e.g. ``个人:张三``."""

    centre: Centre
    maker: User
    lines: dict[str, LedgerAccount] = field(default_factory=dict)

    def ledger_account(self, called: str) -> LedgerAccount:
        kind, _, name = called.partition(":")
        if kind in GENERAL:
            return get_ledger_account(self.centre, GENERAL[kind])
        if called not in self.lines:
            control = CONTROLS[kind]
            self.lines[called] = open_member_account(
                centre=self.centre,
                control_code=control,
                code=f"{control}.{len(self.lines) + 1:06d}",
                name=name,
            )
        return self.lines[called]

    def move(self, debit: str, credit: str, yuan: str, on: dt.date) -> Move[LedgerAccount]:
        return Move(self.ledger_account(debit), self.ledger_account(credit), parse_yuan(yuan), on)

    def on(self, day: dt.date) -> dt.date:
        open_days_until(centre=self.centre, until=day, by=self.maker)
        return day

    def book(
        self, debit: str, credit: str, yuan: str, *, key: str, on: dt.date = FIRST_DAY
    ) -> Entry:
        return post(
            centre=self.centre,
            key=key,
            kind=Entry.Kind.DEPOSIT,
            business_date=on,
            document_no=key,
            maker=self.maker,
            moves=[self.move(debit, credit, yuan, on)],
        )

    def balance(self, called: str) -> int:
        return get_balance_fen(self.ledger_account(called))


def make_books(code: str = "kashgar") -> Books:
    centre = create_centre(
        code=code, name=f"{code}中心", short_name=code, jurisdiction=code, branches={"hall": "大厅"}
    )
    maker = ensure_system_maker()
    open_days_until(centre=centre, until=FIRST_DAY, by=maker)
    open_books(centre=centre)
    return Books(centre, maker)


@pytest.fixture
def books(db: None) -> Books:
    return make_books()


@pytest.fixture
def other_books(db: None) -> Books:
    return make_books("yantai")


@pytest.fixture
def committed_books(transactional_db: None) -> Books:
    """Books that other connections see, for races."""
    return make_books()


@pytest.fixture
def ledger_story(books: Books) -> Callable[[str], None]:
    """Play a table of entries, then check the outcomes and balances it states.

    A line is ``日期 借方 贷方 元 结果`` or ``余额 账户 元``; ``#`` begins a comment.
    """

    def play(table: str) -> None:
        day = FIRST_DAY
        for number, line in enumerate(table.strip().splitlines(), start=1):
            cells = line.split("#")[0].split()
            if not cells:
                continue
            if cells[0] == "余额":
                _, called, yuan = cells
                assert books.balance(called) == parse_yuan(yuan), line
                continue
            date, debit, credit, yuan, expected = cells
            day = books.on(dt.date.fromisoformat(date))
            try:
                books.book(debit, credit, yuan, key=f"story:{number}", on=day)
                outcome = "入账"
            except tuple(OUTCOMES) as refused:
                outcome = OUTCOMES[type(refused)]
            assert outcome == expected, line
        assert trial_balance(books.centre, day).balances

    return play
