"""In and out: sign-in with lockout, sign-out, language, and the demo's change of person."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from office.models import User
from office.services import audit


class SignInForm(AuthenticationForm):
    """User name and password. The refusal does not tell which of them was wrong."""

    error_messages = {
        "invalid_login": _(
            "User name or password is wrong. After five wrong tries the name is locked for "
            "fifteen minutes."
        ),
        "inactive": _("This staff account is not active. Ask the security administrator."),
    }


class SignIn(LoginView):
    """The sign-in page; whoever is signed in already goes on to the desk."""

    template_name = "counter/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """Lead to the desk where no other page was asked for."""
        return reverse("desk")


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Say that too many tries were wrong and when the next one is possible."""
    form = SignInForm(request)
    return render(request, "counter/sign_in.html", {"form": form, "locked": True}, status=429)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign-in")


@require_GET
def still_here(request: HttpRequest) -> HttpResponse:
    """Keep a session alive while somebody types; answers 401 once it has ended."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)


@require_POST
def change_person(request: HttpRequest) -> HttpResponse:
    """Become another person of the demo with one click; there is no such thing elsewhere."""
    if not settings.DEMO:
        raise Http404
    person = User.objects.filter(
        username=request.POST.get("username", ""), is_active=True, centre__isnull=False
    ).first()
    if person is None:
        raise Http404
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    audit(actor=person, action="staff.demo_change_person", target=person)
    return redirect("desk")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and go back to the page."""
    answer = redirect(_way_back(request))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 60 * 60,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if safe else "/"
