"""Every paper is counted, numbered and can be known again."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from office.models import AuditEvent, PrintLog
from office.printing import Printed, log_print
from office.queries import count_printed, find_printed
from office.roles import Role
from office.services import create_centre
from tests.accounts.builders import make_staff

DAY = dt.date(2026, 3, 10)


@pytest.fixture
def clerk(db):
    centre = create_centre(
        code="kashgar",
        name="喀什",
        short_name="喀什",
        jurisdiction="kashgar",
        branches={"hq": "大厅"},
    )
    return make_staff(centre.branches.get(), "clerk", Role.CLERK)


def printed(number: str = "A1", scope: str = "", **changes) -> Printed:
    facts = {"name": "statement", "title": "对账单", "digest": "d" * 64, **changes}
    return Printed(object_number=number, scope=scope, **facts)


def print_(clerk, what: Printed | None = None) -> PrintLog:
    return log_print(printed=what or printed(), centre=clerk.centre, business_date=DAY, by=clerk)


def test_copies_of_one_paper_are_counted_from_one(clerk):
    assert [print_(clerk).copy for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize(
    "other", [printed("A2"), printed(scope="2026"), printed(name="agreement")], ids=str
)
def test_another_object_part_or_kind_is_another_paper(clerk, other):
    print_(clerk)
    assert print_(clerk, other).copy == 1


def test_every_copy_has_a_serial_number_and_a_code_of_its_own(clerk):
    logs = [print_(clerk) for _ in range(2)]
    assert [log.serial for log in logs] == ["PR-kashgar-2026-000001", "PR-kashgar-2026-000002"]
    assert logs[0].code != logs[1].code


def test_a_code_is_found_however_people_write_it(clerk):
    log = print_(clerk)
    typed = f" {log.code[:4].lower()}-{log.code[4:8]} {log.code[8:]}"
    assert find_printed(clerk.centre, typed) == log


def test_a_code_of_another_centre_is_not_ours(clerk):
    other = create_centre(
        code="yantai", name="烟台", short_name="烟台", jurisdiction="yantai", branches={"hq": "厅"}
    )
    assert find_printed(other, print_(clerk).code) is None


def test_an_altered_digest_gives_another_code(clerk):
    first, second = print_(clerk), print_(clerk, printed(digest="e" * 64))
    assert first.code != second.code


def test_papers_that_show_numbers_in_full_are_kept_as_seen(clerk):
    print_(clerk, printed(reveals=True))
    assert AuditEvent.objects.get(action="prints.statement").result == AuditEvent.Result.SEEN


def test_the_latest_copy_is_told_by_object(clerk):
    for number in ("A1", "A1", "A2"):
        print_(clerk, printed(number))
    assert count_printed(clerk.centre, "statement", ["A1", "A2", "A3"]) == {"A1": 2, "A2": 1}


def test_a_copy_number_cannot_be_given_twice(clerk):
    log = print_(clerk)
    log.pk, log.serial, log.code = None, "PR-x", "0" * 12
    with pytest.raises(IntegrityError), transaction.atomic():
        log.save(force_insert=True)


@pytest.mark.parametrize("change", [{"code": "short"}, {"digest": ""}, {"copy": 0}], ids=str)
def test_a_paper_that_could_not_be_verified_is_not_registered(clerk, change):
    log = print_(clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        PrintLog.objects.create(
            **{
                "centre": clerk.centre,
                "serial": "PR-y",
                "name": "statement",
                "title": "t",
                "object_number": "A9",
                "copy": 1,
                "code": "1" * 12,
                "digest": log.digest,
                "printed_by": clerk,
                **change,
            }
        )


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_register_is_never_rewritten(clerk, deed):
    log = print_(clerk)
    rows = PrintLog.objects.filter(pk=log.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(copy=9) if deed == "update" else rows.delete()
