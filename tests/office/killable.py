"""A worker of one job, to be killed: ``python -m tests.office.killable <job id>``."""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
if __name__ == "__main__":
    django.setup()

from django.db import transaction
from django.utils import timezone

from office import runner
from office.models import AuditEvent, Job
from office.runner import Progress
from office.services import audit

ITEMS = [f"item-{number:02d}" for number in range(20)]


@runner.job("tests.killable")
def killable(job: Job, progress: Progress) -> dict:
    """Do each item once, slowly; what was done before is skipped."""
    progress.expect(len(ITEMS))
    for item in ITEMS:
        with transaction.atomic():
            if not AuditEvent.objects.filter(action="killable", subject=item).exists():
                audit(actor=job.actor, action="killable", subject=item)
            progress.advance(done=1)
        time.sleep(job.payload["seconds"] if job.attempt == 1 else 0)
    return {"items": len(ITEMS)}


if __name__ == "__main__":
    runner.run(job_id=int(sys.argv[1]), clock=timezone.now)
