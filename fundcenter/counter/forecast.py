"""What the subsidy would be on the next 30 June if nothing more happened."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import MemberAccount
from fundcenter.counter.sheets import SheetView, sheet_of
from kernel.months import FundYear
from kernel.wire import BadFacts
from policy.book import NoPolicyInForce, Unset
from policy.values import Value
from policy.wording import PARAMETER, describe_citations, describe_term
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
    stops: str
    stops_clause: str


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
        **_stops(explained.subsidy.parameters),
    )


def _stops(values: Iterable[Value]) -> dict[str, str]:
    """Say what would end the subsidy by the law that was read, with its clause."""
    law = {value.key: value for value in values}
    events = law.get("subsidy.stop_events")
    if events is None:
        return {"stops": "", "stops_clause": ""}
    said = [describe_term(code) for code in events.typed]
    gap = law.get("subsidy.gap_stops")
    if gap is not None and gap.typed:
        said.append(_("a gap in the months"))
    cited = [one for one in events.citations if one.source != PARAMETER]
    return {"stops": "、".join(said), "stops_clause": "；".join(describe_citations(cited))}


def explain(account: MemberAccount, year: int) -> Explanation | None:
    """Compute a fund year again by the pure rules; None where a value is missing."""
    try:
        return explain_year(account, year)
    except (AssertionError, BadFacts, NoPolicyInForce, Unset):
        return None
