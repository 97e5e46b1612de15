"""The calculators over HTTP: no login, no session, nothing stored, slowed down by a throttle."""

from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from fundcenter.api.parsers import StrictJsonParser
from fundcenter.api.problems import PROBLEM
from fundcenter.api.queries import refuse_unknown_query
from fundcenter.api.schemas import PROBLEM as PROBLEM_SCHEMA
from fundcenter.api.schemas import answer_schema, request_schema
from fundcenter.calculators.examples import example_request
from fundcenter.calculators.present import results_schema
from fundcenter.calculators.registry import CALCULATORS, Calculator
from fundcenter.calculators.run import run
from fundcenter.calculators.schemas import facts_schema

_PROBLEMS = {(status, PROBLEM): PROBLEM_SCHEMA for status in (400, 413, 415, 429)}


class OpenView(APIView):
    """A view for everybody: it knows no session, so it needs no token against forged requests."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "calculators"
    parser_classes = [StrictJsonParser]
    metadata_class = None


class CalculatorListView(OpenView):
    """All calculators with the schema of what they read and answer."""

    @extend_schema(
        operation_id="list_calculators",
        tags=["calculators"],
        responses={200: {"type": "object"}},
    )
    def get(self, request: Request) -> Response:
        """List the calculators."""
        refuse_unknown_query(request)
        return Response({"results": [_described(found, request) for found in CALCULATORS.values()]})


class CalculatorView(OpenView):
    """One calculator; ``as_view`` is told which."""

    calculator_name = ""

    def get(self, request: Request) -> Response:
        """Describe the calculator."""
        refuse_unknown_query(request)
        return Response(_described(CALCULATORS[self.calculator_name], request))

    def post(self, request: Request) -> Response:
        """Answer a request."""
        refuse_unknown_query(request)
        return Response(run(self.calculator_name, request.data))


class UnknownPlaceView(OpenView):
    """Whatever else lies below the API's address."""

    schema = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer every method alike."""
        self.http_method_not_allowed = self._not_found  # type: ignore[method-assign]
        return super().dispatch(request, *args, **kwargs)

    def _not_found(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise NotFound(
            f"{request.path} is no place of the API; the calculators are {', '.join(CALCULATORS)}"
        )


def calculator_paths() -> list[URLPattern]:
    """Give each calculator a path of its own, so that the schema describes each of them."""
    return [
        path(f"calculators/{name}/", _view_of(calculator), name=f"calculator-{name}")
        for name, calculator in CALCULATORS.items()
    ]


def _view_of(calculator: Calculator) -> Any:
    """Make the view of one calculator, with its own description."""
    name = calculator.name
    operation = name.replace("-", "_")
    view: Any = type(f"{operation.title()}View", (CalculatorView,), {"calculator_name": name})
    documented = extend_schema_view(
        get=extend_schema(
            tags=["calculators"],
            operation_id=f"describe_{operation}",
            responses={200: {"type": "object"}},
        ),
        post=extend_schema(
            tags=["calculators"],
            operation_id=f"calculate_{operation}",
            summary=name,
            request={"application/json": request_schema(calculator)},
            responses={(200, "application/json"): answer_schema(calculator), **_PROBLEMS},
            examples=[OpenApiExample(name, value=example_request(name), request_only=True)],
        ),
    )(view)
    return documented.as_view()


def _described(calculator: Calculator, request: Request) -> dict[str, Any]:
    return {
        "name": calculator.name,
        "title": str(calculator.title),
        "url": reverse(f"api:calculator-{calculator.name}", request=request),
        "facts": facts_schema(calculator),
        "results": results_schema(calculator.result),
        "example": example_request(calculator.name),
    }
