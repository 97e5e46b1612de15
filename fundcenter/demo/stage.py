"""Carries a centre's story out by calling the real services, one business day after another."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from accounts.errors import AccountsRefused, DecisionRefused
from accounts.models import MemberAccount, OutsideCheck
from accounts.platform import LocalRegisters
from accounts.services import (
    approve_opening,
    ask_for_opening,
    change_agreement,
    confirm_check,
    enter_check,
    record_event,
    seal,
    submit_opening,
    unseal,
)
from contributions.services import (
    act_on_candidates,
    receive_deposit,
    receive_transfer,
    run_dormancy,
)
from fundcenter.demo.deeds import Deed, OpeningPlan, Step
from fundcenter.demo.desks import carry_out
from fundcenter.demo.story import Story
from office.models import Branch, Centre, User
from office.services import next_numbers, open_days_until
from settlement.services import settle_year

RECEIPT, TRANSFER_SLIP = "DP", "TR"
_NUMBERED = {Deed.DEPOSIT: RECEIPT, Deed.TRANSFER: TRANSFER_SLIP}


class DemoBroken(Exception):
    """A service did not do what the demo's story says; the story or the service is wrong."""


@dataclass
class Stage:
    """A centre at work, and what has become of its people so far."""

    centre: Centre
    branches: dict[str, Branch]
    staff: dict[str, User]
    system: User
    day: dt.date
    accounts: dict[str, MemberAccount] = field(default_factory=dict)
    refusals: list[DecisionRefused] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def play(self, story: Story, say: Callable[[str], None]) -> None:
        """Carry out every step; business days open and close on the way."""
        year = None
        for date, steps in groupby(story.steps, key=lambda step: step.date):
            if date.year != year:
                year = date.year
                say(f"{self.centre.code}: {year}")
            self._open_day(date)
            self._play_day(list(steps))
        self._open_day(story.last_day)

    def clerk_of(self, branch: Branch) -> User:
        """Give the clerk who sits in the branch."""
        clerks = (self.staff["clerk"], self.staff["clerk2"])
        return next(clerk for clerk in clerks if clerk.branch_id == branch.pk)

    def _open_day(self, date: dt.date) -> None:
        open_days_until(centre=self.centre, until=date, by=self.system)
        self.day = date

    def _play_day(self, steps: Iterable[Step]) -> None:
        for deed, group in groupby(steps, key=lambda step: step.deed):
            alike = list(group)
            kind = _NUMBERED.get(deed)
            numbers = next_numbers(self.centre, kind, self.day, len(alike)) if kind else []
            for place, step in enumerate(alike):
                try:
                    _DEEDS[deed](self, step, numbers[place] if numbers else "")
                except AccountsRefused as refused:
                    raise DemoBroken(
                        f"{self.centre.code} {step.date} {deed.name} {step.who}: {refused}"
                    ) from refused
                self.done[deed.name.lower()] += 1

    # Openings

    def open_account(self, step: Step, _number: str) -> None:
        """Ask the registers, take the opening in, and have a second person approve it."""
        plan: OpeningPlan = step.facts["plan"]
        branch = self.branches[plan.branch]
        clerk = self.clerk_of(branch)
        self._ask(plan, clerk)
        if plan.letter:
            self._fail_opening(plan, branch, clerk, ())
            self._enter_letter(plan, clerk)
        opening = submit_opening(
            centre=self.centre,
            branch=branch,
            applicant=plan.applicant,
            terms=plan.terms,
            business_date=self.day,
            clerk=clerk,
        )
        self.accounts[step.who] = approve_opening(
            opening=opening,
            digest=opening.digest,
            business_date=self.day,
            by=self.staff["checker"],
        )

    def refuse_opening(self, step: Step, _number: str) -> None:
        """Take in an opening that the law does not allow; the refusal is kept."""
        plan: OpeningPlan = step.facts["plan"]
        branch = self.branches[plan.branch]
        clerk = self.clerk_of(branch)
        self._ask(plan, clerk)
        self._fail_opening(plan, branch, clerk, plan.because)

    def _ask(self, plan: OpeningPlan, clerk: User) -> None:
        applicant = plan.applicant
        ask_for_opening(
            centre=self.centre,
            document_type=applicant.document_type,
            number=applicant.number,
            name=applicant.name,
            business_date=self.day,
            by=clerk,
            registers=LocalRegisters({applicant.number: dict(plan.registers)}),
        )

    def _enter_letter(self, plan: OpeningPlan, clerk: User) -> None:
        """Enter what a silent register has answered by letter; a second person confirms."""
        for kind, answer in plan.registers.items():
            if answer is not None:
                continue
            check = enter_check(
                centre=self.centre,
                kind=kind,
                purpose=OutsideCheck.Purpose.OPENING,
                document_type=plan.applicant.document_type,
                number=plan.applicant.number,
                name=plan.applicant.name,
                result=OutsideCheck.Result.PASS,
                document_no=plan.letter,
                business_date=self.day,
                by=clerk,
            )
            result = OutsideCheck.Result.PASS
            confirm_check(check=check, result=result, by=self.staff["checker"])

    def _fail_opening(
        self, plan: OpeningPlan, branch: Branch, clerk: User, because: tuple[str, ...]
    ) -> None:
        try:
            submit_opening(
                centre=self.centre,
                branch=branch,
                applicant=plan.applicant,
                terms=plan.terms,
                business_date=self.day,
                clerk=clerk,
            )
        except DecisionRefused as refused:
            seen = {reason.code for reason in refused.decision.reasons if not reason.met}
            if not seen.issuperset(because):
                raise DemoBroken(f"{plan.applicant.name}: {seen}, not {because}") from refused
            self.refusals.append(refused)
            return
        raise DemoBroken(f"{self.centre.code} {self.day}: {plan.applicant.name} was not refused")

    # Money

    def deposit(self, step: Step, number: str) -> None:
        """Take in a contribution; entrusted collection is the system's work."""
        account = self.accounts[step.who]
        channel = step.facts["channel"]
        receive_deposit(
            member_account=account,
            amount_fen=step.facts["amount_fen"],
            business_date=self.day,
            document_no=number,
            clerk=self.clerk_of(account.branch) if channel == "COUNTER" else self.system,
            channel=channel,
        )

    def refuse_deposit(self, step: Step, _number: str) -> None:
        """Try to pay in what the law or the account's state does not take."""
        account = self.accounts[step.who]
        try:
            receive_deposit(
                member_account=account,
                amount_fen=step.facts["amount_fen"],
                business_date=self.day,
                document_no=f"{RECEIPT}-{self.centre.code}-{self.day:%Y%m%d}-{step.who}",
                clerk=self.clerk_of(account.branch),
            )
        except DecisionRefused as refused:
            self.refusals.append(refused)
        except AccountsRefused:
            return  # the state of the account refuses: there is no decision to keep
        else:
            raise DemoBroken(f"{self.centre.code} {self.day}: {step.who} could pay in")

    def transfer(self, step: Step, number: str) -> None:
        """Receive money from elsewhere."""
        account = self.accounts[step.who]
        facts = step.facts
        receive_transfer(
            member_account=account,
            origin=facts["origin"],
            amount_fen=facts["amount_fen"],
            from_centre=facts["source"],
            contributed_months=facts["months"],
            first_month=facts["first_month"],
            their_document_no=facts["letter"],
            document_no=number,
            business_date=self.day,
            clerk=self.clerk_of(account.branch),
        )

    # Agreements, events, states

    def change(self, step: Step, _number: str) -> None:
        """Agree on another mode or amount from next month."""
        account = self.accounts[step.who]
        change_agreement(
            member_account=account,
            mode=step.facts["mode"],
            monthly_amount_fen=step.facts["monthly_fen"],
            business_date=self.day,
            document_no=f"变更{self.day:%Y-%m%d}",
            clerk=self.clerk_of(account.branch),
        )

    def event(self, step: Step, _number: str) -> None:
        """Write down what happened at another desk, with its document."""
        account = self.accounts[step.who]
        record_event(
            member_account=account,
            kind=step.facts["kind"],
            date=self.day,
            document_no=step.facts["document"],
            by=self.clerk_of(account.branch),
        )

    def seal(self, step: Step, _number: str) -> None:
        """Seal an account at the member's wish."""
        self._state_of(step, seal)

    def unseal(self, step: Step, _number: str) -> None:
        """Unseal an account whose member comes back."""
        self._state_of(step, unseal)

    def _state_of(self, step: Step, service: Callable[..., Any]) -> None:
        account = self.accounts[step.who]
        service(
            member_account=account,
            business_date=self.day,
            document_no=step.facts["document"],
            by=self.clerk_of(account.branch),
        )

    def desk(self, step: Step, _number: str) -> None:
        """Do what the desks of the last weeks have done, or leave there to be decided."""
        clerk = self.clerk_of(self.accounts[step.who].branch)
        carry_out(step, accounts=self.accounts, staff=self.staff, clerk=clerk)

    # Jobs

    def dormancy(self, step: Step, _number: str) -> None:
        """File idle accounts and approve the list, or act once the notice has ended."""
        if step.facts["file"]:
            run_dormancy(centre=self.centre, on=self.day, approver=self.staff["supervisor"])
        else:
            act_on_candidates(centre=self.centre, on=self.day, by=self.system)

    def settle(self, step: Step, _number: str) -> None:
        """Settle a fund year: previewed by the system, approved by the supervisor, posted."""
        report, waiting = settle_year(
            centre=self.centre, year=step.facts["year"], approver=self.staff["supervisor"]
        )
        if waiting is not None or report.failed or not report.proof.holds:
            raise DemoBroken(f"{self.centre.code} {step.facts['year']}: {report.as_dict()}")


_DEEDS: dict[Deed, Callable[[Stage, Step, str], None]] = {
    Deed.DORMANCY: Stage.dormancy,
    Deed.OPEN: Stage.open_account,
    Deed.UNSEAL: Stage.unseal,
    Deed.TRANSFER: Stage.transfer,
    Deed.DEPOSIT: Stage.deposit,
    Deed.CHANGE: Stage.change,
    Deed.EVENT: Stage.event,
    Deed.SEAL: Stage.seal,
    Deed.REFUSED_OPENING: Stage.refuse_opening,
    Deed.REFUSED_DEPOSIT: Stage.refuse_deposit,
    Deed.SETTLE: Stage.settle,
    Deed.DESK: Stage.desk,
}
