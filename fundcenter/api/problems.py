"""Every refusal of the API as a problem answer (RFC 9457)."""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from kernel.errors import BadValue
from kernel.wire import BadFacts
from policy.queries import PoliciesNotLoaded

PROBLEM = "application/problem+json"

logger = logging.getLogger(__name__)


class TooLarge(exceptions.APIException):
    """The body is larger than the API reads."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


def problem(
    status: int,
    detail: str = "",
    errors: Iterable[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build a problem answer; ``errors`` are (path, message), the first wrong field first."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": [{"path": path, "message": message} for path, message in errors],
    }
    return Response(body, status=status, headers=dict(headers or {}), content_type=PROBLEM)


def problem_answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """Turn whatever a view raised into a problem answer; what nobody foresaw is logged."""
    set_rollback()
    if isinstance(error, BadFacts):
        return problem(HTTPStatus.BAD_REQUEST, str(error), error.errors)
    if isinstance(error, BadValue):
        path = str(error.params.get("path", ""))
        message = error.message.removeprefix(f"{path}: ")
        return problem(HTTPStatus.BAD_REQUEST, error.message, [(path, message)])
    if isinstance(error, PoliciesNotLoaded):
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.APIException):
        return _from_framework(error)
    logger.error("An API view failed", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR)


def _from_framework(error: exceptions.APIException) -> Response:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if isinstance(error, exceptions.ValidationError):
        errors = list(_validation_errors(error.detail))
        path, message = errors[0] if errors else ("", "")
        return problem(error.status_code, f"{path}: {message}", errors, headers)
    return problem(error.status_code, str(error.detail), headers=headers)


def _validation_errors(detail: Any, path: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from _validation_errors(value, f"{path}.{key}" if path else str(key))
    elif isinstance(detail, list):
        for item in detail:
            yield from _validation_errors(item, path)
    else:
        yield path, str(detail)
