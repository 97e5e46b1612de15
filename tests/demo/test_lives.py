"""Whatever life is invented, the law takes its payments: tried by the pure rules alone."""

import datetime as dt

import pytest

from accounts.facts import ContributionMode
from contributions.facts import ContributionFacts
from contributions.rules import decide_contribution
from fundcenter.demo.data import CENTRES
from fundcenter.demo.deeds import Deed, Step
from fundcenter.demo.story import tell
from kernel.months import FundYear, Month
from policy.loader import load_packs

LIVES = 1_500


class Paying:
    """What one member has agreed on, paid and covered so far."""

    def __init__(self, opening: Step) -> None:
        terms = opening.facts["plan"].terms
        self.agreed = [(opening.date.replace(day=1), terms.mode, terms.monthly_amount_fen)]
        self.paid: list[tuple[dt.date, int]] = []
        self.covered_until: Month | None = None

    def facts(self, date: dt.date, amount_fen: int, year_start: dt.date) -> ContributionFacts:
        _, mode, monthly_fen = [one for one in self.agreed if one[0] <= date][-1]
        return ContributionFacts(
            mode=ContributionMode(mode),
            monthly_amount=monthly_fen,
            payment_amount=amount_fen,
            paid_this_month=sum(f for d, f in self.paid if d >= date.replace(day=1)),
            paid_this_year=sum(f for d, f in self.paid if d >= year_start),
            covered_until=self.covered_until,
        )


@pytest.mark.parametrize("code", CENTRES)
def test_every_payment_of_every_life_is_taken(code):
    story = next(story for story in tell(LIVES, seed=11) if story.centre == code)
    packs = load_packs()
    people: dict[str, Paying] = {}
    refused = []
    for step in story.steps:
        if step.deed is Deed.OPEN:
            people[step.who] = Paying(step)
        elif step.deed is Deed.CHANGE:
            begins = (Month.of(step.date) + 1).first_day
            terms = (begins, step.facts["mode"], step.facts["monthly_fen"])
            people[step.who].agreed.append(terms)
        elif step.deed is Deed.DEPOSIT:
            payer, fen = people[step.who], step.facts["amount_fen"]
            calendar_year = code == "lianyungang"
            start = dt.date(step.date.year, 1, 1) if calendar_year else _fund_year(step.date)
            decision = decide_contribution(
                payer.facts(step.date, fen, start), packs.book(code, step.date)
            )
            if not decision.approved:
                refused.append((step, [reason.code for reason in decision.refusals]))
            payer.covered_until = decision.result.covered_until or payer.covered_until
            payer.paid.append((step.date, fen))
    assert refused == []


def _fund_year(date: dt.date) -> dt.date:
    return FundYear.of(date).first_day
