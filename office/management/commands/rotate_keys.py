"""Seals every encrypted field and file with the newest key, so that the old one can go."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast

from office.commands import ContractCommand
from office.fields import EncryptedTextField
from office.models import Paper
from office.paper_store import rotate
from office.services import audit, ensure_system_maker

CHUNK = 500


class Command(ContractCommand):
    """Rotate keys: add the new key to FIELD_KEYS, run this, then remove the old key."""

    help = "Encrypt all personal numbers with the newest key of FIELD_KEYS. Safe to run again."

    def work(self, **options: Any) -> dict[str, Any]:
        """Go through all encrypted columns, in transactions of 500 rows."""
        sealed = {}
        for model in apps.get_models():
            for field in model._meta.local_concrete_fields:
                if isinstance(field, EncryptedTextField):
                    sealed[f"{model._meta.db_table}.{field.column}"] = _seal(model, field)
        sealed["papers"] = _seal_files()
        with transaction.atomic():
            audit(actor=ensure_system_maker(), action="keys.rotate", after=sealed)
        return {"sealed": sealed}

    def say(self, result: Mapping[str, Any]) -> None:
        """Print a line per column."""
        for column, count in result["sealed"].items():
            self.stdout.write(f"{column}: {count}")


def _seal(model: type[models.Model], field: EncryptedTextField) -> int:
    """Seal the column's values that carry an older key; returns how many."""
    old = [pk for pk, token in _tokens(model, field) if token and field.needs_rotation(token)]
    for start in range(0, len(old), CHUNK):
        with transaction.atomic():
            # Locked, so that a change made meanwhile is not overwritten with what was read here.
            rows = model._default_manager.select_for_update().filter(
                pk__in=old[start : start + CHUNK]
            )
            for row in rows.only(field.name):
                row.save(update_fields=[field.name])
    return len(old)


def _seal_files() -> int:
    """Seal the files of papers that carry an older key; returns how many."""
    living = Paper.objects.filter(removed_at__isnull=True, destroyed_at__isnull=True)
    papers = living.select_related("folder__centre").order_by("id").iterator(CHUNK)
    return sum(rotate(paper.folder.centre, paper.sha256, paper.field) for paper in papers)


def _tokens(
    model: type[models.Model], field: EncryptedTextField
) -> Iterator[tuple[Any, str | None]]:
    """Read the stored tokens as they are; the ORM would open them."""
    stored = Cast(models.F(field.name), models.TextField())
    return model._default_manager.annotate(_token=stored).values_list("pk", "_token").iterator()
