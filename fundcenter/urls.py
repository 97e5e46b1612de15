"""URLs of the faces."""

from django.contrib import admin
from django.urls import path

from fundcenter.health import healthz, readyz

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
