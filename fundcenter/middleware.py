"""What every request passes: a number, a strict content policy, the reader's language, idle logout.

Small enough to own. Django 6 brings a content policy of its own; this one goes then.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from office.context import working_from

GetResponse = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)
SEEN_AT = "seen_at"

_request_id: ContextVar[str] = ContextVar("request_id", default="-")
_SAFE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def current_request_id() -> str:
    """Return the number of the request being answered, or "-" outside of one."""
    return _request_id.get()


class RequestIdFilter(logging.Filter):
    """Puts the request's number on each log line, so that one request's lines can be found."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add ``request_id`` to the record; never drops it."""
        record.request_id = current_request_id()
        return True


class RequestIdMiddleware:
    """Numbers each request; a proxy's X-Request-ID is kept when it is harmless to log."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the number in X-Request-ID; the audit trail notes it with the address."""
        given = request.headers.get("X-Request-ID", "")
        number = given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        token = _request_id.set(number)
        try:
            with working_from(request.META.get("REMOTE_ADDR", ""), number):
                response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response["X-Request-ID"] = number
        return response


class ContentSecurityPolicyMiddleware:
    """Sends the strict policy with every answer: only our own files, no inline script or style."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the policy, unless the view set one of its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response


class ChosenLanguageMiddleware:
    """Chinese unless the person chose otherwise.

    Django's own middleware follows the browser, and many browsers in Chinese offices say English.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the language of the cookie, else the default."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", language)
        return response


class SignedInPagesMiddleware:
    """Signs out who was idle too long; keeps pages of signed-in users out of every cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the session before the view, at the caches after it."""
        if request.user.is_authenticated:
            now = int(time.time())
            seen_at = request.session.get(SEEN_AT, now)
            if now - seen_at > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif now - seen_at >= 60 or SEEN_AT not in request.session:
                # Once a minute is exact enough, and spares a database write on every click.
                request.session[SEEN_AT] = now
        response = self.get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response
