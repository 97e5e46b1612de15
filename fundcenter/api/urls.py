"""Addresses below ``/api/``."""

from django.urls import include, path, re_path
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from fundcenter.api.calculators import CalculatorListView, UnknownPlaceView, calculator_paths
from fundcenter.api.policies import CentreListView, ParameterValueListView

app_name = "api"

_v1 = [
    path("calculators/", CalculatorListView.as_view(), name="calculators"),
    *calculator_paths(),
    path("centres/", CentreListView.as_view(), name="centres"),
    path("policies/", ParameterValueListView.as_view(), name="policies"),
]

# JSON unless YAML is asked for: every reader of YAML reads JSON too.
_SCHEMA_FORMS = [OpenApiJsonRenderer2, OpenApiYamlRenderer]

urlpatterns = [
    path("v1/", include(_v1)),
    path("schema/", SpectacularAPIView.as_view(renderer_classes=_SCHEMA_FORMS), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/docs.html"),
        name="docs",
    ),
    re_path(r"", UnknownPlaceView.as_view()),
]
