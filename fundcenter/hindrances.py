"""What a page says that cannot be shown, though nothing broke: another's work, a value not set."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from office.locks import is_busy
from policy.book import Unset
from policy.wording import describe_key

GetResponse = Callable[[HttpRequest], HttpResponse]

COME_AGAIN_SECONDS = 3

logger = logging.getLogger(__name__)


class HindranceMiddleware:
    """Says what stands in the way of a page, instead of that something broke.

    The database gives up waiting for another person's work after some seconds and undoes the
    business; a reload hands in the same form, which is booked once however often it comes. A value
    of law that nobody has set yet, as after an update, is named with who sets it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Answer 503 and when to come again, or 409 and what is to be set first."""
        if is_busy(fault):
            logger.warning("Somebody else held what this request needed: %s", fault)
            page = render_to_string("503.html")
            return HttpResponse(page, status=503, headers={"Retry-After": str(COME_AGAIN_SECONDS)})
        if isinstance(fault, Unset):
            logger.warning("A page needs a value that is not set: %s", fault)
            told = {"title": describe_key(fault.key), "fault": fault}
            return render(request, "409.html", told, status=409)
        return None
