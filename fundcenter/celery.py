"""The Celery application. Tasks are a doorbell; the queue of record is the job table."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fundcenter.settings")

app = Celery("fundcenter")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
