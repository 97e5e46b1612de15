"""Filters that lists share. No name, phone or number of a paper is one: they stand in addresses."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from fundcenter.counter.entry_forms import DayField, YuanField
from office.models import Branch, User


class DayFilter(django_filters.Filter):  # type: ignore[misc]
    """Filters by a typed day."""

    field_class = DayField


class YuanFilter(django_filters.Filter):  # type: ignore[misc]
    """Filters by an amount typed in yuan; the column holds fen."""

    field_class = YuanField


class NumberFilter(django_filters.CharFilter):  # type: ignore[misc]
    """Finds a document or an account by the beginning of its number."""

    def __init__(self, *, paths: tuple[str, ...], **options: Any) -> None:
        super().__init__(label=_("Number begins with"), max_length=48, **options)
        self.paths = paths

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Look in each of the numbers."""
        found = Q()
        for path in self.paths:
            found |= Q(**{f"{path}__startswith": value.strip()})
        return qs.filter(found) if value else qs


class ListForm(forms.Form):
    """The form of a list's filters, dressed like the other forms of the counter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for field in self.fields.values():
            plain = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs.setdefault("class", plain)
            field.widget.attrs.setdefault("autocomplete", "off")


def filters_for(
    model: type[Model],
    *,
    numbers: tuple[str, ...] = (),
    date: str = "",
    amount: str = "",
    operator: str = "",
    branch: str = "",
    choices: tuple[str, ...] = (),
    **more: django_filters.Filter,
) -> type[django_filters.FilterSet]:
    """Make the filters of a list out of the names of its fields."""
    fields: dict[str, Any] = {}
    if numbers:
        fields["number"] = NumberFilter(paths=numbers)
    if date:
        fields["date_from"] = DayFilter(field_name=date, lookup_expr="gte", label=_("From"))
        fields["date_to"] = DayFilter(field_name=date, lookup_expr="lte", label=_("To"))
    for name in choices:
        column: Any = model._meta.get_field(name)
        fields[name] = django_filters.ChoiceFilter(
            field_name=name,
            choices=column.choices,
            label=column.verbose_name,
            empty_label=_("all of them"),
        )
    if operator:
        fields["operator"] = django_filters.ModelChoiceFilter(
            field_name=operator,
            queryset=User.objects.order_by("username"),
            label=_("Operator"),
            empty_label=_("all of them"),
        )
    if branch:
        fields["branch"] = django_filters.ModelChoiceFilter(
            field_name=branch,
            queryset=Branch.objects.order_by("code"),
            label=_("Branch"),
            empty_label=_("all of them"),
        )
    if amount:
        fields["amount_from"] = YuanFilter(
            field_name=amount, lookup_expr="gte", label=_("Amount from (yuan)")
        )
        fields["amount_to"] = YuanFilter(
            field_name=amount, lookup_expr="lte", label=_("Amount to (yuan)")
        )
    meta = type("Meta", (), {"model": model, "fields": [], "form": ListForm})
    return type(
        f"{model.__name__}Filters", (django_filters.FilterSet,), {**fields, **more, "Meta": meta}
    )
