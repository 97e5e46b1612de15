"""Twins: two accounts with one life, of which one also gets what was booked wrongly."""

import datetime as dt
import random
from dataclasses import dataclass, field

from accounts.models import MemberAccount
from contributions.models import Correction, Deposit
from kernel.months import FundYear, Month
from ledger.models import Entry
from ledger.postings import Move
from office.models import User
from office.roles import Role
from settlement.services import reverse_settled, submit_correction
from tests.settlement.builders import STOPS, Life, Town, make_staff


@dataclass
class Hands:
    """The three persons of a correction."""

    clerk: User
    checker: User
    supervisor: User

    @classmethod
    def of(cls, town: Town) -> "Hands":
        code = town.centre.code
        return cls(
            make_staff(town.branch, f"{code}-clerk", Role.CLERK),
            make_staff(town.branch, f"{code}-checker", Role.CHECKER),
            town.supervisor,
        )

    def submit(self, town: Town, entry: Entry, **more) -> Correction:
        return submit_correction(
            entry=entry, reason="多录一笔", business_date=town.today, by=self.clerk, **more
        )

    def look(self, town: Town, correction: Correction, by: User) -> Correction:
        return reverse_settled(
            correction=correction, digest=correction.digest, business_date=town.today, by=by
        )

    def correct(self, town: Town, entry: Entry) -> Correction:
        """Hand in, review, approve."""
        correction = self.submit(town, entry)
        if correction.is_later:
            self.look(town, correction, self.checker)
        return self.look(town, correction, self.supervisor)


@dataclass
class Twins:
    """``true`` lives; ``wronged`` lives the same and has ``wrong`` deposits besides."""

    town: Town
    chance: random.Random
    true: MemberAccount
    wronged: MemberAccount
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def born(cls, town: Town, chance: random.Random, year: int) -> "Twins":
        opened = FundYear(year).first_day + dt.timedelta(days=chance.randint(0, 200))
        how = {
            "mode": chance.choice(("MONTHLY", "MONTHLY", "QUARTERLY", "FREE")),
            "first_time": chance.random() < 0.85,
            "category": chance.choice(("NONE", "GRADUATE", "TALENT")),
        }
        return cls(town, chance, town.open_account(opened, **how), town.open_account(opened, **how))

    def live(self, period: FundYear) -> None:
        """Live a year, both the same, and book wrong deposits for one of them."""
        town, chance = self.town, self.chance
        life = Life(town, chance, self.true)
        life.regular = True
        first = (len(town.moves), len(town.paid))
        for offset in range(12):
            month = period.first_month + offset
            if month.last_day >= self.true.opened_date:
                life._live_month(month)
        self._mirror(*first)
        if chance.random() < 0.25:
            day = period.first_day + dt.timedelta(days=chance.randint(0, 300))
            kind = chance.choice(STOPS)
            for account in (self.true, self.wronged):
                town.happen(account, kind, day)
        if chance.random() < 0.7:
            self._go_wrong(period)

    def _mirror(self, moves: int, paid: int) -> None:
        town, true, wronged = self.town, self.true, self.wronged
        lines = {
            true.flex_ledger_account_id: wronged.flex_ledger_account,
            true.unit_ledger_account_id: wronged.unit_ledger_account,
        }
        places = {}
        for place in range(moves, len(town.moves)):
            move = town.moves[place]
            places[place] = len(town.moves)
            town.moves.append(
                Move(
                    lines.get(move.debit.pk, move.debit),
                    lines.get(move.credit.pk, move.credit),
                    move.amount_fen,
                    move.value_date,
                    move.component,
                )
            )
            town.documents += 1
        for place, _number, _account, on, fen, months in town.paid[paid:]:
            twin = places[place]
            number = f"T{town.documents - len(town.moves) + twin + 1}"
            town.paid.append((twin, number, wronged, on, fen, months))

    def _go_wrong(self, period: FundYear) -> None:
        """Book a deposit too many; it covers a month before the account was opened."""
        town, chance = self.town, self.chance
        day = period.first_day + dt.timedelta(days=chance.randint(0, 364))
        day = min(max(day, self.wronged.opened_date), period.last_day)
        before = Month.of(self.wronged.opened_date) - (len(self.wrong) + 1)
        town.deposit(self.wronged, day, chance.choice((1, 77_777, 5_000_000)), before)
        self.wrong.append(f"T{town.documents}")

    def set_right(self, hands: Hands) -> None:
        """Correct every wrong deposit booked so far, so that no gap opens between their months."""
        for number in reversed(self.wrong):
            hands.correct(self.town, Deposit.objects.get(number=number).entry)
        self.wrong = []
