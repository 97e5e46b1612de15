"""Made by one, checked by another, decided once, and exactly what was shown."""

import pytest
from django.db import IntegrityError, connection, transaction

from office.documents import (
    AlreadyDecided,
    ChangedMeanwhile,
    SamePerson,
    approve,
    cancel,
    return_,
    submit,
)
from office.idempotency import digest_of
from office.models import AuditEvent, Document
from office.roles import Role
from office.services import NotAllowed
from tests.office.conftest import at_the_same_moment, make_staff


def shown(slip):
    return slip.shown_to(amount_fen=slip.amount_fen)


@pytest.fixture
def submitted(new_slip, clerk):
    slip = new_slip()
    return submit(document=slip, by=clerk, shown=shown(slip))


def test_two_people_move_a_document_from_draft_to_approved(submitted, clerk, checker):
    approve(document=submitted, by=checker, digest=digest_of(shown(submitted)))

    assert submitted.state == "APPROVED"
    assert (submitted.made_by, submitted.checked_by) == (clerk, checker)
    assert submitted.checked_at is not None


def test_every_move_leaves_a_line_in_the_audit_trail(submitted, clerk, checker):
    approve(document=submitted, by=checker, digest=submitted.digest)

    lines = AuditEvent.objects.filter(subject=submitted.number).order_by("id")
    assert [(line.action, line.actor) for line in lines] == [
        ("office.slip.submitted", clerk),
        ("office.slip.approved", checker),
    ]
    assert lines[1].before == {"state": "SUBMITTED"}
    assert lines[1].after == {"state": "APPROVED", "digest": submitted.digest}


def test_a_maker_who_may_also_check_does_not_check_their_own(new_slip, supervisor):
    slip = new_slip(made_by=supervisor)
    type(slip).objects.filter(pk=slip.pk).update(state="SUBMITTED", digest="d")
    slip.refresh_from_db()

    with pytest.raises(SamePerson):
        approve(document=slip, by=supervisor, digest="d")
    with pytest.raises(SamePerson):
        return_(document=slip, by=supervisor, reason="x")


@pytest.mark.parametrize("state", ["APPROVED", "RETURNED", "CANCELLED"])
def test_raw_sql_cannot_make_the_maker_the_checker(submitted, state):
    with (
        pytest.raises(IntegrityError, match="two_persons"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE office_slip SET state = %s, checked_by_id = made_by_id, "
            "checked_at = made_at, return_reason = 'x' WHERE id = %s",
            [state, submitted.pk],
        )


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'APPROVED'", "decided"),
        ("state = 'RETURNED', return_reason = 'x'", "decided"),
        ("checked_by_id = {other}", "checked_at"),
        ("checked_at = made_at", "checked_at"),
        ("checked_by_id = {other}, checked_at = made_at", "undecided"),
        ("state = 'RETURNED', checked_by_id = {other}, checked_at = made_at", "return_reason"),
        ("state = 'APPROVED', checked_by_id = {other}, checked_at = made_at, digest=''", "shown"),
    ],
)
def test_raw_sql_cannot_store_half_a_decision(submitted, checker, change, constraint):
    with (
        pytest.raises(IntegrityError, match=f"office_slip_{constraint}"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE office_slip SET " + change.format(other=checker.pk))


def test_what_was_changed_after_the_look_is_not_approved(submitted, clerk, checker):
    seen = submitted.digest
    return_(document=submitted, by=checker, reason="金额不对")
    submitted.amount_fen = 20_000
    submitted.save(update_fields=["amount_fen"])
    submit(document=submitted, by=clerk, shown=shown(submitted))

    with pytest.raises(ChangedMeanwhile, match=submitted.number):
        approve(document=submitted, by=checker, digest=seen)
    assert submitted.state == "SUBMITTED"
    assert submitted.checked_by is None


def test_a_returned_document_keeps_its_reason_until_it_comes_again(submitted, clerk, checker):
    return_(document=submitted, by=checker, reason="  缺少身份证复印件 ")
    assert submitted.return_reason == "缺少身份证复印件"

    submit(document=submitted, by=clerk, shown=shown(submitted))
    assert submitted.return_reason == ""


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_return_without_a_reason_is_refused(submitted, checker, reason):
    with pytest.raises(ValueError, match="退回"):
        return_(document=submitted, by=checker, reason=reason)


@pytest.mark.parametrize("move", ["approve", "return", "submit", "cancel"])
def test_an_approved_document_moves_no_more(submitted, clerk, checker, move):
    digest = submitted.digest
    approve(document=submitted, by=checker, digest=digest)
    moves = {
        "approve": lambda: approve(document=submitted, by=checker, digest=digest),
        "return": lambda: return_(document=submitted, by=checker, reason="x"),
        "submit": lambda: submit(document=submitted, by=clerk, shown=shown(submitted)),
        "cancel": lambda: cancel(document=submitted, by=clerk),
    }

    with pytest.raises(AlreadyDecided, match=submitted.number):
        moves[move]()
    assert submitted.state == "APPROVED"


def test_a_draft_cannot_be_approved_before_it_is_submitted(new_slip, checker):
    with pytest.raises(AlreadyDecided):
        approve(document=new_slip(), by=checker, digest="")


def test_nobody_submits_or_cancels_what_somebody_else_made(new_slip, staff):
    slip = new_slip()
    colleague = staff(Role.CLERK, "colleague")

    with pytest.raises(NotAllowed):
        submit(document=slip, by=colleague, shown=shown(slip))
    with pytest.raises(NotAllowed):
        cancel(document=slip, by=colleague)


@pytest.mark.parametrize(
    "role", [Role.CLERK, Role.FINANCE, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN]
)
def test_a_role_without_the_permission_does_not_approve(submitted, centre, role):
    branch = centre.branches.get() if role in (Role.CLERK, Role.FINANCE, Role.AUDITOR) else None
    person = make_staff(role, branch, "somebody")

    with pytest.raises(NotAllowed):
        approve(document=submitted, by=person, digest=submitted.digest)


def test_a_checker_of_another_centre_does_not_approve(submitted, other_centre):
    stranger = make_staff(Role.CHECKER, other_centre.branches.get(), "stranger")

    with pytest.raises(NotAllowed, match="喀什"):
        approve(document=submitted, by=stranger, digest=submitted.digest)


def test_the_system_maker_approves_nothing(submitted, maker):
    with pytest.raises(NotAllowed):
        approve(document=submitted, by=maker, digest=submitted.digest)


def test_a_number_is_used_once(new_slip):
    slip = new_slip()
    slip.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        slip.save(force_insert=True)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_ten_checkers_one_decides(new_slip, clerk, staff):
    slip = new_slip()
    submit(document=slip, by=clerk, shown=shown(slip))
    checkers = [staff(Role.CHECKER, f"checker{n}") for n in range(10)]

    def decide(place: int) -> str:
        mine: Document = type(slip).objects.get(pk=slip.pk)
        if place % 2:
            return approve(document=mine, by=checkers[place], digest=slip.digest).state
        return return_(document=mine, by=checkers[place], reason="x").state

    outcomes = at_the_same_moment(10, decide)

    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyDecided) for outcome in outcomes) == 9
