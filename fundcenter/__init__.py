"""The roof: settings, URLs, and the faces that people and machines see."""

from fundcenter.celery import app as celery_app

__all__ = ["celery_app"]
