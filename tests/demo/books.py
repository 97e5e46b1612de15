"""The named members of the demo in the database at hand, settled, and their fingerprints."""

import datetime as dt
import json
import sys

from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from fundcenter.demo.data import CENTRES
from fundcenter.demo.fingerprint import fingerprint
from fundcenter.demo.portfolio import load_centre
from fundcenter.demo.story import tell
from office.models import Centre, User
from policy.services import load_policies
from settlement.services import settle_year

PASSWORD = "a-password-for-the-demo-tests"
LAST_YEAR = 2026


class Books:
    """Loads the centres with their named members alone, as many of them as are asked for."""

    def __init__(self) -> None:
        load_policies(on=dt.date(2026, 7, 1))
        self.stories = {story.centre: story for story in tell(1)}
        self.hashed = make_password(PASSWORD)

    def up_to(self, code: str) -> Centre:
        """Load the centres up to this one: who is refused has an account in an earlier one."""
        for earlier in CENTRES[: CENTRES.index(code) + 1]:
            story = self.stories.pop(earlier, None)
            if story is not None:
                load_centre(story, self.hashed, lambda line: None)
                centre = Centre.objects.get(code=earlier)
                approver = User.objects.get(username=f"{earlier}-supervisor")
                settle_year(centre=centre, year=LAST_YEAR, approver=approver)
        return Centre.objects.get(code=code)


def fingerprints() -> dict[str, dict[str, str]]:
    return {centre.code: fingerprint(centre) for centre in Centre.objects.all()}


def print_fresh_books() -> None:
    """Fill an empty database and print its fingerprints; for a process of its own."""
    call_command("migrate", "--noinput", verbosity=0)
    Books().up_to(CENTRES[-1])
    sys.stdout.write(json.dumps(fingerprints()))
