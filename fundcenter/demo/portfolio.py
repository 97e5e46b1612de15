"""Loads the demo portfolio: each centre in one transaction, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import Member
from fundcenter.demo.staff import hash_of, hire
from fundcenter.demo.stage import Stage
from fundcenter.demo.story import SEED, Story, tell
from ledger.services import open_books
from office.context import working_from
from office.models import Centre
from office.services import create_centre, ensure_system_maker, open_days_until

TERMINAL = "load_demo"


@dataclass
class LoadReport:
    """What was loaded: members and deeds by centre; centres that had members are left alone."""

    loaded: dict[str, dict[str, int]] = field(default_factory=dict)
    there: list[str] = field(default_factory=list)


def load(
    *, members: int, password: str, say: Callable[[str], None], seed: int = SEED
) -> LoadReport:
    """Load every centre that has no members yet; a centre that has some is not touched.

    Args:
        members: how many in all five centres; the named ones are always there.
        password: of all demo users.
        say: told of the progress.
    """
    report = LoadReport()
    hashed = ""
    for story in tell(members, seed=seed):
        if Member.objects.filter(centre__code=story.centre).exists():
            report.there.append(story.centre)
            continue
        hashed = hashed or hash_of(password)
        report.loaded[story.centre] = load_centre(story, hashed, say)
    return report


def load_centre(story: Story, hashed: str, say: Callable[[str], None]) -> dict[str, int]:
    """Build one centre and tell its story; on a fault nothing of it stays.

    Refusals are kept after the centre stands: each is a transaction of its own by contract.
    """
    with working_from(TERMINAL, ""):
        with transaction.atomic():
            stage = _set_up(story, hashed)
            stage.play(story, say)
        for refused in stage.refusals:
            refused.record()
    say(f"{story.centre}: {story.members} members")
    return {"members": story.members, **dict(sorted(stage.done.items()))}


def _set_up(story: Story, hashed: str) -> Stage:
    data = story.data
    system = ensure_system_maker()
    centre: Centre = create_centre(
        code=story.centre,
        name=data.name,
        short_name=data.short_name,
        jurisdiction=data.jurisdiction,
        branches=data.branches,
    )
    open_books(centre=centre)
    staff = hire(centre, data, hashed)
    open_days_until(centre=centre, until=data.first_day, by=system)
    branches = {branch.code: branch for branch in centre.branches.all()}
    return Stage(centre, branches, staff, system, data.first_day)
