"""Centres and the dated values of the law, for whoever is signed in."""

import datetime as dt
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError as BadQuery
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from fundcenter.api.queries import refuse_unknown_query
from kernel.days import BadDate, parse_date
from office.models import Centre
from office.queries import UnknownCentre
from policy.loader import load_catalogue
from policy.models import ParameterValue
from policy.queries import get_chain, get_shelf


class Pages(CursorPagination):
    """Pages that stay right while rows are added."""

    page_size = 100
    ordering: tuple[str, ...] = ("id",)


class CodePages(Pages):
    """Pages in the order of codes."""

    ordering = ("code",)


class ValuePages(Pages):
    """Pages in the order of keys."""

    ordering = ("key", "id")


class CentreSerializer(serializers.ModelSerializer[Centre]):
    """A centre and along which jurisdictions it reads its law."""

    jurisdictions = serializers.SerializerMethodField()

    class Meta:
        model = Centre
        fields = ["code", "name", "short_name", "jurisdictions"]

    def get_jurisdictions(self, centre: Centre) -> list[str]:
        """Give the chain, nearest first; empty where the law knows no such centre."""
        return list(get_shelf().chains.get(centre.code, ()))


class CitationSerializer(serializers.Serializer[Any]):
    """A clause of a source."""

    source = serializers.CharField()  # type: ignore[assignment]
    clause = serializers.CharField()


class ParameterValueSerializer(serializers.ModelSerializer[ParameterValue]):
    """A dated value as its document prints it; null = left unset on purpose."""

    title = serializers.SerializerMethodField()
    value = serializers.JSONField(source="printed")
    citations = CitationSerializer(source="cited", many=True)

    class Meta:
        model = ParameterValue
        fields = [
            "key", "title", "jurisdiction", "unit", "value", "effective_from", "effective_until",
            "revision", "assumed", "carried", "reason", "checked_until", "citations",
        ]  # fmt: skip

    def get_title(self, row: ParameterValue) -> str:
        """Give the catalogue's title."""
        parameter = load_catalogue().get(row.key)
        return parameter.title if parameter else row.key


class ParameterValueFilter(django_filters.FilterSet):  # type: ignore[misc]
    """By centre (its whole chain), by the day on which a value holds, by key or subject.

    With centre and day together only the nearest jurisdiction's value of each key is left: what
    the centre's policy book says on that day.
    """

    centre = django_filters.CharFilter(method="of_centre")
    on = django_filters.CharFilter(method="on_day")
    key = django_filters.CharFilter(field_name="key")
    subject = django_filters.CharFilter(method="of_subject")

    class Meta:
        model = ParameterValue
        fields: list[str] = []

    def of_centre(
        self, rows: QuerySet[ParameterValue], name: str, code: str
    ) -> QuerySet[ParameterValue]:
        """Keep the jurisdictions along which the centre reads."""
        try:
            chain = get_chain(code)
        except UnknownCentre as unknown:
            raise BadQuery({"centre": str(unknown)}) from unknown
        rows = rows.filter(jurisdiction__in=chain)
        if not self.data.get("on"):
            return rows
        nearest: dict[str, tuple[int, int]] = {}
        for (jurisdiction, key), row_id in in_force(rows, self._day()).items():
            found = (chain.index(jurisdiction), row_id)
            nearest[key] = min(found, nearest.get(key, found))
        return rows.filter(pk__in=[row_id for _, row_id in nearest.values()])

    def on_day(
        self, rows: QuerySet[ParameterValue], name: str, text: str
    ) -> QuerySet[ParameterValue]:
        """Keep what is in force on the day."""
        return rows.filter(pk__in=in_force(rows, self._day()).values())

    def of_subject(
        self, rows: QuerySet[ParameterValue], name: str, subject: str
    ) -> QuerySet[ParameterValue]:
        """Keep one subject, such as ``loan``."""
        return rows.filter(key__startswith=f"{subject}.")

    def _day(self) -> dt.date:
        try:
            return parse_date(self.data["on"])
        except BadDate as wrong:
            raise BadQuery({"on": str(wrong)}) from wrong


def valid_rows() -> QuerySet[ParameterValue]:
    """Give the last revision of every value that was not withdrawn."""
    later = ParameterValue.objects.filter(
        jurisdiction=OuterRef("jurisdiction"),
        key=OuterRef("key"),
        effective_from=OuterRef("effective_from"),
        revision__gt=OuterRef("revision"),
    )
    return ParameterValue.objects.filter(~Exists(later), withdrawn=False)


def in_force(rows: QuerySet[ParameterValue], day: dt.date) -> dict[tuple[str, str], int]:
    """Find, for each jurisdiction and key, the row of the latest value that holds on the day."""
    holds = Q(effective_until__isnull=True) | Q(effective_until__gt=day)
    held = rows.filter(holds, effective_from__lte=day).order_by("effective_from")
    return {
        (jurisdiction, key): row_id
        for row_id, jurisdiction, key in held.values_list("pk", "jurisdiction", "key")
    }


class StrictListView(generics.ListAPIView[Any]):
    """A list that refuses query parameters it does not know."""

    known_query: tuple[str, ...] = ("cursor",)
    metadata_class = None

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one page."""
        refuse_unknown_query(request, self.known_query)
        return super().list(request, *args, **kwargs)


class CentreListView(StrictListView):
    """Centres and their chains of jurisdictions."""

    queryset = Centre.objects.all()
    serializer_class = CentreSerializer
    pagination_class = CodePages


class ParameterValueListView(StrictListView):
    """Dated values with the clauses they rest on."""

    queryset = ParameterValue.objects.none()
    serializer_class = ParameterValueSerializer
    pagination_class = ValuePages
    filter_backends = [DjangoFilterBackend]
    filterset_class = ParameterValueFilter
    known_query = ("centre", "on", "key", "subject", "cursor")

    def get_queryset(self) -> QuerySet[ParameterValue]:
        """Start from what is valid today in the books, whatever its day."""
        return valid_rows()
