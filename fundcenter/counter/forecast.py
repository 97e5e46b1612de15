"""What the subsidy would be on the next 30 June if nothing more happened."""

import datetime as dt
from dataclasses import dataclass

from accounts.models import MemberAccount
from fundcenter.counter.sheets import SheetView, sheet_of
from kernel.months import FundYear
from kernel.wire import BadFacts
from policy.book import NoPolicyInForce, Unset
from settlement.explain import Explanation, explain_year


@dataclass(frozen=True, slots=True)
class Forecast:
    """The settlement to come, by the pure rules on what the books hold today; amounts in fen."""

    on: dt.date
    interest_fen: int
    subsidy_fen: int | None
    base_fen: int | None
    opening_subsidy_fen: int | None
    stopped: bool | None
    remaining_cap_fen: int | None
    sheet: SheetView


def forecast_subsidy(account: MemberAccount, on: dt.date) -> Forecast | None:
    """Forecast the coming 30 June; None where the law or the books do not allow one."""
    year = FundYear.of(on).year
    explained = explain(account, year)
    if explained is None:
        return None
    result = explained.subsidy.result
    return Forecast(
        on=FundYear(year).last_day,
        interest_fen=explained.interest_flex_fen + explained.interest_unit_fen,
        subsidy_fen=explained.subsidy_fen,
        base_fen=result.base_fen,
        opening_subsidy_fen=explained.opening_subsidy_fen,
        stopped=result.stopped,
        remaining_cap_fen=result.remaining_cap_fen,
        sheet=sheet_of(explained.subsidy),
    )


def explain(account: MemberAccount, year: int) -> Explanation | None:
    """Compute a fund year again by the pure rules; None where a value is missing."""
    try:
        return explain_year(account, year)
    except (AssertionError, BadFacts, NoPolicyInForce, Unset):
        return None
