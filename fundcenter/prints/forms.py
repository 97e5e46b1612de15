"""What a person chooses before a paper is printed."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fundcenter.counter.entry_forms import BusinessForm, DayField
from kernel.months import FundYear

_FIRST_YEAR = 1999
_LAST_YEAR = 2199


class AskForm(BusinessForm):
    """Nothing to choose: the paper is about the whole."""

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        self.day = day
        super().__init__(*args, **kwargs)


class RangeForm(AskForm):
    """A range of business days, or a fund year; without either the fund year of today."""

    fund_year = forms.IntegerField(
        label=gettext_lazy("Fund year"),
        help_text=gettext_lazy("or two days"),
        required=False,
        min_value=_FIRST_YEAR,
        max_value=_LAST_YEAR,
    )
    first = DayField(label=gettext_lazy("From day"), required=False)
    last = DayField(label=gettext_lazy("To day"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("fund_year", FundYear.of(self.day).year)

    def clean(self) -> dict[str, Any]:
        """Give ``first`` and ``last``, both included."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if not first and not last:
            year = FundYear(cleaned.get("fund_year") or FundYear.of(self.day).year)
            return {**cleaned, "first": year.first_day, "last": year.last_day}
        first, last = first or FundYear.of(last or self.day).first_day, last or self.day
        if first > last:
            self.add_error("first", _("The first day cannot be after the last one."))
        return {**cleaned, "first": first, "last": last}


class YearForm(AskForm):
    """A calendar year; without one the year of the business day."""

    year = forms.IntegerField(
        label=gettext_lazy("Calendar year"),
        required=False,
        min_value=_FIRST_YEAR,
        max_value=_LAST_YEAR,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("year", self.day.year)

    def clean_year(self) -> int:
        """Give the year; one that has not begun is refused."""
        year = self.cleaned_data.get("year")
        if year is None:
            return self.day.year
        if year > self.day.year:
            raise forms.ValidationError(
                _("%(year)s has not begun: the business day is %(day)s.")
                % {"year": year, "day": self.day}
            )
        return int(year)


class ReceiverForm(AskForm):
    """For whom a certificate is."""

    receiver = forms.CharField(label=gettext_lazy("Centre that gives the loan"), max_length=40)
