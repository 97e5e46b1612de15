"""Print the page of codes; see ``policy.codes``."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand

from policy.codes import codes_page
from policy.loader import load_packs


def wording_files() -> list[Path]:
    """Return the ``wording*.py`` of each of the project's own apps: one, or one per subject."""
    places = (Path(app.path) for app in apps.get_app_configs())
    own = (path for path in places if path.parent == Path(settings.BASE_DIR))
    return sorted(file for path in own for file in path.glob("wording*.py"))


class Command(BaseCommand):
    """Print every source, parameter and reason code as Markdown."""

    help = "Print docs/codes.md from the policy pages and the apps' wordings."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page to standard output."""
        self.stdout.write(codes_page(load_packs(), wording_files()), ending="")
