"""URLs of the faces."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from fundcenter.health import healthz, readyz

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("fundcenter.api.urls")),
    path("", include("fundcenter.counter.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    # Browsers ask for this one on pages that name no icon, such as an error page.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.svg")),
]
